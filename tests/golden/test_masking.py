"""The sensor is not the next leak: no value of a customer table that a capture was made from stands in anything that
the program writes, in any spelling, in any format.

The tables are made again: the scenarios of tools/lab run without a network, and what they ask tools/customers for is
noted. Those that need programs for office files are taken from the facts of their captures."""

import base64
import csv
import io
import json
import re
import subprocess
import sys
import tempfile
import unittest
import urllib.parse
from unittest import mock

import fingerprints as fp
import harness

sys.path.insert(0, str(harness.ROOT / "tools" / "lab"))
sys.dont_write_bytecode = True
import content  # noqa: E402
import registry  # noqa: E402

FORMATS = ("text", "json", "syslog", "cef", "leef", "ecs", "ocsf")
PREFIX = 6  # no spelling is shorter
EVERY_VALUE = """
rules:
  - {id: object, when: {signatures: [email, phone, ticket], within: object}}
  - {id: flow, when: {signatures: [email, phone, ticket], within: flow}}
  - {id: host, when: {signatures: [email, phone, ticket], within: host, window: 30d}}
"""


class NoNetwork:
    """Keeps files as a laboratory does; its programs print nothing."""

    def __init__(self, folder):
        self.folder = str(folder)

    def path(self, name):
        return f"{self.folder}/{name}"

    def write(self, name, data):
        target = harness.Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data if isinstance(data, bytes) else data.encode())
        return str(target)

    def __getattr__(self, name):
        return lambda *_, **__: b""


def tables_of_scenarios():
    """For each scenario the tables of customers that it asks for, as rows."""
    asked = set()
    made = {}
    make = content.customers_file

    def note(rows, seed, format="csv"):
        asked.add((rows, seed))
        if (rows, seed, format) not in made:
            made[rows, seed, format] = make(rows, seed, format)
        return made[rows, seed, format]

    tables = {}
    with mock.patch.object(content, "customers_file", note), mock.patch.dict(sys.modules, servers=mock.MagicMock()), \
            mock.patch("time.sleep"), harness.Folder() as folder:
        import scenarios_files, scenarios_mail, scenarios_network, scenarios_web  # noqa: E401,F401
        for entry in registry.SCENARIOS.values():
            asked.clear()
            try:
                entry.function(NoNetwork(folder), lambda **_: None)
            except OSError:
                pass  # it reads what a server would have written; that is after the tables were made
            tables[entry.name] = [row for rows, seed in sorted(asked)
                                  for row in csv.DictReader(io.StringIO(note(rows, seed).decode(), newline=""))]
    for facts in fp.facts():
        name = harness.scenario(harness.Path(facts["capture"]))
        if name not in tables:
            tables[name] = fp.sent_in(facts)
    return tables


def spellings(value):
    """Ways to write a value that give it away, in lower case."""
    digits = re.sub(r"\D", "", value)
    found = {value, urllib.parse.quote(value, safe=""), urllib.parse.quote_plus(value), value.replace(" ", "_"),
             value.encode().hex(), base64.b64encode(value.encode()).decode().rstrip("=")[:-1],
             value.encode("ascii", "backslashreplace").decode()}
    if "@" in value:
        found |= {value.split("@")[0], value.replace("@", "\\u0040"), value.replace("@", "&#64;")}
    elif len(digits) >= 7:
        found |= {digits, digits[-8:], value.replace(" ", "-"), value.replace(" ", "")}
    return {spelling.lower() for spelling in found if len(spelling) >= PREFIX}


class Search:
    """Looks for many words at once."""

    def __init__(self, words):
        self.by_prefix = {}
        for word in words:
            self.by_prefix.setdefault(word[:PREFIX], []).append(word)

    def first(self, text):
        for at in range(len(text) - PREFIX + 1):
            for word in self.by_prefix.get(text[at:at + PREFIX], ()):
                if text.startswith(word, at) and not (word.isdigit() and self.inside_number(text, at, len(word))):
                    return at, word
        return None

    @staticmethod
    def inside_number(text, at, size):
        """Eight digits in a hash or in nanoseconds are nobody's."""
        return text[at - 1:at] in tuple("0123456789abcdef") or text[at + size:at + size + 1] in tuple("0123456789abcdef")


class Masking(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tables = tables_of_scenarios()

    def words(self, scenario):
        return {spelling for row in self.tables[scenario] for name, value in row.items()
                if value and (name != "name" or " " in value) for spelling in spellings(value)}

    def test_the_tables_are_those_of_the_captures(self):
        self.assertEqual(set(self.tables), {harness.scenario(path) for path in harness.captures()})
        rows = self.tables["support-export"]
        sent = (harness.PCAPS / "support-export.pcap").read_bytes()
        self.assertEqual(len(rows), 200)
        # A value that is cut by two segments is not in the file in one piece.
        self.assertGreater(sum(row["email"].encode() in sent for row in rows), 180)
        for name in ("smtp-nested", "http-brotli-zstd", "udp-syslog", "mid-stream", "tls"):
            self.assertTrue(self.tables[name], name)

    def test_the_search_finds_what_stands_there(self):
        search = Search(spellings("+44 20 7946 0123") | spellings("anna.meyer@example.com"))
        for text in ('"url":"http://x/?q=anna.meyer%40example.com"', "call 79460123.", "+442079460123", "ANNA.MEYER"):
            self.assertIsNotNone(search.first(text.lower()), text)
        for text in ("j***@e***.com", "+44 ********23", "0.794601230", "a79460123"):
            self.assertIsNone(search.first(text), text)

    def test_no_value_in_any_output(self):
        written = 0
        kept = tempfile.TemporaryDirectory()
        self.addCleanup(kept.cleanup)
        self.certificate = harness.Path(kept.name) / "cert.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                        "/dev/null", "-out", self.certificate, "-subj", "/CN=Investigator"], check=True, capture_output=True)
        for capture in harness.captures():
            search = Search(self.words(harness.scenario(capture)))
            for rules in ("", EVERY_VALUE):
                with self.subTest(capture=capture.name, every_value=bool(rules)), harness.Folder() as folder:
                    for name, text in self.everything_written(capture, rules, folder):
                        written += len(text)
                        found = search.first(text)
                        if found:
                            at, word = found
                            self.fail(f"{name}: {word} stands at …{text[max(0, at - 200):at + 60]}…")
        self.assertGreater(written, 1_000_000)

    def everything_written(self, capture, rules, folder):
        """What a replay prints, and all files that it makes: an output in each format, a spool, metrics, the report, evidence."""
        outputs = [{"type": "file", "file": f"events.{form}", "format": form} for form in FORMATS]
        config = folder / "outspan.yaml"
        evidence = {"certificate": str(self.certificate), "folder": "evidence", "memory_mib": 64, "file_kib": 128}
        config.write_text(f"{rules}outputs: {json.dumps(outputs)}\nmetrics: {{textfile: metrics.prom}}\n"
                          f"evidence: {json.dumps(evidence)}\n")
        _, out, err = harness.run("replay", "-v", "-c", config, "--spool", folder / "spool", "--report",
                                  folder / "report.html", "--events",
                                  harness.ALL_EVENTS + ",record", "--direction", "outbound,inbound,internal,transit",
                                  "--stream-sha256", capture)
        config.unlink()
        yield "printed", (out + err).decode("utf-8", "replace").lower()
        names = set()
        for path in folder.rglob("*"):
            if path.is_file() and path.name not in ("lock", "reserve"):
                names.add(path.suffix)
                yield f"the name {path.name}", path.name.lower()
                yield path.name, path.read_bytes().decode("utf-8", "replace").lower()
        self.assertGreaterEqual(names, {".seg", ".prom", ".html", *(f".{form}" for form in FORMATS)})


if __name__ == "__main__":
    unittest.main()
