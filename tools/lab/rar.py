"""RAR archives without compression: no free program writes them. Formats: technote.txt of RAR 4 and RAR 5."""

import struct
import zlib


def rar4(members):
    """`members`: (name, content) pairs."""
    out = b"Rar!\x1a\x07\x00" + _block4(0x73, 0, bytes(6))
    for name, content in members:
        header = struct.pack("<IIBIIBBHI", len(content), len(content), 3, zlib.crc32(content), 0x5D000000, 20, 0x30,
                             len(name), 0o100644) + name.encode()
        out += _block4(0x74, 0x8000, header) + content
    return out + _block4(0x7B, 0x4000, b"")


def _block4(kind, flags, body):
    header = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
    return struct.pack("<H", zlib.crc32(header) & 0xFFFF) + header


def rar5(members, encrypted=False):
    """`encrypted`: each file has an encryption record; its content has to be encrypted already."""
    out = b"Rar!\x1a\x07\x01\x00" + _block5(1, 0, _number(0))
    for name, content in members:
        # Version 0, no flags but KDF count 2^15; salt and initial vector.
        extra = _number(1) + _number(0) + _number(0) + b"\x0f" + bytes(range(32)) if encrypted else b""
        extra = _number(len(extra)) + extra if extra else b""
        sizes = (_number(len(extra)) if extra else b"") + _number(len(content))
        body = (_number(4) + _number(len(content)) + _number(0o100644) + struct.pack("<I", zlib.crc32(content)) +
                _number(0) + _number(1) + _number(len(name)) + name.encode())
        out += _block5(2, 3 if extra else 2, sizes + body + extra) + content
    return out + _block5(5, 0, _number(0))


def _block5(kind, flags, body):
    header = _number(kind) + _number(flags) + body
    header = _number(len(header)) + header
    return struct.pack("<I", zlib.crc32(header)) + header


def _number(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
