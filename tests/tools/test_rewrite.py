#!/usr/bin/env python3
"""Holds that tshark reads every variant of rewrite-capture and finds the same streams in it.

    test_rewrite.py CAPTURE...        exit status 77 where tshark is missing
"""

import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
REWRITE = os.path.join(ROOT, "tools", "rewrite-capture")

SAME_STREAMS = [
    [], ["--segment", "1"], ["--segment", "7"], ["--segment", "536"], ["--merge"], ["--wrap"],
    ["--segment", "200", "--reorder", "1"], ["--reorder", "2"], ["--duplicate", "3"], ["--merge", "--segment", "1000"],
    ["--wrap", "--segment", "100", "--duplicate", "4", "--reorder", "5"],
    ["--fragment", "64"], ["--fragment", "576", "--tunnel", "vlan"],
    *(["--tunnel", name] for name in ("vlan", "qinq", "vntag", "mpls", "pppoe", "vxlan", "geneve", "gretap", "gre",
                                      "erspan1", "erspan2", "erspan3", "gtpu", "ipip", "4in6")),
    ["--tunnel", "vlan", "--tunnel", "vxlan"],
    *(["--link", name] for name in ("raw", "sll", "sll2", "null", "loop", "ppp")),
    ["--nanosecond"], ["--big-endian"], ["--nanosecond", "--big-endian"], ["--pcapng"], ["--pcapng", "--big-endian"],
    ["--mixed-links"],
]
ONLY_IPV6 = [["--tunnel", "6in4"], ["--tunnel", "teredo"]]


def tshark(*arguments):
    done = subprocess.run(["tshark", *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(f"tshark {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout


def number_of_streams(capture):
    return max(map(int, tshark("-r", capture, "-T", "fields", "-e", "tcp.stream").split()), default=-1) + 1


def streams(capture, number):
    """The bytes of each direction of the first `number` TCP streams and of one more (which is expected not to exist), as
    tshark puts them together, sorted."""
    follow = [part for one in range(number + 1) for part in ("-z", f"follow,tcp,raw,{one}")]
    found, current = [], None
    for line in tshark("-r", capture, "-q", *follow).splitlines():
        if line.startswith("Node 0:"):
            current = [b"", b""]
            found.append(current)
        elif current is not None and line.strip("\t") and not line.startswith(("=", "Node", "Follow", "Filter")):
            current[line.startswith("\t")] += bytes.fromhex(line.strip())
    return sorted(tuple(sides) for sides in found if any(sides))


def count(capture, expression):
    return len(tshark("-r", capture, "-Y", expression).splitlines())


def check_same(capture, folder, number):
    target, original = os.path.join(folder, "variant"), streams(capture, number)
    assert original, f"{capture}: no TCP stream in it"
    six = "ipv6" in os.path.basename(capture)
    failed = 0
    for options in SAME_STREAMS + (ONLY_IPV6 if six else []):
        subprocess.run([REWRITE, capture, target, *options], check=True)
        if streams(target, number) != original:
            failed += 1
            print(f"FAIL {os.path.basename(capture)} {' '.join(options)}: the streams differ")
    return failed


def check_changed(capture, folder):
    """Variants that do change what can be read, or add to it."""
    target, failed = os.path.join(folder, "variant"), 0
    data = count(capture, "tcp.len > 0")

    def hold(what, true):
        nonlocal failed
        if not true:
            failed += 1
            print(f"FAIL {os.path.basename(capture)} {what}")

    subprocess.run([REWRITE, capture, target, "--segment", "300", "--decoy", "1"], check=True)
    hold("--decoy: no conflicting overlap", count(target, "tcp.analysis.retransmission or "
                                                  "tcp.analysis.out_of_order or tcp.analysis.spurious_retransmission"))
    subprocess.run([REWRITE, capture, target, "--segment", "100", "--drop", "1"], check=True)
    hold("--drop: no gap", count(target, "tcp.analysis.lost_segment or tcp.analysis.ack_lost_segment"))
    subprocess.run([REWRITE, capture, target, "--one-sided"], check=True)
    hold("--one-sided: the wrong packets", 0 < count(target, "tcp.len > 0") < data
         and count(target, "tcp.flags.syn == 1 and tcp.flags.ack == 1") == 0)
    subprocess.run([REWRITE, capture, target, "--truncate", "80"], check=True)
    hold("--truncate: frames are not cut", count(target, "frame.cap_len == 80 and frame.len > 80"))
    return failed


def main():
    if not shutil.which("tshark"):
        print("skipped: tshark is not installed")
        return 77
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for capture in sys.argv[1:]:
            failed += check_same(capture, folder, number_of_streams(capture)) + check_changed(capture, folder)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
