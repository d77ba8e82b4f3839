"""The configurations of receivers in docs/receivers work as they stand: but for folders and the port they are run unchanged."""

import json
import unittest

import harness
import receivers

SAMPLE = harness.PCAPS / "support-export.pcap"
RECIPES = harness.ROOT / "docs" / "receivers"


class FromTheDocuments:
    """A receiver with one of those files."""

    kind = "tls"

    def configure(self):
        text = (RECIPES / self.recipe).read_text()
        for there, here in (("/etc/outspan-receiver", str(self.folder)), ("/var/log/outspan", str(self.folder)),
                            ('port="6514"', f'port="{self.port}"'), ("port(6514)", f"port({self.port})"),
                            ('ip("0.0.0.0")', 'ip("127.0.0.1")')):
            text = text.replace(there, here)
        (self.folder / self.recipe).write_text(self.before + text)


class Rsyslog(FromTheDocuments, receivers.Rsyslog):
    recipe = "rsyslog.conf"

    @property
    def before(self):
        return f'global(workDirectory="{self.folder}")\n'


class SyslogNg(FromTheDocuments, receivers.SyslogNg):
    recipe = "syslog-ng.conf"
    before = ""


class Recipes(unittest.TestCase):
    def run_recipe(self, make, *arguments):
        with harness.Folder() as folder:
            receivers.make_certificates(folder)
            receiver = make(self, folder, *arguments)
            receiver.start()
            (folder / "outspan.yaml").write_text(json.dumps({"outputs": [{
                "type": "syslog", "url": receiver.url, "message": "json", "events": ["alert", "ledger"], "ca_file": "ca.pem",
                "cert_file": "sensor.pem", "key_file": "sensor.key"}]}))
            code, out, err = harness.run("replay", "-c", folder / "outspan.yaml", "--format", "json", "--events", "alert,ledger", SAMPLE)
            self.assertEqual(code, 0, err.decode())
            events = [json.loads(line) for line in out.splitlines()]
            urgent = [event for event in harness.of_type(events, "alert") if event["rule"]["severity"] in ("high", "critical")]
            self.assertTrue(urgent)

            def lines(name):
                path = folder / name
                return path.read_text().splitlines() if path.exists() else []

            receivers.wait_until(lambda: len(lines("events.json")) >= len(events) and len(lines("alerts.log")) >= len(urgent))
            self.assertEqual([json.loads(line) for line in lines("events.json")], events)
            self.assertEqual(lines("alerts.log"),
                             [f"{event['timestamp']} {event['rule']['severity']} {event['rule']['id']} {event['src_ip']} -> "
                              f"{event['dest_ip']}" for event in urgent])
            receiver.end()

    def test_rsyslog(self):
        self.run_recipe(Rsyslog, "tls")

    def test_syslog_ng(self):
        self.run_recipe(SyslogNg, "tls")


if __name__ == "__main__":
    unittest.main()
