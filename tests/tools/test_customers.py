#!/usr/bin/env python3
"""Holds what tools/customers promises: the same bytes every time, no value twice, only reserved domains and numbers."""

import csv
import io
import json
import os
import re
import subprocess
import sys
import unittest

CUSTOMERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools", "customers")


def made(*arguments):
    return subprocess.run([sys.executable, CUSTOMERS, *arguments], capture_output=True, check=True).stdout.decode()


def table(*arguments):
    return list(csv.DictReader(io.StringIO(made(*arguments), newline="")))


class CustomersTest(unittest.TestCase):
    def test_same_seed_same_bytes(self):
        self.assertEqual(made("--rows=500", "--seed=4"), made("--rows=500", "--seed=4"))
        self.assertNotEqual(made("--rows=500", "--seed=4"), made("--rows=500", "--seed=5"))

    def test_no_value_twice(self):
        rows = table("--rows=68000", "--seed=2")
        self.assertEqual(len(rows), 68_000)
        for column in ("email", "ticket", "phone"):
            self.assertEqual(len({row[column] for row in rows}), 68_000, column)

    def test_only_reserved_domains_and_numbers(self):
        email = re.compile(r"[a-z]+\.[a-z]+\d*@([a-z]+\.)?example\.(com|org|net)")
        phone = re.compile(r"\+44 7700 900\d{3}|\+44 (20 7946|1\d\d 49[68]) 0\d{3}|\+1 \d{3}-555-01\d\d|"
                           r"\+33 (1 99 00|2 61 91|3 53 01|4 65 71|5 36 49|6 39 98) \d\d \d\d|"
                           r"\+49 (30 23125|69 90009|40 66969|89 99998) \d{3}|\+61 [2378] (5550|7010) \d{4}")
        for row in table("--rows=5000", "--seed=3"):
            self.assertRegex(row["email"], f"^(?:{email.pattern})$")
            self.assertRegex(row["phone"], f"^(?:{phone.pattern})$")
            self.assertRegex(row["ticket"], r"^TM-\d{8}$")

    def test_formats_hold_the_same_rows(self):
        rows = table("--rows=50")
        self.assertEqual(json.loads(made("--rows=50", "--format=json")), rows)
        page = made("--rows=50", "--format=html")
        self.assertTrue(all(f"<td>{row['email']}</td>" in page for row in rows))


if __name__ == "__main__":
    unittest.main()
