"""Captures of many flows that are each left half open, in one way or another. Each kind is a function of a flow that
gives what the client and the server send; see KINDS."""

import struct

CLIENT, SERVER = 0, 1
SYN, ACK, PUSH = 2, 16, 24


def ipv4(protocol, payload, ends, fragment=0, number=1):
    return struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), number & 0xFFFF, fragment, 64, protocol, 0, *ends) + payload


def segment(ports, sequence, acknowledgment, flags, data=b""):
    return struct.pack(">HHIIBBHHH", *ports, sequence, acknowledgment, 0x50, flags, 65535, 0, 0) + data


def ends_of(flow):
    """Addresses and port of the client of a flow: no two flows have the same."""
    return (bytes([10, 20, flow >> 14 & 255, 1 + (flow >> 8 & 63)]), bytes([203, 0, 113, 1 + (flow & 63)])), \
        1024 + flow % 60000


def connection(flow, port, talk):
    """A handshake, then `talk`: (side, data) in order, none of it acknowledged more than it has to be."""
    ends, client_port = ends_of(flow)
    back = ends[::-1]
    yield ipv4(6, segment((client_port, port), 999, 0, SYN), ends)
    yield ipv4(6, segment((port, client_port), 4999, 1000, SYN | ACK), back)
    at = [1000, 5000]
    for side, data in talk:
        ports = (client_port, port) if side == CLIENT else (port, client_port)
        yield ipv4(6, segment(ports, at[side], at[1 - side], PUSH, data), ends if side == CLIENT else back)
        at[side] += len(data)


def sent(*data):
    return [(CLIENT, each) for each in data]


def syn(flow):
    ends, port = ends_of(flow)
    yield ipv4(6, segment((port, 80), 999, 0, SYN), ends)


def out_of_order(flow):
    ends, port = ends_of(flow)
    yield from connection(flow, 80, [])
    yield ipv4(6, segment((port, 80), 3000, 5000, PUSH, b"x" * 1000), ends)


def datagram(flow):
    ends, port = ends_of(flow)
    yield ipv4(17, struct.pack(">HHHH", port, 7777, 17, 0) + b"some text", ends)


def fragment(flow):
    ends, port = ends_of(flow)
    yield ipv4(17, struct.pack(">HHHH", port, 7777, 2008, 0) + b"a" * 1000, ends, 0x2000, flow)


POST = b"POST /upload HTTP/1.1\r\nHost: upload.example\r\n"
UPGRADE = (b"GET /ws HTTP/1.1\r\nHost: upload.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
SMTP = [(SERVER, b"220 mail.example ESMTP\r\n"), (CLIENT, b"EHLO client.example\r\n")]
FTP = [(SERVER, b"220 ftp.example FTP\r\n"), (CLIENT, b"USER bob\r\n")]

# By name: what one flow sends, and how many flows there are for each that was asked for.
KINDS = {
    "handshakes": (syn, 1),
    "silent connections": (lambda flow: connection(flow, 80, []), 1),
    "opening bytes": (lambda flow: connection(flow, 80, sent(b"P")), 1),
    "heads": (lambda flow: connection(flow, 80, sent(POST + b"X-A: " + b"a" * 500)), 1),
    "large heads": (lambda flow: connection(flow, 80, sent(POST, *[b"X-A: " + b"a" * 1380 + b"\r\n"] * 43)), 0.1),
    "bodies": (lambda flow: connection(flow, 80, sent(POST + b"Content-Length: 1000000\r\n\r\nsome text of it")), 1),
    "requests without an answer": (lambda flow: connection(flow, 80, sent(
        *[b"GET /%d HTTP/1.1\r\nHost: upload.example\r\n\r\n" % i for i in range(40)])), 0.2),
    "control frames": (lambda flow: connection(flow, 80, sent(UPGRADE) + [
        (SERVER, b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n")] + sent(
        b"\x01\x84abcd" + b"text", *[b"\x89\x84abcd" + b"ping"] * 40)), 0.2),
    "lines of SMTP": (lambda flow: connection(flow, 25, SMTP + sent(b"AUTH PLAIN " + b"A" * 1200)), 1),
    "recipients": (lambda flow: connection(flow, 25, SMTP + sent(
        b"MAIL FROM:<a@client.example>\r\n", *[b"RCPT TO:<user%d@mail.example>\r\n" % i for i in range(100)])), 0.1),
    "lines of FTP": (lambda flow: connection(flow, 21, FTP + sent(b"PASS " + b"A" * 1200)), 1),
    "hellos of TLS": (lambda flow: connection(flow, 443, sent(
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"r" * 300)), 1),
    "banners of SSH": (lambda flow: connection(flow, 22, sent(b"SSH-2.0-client" + b"y" * 200)), 1),
    "unknown streams": (lambda flow: connection(flow, 7777, sent(b"zz plain text here\n")), 1),
    "messages": (datagram, 1),
    "segments that wait": (out_of_order, 1),
    "fragments": (fragment, 1),
}


def write(path, kind, flows):
    """A capture of raw IP, 10 microseconds a packet; gives the number of flows."""
    packets, share = KINDS[kind]
    flows = max(1, int(flows * share))
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 101))
        count = 0
        for flow in range(flows):
            for packet in packets(flow):
                count += 1
                out.write(struct.pack("<IIII", 1_700_000_000 + count // 100_000, count % 100_000 * 10, len(packet),
                                      len(packet)) + packet)
    return flows
