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


def captures():
    return {name for name in os.listdir(PCAPS) if ".pcap" in name}


class CapturesTest(unittest.TestCase):
    def test_scenarios_captures_and_facts_belong_together(self):
        self.assertEqual({name.split(".")[0] for name in captures()}, scenarios())
        self.assertEqual({name.removesuffix(".json") for name in os.listdir(EXPECTED)}, scenarios())
        for name in os.listdir(EXPECTED):
            with open(os.path.join(EXPECTED, name), encoding="utf-8") as file:
                self.assertIn(json.load(file)["capture"], captures())

    def test_readme_names_every_capture(self):
        with open(os.path.join(PCAPS, "README.md"), encoding="utf-8") as file:
            text = file.read()
        for name in captures():
            self.assertIn(f"`{name}`", text)

    def test_captures_are_small_and_not_empty(self):
        sizes = [os.path.getsize(os.path.join(PCAPS, name)) for name in captures()]
        self.assertLess(sum(sizes), CAPTURES_BYTES_MAX)
        self.assertGreater(min(sizes), 1000)


if __name__ == "__main__":
    unittest.main()
