"""A capture of uploads over HTTP, each from a host of its own in 10.20.0.0/16 to 203.0.113.10."""

import struct

from container import ETHERNET, Record, write_pcap
from packets import ACK, FIN, PSH, SYN, Segment

SEGMENT_BYTES = 1400
BEGIN_NS = 1_700_000_000 * 10 ** 9
SERVER = bytes((203, 0, 113, 10))


class Clock:
    def __init__(self):
        self.now_ns = BEGIN_NS

    def tick(self):
        self.now_ns += 1_000_000
        return self.now_ns


def host(number):
    return bytes((10, 20, number // 250, number % 250 + 1))


def segment(clock, to_server, client, sequence, acknowledgement, flags, payload=b""):
    source, destination = (client, (SERVER, 80)) if to_server else ((SERVER, 80), client)
    mac = b"\x02\0\0\0\0\1\x02\0\0\0\0\2" if to_server else b"\x02\0\0\0\0\2\x02\0\0\0\0\1"
    header = struct.pack(">BBHHHBBH", 0x45, 0, 0, 0, 0x4000, 64, 6, 0) + source[0] + destination[0]
    record = Record(clock.tick(), ETHERNET, b"", 0)
    return Segment(record, mac + b"\x08\0", header, source, destination, sequence, acknowledgement, flags, b"\xff\xff", b"",
                   payload).to_record()


def exchange(clock, address, port, request):
    """The records of one connection that carries `request` and its answer."""
    client = (address, port)
    answer = b"HTTP/1.1 204 No Content\r\n\r\n"
    records = [segment(clock, True, client, 0, 0, SYN), segment(clock, False, client, 0, 1, SYN | ACK),
               segment(clock, True, client, 1, 1, ACK)]
    at = 1
    for begin in range(0, len(request), SEGMENT_BYTES):
        piece = request[begin:begin + SEGMENT_BYTES]
        records.append(segment(clock, True, client, at, 1, ACK | PSH, piece))
        at += len(piece)
        records.append(segment(clock, False, client, 1, at, ACK))
    records.append(segment(clock, False, client, 1, at, ACK | PSH, answer))
    records.append(segment(clock, True, client, at, 1 + len(answer), ACK | FIN))
    records.append(segment(clock, False, client, 1 + len(answer), at + 1, ACK | FIN))
    records.append(segment(clock, True, client, at + 1, 2 + len(answer), ACK))
    return records


def request(name, media_type, body):
    """An upload; requests are what they are."""
    if media_type == "message/http":
        return body
    return (f"PUT /{name} HTTP/1.1\r\nHost: files.example.net\r\nContent-Type: {media_type}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n").encode() + body


def write(path, uploads, one_host=False):
    """`uploads`: names, media types, contents."""
    clock = Clock()
    records = []
    for number, (name, media_type, body) in enumerate(uploads):
        records += exchange(clock, host(0 if one_host else number), 20000 + number, request(name, media_type, body))
    write_pcap(path, records, False, False)
