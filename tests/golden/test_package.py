"""The Debian package: what is in it, and an installation, an upgrade and a purge in a tree of its own."""

import os
import shutil
import stat
import subprocess
import unittest
from pathlib import Path

import harness

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(harness.BINARY).resolve().parents[2]

# Mode of what matters, from the root.
MODES = {
    "usr/bin/outspan": 0o755,
    "usr/libexec/outspan/outspan-fingerprint": 0o755,
    "usr/libexec/outspan/outspan-unpack": 0o755,
    "usr/libexec/outspan/outspan-unpack-pdf": 0o755,
    "lib/systemd/system/outspan.service": 0o644,
    "lib/systemd/system/outspan-report.service": 0o644,
    "lib/systemd/system/outspan-report.timer": 0o644,
    "usr/lib/sysusers.d/outspan.conf": 0o644,
    "etc/logrotate.d/outspan": 0o644,
    "etc/outspan": 0o750,
    "etc/outspan/outspan.yaml": 0o640,
    "usr/share/doc/outspan/copyright": 0o644,
    "usr/share/man/man1/outspan-live.1.gz": 0o644,
    "usr/share/bash-completion/completions/outspan": 0o644,
    "usr/share/zsh/vendor-completions/_outspan": 0o644,
}


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@unittest.skipUnless(shutil.which("dpkg-shlibdeps"), "no dpkg-shlibdeps here (package dpkg-dev)")
class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = harness.Folder()
        cls.folder = folder.__enter__()
        cls.addClassCleanup(folder.__exit__, None, None, None)
        made = subprocess.run([ROOT / "tools" / "package", BUILD, cls.folder], capture_output=True, text=True, timeout=300,
                              env={**os.environ, "OUTSPAN_PACKAGE_COMPRESSION": "none"})
        if made.returncode != 0:
            raise AssertionError(made.stderr)
        cls.package = Path(made.stdout.strip())

    def dpkg(self, tree, *arguments):
        """dpkg in a tree: maintainer scripts run with DPKG_ROOT, and touch nothing else."""
        run = subprocess.run(["dpkg", f"--root={tree}", "--force-depends", "--force-script-chrootless", "--force-confold",
                              *arguments], capture_output=True, text=True, timeout=300)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)

    def tree(self, name):
        tree = self.folder / name
        for folder in ("etc", "var/lib/dpkg/info", "var/lib/dpkg/updates"):
            (tree / folder).mkdir(parents=True)
        (tree / "var/lib/dpkg/status").write_text("")
        return tree

    def test_files_and_modes(self):
        tree = self.folder / "unpacked"
        subprocess.run(["dpkg-deb", "-x", self.package, tree], check=True, timeout=300)
        self.assertEqual({name: oct(mode(tree / name)) for name in MODES}, {name: oct(bits) for name, bits in MODES.items()})
        for path in tree.rglob("*"):
            if not path.is_symlink():
                self.assertEqual(mode(path) & 0o6022, 0, f"{path}: others may write to it, or it runs as somebody else")
        check = subprocess.run([tree / "usr/bin/outspan", "config", "check", tree / "etc/outspan/outspan.yaml"],
                               capture_output=True, text=True)
        self.assertEqual(check.returncode, 0, check.stderr)

    def test_every_library_has_a_package(self):
        depends = subprocess.run(["dpkg-deb", "-f", self.package, "Depends"], capture_output=True, text=True, check=True).stdout
        for library in ("libc6", "libhyperscan5", "libpcap0.8", "libpoppler-cpp0v5", "libssl3"):
            self.assertIn(library, depends)

    @unittest.skipUnless(os.geteuid() == 0, "dpkg installs as root only")
    def test_installed_upgraded_and_purged(self):
        tree = self.tree("installed")
        self.dpkg(tree, "-i", self.package)
        self.assertIn("\noutspan:", "\n" + (tree / "etc/passwd").read_text())
        config = tree / "etc/outspan/outspan.yaml"
        group = [line.split(":")[2] for line in (tree / "etc/group").read_text().splitlines() if line.startswith("outspan:")]
        self.assertEqual([str(config.stat().st_gid), oct(mode(config))], [group[0], oct(0o640)])
        config.write_text("sensor: ours\n")
        for folder in ("lib", "log"):
            (tree / "var" / folder / "outspan").mkdir(parents=True)
        self.dpkg(tree, "-i", self.package)
        self.assertEqual(config.read_text(), "sensor: ours\n", "an upgrade keeps the operator's configuration")
        self.dpkg(tree, "-r", "outspan")
        self.assertTrue(config.exists() and not (tree / "usr/bin/outspan").exists())
        self.assertTrue((tree / "var/lib/outspan").exists(), "state outlives the program")
        self.dpkg(tree, "-P", "outspan")
        left = [path for name in ("etc/outspan", "etc/logrotate.d/outspan", "var/lib/outspan", "var/log/outspan")
                if (path := tree / name).exists()]
        self.assertEqual(left, [])

    # Not in tools/common.sh: without recommended packages it is still some hundred of Perl, 35 s of every run on two cores.
    @unittest.skipUnless(shutil.which("lintian"), "no lintian here (apt-get install --no-install-recommends lintian)")
    def test_lintian_finds_no_errors(self):
        # Without compression the test is faster; a package that is handed out has it.
        faster = "uses-no-compression-for-control-tarball,uses-no-compression-for-data-tarball"
        run = subprocess.run(["lintian", "--fail-on", "error", "--suppress-tags", faster, self.package], capture_output=True,
                             text=True)
        self.assertEqual(run.returncode, 0, run.stdout)


if __name__ == "__main__":
    unittest.main()
