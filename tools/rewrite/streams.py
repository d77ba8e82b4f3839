"""The same TCP streams in other segments. Each function takes and gives a list of Segment and Record (what is not TCP).

Nothing here changes what the receiver's application reads, except where a docstring says so.
"""

import random
from dataclasses import replace

from packets import ACK, FIN, PSH, RST, SYN, Segment

# As far as a segment may move among its flow's: what a network does, not what it never does.
REORDER_WINDOW_SEGMENTS = 8
REORDER_WINDOW_NS = 2 * 10 ** 9
MERGED_BYTES_MAX = 60_000


def segment(packets, size):
    """Cuts every segment into pieces of at most `size` bytes."""
    out = []
    for packet in packets:
        if not isinstance(packet, Segment) or len(packet.payload) <= size or packet.flags & SYN:
            out.append(packet)
            continue
        last = (len(packet.payload) - 1) // size * size
        for at in range(0, len(packet.payload), size):
            flags = packet.flags if at == last else packet.flags & ~(FIN | PSH)
            out.append(packet.with_bytes(at, packet.payload[at:at + size], flags))
    return out


def merge(packets):
    """Joins neighbours of one direction, as receive offload does."""
    out, open_at = [], {}  # flow -> where its last segment stands in `out`
    for packet in packets:
        if not isinstance(packet, Segment):
            out.append(packet)
            continue
        before = out[open_at[packet.flow]] if packet.flow in open_at else None
        joins = (before and before.source == packet.source and before.payload and packet.payload
                 and not (before.flags | packet.flags) & (SYN | RST) and not before.flags & FIN
                 and (before.sequence + len(before.payload)) % 2 ** 32 == packet.sequence
                 and len(before.payload) + len(packet.payload) <= MERGED_BYTES_MAX)
        if joins:
            out[open_at[packet.flow]] = None
            packet = replace(packet, sequence=before.sequence, payload=before.payload + packet.payload,
                             flags=before.flags | packet.flags)
        open_at[packet.flow] = len(out)
        out.append(packet)
    return [packet for packet in out if packet is not None]


def _runs(packets):
    """Lists of positions: neighbours in a flow that go the same way. Within a run nothing has been acknowledged yet, so
    any order of it is one that the receiver could have seen."""
    runs, current = [], {}
    for position, packet in enumerate(packets):
        if not isinstance(packet, Segment):
            continue
        run = current.get(packet.flow)
        movable = packet.payload and not packet.flags & (SYN | RST)
        fits = (run and movable and packets[run[0]].source == packet.source and len(run) < REORDER_WINDOW_SEGMENTS
                and packet.record.time_ns - packets[run[0]].record.time_ns < REORDER_WINDOW_NS)
        if fits:
            run.append(position)
        else:
            current[packet.flow] = [position] if movable else None
            if movable:
                runs.append(current[packet.flow])
    return runs


def reorder(packets, seed):
    """Shuffles within short runs. The times stay where they were: the capture's clock does not run backwards."""
    chance, out = random.Random(seed), list(packets)
    for run in _runs(packets):
        shuffled = chance.sample(run, len(run))
        for place, origin in zip(run, shuffled):
            out[place] = replace(packets[origin], record=packets[place].record)
    return out


def duplicate(packets, seed):
    """Sends a fifth of the segments again: whole, a part of it, together with the end of the one before, or as a
    keep-alive probe of one byte."""
    chance, out, before = random.Random(seed), [], {}
    for packet in packets:
        out.append(packet)
        if not isinstance(packet, Segment) or not packet.payload or packet.flags & (SYN | RST):
            continue
        flags = packet.flags & ~FIN
        previous = before.get((packet.flow, packet.source))
        before[(packet.flow, packet.source)] = packet
        if chance.random() >= 0.2:
            continue
        how, half = chance.randrange(4), len(packet.payload) // 2
        follows = previous and (previous.sequence + len(previous.payload)) % 2 ** 32 == packet.sequence
        if how == 0 or (how == 2 and not follows):
            out.append(replace(packet, flags=flags))
        elif how == 1:
            out.append(packet.with_bytes(half, packet.payload[half:], flags))
        elif how == 2:
            tail = previous.payload[-min(400, len(previous.payload)):]
            out.append(packet.with_bytes(-len(tail), tail + packet.payload[:half], flags))
        else:
            out.append(packet.with_bytes(len(packet.payload) - 1, packet.payload[-1:], ACK))
    return out


def decoy(packets, seed):
    """Puts segments with other content over a tenth of the data, before or behind the real one. What the receiver reads
    depends on its stack; the real content is all there."""
    chance, out = random.Random(seed), []
    for packet in packets:
        is_data = isinstance(packet, Segment) and len(packet.payload) > 1 and not packet.flags & (SYN | RST)
        if not is_data or chance.random() >= 0.1:
            out.append(packet)
            continue
        letters = bytes(chance.choices(b"abcdefghijklmnopqrstuvwxyz ", k=len(packet.payload)))
        false_one = packet.with_bytes(0, letters, packet.flags & ~FIN)
        out += [false_one, packet] if chance.random() < 0.5 else [packet, false_one]
    return out


def drop(packets, seed):
    """Loses one data segment in twenty for good: changes what can be read."""
    chance = random.Random(seed)
    return [packet for packet in packets
            if not (isinstance(packet, Segment) and packet.payload and chance.random() < 0.05)]


def one_sided(packets, side):
    """Keeps what the `initiator` (who sent a flow's first packet) or the `responder` says. Not TCP: everything."""
    opened, out = {}, []
    for packet in packets:
        if not isinstance(packet, Segment):
            out.append(packet)
            continue
        starts = opened.setdefault(packet.flow, packet.source) == packet.source
        if starts == (side == "initiator"):
            out.append(packet)
    return out


def wrap(packets):
    """Shifts the numbers of each direction so that they pass 2^32 in its middle."""
    first, last = {}, {}
    for packet in packets:
        if isinstance(packet, Segment):
            start = first.setdefault(packet.source + packet.destination, packet.sequence)
            end = (packet.sequence + len(packet.payload) - start) % 2 ** 32
            if end < 2 ** 31:
                way = packet.source + packet.destination
                last[way] = max(last.get(way, 0), end)
    shift = {way: (-first[way] - last.get(way, 0) // 2 - 1) % 2 ** 32 for way in first}
    out = []
    for packet in packets:
        if isinstance(packet, Segment):
            back = shift.get(packet.destination + packet.source, 0) if packet.flags & ACK else 0
            packet = replace(packet, sequence=(packet.sequence + shift[packet.source + packet.destination]) % 2 ** 32,
                             acknowledgement=(packet.acknowledgement + back) % 2 ** 32,
                             options=_without_sack(packet.options))
        out.append(packet)
    return out


def _without_sack(options):
    out, at = bytearray(options), 0
    while at < len(options) and options[at] != 0:
        if options[at] == 1:
            at += 1
            continue
        size = options[at + 1] if at + 1 < len(options) else 0
        if size < 2:
            break
        if options[at] == 5:
            out[at:at + size] = b"\x01" * size
        at += size
    return bytes(out)
