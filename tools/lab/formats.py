"""The kinds of files that customers leave in: how each is made, from which rows, by which program. The scenarios of
scenarios_formats.py send each of them.

A function decorated with @file(...) gets a Work and returns the bytes of one file that holds exactly the rows of that Work."""

import csv
import io
import os
import shutil
import subprocess
import tempfile

COLUMNS = ("name", "email", "ticket", "phone")
PASSWORD = "Winter2026"
ROWS = 12

GROUPS = {}


class File:
    """`closed`: the reason with which the sensor must say that it cannot look inside; None if it must find every row."""

    def __init__(self, group, format, variant, name, make, rows, closed):
        self.group, self.format, self.variant, self.name = group, format, variant, name
        self.make, self.rows, self.closed = make, rows, closed


def file(group, format, variant, name, rows=ROWS, closed=None):
    """Registers a function(work) -> bytes. `format` and `variant` are the row of docs/format-coverage.md."""
    def register(make):
        files = GROUPS.setdefault(group, [])
        assert all(name != other.name for other in files), name
        files.append(File(group, format, variant, name, make, rows, closed))
        return make
    return register


class Work:
    """A scratch folder with a table of customers in it, as customers.csv."""

    def __init__(self, table):
        self.folder = tempfile.mkdtemp(prefix="outspan-lab-")
        self.table = table
        self.rows = [[row[column] for column in COLUMNS] for row in table]
        self.csv = table_csv(self.rows)
        self.write("customers.csv", self.csv)

    def run(self, *command, input=None, environment=None):
        """Runs a program in the folder, gives what it printed."""
        return subprocess.run(command, cwd=self.folder, input=input, check=True, stdout=subprocess.PIPE, timeout=100,
                              stderr=subprocess.DEVNULL, env={**os.environ, **(environment or {})}).stdout

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "wb") as out:
            out.write(content if isinstance(content, bytes) else content.encode())
        return self.path(name)

    def read(self, name):
        with open(self.path(name), "rb") as made:
            return made.read()

    def made(self, name, *command, **more):
        """What a program writes into a file of that name."""
        self.run(*command, **more)
        return self.read(name)

    def halves(self):
        """Two tables with half of the rows each, as a.csv and b.csv."""
        middle = len(self.rows) // 2
        self.write("a.csv", table_csv(self.rows[:middle]))
        self.write("b.csv", table_csv(self.rows[middle:]))
        return "a.csv", "b.csv"

    def converted(self, name, suffix, filter=None):
        """By LibreOffice, from a file of that name in the folder."""
        self.run("soffice", "--headless", f"-env:UserInstallation=file://{self.folder}/office", "--convert-to",
                 f"{suffix}:{filter}" if filter else suffix, "--outdir", "converted", name)
        return self.read(f"converted/{os.path.splitext(name)[0]}.{suffix}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)


def table_csv(rows, **dialect):
    out = io.StringIO(newline="")
    writer = csv.writer(out, **{"lineterminator": "\r\n", **dialect})
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return out.getvalue().encode()
