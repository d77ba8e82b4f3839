"""What stands in the sensor's memory leaves it in no core file and no swapped page, and where that cannot be kept it is
said."""

import ctypes
import json
import os
import resource
import subprocess
import time
import unittest
from pathlib import Path

import fingerprints as fp
import harness

PR_CAPBSET_DROP, CAP_IPC_LOCK = 24, 14
NOBODY = 65534


def without_locked_memory():
    """A child that may lock nothing, root or not."""
    ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_IPC_LOCK, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_MEMLOCK, (0, 0))


class MemoryPrivacy(unittest.TestCase):
    def reader(self, *options, **how):
        """A replay that waits for the rest of its capture."""
        run = subprocess.Popen([harness.BINARY, *options, "replay", "-q", "--format", "json", "-"], stdin=subprocess.PIPE,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (1 << 20, 1 << 20)), **how)
        data = (harness.PCAPS / "tls.pcap").read_bytes()
        run.stdin.write(data)
        run.stdin.flush()
        return run

    def core_limit(self, run):
        limits = Path(f"/proc/{run.pid}/limits").read_text().splitlines()
        return next(line for line in limits if line.startswith("Max core file size")).split()[4]

    def wait_for(self, holds, seconds=10):
        deadline = time.monotonic() + seconds
        while not holds() and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertTrue(holds())

    def test_no_core_file_unless_asked_for(self):
        for options, limit in (([], "0"), (["--core-files"], str(1 << 20))):
            with self.subTest(options=options):
                run = self.reader(*options)
                self.wait_for(lambda: self.core_limit(run) == limit)
                run.communicate(timeout=30)

    @unittest.skipIf(os.getuid() != 0, "only root can see it from outside")
    def test_no_other_process_may_attach(self):
        """The kernel gives the files in /proc of a process that is not dumpable to root."""
        for options, owner in (([], 0), (["--core-files"], NOBODY)):
            with self.subTest(options=options):
                run = self.reader(*options, user=NOBODY)
                self.wait_for(lambda: os.stat(f"/proc/{run.pid}/mem").st_uid == owner)
                run.communicate(timeout=30)

    def test_a_key_that_cannot_be_locked_is_said(self):
        with harness.Folder() as folder:
            options = fp.build(folder, fp.table(20, 1))
            command = [harness.BINARY, "replay", "--events", "ledger", *map(str, options), harness.PCAPS / "tls.pcap"]
            good = subprocess.run(command, capture_output=True)
            bad = subprocess.run(command, capture_output=True, preexec_fn=without_locked_memory)
        self.assertEqual((good.returncode, bad.returncode), (0, 0))
        self.assertNotIn(b"locked", good.stderr)
        self.assertIn(b"LimitMEMLOCK", bad.stderr)
        self.assertEqual(json.loads(good.stdout), json.loads(bad.stdout))


if __name__ == "__main__":
    unittest.main()
