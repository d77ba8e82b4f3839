"""The line at the bottom of a terminal, in a terminal (pty)."""

import os
import pty
import re
import select
import signal
import subprocess
import time
import unittest

import harness
import test_live


class Screen:
    """What a program has written to a terminal of its own."""

    def __init__(self):
        self.ours, self.theirs = pty.openpty()
        self.text = ""

    def read_until(self, pattern, seconds=30):
        deadline = time.monotonic() + seconds
        while not re.search(pattern, self.text) and time.monotonic() < deadline:
            if select.select([self.ours], [], [], 0.2)[0]:
                self.text += os.read(self.ours, 65536).decode()
        assert re.search(pattern, self.text), self.text

    def rows(self):
        """What is left of each line once everything has been rewritten."""
        return [line.split("\x1b[K")[-1].rstrip("\r") for line in self.text.split("\n")]

    def close(self):
        os.close(self.ours)
        os.close(self.theirs)


class StatusLine(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        test_live.Live.setUpClass()
        cls.addClassCleanup(test_live.Live.doClassCleanups)
        cls.live = test_live.Live("play")

    def start(self, *options, stdout, stderr, term="xterm"):
        return subprocess.Popen(["ip", "netns", "exec", test_live.NAMESPACE, harness.BINARY, "live", "-i", "span1", "-w", "2",
                                 *options], stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr,
                                env=dict(os.environ, TERM=term, NO_COLOR="1"))

    def test_a_terminal_shows_one_line_and_events_above_it(self):
        screen = Screen()
        run = self.start("--events", "alert", stdout=screen.theirs, stderr=screen.theirs)
        try:
            screen.read_until(r"outspan: watching span1; home networks 10\.0\.0\.0/8, .*; \d+ rules, 0 indexes\. Ctrl-C ends it\.")
            screen.read_until(r"0 packets/s  0\.0 Mbit/s  0 dropped  0 incidents \(0 open\)")
            self.live.play("support-export.pcap")
            screen.read_until(r"[1-9]\d* incidents \(\d+ open\)")
        finally:
            run.send_signal(signal.SIGINT)
            while run.poll() is None:
                if select.select([screen.ours], [], [], 0.2)[0]:
                    screen.text += os.read(screen.ours, 65536).decode()
        self.assertEqual(run.returncode, 0)
        rows = screen.rows()
        self.assertEqual([row for row in rows if "packets/s" in row], [], "the line is gone at the end")
        for row in rows:
            if "customer-list" in row or row.startswith("  who"):
                self.assertNotIn("Mbit/s", row)
        self.assertTrue(any("customer-list" in row for row in rows), screen.text)
        screen.close()

    def test_nothing_is_shown_where_it_is_not_wanted(self):
        screen, other = Screen(), Screen()
        rows = (("standard error is no terminal", [], subprocess.PIPE, "xterm"),
                ("quiet", ["-q"], screen.theirs, "xterm"),
                ("a terminal that rewrites nothing", [], screen.theirs, "dumb"))
        for name, options, stderr, term in rows:
            with self.subTest(name):
                run = self.start(*options, "--events", "alert", stdout=other.theirs, stderr=stderr, term=term)
                while not test_live.packet_sockets():
                    time.sleep(0.1)
                time.sleep(2.5)
                run.send_signal(signal.SIGINT)
                self.assertEqual(run.wait(timeout=30), 0)
                said = run.stderr.read() if run.stderr else b""
                if run.stderr:
                    run.stderr.close()
                if select.select([screen.ours], [], [], 0)[0]:
                    said += os.read(screen.ours, 65536)
                self.assertEqual(said, b"")
        screen.close()
        other.close()


if __name__ == "__main__":
    unittest.main()
