"""Messages of every protocol and every nesting, each with a value of its own in it: what test_planted.py sends.

NESTINGS turn bytes with a value into bytes that hide it, CARRIERS send such bytes in a flow, PLACES put a value where a
protocol or a format has room for one beside its content."""

import base64
import binascii
import bz2
import gzip
import io
import itertools
import json
import lzma
import struct
import tarfile
import zipfile
import zlib

import floods
from floods import CLIENT, SERVER

HOST = b"Host: upload.example\r\n"


def value(number):
    """No two are alike, and none stands inside another one."""
    return b"planted.q%05dz@example.com" % number


def text(number):
    return b"Dear colleagues,\nplease write to %s about the contract, and do so today.\n" % value(number) + b"Kind regards\n" * 5


# Nestings: bytes to bytes.

def zipped(data, method=zipfile.ZIP_DEFLATED, **names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("letter.txt", data)
        archive.comment = names.get("comment", b"")
    return out.getvalue()


def tarred(data, name="letter.txt", **fields):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        member = tarfile.TarInfo(name)
        member.size = len(data)
        for field, content in fields.items():
            setattr(member, field, content)
        archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def multipart(data, preamble=b"", epilogue=b"", header=b""):
    return (preamble + b"--frontier\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.bin\"\r\n" + header + b"\r\n" + data +
            b"\r\n--frontier--\r\n" + epilogue)


def chunk_of_png(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def picture(data, kind=b"tEXt", between=b""):
    """What it says stands beside the pixels."""
    pixels = zlib.compress(bytes(i * 37 % 251 for i in range(65 * 16)))
    return (b"\x89PNG\r\n\x1a\n" + chunk_of_png(b"IHDR", struct.pack(">IIBBBBB", 16, 16, 8, 6, 0, 0, 0)) +
            chunk_of_png(kind, b"Comment\0" + between + data) + chunk_of_png(b"IDAT", pixels) + chunk_of_png(b"IEND", b""))


def gzipped(data, extra=b"", name=b"", comment=b""):
    flags = (4 if extra else 0) | (8 if name else 0) | (16 if comment else 0)
    out = b"\x1f\x8b\x08" + bytes([flags]) + bytes(4) + b"\0\3"
    if extra:
        out += struct.pack("<H", len(extra) + 4) + b"XX" + struct.pack("<H", len(extra)) + extra
    out += b"".join(part + b"\0" for part in (name, comment) if part)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return out + packer.compress(data) + packer.flush() + struct.pack("<II", zlib.crc32(data), len(data))


def zstd_frame(*blocks, missing=0):
    """Raw blocks (RFC 8878, 3.1.1.2); of the last one so many bytes are missing."""
    out = b"\x28\xb5\x2f\xfd\x20" + bytes([sum(map(len, blocks)) + missing])
    for block in blocks:
        last = block is blocks[-1]
        out += struct.pack("<I", (len(block) + (missing if last else 0)) << 3 | last)[:3] + block
    return out


NESTINGS = {
    "plain": lambda data: data,
    "gzip": lambda data: gzip.compress(data, mtime=0),
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zip, deflated": zipped,
    "zip, stored": lambda data: zipped(data, zipfile.ZIP_STORED),
    "zip, lzma": lambda data: zipped(data, zipfile.ZIP_LZMA),
    "tar": tarred,
    "base64": base64.b64encode,
    "base64 in lines": base64.encodebytes,
    "base64 for URLs": base64.urlsafe_b64encode,
    "base32": base64.b32encode,
    "hexadecimal": lambda data: data.hex().encode(),
    "quoted-printable": lambda data: b"Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
                                     binascii.b2a_qp(data, istext=False),
    "JSON": lambda data: json.dumps({"file": data.decode("latin-1"), "count": 7}).encode(),
    "form": multipart,
    "picture": picture,
    "picture, compressed comment": lambda data: picture(zlib.compress(data), b"zTXt", b"\0"),
    "UTF-16": lambda data: b"\xff\xfe" + data.decode("latin-1").encode("utf-16-le"),
    "message of PGP": lambda data: b"-----BEGIN PGP MESSAGE-----\n\n" + base64.encodebytes(zlib.compress(data)[::-1]) +
                                   b"=abcd\n-----END PGP MESSAGE-----\n",
}


# Text made of bytes that are none is a private code.
OF_TEXT = ("JSON", "UTF-16")
BINARY = tuple(name for name, nesting in NESTINGS.items() if not nesting(text(0)).isascii())


# Carriers: (flow, bytes) to packets.

def post(body, head=b""):
    return b"POST /upload HTTP/1.1\r\n" + HOST + head + b"Content-Length: %d\r\n\r\n" % len(body) + body


def chunked(body, size=16, extension=b"", trailer=b""):
    out = b"PUT /upload HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"
    for at in range(0, len(body), size):
        piece = body[at:at + size]
        out += b"%x%s\r\n" % (len(piece), extension) + piece + b"\r\n"
    return out + b"0\r\n" + trailer + b"\r\n"


def pieces(data, size=1000):
    return floods.sent(*[data[at:at + size] for at in range(0, len(data), size)])


def tcp(port):
    return lambda flow, data: floods.connection(flow, port, pieces(data))


def frame2(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def literal(name, content):
    """A header field that is not indexed and not coded (RFC 7541, 6.2.2)."""
    assert len(name) < 127 and len(content) < 127
    return b"\0" + bytes([len(name)]) + name + bytes([len(content)]) + content


REQUEST2 = literal(b":method", b"POST") + literal(b":path", b"/upload") + literal(b":scheme", b"http")
PREFACE2 = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame2(4, 0, 0)


def http2(body, fields=b"", beside=b"", padding=0):
    data = body
    frames = [data[at:at + 900] for at in range(0, len(data), 900)]
    out = PREFACE2 + frame2(1, 4, 1, REQUEST2 + fields) + beside
    for i, piece in enumerate(frames):
        out += frame2(0, (1 if i == len(frames) - 1 else 0) | 8, 1, bytes([padding]) + piece + bytes(padding))
    return out


def masked(opcode, data, final=True):
    size = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + struct.pack(">H", len(data))
    key = b"k3y!"
    return bytes([opcode | (0x80 if final else 0)]) + size + key + bytes(byte ^ key[i & 3] for i, byte in enumerate(data))


def websocket(flow, frames):
    accept = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
    return floods.connection(flow, 80, [(CLIENT, floods.UPGRADE), (SERVER, accept), *pieces(frames)])


def in_frames(data):
    half = len(data) // 2
    return masked(2, data[:half], False) + masked(9, b"still here") + masked(0, data[half:])


def smtp(flow, message, hello=b"client.example", last=b"QUIT\r\n"):
    start = b"EHLO " + hello + b"\r\nMAIL FROM:<a@client.example>\r\nRCPT TO:<b@mail.example>\r\nDATA\r\n"
    return floods.connection(flow, 25, [
        floods.SMTP[0], (CLIENT, start), (SERVER, b"250 hello\r\n250 ok\r\n250 ok\r\n354 go ahead\r\n"),
        *pieces(message.replace(b"\n.", b"\n..") + b"\r\n.\r\n"), (SERVER, b"250 queued\r\n"), (CLIENT, last)])


def mail(data, preamble=b"", epilogue=b"", header=b""):
    return (b"From: a@client.example\r\nTo: b@mail.example\r\nSubject: files\r\n" + header + b"MIME-Version: 1.0\r\n"
            b"Content-Type: multipart/mixed; boundary=\"frontier\"\r\n\r\n" + preamble +
            b"--frontier\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
            b"Content-Disposition: attachment; filename=\"a.bin\"\r\n\r\n" + base64.encodebytes(data) +
            b"--frontier--\r\n" + epilogue)


def bdat(flow, data):
    message = mail(data)
    half = len(message) // 2
    start = b"EHLO client.example\r\nMAIL FROM:<a@client.example>\r\nRCPT TO:<b@mail.example>\r\n"
    return floods.connection(flow, 25, [
        floods.SMTP[0], (CLIENT, start), (SERVER, b"250 hello\r\n250 ok\r\n250 ok\r\n"),
        *pieces(b"BDAT %d\r\n" % half + message[:half] + b"BDAT %d LAST\r\n" % (len(message) - half) + message[half:])])


def ftp(flow, lines):
    return floods.connection(flow, 21, [floods.FTP[0], *floods.sent(lines)])


def udp(flow, *messages):
    ends, port = floods.ends_of(flow)
    for message in messages:
        yield floods.ipv4(17, struct.pack(">HHHH", port, 12201, 8 + len(message), 0) + message, ends)


def gelf(flow, data):
    parts = [data[at:at + 700] for at in range(0, len(data), 700)]
    return udp(flow, *[b"\x1e\x0f" + struct.pack(">QBB", flow, i, len(parts)) + part for i, part in enumerate(parts)])


CARRIERS = {
    "HTTP, length": lambda flow, data: tcp(80)(flow, post(data)),
    "HTTP, chunks": lambda flow, data: tcp(80)(flow, chunked(data)),
    "HTTP, gzip as coding": lambda flow, data: tcp(80)(flow, post(gzip.compress(data, mtime=0), b"Content-Encoding: gzip\r\n")),
    "HTTP/2": lambda flow, data: tcp(80)(flow, http2(data)),
    "HTTP/2, padded": lambda flow, data: tcp(80)(flow, http2(data, padding=40)),
    "WebSocket": lambda flow, data: websocket(flow, in_frames(data)),
    "SMTP": lambda flow, data: smtp(flow, mail(data)),
    "SMTP in chunks": bdat,
    "unknown stream": tcp(7777),
    "UDP": lambda flow, data: udp(flow, data),
    "GELF": gelf,
}


# Places beside the content: (flow, value) to packets.

PLACES = {
    "query of a URL": lambda flow, v: tcp(80)(flow, b"GET /search?q=" + v + b" HTTP/1.1\r\n" + HOST + b"\r\n"),
    "name of a header field": lambda flow, v: tcp(80)(flow, post(b"body", b"X-" + v + b": 1\r\n")),
    "empty lines before a request": lambda flow, v: tcp(80)(flow, b"\r\n\r\n" + post(v)),
    "chunk extension": lambda flow, v: tcp(80)(flow, chunked(b"some body", extension=b";note=" + v)),
    "trailer": lambda flow, v: tcp(80)(flow, chunked(b"some body", trailer=b"X-Note: " + v + b"\r\n")),
    "head without an end": lambda flow, v: tcp(80)(flow, b"POST /upload HTTP/1.1\r\n" + HOST + b"X-Note: " + v),
    "bad size of a chunk": lambda flow, v: tcp(80)(flow, chunked(b"some body")[:-5] + b"zz " + v + b"\r\n"),
    "behind a length": lambda flow, v: tcp(80)(flow, post(b"body") + v),
    "HTTP/2 header field": lambda flow, v: tcp(80)(flow, http2(b"body", literal(b"x-note", v))),
    "HTTP/2 invented pseudo header": lambda flow, v: tcp(80)(flow, http2(b"body", literal(b":note", v))),
    "HTTP/2 second path": lambda flow, v: tcp(80)(flow, http2(b"body", literal(b":path", b"/" + v))),
    "HTTP/2 scheme": lambda flow, v: tcp(80)(
        flow, PREFACE2 + frame2(1, 5, 1, literal(b":method", b"GET") + literal(b":path", b"/") + literal(b":scheme", v))),
    "HTTP/2 ping": lambda flow, v: tcp(80)(flow, http2(b"body", beside=b"".join(
        frame2(6, 0, 0, v.ljust(32)[at:at + 8]) for at in range(0, 32, 8)))),
    "HTTP/2 unknown frame": lambda flow, v: tcp(80)(flow, http2(b"body", beside=frame2(0xB, 0, 0, v))),
    "HTTP/2 settings": lambda flow, v: tcp(80)(flow, http2(b"body", beside=frame2(4, 0, 0, v.ljust(30)))),
    "HTTP/2 farewell": lambda flow, v: tcp(80)(flow, http2(b"body") + frame2(7, 0, 0, bytes(8) + v)),
    "HTTP/2 padding": lambda flow, v: tcp(80)(flow, PREFACE2 + frame2(1, 4, 1, REQUEST2) + frame2(
        0, 9, 1, bytes([len(v)]) + b"body" + v)),
    "HTTP/2 data after the end": lambda flow, v: tcp(80)(flow, http2(b"body") + frame2(0, 0, 1, v)),
    "HTTP/2 head after the end": lambda flow, v: tcp(80)(flow, http2(b"body") + frame2(1, 4, 1, literal(b"x-note", v))),
    "HTTP/2 block without an end": lambda flow, v: tcp(80)(flow, PREFACE2 + frame2(1, 0, 1, REQUEST2 + literal(b"x-note", v))),
    "HTTP/2 too much padding": lambda flow, v: tcp(80)(flow, PREFACE2 + frame2(0, 8, 1, b"\xff" + v)),
    "WebSocket ping": lambda flow, v: websocket(flow, masked(1, b"text") + masked(9, v)),
    "WebSocket close": lambda flow, v: websocket(flow, masked(1, b"text") + masked(8, b"\x03\xe8" + v)),
    "WebSocket, no frame": lambda flow, v: websocket(flow, masked(1, b"text") + b"\x7f\x7f" + v),
    "SMTP hello": lambda flow, v: smtp(flow, b"Subject: a\r\n\r\nb", hello=v),
    "SMTP parameter": lambda flow, v: smtp(flow, b"Subject: a\r\n\r\nb", last=b"MAIL FROM:<c@client.example> X=" + v + b"\r\n"),
    "SMTP line without an end": lambda flow, v: smtp(flow, b"Subject: a\r\n\r\nb", last=b"NOOP " + v),
    "SMTP credentials that are none": lambda flow, v: smtp(flow, b"Subject: a\r\n\r\nb", last=b"AUTH PLAIN " + v + b"\r\n"),
    "line before TLS": lambda flow, v: floods.connection(flow, 25, [
        *floods.SMTP, (CLIENT, b"STARTTLS\r\n"), (SERVER, b"220 go\r\n"), (CLIENT, b"NOOP " + v), (CLIENT, b"\x16\x03\x01\x02\x00")]),
    "mail header": lambda flow, v: smtp(flow, mail(b"body", header=b"X-Note: " + v + b"\r\n")),
    "preamble": lambda flow, v: smtp(flow, mail(b"body", preamble=v + b"\r\n")),
    "epilogue": lambda flow, v: smtp(flow, mail(b"body", epilogue=v + b"\r\n")),
    "FTP command": lambda flow, v: ftp(flow, b"SITE " + v + b"\r\n"),
    "FTP command without an end": lambda flow, v: ftp(flow, b"SITE " + v),
    "FTP password that is none": lambda flow, v: ftp(flow, b"PASS " + v + b" " + b"x" * 200 + b"\r\n"),
    "banner of SSH": lambda flow, v: tcp(22)(flow, b"SSH-2.0-" + v + b"\r\n"),
    "hello of TLS that is none": lambda flow, v: tcp(443)(flow, b"\x16\x03\x01\x00\x40\x01\x00\x00\x3c" + v.ljust(60)),
    "record of TLS": lambda flow, v: tcp(443)(flow, (b"\x17\x03\x03" + struct.pack(">H", len(text(0)) + len(v)) + v + text(0)) * 4),
    "one chunk of GELF": lambda flow, v: udp(flow, b"\x1e\x0f12345678\x00\x02" + v),
    "extra field of gzip": lambda flow, v: tcp(80)(flow, post(gzipped(b"body" * 40, extra=v))),
    "name in gzip": lambda flow, v: tcp(80)(flow, post(gzipped(b"body" * 40, name=v))),
    "comment of gzip": lambda flow, v: tcp(80)(flow, post(gzipped(b"body" * 40, comment=v))),
    "behind gzip": lambda flow, v: tcp(80)(flow, post(gzipped(b"body" * 40) + v)),
    "comment of zip": lambda flow, v: tcp(80)(flow, post(zipped(b"body" * 40, comment=v))),
    "before zip": lambda flow, v: tcp(80)(flow, post(v + zipped(b"body" * 40))),
    "owner in tar": lambda flow, v: tcp(80)(flow, post(tarred(b"body" * 40, uname=v.decode()))),
    "pax header of tar": lambda flow, v: tcp(80)(flow, post(tarred(b"body" * 40, pax_headers={"comment": v.decode()}))),
    "behind tar": lambda flow, v: tcp(80)(flow, post(tarred(b"body" * 40) + v)),
    "header of a part": lambda flow, v: tcp(80)(flow, post(multipart(b"body", header=b"X-Note: " + v + b"\r\n"))),
    "between members of gzip": lambda flow, v: tcp(80)(flow, post(gzipped(b"body" * 40) + v + gzipped(b"more" * 40))),
    "between archives of tar": lambda flow, v: tcp(80)(flow, post(tarred(b"body" * 40) + v.ljust(512) + tarred(b"more"))),
    "between archives of zip": lambda flow, v: tcp(80)(flow, post(zipped(b"body" * 40) + v + zipped(b"more" * 40))),
    "behind zlib": lambda flow, v: tcp(80)(flow, post(zlib.compress(b"body" * 40) + v)),
    "skippable frame of zstd": lambda flow, v: tcp(80)(flow, post(
        b"\x52\x2a\x4d\x18" + struct.pack("<I", len(v)) + v + zstd_frame(b"body" * 10))),
    "block of zstd without an end": lambda flow, v: tcp(80)(flow, post(zstd_frame(v, missing=100))),
    "second block of zstd without an end": lambda flow, v: tcp(80)(flow, post(zstd_frame(b"body", v, missing=100))),
    "tables of deflate without an end": lambda flow, v: tcp(80)(flow, post(
        b"\x1f\x8b\x08" + bytes(7) + b"\0\4\0\xfb\xffbody" + b"\x05" + v)),
    "skippable chunk of Snappy": lambda flow, v: tcp(80)(flow, post(
        b"\xff\6\0\0sNaPpY" + b"\x80" + struct.pack("<I", len(v))[:3] + v + b"\1\x0c\0\0" + bytes(4) + b"the body")),
    "signature of a chunk": lambda flow, v: tcp(80)(flow, post(
        b"9;chunk-signature=" + v + b"\r\nsome body\r\n0;chunk-signature=ab\r\n\r\n", b"Content-Encoding: aws-chunked\r\n")),
    "trailer in signed chunks": lambda flow, v: tcp(80)(flow, post(
        b"9\r\nsome body\r\n0\r\nx-amz-note: " + v + b"\r\n\r\n", b"Content-Encoding: aws-chunked\r\n")),
    "behind signed chunks": lambda flow, v: tcp(80)(flow, post(
        b"9\r\nsome body\r\n0\r\n\r\n" + v, b"Content-Encoding: aws-chunked\r\n")),
    "behind pixels": lambda flow, v: tcp(80)(flow, post(picture(b"body") + v)),
}


class Planted:
    """A capture of one flow for each way; `ways` has their names by number."""

    def __init__(self, path):
        self.ways = {}
        self.hidden = {}
        with open(path, "wb") as out:
            out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 101))
            for number, (name, packets) in enumerate(self.everything(), 1):
                self.ways[number] = name
                for i, packet in enumerate(packets(number)):
                    out.write(struct.pack("<IIII", 1_700_000_000 + number // 100, number % 100 * 10_000 + i, len(packet),
                                          len(packet)) + packet)

    @staticmethod
    def everything():
        for place, packets in PLACES.items():
            yield place, lambda number, packets=packets: packets(number, value(number))
        for (carrier, packets), (outer, outside), (inner, inside) in itertools.product(
                CARRIERS.items(), NESTINGS.items(), NESTINGS.items()):
            if inner == "plain" and outer != "plain" or outer in OF_TEXT and inner in BINARY:
                continue
            name = f"{carrier}: {outer}" + ("" if inner == "plain" else f" of {inner}")
            yield name, lambda number, packets=packets, outside=outside, inside=inside: packets(
                number, outside(inside(text(number))))
