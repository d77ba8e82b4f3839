"""Outputs are part of a reload: a live sensor that is under traffic gets a new one, loses one, and has one configured anew.
Real rsyslogs in the namespace receive; every alert reaches whoever it is for."""

import json
import os
import unittest
from pathlib import Path

import harness
import receivers
import test_live


class Inside(receivers.Rsyslog):
    """In the namespace of the sensor, which has no other loopback."""

    def __init__(self, test, folder):
        super().__init__(test, folder, "tcp")

    def command(self):
        return ["ip", "netns", "exec", test_live.NAMESPACE, *super().command()]

    def answers(self):
        listening = f"0100007F:{self.port:04X} 00000000:0000 0A"
        return listening in Path(f"/proc/{self.process.pid}/net/tcp").read_text()

    def connections(self):
        return Path(f"/proc/{self.process.pid}/net/tcp").read_text().count(f"0100007F:{self.port:04X} 0100007F:")

    def output(self, **options):
        return {"type": "syslog", "name": f"siem-{self.port}", "url": self.url, "events": ["alert"]} | options


class ReloadOutputs(test_live.Live):
    def setUp(self):
        self.assertEqual(test_live.ip("-n", test_live.NAMESPACE, "link", "set", "lo", "up").returncode, 0)
        self.folder = Path(self.enterContext(harness.Folder()))
        self.control = self.folder / "control.sock"
        self.events = self.folder / "events.json"

    def configure(self, outputs, spool):
        file = {"type": "json", "file": str(self.events), "events": ["alert", "notice", "stats"]}
        path = self.folder / "outspan.yaml"
        state = f"state: {{folder: {self.folder}/state}}\n" if spool else ""
        path.write_text(f"outputs: {json.dumps([file, *outputs])}\ncontrol: {{socket: {self.control}}}\n{state}")
        return path

    def receiver(self):
        made = Inside(self, self.folder)
        made.start()
        return made

    def reload(self):
        code, _, err = harness.run("reload", "--socket", self.control)
        return code, err.decode()

    def alerts(self):
        return [event["event_id"] for event in map(json.loads, self.events.read_text().splitlines())
                if event["event_type"] == "alert"]

    def outputs(self):
        code, out, err = harness.run("status", "--json", "--socket", self.control)
        self.assertEqual(code, 0, err)
        return {output["name"]: output for output in json.loads(out)["outputs"]}

    def reloaded_under_traffic(self, spool):
        stays, goes, changes, comes = (self.receiver() for _ in range(4))
        path = self.configure([stays.output(), goes.output(), changes.output()], spool)
        run = self.sensor("-c", path, "-o", "/dev/null", events="alert,notice")
        self.addCleanup(run.kill)
        player = self.player("support-export.pcap", turns=40)
        self.wait_for(self.events, '"alert"', 30)
        before = self.alerts()

        self.configure([stays.output(), comes.output(url="tls://127.0.0.1:1", ca_file="missing.pem")], spool)
        code, err = self.reload()
        self.assertEqual(code, 1, err)
        self.assertIn("missing.pem", err)
        self.assertLessEqual({f"siem-{each.port}" for each in (stays, goes, changes)}, set(self.outputs()))

        before += self.alerts()
        self.configure([stays.output(), changes.output(max_bytes=6000), comes.output()], spool)
        code, err = self.reload()
        self.assertEqual(code, 0, err)
        after = set(self.alerts())
        self.assertEqual(player.wait(timeout=60), 0)
        self.play("support-export.pcap", first=100)
        self.assertTrue(receivers.wait_until(lambda: f"siem-{changes.port}" in self.outputs(), 30))
        outputs, connections = self.outputs(), stays.connections()
        code, _, err = self.end(run)
        self.assertEqual(code, 0, err)

        everything = self.alerts()
        self.assertEqual(len(everything), len(set(everything)))
        self.assertGreater(len(set(everything) - after), 0, "the traffic had ended before the reload")
        self.assertTrue(stays.has(everything), "who stays has all")
        self.assertTrue(changes.has(everything), "so has who is configured anew")
        self.assertTrue(goes.has(before), "who goes has what happened before")
        self.assertTrue(comes.has(set(everything) - after), "who comes has what happened afterwards")
        self.assertFalse(set(goes.ids()) & set(everything[-3:]))
        self.assertEqual(connections, 1, "who stays keeps the connection")
        self.assertNotIn(f"siem-{goes.port}", outputs)
        self.assertNotIn("only a restart", self.events.read_text())

    def test_with_a_spool(self):
        self.reloaded_under_traffic(True)

    def test_without_a_spool(self):
        self.reloaded_under_traffic(False)


for name in vars(test_live.Live):
    if name.startswith("test_"):
        setattr(ReloadOutputs, name, None)  # these run elsewhere

if __name__ == "__main__":
    unittest.main()
