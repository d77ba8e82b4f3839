"""Scenarios: every kind of file of formats.py, by HTTP and by mail. Each file holds customers of its own."""

import functools
import json

import files_archives  # noqa: F401
import files_closed  # noqa: F401
import files_data  # noqa: F401
import files_encodings  # noqa: F401
import files_office  # noqa: F401
import files_pdf  # noqa: F401
import files_text  # noqa: F401
import servers
from content import customers
from formats import GROUPS, Work
from network import PYTHON
from registry import Facts, scenario
from scenarios_mail import SEND_SEVERAL, message
from scenarios_office import upload

SEED = 700
ROWS_OF_A_CAPTURE = 2000
CAPTURES = [f"{protocol}-{group}" for group in ("archives", "office", "text", "data", "encodings", "closed")
            for protocol in ("http", "smtp")]
ABOUT = {
    "archives": "archives and compressed files, also inside one another",
    "office": "workbooks, documents, presentations, PDF and books",
    "text": "tables and records as text",
    "data": "stored mail, databases, programs' own formats and captures",
    "encodings": "one table in every encoding and character set, and compressed before or after",
    "closed": "what cannot be opened, which has to be said",
}


@functools.lru_cache(maxsize=1)
def everybody():
    return customers(ROWS_OF_A_CAPTURE * len(CAPTURES), SEED)


def made(capture):
    """The files of a capture with their content and their customers."""
    at = CAPTURES.index(capture) * ROWS_OF_A_CAPTURE
    for one in GROUPS[capture.split("-")[1]]:
        table = everybody()[at:at + one.rows]
        at += one.rows
        with Work(table) as work:
            yield one, one.make(work), table


def send_by_http(net, files):
    for one, content, _ in files:
        upload(net, f"out/{one.name}", content)


def send_by_mail(net, files):
    names = []
    for number, (one, content, _) in enumerate(files):
        mail = message("As agreed", "attached")
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=one.name)
        names.append(net.write(f"{number}.eml", mail.as_bytes()))
    net.office_do(PYTHON, "-c", SEND_SEVERAL, json.dumps(names))


def files_scenario(capture):
    protocol, group = capture.split("-")

    def run(net, record):
        if protocol == "http":
            servers.web(net, net.outside, "203.0.113.9:80")
        else:
            servers.mail(net)
        files = list(made(capture))
        record()
        (send_by_http if protocol == "http" else send_by_mail)(net, files)
        facts = Facts()
        for one, content, table in files:
            facts.file(one, protocol, len(content), table)
        return facts
    run.__doc__ = f"{'Uploads by web form' if protocol == 'http' else 'Mails with attachments'}: {ABOUT[group]}."
    scenario(capture, folder="formats", seconds_max=600)(run)


for _capture in CAPTURES:
    files_scenario(_capture)
