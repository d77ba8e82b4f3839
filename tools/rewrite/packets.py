"""Frames taken apart into Ethernet, IP and TCP, and put together again with lengths and checksums."""

import struct
from dataclasses import dataclass, replace

from container import ETHERNET, Record

IPV4, IPV6, TCP = 0x0800, 0x86DD, 6
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16


def ones_complement_sum(content):
    if len(content) % 2:
        content += b"\0"
    total = sum(struct.unpack(f">{len(content) // 2}H", content))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def ip_of(frame):
    """(Ethernet header with its tags, IP packet without padding), or None for a frame without IP."""
    at = 12
    while len(frame) >= at + 2 and frame[at:at + 2] in (b"\x81\x00", b"\x88\xa8"):
        at += 4
    kind = int.from_bytes(frame[at:at + 2], "big")
    packet = frame[at + 2:]
    if kind == IPV4 and len(packet) >= 20:
        length = int.from_bytes(packet[2:4], "big")
        # 0: the capture of a host that leaves segmentation to the card; the frame says how long it is.
        return frame[:at + 2], packet[:length] if length else packet
    if kind == IPV6 and len(packet) >= 40:
        length = int.from_bytes(packet[4:6], "big")
        return frame[:at + 2], packet[:40 + length] if length else packet
    return None


def ip_with_payload(header, payload):
    """The IP header with the length and checksum of a new payload. Header: IPv4 with options, or IPv6."""
    if header[0] >> 4 == 6:
        return header[:4] + struct.pack(">H", len(header) - 40 + len(payload)) + header[6:] + payload
    header = header[:2] + struct.pack(">H", len(header) + len(payload)) + header[4:10] + b"\0\0" + header[12:]
    checksum = ~ones_complement_sum(header) & 0xFFFF
    return header[:10] + struct.pack(">H", checksum) + header[12:] + payload


@dataclass(frozen=True)
class Segment:
    """A TCP segment with all that is needed to write its frame again."""
    record: Record
    ethernet: bytes
    ip_header: bytes
    source: tuple
    destination: tuple
    sequence: int
    acknowledgement: int
    flags: int
    window: bytes
    options: bytes
    payload: bytes

    @property
    def flow(self):
        return min((self.source, self.destination), (self.destination, self.source))

    def with_bytes(self, offset, payload, flags=None):
        return replace(self, sequence=(self.sequence + offset) % 2 ** 32, payload=payload,
                       flags=self.flags if flags is None else flags)

    def to_record(self):
        header = struct.pack(">HHIIBB", self.source[1], self.destination[1], self.sequence, self.acknowledgement,
                             (20 + len(self.options)) << 2, self.flags)
        body = header + self.window + b"\0\0\0\0" + self.options + self.payload
        pseudo = self.source[0] + self.destination[0] + struct.pack(">II", len(body), TCP)
        checksum = ~ones_complement_sum(pseudo + body) & 0xFFFF
        body = body[:16] + struct.pack(">H", checksum) + body[18:]
        return self.record.with_frame(self.ethernet + ip_with_payload(self.ip_header, body))


def parse(record):
    """A Segment where the frame holds a whole TCP segment over IPv4 or IPv6, else the record as it is."""
    parts = ip_of(record.frame) if record.link == ETHERNET and len(record.frame) == record.wire_bytes else None
    if not parts:
        return record
    ethernet, packet = parts
    if packet[0] >> 4 == 4:
        size, protocol = (packet[0] & 15) * 4, packet[9]
        source, destination = packet[12:16], packet[16:20]
        if int.from_bytes(packet[6:8], "big") & 0x3FFF:
            return record
    else:
        size, protocol, source, destination = 40, packet[6], packet[8:24], packet[24:40]
    tcp = packet[size:]
    if protocol != TCP or len(tcp) < 20 or len(tcp) < (tcp[12] >> 4) * 4:
        return record
    source_port, destination_port, sequence, acknowledgement = struct.unpack(">HHII", tcp[:12])
    start = (tcp[12] >> 4) * 4
    return Segment(record, ethernet, packet[:size], (source, source_port), (destination, destination_port), sequence,
                   acknowledgement, tcp[13], tcp[14:16], tcp[20:start], tcp[start:])
