"""Evidence in numbers: strangers' lists name nobody, whichever of their values are some customer's by chance; customers' values
of a column that is too dense for one of them to count are named once they are too many for chance."""

import subprocess
import sys
import unittest

import fingerprints as fp
import harness

sys.path.insert(0, str(harness.ROOT / "tools" / "lookalike"))
sys.path.insert(0, str(harness.ROOT / "tools" / "rewrite"))
import uploads  # noqa: E402

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
        """140 lists of 500 and 500 letters: chance gives some six tickets and as many pairs of bare digits, and of the names three
        of four, as the names of all are made of few."""
        for seed in ("1", "2"):
            with self.subTest(seed=seed):
                events = self.strangers("--seed", seed)
                self.assertEqual(len(harness.of_type(events, "object")), 640)
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

    def test_a_sender_is_judged_over_all_workers(self):
        """Two tickets a connection could be chance; those of thirty are none."""
        capture, config = self.path / "capture.pcap", self.path / "host.yaml"
        config.write_text("rules: [{id: host, when: {fingerprint: customers, any: 1, within: host, window: 1d, distinct_records: 60}}]\n"
                          f"fingerprints: [{{name: customers, index: {self.index[1]}, key_file: {self.index[3]}}}]\n")
        texts = [f"{self.rows[i]['ticket']} closed\n{self.rows[i + 1]['ticket']} closed\n" for i in range(0, 60, 2)]
        uploads.write(capture, [(f"{n}.txt", "text/plain; charset=utf-8", text.encode()) for n, text in enumerate(texts)], one_host=True)
        alerts = [harness.final_alerts(harness.replay(capture, "--config", config, workers=workers)) for workers in (1, 2, 8)]
        self.assertEqual([alert["rule"]["id"] for alert in alerts[0]], ["host"])
        self.assertEqual(alerts[0][0]["records"][0]["rows"], list(range(1, 61)))
        for others in alerts[1:]:
            self.assertEqual([(a["rule"]["id"], a["records"]) for a in others], [(a["rule"]["id"], a["records"]) for a in alerts[0]])

    def test_nothing_but_names(self):
        """Each name that is not shared by too many is somebody's, as three of four strangers' are."""
        events = self.strangers("--lists", "1", "--letters", "20", "--customers", self.table, "--column", "name", "--of", "200")
        alert, = harness.final_alerts(events)
        self.assertEqual(alert["rule"]["id"], "customer-values-leaving")
        records, = alert["records"]
        self.assertEqual(records["columns"], {"name": records["distinct"]})
        sent = {row["name"] for row in self.rows[:200]}
        self.assertLessEqual({self.rows[number - 1]["name"] for number in records["rows"]}, sent)
        unique = {number for number in range(1, 201)
                  if sum(row["name"] == self.rows[number - 1]["name"] for row in self.rows) <= 4}
        self.assertLessEqual(unique, set(records["rows"]))
        beyond_chance = records["distinct"] - records["by_chance"]
        self.assertAlmostEqual(beyond_chance, len({self.rows[number - 1]["name"] for number in unique}), delta=3)

    def test_a_few_names_could_be_chance(self):
        events = self.strangers("--lists", "1", "--letters", "20", "--customers", self.table, "--column", "name", "--of", "20")
        self.assertEqual(harness.final_alerts(events), [])
        self.assertEqual(fp.rows_of(events), [])

    def test_four_of_four_could_be_chance(self):
        events = self.strangers("--lists", "1", "--letters", "20", "--customers", self.table, "--of", "4")
        self.assertEqual(harness.final_alerts(events), [])
        self.assertEqual(fp.rows_of(events), [])


if __name__ == "__main__":
    unittest.main()
