"""A sensor that root starts goes on as somebody else, and the kernel refuses what it never does."""

import json
import os
import pwd
import time
import unittest
from pathlib import Path

import harness
import test_live

NET_RAW = 1 << 13


def status_of(task):
    return dict(line.split(":\t", 1) for line in (task / "status").read_text().splitlines() if ":\t" in line)


@unittest.skipUnless(os.geteuid() == 0, "only root can go on as somebody else")
class Privileges(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        test_live.Live.setUpClass()
        cls.addClassCleanup(test_live.Live.doClassCleanups)
        cls.live = test_live.Live("play")

    def check_tasks(self, run, user):
        deadline = time.monotonic() + 30
        while status_of(Path(f"/proc/{run.pid}"))["Seccomp"] != "2" and time.monotonic() < deadline:
            time.sleep(0.02)  # the last thing that it does before it begins
        for task in Path(f"/proc/{run.pid}/task").iterdir():
            status = status_of(task)
            self.assertEqual(set(status["Uid"].split()), {str(user.pw_uid)})
            self.assertEqual(set(status["Gid"].split()), {str(user.pw_gid)})
            self.assertNotIn("0", status["Groups"].split())
            for kind, left in (("CapEff", NET_RAW), ("CapPrm", NET_RAW), ("CapInh", 0), ("CapBnd", 0), ("CapAmb", 0)):
                self.assertEqual(int(status[kind], 16), left, kind)
            self.assertEqual((status["NoNewPrivs"], status["Seccomp"]), ("1", "2"))

    def check_workers(self, run):
        deadline = time.monotonic() + 30
        while not test_live.workers_of(run) and time.monotonic() < deadline:
            time.sleep(0.05)
        workers = test_live.workers_of(run)
        self.assertTrue(workers)
        for worker in workers:
            status = status_of(Path(f"/proc/{worker}"))
            self.assertEqual([int(status[kind], 16) for kind in ("CapEff", "CapPrm", "CapAmb")], [0, 0, 0])

    def other(self):
        for arguments in (("add", "other0", "type", "veth", "peer", "name", "other1"), ("set", "other0", "up"),
                          ("set", "other1", "up")):
            self.assertEqual(test_live.ip("-n", test_live.NAMESPACE, "link", *arguments).returncode, 0)

    def test_it_goes_on_as_the_user_with_everything_it_needs(self):
        user = pwd.getpwnam("nobody")
        with harness.Folder() as folder:
            folder.chmod(0o755)
            out = folder / "out"
            out.mkdir()
            os.chown(out, user.pw_uid, user.pw_gid)
            state = folder / "state"
            events, control, config = out / "events.json", out / "control.sock", folder / "outspan.yaml"
            config.write_text(f"outputs: [{{type: json, file: {events}, events: [alert, notice]}}]\n"
                              f"state: {{folder: {state}}}\n")
            config.chmod(0o644)
            self.other()
            run = self.live.sensor("-i", "other1", "-c", config, "--control", control, "--user", "nobody")
            try:
                self.check_tasks(run, user)
                self.live.play("http-office-files.pcap")
                self.check_workers(run)
                test_live.ip("-n", test_live.NAMESPACE, "link", "del", "other0")
                self.live.wait_for(events, '"interface_lost"', 30)
                self.other()
                self.live.wait_for(events, '"interface_back"', 30)
                events.rename(out / "moved.json")
                code, said, err = harness.run("reload", "--socket", control)
                self.assertEqual(code, 0, said + err)
                self.live.play("support-export.pcap")
            finally:
                code, told, err = self.live.end(run)
                test_live.ip("-n", test_live.NAMESPACE, "link", "del", "other0")
            self.assertEqual(code, 0, err)
            self.assertNotIn("may not read", err)
            self.assertTrue(harness.final_alerts(told))
            self.assertNotIn("system_call_refused", events.read_text() + (out / "moved.json").read_text() + err)
            for path in (events, state, state / "windows.sqlite"):
                self.assertEqual(path.stat().st_uid, user.pw_uid, path)

    def test_what_a_reload_could_not_read_is_said(self):
        with harness.Folder() as folder:
            folder.chmod(0o777)
            config = folder / "outspan.yaml"
            config.write_text("sensor: ours\n")
            config.chmod(0o600)
            run = self.live.sensor("-c", config, "--control", folder / "control.sock", "--user", "nobody")
            _, told, err = self.live.end(run)
            self.assertIn(f"nobody may not read {config}: a reload will be refused", err)

    def test_what_cannot_be_is_refused_before_anything_runs(self):
        with harness.Folder() as folder:
            folder.chmod(0o755)
            for options, said in ((["--user", "no-such-user-here"], "there is no user"),
                                  (["--user", "root"], "name another user"),
                                  (["--user", "nobody", "-o", folder / "events.json"], "who has to be allowed to")):
                code, _, err = harness.run("live", "-i", "lo", "--control", folder / "c.sock", *options)
                self.assertEqual(code, 2)
                self.assertIn(said, err.decode())


if __name__ == "__main__":
    unittest.main()
