"""The sensor on a real interface: a capture is played into one end of a veth pair, in a network namespace of the test's
own, and `outspan live` watches the other. Skipped, with the reason, where namespaces are not permitted."""

import json
import os
import signal
import socket
import struct
import subprocess
import time
import unittest

import harness

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


# Runs inside the namespace: plays frames into the interface named.
PLAYER = """
import socket, sys, time
sys.path.insert(0, sys.argv[3])
import test_live
from pathlib import Path
out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
out.bind((sys.argv[2], 0))
for i, frame in enumerate(test_live.frames(Path(sys.argv[1]))):
    out.send(frame)
    if i % 20 == 19:
        time.sleep(0.002)
"""


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
        time.sleep(1.5)  # until the ring is open; a packet that comes earlier is nobody's
        if run.poll() is not None:
            self.fail(run.communicate()[1].decode())
        return run

    def play(self, name):
        subprocess.run(["ip", "netns", "exec", NAMESPACE, "python3", "-c", PLAYER, harness.PCAPS / name, "span0",
                        os.path.dirname(os.path.abspath(__file__))], check=True, timeout=60)

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

    def test_no_such_interface(self):
        code, _, err = harness.run("live", "-i", "nosuchif0")
        self.assertEqual(code, 2)
        self.assertIn("nosuchif0", err.decode())


if __name__ == "__main__":
    unittest.main()
