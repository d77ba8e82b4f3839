"""Exact fingerprints on every capture: each customer who left is named, with the columns that left, and nobody else; and
who asks for people in stored captures is told when, from where and to whom the data of each of them went.

The customers of each capture come from its facts (expected/*.json), never from the sensor. The index holds them among
others, in another order."""

import calendar
import collections
import contextlib
import json
import re
import shutil
import struct
import subprocess
import time
import unittest

import jsonschema

import fingerprints as fp
import harness

# Found besides what a capture's facts count: names, except where the scenario sends none, ...
NAMELESS = ("icmp-payload", "udp-syslog")
# ... or sends them in a character set that lacks some of their letters.
CHARSETS = {"utf16-upload": "cp1252", "http-office-files": "latin-1", "smtp-office-files": "latin-1"}
EVENTS = "alert,record,notice"


def is_path(expected, path):
    """The expected elements stand in the path, in this order."""
    rest = iter(path)
    return all(any(element in have for have in rest) for element in expected)


def seconds(timestamp):
    """Since 1970."""
    whole, fraction = timestamp.removesuffix("Z").split(".")
    return calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) + float("0." + fraction)


def in_object(leak, path):
    """Facts within a flow tell no objects."""
    return leak.get("within", "object") != "object" or is_path(leak["object"], path)


def belongs(event, leak):
    return (event["direction"] == leak["direction"] and event["src_ip"] == leak["src_ip"]
            and event["dest_ip"] == leak["dest_ip"] and in_object(leak, event["object"]["path"])
            and leak.get("dest_port") in (None, event.get("dest_port"))
            and leak.get("email_from") in (None, event.get("actor", {}).get("email_from")))


def values(row):
    return tuple(row[column] for column in fp.COLUMNS)


def stream_bytes(path):
    """What is captured of each direction of each TCP stream, in pieces without a hole."""
    data = path.read_bytes()
    assert struct.unpack_from("<I", data)[0] in (0xA1B2C3D4, 0xA1B23C4D)
    streams, at = {}, 24
    while at + 16 <= len(data):
        size = struct.unpack_from("<I", data, at + 8)[0]
        packet = data[at + 16 + 14:at + 16 + size]
        at += 16 + size
        if packet[:1] != b"\x45" or packet[9] != 6:
            continue
        tcp = packet[20:int.from_bytes(packet[2:4], "big")]
        payload = tcp[(tcp[12] >> 4) * 4:]
        if payload:
            flow = streams.setdefault(packet[12:20] + tcp[:4], {})
            flow[int.from_bytes(tcp[4:8], "big")] = payload
    pieces = []
    for flow in streams.values():
        end = None
        for sequence in sorted(flow):
            if sequence != end:
                pieces.append(b"")
            pieces[-1] += flow[sequence]
            end = sequence + len(flow[sequence])
    return pieces


class Recall(unittest.TestCase):
    """Every capture, replayed with an index of its customers among 4,000 others."""

    @classmethod
    def setUpClass(cls):
        schema = json.loads((harness.ROOT / "docs" / "event-schema.json").read_text())
        cls.validator = jsonschema.Draft202012Validator(schema)
        cls.folder = harness.Folder()
        cls.addClassCleanup(cls.folder.cleanup)
        folder = cls.folder.__enter__()
        cls.runs = {}
        for facts in fp.facts():
            known = fp.sent_in(facts)
            rows = fp.mixed(known + fp.strangers(4000, 999, known), 5)
            options = fp.build(folder, rows, name=harness.scenario(harness.Path(facts["capture"])))
            events = harness.replay(harness.PCAPS / facts["capture"], *options, events=EVENTS)
            cls.runs[facts["capture"]] = facts, rows, events

    def each(self):
        """The runs with a subtest for each: `for run in self.each(): with run as (...)`."""
        for name, (facts, rows, events) in self.runs.items():
            yield self.one(name.split(".")[0], facts, rows, events)

    @contextlib.contextmanager
    def one(self, *run):
        with self.subTest(capture=run[0]):
            yield run

    @staticmethod
    def numbers(rows, wanted):
        """Row numbers of customers."""
        wanted = {values(row) for row in wanted}
        return {number for number, row in enumerate(rows, 1) if values(row) in wanted}

    def test_exactly_those_who_left_are_named(self):
        for run in self.each():
            with run as (name, facts, rows, events):
                found, expected = set(fp.rows_of(events)), self.numbers(rows, fp.sent_in(facts))
                if all(leak["exact"] or leak.get("named") for leak in facts["leaks"]):
                    self.assertEqual(found, expected)
                else:
                    self.assertLessEqual(found, expected, "nobody else")

    def test_what_a_lossy_capture_still_holds_is_found(self):
        for run in self.each():
            with run as (name, facts, rows, events):
                if name != "span-drops":
                    continue
                pieces = stream_bytes(harness.PCAPS / facts["capture"])
                lines = {row["ticket"]: ",".join(values(row)).encode() for row in fp.sent_in(facts)}
                whole = [row for row in fp.sent_in(facts) if any(lines[row["ticket"]] in piece for piece in pieces)]
                self.assertGreater(len(whole), 1000)
                self.assertLess(len(whole), 1200)
                self.assertLessEqual(self.numbers(rows, whole), set(fp.rows_of(events)))

    def test_each_leak_names_its_own(self):
        for run in self.each():
            with run as (name, facts, rows, events):
                records = harness.of_type(events, "record")
                for number, leak in enumerate(facts["leaks"]):
                    own = fp.sent(leak)
                    here = {event["record"]["row"] for event in records if belongs(event, leak)}
                    expected = self.numbers(rows, own)
                    if leak["exact"]:
                        self.assertLessEqual(expected, here, f"leak {number}")
                    # Others are among them only if they share two values with one of its own, or left in a sibling.
                    siblings = [row for other in facts["leaks"] for row in fp.sent(other)
                                if other["src_ip"] == leak["src_ip"] and other["dest_ip"] == leak["dest_ip"]
                                and in_object(leak, other["object"])]
                    shared = {pair for row in own + siblings for pair in self.pairs(row)}
                    for other in here - expected:
                        self.assertTrue(self.pairs(rows[other - 1]) & shared, f"leak {number}, row {other}")

    @staticmethod
    def pairs(row):
        return {(a, b, row[a], row[b]) for a in fp.COLUMNS for b in fp.COLUMNS if a < b}

    def test_every_column_that_left_is_told(self):
        for run in self.each():
            with run as (name, facts, rows, events):
                told = {}
                for event in harness.of_type(events, "record"):
                    told.setdefault(event["record"]["row"], set()).update(event["record"]["columns"])
                for leak in facts["leaks"]:
                    if not leak["exact"]:
                        continue
                    columns = {column for column, count in leak["distinct"].items() if count}
                    for number in self.numbers(rows, fp.sent(leak)):
                        self.assertLessEqual(columns, told[number], f"row {number}")
                        named = rows[number - 1]["name"].encode(CHARSETS.get(name, "utf-8"), "ignore")
                        readable = named.decode(CHARSETS.get(name, "utf-8")) == rows[number - 1]["name"]
                        if columns >= {"email", "ticket", "phone"} and name not in NAMELESS and readable:
                            self.assertIn("name", told[number], f"row {number}: {rows[number - 1]['name']}")

    def test_records_and_alerts_are_as_the_schema_says(self):
        kinds = set()
        for run in self.each():
            with run as (name, facts, rows, events):
                for event in events[:40] + harness.of_type(events, "alert"):
                    kinds.add(event["event_type"])
                    self.assertEqual([error.message for error in self.validator.iter_errors(event)], [], event)
        self.assertEqual(kinds, {"alert", "record"})

    def test_the_alert_of_an_object_lists_its_customers(self):
        for run in self.each():
            with run as (name, facts, rows, events):
                alerts = [alert for alert in harness.final_alerts(events)
                          if alert["rule"]["id"] == "customer-records-leaving"]
                for leak in facts["leaks"]:
                    wanted = self.numbers(rows, fp.sent(leak))
                    if not leak["exact"] or len(wanted) < 5 or leak.get("within", "object") != "object":
                        continue
                    mine = [alert["records"][0] for alert in alerts if belongs(alert, leak)]
                    self.assertTrue(mine, f"no alert for {leak['object']}")
                    fitting = [records for records in mine if set(records["rows"]) >= wanted or records["rows_truncated"]]
                    self.assertTrue(fitting, f"{leak['object']}: {[records['distinct'] for records in mine]}")
                    for records in fitting:
                        self.assertGreaterEqual(records["distinct"], len(wanted))
                        self.assertEqual(records["rows"], sorted(set(records["rows"])))
                        self.assertEqual(records["rows_truncated"], records["distinct"] > 1000)
                        self.assertEqual(len(records["rows"]), min(records["distinct"], 1000))

    def test_captures_without_customers_have_no_record_and_no_alert(self):
        quiet = 0
        for run in self.each():
            with run as (name, facts, rows, events):
                if facts["quiet"]:
                    quiet += 1
                    self.assertEqual([event["event_type"] for event in events], [])
        self.assertGreaterEqual(quiet, 6)


class Precision(unittest.TestCase):
    def test_an_index_of_others_is_silent(self):
        """20,000 strangers: bare numbers, names and half of the addresses' names are common to both."""
        known = fp.everybody()
        self.silent(fp.strangers(20_000, 998, known))

    def test_customers_who_nearly_left_did_not(self):
        """One letter or digit of each value is another one."""
        known = fp.everybody()
        near = [{"name": row["name"], "email": row["email"].replace("@", "x@", 1), "ticket": self.other(row["ticket"]),
                 "phone": self.other(row["phone"])} for row in known]
        taken = {column: {row[column] for row in known} for column in fp.SEEDS}
        near = [row for row in near if all(row[column] not in taken[column] for column in fp.SEEDS)]
        self.assertGreater(len(near), 5000)
        self.silent(near)

    @staticmethod
    def other(number):
        return number[:-1] + str((int(number[-1]) + 1) % 10)

    def silent(self, rows):
        with harness.Folder() as folder:
            options = fp.build(folder, rows)
            events = harness.replay(harness.PCAPS, *options, "--direction", "outbound,inbound,internal,transit",
                                    events=EVENTS)
        # Four digits here and four there, in a hexdump, can look like a payment card: no customer's.
        self.assertEqual([(event["event_type"], event.get("object"), event.get("record", event.get("records")))
                          for event in events if event.get("rule", {}).get("id") != "payment-cards"], [])


class Rows(unittest.TestCase):
    """How many rows an alert lists, and as what."""

    @classmethod
    def setUpClass(cls):
        cls.folder = harness.Folder()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.path = cls.folder.__enter__()
        cls.rows = fp.table(200, 1)
        fp.build(cls.path, cls.rows)

    def records(self, alerts, index="customers.ofp", events="alert"):
        config = self.path / "c.yaml"
        config.write_text(f"fingerprints:\n  - {{name: crm, index: {index}, key_file: customers.key}}\n"
                          f"alerts: {{{alerts}}}\n")
        found = harness.replay(harness.PCAPS / "support-export.pcap", "-c", config, events=events)
        if events == "record":
            return [event["record"] for event in found]
        return harness.final_alerts(found)[0]["records"][0]

    def test_rows_are_limited(self):
        for limit, listed in ((0, 0), (7, 7), (200, 200)):
            records = self.records(f"max_rows: {limit}")
            self.assertEqual(records["index"], "crm")
            self.assertEqual((records["distinct"], len(records.get("rows", []))), (200, listed))
            self.assertEqual(records["rows_truncated"], limit < 200)
            self.assertEqual(records["columns"], dict.fromkeys(("name", "email", "ticket", "phone"), 200))

    def test_pseudonyms_stay_when_rows_move(self):
        self.assertNotIn("rows", self.records("row_pseudonyms: true"))
        before = self.records("row_pseudonyms: true")["pseudonyms"]
        self.assertEqual(len(set(before)), 200)
        self.assertTrue(all(re.fullmatch("[0-9a-f]{16}", one) for one in before))
        source = fp.write_table(self.path / "other.csv", reversed(self.rows))
        code, _, err = harness.run("fingerprint", "build", source, "-o", self.path / "other.ofp", "--key",
                                   self.path / "customers.key", *fp.column_options())
        self.assertEqual(code, 0, err)
        after = self.records("row_pseudonyms: true", index="other.ofp")["pseudonyms"]
        self.assertEqual(set(before), set(after))
        events = self.records("row_pseudonyms: true", events="record")
        self.assertEqual({record["pseudonym"] for record in events}, set(before))
        self.assertFalse([record for record in events if "row" in record])


# How the same content may travel, each way with its own way to go wrong.
VARIANTS = {"one byte a segment": ["--segment", "1"], "seven bytes a segment": ["--segment", "7"], "merged": ["--merge"],
            "reordered": ["--segment", "100", "--reorder", "2"],
            "repeated and overlapping": ["--segment", "333", "--duplicate", "3"], "fragments": ["--fragment", "256"],
            "in a tunnel": ["--tunnel", "vxlan"]}
TRAVELLED = ("support-export.pcap", "http-forms.pcap", "smtp-mail.pcap", "http-chunked-gzip.pcap", "websocket.pcap")


class Travel(unittest.TestCase):
    """However the content is cut and ordered, and however many threads look for it, the same customers are found."""

    @classmethod
    def setUpClass(cls):
        cls.folder = harness.Folder()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.path = cls.folder.__enter__()
        cls.rows = [row for facts in fp.facts() if facts["capture"] in TRAVELLED for row in fp.sent_in(facts)]
        cls.options = fp.build(cls.path, cls.rows)

    def found(self, capture):
        """Rows by object, with all columns that were found."""
        found = {}
        for event in harness.of_type(harness.replay(capture, *self.options, events="record"), "record"):
            place = event["src_ip"], event["dest_ip"], tuple(event["object"]["path"]), event["record"]["row"]
            found[place] = found.get(place, frozenset()) | frozenset(event["record"]["columns"])
        return found

    def test_the_same_customers(self):
        for name in TRAVELLED:
            plain = self.found(harness.PCAPS / name)
            self.assertGreater(len(plain), 100)
            for variant, options in VARIANTS.items():
                with self.subTest(capture=name, variant=variant):
                    found = self.found(self.rewritten(name, options))
                    self.assertEqual(set(plain) ^ set(found), set())
                    self.assertEqual([place for place in plain if not plain[place] <= found[place]], [])

    def rewritten(self, name, options):
        target = self.path / "variant.pcap"
        subprocess.run([harness.ROOT / "tools" / "rewrite-capture", *options, harness.PCAPS / name, target], check=True,
                       capture_output=True, timeout=120)
        return target

    def test_decoys_hide_nobody(self):
        for name in ("support-export.pcap", "http-forms.pcap"):
            left = {values(row) for facts in fp.facts() if facts["capture"] == name for row in fp.sent_in(facts)}
            for seed in ("1", "2", "3"):
                with self.subTest(capture=name, seed=seed):
                    decoyed = self.rewritten(name, ["--segment", "500", "--decoy", seed])
                    told = set()
                    for alert in harness.final_alerts(harness.replay(decoyed, *self.options, "-c", self.every_record())):
                        told |= {values(self.rows[row - 1]) for row in alert["records"][0]["rows"]}
                    self.assertEqual(left - told, set())
                    seen = fp.rows_of(harness.replay(decoyed, *self.options, events="record"))
                    self.assertEqual(left - {values(self.rows[row - 1]) for row in seen}, set())
                    of_host = set()
                    for alert in harness.final_alerts(harness.replay(decoyed, *self.options, "-c", self.of_the_host())):
                        of_host |= {values(self.rows[row - 1]) for row in alert["records"][0]["rows"]}
                    self.assertEqual(left - of_host, set())

    def of_the_host(self):
        config = self.path / "of-the-host.yaml"
        config.write_text("rules: [{id: host, when: {fingerprint: customers, within: host, window: 1d, distinct_records: 1}}]\n"
                          "alerts: {max_rows: 100000}\n")
        return config

    def every_record(self):
        config = self.path / "every-record.yaml"
        config.write_text("rules: [{id: flow, when: {fingerprint: customers, within: flow, distinct_records: 1}}]\n")
        return config

    def test_the_same_bytes_with_any_number_of_workers(self):
        made = set()
        for workers in ("1", "2", "5"):
            code, out, err = harness.run("replay", "--format", "json", "--events", "alert,record,object,ledger", "-w",
                                         workers, *self.options, harness.PCAPS)
            self.assertEqual(code, 0, err)
            made.add(out)
        self.assertEqual(len(made), 1)


HOSTS = """
fingerprints:
  - {name: crm, index: customers.ofp, key_file: customers.key}
rules:
  - {id: by-source, when: {fingerprint: crm, within: host, window: 30d, per: source, distinct_records: 5}}
  - {id: by-destination, when: {fingerprint: crm, within: host, window: 30d, per: destination, distinct_records: 5}}
  - {id: of-the-network, when: {fingerprint: crm, within: host, window: 30d, per: network, distinct_records: 5}}
  - {id: tickets, when: {fingerprint: crm, within: host, window: 30d, any: 1, columns: [ticket], distinct_records: 5}}
  - {id: in-flow, when: {fingerprint: crm, within: flow, all: [phone], any: 2, distinct_records: 5}}
"""


class Hosts(unittest.TestCase):
    """Customers who leave bit by bit: counted once over all captures, by who sends, who gets, and together."""

    def test_windows_of_hosts_count_each_customer_once(self):
        exact = [facts for facts in fp.facts() if not facts["quiet"] and all(leak["exact"] for leak in facts["leaks"])]
        leaks = [leak for facts in exact for leak in facts["leaks"]]
        rows = list({values(row): row for leak in leaks for row in fp.sent(leak)}.values())
        numbers = {values(row): number for number, row in enumerate(rows, 1)}

        def expected(leaks):
            return {numbers[values(row)] for leak in leaks for row in fp.sent(leak)}

        with harness.Folder() as folder:
            fp.build(folder, rows)
            config = folder / "hosts.yaml"
            config.write_text(HOSTS + "alerts: {max_rows: 100000}\n")
            events = harness.replay(harness.PCAPS / exact[0]["capture"], "-c", config, *[
                harness.PCAPS / facts["capture"] for facts in exact[1:]], events="alert")
        validator = jsonschema.Draft202012Validator(json.loads((harness.ROOT / "docs" / "event-schema.json").read_text()))
        for event in events:
            self.assertEqual([error.message for error in validator.iter_errors(event)], [], event)
        clear = [leak for leak in leaks if leak["app_proto"] != "icmp"]  # a ticket alone is one column
        last = harness.final_alerts(events)

        def found(rule, **fields):
            alerts = [alert for alert in last if alert["rule"]["id"] == rule
                      and all(alert[name] == value for name, value in fields.items())]
            return [set(alert["records"][0]["rows"]) for alert in alerts]

        for side, rule in (("src_ip", "by-source"), ("dest_ip", "by-destination")):
            for host in {leak[side] for leak in clear}:
                with self.subTest(rule=rule, host=host):
                    wanted = expected(leak for leak in clear if leak[side] == host)
                    self.assertEqual([wanted <= rows for rows in found(rule, **{side: host})], [True])
        self.assertEqual(found("of-the-network"), [expected(clear)])
        self.assertEqual(set().union(*found("tickets")), expected(leaks))
        self.assertTrue(found("in-flow"))


# Captures in which people are asked for, and how much of them stands there in clear for everybody to read.
TRACED = {"support-export.pcap": True, "raw-tcp.pcap": True, "udp-syslog.pcapng": True, "smtp-mail.pcap": False,
          "http-chunked-gzip.pcap": False, "ftp-active.pcap": True, "base64-in-json.pcap": False}


class Tracing(unittest.TestCase):
    """The walk-through of docs/fingerprints.md, with its own commands."""

    def commands(self):
        text = (harness.ROOT / "docs" / "fingerprints.md").read_text()
        section = text.split("\n## Who was in it\n", 1)[1].split("\n## ", 1)[0]
        blocks = re.findall(r"(?:^    .*\n)+", section, re.M)
        blocks = [re.sub(r"^    ", "", block, flags=re.M) for block in blocks]
        return [block for block in blocks if block.startswith(("outspan ", "jq "))]

    def test_the_walk_through_answers_who_when_from_where_to_whom(self):
        self.assertTrue(shutil.which("jq"), "the walk-through needs jq")
        facts = {one["capture"]: one for one in fp.facts() if one["capture"] in TRACED}
        # Customers of different tables share an address or a number here and there: they are seen elsewhere, too.
        owners = collections.Counter(row[column] for one in facts.values() for row in fp.sent_in(one)
                                     for column in fp.SEEDS)
        victims = []  # (row, capture, leaks in which it left)
        for name, one in facts.items():
            alone = [row for row in fp.sent_in(one) if all(owners[row[column]] == 1 for column in fp.SEEDS)]
            for row in alone[3::13]:
                leaks = [leak for leak in one["leaks"] if any(values(row) == values(sent) for sent in fp.sent(leak))]
                victims.append((row, name, leaks))
        known = [row for one in facts.values() for row in fp.sent_in(one)]
        others = [(row, None, []) for row in fp.strangers(80, 997, known)]
        victims = fp.mixed(victims + others, 3)
        with harness.Folder() as folder:
            (folder / "captures").mkdir()
            for name in TRACED:
                (folder / "captures" / name).symlink_to(harness.PCAPS / name)
            fp.write_table(folder / "victims.csv", [row for row, *_ in victims])
            programs = folder / "bin"
            programs.mkdir()
            (programs / "outspan").symlink_to(harness.BINARY)
            blocks = self.commands()
            self.assertEqual(len(blocks), 4)
            out = ""
            for block in blocks:
                done = subprocess.run(["bash", "-euo", "pipefail", "-c", block], cwd=folder, capture_output=True,
                                      text=True, env={"PATH": f"{programs}:/usr/bin:/bin"}, timeout=120)
                self.assertEqual(done.returncode, 0, done.stderr)
                out = done.stdout
            events = [json.loads(line) for line in (folder / "seen.jsonl").read_text().splitlines()]
        answers = {int(line.split("\t")[0]): line.split("\t")[1:] for line in out.splitlines()}
        left = {number for number, (_, capture, _) in enumerate(victims, 1) if capture}
        self.assertGreater(len(left), 50)
        self.assertEqual(set(answers), left)
        for number, (row, capture, leaks) in enumerate(victims, 1):
            if not capture:
                continue
            with self.subTest(row=number, capture=capture):
                when, source, destination, *_ = answers[number]
                self.assertIn((source, destination), {(leak["src_ip"], leak["dest_ip"]) for leak in leaks})
                mine = [event for event in events if event["record"]["row"] == number]
                self.assertEqual(min(event["timestamp"] for event in mine), when)
                self.assertEqual({event["capture"]["file"].split("/")[-1] for event in mine}, {capture})
        self.compare_with_tshark(victims, events)

    def compare_with_tshark(self, victims, events):
        """A frame in which a ticket stands in clear comes from the same host, goes to the same one, and is captured
        before the event, by no more than the text takes to be complete or the captures are silent."""
        fields = ("frame.number", "frame.time_epoch", "ip.src", "ip.dst", "tcp.payload", "udp.payload", "data")
        options = [option for field in fields for option in ("-e", field)]
        compared = 0
        for name in (name for name, clear in TRACED.items() if clear):
            shown = subprocess.run(["tshark", "-n", "-r", harness.PCAPS / name, "-Y", 'frame contains "TM-"', "-T",
                                    "fields", *options], capture_output=True, text=True, check=True).stdout
            frames = [line.split("\t") for line in shown.splitlines()]
            for number, (row, capture, _) in enumerate(victims, 1):
                holding = [frame for frame in frames if capture == name
                           and row["ticket"].encode() in b"".join(bytes.fromhex(part) for part in frame[4:])]
                if not holding:
                    continue  # elsewhere, or cut by two segments
                compared += 1
                event = min((event for event in events if event["record"]["row"] == number),
                            key=lambda event: event["timestamp"])
                with self.subTest(capture=name, row=number):
                    self.assertEqual([event["src_ip"], event["dest_ip"]], holding[0][2:4])
                    self.assertGreaterEqual(event["capture"]["last_packet"], int(holding[0][0]))
                    later = seconds(event["timestamp"]) - float(holding[0][1])
                    self.assertTrue(-1e-6 < later < 10, later)
        self.assertGreater(compared, 30)


if __name__ == "__main__":
    unittest.main()
