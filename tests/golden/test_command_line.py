"""What a user types wrong, and captures that are damaged: a clear sentence, the right exit status, and nothing else
is lost."""

import gzip
import json
import os
import shutil
import signal
import struct
import re
import subprocess
import time
import unittest

import harness

SAMPLE = harness.PCAPS / "support-export.pcap"


def alerts(out):
    return [line for line in out.decode().splitlines() if '"event_type":"alert"' in line]


def of_objects(out):
    """Incidents within an object, as (file, path, matches): those of a host go on from file to file."""
    events = [json.loads(line) for line in alerts(out)]
    return [(event["capture"]["file"], event["object"]["path"], event["state"], str(event["matches"])) for event in events
            if "object" in event]


class BadInput(unittest.TestCase):
    def check(self, arguments, status, *sentences):
        code, out, err = harness.run(*arguments)
        self.assertEqual(code, status, err.decode())
        for sentence in sentences:
            self.assertIn(sentence, err.decode())
        self.assertNotIn("terminate", err.decode())
        return out

    def test_wrong_usage_runs_nothing(self):
        self.check(["replay"], 2, "captures is required")
        self.check(["replay", "--no-such-option", SAMPLE], 2, "--no-such-option")
        self.check(["replay", "--home-net", "10.0.0.1/8", SAMPLE], 2, "--home-net: '10.0.0.1/8' is no network")
        self.check(["replay", "--direction", "sideways", SAMPLE], 2, "'sideways' is none of")
        self.check(["replay", "--events", "alarm", SAMPLE], 2, "'alarm' is none of")
        self.check(["replay", "--format", "xml", SAMPLE], 2, "'xml' is none of")
        self.check(["replay", "-f", "tcp porte 80", SAMPLE], 2, "filter")
        self.check(["replay", "--syslog", "smtp://x", SAMPLE], 2, "smtp://x")
        self.check(["replay", "-w", "0", SAMPLE], 2)
        self.check(["live"], 2, "interface")
        self.check(["live", "-i", "nosuchif0"], 2, "nosuchif0")

    def test_wrong_configuration_is_told_with_its_place(self):
        with harness.Folder() as folder:
            config = folder / "c.yaml"
            config.write_text("home_network: [10.0.0.0/8]\nlimits: {depth: 0}\n")
            err = harness.run("replay", "-c", config, SAMPLE)[2].decode()
            self.assertIn("c.yaml:1:1: unknown key 'home_network'", err)
            self.assertIn("did you mean 'home_networks'", err)
            self.assertIn("c.yaml:2:17:", err)
            config.write_text("rules: [{id: a, when: {signatures: [emial]}}]\n")
            self.check(["config", "check", config], 2, "c.yaml:1:36", "emial", "email")

    def test_the_nearest_word_is_named(self):
        self.check(["repaly", SAMPLE], 2, "unknown command 'repaly'", "did you mean 'replay'")
        self.check(["config", "chekc", "x"], 2, "unknown command 'chekc'", "did you mean 'check'")
        self.check(["replay", "--fromat=json", SAMPLE], 2, "unknown option '--fromat=json'", "did you mean '--format'")

    def test_every_mistake_in_one_go(self):
        with harness.Folder() as folder:
            config = folder / "c.yaml"
            config.write_text("""home_networks: []
countries: [XX]
signatures: [builtin, nowhere.yaml]
fingerprints: [{name: crm, index: nowhere.ofp, key_file: nowhere.key}]
rules:
  - {id: a, when: {signatures: [email], distinct_valeus: 3}}
  - {id: b, when: {fingerprint: crn}}
outputs:
  - {type: json, file: /nowhere/events.json}
  - {type: syslog, url: "tlz://siem.example"}
""")
            self.check(["config", "check", config], 2, "c.yaml:2:13: must be an ISO 3166 code", "nowhere.yaml", "nowhere.ofp",
                       "nowhere.key", "did you mean 'distinct_values'", "did you mean 'crm'", "/nowhere",
                       "c.yaml:10:25: must begin with", "did you mean 'tls://'", "warning: home_networks is empty")
            config.write_text("rules: [{id: a, when: {signatures: [emial]}}]\ncountries: [QQ]\n")
            self.check(["config", "check", config], 2, "'QQ'", "emial")

    def test_public_home_networks_are_a_warning(self):
        with harness.Folder() as folder:
            config = folder / "c.yaml"
            config.write_text("home_networks: [10.0.0.0/8, 203.0.113.0/24]\n")
            self.check(["config", "check", config], 0, "203.0.113.0/24 is public")

    def test_a_signature_that_does_not_compile(self):
        with harness.Folder() as folder:
            file = folder / "bad.yaml"
            file.write_text("id: broken\ntitle: A broken one\npattern: 'a(b'\n")
            self.check(["replay", "--signatures", file, SAMPLE], 2, "bad.yaml:3")

    def test_an_unreadable_file_among_ten_loses_nothing_else(self):
        # Nine different ones: the same traffic again is no second leak.
        good = [path for path in harness.captures() if harness.scenario(path).startswith("http-")]
        good += [path for path in harness.captures() if harness.scenario(path).startswith("smtp-")][:9 - len(good)]
        self.assertEqual(len(good), 9)
        with harness.Folder() as folder:
            bad = folder / "bad.pcap"
            bad.write_bytes(b"this is no capture, it is a letter")
            code, out, err = harness.run("replay", "--format", "json", *good[:5], bad, folder / "missing.pcap", *good[5:])
            self.assertEqual(code, 1)
            self.assertIn("missing.pcap: ", err.decode())
            self.assertIn("bad.pcap: ", err.decode())
            alone = [alert for path in good
                     for alert in of_objects(harness.run("replay", "--format", "json", path)[1])]
            self.assertGreater(len(alone), 20)
            self.assertEqual(sorted(of_objects(out)), sorted(alone))

    def test_a_cut_capture_is_used_up_to_the_cut(self):
        with harness.Folder() as folder:
            cut = folder / "cut.pcap"
            data = SAMPLE.read_bytes()
            cut.write_bytes(data[:-7])
            code, out, err = harness.run("replay", "--format", "json", cut)
            self.assertEqual(code, 1)
            self.assertIn("cut.pcap", err.decode())
            self.assertEqual(len(alerts(out)), len(alerts(harness.run("replay", "--format", "json", SAMPLE)[1])))
            ledgers = [line for line in out.decode().splitlines() if '"event_type":"ledger"' in line]
            self.assertFalse(json.loads(ledgers[-1])["complete"])

    def test_empty_captures(self):
        with harness.Folder() as folder:
            header_only = folder / "empty.pcap"
            header_only.write_bytes(SAMPLE.read_bytes()[:24])
            code, out, _ = harness.run("replay", "--format", "json", header_only)
            self.assertEqual(code, 0)
            self.assertIn('"event_type":"ledger"', out.decode())
            nothing = folder / "nothing.pcap"
            nothing.write_bytes(b"")
            self.check(["replay", nothing], 1, "nothing.pcap")

    def test_standard_input_and_compressed_captures(self):
        plain = harness.run("replay", "--format", "json", "--events", "ledger", SAMPLE)[1]
        code, out, _ = harness.run("replay", "--format", "json", "--events", "ledger", "-",
                                   stdin=gzip.compress(SAMPLE.read_bytes()))
        self.assertEqual((code, out), (0, plain))
        if shutil.which("zstd"):
            packed = subprocess.run(["zstd", "-c", str(SAMPLE)], capture_output=True, check=True).stdout
            self.assertEqual(harness.run("replay", "--format", "json", "--events", "ledger", "-", stdin=packed)[1], plain)

    def test_fail_on_alert(self):
        self.check(["replay", "--fail-on-alert", SAMPLE], 10)
        self.check(["replay", "--fail-on-alert", "--home-net", "192.0.2.0/24", SAMPLE], 0)

    def test_output_to_a_full_disk_is_told(self):
        if os.path.exists("/dev/full"):
            self.check(["replay", "-o", "/dev/full", SAMPLE], 3, "/dev/full")

    def test_a_closed_pipe_ends_the_run_quietly(self):
        run = subprocess.Popen([harness.BINARY, "replay", "--format", "json", str(SAMPLE)], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
        run.stdout.close()
        err = run.stderr.read()
        run.stderr.close()
        self.assertNotEqual(run.wait(timeout=60), -signal.SIGABRT, err)


class Rules(unittest.TestCase):
    def test_an_encrypted_archive_that_leaves_is_an_alert(self):
        with harness.Folder() as folder:
            config = folder / "outspan.yaml"
            config.write_text("rules: [{id: locked, severity: medium, when: {blindspot: encrypted-*, direction: outbound}}]\n")
            for name, path, files in (("http-office-files", ["POST /upload", "secret.7z"], ["customers.csv"]),
                                      ("smtp-office-files", ["mail", "secret.zip"], ["customers.csv"])):
                events = harness.replay(harness.PCAPS / f"{name}.pcap", "-c", config)
                alerts = harness.of_type(events, "alert")
                self.assertEqual([alert["state"] for alert in alerts], ["new", "closed"])
                self.assertEqual(alerts[0]["rule"]["id"], "locked")
                self.assertEqual(alerts[0]["object"]["path"], path)
                self.assertEqual(alerts[0]["blindspots"][0]["reason"], "encrypted-archive")
                self.assertEqual(alerts[0]["blindspots"][0]["file_names"], files)
                spot = harness.of_type(events, "blindspot")[0]
                self.assertEqual(alerts[0]["blindspots"][0]["bytes"], spot["bytes"])
                text = harness.run("replay", "--format", "text", "-c", config, harness.PCAPS / f"{name}.pcap")[1].decode()
                self.assertIn("bytes not inspected (encrypted-archive)", text)


class Text(unittest.TestCase):
    def test_a_replay_shows_each_incident_once(self):
        for name in ("support-export", "smtp-office-files"):
            path = harness.PCAPS / f"{name}.pcap"
            incidents = sorted(alert["incident_id"] for alert in harness.final_alerts(harness.replay(path)))
            text = harness.run("replay", "--format", "text", path)[1].decode()
            self.assertTrue(incidents)
            self.assertEqual(sorted(re.findall(r"incident ([0-9a-f]{16})$", text, re.M)), incidents)


class Commands(unittest.TestCase):
    def test_help_names_every_option(self):
        out = harness.run("replay", "--help")[1].decode()
        for option in ("--config", "--home-net", "--signatures", "--direction", "--format", "--output", "--syslog",
                       "--workers", "--filter", "--events", "--stream-sha256", "--fail-on-alert", "--quiet",
                       "Exit status"):
            self.assertIn(option, out)

    def test_version(self):
        out = harness.run("version")[1].decode()
        for name in ("outspan", "Hyperscan", "nDPI", "libpcap", "OpenSSL"):
            self.assertIn(name, out)

    def test_the_starter_configuration_is_good_and_never_overwritten(self):
        with harness.Folder() as folder:
            file = folder / "outspan.yaml"
            self.assertEqual(harness.run("config", "init", file)[0], 0)
            self.assertEqual(harness.run("config", "check", file)[0], 0)
            self.assertEqual(harness.run("config", "init", file)[0], 2)
            self.assertEqual(harness.run("config", "show", file)[1], harness.run("config", "show")[1])

    def test_signature_examples(self):
        code, out, err = harness.run("signatures", "test", timeout=300)
        self.assertEqual(code, 0, out.decode() + err.decode())
        self.assertIn("email", harness.run("signatures", "list")[1].decode())
        self.assertIn("TM-########", harness.run("signatures", "show", "ticket")[1].decode())


if __name__ == "__main__":
    unittest.main()
