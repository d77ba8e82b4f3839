"""The sensor on a real interface: a capture is played into one end of a veth pair, in a network namespace of the test's
own, and `outspan live` watches the other. Skipped, with the reason, where namespaces are not permitted."""

import collections
import contextlib
import json
import os
import re
import signal
import socket
import struct
import subprocess
import time
import unittest
from pathlib import Path

import fingerprints as fp
import harness
import test_evidence_files

NAMESPACE = f"outspan-test-{os.getpid()}"


def ip(*arguments):
    return subprocess.run(["ip", *arguments], capture_output=True, text=True)


def frames(path):
    data = path.read_bytes()
    assert struct.unpack_from("<I", data)[0] in (0xA1B2C3D4, 0xA1B23C4D), "a little-endian pcap is played"
    at = 24
    while at + 16 <= len(data):
        length = struct.unpack_from("<I", data, at + 8)[0]
        yield data[at + 16:at + 16 + length]
        at += 16 + length


def shifted(frame, by):
    """The frame in another connection: the higher port of TCP over IPv4 is moved."""
    at = 14 + (frame[14] & 15) * 4
    if frame[12:14] != b"\x08\x00" or frame[23] != 6 or len(frame) < at + 20:
        return frame
    ports = struct.unpack_from(">HH", frame, at)
    return frame[:at] + struct.pack(">HH", *(port + by if port == max(ports) else port for port in ports)) + frame[at + 4:]


# Runs inside the namespace: plays frames into the interface named, as often as it is told, in new connections each time.
PLAYER = """
import socket, sys, time
sys.path.insert(0, sys.argv[3])
import test_live
from pathlib import Path
out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
out.bind((sys.argv[2], 0))
for turn in range(int(sys.argv[4])):
    for i, frame in enumerate(test_live.frames(Path(sys.argv[1]))):
        out.send(test_live.shifted(frame, turn + int(sys.argv[5])))
        if i % 20 == 19:
            time.sleep(0.002)
"""


def packet_sockets():
    """Open ones in the namespace."""
    table = subprocess.run(["ip", "netns", "exec", NAMESPACE, "cat", "/proc/net/packet"], capture_output=True, text=True)
    return table.stdout.count("\n") - 1


def workers_of(run):
    """Worker processes of a sensor."""
    children = Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()
    found = []
    for task in Path(f"/proc/{run.pid}/task").iterdir():
        try:
            children += (task / "children").read_text().split()
        except OSError:
            continue
    for child in set(children):
        try:
            if Path(f"/proc/{child}/comm").read_text().startswith("outspan-unpack"):
                found.append(int(child))
        except OSError:
            pass
    return found


class Live(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if ip("netns", "add", NAMESPACE).returncode != 0:
            raise unittest.SkipTest("network namespaces are not permitted here")
        cls.addClassCleanup(lambda: ip("netns", "del", NAMESPACE))
        made = ip("-n", NAMESPACE, "link", "add", "span0", "type", "veth", "peer", "name", "span1")
        if made.returncode != 0:
            raise unittest.SkipTest(f"no veth pair can be made here: {made.stderr.strip()}")
        for name in ("span0", "span1"):
            ip("-n", NAMESPACE, "link", "set", name, "mtu", "9000", "up")

    def sensor(self, *options, events=harness.ALL_EVENTS):
        run = subprocess.Popen(["ip", "netns", "exec", NAMESPACE, harness.BINARY, "live", "-i", "span1", "--format", "json",
                                "--events", events, *options], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
        # Until the ring is open: a packet that comes earlier is nobody's.
        deadline = time.monotonic() + 30
        while run.poll() is None and time.monotonic() < deadline and not packet_sockets():
            time.sleep(0.1)
        time.sleep(0.5)
        if run.poll() is not None:
            self.fail(run.communicate()[1].decode())
        return run

    def player(self, name, turns=1, first=0):
        return subprocess.Popen(["ip", "netns", "exec", NAMESPACE, "python3", "-c", PLAYER, harness.PCAPS / name, "span0",
                                 os.path.dirname(os.path.abspath(__file__)), str(turns), str(first)])

    def play(self, name, turns=1, first=0):
        self.assertEqual(self.player(name, turns, first).wait(timeout=60), 0)

    def end(self, run, number=signal.SIGINT):
        time.sleep(0.5)
        run.send_signal(number)
        out, err = run.communicate(timeout=30)
        return run.returncode, [json.loads(line) for line in out.decode().splitlines()], err.decode()

    def test_a_leak_on_the_wire_is_told(self):
        for workers in ("1", "2"):
            for number in (signal.SIGINT, signal.SIGTERM):
                with self.subTest(workers=workers, signal=number):
                    run = self.sensor("-w", workers)
                    self.play("support-export.pcap")
                    status, events, err = self.end(run, number)
                    self.assertEqual(status, 0, err)
                    live = {key[:1] + key[4:] for key in harness.essence(events)}
                    replayed = harness.essence(harness.replay(harness.PCAPS / "support-export.pcap"))
                    self.assertEqual(live, {key[:1] + key[4:] for key in replayed})
                    harness.check_ledger(events)
                    capture = harness.of_type(events, "stats")[-1]["stats"]["capture"]
                    self.assertEqual(capture["kernel_dropped"], 0)
                    self.assertGreater(capture["packets"], 10)

    def test_incidents_get_evidence(self):
        """Also of files that are opened after their packets; the system calls that it takes are allowed."""
        for mode in ("packets", "object"):
            with self.subTest(mode=mode), harness.Folder() as folder:
                sensor = test_evidence_files.Sensor(folder, mode=mode)
                run = self.sensor("-c", sensor.config, "-w", "3")
                self.play("support-export.pcap", turns=3)
                self.play("http-office-files.pcap")
                status, events, err = self.end(run)
                self.assertEqual(status, 0, err)
                self.assertNotIn("system call", err)
                opened = test_evidence_files.opened(events)
                self.assertGreaterEqual(len(opened), 4)
                self.assertEqual([event["evidence"].get("missing") for event in opened], [None] * len(opened))
                names = [event["evidence"]["file"] for event in opened]
                self.assertEqual(sorted(names), [file.name for file in sensor.files()])
                for i, name in enumerate(names):
                    self.assertEqual(sensor.decrypt(name, f"clear-{i}")[0], 0)

    def test_an_alert_does_not_wait_for_the_end(self):
        run = self.sensor(events="alert")
        self.play("support-export.pcap")
        os.set_blocking(run.stdout.fileno(), False)
        seen, deadline = b"", time.monotonic() + 10
        while b'"state":"new"' not in seen and time.monotonic() < deadline:
            seen += run.stdout.read() or b""
            time.sleep(0.1)
        self.assertIn(b'"state":"new"', seen)
        os.set_blocking(run.stdout.fileno(), True)
        self.end(run)

    def wait_for(self, path, text, seconds=15):
        """Until an output file holds a text."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if path.exists() and text in path.read_text():
                return
            time.sleep(0.1)
        self.fail(f"{text} did not come within {seconds} s:\n{path.read_text() if path.exists() else ''}")

    def configuration(self, folder, options, *more):
        """A configuration file with an index, its events in a file of their own."""
        _, index, _, key = options
        path = folder / "outspan.yaml"
        path.write_text("\n".join([
            f"fingerprints: [{{name: customers, index: {index}, key_file: {key}}}]",
            f"outputs: [{{type: json, file: {folder / 'events.json'}, events: [alert, notice, stats]}}]", *more]))
        return ["-c", path]

    def test_an_index_is_replaced_under_traffic(self):
        capture = harness.PCAPS / "support-export.pcap"
        customers = fp.sent_in(json.loads((harness.EXPECTED / "support-export.json").read_text()))
        with harness.Folder() as folder:
            ours = fp.build(folder, customers)
            others = fp.build(folder, fp.strangers(2000, 99, customers), name="others")
            index, key = ours[1], ours[3]
            good = index.read_bytes()
            # To begin with, an index that knows none of those who leave, with the same key.
            code, out, err = harness.run("fingerprint", "build", folder / "others.csv", "-o", index, "--key", key,
                                         *fp.column_options())
            self.assertEqual(code, 0, (out + err).decode())
            events = folder / "events.json"
            run = self.sensor("-w", "2", *self.configuration(folder, ours), events="alert,notice,stats")
            player = self.player(capture.name, turns=40)
            for content, told in ((good[:5000], "damaged"), (others[1].read_bytes(), "key"),
                                  (good[:8] + b"\x02" + good[9:], "newer")):
                before = events.read_text().count("fingerprints_refused") if events.exists() else 0
                half = folder / "half"
                half.write_bytes(content)
                half.replace(index)
                deadline = time.monotonic() + 15
                while time.monotonic() < deadline and (
                        not events.exists() or events.read_text().count("fingerprints_refused") == before):
                    time.sleep(0.1)
                refused = [line for line in events.read_text().splitlines() if "fingerprints_refused" in line]
                self.assertEqual(len(refused), before + 1)
                self.assertIn(told, refused[-1])
            self.assertEqual(player.wait(timeout=60), 0)
            self.assertNotIn("customer-records-leaving", events.read_text(), "the old index stays")
            half = folder / "half"
            half.write_bytes(good)
            half.replace(index)
            player = self.player(capture.name, turns=40, first=100)
            self.wait_for(events, "fingerprints_refreshed")
            self.assertEqual(player.wait(timeout=60), 0)
            self.play(capture.name, first=500)
            self.end(run)
            told = [json.loads(line) for line in events.read_text().splitlines()]
            capture_stats = harness.of_type(told, "stats")[-1]["stats"]["capture"]
            self.assertEqual(capture_stats["kernel_dropped"], 0)
            packets = sum(1 for _ in frames(capture))
            self.assertGreaterEqual(capture_stats["packets"], packets * 81)
            rows = {row for alert in harness.final_alerts(told) for record in alert.get("records", [])
                    for row in record["rows"]}
            self.assertEqual(len(rows), len(customers))

    def test_a_signal_reloads_under_traffic(self):
        """Rules change twice and once not: no packet is lost, and every alert says what it was judged by."""
        rule = "rules: [{id: %s, severity: low, when: {signatures: [email], distinct_values: 5}}]"
        with harness.Folder() as folder:
            events, moved = folder / "events.json", folder / "events.json.1"
            output = f"outputs: [{{type: json, file: {events}, events: [alert, notice, stats]}}]"
            path = folder / "outspan.yaml"
            path.write_text("\n".join([output, rule % "before"]))
            run = self.sensor("-w", "2", "-c", path, events="alert,notice,stats")
            player = self.player("support-export.pcap", turns=40)
            self.wait_for(events, '"before"')
            for mistake, said in (("rules: [{id: x, when: {signatures: [emial]}}]", "email"), ("rules: [{id: x, wen: {}}]", "when")):
                path.write_text("\n".join([output, mistake]))
                run.send_signal(signal.SIGHUP)
                self.wait_for(events, f"did you mean '{said}'?")
            self.assertNotIn('"reloaded"', events.read_text())
            events.rename(moved)
            path.write_text("\n".join([output, rule % "after", "report_interval: 2h"]))
            run.send_signal(signal.SIGHUP)
            self.wait_for(events, '"reloaded"')
            self.assertEqual(player.wait(timeout=60), 0)
            self.play("support-export.pcap", first=100)
            code, _, err = self.end(run)
            self.assertEqual(code, 0, err)
            self.assertIn("reload_refused", err)
            told = [json.loads(line) for file in (moved, events) for line in file.read_text().splitlines()]
        reloaded = [event["notice"]["detail"] for event in told if event.get("notice", {}).get("kind") == "reloaded"]
        self.assertEqual(len(reloaded), 1)
        self.assertIn("restart will put it in force: report_interval", reloaded[0])
        generations = {(alert["rule"]["id"], alert["generation"]["rules"]) for alert in harness.of_type(told, "alert")}
        self.assertEqual(generations, {("before", 1), ("after", 2)})
        capture = harness.of_type(told, "stats")[-1]["stats"]["capture"]
        self.assertEqual(capture["kernel_dropped"], 0)
        self.assertGreaterEqual(capture["packets"], 41 * sum(1 for _ in frames(harness.PCAPS / "support-export.pcap")))

    def test_windows_go_on_after_a_restart(self):
        customers = fp.sent_in(json.loads((harness.EXPECTED / "support-export.json").read_text()))
        with harness.Folder() as folder:
            options = fp.build(folder, customers)
            rule = ("rules: [{id: drip, when: {fingerprint: customers, distinct_records: %d, within: host, window: 7d}}]"
                    % (len(customers) + 1))
            files = self.configuration(folder, options, rule, f"state: {{folder: {folder / 'state'}}}")
            run = self.sensor(*files)
            self.play("support-export.pcap")
            self.end(run)
            events = (folder / "events.json").read_text()
            self.assertNotIn('"event_type":"alert"', events, "one customer is missing")
            state = b"".join(path.read_bytes() for path in (folder / "state").rglob("*") if path.is_file())
            for row in customers:
                for column in fp.SEEDS:
                    self.assertNotIn(row[column].encode(), state)
            # The same customers again are no new ones; with a lower threshold the count is known at once.
            files = self.configuration(folder, options, rule.replace(str(len(customers) + 1), str(len(customers))),
                                       f"state: {{folder: {folder / 'state'}}}")
            run = self.sensor(*files)
            self.play("support-export.pcap")
            self.end(run)
            alerts = [json.loads(line) for line in (folder / "events.json").read_text().splitlines()
                      if '"event_type":"alert"' in line]
            self.assertTrue(alerts)
            self.assertEqual(alerts[0]["records"][0]["distinct"], len(customers))
            self.assertEqual(oct((folder / "state").stat().st_mode & 0o777), "0o700")

    def test_files_are_opened_beside_the_packets(self):
        for name in ("http-office-files", "smtp-office-files"):
            run = self.sensor()
            self.play(f"{name}.pcap")
            status, events, err = self.end(run)
            self.assertEqual(status, 0, err)
            live = {key[:1] + key[4:] for key in harness.essence(events)}
            replayed = harness.replay(harness.PCAPS / f"{name}.pcap")
            self.assertEqual(live, {key[:1] + key[4:] for key in harness.essence(replayed)})
            harness.check_ledger(events)
            self.assertEqual(harness.of_type(events, "ledger")[-1]["bytes"]["outbound"],
                             harness.of_type(replayed, "ledger")[-1]["bytes"]["outbound"])
            self.assertGreaterEqual(harness.of_type(events, "stats")[-1]["stats"]["unpack"]["files"], 4)

    def test_workers_give_way_to_packets(self):
        run = self.sensor()
        self.play("http-office-files.pcap")
        deadline = time.monotonic() + 15
        while not workers_of(run) and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.5)  # one that has just started has not been told yet
        ours, workers = os.getpriority(os.PRIO_PROCESS, run.pid), workers_of(run)
        self.assertTrue(workers)
        self.assertEqual({os.getpriority(os.PRIO_PROCESS, worker) for worker in workers}, {ours + 5})
        self.end(run)

    def test_workers_that_are_killed_or_hang_cost_their_file_only(self):
        """Whatever happens to them, nothing of the other traffic is missing, and the files are told."""
        turns = 30
        with harness.Folder() as folder:
            config = folder / "outspan.yaml"
            config.write_text("limits: {unpack_seconds: 1}\nalerts: {blindspot_bytes: 1}\n")
            run = self.sensor("-c", config, "-w", "2")
            documents = self.player("http-office-files.pcap", turns=turns)
            leaks = self.player("support-export.pcap", turns=turns)
            hurt = 0
            while documents.poll() is None or leaks.poll() is None:
                for worker in workers_of(run):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(worker, (signal.SIGKILL, signal.SIGSTOP)[hurt % 2])
                        hurt += 1
                time.sleep(0.02)
            status, events, err = self.end(run)
            self.assertEqual(status, 0, err)
        stats = harness.of_type(events, "stats")[-1]["stats"]
        self.assertGreater(hurt, 10)
        self.assertGreater(stats["unpack"]["crashed"] + stats["unpack"]["time"], 5)
        self.assertEqual(stats["capture"]["kernel_dropped"], 0)
        harness.check_ledger(events)
        def lists(of):
            """Customer lists by whom they went to and in what."""
            return collections.Counter((alert["dest_ip"], tuple(alert["object"]["path"]))
                                       for alert in harness.final_alerts(of) if alert["rule"]["id"] == "customer-list")

        told, expected = lists(events), lists(harness.replay(harness.PCAPS / "support-export.pcap"))
        self.assertTrue(expected)
        self.assertEqual({key: told[key] for key in expected}, {key: turns * count for key, count in expected.items()})
        reasons = {spot["reason"] for spot in harness.of_type(events, "blindspot")}
        self.assertTrue(reasons & {"unpack-crash", "unpack-time"}, reasons)

    def test_an_interface_that_goes_away_is_waited_for(self):
        def link(*arguments):
            self.assertEqual(ip("-n", NAMESPACE, "link", *arguments).returncode, 0)

        def other():
            link("add", "other0", "type", "veth", "peer", "name", "other1")
            link("set", "other0", "up")
            link("set", "other1", "up")

        with harness.Folder() as folder:
            config, events = folder / "outspan.yaml", folder / "events.json"
            config.write_text(f"outputs: [{{type: json, file: {events}, events: [notice, ledger]}}]\n")
            other()
            run = self.sensor("-i", "other1", "-c", config)
            self.wait_for(events, '"capture_started"')
            link("del", "other0")
            self.wait_for(events, '"interface_lost"')
            other()
            self.wait_for(events, '"interface_back"')
            self.play("support-export.pcap")
            _, shown, _ = self.end(run)
            ledger = harness.of_type(shown, "ledger")[-1]
            self.assertFalse(ledger["complete"])
            self.assertEqual([each["reason"] for each in ledger["missing"]], ["interface-lost"])
            self.assertTrue(harness.final_alerts(shown), "the other interface was read")
            link("del", "other0")

    def test_workers_are_pinned(self):
        core = min(os.sched_getaffinity(0))
        run = self.sensor("-w", "2", "--cpus", str(core))
        pinned = [task for task in Path(f"/proc/{run.pid}/task").iterdir()
                  if f"Cpus_allowed_list:\t{core}\n" in (task / "status").read_text()]
        self.assertEqual(len(pinned), 2 if len(os.sched_getaffinity(0)) > 1 else len(pinned))
        self.end(run)

    def test_cores_that_cannot_be_used(self):
        for cores, said in (("1023", "core 1023"), ("2-1", "no list of cores")):
            code, _, err = harness.run("live", "-i", "lo", "--cpus", cores)
            self.assertEqual(code, 2)
            self.assertIn(said, err.decode())

    def check(self, *options, play=None):
        """Exit status and output of `outspan check` while a capture is played."""
        run = subprocess.Popen(["ip", "netns", "exec", NAMESPACE, harness.BINARY, "check", "-i", "span1", "--seconds", "8",
                                *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        deadline = time.monotonic() + 30
        while run.poll() is None and time.monotonic() < deadline and not packet_sockets():
            time.sleep(0.1)
        time.sleep(0.5)
        if play:
            self.play(play, turns=8)
        out, err = run.communicate(timeout=60)
        self.assertEqual(err.decode(), "")
        return run.returncode, out.decode()

    def test_a_port_is_checked(self):
        rows = (("mirrored", [], "support-export.pcap", None),
                ("other home networks", ["--home-net", "198.18.0.0/15"], "support-export.pcap", "home_networks_do_not_fit"),
                ("silent", ["-f", "port 1"], None, "port_silent"))
        for name, options, capture, doubt in rows:
            with self.subTest(name):
                code, out = self.check(*options, play=capture)
                # A machine that is busy with something else may rightly have no time.
                kinds = [kind for kind in re.findall(r"^! .*\((\w+)\)$", out, re.M) if kind != "port_overload"]
                self.assertEqual(kinds, [doubt] if doubt else [], out)
                self.assertEqual(code, 1 if "\n! " in out else 0)
                self.assertIn("span1: MTU 9000\n", out)

    def test_a_service_is_ready_and_gives_signs_of_life(self):
        with harness.Folder() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(str(folder / "notify"))
            manager.settimeout(30)
            os.chmod(folder, 0o755)
            os.chmod(folder / "notify", 0o777)
            environment = dict(os.environ, NOTIFY_SOCKET=str(folder / "notify"), WATCHDOG_USEC="6000000")
            # As the unit has it: an ordinary user with nothing but CAP_NET_RAW.
            run = subprocess.Popen(["ip", "netns", "exec", NAMESPACE, "setpriv", "--reuid=65534", "--regid=65534",
                                    "--clear-groups", "--inh-caps=-all,+net_raw", "--ambient-caps=-all,+net_raw",
                                    "--bounding-set=-all,+net_raw", harness.BINARY, "live", "-q", "-i", "span1", "--format",
                                    "json"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            told = []
            while run.poll() is None and told.count(b"WATCHDOG=1") < 3:
                told.append(manager.recv(100))
            self.assertEqual(told, [b"READY=1"] + [b"WATCHDOG=1"] * 3, run.poll())
            self.play("support-export.pcap")
            manager.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                while True:
                    manager.recv(100)  # the queue is short, and what finds it full is dropped
            manager.settimeout(30)
            status, events, err = self.end(run, signal.SIGTERM)
            self.assertEqual(status, 0, err)
            self.assertTrue(harness.final_alerts(events))
            last = b"WATCHDOG=1"
            while last == b"WATCHDOG=1":
                last = manager.recv(100)
            self.assertEqual(last, b"STOPPING=1")

    def test_no_such_interface(self):
        code, _, err = harness.run("live", "-i", "nosuchif0")
        self.assertEqual(code, 2)
        self.assertIn("nosuchif0", err.decode())


if __name__ == "__main__":
    unittest.main()
