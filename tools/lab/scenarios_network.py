"""Scenarios: what a network and a SPAN port do to traffic."""

import time
import threading

import servers
from content import customers, customers_file
from registry import Facts, scenario
from scenarios_web import CURL, FILES

# `curl -T -` sends what it reads when it reads it.
IN_TWO_PARTS = "(cat {first}; sleep 3; cat {second}) | curl -sS -o /dev/null -H Expect: -T - " + FILES + "/dav/slow.csv"


def upload(net, rows, seed, url=f"{FILES}/upload", *more):
    table = net.write("customers.csv", customers_file(rows, seed))
    net.office_do(*CURL, *more, "-F", f"file=@{table};type=text/csv", url)


@scenario("loss", switch=["--seed", "5", "--loss", "0.04", "--late", "0.06", "--double", "0.03"])
def loss(net, record):
    """A line that loses, delays and doubles segments: the capture holds retransmissions and disorder, nothing is
    missing in the end."""
    servers.web(net, net.outside, "203.0.113.9:80")
    record()
    upload(net, 1200, 401)
    return Facts().leak(customers(1200, 401), ["POST /upload", "customers.csv"])


@scenario("span-drops", switch=["--seed", "6", "--mirror-loss", "0.08"])
def span_drops(net, record):
    """The SPAN port itself loses one frame in twelve: gaps that are never sent again. Most customers are still found, the
    ledger says what is lost."""
    servers.web(net, net.outside, "203.0.113.9:80")
    record()
    upload(net, 1200, 411)
    facts = Facts().leak(customers(1200, 411), ["POST /upload"], exact=False,
                         values={"email": 700, "ticket": 700, "phone": 700}, within="flow")
    facts.ledger = {"lost_bytes_min": 1}
    return facts


@scenario("vlan-tagged", switch=["--mirror-vlan", "20"])
def vlan_tagged(net, record):
    """A remote SPAN: every frame carries VLAN 20."""
    servers.web(net, net.outside, "203.0.113.9:80")
    record()
    upload(net, 100, 421)
    return Facts().leak(customers(100, 421), ["POST /upload", "customers.csv"], vlan=[20])


@scenario("ipv6", ipv6=True)
def ipv6(net, record):
    """The same upload over IPv6, from a unique local address."""
    servers.web(net, net.outside, "[2001:db8:113::9]:80")
    record()
    upload(net, 180, 431, "http://[2001:db8:113::9]/upload", "-g", "-H", "Host: files.example.net")
    return Facts().leak(customers(180, 431), ["POST /upload", "customers.csv"], source="fd20::7",
                        destination="2001:db8:113::9")


@scenario("gro-large-frames", offload=True)
def gro_large_frames(net, record):
    """Recorded on a host with segmentation offload: frames of up to 64 KiB, checksums not filled in."""
    servers.web(net, net.outside, "203.0.113.9:80")
    record()
    upload(net, 1500, 441)
    return Facts().leak(customers(1500, 441), ["POST /upload", "customers.csv"])


@scenario("mid-stream")
def mid_stream(net, record):
    """The sensor starts in the middle of an upload: no handshake, no request line, the second half of the table."""
    servers.web(net, net.outside, "203.0.113.9:80")
    whole = customers_file(300, 451)
    rows = whole.split(b"\r\n")
    cut = len(b"\r\n".join(rows[:151])) + 2  # the header and 150 customers
    command = IN_TWO_PARTS.format(first=net.write("first", whole[:cut]), second=net.write("second", whole[cut:]))
    client = threading.Thread(target=net.office_do, args=("bash", "-c", command))
    client.start()
    time.sleep(1.2)
    record()
    client.join()
    return Facts().leak(customers(300, 451)[150:], [], app_proto=None, within="flow")


@scenario("one-sided")
def one_sided(net, record):
    """Asymmetric routing: only what the office sends is seen, never an answer."""
    servers.web(net, net.outside, "203.0.113.9:80")
    record(filter="src net 10.20.0.0/24")
    upload(net, 200, 461)
    return Facts().leak(customers(200, 461), ["POST /upload", "customers.csv"])


@scenario("snaplen-cut")
def snaplen_cut(net, record):
    """A capture that keeps 68 bytes of each frame: nothing to read, and the ledger says that it was cut off."""
    servers.web(net, net.outside, "203.0.113.9:80")
    record(snaplen=68)
    upload(net, 300, 471)
    facts = Facts()
    facts.ledger = {"truncated_bytes_min": 15_000}
    return facts
