"""`outspan trace`: whose data passed, when, from where, to whom and how, whatever its direction."""

import json
import tempfile
import unittest
from pathlib import Path

import fingerprints as fp
import harness

OUT = harness.PCAPS / "support-export.pcap"
IN = harness.PCAPS / "http2-upload.pcap"


class Trace(unittest.TestCase):
    def setUp(self):
        folder = harness.Folder()
        self.folder = folder.__enter__()
        self.addCleanup(folder.cleanup)
        known = [row for capture in fp.facts(("outbound", "inbound")) if capture["capture"] in (OUT.name, IN.name)
                 for row in fp.sent_in(capture)]
        self.rows = fp.mixed(known + fp.strangers(50, 7, known), 3)
        self.table = fp.write_table(self.folder / "victims.csv", self.rows)

    def trace(self, *options, status=0):
        before = set(Path(tempfile.gettempdir()).glob("outspan-trace-*"))
        code, out, err = harness.run("trace", self.table, *options)
        self.assertEqual(code, status, err.decode())
        self.assertEqual(set(Path(tempfile.gettempdir()).glob("outspan-trace-*")) - before, set(), "left behind")
        for row in self.rows:
            self.assertNotIn(row["email"].encode(), out + err)
        return out.decode(), err.decode()

    def test_the_same_rows_as_an_index_and_a_replay(self):
        index = fp.build(self.folder, self.rows)
        for capture, direction in ((OUT, "outbound"), (IN, "inbound")):
            with self.subTest(direction):
                told = harness.replay(capture, *index, "--direction", "all", events="record")
                traced = json.loads(self.trace(capture, "--json")[0])
                self.assertEqual({sight["row"] for sight in traced["sights"]}, set(fp.rows_of(told)))
                self.assertIn(direction, {sight["direction"] for sight in traced["sights"]})
                self.assertTrue(traced["complete"])
                self.assertEqual(traced["rows"], len(self.rows))

    def test_the_table_names_rows_times_parties_and_the_way(self):
        out, _ = self.trace(OUT)
        lines = out.splitlines()
        self.assertEqual(lines[0].split(), ["ROW", "FIRST", "LAST", "FROM", "TO", "HOW"])
        row, first, last, source, *rest = lines[1].split()
        self.assertTrue(row.isdigit())
        self.assertLessEqual(first, last)
        self.assertIn("http: ", " ".join(rest))
        self.assertRegex(lines[-1] + lines[-2], r"\d+ of \d+ rows were seen in clear")

    def test_what_cannot_be_read_is_said(self):
        out, err = self.trace(OUT, self.folder / "missing.pcap", status=1)
        self.assertIn("missing.pcap", err)
        self.assertIn("Not everything was read", out)

    def test_a_table_whose_columns_nobody_can_guess(self):
        self.table = fp.write_table(self.folder / "odd.csv", [{"a": "x", "b": "y"}], header=("a", "b"))
        self.rows = []
        self.assertIn("--column HEADER:TYPE", self.trace(OUT, status=2)[1])


if __name__ == "__main__":
    unittest.main()
