"""Packets with wrong times, and clocks that are set while connections run: the same leaks are found, every byte is
inspected, and the times of the other events stay right."""

import struct
import unittest

import harness

NAMES = ("support-export", "http-pipeline-keepalive", "smtp-mail")
YEAR_2106 = 0xFFFFFFFF
HOUR = 3600


def records(data):
    """Where the packets of a little-endian pcap begin."""
    at = 24
    while at + 16 <= len(data):
        yield at
        at += 16 + struct.unpack_from("<I", data, at + 8)[0]


def with_times(path, change):
    """The capture with the seconds of packet i changed by a function of i, their number and the seconds."""
    data = bytearray(path.read_bytes())
    all_records = list(records(data))
    for i, at in enumerate(all_records):
        seconds = change(i, len(all_records), struct.unpack_from("<I", data, at)[0])
        struct.pack_into("<I", data, at, seconds & 0xFFFFFFFF)
    return bytes(data)


CHANGES = {
    "one of 2106": lambda i, n, s: YEAR_2106 if i == n // 2 else s,
    "one of 1970": lambda i, n, s: 1 if i == n // 2 else s,
    "the first of 2106": lambda i, n, s: YEAR_2106 if i == 0 else s,
    "ten of 2106": lambda i, n, s: YEAR_2106 if n // 3 <= i < n // 3 + 10 else s,
    "every seventh of 2106": lambda i, n, s: YEAR_2106 - i if i % 7 == 3 else s,
    "every seventh of 1970": lambda i, n, s: i if i % 7 == 3 else s,
    "one a day ahead": lambda i, n, s: s + 24 * HOUR if i == n // 2 else s,
    "set forward by an hour": lambda i, n, s: s + HOUR if i >= n // 2 else s,
    "set back by an hour": lambda i, n, s: s - HOUR if i >= n // 2 else s,
    "set forward and back": lambda i, n, s: s + HOUR if n // 3 <= i < 2 * n // 3 else s,
    "set by 80 years": lambda i, n, s: YEAR_2106 if i >= n // 2 else s,
    "two clocks, an hour apart": lambda i, n, s: s + HOUR if i % 2 else s,
}


def essence(events, change):
    """Without windows of hosts where half of them was 80 years ago."""
    found = harness.essence(events)
    return {leak for leak in found if leak[0] != "customer-drip"} if "80 years" in change else found


class Clocks(unittest.TestCase):
    def test_nothing_is_lost(self):
        for name in NAMES:
            path = harness.PCAPS / f"{name}.pcap"
            right = harness.replay(path)
            for change, function in CHANGES.items():
                with self.subTest(capture=name, change=change), harness.Folder() as folder:
                    made = folder / "made.pcap"
                    made.write_bytes(with_times(path, function))
                    wrong = harness.replay(made)
                    self.assertEqual(essence(wrong, change), essence(right, change))
                    self.assertEqual(harness.check_ledger(wrong)["bytes"], harness.check_ledger(right)["bytes"])
                    self.assertEqual(len(harness.of_type(wrong, "flow")), len(harness.of_type(right, "flow")))

    def test_a_misdated_packet_misdates_no_event(self):
        path = harness.PCAPS / "support-export.pcap"
        for change in ("one of 2106", "one of 1970", "ten of 2106"):
            with self.subTest(change=change), harness.Folder() as folder:
                made = folder / "made.pcap"
                made.write_bytes(with_times(path, CHANGES[change]))
                years = {event["timestamp"][:4] for event in harness.replay(made)}
                self.assertEqual(years, {event["timestamp"][:4] for event in harness.replay(path)})

    def test_a_real_silence_ends_flows(self):
        path = harness.PCAPS / "icmp-payload.pcap"
        data = path.read_bytes()
        later = with_times(path, lambda i, n, s: s + 2 * HOUR)
        much_later = with_times(path, lambda i, n, s: s + 4 * HOUR)
        with harness.Folder() as folder:
            made = folder / "made.pcap"
            made.write_bytes(data + later[24:] + much_later[24:])
            events = harness.replay(made)
        self.assertIn("timeout", {flow["reason"] for flow in harness.of_type(events, "flow")})


if __name__ == "__main__":
    unittest.main()
