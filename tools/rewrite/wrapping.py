"""The same IP packets in fragments, tunnels and other link layers. Functions take and give one or more Records."""

import struct

from container import ETHERNET, LOOP, NULL, PPP, RAW, SLL, SLL2
from packets import IPV4, IPV6, ip_of, ip_with_payload

TUNNEL_SOURCE, TUNNEL_DESTINATION = bytes([192, 0, 2, 1]), bytes([192, 0, 2, 2])
MAC = bytes.fromhex("020000000002020000000001")


def ethertype(packet):
    return IPV4 if packet[0] >> 4 == 4 else IPV6


def fragment(record, size, number):
    """IP fragments with at most `size` bytes of payload (rounded down to eight). `number` is the datagram's id."""
    parts = ip_of(record.frame)
    size = max(8, size // 8 * 8)
    if not parts:
        return [record]
    ethernet, packet = parts
    header_bytes = (packet[0] & 15) * 4 if packet[0] >> 4 == 4 else 40
    header, payload = packet[:header_bytes], packet[header_bytes:]
    if len(payload) <= size:
        return [record]
    out = []
    for at in range(0, len(payload), size):
        piece, more = payload[at:at + size], at + size < len(payload)
        if header[0] >> 4 == 4:
            flags = (0x2000 if more else 0) | at // 8
            part = ip_with_payload(header[:4] + struct.pack(">HH", number & 0xFFFF, flags) + header[8:], piece)
        else:
            extension = struct.pack(">BBHI", header[6], 0, at | more, number)
            part = ip_with_payload(header[:6] + b"\x2c" + header[7:], extension + piece)
        out.append(record.with_frame(ethernet + part))
    return out


def _outer_ip(protocol, payload):
    header = struct.pack(">BBHHHBBH", 0x45, 0, 0, 0, 0x4000, 64, protocol, 0) + TUNNEL_SOURCE + TUNNEL_DESTINATION
    return MAC + b"\x08\x00" + ip_with_payload(header, payload)


def _outer_udp(port, payload):
    return _outer_ip(17, struct.pack(">HHHH", 50_000, port, len(payload) + 8, 0) + payload)


def _gre(protocol, payload, sequence=False):
    flags = 0x1000 if sequence else 0
    return _outer_ip(47, struct.pack(">HH", flags, protocol) + (b"\0\0\0\x07" if sequence else b"") + payload)


def _pppoe(packet):
    ppp = (b"\x00\x21" if ethertype(packet) == IPV4 else b"\x00\x57") + packet
    return MAC + b"\x88\x64" + struct.pack(">BBHH", 0x11, 0, 1, len(ppp)) + ppp


def _four_in_six(packet):
    ends = bytes.fromhex("20010db8000000000000000000000001 20010db8000000000000000000000002".replace(" ", ""))
    header = struct.pack(">IHBB", 0x60000000, 0, 4 if ethertype(packet) == IPV4 else 41, 64) + ends
    return MAC + b"\x86\xdd" + ip_with_payload(header, packet)


# Tunnels that carry a whole Ethernet frame.
FRAME_TUNNELS = {
    "vlan": lambda frame: frame[:12] + b"\x81\x00\x00\x64" + frame[12:],
    "qinq": lambda frame: frame[:12] + b"\x88\xa8\x00\x64\x81\x00\x00\xc8" + frame[12:],
    "vntag": lambda frame: frame[:12] + b"\x89\x26\x00\x01\x00\x02" + frame[12:],
    "vxlan": lambda frame: _outer_udp(4789, b"\x08\0\0\0" + b"\0\0\x2a\0" + frame),
    "geneve": lambda frame: _outer_udp(6081, b"\0\0\x65\x58" + b"\0\0\x2a\0" + frame),
    "gretap": lambda frame: _gre(0x6558, frame),
    "erspan1": lambda frame: _gre(0x88BE, frame),
    "erspan2": lambda frame: _gre(0x88BE, struct.pack(">HHI", 0x1000 | 100, 7, 0) + frame, True),
    "erspan3": lambda frame: _gre(0x22EB, struct.pack(">HHIHH", 0x2000 | 100, 7, 0, 0, 0) + frame, True),
}
# Tunnels that carry an IP packet; frames without one are left out.
PACKET_TUNNELS = {
    "mpls": lambda packet: MAC + b"\x88\x47" + struct.pack(">II", 1000 << 12 | 64, 2000 << 12 | 0x100 | 64) + packet,
    "pppoe": _pppoe,
    "gre": lambda packet: _gre(ethertype(packet), packet),
    "gtpu": lambda packet: _outer_udp(2152, struct.pack(">BBHI", 0x30, 0xFF, len(packet), 42) + packet),
    "ipip": lambda packet: _outer_ip(4 if ethertype(packet) == IPV4 else 41, packet),
    "4in6": _four_in_six,
    "6in4": lambda packet: _outer_ip(41, packet) if ethertype(packet) == IPV6 else None,
    "teredo": lambda packet: _outer_udp(3544, packet) if ethertype(packet) == IPV6 else None,
}
TUNNELS = sorted([*FRAME_TUNNELS, *PACKET_TUNNELS])


def tunnel(record, name):
    if name in FRAME_TUNNELS:
        return [record.with_frame(FRAME_TUNNELS[name](record.frame))]
    parts = ip_of(record.frame)
    frame = PACKET_TUNNELS[name](parts[1]) if parts else None
    return [record.with_frame(frame)] if frame else []


def _linux_cooked(packet):
    return struct.pack(">HHH8sH", 0, 1, 6, MAC[:6], ethertype(packet)) + packet


def _linux_cooked_2(packet):
    return struct.pack(">HHIHBB8s", ethertype(packet), 0, 3, 1, 0, 6, MAC[:6]) + packet


# The address family in NULL is in the byte order of the host that captured; 30 is the AF_INET6 of macOS.
LINKS = {
    "raw": (RAW, lambda packet: packet),
    "sll": (SLL, _linux_cooked),
    "sll2": (SLL2, _linux_cooked_2),
    "null": (NULL, lambda packet: struct.pack("<I", 2 if ethertype(packet) == IPV4 else 30) + packet),
    "loop": (LOOP, lambda packet: struct.pack(">I", 2 if ethertype(packet) == IPV4 else 24) + packet),
    "ppp": (PPP, lambda packet: b"\xff\x03" + (b"\0\x21" if ethertype(packet) == IPV4 else b"\0\x57") + packet),
}


def link(record, name):
    """The frame on another link layer; frames without IP are left out."""
    parts = ip_of(record.frame)
    if record.link != ETHERNET or not parts:
        return []
    number, wrap = LINKS[name]
    return [record.with_frame(wrap(parts[1]), number)]
