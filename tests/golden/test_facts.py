"""What the scenario of each capture put on the wire is what the sensor says: who, to whom, inside what, and how many
different e-mail addresses, tickets and phones. The facts (expected/*.json) come from the scenarios' inputs, not from
the sensor."""

import json
import unittest

import harness

# Every value counts, so that small leaks are facts as well.
RULES = """
rules:
  - {id: object, when: {signatures: [email, phone, ticket], within: object}}
  - {id: flow, when: {signatures: [email, phone, ticket], within: flow}}
  - {id: host, when: {signatures: [email, phone, ticket], within: host, window: 30d}}
"""


def distinct(alert):
    found = {"email": 0, "ticket": 0, "phone": 0}
    for match in alert["matches"]:
        found[match["signature"]] = match["distinct"]
    return found


class Facts(unittest.TestCase):
    maxDiff = 3000

    @classmethod
    def setUpClass(cls):
        cls.folder = harness.Folder()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.config = cls.folder.__enter__() / "every-value.yaml"
        cls.config.write_text(RULES)

    def facts(self):
        for path in sorted(harness.EXPECTED.glob("*.json")):
            yield json.loads(path.read_text())

    def test_every_capture_has_facts(self):
        self.assertEqual({facts["capture"] for facts in self.facts()}, {path.name for path in harness.captures()})

    def test_leaks(self):
        for facts in self.facts():
            directions = {"outbound"} | {leak["direction"] for leak in facts["leaks"]}
            events = harness.replay(harness.PCAPS / facts["capture"], "-c", self.config, "--direction",
                                    ",".join(sorted(directions)))
            alerts = harness.final_alerts(events)
            taken = set()
            for number, leak in enumerate(facts["leaks"]):
                with self.subTest(capture=facts["capture"], leak=number):
                    self.check_leak(leak, alerts, taken)

    def check_leak(self, leak, alerts, taken):
        kind = leak.get("within", "object")
        candidates = [
            alert for alert in alerts
            if alert["rule"]["id"] == kind and alert["src_ip"] == leak["src_ip"] and alert["direction"] == leak["direction"]
            and (kind == "host" or alert["dest_ip"] == leak["dest_ip"])
            and (kind != "object" or self.is_path(leak["object"], alert["object"]["path"]))
            and alert["incident_id"] not in taken]
        self.assertTrue(candidates, f"no alert for {leak}; there are " + "\n".join(
            f"{alert['rule']['id']} {alert['src_ip']} {alert.get('object', {}).get('path')} {distinct(alert)}"
            for alert in alerts))
        fitting = [alert for alert in candidates if self.fits(leak, alert)]
        self.assertTrue(fitting, f"expected {leak['distinct']}, got {[distinct(alert) for alert in candidates]}")
        alert = fitting[0]
        taken.add(alert["incident_id"])
        if leak.get("app_proto"):
            self.assertEqual(alert["app_proto"], leak["app_proto"])
        if leak.get("dest_port") and kind != "host":
            self.assertEqual(alert["dest_port"], leak["dest_port"])
        if "user" in leak:
            self.assertEqual(alert["actor"].get("user"), leak["user"])
        if "email_from" in leak:
            self.assertEqual(alert["actor"].get("email_from"), leak["email_from"])
        if "email_to" in leak:
            self.assertEqual(alert["destination"].get("email_to"), leak["email_to"])
        if "vlan" in leak:
            self.assertEqual(alert.get("vlan"), leak["vlan"])
        if "hostname" in leak:
            self.assertEqual(alert["destination"].get("hostname"), leak["hostname"])
        if "media_type" in leak and kind == "object":
            self.assertEqual(alert["object"].get("media_type"), leak["media_type"])

    @staticmethod
    def is_path(expected, path):
        """The expected elements stand in the path, in this order."""
        rest = iter(path)
        return all(any(element in have for have in rest) for element in expected)

    @staticmethod
    def fits(leak, alert):
        found = distinct(alert)
        if leak["exact"]:
            return found == leak["distinct"]
        return all(found[name] >= count for name, count in leak["distinct"].items())

    def test_quiet_captures_raise_no_alert(self):
        for facts in self.facts():
            if facts["quiet"]:
                with self.subTest(capture=facts["capture"]):
                    alerts = harness.final_alerts(harness.replay(harness.PCAPS / facts["capture"]))
                    self.assertEqual([(alert["rule"]["id"], alert["matches"]) for alert in alerts], [])

    def test_blind_spots(self):
        for facts in self.facts():
            events = harness.replay(harness.PCAPS / facts["capture"])
            spots = harness.of_type(events, "blindspot")
            for expected in facts["blindspots"]:
                with self.subTest(capture=facts["capture"], reason=expected["reason"]):
                    fitting = [spot for spot in spots if spot["reason"] == expected["reason"]
                               and spot["src_ip"] == expected["src_ip"] and spot["bytes"] >= expected["bytes_min"]
                               and (not expected.get("dest_ip") or spot["dest_ip"] == expected["dest_ip"])
                               and (not expected.get("hostname") or
                                    expected["hostname"] in (spot.get("server_name"),
                                                             spot.get("destination", {}).get("hostname")))]
                    self.assertTrue(fitting, f"expected {expected}, got {spots}")

    def test_ledger_facts(self):
        for facts in self.facts():
            ledger = harness.check_ledger(harness.replay(harness.PCAPS / facts["capture"]))["bytes"]["outbound"]
            for name, least in facts["ledger"].items():
                with self.subTest(capture=facts["capture"], fact=name):
                    self.assertTrue(name.endswith("_bytes_min"), f"unknown fact {name}")
                    self.assertGreaterEqual(ledger[name.removesuffix("_bytes_min")], least)


if __name__ == "__main__":
    unittest.main()
