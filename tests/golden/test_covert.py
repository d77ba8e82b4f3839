"""Tunnels through DNS and ICMP by the programs that are used for it, mostly between two network namespaces of the test's own: each is
reported as a covert channel, and what it carries is found or not `inspected`. Pings of all kinds are not. Skipped, with the
reason, where namespaces are not permitted or a program is missing."""

import contextlib
import os
import shutil
import subprocess
import sys
import time
import unittest

import harness

CLIENT, SERVER = f"outspan-covert-{os.getpid()}-a", f"outspan-covert-{os.getpid()}-b"
ROWS = "".join(f"customer{i}@example.com;+1 202 555 01{i:02}\n" for i in range(100))
CONFIG = "alerts: {blindspot_bytes: 0}\n"

# Takes a connection and reads it to its end.
SINK = """
import socket, sys
with socket.create_server((sys.argv[1], int(sys.argv[2]))) as listener:
    peer = listener.accept()[0]
    taken = 0
    while taken < int(sys.argv[3]):
        piece = peer.recv(65536)
        if not piece:
            break
        taken += len(piece)
print(taken)
"""
# Sends the rows, as soon as somebody listens.
SOURCE = """
import socket, sys, time
for _ in range(300):
    try:
        peer = socket.create_connection((sys.argv[1], int(sys.argv[2])), 30)
        break
    except OSError:
        time.sleep(0.1)
peer.sendall(sys.argv[3].encode())
time.sleep(30)
"""


def ip(*arguments):
    return subprocess.run(["ip", *arguments], capture_output=True, text=True).returncode


def inside(namespace, *command, **options):
    return subprocess.Popen(["ip", "netns", "exec", namespace, *map(str, command)], stdin=subprocess.DEVNULL,
                            **{"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **options})


def replayed(capture):
    with harness.Folder() as folder:
        (folder / "outspan.yaml").write_text(CONFIG)
        return harness.replay(capture, "-c", folder / "outspan.yaml")


def said(events):
    harness.check_ledger(events)
    return [event["anomaly"]["kind"] for event in harness.of_type(events, "anomaly")]


def emails(events):
    return max((match["distinct"] for alert in harness.final_alerts(events) for match in alert["matches"]
                if match["signature"] == "email"), default=0)


class Captured(unittest.TestCase):
    def test_dns2tcp_is_reported_and_read(self):
        """Rows as below through dns2tcpc and dns2tcpd 0.5.2."""
        events = replayed(harness.ROOT / "tests" / "golden" / "captures" / "dns2tcp.pcap")
        self.assertEqual(said(events), ["covert_channel"])
        self.assertGreater(emails(events), 60)


class Covert(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if os.geteuid() != 0 or ip("netns", "add", CLIENT) != 0:
            raise unittest.SkipTest("network namespaces are not permitted here")
        cls.addClassCleanup(ip, "netns", "del", CLIENT)
        cls.addClassCleanup(ip, "netns", "del", SERVER)
        ip("netns", "add", SERVER)
        link = f"cv{os.getpid()}"
        if ip("link", "add", link + "a", "netns", CLIENT, "type", "veth", "peer", "name", link + "b", "netns", SERVER) != 0:
            raise unittest.SkipTest("links between namespaces are not permitted here")
        for namespace, end, address in ((CLIENT, "a", "10.20.0.2/24"), (SERVER, "b", "198.51.100.2/24")):
            ip("-n", namespace, "link", "set", link + end, "name", "wire")
            ip("-n", namespace, "addr", "add", address, "dev", "wire")
            for device in ("lo", "wire"):
                ip("-n", namespace, "link", "set", device, "up")
            ip("-n", namespace, "route", "add", "default", "dev", "wire")

    @contextlib.contextmanager
    def captured(self, folder):
        """What passes the wire meanwhile, and the processes to be ended after it."""
        with contextlib.ExitStack() as stack:
            def start(*arguments, **options):
                process = inside(*arguments, **options)
                stack.callback(process.wait, 30)
                stack.callback(process.kill)
                return process

            sniffer = inside(CLIENT, "tcpdump", "--immediate-mode", "-U", "-i", "wire", "-w", folder / "wire.pcap", stderr=subprocess.PIPE, text=True)
            while "listening" not in sniffer.stderr.readline():
                self.assertIsNone(sniffer.poll())
            yield start
            time.sleep(0.3)
            sniffer.terminate()
            sniffer.communicate(timeout=30)

    def carried(self, folder, start, server, listener, client, source):
        """Rows go from a source at the client to a listener at the server, which is waited for."""
        for program in (server[0], client[0]):
            if shutil.which(program) is None:
                self.skipTest(program + " is not here")
        start(SERVER, *server)
        sink = start(SERVER, sys.executable, "-c", SINK, *listener, len(ROWS), stdout=subprocess.PIPE, text=True)
        time.sleep(1)
        start(CLIENT, *client)
        start(CLIENT, sys.executable, "-c", SOURCE, *source, ROWS)
        self.assertEqual(int(sink.communicate(timeout=60)[0] or 0), len(ROWS))

    def test_iodine_is_reported_and_not_inspected(self):
        if not os.path.exists("/dev/net/tun"):
            self.skipTest("there is no /dev/net/tun")
        with harness.Folder() as folder:
            with self.captured(folder) as start:
                self.carried(folder, start, ("iodined", "-f", "-c", "-P", "secret", "192.168.99.1", "t.example.com"),
                             ("0.0.0.0", 8000), ("iodine", "-f", "-r", "-P", "secret", "198.51.100.2", "t.example.com"),
                             ("192.168.99.1", 8000))
            events = replayed(folder / "wire.pcap")
        self.assertEqual(said(events), ["covert_channel"])
        spots = [spot for spot in harness.of_type(events, "blindspot") if spot["reason"] == "covert-channel"]
        self.assertEqual([(spot["src_ip"], spot["dest_ip"]) for spot in spots], [("10.20.0.2", "198.51.100.2")])
        sums = harness.of_type(events, "ledger")[-1]["bytes"]["outbound"]
        self.assertGreater(sums["opaque"], 0.9 * sums["total"])

    def test_ptunnel_is_reported_and_read(self):
        with harness.Folder() as folder:
            with self.captured(folder) as start:
                self.carried(folder, start, ("ptunnel-ng",), ("198.51.100.2", 8002),
                             ("ptunnel-ng", "-p198.51.100.2", "-l9001", "-r198.51.100.2", "-R8002"), ("127.0.0.1", 9001))
            events = replayed(folder / "wire.pcap")
        self.assertEqual(said(events), ["covert_channel"])
        self.assertGreater(emails(events), 90)

    def test_pings_are_not_reported(self):
        with harness.Folder() as folder:
            with self.captured(folder) as start:
                for options in (("-c", 40), ("-s", 1400, "-c", 40), ("-s", 8, "-c", 40), ("-p", "ff00", "-c", 40)):
                    start(CLIENT, "ping", "-i", "0.01", *options, "198.51.100.2").wait(60)
                for host in range(3, 40):
                    start(CLIENT, "ping", "-c", 1, "-W", 1, f"198.51.100.{host}")
            events = replayed(folder / "wire.pcap")
        self.assertEqual(said(events), [])
        self.assertEqual(harness.of_type(events, "blindspot"), [])
        self.assertEqual(harness.final_alerts(events), [])


if __name__ == "__main__":
    unittest.main()
