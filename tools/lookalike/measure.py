"""What each signature takes for a value, and how much of it is one."""

import json
import os
import random
import subprocess
import tempfile
from collections import Counter, defaultdict

import uploads
import values
from kinds import KINDS

COUNTED = 50  # what rules count from unless they say otherwise


def signatures(binary):
    listed = subprocess.run([binary, "signatures", "list"], capture_output=True, text=True, check=True).stdout
    return [line.split()[0] for line in listed.splitlines()]


def media_type_of(name):
    return KINDS[name].media_type if name in KINDS else "text/plain"


def configuration(names):
    """A rule for each signature, with the countries that are configured by default."""
    rules = "".join(f"  - {{id: {name}, when: {{signatures: [{name}], distinct_values: 1, min_confidence: {COUNTED}, within: object}}}}\n"
                    for name in names)
    return f"home_networks: [10.0.0.0/8]\nrules:\n{rules}"


def finds(binary, contents):
    """Name of the content -> signature -> how many values."""
    with tempfile.TemporaryDirectory() as folder:
        capture, config = os.path.join(folder, "uploads.pcap"), os.path.join(folder, "config.yaml")
        uploads.write(capture, [(name, media_type_of(name), text.encode()) for name, text in contents.items()])
        with open(config, "w", encoding="utf-8") as file:
            file.write(configuration(signatures(binary)))
        events = subprocess.run([binary, "replay", "-c", config, "--format", "json", "--events", "alert", capture],
                                capture_output=True, text=True, check=False).stdout
    names = {".".join(map(str, uploads.host(number))): name for number, name in enumerate(contents)}
    found = defaultdict(Counter)
    for line in events.splitlines():
        event = json.loads(line)
        if event["state"] == "closed":
            for match in event["matches"]:
                found[names[event["src_ip"]]][match["signature"]] += match["count"]
    return found


def run(binary, lookalikes, options):
    planted = values.texts(random.Random(f"{options.seed} values"), options.count, options.seed)
    found = finds(binary, lookalikes | {name: text for name, (_, text) in planted.items()})
    right, wrong, fooled = Counter(), Counter(), defaultdict(Counter)
    for name, counts in found.items():
        expected = planted[name][0] if name in planted else {}
        for signature, count in counts.items():
            true = min(count, expected.get(signature, 0))
            right[signature] += true
            wrong[signature] += count - true
            if count > true:
                fooled[signature][name] += count - true
    there = Counter()
    for expected, _ in planted.values():
        there.update(expected)
    print(f"{len(lookalikes)} kinds of lookalikes, {options.count} of each, and {sum(there.values())} values\n")
    print("| signature | values found | lookalikes taken for values | precision | by what |\n| --- | --- | --- | --- | --- |")
    for name in sorted(set(there) | set(wrong), key=lambda name: (-there[name], name)):
        share = f"{100 * right[name] / (right[name] + wrong[name]):.1f} %" if right[name] + wrong[name] else ""
        most = ", ".join(f"{kind} {count}" for kind, count in fooled[name].most_common(4))
        values_found = f"{right[name]} of {there[name]}" if there[name] else ""
        print(f"| {name} | {values_found} | {wrong[name]} | {share if there[name] else ''} | {most} |")
