"""What Prometheus gets: a port that a real Prometheus scrapes, and a file that promtool reads; both against the events."""

import json
import re
import shutil
import signal
import subprocess
import unittest
import urllib.error
import urllib.parse
import urllib.request

import harness
import receivers

SAMPLE = harness.PCAPS / "support-export.pcap"
DOCUMENT = harness.ROOT / "docs" / "metrics.md"
DASHBOARD = harness.ROOT / "docs" / "grafana" / "outspan.json"
RULES = harness.ROOT / "docs" / "prometheus" / "outspan.rules.yaml"
SAMPLE_LINE = re.compile(r'(outspan_[a-z0-9_]+)(?:\{(.*)\})? (\S+)')


def read(text):
    """{name: {labels as text: value}}"""
    found = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            name, labels, value = SAMPLE_LINE.fullmatch(line).groups()
            samples = found.setdefault(name, {})
            assert labels not in samples, line
            samples[labels or ""] = float(value)
    return found


def get(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


class Metrics(unittest.TestCase):
    def setUp(self):
        folder = harness.Folder()
        self.folder = folder.__enter__()
        self.addCleanup(folder.cleanup)

    def configuration(self, **metrics):
        config = self.folder / "metrics.yaml"
        config.write_text(receivers.EVERY_ADDRESS + f"metrics: {json.dumps(metrics)}\n")
        return config

    def promtool(self, *arguments, text):
        if not shutil.which("promtool"):
            self.skipTest("promtool is not installed")
        done = subprocess.run(["promtool", *arguments], input=text, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))

    def test_the_file_says_what_the_events_say(self):
        config = self.configuration(textfile="outspan.prom")
        events = harness.replay(SAMPLE, "-c", config)
        text = (self.folder / "outspan.prom").read_text()
        metrics = read(text)
        self.promtool("check", "metrics", text=text)
        for kind in ("alert", "flow", "object", "ledger", "stats"):
            self.assertEqual(metrics["outspan_events_total"][f'type="{kind}"'], len(harness.of_type(events, kind)), kind)
        opened = [event for event in harness.of_type(events, "alert") if event["state"] == "new"]
        self.assertEqual(sum(metrics["outspan_alerts_total"].values()), len(opened))
        ledger = harness.of_type(events, "ledger")[-1]["bytes"]
        for direction, columns in ledger.items():
            for column in harness.COLUMNS:
                self.assertEqual(metrics["outspan_ledger_bytes_total"][f'direction="{direction}",column="{column}"'],
                                 columns[column])
        self.assertEqual(metrics["outspan_packets_total"][""],
                         harness.of_type(events, "stats")[-1]["stats"]["capture"]["packets"])
        self.assertEqual(metrics["outspan_ledger_complete"][""], 1)
        self.assertEqual(metrics["outspan_alert_delay_seconds_count"][""], len(opened))

    def test_every_metric_is_documented(self):
        config = self.configuration(textfile="outspan.prom")
        harness.replay(SAMPLE, "-c", config)
        families = set(re.findall(r"# TYPE (\S+)", (self.folder / "outspan.prom").read_text()))
        documented = set(re.findall(r"`(outspan_[a-z_]+)`", DOCUMENT.read_text()))
        self.assertEqual(families, documented)

    def test_alerting_rules_ask_for_metrics_that_there_are(self):
        if not shutil.which("promtool"):
            self.skipTest("promtool is not installed")
        done = subprocess.run(["promtool", "check", "rules", RULES], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        asked = set(re.findall(r"outspan_[a-z_]+", RULES.read_text()))
        self.assertLessEqual(asked, set(re.findall(r"`(outspan_[a-z_]+)`", DOCUMENT.read_text())))

    def test_the_dashboard_asks_for_metrics_that_there_are(self):
        panels = json.loads(DASHBOARD.read_text())["panels"]
        asked = {name for panel in panels for target in panel["targets"] for name in re.findall(r"outspan_[a-z_]+", target["expr"])}
        documented = set(re.findall(r"`(outspan_[a-z_]+)`", DOCUMENT.read_text()))
        self.assertLessEqual({name.removesuffix("_bucket") for name in asked}, documented)
        self.assertEqual(len({panel["id"] for panel in panels}), len(panels))

    def test_a_file_or_a_port_that_cannot_be_had_is_wrong_configuration(self):
        for metrics in ({"textfile": "none/outspan.prom"}, {"listen": "203.0.113.1:9437"}):
            with self.subTest(metrics=metrics):
                code, _, err = harness.run("replay", "-q", "-c", self.configuration(**metrics), "-o", "/dev/null", SAMPLE)
                self.assertEqual(code, 2)
                self.assertRegex(err.decode(), "No such file|Cannot assign")

    def running(self, config):
        """A replay that waits for more; its address."""
        run = subprocess.Popen([harness.BINARY, "replay", "-v", "-c", config, "-o", "/dev/null", "-"], stdin=subprocess.PIPE,
                               stderr=subprocess.PIPE)
        self.addCleanup(run.stderr.close)
        self.addCleanup(run.wait)
        self.addCleanup(run.kill)
        self.addCleanup(run.stdin.close)
        for line in run.stderr:
            if found := re.search(rb"metrics at (http://\S+)/metrics", line):
                return run, found[1].decode()
        self.fail("no address of metrics is printed")

    def test_prometheus_scrapes_a_run(self):
        if not shutil.which("prometheus"):
            self.skipTest("prometheus is not installed")
        run, address = self.running(self.configuration(listen="127.0.0.1:0"))
        run.stdin.write(b"".join(receivers.uploads(400)))
        run.stdin.flush()
        self.assertTrue(receivers.wait_until(lambda: "outspan_alerts_total{" in get(address + "/metrics")[1]))
        self.assertEqual(get(address + "/healthz"), (200, "ok\n"))
        self.assertEqual(get(address + "/other")[0], 404)
        port = receivers.free_port()
        (self.folder / "prometheus.yaml").write_text(
            "scrape_configs: [{job_name: outspan, scrape_interval: 1s, static_configs: [{targets: ["
            f"'{address.removeprefix('http://')}']}}]}}]\n")
        log = open(self.folder / "prometheus.log", "wb")
        prometheus = subprocess.Popen(
            ["prometheus", f"--config.file={self.folder / 'prometheus.yaml'}", f"--storage.tsdb.path={self.folder / 'tsdb'}",
             f"--web.listen-address=127.0.0.1:{port}"], stdout=log, stderr=log)
        log.close()
        self.addCleanup(prometheus.wait)
        self.addCleanup(prometheus.send_signal, signal.SIGKILL)

        def asked(query):
            try:
                status, text = get(f"http://127.0.0.1:{port}/api/v1/query?query={urllib.parse.quote(query)}")
            except OSError:
                return []
            if status != 200:
                return []  # it still starts
            return [float(one["value"][1]) for one in json.loads(text)["data"]["result"]]

        self.assertTrue(receivers.wait_until(lambda: asked('outspan_alerts_total{rule="every-address"} > 0'), 30),
                        (self.folder / "prometheus.log").read_text())
        self.assertEqual(asked('up{job="outspan"}'), [1.0])
        # Every query of the dashboard, as Grafana sends it.
        for panel in json.loads(DASHBOARD.read_text())["panels"]:
            for target in panel["targets"]:
                query = target["expr"].replace("$instance", ".*")
                query = query.replace("$__rate_interval", "1m").replace("$__range", "1h")
                with self.subTest(panel=panel["title"], query=query):
                    self.assertNotIn("$", query)
                    self.assertTrue(receivers.wait_until(lambda query=query: asked(query), 10))


if __name__ == "__main__":
    unittest.main()
