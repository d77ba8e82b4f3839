"""The configured memory holds, whatever senders leave half open, and a leak in the middle of it is still found.

OUTSPAN_FLOWS says how many flows there are of each kind; the figures of docs/performance.md are of a million."""

import json
import os
import subprocess
import unittest

import floods
import harness

FLOWS = int(os.environ.get("OUTSPAN_FLOWS", "20000"))
LEAK = harness.PCAPS / "support-export.pcap"
MIB = 1 << 20

# What the configuration grants, and what flows, records and blocks of packets cost beside it.
MEMORY_MIB, REASSEMBLY_MIB, FRAGMENTS_MIB = 64, 32, 8
CONFIGURATION = f"""
home_networks: [10.0.0.0/8]
limits: {{memory_mib: {MEMORY_MIB}, reassembly_mib: {REASSEMBLY_MIB}, fragments_mib: {FRAGMENTS_MIB}}}
timeouts: {{udp: 1h, tcp_opening: 1h, tcp_established: 1h, other: 1h}}
"""
FLOW_BYTES = 700
# Estimates of what small things cost are not exact, and a heap that things come and go in has holes.
TOLERANCE = 1.6


def measured(*arguments):
    """Replays; gives the events and the peak of resident memory in bytes."""
    run = subprocess.Popen([harness.BINARY, "replay", "-w", "1", "-q", "--format", "json", *map(str, arguments)],
                           stdout=subprocess.PIPE)
    out = run.stdout.read()
    run.stdout.close()
    _, status, usage = os.wait4(run.pid, 0)
    run.returncode = os.waitstatus_to_exitcode(status)
    assert run.returncode == 0, run.returncode
    return [json.loads(line) for line in out.decode().splitlines()], usage.ru_maxrss * 1024


class Memory(unittest.TestCase):
    def test_it_holds_and_leaks_are_found(self):
        with harness.Folder() as folder:
            config, capture = folder / "outspan.yaml", folder / "flood.pcap"
            config.write_text(CONFIGURATION)
            leaks = {leak for leak in harness.essence(harness.replay(LEAK, "-c", config)) if leak[0] == "customer-list"}
            self.assertTrue(leaks)
            _, idle = measured("-c", config, "--events", "stats", LEAK)
            for kind in floods.KINDS:
                with self.subTest(kind=kind):
                    flows = floods.write(capture, kind, FLOWS)
                    events, peak = measured("-c", config, "--events", "alert,stats", capture, LEAK)
                    granted = (MEMORY_MIB + REASSEMBLY_MIB + FRAGMENTS_MIB) * MIB
                    bound = idle + granted * TOLERANCE + flows * FLOW_BYTES
                    if os.environ.get("OUTSPAN_FLOWS"):
                        print(f"{kind}: {flows} flows, {peak / MIB:.0f} of {bound / MIB:.0f} MiB")
                    self.assertLess(peak, bound)
                    self.assertLessEqual(leaks, harness.essence(events))
                    flow = harness.of_type(events, "stats")[-1]["stats"]["flow"]
                    self.assertLess(flow["held_bytes_peak"], MEMORY_MIB * MIB)

    def test_what_gives_way_was_searched(self):
        """Flows that are evicted for memory end like any other: what they had is in the ledger."""
        with harness.Folder() as folder:
            config, capture = folder / "outspan.yaml", folder / "flood.pcap"
            config.write_text(CONFIGURATION)
            floods.write(capture, "heads", 40000)
            events, _ = measured("-c", config, "--events", "ledger,stats", capture)
            self.assertGreater(harness.of_type(events, "stats")[-1]["stats"]["flow"]["evicted_for_memory"], 1000)
            outbound = harness.check_ledger(events)["bytes"]["outbound"]
            self.assertEqual(outbound["inspected"], outbound["total"])


if __name__ == "__main__":
    unittest.main()
