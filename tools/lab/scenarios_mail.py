"""Scenarios: mail."""

import email.policy
import json
from email.message import EmailMessage

import servers
from content import customers, customers_file
from network import HERE, PYTHON, LabError
from registry import Facts, scenario

MX = {"app_proto": "smtp", "destination": "203.0.113.25", "port": 25}
SWAKS = ["swaks", "--server", "mx.example.org", "--helo", "desk7.office.test", "--suppress-data", "--hide-all",
         "--timeout", "15"]


def message(subject, body):
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"] = "Dana Support <dana@office.test>"
    mail["To"] = "archive@partner.test"
    mail["Subject"] = subject
    mail["Date"] = "Tue, 24 Nov 2026 09:00:00 +0000"
    mail["Message-ID"] = "<1@office.test>"
    mail.set_content(body)
    return mail


@scenario("smtp-mail")
def smtp_mail(net, record):
    """Mails sent with swaks: the table as text, as a base64 attachment, after AUTH PLAIN, and pipelined."""
    servers.mail(net)
    text = net.write("body.txt", customers_file(60, 201))
    table = net.write("customers.csv", customers_file(250, 202))
    page = net.write("customers.html", customers_file(50, 203, "html"))
    record()
    base = [*SWAKS, "--from", "dana@office.test", "--to", "archive@partner.test"]
    net.office_do(*base, "--h-Subject", "Our customers", "--body", f"@{text}")
    net.office_do(*base, "--auth", "PLAIN", "--auth-user", "dana.support", "--auth-password", "Winter2026",
                  "--h-Subject", "Weekly export", "--body", "as agreed", "--attach-type", "text/csv", "--attach",
                  f"@{table}")
    net.office_do(*base, "--pipeline", "--to", "archive@partner.test,second@partner.test", "--h-Subject", "As a page",
                  "--attach-type", "text/html", "--attach-body", f"@{page}")
    envelope = {"email_from": "dana@office.test", "email_to": ["archive@partner.test"], **MX}
    facts = Facts().leak(customers(60, 201), ["mail"], **envelope)
    facts.leak(customers(250, 202), ["mail", "customers.csv"], user="dana.support", **envelope)
    return facts.leak(customers(50, 203), ["mail"], **{**envelope,
                                                       "email_to": ["archive@partner.test", "second@partner.test"]})


SEND_SEVERAL = """
import json, smtplib, sys
with smtplib.SMTP("203.0.113.25", 25, local_hostname="desk7.office.test", source_address=("10.20.0.7", 0)) as server:
    for number, name in enumerate(json.loads(sys.argv[1])):
        server.sendmail(f"sender{number}@office.test", ["archive@partner.test"], open(name, "rb").read())
"""


@scenario("smtp-nested")
def smtp_nested(net, record):
    """Four mails on one connection: quoted-printable text, a forwarded mail (message/rfc822) with an attachment, nested
    multiparts with a uuencoded block, and customers in an encoded subject and a long file name."""
    servers.mail(net)
    quoted = message("Liste", "")
    quoted.set_content(customers_file(40, 211).decode(), cte="quoted-printable")

    inner = message("Original", "see attachment")
    inner.add_attachment(customers_file(80, 212), maintype="text", subtype="csv", filename="klientów.csv")
    forwarded = message("Fwd: Original", "forwarded")
    forwarded.add_attachment(inner)

    nested = message("Nested", "plain part")
    nested.add_alternative("<p>part in HTML</p>", subtype="html")
    nested.add_attachment(b"\n" + net.office_do(PYTHON, "-c", UUENCODE, net.write("u.csv", customers_file(70, 213))),
                          maintype="text", subtype="plain", filename="old-style.txt", cte="7bit")

    one = customers(1, 214)[0]
    subject = message(f"Ré: {one['name']} {one['email']} {one['ticket']} {one['phone']}", "see subject")
    names = [net.write(f"{number}.eml", mail.as_bytes())
             for number, mail in enumerate((quoted, forwarded, nested, subject))]
    record()
    net.office_do(PYTHON, "-c", SEND_SEVERAL, json.dumps(names))
    facts = Facts().leak(customers(40, 211), ["mail"], email_from="sender0@office.test", **MX)
    facts.leak(customers(80, 212), ["mail", "klientów.csv"], email_from="sender1@office.test", **MX)
    facts.leak(customers(70, 213), ["mail", "old-style.txt"], email_from="sender2@office.test", **MX)
    return facts.leak([one], ["mail"], email_from="sender3@office.test", **MX)


UUENCODE = """
import binascii, sys
content = open(sys.argv[1], "rb").read()
print("begin 644 customers.csv")
for at in range(0, len(content), 45):
    print(binascii.b2a_uu(content[at:at + 45]).decode(), end="")
print("`\\nend")
"""


@scenario("smtp-bdat")
def smtp_bdat(net, record):
    """One Exim hands a mail to another with BDAT (RFC 3030) instead of DATA."""
    inbox = servers.exim(net, "mx.example.org", "203.0.113.25", outgoing=False)
    outbox = servers.exim(net, "mail.office.test", "10.20.0.25", outgoing=True)
    net.start(net.outside, ["exim4", "-C", inbox, "-bdf"], port=25)
    mail = message("Through the smart host", "export attached")
    mail.add_attachment(customers_file(180, 221), maintype="text", subtype="csv", filename="customers.csv")
    record()
    net.do(net.office, "exim4", "-C", outbox, "-odi", "-f", "dana@office.test", "archive@partner.test",
           text=mail.as_bytes())
    with open(net.path("mail.office.test/mainlog")) as log:
        if "=> archive@partner.test" not in log.read():
            raise LabError("exim4 did not deliver the mail")
    return Facts().leak(customers(180, 221), ["mail", "customers.csv"], source="10.20.0.25",
                        email_from="dana@office.test", **MX)


@scenario("smtp-starttls")
def smtp_starttls(net, record):
    """A mail of 200 kB after STARTTLS: nothing of it can be read, and that is said."""
    servers.mail(net, tls=True)
    mail = message("Weekly export", "as agreed")
    mail.add_attachment(customers_file(2000, 231), maintype="text", subtype="csv", filename="customers.csv")
    record()
    net.office_do("curl", "-sS", "--max-time", "20", "-k", "--ssl-reqd", "--mail-from", "dana@office.test", "--mail-rcpt",
                  "archive@partner.test", "-T", net.write("mail", mail.as_bytes()), "smtp://mx.example.org")
    return Facts().blind("tls", "203.0.113.25", 25, 150_000)


@scenario("pop3-mail")
def pop3_mail(net, record):
    """Somebody outside fetches his mails from the office (dovecot) by POP3: the table as text, and as an attachment."""
    text = message("Our customers", customers_file(60, 241).decode())
    attached = message("Weekly export", "as agreed")
    attached.add_attachment(customers_file(50, 242), maintype="text", subtype="csv", filename="customers.csv")
    servers.mailbox(net, net.office, "10.20.0.80", "dana", [text.as_bytes(), attached.as_bytes()])
    record()
    net.do(net.outside, "curl", "-sS", "-u", "dana:Winter2026", "pop3://10.20.0.80/1",
           "pop3://10.20.0.80/2")
    who = {"app_proto": "pop3", "source": "10.20.0.80", "destination": "203.0.113.9", "port": None, "user": "dana"}
    facts = Facts().leak(customers(60, 241), ["mail"], **who)
    return facts.leak(customers(50, 242), ["mail", "customers.csv"], **who)


@scenario("imap-mail")
def imap_mail(net, record):
    """Somebody outside fetches a mail from the office (dovecot) by IMAP and stores one there; then he fetches an attachment
    with COMPRESS=DEFLATE, in pieces of 2,000 octets."""
    text = message("Our customers", customers_file(60, 251).decode())
    attached = message("Weekly export", "as agreed")
    attached.add_attachment(customers_file(50, 252), maintype="text", subtype="csv", filename="customers.csv")
    stored = net.write("stored.eml", message("Kept for later", customers_file(40, 253).decode()).as_bytes())
    servers.mailbox(net, net.office, "10.20.0.80", "dana", [text.as_bytes(), attached.as_bytes()])
    record()
    curl = ["curl", "-sS", "-u", "dana:Winter2026"]
    net.do(net.outside, *curl, "imap://10.20.0.80/INBOX;MAILINDEX=1")
    net.do(net.outside, *curl, "-T", stored, "imap://10.20.0.80/INBOX")
    net.do(net.outside, PYTHON, f"{HERE}/imap_client.py", "10.20.0.80", "dana", "Winter2026", "2", "2000")
    who = {"app_proto": "imap", "source": "10.20.0.80", "destination": "203.0.113.9", "port": None, "user": "dana"}
    facts = Facts().leak(customers(60, 251), ["mail"], **who)
    facts.leak(customers(50, 252), ["mail", "customers.csv"], **who)
    return facts.leak(customers(40, 253), ["mail"], **{**who, "source": "203.0.113.9", "destination": "10.20.0.80", "port": 143},
                      direction="inbound")
