"""What was on the wire and is not in the ledger is said: in the ledger event, as a notice, on standard error and by the
exit status. Nothing is said where nothing is missing."""

import json
import os
import signal
import struct
import subprocess
import time
import unittest

import harness

TEXT = b"name=Jo Doe; phone=+1 202-555-0100; and more of the same kind here"


def pcap(packets, link=1):
    """A capture of these frames, a millisecond apart."""
    out = bytearray(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, link))
    for i, frame in enumerate(packets):
        out += struct.pack("<IIII", 1_700_000_000, i * 1000, len(frame), len(frame)) + frame
    return bytes(out)


def ethernet(ether_type, payload):
    return bytes.fromhex("020000000002020000000001") + struct.pack(">H", ether_type) + payload


def ipv4(protocol, payload, destination="203.0.113.9", number=1):
    to = bytes(map(int, destination.split(".")))
    return bytes([0x45, 0]) + struct.pack(">HHHBBH", 20 + len(payload), number, 0, 64, protocol, 0) + \
        bytes([10, 20, 0, 7]) + to + payload


def udp(number):
    """Two with one number are one packet, seen twice."""
    return ethernet(0x0800, ipv4(17, struct.pack(">HHHH", 40000, 514, 8 + len(TEXT), 0) + TEXT, number=number))


UDP = udp(1)


class Completeness(unittest.TestCase):
    def replay(self, capture, *options):
        """Status, events and standard error."""
        with harness.Folder() as folder:
            path = folder / "made.pcap"
            path.write_bytes(capture)
            code, out, err = harness.run("replay", "--format", "json", "--events", harness.ALL_EVENTS + ",notice",
                                         *options, path)
        return code, [json.loads(line) for line in out.decode().splitlines()], err.decode()

    def check(self, capture, reason, subject, packets, text, *options):
        code, events, err = self.replay(capture, *options)
        ledger = harness.check_ledger(events)
        self.assertFalse(ledger["complete"])
        missing = [each for each in ledger["missing"] if each["reason"] == reason]
        self.assertEqual([(each.get("subject"), each["packets"]) for each in missing], [(subject, packets)])
        self.assertIn(text, missing[0]["detail"])
        notices = [event["notice"] for event in harness.of_type(events, "notice")]
        self.assertEqual([notice["kind"] for notice in notices], ["incomplete"])
        self.assertEqual(notices[0]["detail"], missing[0]["detail"])
        self.assertIn(missing[0]["detail"], err)
        self.assertEqual(code, 1)
        return ledger

    def test_link_type(self):
        self.check(pcap([TEXT] * 12, link=195), "link-type", "195", 12,
                   "12 packets of link type 195 (IEEE802_15_4)")

    def test_ether_type_among_others(self):
        ledger = self.check(pcap([udp(1), ethernet(0x88B5, TEXT), udp(2)]), "ethertype", "0x88b5", 1, "EtherType 0x88b5")
        self.assertEqual(ledger["bytes"]["outbound"]["inspected"], 2 * len(TEXT))

    def test_ip_protocol(self):
        ledger = self.check(pcap([ethernet(0x0800, ipv4(253, TEXT, number=i)) for i in range(3)]), "ip-protocol", "253", 3, "IP protocol 253")
        self.assertEqual(ledger["bytes"]["outbound"]["opaque"], 3 * len(TEXT))

    def test_encrypted_wifi(self):
        frame = bytes.fromhex("08410000020000000001020000000002020000000003") + b"\x10\x00" + os.urandom(60)
        self.check(pcap([frame], link=105), "wifi-encrypted", None, 1, "encrypted Wi-Fi")

    def test_headers_that_are_none(self):
        self.check(pcap([UDP, ethernet(0x0800, b"\x15" + TEXT)]), "malformed", None, 1, "impossible headers")

    def test_what_networks_say_among_themselves_is_not_missing(self):
        control = [ethernet(0x0806, bytes(46)), ethernet(0x88CC, bytes(100)),
                   ethernet(0x0800, ipv4(89, bytes(44), "224.0.0.5")), ethernet(0x0800, ipv4(2, bytes(8), "224.0.0.22"))]
        code, events, err = self.replay(pcap([UDP] + control))
        self.assertEqual((code, err), (0, ""))
        self.assertTrue(harness.check_ledger(events)["complete"])
        self.assertEqual(harness.of_type(events, "notice"), [])

    def test_directions_that_are_not_inspected_do_not_count(self):
        code, events, _ = self.replay(pcap([ethernet(0x0800, ipv4(253, TEXT, "10.20.0.9"))]))
        self.assertEqual(code, 0)
        self.assertTrue(harness.check_ledger(events)["complete"])

    def test_a_capture_without_packets_has_no_ledger_of_1970(self):
        code, events, _ = self.replay(pcap([]))
        self.assertEqual(code, 0)
        self.assertNotIn("1970", events[-1]["timestamp"])
        code, events, err = self.replay(b"this is no capture, it is a letter")
        self.assertEqual((code, events), (1, []))
        self.assertIn("made.pcap", err)

    def test_an_interrupted_replay_says_where(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            run = subprocess.Popen([harness.BINARY, "replay", "--format", "json", "--events", "ledger", "-"],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            # More than one block, so that some are read before the end of the pipe is waited for.
            run.stdin.write(pcap([UDP] * 30_000))
            run.stdin.flush()
            time.sleep(1)
            run.send_signal(number)
            run.wait(timeout=30)  # before the pipe is closed, which ends it as well
            out, err = run.communicate(timeout=30)
            ledger = json.loads(out.decode().splitlines()[-1])
            self.assertEqual(ledger["missing"][0]["reason"], "interrupted")
            self.assertIn("after packet", err.decode())
            self.assertEqual(run.returncode, 128 + number)


if __name__ == "__main__":
    unittest.main()
