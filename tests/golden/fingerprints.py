"""Customers of captures, and indexes of them. Used by the tests of exact fingerprints."""

import csv
import functools
import hashlib
import io
import json
import random
import sys

import harness

sys.path.insert(0, str(harness.ROOT / "tools" / "lab"))
sys.dont_write_bytecode = True
import content  # noqa: E402

COLUMNS = ("name", "email", "ticket", "phone")
SEEDS = ("email", "ticket", "phone")  # a name alone is nobody


@functools.lru_cache(maxsize=None)
def table(rows, seed):
    return content.customers(rows, seed)


def facts(directions=("outbound",)):
    """What each capture is known to hold, from the inputs of its scenario, as far as it goes in these directions."""
    captures = [json.loads(path.read_text()) for path in sorted(harness.EXPECTED.glob("*.json"))]
    for capture in captures:
        capture["leaks"] = [leak for leak in capture["leaks"] if leak["direction"] in directions]
    return captures


def sent(leak):
    """The customers of a leak."""
    return [row for part in leak["customers"] for row in table(part["last"], part["seed"])[part["first"] - 1:]]


def sent_in(capture_facts):
    """All customers who left in a capture, each once."""
    unique = {tuple(row[column] for column in COLUMNS): row for leak in capture_facts["leaks"] for row in sent(leak)}
    return list(unique.values())


def file_facts():
    """What stands in pcaps/formats, by capture."""
    return {path.stem: json.loads(path.read_text()) for path in sorted((harness.EXPECTED / "formats").glob("*.json"))}


def sent_in_file(file):
    """The customers who left in a file of such a capture, from one table that is made once."""
    rows = table(24_000, file["customers"][0]["seed"])
    return [row for part in file["customers"] for row in rows[part["first"] - 1:part["last"]]]


def everybody():
    """All customers who left or came in in some capture."""
    rows = [row for capture in facts(("outbound", "inbound")) for row in sent_in(capture)]
    return rows + [row for capture in file_facts().values() for file in capture["files"] for row in sent_in_file(file)]


def digits(phone):
    return "".join(c for c in phone if c.isdigit())


def strangers(rows, seed, known):
    """Customers who share no address, ticket or phone number with the known ones."""
    taken = {column: {row[column] for row in known} for column in SEEDS}
    return [row for row in table(rows, seed) if all(row[column] not in taken[column] for column in SEEDS)]


def mixed(rows, seed):
    """The same rows in another order."""
    rows = list(rows)
    random.Random(seed).shuffle(rows)
    return rows


def write_table(path, rows, header=COLUMNS, separator=","):
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([row[column] for column in header] for row in rows)
    path.write_bytes(out.getvalue().encode())
    return path


def column_options(columns=COLUMNS):
    return [option for column in columns for option in ("--column", f"{column}:{column}")]


def build(folder, rows, *options, name="customers", columns=COLUMNS):
    """Builds an index of rows; gives the options with which a run uses it."""
    source = write_table(folder / f"{name}.csv", rows)
    index, key = folder / f"{name}.ofp", folder / f"{name}.key"
    # The same key every time, so that a run can be repeated.
    if not key.exists():
        key.write_bytes(hashlib.sha256(name.encode()).digest())
        key.chmod(0o400)
    code, out, err = harness.run("fingerprint", "build", source, "-o", index, "--key", key, *column_options(columns), *options)
    assert code == 0, (out + err).decode()
    return ["--fingerprints", index, "--key", key]


def rows_of(events):
    """Row numbers that `record` events tell."""
    return [event["record"]["row"] for event in harness.of_type(events, "record")]
