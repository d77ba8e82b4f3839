"""What cannot be opened: the sensor has to say so, with the reason. Nothing in it names a customer."""

import base64
import random
import struct

import files_pdf
import rar
import sheets
from formats import PASSWORD, file

GROUP = "closed"
ROWS = 60


def closed(reason, format, variant, name):
    return file(GROUP, format, variant, name, rows=ROWS, closed=reason)


def locked(reason, format, variant, name, *options):
    closed(reason, format, variant, name)(
        lambda work: work.made(name, "7z", "a", "-p" + PASSWORD, *options, name, "customers.csv"))


locked("encrypted-archive", "zip", "password, AES-256", "aes.zip", "-tzip", "-mem=AES256")
locked("encrypted-archive", "zip", "password, ZipCrypto", "crypto.zip", "-tzip", "-mem=ZipCrypto")
locked("encrypted-archive", "7z", "password", "content.7z")
locked("encrypted-archive", "7z", "password, names too", "names.7z", "-mhe=on")


def noise(work, size=None):
    """Bytes that look random, the same for the same rows."""
    return random.Random(work.table[0]["ticket"]).randbytes(size or len(work.csv))


closed("encrypted-archive", "rar", "RAR 5, password", "password.rar")(
    lambda work: rar.rar5([("customers.csv", noise(work))], encrypted=True))


@closed("encrypted-document", "xlsx", "password", "password.xlsx")
def _(work):
    """[MS-OFFCRYPTO]: an OLE file of two streams; what stands in the second is random to who has no password."""
    info = struct.pack("<HHI", 4, 4, 0x40) + b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<encryption/>'
    package = struct.pack("<Q", len(sheets.openpyxl_book(work.rows))) + noise(work)
    work.write("EncryptionInfo", info)
    work.write("EncryptedPackage", package)
    return work.made("made.xlsx", "gsf", "createole", "made.xlsx", "EncryptionInfo", "EncryptedPackage")


@closed("encrypted-document", "PDF", "password", "password.pdf")
def _(work):
    work.write("plain.pdf", files_pdf.table_pdf(work.rows))
    return work.made("made.pdf", "qpdf", "--encrypt", PASSWORD, PASSWORD, "256", "--", "plain.pdf", "made.pdf")


def gpg(work, *options):
    home = work.path("gnupg")
    work.run("mkdir", "-m", "700", home)
    try:
        return work.run("gpg", "--homedir", home, "--batch", "--pinentry-mode", "loopback", "--passphrase", PASSWORD,
                        *options, "-o", "-", "customers.csv")
    finally:
        work.run("gpgconf", "--homedir", home, "--kill", "all")


closed("pgp", "PGP", "binary", "customers.csv.gpg")(lambda work: gpg(work, "--symmetric"))
closed("pgp", "PGP", "armoured", "customers.csv.asc")(lambda work: gpg(work, "--symmetric", "--armor"))


def openssl(*options):
    return lambda work: work.run("openssl", "enc", "-aes-256-cbc", "-pbkdf2", "-pass", f"pass:{PASSWORD}", "-in", "customers.csv",
                                 *options)


closed("encrypted", "OpenSSL enc", "binary", "customers.enc")(openssl())
closed("encrypted", "OpenSSL enc", "base64", "customers.enc.txt")(openssl("-base64"))


def age(work, *options):
    work.run("age-keygen", "-o", "key.txt")
    return work.run("age", "-r", work.run("age-keygen", "-y", "key.txt").decode().strip(), *options, "customers.csv")


closed("encrypted", "age", "binary", "customers.age")(age)
closed("encrypted", "age", "armoured", "customers.age.txt")(lambda work: age(work, "--armor"))


@closed("encrypted", "LUKS", "version 1, the beginning", "disk.luks")
def _(work):
    work.write("disk", bytes(4 << 20))
    work.run("cryptsetup", "luksFormat", "--batch-mode", "--type", "luks1", "--pbkdf-force-iterations", "1000", "disk",
             input=PASSWORD.encode())
    return work.read("disk")[:20_000]


@closed("encrypted", "LUKS", "version 2, the beginning", "disk-two.luks")
def _(work):
    work.write("disk", bytes(20 << 20))
    work.run("cryptsetup", "luksFormat", "--batch-mode", "--type", "luks2", "--pbkdf", "pbkdf2", "--pbkdf-force-iterations",
             "1000", "disk", input=PASSWORD.encode())
    return work.read("disk")[:20_000]


closed("high-entropy", "random bytes", "", "noise.bin")(lambda work: noise(work, 20_000))
closed("high-entropy", "random bytes", "base64", "noise.txt")(lambda work: base64.encodebytes(noise(work, 20_000)))
closed("unsupported", "Parquet", "", "customers.parquet")(
    lambda work: b"PAR1\x15\x04" + noise(work) + struct.pack("<I", 100) + b"PAR1")


@closed("damaged", "zip", "bytes changed", "changed.zip")
def _(work):
    made = bytearray(work.made("made.zip", "zip", "-q", "made.zip", "customers.csv"))
    made[60:80] = bytes(20)
    return bytes(made)


def cut_short(format, name, make):
    @closed("damaged", format, "cut short", name)
    def _(work):
        made = make(work)
        return made[:len(made) // 8]


cut_short("7z", "cut.7z", lambda work: work.made("made.7z", "7z", "a", "made.7z", "customers.csv"))
cut_short("xz", "cut.xz", lambda work: work.run("xz", "-c", "customers.csv"))
