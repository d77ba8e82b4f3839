"""The systemd units, as far as systemd-analyze judges them without starting them."""

import shutil
import subprocess
import unittest
from pathlib import Path

import harness

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"
UNITS = ("outspan.service", "outspan-report.service", "outspan-report.timer")


@unittest.skipIf(shutil.which("systemd-analyze") is None, "no systemd-analyze here")
class Service(unittest.TestCase):
    def test_every_setting_is_known(self):
        with harness.Folder() as folder:
            program = folder / "outspan"
            program.write_text("")
            program.chmod(0o755)
            for name in UNITS:
                (folder / name).write_text((PACKAGING / name).read_text().replace("/usr/bin/outspan", str(program)))
            run = subprocess.run(["systemd-analyze", "verify", *(folder / name for name in UNITS)], capture_output=True, text=True)
            self.assertEqual((run.returncode, run.stderr), (0, ""))

    def test_they_are_exposed_to_little(self):
        for name in UNITS[:2]:
            with self.subTest(unit=name):
                run = subprocess.run(["systemd-analyze", "security", "--offline=yes", "--threshold=20", PACKAGING / name],
                                     capture_output=True, text=True)
                self.assertEqual(run.returncode, 0, run.stdout[-2000:] + run.stderr)

    def test_the_report_is_made_as_the_unit_says(self):
        command = next(line for line in (PACKAGING / "outspan-report.service").read_text().splitlines() if line.startswith("ExecStart="))
        with harness.Folder() as folder:
            harness.run("replay", "-q", "--spool", folder / "spool", harness.PCAPS / "support-export.pcap")
            arguments = command.replace("/var/lib/outspan", str(folder)).replace("7d", "2026-01-01T00:00").split()[1:]
            code, _, err = harness.run(*arguments)
            self.assertEqual((code, err), (0, b""))
            self.assertIn("customer-list", (folder / "report.html").read_text())


if __name__ == "__main__":
    unittest.main()
