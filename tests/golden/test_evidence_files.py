"""Evidence: the packets around a match, or the object, encrypted to a certificate, so that the sensor can write and never read."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import unittest

import harness

CAPTURE = harness.PCAPS / "support-export.pcap"
VALUE = b"lukas.santos@"
NAME = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{16}(\.[0-9]+)?\.(pcapng|object)\.cms")


def openssl(*arguments):
    return subprocess.run(["openssl", *map(str, arguments)], capture_output=True, check=True).stdout


class Sensor:
    """A folder with an investigator's key and certificate, and a configuration that names them."""

    def __init__(self, folder, mode="packets", kind=("ec", "ec_paramgen_curve:P-256"), **limits):
        self.folder = harness.Path(folder)
        self.key = self.folder / "key.pem"
        self.evidence = self.folder / "evidence"
        openssl("req", "-x509", "-newkey", kind[0], "-pkeyopt", kind[1], "-nodes", "-keyout", self.key, "-out",
                self.folder / "cert.pem", "-days", "2", "-subj", "/CN=Investigator")
        more = "".join(f", {name}: {value}" for name, value in limits.items())
        self.config = self.folder / "outspan.yaml"
        self.config.write_text(f"evidence: {{certificate: cert.pem, folder: evidence, mode: {mode}{more}}}\n")

    def replay(self, *options, workers=1, capture=CAPTURE, events="alert,notice,stats"):
        return harness.replay(capture, "-c", self.config, *options, workers=workers, events=events)

    def files(self):
        return sorted(self.evidence.iterdir()) if self.evidence.exists() else []

    def decrypt(self, name, to="clear", key=None):
        return harness.run("evidence", "decrypt", self.evidence / name, "--key", key or self.key, "-o", self.folder / to)


def opened(events):
    return [event for event in harness.of_type(events, "alert") if event["state"] == "new"]


def without(events):
    """Alerts as they would be without evidence."""
    return [{key: value for key, value in event.items() if key != "evidence"} for event in harness.of_type(events, "alert")]


class EvidenceFiles(unittest.TestCase):
    def test_off_by_default(self):
        with harness.Folder() as folder:
            code, out, _ = harness.run("replay", "--format", "json", CAPTURE)
            self.assertEqual(code, 0)
            self.assertNotIn(b'"evidence"', out)
            self.assertEqual(list(harness.Path(folder).iterdir()), [])

    def test_the_alert_names_the_file_and_the_packets_are_in_it(self):
        for kind in (("ec", "ec_paramgen_curve:P-256"), ("rsa", "rsa_keygen_bits:2048")):
            with self.subTest(kind=kind[0]), harness.Folder() as folder:
                sensor = Sensor(folder, kind=kind)
                alert = opened(sensor.replay())[0]
                evidence = alert["evidence"]
                (file,) = sensor.files()
                self.assertEqual(evidence["file"], file.name)
                self.assertRegex(file.name, NAME)
                data = file.read_bytes()
                self.assertEqual(evidence["sha256"], hashlib.sha256(data).hexdigest())
                self.assertEqual(evidence["bytes"], len(data))
                self.assertEqual(file.stat().st_mode & 0o777, 0o600)
                self.assertNotIn(VALUE, data)
                code, _, err = sensor.decrypt(file.name)
                self.assertEqual(code, 0, err)
                clear = sensor.folder / "clear"
                self.assertIn(VALUE, clear.read_bytes())
                # Any CMS program opens it as well.
                openssl("cms", "-decrypt", "-inform", "DER", "-in", file, "-inkey", sensor.key, "-recip",
                        sensor.folder / "cert.pem", "-out", sensor.folder / "by-openssl")
                self.assertEqual((sensor.folder / "by-openssl").read_bytes(), clear.read_bytes())
                self.check_with_tshark(clear, alert)

    def check_with_tshark(self, clear, alert):
        if not shutil.which("tshark"):
            self.skipTest("tshark is not installed")
        lines = subprocess.run(["tshark", "-r", clear, "-T", "fields", "-e", "ip.src", "-e", "ip.dst", "-e", "tcp.srcport",
                                "-e", "tcp.dstport", "-e", "frame.comment"], capture_output=True, check=True,
                               text=True).stdout.splitlines()
        self.assertEqual(len(lines), alert["evidence"]["packets"])
        ends = {(alert["src_ip"], str(alert["src_port"])), (alert["dest_ip"], str(alert["dest_port"]))}
        for line in lines:
            source, destination, source_port, destination_port = line.split("\t")[:4]
            self.assertEqual({(source, source_port), (destination, destination_port)}, ends)
        self.assertIn(f"incident {alert['incident_id']} was opened here", lines[-1])
        found = subprocess.run(["tshark", "-r", clear, "-Y", 'http.request.method == "POST"'], capture_output=True,
                               check=True).stdout
        self.assertIn(b"POST /upload", found)

    def test_the_object(self):
        with harness.Folder() as folder:
            sensor = Sensor(folder, mode="object")
            evidence = opened(sensor.replay())[0]["evidence"]
            self.assertTrue(evidence["file"].endswith(".object.cms"))
            self.assertEqual(sensor.decrypt(evidence["file"])[0], 0)
            clear = (sensor.folder / "clear").read_bytes()
            self.assertIn(VALUE, clear)
            self.assertNotIn(b"POST /upload", clear)

    def test_the_same_for_any_number_of_workers_and_no_alert_differs(self):
        with harness.Folder() as folder:
            sensor = Sensor(folder)
            expected = harness.of_type(harness.replay(CAPTURE, events="alert"), "alert")
            clear = set()
            for workers in (1, 3):
                events = sensor.replay(workers=workers)
                self.assertEqual(without(events), expected)
                name = opened(events)[0]["evidence"]["file"]
                self.assertEqual(sensor.decrypt(name, f"clear-{workers}")[0], 0)
                clear.add((sensor.folder / f"clear-{workers}").read_bytes())
            self.assertEqual(len(clear), 1)
            self.assertEqual(len(sensor.files()), 2, "the second run leaves the first one's file alone")

    def test_another_key_opens_nothing_and_a_file_is_never_replaced(self):
        with harness.Folder() as folder:
            sensor = Sensor(folder)
            name = opened(sensor.replay())[0]["evidence"]["file"]
            openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", sensor.folder / "other.pem")
            code, out, err = sensor.decrypt(name, key=sensor.folder / "other.pem")
            self.assertEqual(code, 2)
            self.assertIn(b"cannot be opened with this key", err)
            self.assertFalse((sensor.folder / "clear").exists())
            self.assertEqual(sensor.decrypt(name)[0], 0)
            self.assertEqual(sensor.decrypt(name)[0], 3)

    def test_a_key_with_a_passphrase(self):
        with harness.Folder() as folder:
            sensor = Sensor(folder)
            name = opened(sensor.replay())[0]["evidence"]["file"]
            openssl("pkcs8", "-topk8", "-in", sensor.key, "-out", sensor.folder / "locked.pem", "-passout", "pass:correct")
            for word, status in (("wrong", 2), ("correct", 0)):
                (sensor.folder / "word").write_text(word + "\n")
                code, _, _ = harness.run("evidence", "decrypt", sensor.evidence / name, "--key", sensor.folder / "locked.pem",
                                         "--passphrase-file", sensor.folder / "word", "-o", sensor.folder / "clear")
                self.assertEqual(code, status)

    def test_list(self):
        with harness.Folder() as folder:
            sensor = Sensor(folder)
            alert = opened(sensor.replay())[0]
            code, out, _ = harness.run("evidence", "list", "-c", sensor.config, "--json")
            self.assertEqual(code, 0)
            (line,) = [json.loads(line) for line in out.splitlines()]
            self.assertEqual((line["file"], line["incident_id"], line["sha256"], line["mode"]),
                             (alert["evidence"]["file"], alert["incident_id"], alert["evidence"]["sha256"], "packets"))
            self.assertIn(line["file"].encode(), harness.run("evidence", "list", sensor.evidence)[1])

    def test_limits_of_size_and_age(self):
        with harness.Folder() as folder:
            sensor = Sensor(folder, keep="1h", total_mib=1)
            sensor.evidence.mkdir()
            old, big = "20250101T000000Z-00000000000000aa.pcapng.cms", "20250102T000000Z-00000000000000bb.pcapng.cms"
            (sensor.evidence / old).write_bytes(b"x")
            os.utime(sensor.evidence / old, (0, 0))
            (sensor.evidence / big).write_bytes(bytes(1 << 20))
            events = sensor.replay()
            self.assertEqual([file.name for file in sensor.files()], [opened(events)[0]["evidence"]["file"]])
            kinds = [event["notice"]["kind"] for event in harness.of_type(events, "notice")]
            self.assertIn("evidence_removed", kinds)
            self.assertEqual(harness.of_type(events, "stats")[-1]["stats"]["evidence"]["removed"], 2)

    def test_a_full_disk_is_said_and_loses_no_alert(self):
        with harness.Folder() as folder:
            sensor = Sensor(folder)
            sensor.evidence.mkdir()
            mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", sensor.evidence], capture_output=True)
            if mounted.returncode != 0:
                self.skipTest("mounting is not permitted")
            try:
                events = sensor.replay()
                self.assertEqual(sensor.files(), [])
            finally:
                subprocess.run(["umount", sensor.evidence], check=True)
            self.assertEqual(without(events), harness.of_type(harness.replay(CAPTURE, events="alert"), "alert"))
            self.assertEqual(opened(events)[0]["evidence"], {"missing": "not-written"})
            (notice,) = [event["notice"] for event in harness.of_type(events, "notice")
                         if event["notice"]["kind"] == "evidence_not_written"]
            self.assertIn("No space left", notice["detail"])
            self.assertEqual(harness.of_type(events, "stats")[-1]["stats"]["evidence"]["failed"], len(opened(events)))

    def test_what_is_wrong_is_said_before_anything_runs(self):
        with harness.Folder() as folder:
            sensor = Sensor(folder)
            for text, message in (("{certificate: key.pem, folder: evidence}", "holds no X.509 certificate"),
                                  ("{certificate: none.pem, folder: evidence}", "cannot be read"),
                                  ("{certificate: cert.pem}", "which folder"),
                                  ("{folder: evidence}", "must name the 'certificate'"),
                                  ("{certificate: cert.pem, folder: e, memory_mib: 4000}", "must leave half"),
                                  ("{certificate: cert.pem, folder: cert.pem}", "is no folder"),
                                  ("{certificat: cert.pem}", "certificate")):
                with self.subTest(text=text):
                    sensor.config.write_text(f"evidence: {text}\n")
                    code, out, err = harness.run("replay", "-c", sensor.config, CAPTURE)
                    self.assertEqual((code, out), (2, b""))
                    self.assertIn(message, err.decode())

    def test_names_and_clear_parts_carry_no_value(self):
        """Of every capture: names, and what of a file is not encrypted, are the same whatever leaves."""
        with harness.Folder() as folder:
            sensor = Sensor(folder, mode="object")
            for capture in harness.captures()[::12]:
                harness.run("replay", "-c", sensor.config, "--format", "json", "--direction", "all", capture)
            self.assertGreater(len(sensor.files()), 3)
            for file in sensor.files():
                self.assertRegex(file.name, NAME)
                shown = openssl("cms", "-cmsout", "-print", "-noout", "-inform", "DER", "-in", file).decode()
                attributes = re.findall(r"(?:unauthAttrs|authAttrs|unprotectedAttrs|originatorInfo):\s*(\S+)", shown)
                self.assertTrue(attributes and set(attributes) == {"<ABSENT>"}, attributes)


if __name__ == "__main__":
    unittest.main()
