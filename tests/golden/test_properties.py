"""The same content gives the same findings, however it travelled: cut differently, reordered, repeated, with decoys,
in tunnels, in fragments, in another file format. tools/rewrite-capture makes the variants."""

import subprocess
import unittest

import harness

REWRITE = harness.ROOT / "tools" / "rewrite-capture"

# Each with the reason why it could go wrong.
VARIANTS = {
    "one byte a segment": ["--segment", "1"],
    "seven bytes a segment": ["--segment", "7"],
    "merged into large frames": ["--merge"],
    "reordered": ["--reorder", "1"],
    "reordered otherwise": ["--segment", "100", "--reorder", "2"],
    "repeated and overlapping": ["--segment", "333", "--duplicate", "3"],
    "all at once": ["--segment", "211", "--duplicate", "4", "--reorder", "5"],
    "sequence numbers wrap": ["--wrap"],
    "IP fragments": ["--fragment", "256"],
    **{f"inside {tunnel}": ["--tunnel", tunnel] for tunnel in
       ("vxlan", "gre", "erspan2", "erspan3", "geneve", "gtpu", "ipip", "mpls", "qinq", "pppoe", "vlan")},
    **{f"link type {link}": ["--link", link] for link in ("sll", "sll2", "raw", "null")},
    "pcapng": ["--pcapng"],
    "nanoseconds, big endian": ["--nanosecond", "--big-endian"],
}
SAMPLES = ("support-export", "http-forms", "smtp-mail", "ftp-passive", "http-chunked-gzip", "websocket")


def rewrite(source, target, options):
    subprocess.run([REWRITE, *options, source, target], check=True, capture_output=True, timeout=120)


class Variants(unittest.TestCase):
    def samples(self):
        return [path for path in harness.captures() if harness.scenario(path) in SAMPLES]

    def test_the_same_findings(self):
        self.assertEqual(len(self.samples()), len(SAMPLES))
        for capture in self.samples():
            plain = harness.essence(harness.replay(capture))
            self.assertTrue(plain, capture.name)
            for name, options in VARIANTS.items():
                with self.subTest(capture=capture.name, variant=name), harness.Folder() as folder:
                    variant = folder / "variant.pcap"
                    rewrite(capture, variant, options)
                    events = harness.replay(variant)
                    self.assertEqual(harness.essence(events), plain)
                    harness.check_ledger(events)

    def test_decoys_hide_nothing(self):
        for capture in self.samples():
            plain = harness.essence(harness.replay(capture))
            for seed in ("1", "2", "3"):
                with self.subTest(capture=capture.name, seed=seed), harness.Folder() as folder:
                    variant = folder / "variant.pcap"
                    rewrite(capture, variant, ["--segment", "500", "--decoy", seed])
                    events = harness.replay(variant)
                    found = {(rule, src, dst) for rule, src, dst, *_ in harness.essence(events)}
                    self.assertGreaterEqual(found, {(rule, src, dst) for rule, src, dst, *_ in plain})
                    self.assertTrue(harness.of_type(events, "anomaly"))
                    harness.check_ledger(events)

    def test_one_side_is_enough(self):
        capture = next(path for path in self.samples() if harness.scenario(path) == "support-export")
        with harness.Folder() as folder:
            variant = folder / "variant.pcap"
            rewrite(capture, variant, ["--one-sided"])
            events = harness.replay(variant)
            plain = {(rule, src, dst) for rule, src, dst, *_ in harness.essence(harness.replay(capture))}
            self.assertGreaterEqual({(rule, src, dst) for rule, src, dst, *_ in harness.essence(events)}, plain)

    def test_what_was_not_captured_is_in_the_ledger(self):
        capture = next(path for path in self.samples() if harness.scenario(path) == "support-export")
        total = harness.check_ledger(harness.replay(capture))["bytes"]["outbound"]["total"]
        with harness.Folder() as folder:
            variant = folder / "variant.pcap"
            rewrite(capture, variant, ["--drop", "6"])
            ledger = harness.check_ledger(harness.replay(variant))["bytes"]["outbound"]
            self.assertGreater(ledger["lost"], 0)
            rewrite(capture, variant, ["--truncate", "200"])
            ledger = harness.check_ledger(harness.replay(variant))["bytes"]["outbound"]
            self.assertGreater(ledger["truncated"], 0)
            self.assertEqual(ledger["total"], total)


if __name__ == "__main__":
    unittest.main()
