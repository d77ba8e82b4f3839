"""The report for people: one HTML file that needs no other, that says what the events say and nothing more."""

import html
import html.parser
import json
import re
import shutil
import subprocess
import unittest

import harness
import test_masking

VOID = {"meta", "link", "br", "hr", "img", "input"}
SHAPES = {"rect", "path", "line", "use"}  # closed by themselves in SVG


class Page(html.parser.HTMLParser):
    """Reads a page and notes what must not be there."""

    def __init__(self, text):
        super().__init__()
        self.open, self.faults, self.ids, self.links = [], [], [], []
        self.svgs = []  # of each, the tags right inside it
        self.described = []
        self.tables, self.text = {}, []
        self.feed(text)
        self.close()
        self.faults += [f"{tag} is not closed" for tag in self.open]

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        if len(named) != len(attributes):
            self.faults.append(f"{tag} has an attribute twice")
        self.faults += [f"{tag} {name}" for name in named if name.startswith("on") or name in ("src", "srcset", "action", "style")]
        if tag in ("script", "iframe", "object", "embed", "link", "img", "base", "form"):
            self.faults.append(tag)
        if "href" in named:
            self.links.append(named["href"])
        if "id" in named:
            self.ids.append(named["id"])
        if self.open and self.open[-1] == "svg":
            self.svgs[-1].append(tag)
        if tag == "svg":
            self.svgs.append([])
            self.described.append((named.get("role"), named.get("aria-labelledby", "").split()))
        if tag == "table":
            self.rows = []
        if tag == "tr":
            self.row = []
        if tag in ("th", "td"):
            self.row.append("")
        if tag == "data":
            self.row[-1] = named["value"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        if tag not in SHAPES:
            self.faults.append(f"<{tag}/>")
        self.handle_starttag(tag, attributes)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1:]}")
        else:
            self.open.pop()
        if tag == "caption":
            self.caption = self.text[-1]
        if tag == "tr":
            self.rows.append(self.row)
        if tag == "table":
            self.tables[self.caption] = self.rows

    def handle_data(self, data):
        self.text.append(data)
        if self.open and self.open[-1] in ("th", "td"):
            self.row[-1] += data


def report_of(capture, *options):
    """The report, and the events, of a replay."""
    with harness.Folder() as folder:
        page = folder / "report.html"
        events = harness.replay(capture, "--report", page, *options)
        return page.read_text(), events


class Report(unittest.TestCase):
    def check_form(self, text):
        page = Page(text)
        self.assertEqual(page.faults, [])
        self.assertTrue(text.startswith("<!DOCTYPE html>"))
        self.assertEqual(len(page.ids), len(set(page.ids)), "an id stands twice")
        self.assertTrue(all(link.startswith("#") and link[1:] in page.ids for link in page.links), page.links)
        self.assertNotRegex(text, r"url\(|@import|(src|href)=.?http")
        for inside, (role, labels) in zip(page.svgs, page.described, strict=True):
            self.assertEqual((role, inside[:2]), ("img", ["title", "desc"]))
            self.assertTrue(labels and set(labels) <= set(page.ids), labels)
        self.assertIn("prefers-color-scheme:dark", text)
        self.assertIn("@media print", text)
        return page

    def test_every_capture_gives_a_whole_page_that_says_what_the_events_say(self):
        for capture in harness.captures():
            with self.subTest(capture=capture.name), harness.Folder() as folder:
                page_file, spool = folder / "report.html", folder / "spool"
                code, out, err = harness.run("replay", "--format", "json", "--events", harness.ALL_EVENTS,
                                             "--report", page_file, "--spool", spool, capture)
                self.assertIn(code, (0, 1), err)
                events = [json.loads(line) for line in out.decode().splitlines()]
                text = page_file.read_text()
                page = self.check_form(text)
                self.check_ledger(page, events)
                for alert in harness.final_alerts(events):
                    self.assertIn(alert["incident_id"], text)
                # Out of the spool, and out of lines, it is the same.
                for source, stdin in ((spool, None), ("-", out)):
                    _, again, err = harness.run("report", source, stdin=stdin)
                    self.assertEqual(again.decode(), text, err)

    def check_ledger(self, page, events):
        ledger = harness.of_type(events, "ledger")[-1]
        rows = {row[0]: row[1:] for row in page.tables["Payload bytes by direction"][1:]}
        for direction, columns in ledger["bytes"].items():
            shown = [int(re.match(r"\d+", cell)[0]) for cell in rows[direction]]
            self.assertEqual(shown, [columns[name] for name in ("total", *harness.COLUMNS)], direction)

    def test_no_customers_value_is_in_it(self):
        tables = test_masking.tables_of_scenarios()
        rules = test_masking.EVERY_VALUE
        for capture in harness.captures():
            words = {spelling for row in tables[harness.scenario(capture)] for name, value in row.items()
                     if value and (name != "name" or " " in value) for spelling in test_masking.spellings(value)}
            with self.subTest(capture=capture.name), harness.Folder() as folder:
                config = folder / "outspan.yaml"
                config.write_text(rules)
                page = folder / "report.html"
                harness.run("replay", "-c", config, "--direction", "all", "--report", page, capture)
                self.assertIsNone(test_masking.Search(words).first(page.read_text().lower()))

    def test_it_names_who_sent_what_where_and_how(self):
        text, _ = report_of(harness.PCAPS / "support-export.pcap")
        tables = Page(text).tables
        self.assertEqual(tables["Senders"][1][:2], ["dana.support (10.20.0.7)", "200"])
        self.assertEqual(tables["Receivers"][1][0], "files.example.net")
        self.assertEqual(tables["Protocols"][1][0], "http")
        self.assertIn("POST /upload › customers.csv", text)
        self.assertEqual(tables["Encrypted bytes by server name"][1][0], "vault.example.org")
        self.assertIn("What to do next", text)

    def test_events_in_files_a_time_and_a_title(self):
        with harness.Folder() as folder:
            lines = folder / "events.jsonl"
            _, out, _ = harness.run("replay", "--format", "json", harness.PCAPS / "support-export.pcap")
            lines.write_bytes(out)
            page = folder / "report.html"
            code, out, err = harness.run("report", lines, "-o", page, "--title", "Week <5>")
            self.assertEqual((code, out, err), (0, b"", b""))
            self.assertIn("<h1>Week &lt;5&gt;</h1>", page.read_text())
            self.assertEqual(page.stat().st_mode & 0o777, 0o640)
            code, out, _ = harness.run("report", lines, "--since", "2027-01-01")
            self.assertEqual(code, 0)
            self.check_form(out.decode())
            self.assertIn(b"There are no events in the time asked for", out)

    def test_what_cannot_be_read_is_said(self):
        with harness.Folder() as folder:
            (folder / "empty").mkdir()
            self.assertEqual(harness.run("report")[0], 2)
            for bad in (["missing.jsonl"], [folder / "empty"], ["-", "--since", "yesterday"]):
                code, out, err = harness.run("report", *bad, stdin=b"")
                self.assertEqual((code, out), (2, b""), bad)
                self.assertRegex(err, b"^outspan: ")
            code, out, err = harness.run("report", "-", stdin=b'{"event_type":"x"}\n')
            self.assertEqual(code, 1)
            self.assertIn(b"1 entries are no events", err)
            self.assertIn(b"1 entry could not be read", out)
            self.assertEqual(harness.run("report", "-", stdin=b"")[0], 0)
            code, _, err = harness.run("report", "-", "-o", folder / "no" / "report.html", stdin=b"")
            self.assertEqual(code, 3, err)
            capture = harness.PCAPS / "support-export.pcap"
            code, out, err = harness.run("replay", "--report", folder / "no" / "report.html", capture)
            self.assertEqual((code, out), (2, b""), err)


# Shows the report in frames as wide as a telephone and as a desktop, and writes down what it sees.
FRAMES = """<!DOCTYPE html><body><script>
const seen = [];
for (const width of [360, 1200]) {
  const frame = document.createElement("iframe");
  frame.style.width = width + "px";
  frame.style.height = "900px";
  frame.src = "report.html";
  frame.onload = () => {
    const page = frame.contentDocument, root = page.documentElement;
    seen.push({width, title: page.title, overflow: root.scrollWidth - root.clientWidth, height: root.scrollHeight,
               shown: [...page.querySelectorAll("svg")].filter(svg => svg.getBoundingClientRect().height > 0).length,
               svgs: page.querySelectorAll("svg").length});
    if (seen.length == 2) document.body.textContent = JSON.stringify(seen);
  };
  document.body.append(frame);
}
</script></body>"""


class Browser(unittest.TestCase):
    def test_it_is_rendered_whole_and_fits_a_telephone_and_a_desktop(self):
        chromium = shutil.which("chromium")
        if not chromium:
            self.skipTest("chromium is not installed")
        with harness.Folder() as folder:
            harness.run("replay", "--format", "json", "-o", "/dev/null", "--report", folder / "report.html", *harness.captures())
            (folder / "frames.html").write_text(FRAMES)
            done = subprocess.run([chromium, "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files",
                                   f"--user-data-dir={folder}/profile", "--virtual-time-budget=20000", "--enable-logging=stderr",
                                   "--dump-dom", f"file://{folder}/frames.html"], capture_output=True, timeout=120, text=True)
        faults = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
        self.assertEqual(faults, [])
        seen = re.search(r"\[\{.*\}\]", done.stdout)
        self.assertTrue(seen, done.stderr[-2000:])
        for frame in json.loads(html.unescape(seen[0])):
            with self.subTest(width=frame["width"]):
                self.assertEqual(frame["overflow"], 0)
                self.assertEqual(frame["title"], "Data that left the network")
                self.assertGreater(frame["svgs"], 3)
                self.assertEqual(frame["shown"], frame["svgs"])
                self.assertGreater(frame["height"], 2000)


if __name__ == "__main__":
    unittest.main()
