"""The systemd unit, as far as systemd-analyze judges it without starting it."""

import shutil
import subprocess
import unittest
from pathlib import Path

import harness

UNIT = Path(__file__).resolve().parents[2] / "packaging" / "outspan.service"


@unittest.skipIf(shutil.which("systemd-analyze") is None, "no systemd-analyze here")
class Service(unittest.TestCase):
    def test_every_setting_is_known(self):
        with harness.Folder() as folder:
            program = folder / "outspan"
            program.write_text("")
            program.chmod(0o755)
            unit = folder / "outspan.service"
            unit.write_text(UNIT.read_text().replace("/usr/bin/outspan", str(program)))
            run = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True)
            self.assertEqual((run.returncode, run.stderr), (0, ""))

    def test_it_is_exposed_to_little(self):
        run = subprocess.run(["systemd-analyze", "security", "--offline=yes", "--threshold=20", UNIT], capture_output=True,
                             text=True)
        self.assertEqual(run.returncode, 0, run.stdout[-2000:] + run.stderr)


if __name__ == "__main__":
    unittest.main()
