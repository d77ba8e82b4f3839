"""A mirror port that gives every packet twice, in the ways they do: nothing is found twice, and no byte counts twice."""

import struct
import unittest

import harness

NAMES = ("icmp-payload", "udp-syslog", "ipv6", "support-export", "snaplen-cut", "loss")
TAG = bytes.fromhex("81000007")


def records(data):
    """Header and frame of each packet of a little-endian pcap."""
    at = 24
    while at + 16 <= len(data):
        length = struct.unpack_from("<I", data, at + 8)[0]
        yield data[at:at + 16], data[at + 16:at + 16 + length]
        at += 16 + length


def record(header, frame, more=0, later=0):
    seconds, fraction, _, wire = struct.unpack("<IIII", header)
    fraction += later
    return struct.pack("<IIII", seconds + fraction // 1_000_000, fraction % 1_000_000, len(frame), wire + more) + frame


def tagged(frame):
    return frame[:12] + TAG + frame[12:]


# Each gives the copies of a packet.
MIRRORS = {
    "twice": lambda header, frame: [record(header, frame), record(header, frame, later=15)],
    "with a tag and without": lambda header, frame: [record(header, tagged(frame), 4), record(header, frame, later=15)],
    "without a tag and with": lambda header, frame: [record(header, frame), record(header, tagged(frame), 4, later=15)],
    "three times": lambda header, frame: [record(header, tagged(frame), 4), record(header, frame, later=15),
                                          record(header, tagged(tagged(frame)), 8, later=30)],
}


class Duplicates(unittest.TestCase):
    def test_count_once(self):
        for name in NAMES:
            path = next(path for path in harness.captures() if harness.scenario(path) == name)
            data = path.read_bytes()
            if struct.unpack_from("<I", data)[0] != 0xA1B2C3D4:
                continue
            right = harness.replay(path)
            for mirror, copies in MIRRORS.items():
                with self.subTest(capture=name, mirror=mirror), harness.Folder() as folder:
                    made = folder / "made.pcap"
                    made.write_bytes(data[:24] + b"".join(b"".join(copies(*each)) for each in records(data)))
                    twice = harness.replay(made)
                    self.assertEqual(harness.essence(twice), harness.essence(right))
                    self.assertEqual(harness.check_ledger(twice)["bytes"], harness.check_ledger(right)["bytes"])
                    self.assertEqual(len(harness.of_type(twice, "flow")), len(harness.of_type(right, "flow")))
                    decode = harness.of_type(twice, "stats")[-1]["stats"]["decode"]
                    self.assertGreaterEqual(decode["duplicates"], decode["compared"] * 0.4)

    def test_there_are_none_in_other_captures(self):
        for path in harness.captures():
            decode = harness.of_type(harness.replay(path, events="stats"), "stats")[-1]["stats"]["decode"]
            self.assertEqual(decode["duplicates"], 0, path.name)


if __name__ == "__main__":
    unittest.main()
