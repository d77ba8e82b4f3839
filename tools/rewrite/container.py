"""Capture files: reads pcap, writes pcap and pcapng."""

import struct
from dataclasses import dataclass, replace

ETHERNET, RAW, NULL, PPP, SLL, LOOP, SLL2 = 1, 101, 0, 9, 113, 108, 276


@dataclass(frozen=True)
class Record:
    """One captured frame. `wire_bytes`: its length before the capture cut it."""
    time_ns: int
    link: int
    frame: bytes
    wire_bytes: int

    def with_frame(self, frame, link=None):
        return replace(self, frame=frame, wire_bytes=len(frame), link=self.link if link is None else link)


def read(path):
    with open(path, "rb") as file:
        content = file.read()
    magics = {b"\xd4\xc3\xb2\xa1": ("<", 1000), b"\xa1\xb2\xc3\xd4": (">", 1000),
              b"\x4d\x3c\xb2\xa1": ("<", 1), b"\xa1\xb2\x3c\x4d": (">", 1)}
    if content[:4] not in magics:
        raise SystemExit(f"rewrite-capture: {path}: not a pcap file (pcapng is only written, not read)")
    order, unit_ns = magics[content[:4]]
    link = struct.unpack(order + "I", content[20:24])[0] & 0xFFFF
    records, at = [], 24
    while at + 16 <= len(content):
        seconds, fraction, kept, wire = struct.unpack_from(order + "IIII", content, at)
        records.append(Record(seconds * 10 ** 9 + fraction * unit_ns, link, content[at + 16:at + 16 + kept], wire))
        at += 16 + kept
    return records


def write_pcap(path, records, nanosecond, big_endian):
    order = ">" if big_endian else "<"
    link = records[0].link if records else ETHERNET
    unit_ns = 1 if nanosecond else 1000
    with open(path, "wb") as out:
        out.write(struct.pack(order + "IHHiIII", 0xA1B23C4D if nanosecond else 0xA1B2C3D4, 2, 4, 0, 0, 262144, link))
        for record in records:
            seconds, rest = divmod(record.time_ns, 10 ** 9)
            out.write(struct.pack(order + "IIII", seconds, rest // unit_ns, len(record.frame), record.wire_bytes))
            out.write(record.frame)


def write_pcapng(path, records, big_endian):
    """An interface for each link type, in order of appearance: the first counts microseconds (the default of the
    format), the others nanoseconds."""
    order = ">" if big_endian else "<"

    def block(kind, body):
        body += b"\0" * (-len(body) % 4)
        size = len(body) + 12
        return struct.pack(order + "II", kind, size) + body + struct.pack(order + "I", size)

    links = list(dict.fromkeys(record.link for record in records)) or [ETHERNET]
    with open(path, "wb") as out:
        out.write(block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1)))
        for number, link in enumerate(links):
            nanoseconds = struct.pack(order + "HHB3xHH", 9, 1, 9, 0, 0) if number else b""  # if_tsresol, end of options
            out.write(block(1, struct.pack(order + "HHI", link, 0, 262144) + nanoseconds))
        for record in records:
            number = links.index(record.link)
            ticks = record.time_ns if number else record.time_ns // 1000
            out.write(block(6, struct.pack(order + "IIIII", number, ticks >> 32, ticks & 0xFFFFFFFF, len(record.frame),
                                           record.wire_bytes) + record.frame))
