"""What the sensor sends reaches rsyslog and syslog-ng whole, whatever happens to them or to the sensor on the way."""

import json
import signal
import subprocess
import threading
import time
import unittest

import harness
import receivers

SAMPLE = harness.PCAPS / "support-export.pcap"
EVENTS = "alert,blindspot,ledger,flow,stats"


class Receivers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = harness.Folder()
        cls.folder = folder.__enter__()
        cls.addClassCleanup(folder.cleanup)
        receivers.make_certificates(cls.folder)
        cls.capture = cls.folder / "uploads.pcap"
        cls.capture.write_bytes(b"".join(receivers.uploads(1500)))
        cls.rules = cls.folder / "rules.yaml"
        cls.rules.write_text(receivers.EVERY_ADDRESS)
        cls.expected = {event["event_id"] for event in harness.of_type(harness.replay(cls.capture, "-c", cls.rules), "alert")}
        assert len(cls.expected) == 3000, len(cls.expected)

    def configuration(self, receiver, **options):
        """A configuration that sends alerts to the receiver."""
        output = {"type": "syslog", "url": receiver.url, "events": ["alert"]}
        if receiver.kind == "tls":
            output |= {"ca_file": "ca.pem", "cert_file": "sensor.pem", "key_file": "sensor.key"}
        if receiver.kind == "line-feed":
            output["framing"] = "line-feed"
        path = self.folder / f"{receiver.port}.yaml"
        path.write_text(receivers.EVERY_ADDRESS + f"outputs: {json.dumps([output | options])}\n")
        return path

    def kinds(self):
        for kind in ("udp", "tcp", "tls", "relp"):
            yield receivers.Rsyslog, kind
        for kind in ("tcp", "line-feed", "tls"):
            yield receivers.SyslogNg, kind

    def test_every_event_arrives_and_is_understood(self):
        for make, kind in self.kinds():
            with self.subTest(receiver=make.__name__, kind=kind):
                receiver = make(self, self.folder, kind)
                receiver.start()
                config = self.configuration(receiver, events=EVENTS.split(","))
                code, out, err = harness.run("replay", "-c", config, "--format", "json", "--events", EVENTS, SAMPLE)
                self.assertEqual(code, 0, err.decode())
                events = {event["event_id"]: event for event in map(json.loads, out.splitlines())}
                self.assertTrue(receiver.has(events), receiver.records())
                self.assertEqual(len(receiver.ids()), len(events), "none twice")
                for record in receiver.records():
                    event = events[record["data"].split('event_id="')[1].split('"')[0]]
                    self.assertEqual((record["host"], record["app"], record["msgid"]), ("outspan", "outspan", event["event_type"]))
                    self.assertEqual(record["time"][:19], event["timestamp"][:19])
                    self.assertTrue(record["data"].startswith("[outspan@32473 ") and record["data"].endswith("]"), record)
                    self.assertTrue(record["message"].strip())
                    if event["event_type"] == "alert":
                        self.assertIn(event["rule"]["id"], record["message"])
                receiver.end()

    def slowly(self, config, spool, seconds):
        """A replay whose capture comes in pieces over so many seconds."""
        run = subprocess.Popen([harness.BINARY, "replay", "-q", "-c", config, "--spool", spool, "-o", "/dev/null", "-"],
                               stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        pieces = list(receivers.uploads(1500))

        def feed():
            try:
                for at in range(0, len(pieces), 50):
                    run.stdin.write(b"".join(pieces[at:at + 50]))
                    run.stdin.flush()
                    time.sleep(seconds / (len(pieces) / 50))
                run.stdin.close()
            except OSError:
                pass  # it was killed

        thread = threading.Thread(target=feed)
        thread.start()
        self.addCleanup(run.stderr.close)
        self.addCleanup(thread.join)
        self.addCleanup(run.kill)
        return run

    def rest(self, config, spool):
        """What is still in the spool goes out with the next run."""
        nothing = self.folder / "nothing.pcap"
        nothing.write_bytes(next(iter(receivers.uploads(0))))
        harness.run("replay", "-q", "-c", config, "--spool", spool, "-o", "/dev/null", nothing)

    def test_a_receiver_that_comes_and_goes(self):
        for make, kind in ((receivers.Rsyslog, "tcp"), (receivers.Rsyslog, "tls"), (receivers.Rsyslog, "relp"),
                           (receivers.SyslogNg, "tls")):
            for number in (signal.SIGTERM, signal.SIGKILL):
                with self.subTest(receiver=make.__name__, kind=kind, signal=number):
                    with harness.Folder() as spool:
                        receiver = make(self, self.folder, kind)
                        config = self.configuration(receiver)
                        run = self.slowly(config, spool, 2.4)
                        for _ in range(2):
                            time.sleep(0.2)
                            receiver.start()
                            time.sleep(0.6)
                            receiver.end(number)
                        receiver.start()
                        self.assertEqual(run.wait(30), 0, run.stderr.read().decode())
                        for _ in range(3):
                            if receiver.has(self.expected, 1):
                                break
                            self.rest(config, spool)
                        self.assertEqual(self.expected - set(receiver.ids()), set())
                        receiver.end()

    def test_a_receiver_that_stands_still(self):
        receiver = receivers.Rsyslog(self, self.folder, "tcp")
        receiver.start()
        with harness.Folder() as spool:
            config = self.configuration(receiver)
            receiver.process.send_signal(signal.SIGSTOP)
            run = self.slowly(config, spool, 0.5)
            time.sleep(1.5)
            receiver.end(signal.SIGKILL)  # with all that its kernel had taken
            receiver.start()
            run.wait(30)
            self.rest(config, spool)
            self.assertTrue(receiver.has(self.expected))

    def test_a_sensor_that_is_killed(self):
        for kind in ("tcp", "tls", "relp"):
            with self.subTest(kind=kind), harness.Folder() as spool:
                receiver = receivers.Rsyslog(self, self.folder, kind)
                receiver.start()
                config = self.configuration(receiver)
                spooled = set()
                for _ in range(3):
                    run = self.slowly(config, spool, 1.5)
                    time.sleep(0.7)
                    run.send_signal(signal.SIGKILL)
                    run.wait(10)
                    code, out, err = harness.run("events", "--type", "alert", "--format", "json", spool)
                    self.assertEqual(code, 0, err.decode())
                    spooled |= {json.loads(line)["event_id"] for line in out.splitlines()}
                self.assertGreater(len(spooled), 500)
                run = self.slowly(config, spool, 0.5)
                self.assertEqual(run.wait(30), 0, run.stderr.read().decode())
                self.assertLessEqual(spooled, self.expected)
                self.rest(config, spool)
                self.assertTrue(receiver.has(self.expected), len(set(receiver.ids())))
                receiver.end()


if __name__ == "__main__":
    unittest.main()
