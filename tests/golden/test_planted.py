"""A value in every nesting of every protocol, and in every place beside the content: it is found, or its bytes stand
outside `inspected`. No byte is unclaimed."""

import unittest

import harness
import planted

RULES = """rules:
  - {id: planted, severity: low, when: {signatures: [email], distinct_values: 1, within: flow}}
alerts: {blindspot_bytes: 0}
"""
# Nestings that are neither today, with the reason: each ends the names of ways.
KNOWN = {
    "JSON of message of PGP": "a message of PGP is known at the beginning of bytes, and not within text",
    "UTF-16 of message of PGP": "the same",
}


class EveryValue(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        with harness.Folder() as folder:
            capture, config = folder / "planted.pcap", folder / "planted.yaml"
            cls.sent = planted.Planted(capture)
            config.write_text(RULES)
            cls.events = harness.replay(capture, "-c", config)

    def test_it_is_found_or_its_bytes_are_not_inspected(self):
        found = {event["src_port"] for event in harness.of_type(self.events, "alert")}
        outside = {}
        for flow in harness.of_type(self.events, "flow"):
            side = flow["to_server"]
            outside[flow["src_port"]] = side["bytes"]["total"] - side["bytes"]["inspected"]
        size = len(planted.value(0))
        silent = {name for number, name in self.sent.ways.items()
                  if 1024 + number not in found and outside[1024 + number] < size}
        self.assertGreater(len(self.sent.ways), 1000)
        known = {name for name in silent if name.endswith(tuple(KNOWN))}
        self.assertEqual({ending for ending in KNOWN if any(name.endswith(ending) for name in known)}, set(KNOWN),
                         "what is no longer silent is no longer known")
        self.assertEqual(silent - known, set())

    def test_every_byte_is_claimed(self):
        ledger = harness.check_ledger(self.events)
        self.assertNotIn("unclaimed", ledger["by_reason"].get("skipped", {}))
        self.assertNotIn("pending", ledger["by_reason"]["inspected"])


if __name__ == "__main__":
    unittest.main()
