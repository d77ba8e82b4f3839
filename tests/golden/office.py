"""Captures of an office whose people read customers from a web application, for weeks of packet time."""

import base64
import json
import struct

from floods import ACK, CLIENT, PUSH, SYN, ipv4, segment

FIN = 1
MONDAY = 1_767_571_200  # 5 January 2026, 0:00 UTC
SERVER_IP = bytes([10, 20, 9, 5])
CLIENT_AGENT = "CrmClient/4.2.1 (Windows NT 10.0)"


class Pull:
    """One who gets customers' records in one answer."""

    def __init__(self, day, hour, person, rows, agent=CLIENT_AGENT, minute=0, user=True, host="crm.example"):
        self.time = MONDAY + day * 86400 + hour * 3600 + minute * 60
        self.person, self.rows, self.agent, self.user, self.host = person, rows, agent, user, host

    def request(self):
        head = f"GET /customers/search?page=1 HTTP/1.1\r\nHost: {self.host}\r\nUser-Agent: {self.agent}\r\n"
        if self.user:
            login = base64.b64encode(f"{self.person}:secret".encode()).decode()
            head += f"Authorization: Basic {login}\r\n"
        return head.encode() + b"\r\n"

    def answer(self):
        body = "\n".join(json.dumps(row) for row in self.rows).encode()
        return (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)) + body


def packets(pull, number, address):
    """A connection of its own: raw IP."""
    ends, port = (address, SERVER_IP), 1024 + number % 60000
    back = ends[::-1]
    yield ipv4(6, segment((port, 80), 999, 0, SYN), ends)
    yield ipv4(6, segment((80, port), 4999, 1000, SYN | ACK), back)
    at = [1000, 5000]
    answer = pull.answer()
    for side, data in [(CLIENT, pull.request())] + [(1, answer[i:i + 1400]) for i in range(0, len(answer), 1400)]:
        ports = (port, 80) if side == CLIENT else (80, port)
        yield ipv4(6, segment(ports, at[side], at[1 - side], PUSH | ACK, data), ends if side == CLIENT else back)
        at[side] += len(data)
    yield ipv4(6, segment((port, 80), at[0], at[1], FIN | ACK), ends)
    yield ipv4(6, segment((80, port), at[1], at[0] + 1, FIN | ACK), back)


def address_of(person):
    """A person's workstation: a number at the end of the name says which."""
    return bytes([10, 20, 0, 10 + int(person.rsplit("-", 1)[1])])


def write(path, pulls):
    """The pulls in the order of their times."""
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 101))
        for number, pull in enumerate(sorted(pulls, key=lambda pull: pull.time)):
            for count, packet in enumerate(packets(pull, number, address_of(pull.person))):
                out.write(struct.pack("<IIII", pull.time, count * 1000, len(packet), len(packet)) + packet)
    return path


def weeks_of_work(rows, people=8, weeks=4, customers=12):
    """Everybody looks at some customers a day, on working days."""
    pulls = []
    at = 0
    for day in range(weeks * 7):
        for person in range(people if day % 7 < 5 else 0):
            count = customers + (day + person) % 4
            pulls.append(Pull(day, 9, f"agent-{person}", [rows[(at + i) % len(rows)] for i in range(count)],
                              minute=person))
            at += count
    return pulls
