"""A switch of two ports with a mirror port, in user space: the SPAN port's view, and faults that a seed repeats.

    switch.py PORT1 PORT2 MIRROR [--seed N] [--loss P] [--late P] [--double P] [--mirror-vlan ID] [--mirror-loss P]

--loss    share of the frames lost; half of them before the mirror port sees them, half after it
--late    share of the frames held back until four more went through
--double  share of the frames sent twice
--mirror-vlan  the mirror port tags every frame (a remote SPAN)
--mirror-loss  share of the frames that the mirror port alone loses: gaps that nobody sends again
"""

import argparse
import random
import select
import socket
import struct

PACKET_OUTGOING = 4
LARGEST_FRAME_BYTES = 65_535


def open_port(name):
    port = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0003))
    port.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
    port.bind((name, 0))
    # Promiscuous, or frames for the other side's MAC address stop here.
    index = socket.if_nametoindex(name)
    port.setsockopt(263, 1, struct.pack("iHH8s", index, 1, 0, b""))  # SOL_PACKET, PACKET_ADD_MEMBERSHIP
    return port


class Switch:
    def __init__(self, options):
        self.options = options
        self.chance = random.Random(options.seed)
        self.ports = [open_port(options.port1), open_port(options.port2)]
        self.mirror = open_port(options.mirror)
        self.held = [None, None]  # [frame, how many more go first], by port of arrival

    def see(self, frame):
        if self.chance.random() < self.options.mirror_loss:
            return
        if self.options.mirror_vlan:
            frame = frame[:12] + struct.pack(">HH", 0x8100, self.options.mirror_vlan) + frame[12:]
        self.mirror.send(frame)

    def pass_on(self, side, frame):
        self.see(frame)
        self.ports[1 - side].send(frame)

    def frame(self, side, frame):
        options, draw = self.options, self.chance.random()
        if draw < options.loss:
            if draw < options.loss / 2:
                self.see(frame)  # lost behind the mirror port: it sees the retransmission as well
            return
        if draw < options.loss + options.late and self.held[side] is None:
            self.held[side] = [frame, 4]
            return
        self.pass_on(side, frame)
        if draw > 1 - options.double:
            self.pass_on(side, frame)
        if self.held[side]:
            self.held[side][1] -= 1
            if self.held[side][1] == 0:
                self.release(side)

    def release(self, side):
        if self.held[side]:
            frame, self.held[side] = self.held[side][0], None
            self.pass_on(side, frame)

    def run(self):
        print("switching", flush=True)
        while True:
            ready, _, _ = select.select(self.ports, [], [], 0.05)
            for port in ready:
                frame, address = port.recvfrom(LARGEST_FRAME_BYTES)
                if address[2] != PACKET_OUTGOING:
                    self.frame(self.ports.index(port), frame)
            if not ready:
                self.release(0)
                self.release(1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ["port1", "port2", "mirror"]:
        parser.add_argument(name)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mirror-vlan", type=int, default=0)
    for name in ["loss", "late", "double", "mirror-loss"]:
        parser.add_argument(f"--{name}", type=float, default=0.0)
    Switch(parser.parse_args()).run()


if __name__ == "__main__":
    main()
