"""Scenarios: HTTP/2 in clear and gRPC, as decrypting proxies and services behind them speak it."""

import servers
from content import Lookalikes, customers, customers_file
from network import HERE, PYTHON
from registry import Facts, scenario

CURL = ["curl", "-sS", "-o", "/dev/null", "--max-time", "20"]


@scenario("http2-upload")
def http2_upload(net, record):
    """HTTP/2 with prior knowledge: two tables in padded streams that take turns, a search whose customer stands in a packed
    header field; then an upgrade from HTTP/1.1, and a table in its answer."""
    servers.web(net, net.outside, "203.0.113.9:80 http2", "127.0.0.1:8090")
    first, second, looked_up, answered = customers(60, 701), customers(60, 702), customers(1, 703), customers(40, 704)
    one = net.write("first.csv", customers_file(60, 701))
    two = net.write("second.csv", customers_file(60, 702))
    net.write("www/export.csv", customers_file(40, 704))
    net.start(net.outside, ["nghttpd", "--no-tls", "-d", net.path("www"), "8080"], port=8080)
    net.start(net.outside, ["nghttpx", "--conf=/dev/null", "--frontend=203.0.113.9,8081;no-tls", "--backend=127.0.0.1,8090",
                            "--workers=1", "--no-ocsp"], port=8081)
    record()
    net.office_do(PYTHON, f"{HERE}/http2_client.py", "203.0.113.9", "8080", "files.example.net", "/first.csv", one,
                  "/second.csv", two)
    net.office_do(*CURL, "--http2-prior-knowledge", "-u", "dana.support:Winter2026", "-H",
                  f"X-Customer: {looked_up[0]['email']} {looked_up[0]['ticket']}", "http://files.example.net/api/find")
    net.office_do("nghttp", "-nu", "http://files.example.net:8081/export.csv")
    facts = Facts().leak(first, ["PUT /first.csv"], "http2", port=8080, hostname="files.example.net")
    facts.leak(second, ["PUT /second.csv"], "http2", port=8080, hostname="files.example.net")
    facts.leak(looked_up, ["GET /api/find"], "http2", user="dana.support", values={"email": 1, "ticket": 1, "phone": 0})
    return facts.leak(answered, ["200 GET /export.csv"], "http2", source="203.0.113.9", destination="10.20.0.7", port=None,
                      direction="inbound")


@scenario("grpc-gzip")
def grpc_gzip(net, record):
    """gRPC: a customer a message in plain, and ten a message with each message compressed by itself."""
    plain, packed = customers(50, 711), customers(50, 712)
    one = net.write("plain.csv", customers_file(50, 711))
    two = net.write("packed.csv", customers_file(50, 712))
    net.start(net.outside, [PYTHON, f"{HERE}/grpc_server.py", "203.0.113.9", "50051"], ready="ready")
    record()
    net.office_do(PYTHON, f"{HERE}/grpc_client.py", "203.0.113.9:50051", "none", "/crm.Customers/Import", one, "1")
    net.office_do(PYTHON, f"{HERE}/grpc_client.py", "203.0.113.9:50051", "gzip", "/crm.Customers/ImportPacked", two, "10")
    facts = Facts().leak(plain, ["POST /crm.Customers/Import"], "http2", port=50051)
    return facts.leak(packed, ["POST /crm.Customers/ImportPacked"], "http2", port=50051)
