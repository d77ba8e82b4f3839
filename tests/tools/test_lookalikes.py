#!/usr/bin/env python3
"""Holds what tools/lookalikes promises: the same bytes every time, as many of each kind as asked for."""

import os
import subprocess
import sys
import tempfile
import unittest

LOOKALIKES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools", "lookalikes")


def run(*arguments):
    return subprocess.run([sys.executable, "-B", LOOKALIKES, *arguments], capture_output=True, check=True).stdout.decode()


def texts(*arguments):
    with tempfile.TemporaryDirectory() as folder:
        run("--text", folder, *arguments)
        made = {}
        for name in os.listdir(folder):
            with open(os.path.join(folder, name), encoding="utf-8", newline="") as file:
                made[name.removesuffix(".txt")] = file.read()
        return made


class LookalikesTest(unittest.TestCase):
    def test_same_seed_same_bytes(self):
        self.assertEqual(texts("--count=20", "--seed=4"), texts("--count=20", "--seed=4"))
        self.assertNotEqual(texts("--count=20", "--seed=4"), texts("--count=20", "--seed=5"))

    def test_a_kind_does_not_depend_on_the_others(self):
        self.assertEqual(texts("--count=20", "--kind=imei")["imei"], texts("--count=20")["imei"])

    def test_every_kind_that_is_listed_is_made(self):
        listed = {line.split()[0] for line in run("--list").splitlines()}
        self.assertEqual(set(texts("--count=3")), listed)
        self.assertGreaterEqual(len(listed), 40)

    def test_as_many_as_asked_for(self):
        self.assertEqual(texts("--count=1000", "--kind=ipv4-list")["ipv4-list"].count("\n"), 1000)


if __name__ == "__main__":
    unittest.main()
