"""Tables and records as text."""

import json
import html

from formats import COLUMNS, file, table_csv


def text(format, variant, name):
    return file("text", format, variant, name)


text("CSV", "comma, CRLF", "comma.csv")(lambda work: work.csv)
text("CSV", "comma, LF, no quotes", "lf.csv")(lambda work: table_csv(work.rows, lineterminator="\n"))
text("CSV", "semicolon", "semicolon.csv")(lambda work: table_csv(work.rows, delimiter=";"))
text("CSV", "tab", "tab.tsv")(lambda work: table_csv(work.rows, delimiter="\t"))
text("CSV", "bar", "bar.csv")(lambda work: table_csv(work.rows, delimiter="|"))
text("CSV", "all quoted", "quoted.csv")(lambda work: table_csv(work.rows, quoting=1))
text("CSV", "columns of fixed width", "fixed.txt")(
    lambda work: "".join("".join(f"{value:<40}" for value in row) + "\n" for row in work.rows).encode())
text("JSON", "array", "array.json")(
    lambda work: json.dumps([dict(row) for row in work.table], indent=1, ensure_ascii=False).encode())
text("JSON", "lines", "lines.jsonl")(
    lambda work: "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in work.table).encode())
text("JSON", "array of arrays", "arrays.json")(lambda work: json.dumps([COLUMNS, *work.rows]).encode())
text("JSON", "columns", "columns.json")(
    lambda work: json.dumps({column: [row[column] for row in work.table] for column in COLUMNS}).encode())


@text("XML", "elements", "elements.xml")
def _(work):
    rows = "".join("<customer>" + "".join(f"<{c}>{html.escape(row[c], quote=False)}</{c}>" for c in COLUMNS) + "</customer>\n"
                   for row in work.table)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<customers>\n{rows}</customers>\n'.encode()


@text("XML", "attributes", "attributes.xml")
def _(work):
    rows = "".join("<customer " + " ".join(f'{c}="{html.escape(row[c])}"' for c in COLUMNS) + "/>\n" for row in work.table)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<customers>\n{rows}</customers>\n'.encode()


@text("XML", "UTF-16", "wide.xml")
def _(work):
    rows = "".join("<c>" + "".join(f"<{c}>{html.escape(row[c], quote=False)}</{c}>" for c in COLUMNS) + "</c>\n"
                   for row in work.table)
    return f'<?xml version="1.0" encoding="UTF-16"?>\n<customers>\n{rows}</customers>\n'.encode("utf-16")


@text("HTML", "table", "table.html")
def _(work):
    rows = "".join("<tr>" + "".join(f"<td>{html.escape(value)}</td>" for value in row) + "</tr>\n" for row in work.rows)
    return f"<!doctype html>\n<html><meta charset=utf-8><body><table>\n{rows}</table></body></html>\n".encode()


@text("HTML", "values split by markup", "markup.html")
def _(work):
    rows = "".join("<tr>" + "".join(f"<td><b>{html.escape(v[:3])}</b>{html.escape(v[3:])}</td>" for v in row) + "</tr>\n"
                   for row in work.rows)
    return f"<!doctype html>\n<html><meta charset=utf-8><body><table>\n{rows}</table></body></html>\n".encode()


@text("YAML", "list", "customers.yaml")
def _(work):
    import yaml
    return yaml.safe_dump([dict(row) for row in work.table], allow_unicode=True).encode()


@text("vCard", "3.0", "three.vcf")
def _(work):
    return "".join(f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{row['name']}\r\nEMAIL;TYPE=INTERNET:{row['email']}\r\nTEL:{row['phone']}\r\n"
                   f"NOTE:{row['ticket']}\r\nEND:VCARD\r\n" for row in work.table).encode()


@text("vCard", "lines folded (RFC 6350)", "folded.vcf")
def _(work):
    out = ""
    for row in work.table:
        note = f"NOTE:Customer since 2019, has the newsletter. Write to {row['email']} on {row['ticket']} or call {row['phone']}."
        folded = "\r\n ".join(note[at:at + 70] for at in range(0, len(note), 70))
        out += f"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:{row['name']}\r\n{folded}\r\nEND:VCARD\r\n"
    return out.encode()


def ldif(row, value_of):
    ticket = row["ticket"]
    return (f"dn: uid={ticket},dc=example,dc=com\nobjectClass: inetOrgPerson\nuid: {ticket}\ncn{value_of(row['name'])}\n"
            f"mail{value_of(row['email'])}\ntelephoneNumber{value_of(row['phone'])}\n\n")


@text("LDIF", "RFC 2849", "plain.ldif")
def _(work):
    import base64

    def value_of(value):
        return f": {value}" if value.isascii() else f":: {base64.b64encode(value.encode()).decode()}"
    return "".join(ldif(row, value_of) for row in work.table).encode()


@text("LDIF", "all values base64", "base64.ldif")
def _(work):
    import base64
    return "".join(ldif(row, lambda value: f":: {base64.b64encode(value.encode()).decode()}") for row in work.table).encode()


@text("Markdown", "table", "table.md")
def _(work):
    lines = ["| " + " | ".join(row) + " |" for row in [COLUMNS, ["---"] * 4, *work.rows]]
    return "\n".join(lines).encode()


@text("log", "a sentence a customer", "crm.log")
def _(work):
    return "".join(f"2026-11-24T09:00:00Z crm INFO {row['name']} <{row['email']}> ({row['phone']}) opened {row['ticket']}\n"
                   for row in work.table).encode()
