"""Every event of every committed capture in every format of a SIEM: read as the format's specification says, held against
the schema's own definitions, and the same event as in JSON. The documents list every key."""

import json
import unittest

import harness
import siem

FORMATS = ("json", "cef", "leef", "ecs", "ocsf")
DOCUMENT = harness.ROOT / "docs" / "siem-formats.md"


def in_all_formats(capture, folder):
    """One replay into a file for each format; the lines of each."""
    outputs = [{"type": "file", "file": str(folder / form), "format": form} for form in FORMATS]
    config = folder / "outputs.yaml"
    config.write_text(f"outputs: {json.dumps(outputs)}\n")
    code, _, err = harness.run("replay", "-q", "-c", config, "-o", "/dev/null", "--events", harness.ALL_EVENTS + ",record,notice",
                               "--direction", "outbound,inbound,internal,transit", "--stream-sha256", capture)
    assert code in (0, 1), err.decode()
    lines = {form: (folder / form).read_bytes().decode().split("\n")[:-1] for form in FORMATS}
    for form in FORMATS:
        (folder / form).unlink()
    return lines


class Formats(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.events = []  # (JSON, {format: line})
        with harness.Folder() as folder:
            for capture in harness.captures():
                lines = in_all_formats(capture, folder)
                assert len({len(of_format) for of_format in lines.values()}) == 1, capture
                for number, line in enumerate(lines["json"]):
                    cls.events.append((json.loads(line), {form: lines[form][number] for form in FORMATS}))

    def test_there_are_events_of_many_kinds(self):
        kinds = {event["event_type"] for event, _ in self.events}
        self.assertGreaterEqual(kinds, {"alert", "blindspot", "flow", "object", "ledger", "stats"})

    def test_cef(self):
        used = set()
        for event, lines in self.events:
            header, fields = siem.parse_cef(lines["cef"])
            self.assertEqual(header[1:3], ["Outspan", "Outspan"])
            self.assertEqual(fields["externalId"], event["event_id"])
            self.assertEqual(fields["cat"], event["event_type"])
            self.same_flow(event, {"src_ip": fields.get("src", fields.get("c6a2")), "src_port": fields.get("spt"),
                                   "dest_ip": fields.get("dst", fields.get("c6a3")), "dest_port": fields.get("dpt")})
            if event["event_type"] == "alert":
                self.assertEqual(header[4], event["rule"]["id"])
                self.assertEqual((fields["cs1"], fields["cs1Label"]), (event["incident_id"], "incidentId"))
                self.assertEqual(fields["act"], event["state"])
            used |= set(fields)
        self.documented(used, "cef")

    def test_leef(self):
        used = set()
        for event, lines in self.events:
            header, fields = siem.parse_leef(lines["leef"])
            self.assertEqual(fields["eventUid"], event["event_id"])
            self.same_flow(event, {"src_ip": fields.get("src"), "src_port": fields.get("srcPort"),
                                   "dest_ip": fields.get("dst"), "dest_port": fields.get("dstPort")})
            if event["event_type"] == "alert":
                self.assertEqual((header[4], fields["policy"]), (event["rule"]["id"],) * 2)
            used |= set(fields)
        self.documented(used, "leef")

    def test_ecs(self):
        used = set()
        for event, lines in self.events:
            document = json.loads(lines["ecs"])
            siem.check_ecs(document)
            self.assertEqual(document["event"]["id"], event["event_id"])
            self.assertEqual(document["@timestamp"], event["timestamp"])
            self.assertEqual(document["outspan"]["event_type"], event["event_type"])
            self.same_flow(event, {"src_ip": document.get("source", {}).get("ip"), "src_port": document.get("source", {}).get("port"),
                                   "dest_ip": document.get("destination", {}).get("ip"),
                                   "dest_port": document.get("destination", {}).get("port")})
            if event["event_type"] == "alert":
                self.assertEqual(document["event"]["kind"], "alert")
                self.assertEqual(document["outspan"]["incident_id"], event["incident_id"])
                for own in ("matches", "records", "capture"):
                    self.assertEqual(document["outspan"].get(own), event.get(own))
            used |= {name for name, _ in siem.flat({key: part for key, part in document.items() if key != "outspan"})}
        self.documented(used, "ecs")

    def test_ocsf(self):
        for event, lines in self.events:
            document = json.loads(lines["ocsf"])
            siem.check_ocsf(document)
            self.assertEqual(document["metadata"]["uid"], event["event_id"])
            self.assertEqual(document["unmapped"]["outspan"]["event_type"], event["event_type"])
            if event["event_type"] == "alert":
                self.assertEqual(document["class_uid"], 2006)
                self.assertEqual(document["activity_id"], {"new": 1, "update": 2, "closed": 3}[event["state"]])
                self.assertEqual(document["finding_info"]["uid"], event["incident_id"])
                self.assertEqual(document["src_endpoint"]["ip"], event["src_ip"])
            elif event["event_type"] not in ("blindspot", "anomaly", "record"):
                self.assertEqual(document["class_uid"], 0)

    def test_the_validators_refuse(self):
        good = json.loads(next(lines["ocsf"] for event, lines in self.events if event["event_type"] == "alert"))
        for change in ({"severity_id": 7}, {"time": "now"}, {"colour": 1}, {"metadata": {}}, {"is_alert": 1}):
            with self.assertRaises((AssertionError, KeyError)):
                siem.check_ocsf({**good, **change})
        good = json.loads(next(lines["ecs"] for event, lines in self.events if event["event_type"] == "alert"))
        for change in ({"colour": 1}, {"source": {"port": "80"}}, {"event": {"kind": "alarm"}}):
            with self.assertRaises(AssertionError):
                siem.check_ecs({**good, **change})

    def same_flow(self, event, found):
        for key, value in found.items():
            self.assertEqual(str(value) if value is not None else None, str(event[key]) if key in event else None, event)

    def documented(self, keys, form):
        text = DOCUMENT.read_text()
        missing = sorted(key for key in keys if f"`{key}`" not in text)
        self.assertEqual(missing, [], f"{form}: docs/siem-formats.md does not name them")


if __name__ == "__main__":
    unittest.main()
