"""File shares and TFTP: what was written in blocks is found whole, by real programs (samba and smbclient, in a network namespace of the
test's own) and in captures that lost packets; there never less than a search of the raw stream finds."""

import hashlib
import io
import os
import random
import re
import shutil
import signal
import struct
import subprocess
import time
import unittest
import zipfile

import fingerprints as fp
import harness

import content
import servers

NAMESPACE = f"outspan-shares-{os.getpid()}"


def packets_of(capture):
    """The file's header and its packets, each with the header of its record."""
    data = capture.read_bytes()
    packets, at = [], 24
    while at < len(data):
        size = struct.unpack_from("<I", data, at + 8)[0]
        packets.append(data[at:at + 16 + size])
        at += 16 + size
    return data[:24], packets


# With other words in the place of these, nobody knows the protocol.
RECOGNISED = {"smb": (b"\xfeSMB", b"\xfeSMX"), "tftp": (b"octet", b"otter")}


class LostPackets(unittest.TestCase):
    """The same packets as a protocol that nobody knows are searched as they are: what is found there is the least."""

    @classmethod
    def setUpClass(cls):
        folder = harness.Folder()
        cls.path = folder.__enter__()
        cls.addClassCleanup(folder.cleanup)
        left = [facts for facts in fp.facts(("outbound", "inbound")) if facts["capture"].split(".")[0] in RECOGNISED]
        cls.options = fp.build(cls.path, [row for facts in left for row in fp.sent_in(facts)])

    def rows(self, head, packets, change=None):
        capture = self.path / "some.pcap"
        data = head + b"".join(packets)
        capture.write_bytes(data.replace(*change) if change else data)
        events = harness.replay(capture, *self.options, "--direction", "all", events="record,ledger")
        harness.check_ledger(events)
        return set(fp.rows_of(events))

    @staticmethod
    def variants(packets):
        yield "all", packets
        for name, address in (("client", [10, 20, 0, 7]), ("server", [203, 0, 113, 9])):
            yield name, [packet for packet in packets if packet[16 + 26:16 + 30] == bytes(address)]
        for part in (3, 5, 8):
            yield f"from {part}/10", packets[len(packets) * part // 10:]
        for n in (2, 3, 5, 9, 20):
            yield f"every {n}th lost", [packet for i, packet in enumerate(packets) if i % n != n - 1]

    def test_never_less_than_raw(self):
        for capture, change in RECOGNISED.items():
            head, packets = packets_of(harness.PCAPS / f"{capture}.pcap")
            for name, left in self.variants(packets):
                with self.subTest(capture=capture, variant=name):
                    raw, found = self.rows(head, left, change), self.rows(head, left)
                    self.assertEqual(raw - found, set())
                    if name in ("all", "client"):
                        self.assertGreater(len(found), len(raw) + 400, "a zip in blocks is little for a raw search")


class Place:
    """A network namespace with nothing but a loopback, as a place of the lab."""

    def __init__(self, folder):
        self.folder = folder

    def path(self, name):
        return str(self.folder / name)

    def write(self, name, text):
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    def command(self, place, *command):
        return ["ip", "netns", "exec", place, *command]

    def do(self, place, *command, text=None):
        subprocess.run(self.command(place, *command), check=True, capture_output=True, input=text, timeout=60, cwd=self.folder)

    def start(self, place, command, port):
        address = self.folder.name
        self.server = subprocess.Popen(self.command(place, *command), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                       start_new_session=True)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            listening = subprocess.run(self.command(place, "ss", "-Hltn", "src", f"{address}:{port}"), capture_output=True)
            if listening.stdout.strip():
                return
            time.sleep(0.05)
        raise AssertionError(f"{command[0]} does not listen")

    def stop(self):
        self.server.terminate()
        self.server.wait(timeout=30)
        left = subprocess.run(["ip", "netns", "pids", NAMESPACE], capture_output=True, text=True).stdout.split()
        for process in left:
            try:
                os.kill(int(process), signal.SIGKILL)
            except ProcessLookupError:
                pass


def big_zip(rows):
    """10 MB, with customers from its beginning to its end."""
    packed = io.BytesIO()
    noise = random.Random(7)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in range(5):
            some = rows[part * len(rows) // 5:(part + 1) * len(rows) // 5]
            lines = "".join(",".join(row[column] for column in fp.COLUMNS) + "\r\n" for row in some)
            archive.writestr(f"part{part}.csv", lines)
            archive.writestr(f"picture{part}.jpg", noise.randbytes(2_000_000))
    return packed.getvalue()


class RealShare(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        for program in ("smbd", "smbclient", "tcpdump", "ss"):
            if not shutil.which(program):
                raise unittest.SkipTest(f"{program} is not installed")
        if subprocess.run(["ip", "netns", "add", NAMESPACE], capture_output=True).returncode != 0:
            raise unittest.SkipTest("network namespaces are not permitted here")
        cls.addClassCleanup(subprocess.run, ["ip", "netns", "del", NAMESPACE], check=True)
        subprocess.run(["ip", "-n", NAMESPACE, "link", "set", "lo", "up"], check=True)
        subprocess.run(["ip", "-n", NAMESPACE, "address", "add", "127.0.0.2/8", "dev", "lo"], check=True)
        folder = harness.Folder()
        cls.folder = folder.__enter__()
        cls.folder.chmod(0o755)
        cls.addClassCleanup(folder.cleanup)
        cls.place = Place(cls.folder)
        for address, more in (("127.0.0.1", ""), ("127.0.0.2", "smb2 max write = 4096\nsmb2 max read = 4096")):
            (cls.folder / address).mkdir()
            server = Place(cls.folder / address)
            servers.samba(server, NAMESPACE, address, "dana", "Winter2026", more)
            cls.addClassCleanup(server.stop)
        cls.table = content.customers(2000, 575)
        cls.options = fp.build(cls.folder, cls.table)
        cls.zip = big_zip(cls.table)
        cls.place.write("big.zip", cls.zip)
        cls.place.write("client.conf", "[global]\n")

    def recorded(self, *talks, address="127.0.0.1"):
        """A capture of smbclients that run at the same time, without a packet dropped."""
        for _ in range(5):
            capture, dropped = self.recorded_once(talks, address)
            if not dropped:
                return capture
        self.skipTest("tcpdump drops packets on this machine")

    def recorded_once(self, talks, address):
        capture = self.folder / "recorded.pcap"
        tcpdump = subprocess.Popen(self.place.command(NAMESPACE, "tcpdump", "-i", "lo", "-s", "0", "-U", "-B", "131072",
                                                      "-Z", "root", "-w", capture), stderr=subprocess.PIPE, text=True)
        for line in tcpdump.stderr:
            if "listening on" in line:
                break
        clients = [subprocess.Popen(self.place.command(
            NAMESPACE, "smbclient", f"//{address}/sales", "-s", self.place.path("client.conf"), "-U", "dana%Winter2026", *talk),
            cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for talk in talks]
        for client in clients:
            said, _ = client.communicate(timeout=60)
            self.assertEqual(client.returncode, 0, said)
        size = -1
        while size != capture.stat().st_size:
            size = capture.stat().st_size
            time.sleep(1.2)  # tcpdump waits a second for a block of its ring to fill
        tcpdump.send_signal(signal.SIGINT)
        _, said = tcpdump.communicate(timeout=30)
        return capture, int(re.search(r"(\d+) packets? dropped by kernel", said)[1])

    def check_whole(self, capture, *names):
        events = harness.replay(capture, *self.options, "--direction", "all", events="record,object,ledger")
        harness.check_ledger(events)
        digest = hashlib.sha256(self.zip).hexdigest()
        objects = [event for event in harness.of_type(events, "object") if event["object"]["sha256"] == digest]
        ledger = harness.of_type(events, "ledger")[-1]
        self.assertEqual(sorted(event["object"]["path"][0] for event in objects), sorted(names), f"by reason: {ledger['by_reason']}")
        for event in objects:
            self.assertEqual(event["actor"]["user"], "dana")
        self.assertEqual(set(fp.rows_of(events)), set(range(1, len(self.table) + 1)))

    def test_small_blocks(self):
        self.check_whole(self.recorded(["-m", "SMB2", "-c", "put big.zip small.zip; get small.zip back.zip"], address="127.0.0.2"),
                         "WRITE small.zip", "READ small.zip")

    def test_the_first_version(self):
        self.check_whole(self.recorded(["--option=client min protocol=NT1", "-m", "NT1", "-c", "put big.zip old.zip; get old.zip back.zip"]),
                         "WRITE old.zip", "READ old.zip")

    def test_large_blocks_of_two_at_a_time(self):
        capture = self.recorded(["-m", "SMB3", "-c", "put big.zip one.zip"],
                                ["-m", "SMB3", "--client-protection=sign", "-c", "put big.zip two.zip"])
        self.check_whole(capture, "WRITE one.zip", "WRITE two.zip")

    def test_reading(self):
        self.place.write("127.0.0.1/share/big.zip", self.zip)
        self.check_whole(self.recorded(["-m", "SMB3", "-c", "get big.zip back.zip"]), "READ big.zip")

    def test_encrypted(self):
        capture = self.recorded(["-m", "SMB3", "--client-protection=encrypt", "-c", "put big.zip closed.zip"])
        events = harness.replay(capture, *self.options, "--direction", "all")
        ledger = harness.check_ledger(events)
        encrypted = sum(columns["encrypted"] for columns in ledger["bytes"].values())
        self.assertGreater(encrypted, len(self.zip))


if __name__ == "__main__":
    unittest.main()
