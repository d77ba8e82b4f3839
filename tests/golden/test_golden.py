"""Every committed capture gives exactly the events that are committed beside it, the facts that its scenario was made
from, and a ledger that adds up. `tools/update-golden` rewrites the events after an intended change."""

import json
import subprocess
import sys
import unittest

import harness


def comparable(out):
    """Counters of memory and speed change with the code and the machine; everything else must not."""
    return [line for line in out.decode().splitlines() if '"event_type":"stats"' not in line]


class Golden(unittest.TestCase):
    maxDiff = 4000

    def test_events_are_the_committed_ones(self):
        for capture in harness.captures():
            with self.subTest(capture=capture.name):
                code, out, err = harness.run("replay", "--format", "json", "--events", harness.ALL_EVENTS,
                                             "--stream-sha256", "-w", "1", f"pcaps/{capture.name}")
                self.assertIn(code, (0, 1), err.decode())
                golden = harness.EVENTS / f"{capture.name}.jsonl"
                self.assertTrue(golden.exists(), f"{golden} is missing: run tools/update-golden and read the result")
                self.assertEqual(golden.read_text().splitlines(), comparable(out))

    def test_any_number_of_workers_gives_the_same_bytes(self):
        for capture in harness.captures():
            with self.subTest(capture=capture.name):
                outputs = set()
                for workers in ("1", "2", "3", "8"):
                    _, out, _ = harness.run("replay", "--format", "json", "--events", harness.ALL_EVENTS, "-w", workers,
                                            f"pcaps/{capture.name}")
                    outputs.add("\n".join(comparable(out)))
                self.assertEqual(len(outputs), 1)

    def test_the_ledger_adds_up(self):
        for capture in harness.captures():
            for direction in ("outbound", "outbound,inbound,internal,transit"):
                with self.subTest(capture=capture.name, direction=direction):
                    code, out, _ = harness.run("replay", "--format", "json", "--events", harness.ALL_EVENTS,
                                               "--direction", direction, f"pcaps/{capture.name}")
                    self.assertIn(code, (0, 1))
                    harness.check_ledger([json.loads(line) for line in out.decode().splitlines()])

    def test_every_event_fits_the_schema(self):
        lines = []
        for capture in harness.captures():
            _, out, _ = harness.run("replay", "--format", "json", "--events", harness.ALL_EVENTS, "--stream-sha256",
                                    f"pcaps/{capture.name}")
            lines += out.decode().splitlines()
        import jsonschema
        schema = json.loads((harness.ROOT / "docs" / "event-schema.json").read_text())
        validator = jsonschema.Draft202012Validator(schema) if hasattr(jsonschema, "Draft202012Validator") \
            else jsonschema.Draft7Validator(schema)
        kinds = set()
        for line in lines:
            event = json.loads(line)
            kinds.add(event["event_type"])
            errors = [error.message for error in validator.iter_errors(event)]
            self.assertEqual(errors, [], line)
            self.assertEqual(json.dumps(event, separators=(",", ":"), ensure_ascii=False), line, "compact, stable")
        self.assertGreaterEqual(kinds, {"alert", "blindspot", "flow", "object", "ledger", "stats"})


if __name__ == "__main__":
    import os
    os.chdir(harness.ROOT)
    unittest.main()
