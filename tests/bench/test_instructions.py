#!/usr/bin/env python3
"""test_instructions.py [--record]: how many instructions the sensor takes, beside the figures in instructions.json.

Times swing by a third on a shared machine; instructions do not, so a change that costs 5 % is seen. Counted by callgrind,
which has no AVX-512: what is counted are the paths for AVX2. --record writes the figures of now, to be committed with the
reason for the change.

Environment: OUTSPAN_BINARY, OUTSPAN_BENCH_CAPTURE."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

BINARY = os.environ["OUTSPAN_BINARY"]
MAKE_CAPTURE = os.environ["OUTSPAN_BENCH_CAPTURE"]
RECORDED = Path(__file__).with_name("instructions.json")
MORE_MAX = 1.05
LESS_MIN = 0.90
EMPTY_PCAP = bytes.fromhex("d4c3b2a1020004000000000000000000ffff000001000000")
CAPTURES = {"start": None, "mix": ("--mix", "--size", "16MiB"), "leak": ("--leak", "--size", "4MiB")}


def instructions(capture):
    run = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", BINARY, "replay", "-w", "1", "-q",
                          "--format", "json", "--events", "stats", capture], capture_output=True, text=True)
    counted = re.search(r"Collected : (\d+)", run.stderr)
    if run.returncode not in (0, 1) or counted is None:
        sys.exit(f"the run under callgrind failed:\n{run.stderr[-2000:]}")
    return int(counted[1])


def count_all():
    counts = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, options in CAPTURES.items():
            path = Path(folder) / f"{name}.pcap"
            if options:
                subprocess.run([MAKE_CAPTURE, *options, "--seed", "1", "-o", path], check=True, capture_output=True)
            else:
                path.write_bytes(EMPTY_PCAP)
            counts[name] = instructions(path)
    # What a capture costs, apart from the start.
    return {name: count - (counts["start"] if name != "start" else 0) for name, count in counts.items()}


def main():
    if shutil.which("valgrind") is None:
        sys.exit("valgrind is not installed")
    counts = count_all()
    if "--record" in sys.argv:
        RECORDED.write_text(json.dumps(counts, indent=1) + "\n")
    recorded = json.loads(RECORDED.read_text())
    worse = False
    for name, count in counts.items():
        ratio = count / recorded[name]
        print(f"{name:<6} {count / 1e6:9.1f} M instructions, recorded {recorded[name] / 1e6:9.1f} M: {100 * (ratio - 1):+.1f} %")
        if ratio > MORE_MAX:
            worse = True
            print(f"{name} takes more than 5 % more than was recorded; make it faster, or record the new figure with its reason")
        if ratio < LESS_MIN:
            print(f"{name} takes less than was recorded: record it, so that it stays so")
    sys.exit(1 if worse else 0)


if __name__ == "__main__":
    main()
