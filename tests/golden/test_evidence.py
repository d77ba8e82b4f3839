"""Evidence in numbers: strangers' lists name nobody, whichever of their values are some customer's by chance; customers' values
of a column that is too dense for one of them to count are named once they are too many for chance."""

import subprocess
import unittest

import fingerprints as fp
import harness

STRANGERS = harness.ROOT / "tools" / "strangers"
LOOKALIKES = harness.ROOT / "tools" / "lookalikes"
CUSTOMERS = 20_000
SEED = 3


class Evidence(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = harness.Folder()
        cls.path = cls.folder.__enter__()
        cls.rows = fp.table(CUSTOMERS, SEED)
        cls.table = fp.write_table(cls.path / "table.csv", cls.rows)
        cls.index = fp.build(cls.path, cls.rows)

    @classmethod
    def tearDownClass(cls):
        cls.folder.__exit__(None, None, None)

    def replay(self, tool, *options):
        capture = self.path / "capture.pcap"
        subprocess.run([tool, *options], check=True, capture_output=True, timeout=120)
        events = harness.replay(capture, *self.index, events="alert,record,object,ledger")
        harness.check_ledger(events)
        return events

    def strangers(self, *options):
        return self.replay(STRANGERS, self.path / "capture.pcap", *options)

    def test_strangers_are_nobody(self):
        """60 lists of 500 and 500 letters: chance gives some six tickets and as many pairs of bare digits."""
        for seed in ("1", "2"):
            with self.subTest(seed=seed):
                events = self.strangers("--seed", seed)
                self.assertEqual(len(harness.of_type(events, "object")), 560)
                self.assertEqual([alert["rule"]["id"] for alert in harness.final_alerts(events)], [])
                self.assertLessEqual(len(harness.of_type(events, "record")), 1)

    def test_lookalikes_are_nobody(self):
        events = self.replay(LOOKALIKES, "--capture", self.path / "capture.pcap")
        self.assertEqual([(alert["rule"]["id"], alert["src_ip"]) for alert in harness.final_alerts(events)], [])
        self.assertEqual(fp.rows_of(events), [])

    def test_twenty_tickets_of_twenty(self):
        events = self.strangers("--lists", "1", "--letters", "20", "--customers", self.table)
        alert, = harness.final_alerts(events)
        self.assertEqual(alert["rule"]["id"], "customer-values-leaving")
        records, = alert["records"]
        self.assertEqual(records["rows"], list(range(1, 21)))
        self.assertEqual(records["by_chance"], 0)
        self.assertEqual(sorted(fp.rows_of(events)), list(range(1, 21)))

    def test_four_of_four_could_be_chance(self):
        events = self.strangers("--lists", "1", "--letters", "20", "--customers", self.table, "--of", "4")
        self.assertEqual(harness.final_alerts(events), [])
        self.assertEqual(fp.rows_of(events), [])


if __name__ == "__main__":
    unittest.main()
