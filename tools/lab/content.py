"""What people send in the lab: customers, and pages full of things that only look like customers' data."""

import csv
import hashlib
import io
import json
import os
import random
import subprocess
import sys
import uuid

TOOLS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def customers_file(rows, seed, format="csv"):
    """The bytes that tools/customers writes."""
    return subprocess.run([sys.executable, f"{TOOLS}/customers", f"--rows={rows}", f"--seed={seed}",
                           f"--format={format}"], capture_output=True, check=True).stdout


class Customer(dict):
    """A row by its column names, which knows where it comes from: its table's seed, and its number from 1."""

    def __init__(self, fields, seed, number):
        super().__init__(fields)
        self.seed = seed
        self.number = number


def customers(rows, seed):
    """The same as a list of Customers."""
    table = csv.DictReader(io.StringIO(customers_file(rows, seed).decode(), newline=""))
    return [Customer(fields, seed, number) for number, fields in enumerate(table, 1)]


def origins(table):
    """Where the rows of a table come from: `tools/customers --seed=SEED`, rows FIRST to LAST."""
    found = []
    for row in table:
        if found and (found[-1]["seed"], found[-1]["last"] + 1) == (row.seed, row.number):
            found[-1]["last"] = row.number
        else:
            found.append({"seed": row.seed, "first": row.number, "last": row.number})
    return found


def values_of(table):
    """How many distinct values of each signature a table holds."""
    return {signature: len({row[signature] for row in table}) for signature in ("email", "ticket", "phone")}


WORDS = """account archive author available average balance between building calendar category chapter climate colour
company complete content country current customer decade delivery design detail district document early economy edition
energy evening example export factory feature final forest further garden general growth harbour history holiday house
import industry island issue journal kitchen language later letter library likely limit market material matter measure
method middle minute morning museum music nature network north office often option orange order paper people period
picture planet point policy popular power present price problem process product public quality question railway range
reason record region report research result review river road school science season second section series service
several simple small society sound source south spring standard station story street student subject summer supply
support surface system table theatre theory ticket today total toward town track trade train travel under update useful
valley value version village visit volume water weather week western window winter world writer year young""".split()


class Lookalikes:
    """Seeded text with UUIDs, hashes, times, prices, versions, sizes, addresses of machines, coordinates."""

    def __init__(self, seed):
        self.chance = random.Random(seed)

    def words(self, count):
        return " ".join(self.chance.choice(WORDS) for _ in range(count))

    def uuid(self):
        return str(uuid.UUID(int=self.chance.getrandbits(128), version=4))

    def digest(self, name="sha256"):
        return hashlib.new(name, self.chance.randbytes(16)).hexdigest()

    def time(self):
        return (f"2026-{self.chance.randint(1, 12):02d}-{self.chance.randint(1, 28):02d}T{self.chance.randint(0, 23):02d}:"
                f"{self.chance.randint(0, 59):02d}:{self.chance.randint(0, 59):02d}.{self.chance.randint(0, 999999):06d}Z")

    def price(self):
        return f"{self.chance.randint(1, 9999)}.{self.chance.randint(0, 99):02d}"

    def json(self, records):
        return json.dumps([{
            "id": self.uuid(), "etag": self.digest("md5"), "updated": self.time(), "price": float(self.price()),
            "epoch_ms": self.chance.randint(1_700_000_000_000, 1_800_000_000_000),
            "epoch": self.chance.randint(1_700_000_000, 1_800_000_000), "version": self.version(),
            "order": self.chance.randint(10 ** 9, 10 ** 11), "bytes": self.chance.randint(10 ** 3, 10 ** 10),
            "at": [round(self.chance.uniform(-90, 90), 6), round(self.chance.uniform(-180, 180), 6)],
            "peer": f"198.51.100.{self.chance.randint(1, 254)}", "title": self.words(5),
        } for _ in range(records)], indent=1)

    def version(self):
        return ".".join(str(self.chance.randint(0, 40)) for _ in range(4))

    def page(self, sections):
        out = ["<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>", self.words(4), "</title>\n"]
        out += [f"<link rel=\"stylesheet\" href=\"/s/{self.digest('md5')}.css?v={self.version()}\">\n</head><body>\n"]
        for _ in range(sections):
            out += [f"<section id=\"s-{self.uuid()}\"><h2>{self.words(3)}</h2>\n<p>{self.words(60)}.</p>\n",
                    f"<p class=\"price\">&euro;{self.price()} <time datetime=\"{self.time()}\"></time>",
                    f" #{self.chance.randint(10 ** 7, 10 ** 8)}</p></section>\n"]
        return "".join(out) + "</body></html>\n"

    def svg(self, paths):
        out = ["<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1024 1024\">\n"]
        for _ in range(paths):
            points = " ".join(f"{self.chance.uniform(0, 999):.3f},{self.chance.uniform(0, 999):.3f}" for _ in range(12))
            out.append(f"<path d=\"M{points}Z\" fill=\"#{self.digest()[:6]}\"/>\n")
        return "".join(out) + "</svg>\n"

    def log(self, lines):
        return "".join(f"{self.time()} web-{self.chance.randint(1, 9):02d} [{self.chance.randint(1000, 99999)}]: GET "
                       f"/item/{self.chance.randint(10 ** 8, 10 ** 9)} 200 {self.chance.randint(100, 10 ** 7)} "
                       f"{self.chance.uniform(0, 9):.9f}s {self.uuid()} libwidget@{self.version()} "
                       f"commit {self.digest('sha1')}\n" for _ in range(lines))
