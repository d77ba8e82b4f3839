"""`outspan fingerprint`: what it makes of tables, what it says about those it cannot use, and that a run refuses an index
that is damaged, foreign or too new with a sentence and the right exit status."""

import os
import re
import shutil
import struct
import subprocess
import unittest
from pathlib import Path

import fingerprints as fp
import harness

SAMPLE = harness.PCAPS / "support-export.pcap"
GOOD, INCOMPLETE, USAGE = 0, 1, 2


def fingerprint(*arguments, stdin=None, environment=None):
    done = subprocess.run([harness.BINARY, "fingerprint", *map(str, arguments)], input=stdin, capture_output=True,
                          timeout=120, env={**os.environ, **(environment or {})})
    return done.returncode, done.stdout.decode(), done.stderr.decode()


class Commands(unittest.TestCase):
    def setUp(self):
        folder = harness.Folder()
        self.folder = folder.__enter__()
        self.addCleanup(folder.cleanup)
        self.index, self.key = self.folder / "c.ofp", self.folder / "c.key"
        self.rows = fp.table(200, 1)

    def source(self, text, name="source.csv"):
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def build(self, source, *options, columns=fp.COLUMNS, status=GOOD, new_key=True, stdin=None, command="build"):
        more = ["--new-key"] if new_key and not self.key.exists() and command == "build" else []
        columns = fp.column_options(columns) if command == "build" else []
        code, out, err = fingerprint(command, source, "-o", self.index, "--key", self.key, *more, *columns, *options,
                                     stdin=stdin)
        self.assertEqual(code, status, out + err)
        self.assertNotIn("terminate", err)
        return out if status == GOOD else err

    def table(self, rows=None, name="table.csv", **options):
        return fp.write_table(self.folder / name, self.rows if rows is None else rows, **options)

    def lookup(self, value, *options):
        code, out, err = fingerprint("lookup", self.index, "--key", self.key, *options, stdin=value.encode())
        self.assertEqual(err, "")
        return code, out

    def found(self, events="record", status=GOOD):
        return set(fp.rows_of(harness.replay(SAMPLE, "--fingerprints", self.index, "--key", self.key, events=events,
                                             status=status)))


class Programs(Commands):
    def test_the_sensor_does_not_link_what_reads_tables(self):
        def libraries(program):
            return subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout

        builder = Path(harness.BINARY).with_name("outspan-fingerprint")
        for library in ("libphonenumber", "libprotobuf"):
            self.assertNotIn(library, libraries(harness.BINARY))
            self.assertIn(library, libraries(builder))

    def test_a_missing_builder_is_reported(self):
        alone = shutil.copy(harness.BINARY, self.folder)
        done = subprocess.run([alone, "fingerprint", "build", str(self.table()), "-o", str(self.index), "--key", str(self.key),
                               "--new-key", "--column", "email:email"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("outspan-fingerprint: is not there (beside this program or in ../libexec/outspan)", done.stderr)
        self.assertFalse(self.key.exists())


class Build(Commands):
    def test_report(self):
        out = self.build(self.table())
        self.assertIn("200 rows", out)
        for column in fp.SEEDS:
            self.assertRegex(out, rf"(?m)^{column} +200 +0 +0 +200 +strong$")
        self.assertRegex(out, r"(?m)^name +200 +0 +0 +- +confirms what stands beside it$")
        self.assertIn("TM-########", out)
        self.assertRegex(out, r"key id [0-9a-f]{16}")
        self.assertEqual(self.key.stat().st_mode & 0o777, 0o400)
        self.assertEqual(self.key.stat().st_size, 32)

    def test_every_cell_that_cannot_be_used_is_counted_with_its_row(self):
        out = self.build(self.source(
            'name,email,ticket,phone\r\n'
            'Ada Abbott,ada.abbott@example.com,TM-00000001,+44 7700 900001\r\n'
            'Ada,nobody,TM-2,12\r\n'
            '"Bob, the ""Builder""\r\nBauer",bob@example.com\r\n'
            'Bob Chen,a@example.com b@example.com,TM-00000003,4.47911E+11\r\n'
            'Eva Chen,eva.chen@example.com,TM-00000004,07700 900004\r\n'
            ',,,\r\n'))
        self.assertIn("6 rows", out)
        for sentence in ("more than one value in a cell: row 4", "no e-mail address: row 2",
                         "a spreadsheet cut its digits (4.47911E+11): row 4", "a name needs two words: row 2",
                         "a national number, and no --default-country: row 5"):
            self.assertIn("1  " + sentence, out)
        self.assertEqual(out.count("1  the row has too few fields: row 3"), 2, "ticket and phone")
        # usable, empty, rejected: every cell of the six rows is one of these.
        for line in out.splitlines():
            if line.split()[:1] in [[column] for column in fp.COLUMNS]:
                self.assertEqual(sum(int(number) for number in line.split()[1:4]), 6, line)
        for value in ("Abbott", "ada.abbott", "nobody", "Builder", "bob@", "7700", "00000003"):
            self.assertNotIn(value, out)

    def test_national_numbers_need_a_country(self):
        source = self.source("phone\n(020) 7946 0004\n0207 946 0001\n")
        self.assertIn("a national number, and no --default-country: rows 1, 2", self.build(source, columns=["phone"]))
        self.assertRegex(self.build(source, "--default-country", "GB", columns=["phone"]), r"(?m)^phone +2 +0 +0 ")
        self.assertIn("XX", self.build(source, "--default-country", "XX", columns=["phone"], status=USAGE))

    def test_a_missing_column_is_named(self):
        err = self.build(self.table(), "--column", "mobile:phone", columns=["name"], status=USAGE)
        self.assertIn("table.csv:1:1: there is no column 'mobile'; the first line must name the columns; it has 4 fields, "
                      "separated by ','", err)
        self.assertFalse(self.index.exists())
        self.assertFalse(self.key.exists(), "a key that nothing was built with")

    def test_a_first_line_that_is_a_customer_is_not_quoted(self):
        source = self.source(self.table().read_bytes().split(b"\r\n", 1)[1])
        err = self.build(source, status=USAGE)
        for value in self.rows[0].values():
            self.assertNotIn(value, err)

    def test_wrong_usage(self):
        self.assertIn("phone:fone", fingerprint("build", self.table(), "-o", self.index, "--key", self.key, "--column",
                                                "phone:fone")[2])
        self.assertIn("no-such.csv: cannot be read", self.build(self.folder / "no-such.csv", status=USAGE))
        self.assertIn("c.key: the key cannot be read", self.build(self.table(), new_key=False, status=USAGE))
        self.assertIn("empty", self.build(self.source(""), status=USAGE))
        self.assertIn("no rows", self.build(self.source("name,email,ticket,phone\n"), status=USAGE))
        self.assertIn("source.csv:3:3: ", self.build(self.source('email\na@example.com\n""x"\n'), columns=["email"],
                                                     status=USAGE))
        self.assertIn("source.csv:3", self.build(self.source(b"email\na@example.com\n\xff\xfe@example.com\n"),
                                                 columns=["email"], status=USAGE))

    def test_a_key_is_never_overwritten(self):
        self.build(self.table())
        key, index = self.key.read_bytes(), self.index.read_bytes()
        code, _, err = fingerprint("build", self.table(), "-o", self.index, "--key", self.key, "--new-key",
                                   *fp.column_options())
        self.assertEqual(code, USAGE)
        self.assertIn("there is a key already", err)
        self.assertEqual((self.key.read_bytes(), self.index.read_bytes()), (key, index))

    def test_a_key_that_others_can_read_is_refused(self):
        self.build(self.table())
        self.key.chmod(0o440)
        self.assertIn("chmod 0400", self.build(self.table(), status=USAGE))
        code, _, err = harness.run("replay", "--fingerprints", self.index, "--key", self.key, SAMPLE)
        self.assertEqual(code, USAGE)
        self.assertIn("chmod 0400", err.decode())

    def test_a_credential_of_systemd(self):
        self.build(self.table())
        environment = {"CREDENTIALS_DIRECTORY": str(self.folder)}
        self.assertEqual(fingerprint("verify", self.index, "--key", "credential:c.key", environment=environment)[0], GOOD)
        code, _, err = fingerprint("verify", self.index, "--key", "credential:c.key")
        self.assertEqual(code, USAGE)
        self.assertIn("CREDENTIALS_DIRECTORY", err)

    def test_the_same_customers_whatever_the_table_looks_like(self):
        self.build(self.table())
        everybody = set(range(1, 201))
        self.assertEqual(self.found(), everybody)
        plain = self.table().read_bytes()
        quoted = b"\r\n".join(b",".join(b'"' + cell + b'"' for cell in line.split(b","))
                              for line in plain.split(b"\r\n") if line)
        for name, text in {"tabs.tsv": self.table(separator="\t").read_bytes(),
                           "semicolons.csv": self.table(separator=";").read_bytes(),
                           "line-feeds.csv": plain.replace(b"\r\n", b"\n"), "no-end.csv": plain.rstrip(b"\r\n"),
                           "mark.csv": b"\xef\xbb\xbf" + plain, "quoted.csv": quoted}.items():
            with self.subTest(source=name):
                self.build(self.source(text, name))
                self.assertEqual(self.found(), everybody)
        with self.subTest(source="standard input"):
            self.build("-", stdin=plain)
            self.assertEqual(self.found(), everybody)
        with self.subTest(source="a line end inside a cell"):
            rows = [dict(row, note="first line\nsecond, \"line\"\n") for row in self.rows]
            self.build(self.table(rows, header=(*fp.COLUMNS, "note")))
            self.assertEqual(self.found(), everybody)

    def test_the_same_bytes_with_any_number_of_threads(self):
        rows = fp.table(20_000, 998)
        source, made = self.table(rows), set()
        for threads in ("1", "2", "7"):
            code, _, err = fingerprint("build", source, "-o", self.index, "--key", self.key, "-w", threads,
                                       *(() if self.key.exists() else ("--new-key",)), *fp.column_options(),
                                       environment={"SOURCE_DATE_EPOCH": "1700000000"})
            self.assertEqual(code, GOOD, err)
            made.add(self.index.read_bytes())
        self.assertEqual(len(made), 1)

    def test_a_dense_column_is_weak(self):
        rows = [{"email": f"person{number}@example.com", "ticket": f"{number * 7:06d}"} for number in range(1000)]
        out = self.build(self.table(rows, header=("email", "ticket")), columns=["email", "ticket"])
        self.assertRegex(out, r"(?m)^ticket +1,000 .* weak: 1 in 1,000 ")


class Update(Commands):
    def test_a_newer_export_keeps_the_settings(self):
        rows = [dict(row, planted="yes" if number == 7 else "") for number, row in enumerate(self.rows)]
        header = (*fp.COLUMNS, "planted")
        self.build(self.table(rows, header=header), "--canary-column", "planted", "--default-country", "GB")
        before = fingerprint("info", self.index)[1]
        self.assertIn("1 canaries", before)
        newer = self.table(list(reversed(rows)) + [dict(row, planted="") for row in fp.table(50, 996)], header=header)
        out = self.build(newer, command="update")
        self.assertIn("250 rows", out)
        self.assertIn("1 canaries", out)
        after = fingerprint("info", self.index)[1]
        for line in ("key id", "format 1", "national phone numbers of GB", "column 'planted'"):
            self.assertEqual([text for text in before.splitlines() if line in text],
                             [text for text in after.splitlines() if line in text])
            self.assertIn(line, after)
        self.assertIn("TM-########", after)
        self.assertEqual(self.found(), set(range(1, 201)))
        alerts = harness.final_alerts(harness.replay(SAMPLE, "--fingerprints", self.index, "--key", self.key))
        planted = [alert for alert in alerts if alert["rule"]["id"] == "canary-leaving"]
        self.assertEqual([alert["records"][0]["rows"] for alert in planted], [[193]])
        self.assertEqual(planted[0]["rule"]["severity"], "critical")
        self.assertEqual(planted[0]["records"][0]["canaries"], 1)

    def test_ticket_formats_may_be_given(self):
        self.build(self.table())
        mixed = [dict(row, ticket=f"XY/{number:06d}") for number, row in enumerate(self.rows[:100])] + self.rows[100:]
        self.assertRegex(self.build(self.table(mixed), command="update"), "100  TM-#{8}\n +100  XY/#{6}\n")
        out = self.build(self.table(mixed), "--ticket-format", "TM-########", command="update")
        self.assertIn("100  not of the ticket formats (--ticket-format gives others): rows 1, 2, 3", out)
        # They stay: what is written otherwise is rejected in the next update as well.
        self.assertIn("100  not of the ticket formats (--ticket-format gives others): rows 1, 2, 3", self.build(self.table(mixed), command="update"))

    def test_half_an_export_is_refused(self):
        self.build(self.table())
        before = self.index.read_bytes()
        self.build(self.table(self.rows[:50]), command="update", status=USAGE)
        self.assertEqual(self.index.read_bytes(), before)
        self.build(self.table(self.rows[:50]), "--allow-shrink", command="update")
        self.assertEqual(self.found(), set(range(1, 51)))

    def test_what_fails_leaves_the_index_and_nothing_else(self):
        self.build(self.table())
        before, files = self.index.read_bytes(), sorted(self.folder.iterdir())
        broken = self.table().read_bytes() + b'"never closed'
        self.build(self.source(broken, "table.csv"), command="update", status=USAGE)
        self.build("-", command="update", stdin=broken, status=USAGE)
        self.assertEqual(self.index.read_bytes(), before)
        self.assertEqual(sorted(self.folder.iterdir()), files)

    def test_a_run_never_sees_half_an_index(self):
        self.build(self.table())
        inode = self.index.stat().st_ino
        with open(self.index, "rb") as old:
            self.build(self.table(), command="update")
            self.assertNotEqual(self.index.stat().st_ino, inode, "another file, renamed")
            self.assertEqual(os.fstat(old.fileno()).st_nlink, 0)

    def test_another_key_is_refused(self):
        self.build(self.table())
        self.key.chmod(0o600)
        self.key.write_bytes(bytes(32))
        self.assertIn("is not the key of this index", self.build(self.table(), command="update", status=USAGE))


class Inspect(Commands):
    def setUp(self):
        super().setUp()
        self.build(self.table())

    def refused(self, sentence, *, verify_with_key=True):
        """`verify`, `lookup` and a run refuse the index; the run does nothing."""
        code, _, err = fingerprint("verify", self.index, *(("--key", self.key) if verify_with_key else ()))
        self.assertEqual(code, INCOMPLETE, err)
        self.assertIn(sentence, err)
        self.assertEqual(fingerprint("lookup", self.index, "--key", self.key, stdin=b"x")[0], USAGE)
        code, out, err = harness.run("replay", "--format", "json", "--fingerprints", self.index, "--key", self.key,
                                     SAMPLE)
        self.assertEqual((code, out), (USAGE, b""))
        self.assertIn(sentence, err.decode())
        self.assertIn("c.ofp: ", err.decode())
        self.assertEqual(len(err.decode().splitlines()), 1, err)

    def test_good(self):
        self.assertIn("good", fingerprint("verify", self.index)[1])
        code, out, _ = fingerprint("verify", self.index, "--key", self.key)
        self.assertEqual((code, out), (GOOD, f"{self.index}: good\n"))

    def test_a_changed_byte_is_found_wherever_it_is(self):
        good = self.index.read_bytes()
        header = struct.unpack_from("<I", good, 16)[0]
        for at in [*range(0, header + 32, 7), 65536, 65537, *range(70_000, len(good), 4999), len(good) - 1]:
            damaged = bytearray(good)
            damaged[at] ^= 0x10
            self.index.write_bytes(damaged)
            code, out, err = fingerprint("verify", self.index, "--key", self.key)
            self.assertEqual((code, out), (INCOMPLETE, ""), f"byte {at}")
            self.assertTrue(err.startswith(f"outspan: {self.index}: "), err)
        self.index.write_bytes(damaged)
        self.refused("damaged", verify_with_key=False)

    def test_a_cut_file(self):
        good = self.index.read_bytes()
        for size in (0, 4, 20, 1000, 65535, 65536, len(good) // 2, len(good) - 1):
            with self.subTest(bytes=size):
                self.index.write_bytes(good[:size])
                self.refused("this is no fingerprint index" if size < 8 else "damaged")
        with self.subTest(bytes="one more"):
            self.index.write_bytes(good + b"x")
            self.refused("damaged")

    def test_something_else(self):
        self.index.write_bytes(SAMPLE.read_bytes())
        self.refused("this is no fingerprint index")
        code, _, err = harness.run("replay", "--fingerprints", self.folder / "none.ofp", "--key", self.key, SAMPLE)
        self.assertEqual(code, USAGE)
        self.assertIn("none.ofp", err.decode())

    def test_a_newer_format_and_other_forms(self):
        good = bytearray(self.index.read_bytes())
        self.index.write_bytes(good[:8] + struct.pack("<I", 2) + good[12:])
        self.refused("this index is in format 2, made by a newer outspan; this one reads format 1")
        self.index.write_bytes(good[:12] + struct.pack("<I", 9) + good[16:])
        self.refused("build it again from its source")

    def test_a_foreign_key(self):
        self.key.chmod(0o600)
        self.key.write_bytes(bytes(range(32)))
        self.refused("this index was built with another key")
        self.assertEqual(fingerprint("verify", self.index)[0], GOOD)
        self.key.write_bytes(b"short")
        code, _, err = harness.run("replay", "--fingerprints", self.index, "--key", self.key, SAMPLE)
        self.assertEqual(code, USAGE)
        self.assertIn("this is no key: a key is 32 bytes, or 64 hexadecimal digits", err.decode())

    def test_indexes_and_keys_come_in_pairs(self):
        code, _, err = harness.run("replay", "--fingerprints", self.index, SAMPLE)
        self.assertEqual(code, USAGE)
        self.assertIn("in pairs", err.decode())
        code, _, err = harness.run("replay", *2 * ("--fingerprints", self.index, "--key", self.key), SAMPLE)
        self.assertEqual(code, USAGE)
        self.assertIn("there is another index 'c'", err.decode())

    def test_info_needs_no_key(self):
        self.key.unlink()
        code, out, _ = fingerprint("info", self.index)
        self.assertEqual(code, GOOD)
        for text in ("200 rows", "key id", "built 20", "format 1, forms 1", "TM-########", "email", "strong"):
            self.assertIn(text, out)

    def test_lookup(self):
        row = self.rows[41]
        for value in (row["email"], row["email"].upper(), f"<{row['email']}>", row["ticket"], row["ticket"].lower(),
                      row["ticket"].replace("-", " "), row["phone"], row["phone"].replace(" ", "-"),
                      fp.digits(row["phone"]), "00" + fp.digits(row["phone"]), row["email"].replace("@", "+news@")):
            with self.subTest(value=value):
                code, out = self.lookup(value + "\n")
                self.assertEqual(code, GOOD, out)
                self.assertRegex(out, r"^(email|ticket|phone): row 42, record [0-9a-f]{16}\n$")
        for value in ("nobody@example.com", "TM-99999999", "+44 7700 900999 1", "", row["name"]):
            with self.subTest(value=value):
                self.assertEqual(self.lookup(value + "\n"), (INCOMPLETE, "not in the index\n"))
        self.assertEqual(self.lookup(row["email"], "--column", "email")[0], GOOD)
        self.assertEqual(self.lookup(row["email"], "--column", "phone")[0], INCOMPLETE)
        code, _, err = fingerprint("lookup", self.index, "--key", self.key, "--column", "name", stdin=b"x")
        self.assertEqual(code, USAGE)
        self.assertIn("'name'", err)


class Documents(Commands):
    def test_the_examples_of_the_configuration_are_good(self):
        text = (harness.ROOT / "docs" / "configuration.md").read_text()
        section = text.split("\n## Indexes of customers\n", 1)[1].split("\n## ", 1)[0]
        blocks = re.findall(r"(?:^    .*\n)+", section, re.M)
        self.assertEqual(len(blocks), 3)
        for name in ("customers", "staff"):
            fp.build(self.folder, self.rows, name=name)
        config = self.source("".join(re.sub("^    ", "", block, flags=re.M) for block in blocks), "outspan.yaml")
        done = subprocess.run([harness.BINARY, "config", "check", config], capture_output=True, text=True,
                              env={**os.environ, "CREDENTIALS_DIRECTORY": str(self.folder)})
        self.assertEqual(done.returncode, GOOD, done.stdout + done.stderr)
        self.assertIn("10 rules", done.stdout, "four, and six for the index that none of them names")
        self.assertIn("2 indexes", done.stdout)

    def test_the_built_in_rules_are_those_of_the_document(self):
        text = (harness.ROOT / "docs" / "fingerprints.md").read_text()
        section = text.split("\n## Rules\n", 1)[1].split("\n## ", 1)[0]
        described = re.findall(r"^\| `([a-z-]+)` \| (\w+) \|", section, re.M)
        fp.build(self.folder, self.rows)
        config = self.source("fingerprints:\n  - {name: crm, index: customers.ofp, key_file: customers.key}\n", "c.yaml")
        shown = harness.run("config", "show", config)[1].decode()
        rules = re.findall(r"- id: ([a-z-]+)\n.*\n    severity: (\w+)\n    when:\n      fingerprint:", shown)
        self.assertEqual(described, rules)
        self.assertEqual(len(rules), 6)


if __name__ == "__main__":
    unittest.main()
