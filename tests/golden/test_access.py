"""Who pulls more customers inside than is usual, on captures of weeks."""

import json
import unittest

import fingerprints
import harness
import office

ROWS = fingerprints.table(2000, 1601)
BULK_DAY = 28  # the Monday after


def access_alerts(events):
    return [event for event in harness.of_type(events, "alert") if event["rule"].get("kind") == "access"]


class Access(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = harness.Folder()
        cls.folder = cls.temporary.__enter__()
        cls.index = fingerprints.build(cls.folder, ROWS)
        pulls = office.weeks_of_work(ROWS)
        cls.usual = office.write(cls.folder / "usual.pcap", pulls)
        pages = [office.Pull(BULK_DAY, 10, "agent-3", ROWS[i * 50:(i + 1) * 50], agent="curl/7.88.1", minute=i)
                 for i in range(12)]
        cls.bulk = office.write(cls.folder / "bulk.pcap", pulls + pages)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def replay(self, path, *options, workers=1):
        return harness.replay(path, *self.index, "--direction", "outbound,internal", *options, workers=workers,
                              events="alert,stats,notice")

    def config(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return ("-c", path)

    def test_weeks_of_work_are_no_alarm(self):
        events = self.replay(self.usual)
        self.assertEqual(access_alerts(events), [])
        stats = harness.of_type(events, "stats")[-1]["stats"]["access"]
        self.assertEqual(stats["pullers"], 8)

    def test_a_bulk_pull_is_reported_while_it_goes_on(self):
        alerts = access_alerts(self.replay(self.bulk))
        self.assertEqual([alert["access"]["distinct"] for alert in alerts], [50, 100, 200, 400])
        self.assertEqual([alert["state"] for alert in alerts], ["new", "update", "update", "update"])
        self.assertEqual(len({alert["incident_id"] for alert in alerts}), 1)
        first = alerts[0]
        self.assertEqual(first["direction"], "internal")
        self.assertEqual(first["dest_ip"], "10.20.0.13")
        self.assertEqual(first["actor"]["user"], "agent-3")
        access = first["access"]
        self.assertEqual(access["puller"], {"identity": "user", "ip": "10.20.0.13", "user": "agent-3"})
        self.assertEqual((access["source"], access["program"], access["usual_program"]),
                         ("crm.example/customers", "curl", "CrmClient"))
        self.assertEqual((access["own_high"], access["own_days"]), (15, 28))
        self.assertEqual(access["peers"], {"group": "those who use crm.example/customers with CrmClient",
                                           "members": 8, "p90_high": 15, "high": 15, "with_source": 8})
        self.assertEqual(access["new"], ["program", "hour"])
        self.assertEqual(access["sentence"],
                         "10.20.0.13 (user agent-3) pulled 50 different customers from crm.example/customers today; its "
                         "own highest day in 28 is 15; the highest of its 7 peers 15. Usual program CrmClient; this time "
                         "curl, never seen here before. Neither it nor its peers usually pull at this hour.")
        last = alerts[-1]["records"][0]
        self.assertEqual(last["index"], "customers")
        self.assertEqual(last["rows"], list(range(1, 401)))
        self.assertFalse(last["rows_truncated"])

    def test_workers_change_nothing(self):
        one = access_alerts(self.replay(self.bulk))
        for workers in (2, 8):
            self.assertEqual(access_alerts(self.replay(self.bulk, workers=workers)), one)

    def test_no_value_of_a_customer_is_in_an_alert(self):
        text = json.dumps(access_alerts(self.replay(self.bulk)))
        for row in ROWS[:600]:
            for column in fingerprints.COLUMNS:
                self.assertNotIn(row[column], text)

    def test_an_expected_pull_is_no_alarm(self):
        options = self.config("expected.yaml", "directions: [outbound, internal]\naccess:\n  expected:\n"
                              "    - {puller: agent-3, source: \"crm.example/*\", until: 2026-02-02}\n")
        self.assertEqual(access_alerts(self.replay(self.bulk, *options)), [])
        over = self.config("over.yaml", "directions: [outbound, internal]\naccess:\n  expected:\n"
                           "    - {puller: agent-3, until: 2026-02-01}\n")
        self.assertNotEqual(access_alerts(self.replay(self.bulk, *over)), [])

    def test_users_can_have_pseudonyms(self):
        options = self.config("pseudonyms.yaml", "access: {pseudonyms: true, groups: "
                              "[{name: support, users: [\"agent-*\"]}]}\n")
        alerts = access_alerts(self.replay(self.bulk, *options))
        self.assertEqual(len(alerts), 4)
        self.assertNotIn("agent-3", json.dumps(alerts))
        self.assertRegex(alerts[0]["access"]["puller"]["user"], "^user-[0-9a-f]{12}$")
        self.assertEqual(alerts[0]["access"]["peers"]["group"], "support")

    def test_it_can_be_switched_off(self):
        options = self.config("off.yaml", "access: {enabled: false}\n")
        self.assertEqual(access_alerts(self.replay(self.bulk, *options)), [])

    def command(self, *arguments, status=0):
        code, out, err = harness.run("access", *arguments)
        self.assertEqual(code, status, err.decode())
        return (out if status == 0 else err).decode()

    def test_what_is_usual_is_learned_and_kept(self):
        state = ("--state", self.folder / "state")
        self.command("learn", self.usual, *self.index, *state)
        self.assertIn("8 pullers; learned from 2026-01-05 to 2026-01-30 (25 days)", self.command("list", *state))
        page = office.Pull(BULK_DAY, 10, "agent-3", ROWS[:600], agent="curl/7.88.1")
        later = office.write(self.folder / "later.pcap", [page])
        self.command("learn", later, *self.index, *state)
        listed = self.command("list", *state)
        line = next(line for line in listed.splitlines() if "agent-3" in line)
        incident = line.split("alarm ")[1]
        explained = self.command("explain", incident, *state)
        self.assertIn("nine of ten never had more than 15 a day", explained)
        self.assertIn("source crm.example/customers, program curl: 1 days since 2026-02-02", explained)
        self.assertIn("2026-02-02      600 ################################################## out of the ordinary",
                      explained)
        expected = self.command("expect", incident, *state)
        self.assertIn('- {puller: "agent-3", source: "crm.example/customers", until: "2026-03-02"}', expected)
        self.assertEqual(harness.run("config", "check", self.config("as-said.yaml", expected)[1])[0], 0)

    def test_what_is_expected_names_nobody_else(self):
        for number, person in enumerate(('CORP\\agent "x"-3', "*-4")):
            with self.subTest(person):
                capture = office.write(self.folder / "odd.pcap", [office.Pull(0, 10, person, ROWS[:600])])
                state = ("--state", self.folder / f"state-odd-{number}")
                self.command("learn", capture, *self.index, *state)
                incident = self.command("list", *state).strip().split(", alarm ")[1]
                expected = self.command("expect", incident, *state)
                self.assertNotIn('puller: "*', expected)
                self.assertEqual(len(access_alerts(self.replay(capture))), 1)
                options = self.config("odd.yaml", expected)
                self.assertEqual(access_alerts(self.replay(capture, *options)), [])

    def test_what_is_wrong_is_said(self):
        self.assertIn("give --state", self.command("list", status=2))
        self.assertIn("there is no state", self.command("list", "--state", self.folder / "nowhere", status=2))
        self.assertIn("give a folder with --state", self.command("learn", self.usual, *self.index, status=2))


if __name__ == "__main__":
    unittest.main()
