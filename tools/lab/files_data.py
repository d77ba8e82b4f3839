"""Stored mail, databases, programs' own formats, captures."""

import contextlib
import io
import json
import mailbox
import os
import pickle
import shutil
import sqlite3
import struct
from pathlib import Path

import tnef
from formats import COLUMNS, file
from scenarios_mail import message

GROUP = "data"


def data(format, variant, name):
    return file(GROUP, format, variant, name)


def with_attachment(work, inner=None):
    mail = message("Export", "as agreed")
    if inner is None:
        mail.add_attachment(work.csv, maintype="text", subtype="csv", filename="customers.csv")
    else:
        mail.add_attachment(inner)
    return mail


# Mail

@data("eml", "text, quoted-printable", "text.eml")
def _(work):
    mail = message("Our customers", "")
    mail.set_content(work.csv.decode(), cte="quoted-printable")
    return mail.as_bytes()


data("eml", "attachment, base64", "attachment.eml")(lambda work: with_attachment(work).as_bytes())
data("eml", "mail forwarded in a mail", "forwarded.eml")(lambda work: with_attachment(work, with_attachment(work)).as_bytes())


@data("eml", "zip attached", "zipped.eml")
def _(work):
    mail = message("Export", "as agreed")
    mail.add_attachment(work.made("made.zip", "zip", "-q", "made.zip", "customers.csv"), maintype="application", subtype="zip",
                        filename="customers.zip")
    return mail.as_bytes()


@data("mbox", "text and attachment", "archive.mbox")
def _(work):
    a, b = work.halves()
    box = mailbox.mbox(work.path("box"))
    text = message("First half", "")
    text.set_content(work.read(a).decode())
    box.add(text)
    attached = message("Second half", "attached")
    attached.add_attachment(work.read(b), maintype="text", subtype="csv", filename="b.csv")
    box.add(attached)
    box.add(message("Thanks", "received"))
    box.flush()
    return work.read("box")


data("winmail.dat", "attachment", "winmail.dat")(lambda work: tnef.winmail("Export", "attached", [("customers.csv", work.csv)]))
data("winmail.dat", "text of the mail", "winmail-text.dat")(
    lambda work: tnef.winmail("Export", "\r\n".join("\t".join(row) for row in work.rows)))


@data("winmail.dat", "workbook attached", "winmail-workbook.dat")
def _(work):
    import sheets
    return tnef.winmail("Export", "attached", [("note.txt", b"see the other one"), ("book.xlsx", sheets.openpyxl_book(work.rows))])


def msg(work, properties):
    """An OLE file by `gsf`. [MS-OXMSG] 2: a stream a property; attachments are folders, which gsf cannot write."""
    names = [os.path.basename(work.write(f"__substg1.0_{tag}", content)) for tag, content in properties.items()]
    work.write("__properties_version1.0", bytes(32))
    return work.made("made.msg", "gsf", "createole", "made.msg", "__properties_version1.0", *names)


@data("msg", "text, UTF-16", "unicode.msg")
def _(work):
    return msg(work, {"001A001F": "IPM.Note".encode("utf-16-le"), "0037001F": "Export".encode("utf-16-le"),
                      "1000001F": "\r\n".join("\t".join(row) for row in work.rows).encode("utf-16-le")})


@data("msg", "text, 8 bits a character", "ansi.msg")
def _(work):
    return msg(work, {"001A001E": b"IPM.Note", "0037001E": b"Export",
                      "1000001E": "\r\n".join("\t".join(row) for row in work.rows).encode("cp1252", "replace")})


@data("msg", "compressed RTF alone", "rtf.msg")
def _(work):
    """[MS-OXRTFCP]: stored without compression, as `MELA`."""
    text = b"{\\rtf1\\ansi " + b"\\par\r\n".join("\\tab ".join(row).encode("ascii", "replace") for row in work.rows) + b"}"
    packed = struct.pack("<II4sI", len(text) + 12, len(text), b"MELA", 0) + text
    return msg(work, {"001A001F": "IPM.Note".encode("utf-16-le"), "10090102": packed})


# Databases

def database(work, *statements):
    base = sqlite3.connect(work.path("customers.sqlite"))
    for statement in statements:
        base.execute(statement)
    base.execute("CREATE TABLE customers (name TEXT, email TEXT, ticket TEXT, phone TEXT)")
    base.executemany("INSERT INTO customers VALUES (?, ?, ?, ?)", work.rows)
    base.commit()
    return base


@data("SQLite", "UTF-8", "utf-eight.sqlite")
def _(work):
    database(work).close()
    return work.read("customers.sqlite")


@data("SQLite", "UTF-16", "utf-sixteen.sqlite")
def _(work):
    database(work, "PRAGMA encoding='UTF-16le'").close()
    return work.read("customers.sqlite")


@data("SQL dump", "sqlite3 .dump", "sqlite.sql")
def _(work):
    database(work).close()
    return work.run("sqlite3", "customers.sqlite", ".dump")


@data("SQL dump", "as mysqldump writes it", "mysql.sql")
def _(work):
    def quoted(value):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    values = ",".join("(" + ",".join(quoted(value) for value in row) + ")" for row in work.rows)
    return (f"-- MySQL dump 10.13\nDROP TABLE IF EXISTS `customers`;\nLOCK TABLES `customers` WRITE;\n"
            f"INSERT INTO `customers` VALUES {values};\nUNLOCK TABLES;\n").encode()


@contextlib.contextmanager
def postgres(work, *statements):
    """A PostgreSQL server with the customers in it. Gives a function that runs one of its programs, and returns what it prints."""
    programs, cluster = Path("/usr/lib/postgresql/15/bin"), Path(work.path("cluster"))
    os.chmod(work.folder, 0o711)
    cluster.mkdir()
    shutil.chown(cluster, "postgres", "postgres")

    def run(program, *arguments, input=None):
        return work.run("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", programs / program, *arguments, input=input)

    def client(program, *arguments, input=None):
        return run(program, "-h", cluster, "-U", "postgres", *arguments, input=input)

    run("initdb", "-D", cluster, "-A", "trust", "-U", "postgres", "--locale=C", "--encoding=UTF8", "--no-sync")
    run("pg_ctl", "-w", "-D", cluster, "-l", cluster / "log", "-o", f"-F -h '' -k {cluster}", "start")
    try:
        client("psql", "-c", f"CREATE TABLE customers ({', '.join(f'{column} text' for column in COLUMNS)})")
        client("psql", "-c", "COPY customers FROM STDIN (FORMAT csv, HEADER)", input=work.csv)
        for statement in statements:
            client("psql", "-c", statement)
        yield client
    finally:
        run("pg_ctl", "-D", cluster, "-m", "immediate", "stop")


def postgres_dump(variant, name, *options, statements=(), table=("-t", "customers")):
    @data("SQL dump", variant, name)
    def _(work):
        with postgres(work, *statements) as client:
            return client("pg_dump", *options, *table)


postgres_dump("pg_dump", "postgres.sql")


def avro_file(codec, name):
    @data("Avro", codec, name)
    def _(work):
        import avro.datafile
        import avro.io
        import avro.schema
        schema = avro.schema.parse(json.dumps({"type": "record", "name": "customer", "fields": [
            {"name": "name", "type": "string"}, {"name": "email", "type": "string"},
            {"name": "ticket", "type": ["null", "string"]}, {"name": "phone", "type": "string"}]}))
        made = io.BytesIO()
        writer = avro.datafile.DataFileWriter(made, avro.io.DatumWriter(), schema, codec=codec)
        for row in work.table:
            writer.append(dict(row))
        writer.flush()
        return made.getvalue()


avro_file("null", "plain.avro")
avro_file("deflate", "deflate.avro")
avro_file("bzip2", "bzip2.avro")


# Programs' own formats

for protocol in (0, 2, 5):
    data("Python pickle", f"protocol {protocol}", f"protocol-{protocol}.pickle")(
        lambda work, protocol=protocol: pickle.dumps([dict(row) for row in work.table], protocol))

JAVA = """
import java.io.*; import java.nio.file.*; import java.util.*;
class Save {
  public static void main(String[] names) throws Exception {
    ArrayList<String[]> rows = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("customers.tsv"))) rows.add(line.split("\\t"));
    try (ObjectOutputStream out = new ObjectOutputStream(new FileOutputStream("made.ser"))) { out.writeObject(rows); }
  }
}
"""


@data("Java serialisation", "ArrayList of String[]", "customers.ser")
def _(work):
    work.write("customers.tsv", "".join("\t".join(row) + "\n" for row in work.rows))
    work.write("Save.java", JAVA)
    return work.made("made.ser", "java", "-Dfile.encoding=UTF-8", "Save.java")


@data("Java serialisation", "in a jar", "customers.jar")
def _(work):
    work.write("table.properties", "".join(f"row{n}={' '.join(row)}\n" for n, row in enumerate(work.rows)))
    return work.made("made.jar", "jar", "cf", "made.jar", "table.properties")


# A capture inside a capture

def captured(work, options=()):
    """An upload in a capture, by text2pcap."""
    post = b"POST /upload HTTP/1.1\r\nHost: files.example.net\r\nContent-Length: %d\r\n\r\n%s" % (len(work.csv), work.csv)
    work.write("post.txt", work.run("od", "-Ax", "-tx1", "-v", input=post))
    return work.made("made.pcap", "text2pcap", "-q", *options, "-T", "40000,80", "post.txt", "made.pcap")


data("pcap", "text2pcap", "inside.pcap")(lambda work: captured(work, ["-F", "pcap"]))
data("pcapng", "text2pcap", "inside.pcapng")(lambda work: captured(work, ["-F", "pcapng"]))


# Behind the others: each file's customers follow those of the file before.

postgres_dump("pg_dump, tar", "postgres.tar", "-Ft")
postgres_dump("pg_dump, custom", "postgres.dump", "-Fc")
postgres_dump("pg_dump, custom, uncompressed", "uncompressed.dump", "-Fc", "-Z0")
postgres_dump("pg_dump, custom, in a large object", "objects.dump", "-Fc", table=(), statements=(
    "SELECT lo_from_bytea(0, convert_to(string_agg(concat_ws(',', name, email, ticket, phone), E'\\n'), 'UTF8')) FROM customers",
    "DROP TABLE customers"))
