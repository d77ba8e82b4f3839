"""Runs the sensor on captures and looks at what it writes. Used by the tests beside it.

The tests are told by environment where things are: OUTSPAN_BINARY (the program under test). Everything else is
found relative to this file."""

import json
import os
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PCAPS = ROOT / "pcaps"
EXPECTED = ROOT / "tests" / "golden" / "expected"
EVENTS = ROOT / "tests" / "golden" / "events"
BINARY = os.environ.get("OUTSPAN_BINARY", str(ROOT / "build" / "release" / "sensor" / "app" / "outspan"))
ALL_EVENTS = "alert,blindspot,anomaly,flow,object,ledger,stats"
COLUMNS = ("inspected", "encrypted", "opaque", "lost", "truncated", "skipped")


def captures():
    """Every committed capture, by name."""
    return sorted(path for path in PCAPS.iterdir() if ".pcap" in path.name)


def scenario(path):
    return path.name.split(".")[0]


def run(*arguments, stdin=None, timeout=120):
    """Runs the program; gives status, standard output and standard error as bytes."""
    done = subprocess.run([BINARY, *map(str, arguments)], input=stdin, capture_output=True, timeout=timeout)
    return done.returncode, done.stdout, done.stderr


def replay(path, *options, workers=1, events=ALL_EVENTS, status=0):
    """Replays a capture; gives the events as a list."""
    code, out, err = run("replay", "--format", "json", "--events", events, "-w", workers, *options, path)
    assert code == status, f"{path}: exit status {code}: {err.decode()}"
    return [json.loads(line) for line in out.decode().splitlines()]


def of_type(events, kind):
    return [event for event in events if event["event_type"] == kind]


def final_alerts(events):
    """The last state of every incident, by id."""
    latest = {}
    for event in of_type(events, "alert"):
        latest[event["incident_id"]] = event
    return list(latest.values())


def check_ledger(events):
    """The columns add up in every group, and groups to one another."""
    ledgers = of_type(events, "ledger")
    assert ledgers, "no ledger event"
    ledger = ledgers[-1]
    groups = list(ledger["bytes"].values()) + list(ledger["by_app_proto"].values())
    for group in groups:
        assert sum(group[column] for column in COLUMNS) == group["total"], group
    by_direction = sum(group["total"] for group in ledger["bytes"].values())
    by_app = sum(group["total"] for group in ledger["by_app_proto"].values())
    assert by_direction == by_app, (by_direction, by_app)
    for column in COLUMNS:
        reasons = sum(ledger["by_reason"].get(column, {}).values())
        assert reasons == sum(group[column] for group in ledger["bytes"].values()), (column, ledger["by_reason"])
    assert "unclaimed" not in ledger["by_reason"].get("skipped", {}), ledger["by_reason"]
    flows = of_type(events, "flow")
    if flows:
        of_flows = sum(sum(side["bytes"][column] for column in COLUMNS) for flow in flows
                       for side in (flow["to_server"], flow["to_client"]))
        assert of_flows == by_direction, (of_flows, by_direction)
    return ledger


def essence(events):
    """What must be the same however the same content travelled: who sent what to whom inside what. Without times, packet
    numbers, ids and bytes on the wire."""
    found = set()
    for alert in final_alerts(events):
        matches = tuple(sorted((match["signature"], match["count"], match["distinct"]) for match in alert["matches"]))
        path = tuple(alert.get("object", {}).get("path", ()))
        found.add((alert["rule"]["id"], alert["src_ip"], alert["dest_ip"], alert.get("app_proto"), path, matches))
    return found


class Folder(tempfile.TemporaryDirectory):
    """A temporary folder as a Path."""

    def __enter__(self):
        return Path(super().__enter__())
