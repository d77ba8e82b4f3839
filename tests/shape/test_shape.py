"""The shape of the code: a folder uses only folders before it in the pipeline, foreign libraries stay where they belong,
files stay readable, and nothing names a machine's paths."""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SENSOR = ROOT / "sensor"
ORDER = ["core", "config", "text", "marks", "capture", "decode", "flow", "protocol", "unpack", "content", "detect", "fingerprint",
         "policy", "access", "evidence", "spool", "alert", "report", "app"]
# Wings of a folder, and which others of it each may use. What stands at the top of the folder may use all.
WINGS = {
    "content": {"chain": [], "codes": ["chain"], "containers": ["chain"], "mail": ["chain"]},
    "unpack": {"pool": [], "worker": ["pool"], "formats": ["pool", "worker"]},
    "fingerprint": {"forms": [], "index": ["forms"], "build": ["forms", "index"], "find": ["forms", "index"]},
    "alert": {"event": [], "format": ["event"], "net": [], "sink": ["event", "format", "net"],
              "output": ["event", "format", "net", "sink"], "metrics": ["event", "format", "net", "output"]},
}
# At the top of a folder and used by its wings: the hand-over to the next folder.
CONTRACTS = {"content/text.h"}
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
    "curl/": {"alert"},
    "librdkafka/": {"alert"},
    "nlohmann/": {"alert", "report"},
    "archive": {"unpack"},
    "avro": {"unpack"},
    "expat": {"unpack"},
    "gsf/": {"unpack"},
    "poppler-": {"unpack"},
    "seccomp": {"app", "unpack"},
    "cap-ng": {"app"},
}

# protocol/ has a folder a protocol. Each may use raw/, shared/ and the contracts above the folders; of the other
# protocols only those named here, without a circle. Only dispatch/ and the table may use them all.
PROTOCOLS = {"raw": [], "shared": [], "dns": ["raw"], "icmp": ["raw"], "ftp": [], "gelf": [], "http": [],
             "http1": ["http", "http2", "websocket"], "http2": ["http"], "imap": [], "ldap": [], "mysql": ["sql"], "pop3": [], "postgresql": ["sql"], "proxy": [], "quic": ["tls"], "smb": [], "smtp": [], "sql": [], "ssh": [], "tftp": [], "tls": [],
             "vpn": ["quic", "tls"], "websocket": []}


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

    def test_a_wing_uses_only_the_wings_it_may(self):
        for path in sources():
            folder, *wing = path.relative_to(SENSOR).parts[:-1]
            if not wing or folder not in WINGS:
                continue
            self.assertIn(wing[0], WINGS[folder], f"{path}: no such wing")
            allowed = [wing[0], *WINGS[folder][wing[0]]]
            for include in INCLUDE.findall(path.read_text()):
                used = include.split("/")
                if used[0] == folder and include not in CONTRACTS:
                    self.assertIn(used[1], allowed, f"{path}: includes {include}")

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

    def test_a_protocol_uses_only_the_protocols_it_may(self):
        for path in sources():
            place = path.relative_to(SENSOR).parts
            if place[0] != "protocol" or len(place) < 3 or place[1] == "dispatch":
                continue
            self.assertIn(place[1], PROTOCOLS, path)
            for include in INCLUDE.findall(path.read_text()):
                used = include.split("/")
                if used[0] == "protocol" and len(used) > 2:
                    common = [] if place[1] == "shared" else ["shared"] if place[1] == "raw" else ["raw", "shared"]
                    self.assertIn(used[1], [place[1], *common, *PROTOCOLS[place[1]]], f"{path}: includes {include}")
            space = "outspan::protocol" if place[1] in ("raw", "shared") else f"outspan::protocol::{place[1]}"
            self.assertIn(f"namespace {space} {{", path.read_text(), path)

    def test_no_unfinished_work(self):
        words = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
        for path in sources():
            self.assertIsNone(words.search(path.read_text()), path)


if __name__ == "__main__":
    unittest.main()
