"""A real rsyslog receives what a replay sends, over UDP, TCP and a Unix socket: every alert arrives, with its structured
data, and no message is torn."""

import shutil
import socket
import subprocess
import time
import unittest

import harness

SAMPLE = harness.PCAPS / "support-export.pcap"
CONFIG = """
module(load="imudp") module(load="imptcp") module(load="imuxsock" SysSock.Use="off")
template(name="all" type="string" string="%syslogfacility-text%.%syslogseverity-text%|%app-name%|%msgid%|%structured-data%|%msg%\\n")
ruleset(name="r") {{ action(type="omfile" file="{folder}/out" template="all") }}
input(type="imudp" port="{port}" address="127.0.0.1" ruleset="r")
input(type="imptcp" port="{port}" address="127.0.0.1" ruleset="r")
input(type="imuxsock" socket="{folder}/log" useSpecialParser="off" ignoreTimestamp="off" ruleset="r")
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Rsyslog(unittest.TestCase):
    def setUp(self):
        if not shutil.which("rsyslogd"):
            self.skipTest("rsyslogd is not installed")
        folder = harness.Folder()
        self.folder = folder.__enter__()
        self.addCleanup(folder.cleanup)
        self.port = free_port()
        (self.folder / "rsyslog.conf").write_text(CONFIG.format(folder=self.folder, port=self.port))
        self.daemon = subprocess.Popen(["rsyslogd", "-n", "-iNONE", "-f", self.folder / "rsyslog.conf"],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(self.daemon.wait, 20)
        self.addCleanup(self.daemon.terminate)
        for _ in range(100):
            if (self.folder / "log").exists():
                break
            time.sleep(0.1)
        time.sleep(0.3)

    def received(self, expected):
        out = self.folder / "out"
        for _ in range(100):
            lines = out.read_text().splitlines() if out.exists() else []
            if len(lines) >= expected:
                return lines
            time.sleep(0.1)
        return lines

    def test_every_alert_arrives(self):
        expected = len(harness.of_type(harness.replay(SAMPLE, events="alert"), "alert"))
        self.assertGreater(expected, 0)
        total = 0
        for url in (f"udp://127.0.0.1:{self.port}", f"tcp://127.0.0.1:{self.port}", f"unix://{self.folder}/log"):
            harness.replay(SAMPLE, "--syslog", url, events="alert")
            total += expected
            lines = self.received(total)
            self.assertEqual(len(lines), total, url)
        for line in lines:
            priority, app, message_id, data, text = line.split("|", 4)
            self.assertTrue(priority.startswith("local0."), line)
            self.assertEqual((app, message_id), ("outspan", "alert"))
            self.assertIn('[outspan@32473 ', data)
            self.assertIn('rule="', data)
            self.assertTrue(text.strip())


if __name__ == "__main__":
    unittest.main()
