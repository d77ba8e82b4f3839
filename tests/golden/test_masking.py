"""The sensor is not the next leak: no value of a leaked customer table stands in anything that the program writes, in
any spelling, in any format."""

import base64
import csv
import re
import unittest
import urllib.parse

import harness


def known_values():
    """Every value of the customer tables that the captures were made from."""
    values = set()
    for table in sorted((harness.PCAPS / "customers").glob("*.csv")):
        with open(table, newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                values.update(value for key, value in row.items() if key in ("email", "ticket", "phone") and value)
    return values


def spellings(value):
    digits = re.sub(r"\D", "", value)
    yield value
    yield value.lower()
    yield urllib.parse.quote(value, safe="")
    yield base64.b64encode(value.encode()).decode().rstrip("=")
    if "@" in value:
        yield value.split("@")[0]
        yield value.replace("@", "\\u0040")
    elif len(digits) >= 7:
        yield digits
        yield digits[-8:]


class Masking(unittest.TestCase):
    def test_no_value_in_any_output(self):
        needles = {spelling.lower() for value in known_values() for spelling in spellings(value) if len(spelling) >= 6}
        self.assertGreater(len(needles), 500)
        words = re.compile("|".join(sorted(map(re.escape, needles), key=len, reverse=True)))
        written = 0
        for capture in harness.captures():
            for form in ("text", "json", "syslog"):
                code, out, err = harness.run("replay", "-v", "--format", form, "--events", harness.ALL_EVENTS,
                                             "--direction", "outbound,inbound,internal,transit", "--stream-sha256",
                                             capture)
                everything = (out + err).decode("utf-8", "replace").lower()
                written += len(everything)
                found = words.search(everything)
                self.assertIsNone(found, f"{capture.name} as {form}: a value stands at "
                                  f"…{everything[max(0, found.start() - 80):found.end() + 20] if found else ''}…")
        self.assertGreater(written, 10_000)


if __name__ == "__main__":
    unittest.main()
