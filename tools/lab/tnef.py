"""winmail.dat, as Outlook attaches it ([MS-OXTNEF]). No free program writes it; `tnef` reads what comes out."""

import struct

SIGNATURE = 0x223E9F78
MESSAGE, ATTACHMENT = 1, 2
OEM_CODEPAGE, VERSION, MESSAGE_CLASS, SUBJECT, BODY = 0x00069007, 0x00089006, 0x00078008, 0x00018004, 0x0002800C
ATTACH_RENDER, ATTACH_TITLE, ATTACH_DATA = 0x00069002, 0x00018010, 0x0006800F


def _attribute(level, kind, content):
    return struct.pack("<BII", level, kind, len(content)) + content + struct.pack("<H", sum(content) & 0xFFFF)


def winmail(subject, body=None, attachments=()):
    """`attachments`: (name, content) pairs."""
    out = struct.pack("<IH", SIGNATURE, 1)
    out += _attribute(MESSAGE, VERSION, struct.pack("<I", 0x00010000))
    out += _attribute(MESSAGE, OEM_CODEPAGE, struct.pack("<II", 1252, 0))
    out += _attribute(MESSAGE, MESSAGE_CLASS, b"IPM.Microsoft Mail.Note\0")
    out += _attribute(MESSAGE, SUBJECT, subject.encode("cp1252") + b"\0")
    if body:
        out += _attribute(MESSAGE, BODY, body.encode("cp1252", "replace") + b"\0")
    for name, content in attachments:
        out += _attribute(ATTACHMENT, ATTACH_RENDER, struct.pack("<HIHHI", 1, 0xFFFFFFFF, 0, 0, 0))
        out += _attribute(ATTACHMENT, ATTACH_TITLE, name.encode("cp1252") + b"\0")
        out += _attribute(ATTACHMENT, ATTACH_DATA, content)
    return out
