"""Nothing that the program writes around exact fingerprints holds a value of the customers' table, in any usual spelling:
not the index, not what `fingerprint` prints, not events of any format, not what goes to standard error, and not the
state that a live run leaves behind."""

import base64
import json
import re
import signal
import socket
import threading
import time
import unicodedata
import unittest
import urllib.parse

import jsonschema

import fingerprints as fp
import harness
import test_live

SHORTEST = 6  # bytes; of shorter words chance would find some
FORMATS = ("text", "json", "syslog")
EVERYTHING = "alert,record,blindspot,anomaly,flow,object,ledger,stats,notice"
# What is in our own words as well.
OWN_WORDS = {"customers", "support"}


def plain(text):
    """Without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def spellings(column, value):
    """Ways to write a value that give it away, in lower case."""
    digits = "".join(c for c in value if c.isdigit())
    found = {value, plain(value), urllib.parse.quote(value, safe=""), value.encode().hex(),
             value.encode("utf-16-le").hex(), base64.b64encode(value.encode()).decode().rstrip("=")[:-1]}
    if column == "name":
        words = value.split()
        found |= {f"{words[-1]}, {words[0]}", *words, *map(plain, words), ".".join(words), "_".join(words)}
    if column == "email":
        local, domain = value.split("@")
        found |= {local, local.replace(".", ""), local.replace(".", "") + "@" + domain, value.replace("@", "\\u0040")}
    if column in ("phone", "ticket"):
        found |= {digits, digits[-8:], value.replace(" ", "-"), value.replace(" ", ""), value.replace("-", "")}
    if column == "phone":
        national = "0" + value.split(" ", 1)[1].replace(" ", "").replace("-", "")
        found |= {national, "00" + digits, value.split(" ", 1)[1]}
    return {spelling.lower() for spelling in found if len(spelling.encode()) >= SHORTEST} - OWN_WORDS


class Words:
    """Looks for many words at once, in bytes: UTF-8 and UTF-16."""

    def __init__(self, rows):
        self.by_start = {}
        for row in rows:
            for column in fp.COLUMNS:
                for word in spellings(column, row[column]):
                    self.by_start.setdefault(word.encode()[:SHORTEST], set()).add(word.encode())

    def found(self, data):
        """The first one in `data`; None: there is none. Digits inside of longer numbers and of hashes are nobody's."""
        for text in (data, data.replace(b"\0", b"")):
            low = text.lower()
            for at in range(len(low) - SHORTEST + 1):
                for word in self.by_start.get(low[at:at + SHORTEST], ()):
                    if low.startswith(word, at) and not self.in_longer(low, at, word):
                        return word, low[max(0, at - 100):at + 60]
        return None

    @staticmethod
    def in_longer(text, at, word):
        around = text[at - 1:at] + text[at + len(word):at + len(word) + 1]
        return re.fullmatch(b"[0-9a-f]+", word) is not None and re.search(b"[0-9a-z]", around) is not None


class Privacy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = harness.Folder()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.__enter__()
        cls.facts = [facts for facts in fp.facts() if not facts["quiet"]]
        known = [row for facts in cls.facts for row in fp.sent_in(facts)]
        # The first row is planted; the last ones cannot be used.
        cls.rows = [dict(row, planted="yes" if number == 0 else "no") for number, row in enumerate(known)]
        cls.rows += [{"name": "Wilhelmina", "email": "wilhelmina.unusable", "ticket": "TM-0", "phone": "4.47911E+11",
                      "planted": "no"}]
        cls.words = Words(cls.rows[:-1])
        for word in ("wilhelmina", "unusable"):
            cls.words.by_start.setdefault(word.encode()[:SHORTEST], set()).add(word.encode())
        cls.source = fp.write_table(cls.folder / "customers.csv", cls.rows, header=(*fp.COLUMNS, "planted"))
        cls.index, cls.key = cls.folder / "customers.ofp", cls.folder / "customers.key"
        code, out, err = harness.run("fingerprint", "build", cls.source, "-o", cls.index, "--key", cls.key, "--new-key",
                                     *fp.column_options(), "--canary-column", "planted")
        assert code == 0, err
        cls.built = out + err
        cls.options = ["--fingerprints", cls.index, "--key", cls.key]

    def clean(self, data, what):
        """No value stands in `data`; gives its size."""
        self.assertIsNone(self.words.found(data), what)
        return len(data)

    def test_the_search_finds_what_stands_there(self):
        row = self.rows[0]
        digits = fp.digits(row["phone"])
        for text in (row["email"], row["email"].upper(), row["phone"], digits, row["phone"].replace(" ", "-"),
                     row["ticket"].lower(), row["name"], "Wilhelmina", row["email"].split("@")[0].replace(".", "")):
            for data in (text.encode(), f'{{"url":"http://x/?q={text}"}}'.encode(), f" {text} ".encode("utf-16-le")):
                self.assertIsNotNone(self.words.found(data), data)
        for text in ("j***@e***.com", "+44 ********23", f"a{digits}f", "customers.csv row 17"):
            self.assertIsNone(self.words.found(text.encode()), text)
        self.assertIsNotNone(self.words.found(self.source.read_bytes()))

    def test_index_and_key(self):
        self.clean(self.index.read_bytes(), "index")
        self.clean(self.key.read_bytes(), "key")
        for path in self.folder.iterdir():
            if path not in (self.source, self.index, self.key) and path.is_file():
                self.clean(path.read_bytes(), path)

    def test_commands(self):
        self.assertIn(b"rejected in email", self.built)
        self.clean(self.built, "build")
        for arguments in (("info", self.index), ("verify", self.index), ("verify", self.index, "--key", self.key),
                          ("build", self.source, "-o", self.folder / "again.ofp", "--key", self.key,
                           *fp.column_options()),
                          ("update", self.source, "-o", self.folder / "again.ofp", "--key", self.key)):
            code, out, err = harness.run("fingerprint", *arguments)
            self.clean(out + err, arguments[0])
        row = self.rows[3]
        for column in fp.SEEDS:
            code, out, err = harness.run("fingerprint", "lookup", self.index, "--key", self.key,
                                         stdin=row[column].encode())
            self.assertEqual(code, 0)
            self.clean(out + err, "lookup")

    def test_what_is_wrong_with_a_table_is_said_without_it(self):
        text = self.source.read_bytes()
        lines = text.split(b"\r\n")
        for name, data in {"no header": b"\r\n".join(lines[1:]), "never closed": text + b'"Wilhelmina',
                           "no UTF-8": text + "Wilhelmina Müller,x,y,z".encode("latin-1"),
                           "text behind a quotation mark": text + b'"Wilhelmina"unusable,x,y,z\r\n',
                           "more fields": text + lines[1] + b",a,b,c\r\n"}.items():
            with self.subTest(table=name):
                source = self.folder / "wrong.csv"
                source.write_bytes(data)
                code, out, err = harness.run("fingerprint", "build", source, "-o", self.folder / "wrong.ofp", "--key",
                                             self.key, *fp.column_options())
                source.unlink()
                self.assertTrue(out + err)
                self.clean(out + err, name)
                if name != "more fields":
                    self.assertEqual(code, 2, err)

    def test_events_of_every_format(self):
        written = 0
        for form in FORMATS:
            code, out, err = harness.run("replay", "-v", "--format", form, "--events", EVERYTHING, "--direction",
                                         "outbound,inbound,internal,transit", *self.options, harness.PCAPS, timeout=300)
            self.assertEqual(code, 0, err)
            for word in (b"record", b"customer-records-leaving", b"canary-leaving"):
                self.assertTrue(word in out, word)
            written += self.clean(out, form)
            self.clean(err, f"standard error of {form}")
        self.assertGreater(written, 1_000_000)

    def test_files_and_syslog_of_a_configuration(self):
        with harness.Folder() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
            receiver.bind(str(folder / "log"))
            receiver.settimeout(0.2)
            datagrams, ended = [], threading.Event()

            def receive():
                while not ended.is_set():
                    try:
                        datagrams.append(receiver.recv(65536))
                    except TimeoutError:
                        pass

            reader = threading.Thread(target=receive)
            reader.start()
            config = folder / "outspan.yaml"
            config.write_text(f"""
fingerprints:
  - {{name: crm, index: {self.index}, key_file: {self.key}}}
alerts: {{row_pseudonyms: true}}
outputs:
  - {{type: json, file: events.json, events: [alert, record, object, stats]}}
  - {{type: text, file: events.txt, events: [alert, record, object, stats]}}
  - {{type: syslog, url: "unix://{folder}/log", events: [alert]}}
""")
            captures = [harness.PCAPS / f"{name}.pcap" for name in ("http-forms", "smtp-nested", "loss")]
            code, out, err = harness.run("replay", "-c", config, "--format", "json", *captures)
            ended.set()
            reader.join()
            self.assertEqual(code, 0, err)
            self.assertGreater(len(datagrams), 3)
            self.assertIn(b'"pseudonyms"', (folder / "events.json").read_bytes())
            for path in folder.iterdir():
                if path.is_file() and path != config:
                    self.clean(path.read_bytes(), path.name)
            self.clean(b"\n".join(datagrams) + out + err, "syslog")

    def test_what_a_live_run_writes_and_keeps(self):
        """With an index that is refreshed and one that is refused on the way."""
        test_live.Live.setUpClass()
        self.addCleanup(test_live.Live.doClassCleanups)
        live = test_live.Live("play")
        state = self.folder / "state"
        state.mkdir()
        index = self.folder / "live.ofp"
        index.write_bytes(self.index.read_bytes())
        run = live.sensor("--fingerprints", index, "--key", self.key, "--state", state, events=EVERYTHING)
        try:
            live.play("support-export.pcap")
            for content in (self.source.read_bytes(), self.index.read_bytes()):
                (self.folder / "next.ofp").write_bytes(content)
                (self.folder / "next.ofp").rename(index)
                run.send_signal(signal.SIGHUP)
                time.sleep(1)
            live.play("smtp-mail.pcap")
            time.sleep(1)
        finally:
            run.terminate()
            out, err = run.communicate(timeout=30)
        self.assertEqual(run.returncode, 0, err)
        for word in (b'"record":', b'"kind":"reloaded"', b'"kind":"reload_refused"'):
            self.assertTrue(word in out, word)
        validator = jsonschema.Draft202012Validator(json.loads((harness.ROOT / "docs" / "event-schema.json").read_text()))
        for line in out.decode().splitlines():
            self.assertEqual([error.message for error in validator.iter_errors(json.loads(line))], [], line)
        self.clean(out, "live")
        self.clean(err, "standard error of live")
        kept = [path for path in state.rglob("*") if path.is_file()]
        self.assertGreater(sum(self.clean(path.read_bytes(), path.name) for path in kept), 1000)


def hostile_tables():
    """Tables that people really hand over, and some that nobody should: by name, the bytes."""
    rows = fp.table(30, 77)
    header = ",".join(fp.COLUMNS)
    lines = [",".join(row[column] for column in fp.COLUMNS) for row in rows]
    text = "\n".join([header, *lines, ""])
    swapped = "\n".join(["ticket,name,phone,email", *lines, ""])
    codes = [f"{row['name'].split()[-1].upper()}-{1950 + n}" for n, row in enumerate(rows)]
    named = "\n".join([header, *(line.replace(row["ticket"], code) for line, row, code in zip(lines, rows, codes)), ""])
    return rows, codes, {
        "lines end in CR": text.replace("\n", "\r").encode(),
        "lines end in CR below a first line that does not": (header + "\n" + "\r".join(lines)).encode(),
        "no line ends": text.replace("\n", ",").encode(),
        "UTF-16 with a mark": text.encode("utf-16"),
        "UTF-16 without one": text.encode("utf-16-be"),
        "UTF-16 that is cut": text.encode("utf-16")[:-1],
        "UTF-16 and then UTF-8": header.encode("utf-16") + text.encode(),
        "UTF-32": text.encode("utf-32"),
        "a separator line": ("sep=,\r\n" + text).encode(),
        "a separator line of nonsense": ("sep=Wilhelmina\r\n" + text).encode(),
        "another separator": text.replace(",", "\u00a6").encode(),
        "no first line": "\n".join(lines).encode(),
        "a title above": ("All customers of " + lines[0] + "\n" + text).encode(),
        "the first customer in the first line": (header + "," + lines[0] + "\n" + text).encode(),
        "a first line with a line end": ('name,email,ticket,"' + lines[0] + '\n"\n' + text).encode(),
        "columns twice": (header + "," + header + "\n" + "\n".join(f"{line},{line}" for line in lines)).encode(),
        "columns that hold something else": swapped.encode(),
        "tickets of names": named.encode(),
        "a quotation mark that is not closed": text.replace(lines[3], '"' + lines[3]).encode(),
        "text after a quotation mark": text.replace(lines[3], '"x"' + lines[3]).encode(),
        "more fields": text.replace(lines[3], lines[3] + "," + lines[4]).encode(),
        "another encoding": text.replace(lines[3], "M\u00fcller " + lines[3]).encode("latin-1", "replace"),
        "bytes of zero": text.replace(lines[3], lines[3] + "\0").encode(),
        "marks of direction": text.replace("+", "\u202a+").replace("@", "\u200e@").encode(),
        "a line of a mebibyte": (header + "\n" + '"' + " ".join(lines * 600)).encode(),
        "the same customer everywhere": (header + "\n" + (lines[0] + "\n") * 1100).encode(),
    }


class HostileTables(unittest.TestCase):
    """Whatever is wrong with a table: no message and no index holds anything of it."""

    def run_with(self, source, data, *arguments, words):
        code, out, err = harness.run("fingerprint", *arguments, stdin=data if source == "-" else None)
        self.assertTrue(out + err)
        self.assertNotIn(b"terminate", err)
        self.assertIsNone(words.found(out + err), (out + err).decode(errors="replace"))
        return code

    def test_no_message_shows_a_value(self):
        rows, codes, tables = hostile_tables()
        words = Words([*rows, *({**rows[0], "ticket": code} for code in codes)])
        for word in ("wilhelmina", "m\u00fcller", *(code.split("-")[0].lower() for code in codes)):
            if len(word.encode()) >= SHORTEST:
                words.by_start.setdefault(word.encode()[:SHORTEST], set()).add(word.encode())
        near = [("nme", "name"), ("emails", "email"), (rows[0]["ticket"][:-1] + "9", "ticket"), (rows[0]["name"] + "x", "name")]
        for name, data in tables.items():
            self.assertIsNotNone(words.found(data), name)
            with self.subTest(table=name), harness.Folder() as folder:
                source, index, key = folder / "t.csv", folder / "i", folder / "k"
                source.write_bytes(data)
                build = ["build", source, "-o", index, "--key", key]
                wanted = fp.column_options()
                done = self.run_with(source, data, *build, "--new-key", *wanted, "--default-country", "GB", words=words)
                if done == 0:
                    self.assertIsNone(words.found(index.read_bytes()), "index")
                    self.run_with(source, data, "info", index, words=words)
                    self.run_with("-", data, "update", "-", "-o", index, "--key", key, words=words)
                    for value in rows[0].values():
                        for spoilt in (value + "?", value[:-1]):
                            self.run_with("-", spoilt.encode(), "lookup", index, "--key", key, words=words)
                else:
                    self.assertFalse(index.exists())
                # Column names that are nearly values: what was typed is repeated, what stands in the table is not.
                for header, kind in near[:2]:
                    self.run_with(source, data, *build, "--new-key", "--column", f"{header}:{kind}", words=words)
                    key.unlink(missing_ok=True)
                for header, kind in near[2:]:
                    code, out, err = harness.run("fingerprint", *build, "--new-key", "--column", f"{header}:{kind}")
                    self.assertIsNone(words.found((out + err).replace(header.encode(), b"")), (out + err).decode())
                    key.unlink(missing_ok=True)

    def test_what_can_be_read_is_read(self):
        rows, _, tables = hostile_tables()
        for name in ("lines end in CR", "UTF-16 with a mark", "UTF-16 without one", "UTF-32", "a separator line"):
            with self.subTest(table=name), harness.Folder() as folder:
                source, index, key = folder / "t.csv", folder / "i", folder / "k"
                source.write_bytes(tables[name])
                code, out, err = harness.run("fingerprint", "build", source, "-o", index, "--key", key, "--new-key",
                                             *fp.column_options())
                self.assertEqual(code, 0, err)
                self.assertRegex(out.decode(), r"(?m)^email +30 +0 +0 ")
                self.assertRegex(out.decode(), r"(?m)^phone +30 +0 +0 ")


if __name__ == "__main__":
    unittest.main()
