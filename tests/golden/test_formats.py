"""Every kind of file that the lab sends (tools/lab/formats.py), by HTTP and by mail: exactly the customers in it are named, or the
sensor says why it cannot look inside. What is so today stands in docs/format-coverage.md, which this test makes:

    tests/golden/test_formats.py --write     (tools/update-golden does it)

What should be found and is not, needs an entry with the reason in format_gaps.json."""

import collections
import json
import sys
import unittest

import fingerprints as fp
import harness

PCAPS = harness.PCAPS / "formats"
TABLE = harness.ROOT / "docs" / "format-coverage.md"
GAPS = harness.ROOT / "tests" / "golden" / "format_gaps.json"
GROUPS = {"archives": "Archives and compressed files", "office": "Office files", "text": "Text",
          "data": "Stored mail, databases, programs' own formats", "encodings": "Encodings and character sets",
          "closed": "What cannot be opened"}
FOUND = "✓"
CONFIG = "alerts: {blindspot_bytes: 0}\n"
EVENTS = "record,blindspot,ledger,flow"
INTRODUCTION = """# What is found in which file

Made by the test `formats` from captures of real programs (`pcaps/formats`, [tools/lab](../tools/lab/README.md)); not written by hand.
Each file holds customers of its own and leaves by HTTP (a web form) and by SMTP (an attachment), with an index of all customers in the sensor.

- ✓ – exactly the customers in the file are named.
- *7 of 12* – so many of them.
- `reason` – a blind spot with this reason.
"""


def sent_file(event):
    """The file that left: what it holds stands behind it in the path, the request or mail before it."""
    return (event.get("object", {}).get("path", []) + [None, None])[1]


class Run:
    """What the sensor says of a capture, by file."""

    def __init__(self, capture, numbers, options, workers=1):
        events = harness.replay(PCAPS / capture, *options, workers=workers, events=EVENTS)
        self.ledger = harness.check_ledger(events)
        self.named = collections.defaultdict(set)
        self.reasons = collections.defaultdict(set)
        for event in harness.of_type(events, "record"):
            self.named[sent_file(event)].add(event["record"]["row"])
        for event in harness.of_type(events, "blindspot"):
            self.reasons[sent_file(event)].add(event["reason"])
        self.numbers = numbers

    def own(self, file):
        return {self.numbers[row["ticket"]] for row in fp.sent_in_file(file)}

    def cell(self, file):
        """What the table says of it."""
        own, named, reasons = self.own(file), self.named.get(file["file"], set()), sorted(self.reasons.get(file["file"], set()))
        told = ", ".join(f"`{reason}`" for reason in reasons)
        if file["closed"]:
            return told or "not told"
        if named == own:
            return FOUND + (f", but {told}" if told else "")
        return f"{len(named & own)} of {len(own)}" + (f", {told}" if told else "")


def is_well(file, cell):
    return cell == (f"`{file['closed']}`" if file["closed"] else FOUND)


class Coverage:
    """All captures, replayed once."""

    def __init__(self, folder):
        self.facts = fp.file_facts()
        rows = [row for one in self.facts.values() for file in one["files"] for row in fp.sent_in_file(file)]
        rows = fp.mixed(rows + fp.strangers(4000, 999, rows), 7)
        self.numbers = {row["ticket"]: number for number, row in enumerate(rows, 1)}
        config = folder / "formats.yaml"
        config.write_text(CONFIG)
        self.options = [*fp.build(folder, rows), "-c", config]
        self.runs = {name: Run(one["capture"], self.numbers, self.options) for name, one in self.facts.items()}
        self.cells = {}   # (format, encoding) -> {protocol: cell}
        self.groups = {}  # group -> [(format, encoding)]
        self.ill = set()
        for name, one in self.facts.items():
            for file in one["files"]:
                self.enter(name, file)

    def enter(self, name, file):
        key, cell = (file["format"], file["encoding"]), self.runs[name].cell(file)
        of_protocols = self.cells.setdefault(key, {})
        assert file["protocol"] not in of_protocols, f"{key} twice in {name}"
        of_protocols[file["protocol"]] = cell
        keys = self.groups.setdefault(name.split("-")[1], [])
        if key not in keys:
            keys.append(key)
        if not is_well(file, cell):
            self.ill.add(key)

    def table(self, gaps):
        """docs/format-coverage.md"""
        well = len(self.cells) - len(self.ill)
        lines = [INTRODUCTION, f"{len(self.cells)} kinds of files; {well} are found, or told, as they must be.\n"]
        for group, title in GROUPS.items():
            lines += [f"## {title}\n", "| format | encoding or variant | HTTP | SMTP | remark |", "| --- | --- | --- | --- | --- |"]
            for key in sorted(self.groups.get(group, []), key=lambda key: key[0].lower()):
                cells = self.cells[key]
                text = [part.replace("|", "\\|").replace("\\x", "\\\\x").replace("\\u", "\\\\u") for part in key]
                lines.append(f"| {text[0]} | {text[1]} | {cells['http']} | {cells['smtp']} | {gaps.get(key, '')} |")
            lines.append("")
        return "\n".join(lines)


def gaps():
    return {(gap["format"], gap["encoding"]): gap["reason"] for gap in json.loads(GAPS.read_text())}


class Formats(unittest.TestCase):
    maxDiff = 6000

    @classmethod
    def setUpClass(cls):
        cls.folder = harness.Folder()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.coverage = Coverage(cls.folder.__enter__())

    def files(self):
        for name, one in self.coverage.facts.items():
            for file in one["files"]:
                with self.subTest(capture=name, file=file["file"]):
                    yield self.coverage.runs[name], file

    def test_every_file_leaves_by_both_protocols(self):
        for key, cells in self.coverage.cells.items():
            self.assertEqual(set(cells), {"http", "smtp"}, key)

    def test_nobody_else_is_named(self):
        for run, file in self.files():
            self.assertLessEqual(run.named.get(file["file"], set()), run.own(file))
        for name, one in self.coverage.facts.items():
            named = self.coverage.runs[name].named
            self.assertLessEqual({sent for sent in named if named[sent]}, {file["file"] for file in one["files"]}, name)

    def test_what_falls_short_is_known(self):
        self.assertEqual(self.coverage.ill, set(gaps()))

    def test_the_table_is_the_committed_one(self):
        self.assertEqual(TABLE.read_text(), self.coverage.table(gaps()), "run tools/update-golden and read the result")

    def test_two_workers_find_the_same(self):
        for name, one in self.coverage.facts.items():
            with self.subTest(capture=name):
                run, first = Run(one["capture"], self.coverage.numbers, self.coverage.options, workers=2), self.coverage.runs[name]
                self.assertEqual((run.named, run.reasons, run.ledger["bytes"]),
                                 (first.named, first.reasons, first.ledger["bytes"]))


def write():
    with harness.Folder() as folder:
        coverage = Coverage(folder)
    known = gaps()
    TABLE.write_text(coverage.table(known))
    for key in sorted(coverage.ill - set(known)):
        print(f"not known to fall short: {key}: {coverage.cells[key]}")
    for key in sorted(set(known) - coverage.ill):
        print(f"no longer a gap: {key}")


if __name__ == "__main__":
    if "--write" in sys.argv:
        write()
    else:
        unittest.main()
