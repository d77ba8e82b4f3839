"""The shape of the code: a folder uses only folders before it in the pipeline, foreign libraries stay where they belong,
files stay readable, and nothing names a machine's paths."""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SENSOR = ROOT / "sensor"
ORDER = ["core", "config", "capture", "decode", "flow", "protocol", "unpack", "content", "detect", "fingerprint", "policy",
         "spool", "alert", "app"]
INCLUDE = re.compile(r'^\s*#include\s+["<]([^">]+)[">]', re.MULTILINE)

# Only these folders may include the header (a library's seam).
SEAMS = {
    "pcap": {"capture"},
    "yaml-cpp/": {"config"},
    "ndpi": {"protocol"},
    "hs/": {"detect"},
    "CLI/": {"app"},
    "phonenumbers/": {"detect", "fingerprint"},
    "sqlite3.h": {"policy", "unpack"},
    "isa-l/crc.h": {"spool"},
    "archive": {"unpack"},
    "avro": {"unpack"},
    "expat": {"unpack"},
    "gsf/": {"unpack"},
    "poppler-": {"unpack"},
    "seccomp": {"unpack"},
}


def sources():
    return sorted(path for path in SENSOR.rglob("*") if path.suffix in (".cpp", ".h"))


class Shape(unittest.TestCase):
    def test_a_folder_uses_only_folders_before_it(self):
        for path in sources():
            folder = path.relative_to(SENSOR).parts[0]
            for include in INCLUDE.findall(path.read_text()):
                used = include.split("/")[0]
                if "/" in include and used in ORDER:
                    self.assertLessEqual(ORDER.index(used), ORDER.index(folder), f"{path}: includes {include}")

    def test_libraries_stay_behind_their_seam(self):
        for path in sources():
            folder = path.relative_to(SENSOR).parts[0]
            for include in INCLUDE.findall(path.read_text()):
                for prefix, folders in SEAMS.items():
                    if include.startswith(prefix) and include.split("/")[0] not in ORDER and folder not in folders:
                        # The version command names the libraries' versions.
                        self.assertEqual(path.name, "commands_version.cpp", f"{path}: includes {include}")

    def test_files_hold_one_idea(self):
        for path in sources():
            lines = path.read_text().count("\n")
            self.assertLessEqual(lines, 600, f"{path} has {lines} lines")

    def test_each_folder_says_what_it_does(self):
        for folder in ORDER[1:]:
            self.assertTrue((SENSOR / folder / "README.md").exists(), f"sensor/{folder}/README.md is missing")

    def test_no_unfinished_work(self):
        words = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
        for path in sources():
            self.assertIsNone(words.search(path.read_text()), path)


if __name__ == "__main__":
    unittest.main()
