#!/usr/bin/env python3
"""Every capture is described, small, and has its facts; every scenario of the lab has its capture."""

import json
import os
import subprocess
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PCAPS = os.path.join(ROOT, "pcaps")
EXPECTED = os.path.join(ROOT, "tests", "golden", "expected")
CAPTURES_BYTES_MAX = 4_000_000


def scenarios():
    listed = subprocess.run([sys.executable, os.path.join(ROOT, "tools", "lab", "lab"), "list"], capture_output=True,
                            text=True, check=True).stdout
    return {line.split()[0] for line in listed.splitlines()}


def files(root, suffix):
    """Path below the root -> size. Captures and facts stand in the same folders."""
    found = {}
    for folder, _, names in os.walk(root):
        for name in names:
            if suffix in name:
                path = os.path.join(folder, name)
                found[os.path.relpath(path, root)] = os.path.getsize(path)
    return found


def stems(paths):
    return {os.path.basename(path).split(".")[0] for path in paths}


class CapturesTest(unittest.TestCase):
    def test_scenarios_captures_and_facts_belong_together(self):
        captures, facts = files(PCAPS, ".pcap"), files(EXPECTED, ".json")
        self.assertEqual(stems(captures), scenarios())
        self.assertEqual(stems(facts), scenarios())
        for path in facts:
            with open(os.path.join(EXPECTED, path), encoding="utf-8") as file:
                self.assertIn(os.path.join(os.path.dirname(path), json.load(file)["capture"]), captures)

    def test_readme_names_every_capture(self):
        with open(os.path.join(PCAPS, "README.md"), encoding="utf-8") as file:
            text = file.read()
        for path in files(PCAPS, ".pcap"):
            self.assertIn(f"`{path}`", text)

    def test_captures_are_small_and_not_empty(self):
        sizes = files(PCAPS, ".pcap")
        for folder in ("", "formats"):
            self.assertLess(sum(size for path, size in sizes.items() if os.path.dirname(path) == folder), CAPTURES_BYTES_MAX)
        self.assertGreater(min(sizes.values()), 1000)


if __name__ == "__main__":
    unittest.main()
