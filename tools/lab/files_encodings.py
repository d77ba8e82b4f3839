"""One table as CSV, in disguise: encodings, character sets, and compression before or after them."""

import base64
import gzip
import json
import quopri
import urllib.parse

import sheets
from formats import file

GROUP = "encodings"


def encoded(format, variant, name):
    return file(GROUP, format, variant, name)


def by_program(format, variant, name, *command):
    encoded(format, variant, name)(lambda work: work.run(*command))


by_program("base64", "wrapped", "wrapped.b64", "base64", "customers.csv")
by_program("base64", "one line", "line.b64", "base64", "-w0", "customers.csv")
by_program("base64url", "wrapped", "wrapped.b64u", "basenc", "--base64url", "customers.csv")
by_program("base64url", "one line", "line.b64u", "basenc", "--base64url", "-w0", "customers.csv")
by_program("base32", "wrapped", "wrapped.b32", "base32", "customers.csv")
by_program("base32", "one line", "line.b32", "base32", "-w0", "customers.csv")
by_program("base32", "hex alphabet", "hex.b32", "basenc", "--base32hex", "customers.csv")
by_program("hex", "xxd -p", "plain.hex", "xxd", "-p", "customers.csv")
by_program("hex", "capitals, one line", "capitals.hex", "basenc", "--base16", "-w0", "customers.csv")
by_program("hexdump", "xxd", "xxd.txt", "xxd", "customers.csv")
by_program("hexdump", "hexdump -C", "canonical.txt", "hexdump", "-C", "customers.csv")
by_program("hexdump", "od -tx1", "od.txt", "od", "-Ax", "-tx1", "-v", "customers.csv")
by_program("uuencode", "uuencode", "customers.uu", "uuencode", "customers.csv", "customers.csv")
by_program("uuencode", "base64 (uuencode -m)", "customers.uue", "uuencode", "-m", "customers.csv", "customers.csv")
by_program("yEnc", "uuenview", "customers.ync", "uuenview", "-y", "customers.csv")
by_program("xxencode", "uuenview", "customers.xxe", "uuenview", "-x", "customers.csv")

encoded("base64", "twice", "twice.b64")(lambda work: base64.encodebytes(base64.encodebytes(work.csv)))
encoded("base64", "after other text", "sentence.txt")(
    lambda work: b"Hello, here it is as agreed: " + base64.b64encode(work.csv) + b" Regards, Dana\n")
encoded("base64", "blank after each 64", "blanks.txt")(
    lambda work: b" ".join(base64.b64encode(work.csv[at:at + 48]) for at in range(0, len(work.csv), 48)))
encoded("base64", "data: URL", "data-url.html")(
    lambda work: b'<a href="data:text/csv;base64,' + base64.b64encode(work.csv) + b'">list</a>\n')
encoded("base64", "in JSON", "base64.json")(lambda work: json.dumps({"file": base64.b64encode(work.csv).decode()}).encode())
encoded("base64", "lines in JSON", "base64-lines.json")(
    lambda work: json.dumps({"file": base64.encodebytes(work.csv).decode()}).encode())
encoded("ascii85", "Adobe", "adobe.a85")(lambda work: base64.a85encode(work.csv, wrapcol=76, adobe=True))
encoded("ascii85", "without frame", "plain.a85")(lambda work: base64.a85encode(work.csv, wrapcol=76))
encoded("ascii85", "RFC 1924 alphabet (git)", "git.b85")(lambda work: base64.b85encode(work.csv))
encoded("ascii85", "Z85", "customers.z85")(
    lambda work: work.run("basenc", "--z85", input=work.csv + bytes(-len(work.csv) % 4)))
encoded("hex", "\\x escapes", "escapes.txt")(lambda work: "".join(f"\\x{byte:02x}" for byte in work.csv).encode())
encoded("hex", "blanks between bytes", "blanks.hex")(lambda work: work.csv.hex(" ").encode())
encoded("hex", "colons between bytes", "colons.hex")(lambda work: work.csv.hex(":").encode())
encoded("quoted-printable", "text", "quoted.txt")(lambda work: quopri.encodestring(work.csv))
encoded("quoted-printable", "every character", "all-quoted.txt")(
    lambda work: "".join("=" + f"{byte:02X}" + ("=\r\n" if n % 24 == 23 else "") for n, byte in enumerate(work.csv)).encode())
encoded("percent", "as browsers do", "browser.txt")(lambda work: urllib.parse.quote(work.csv).encode())
encoded("percent", "every character", "all-percent.txt")(lambda work: "".join(f"%{byte:02X}" for byte in work.csv).encode())
encoded("percent", "twice", "percent-twice.txt")(lambda work: urllib.parse.quote(urllib.parse.quote(work.csv)).encode())
encoded("JSON escapes", "\\u for other than ASCII", "ascii.json")(lambda work: json.dumps(work.csv.decode()).encode())
encoded("JSON escapes", "\\u for every character", "all-escaped.json")(
    lambda work: ('"' + "".join(f"\\u{ord(c):04x}" for c in work.csv.decode()) + '"').encode())
encoded("HTML entities", "decimal, every character", "decimal.html")(
    lambda work: "".join(f"&#{ord(c)};" for c in work.csv.decode()).encode())
encoded("HTML entities", "hexadecimal, every character", "hexadecimal.html")(
    lambda work: "".join(f"&#x{ord(c):x};" for c in work.csv.decode()).encode())
encoded("HTML entities", "marks and other than ASCII", "marks.html")(
    lambda work: "".join(c if c.isalnum() and c.isascii() or c in "\r\n" else f"&#{ord(c)};" for c in work.csv.decode()).encode())


CHARSETS = [("UTF-16LE", "BOM", "utf-16", b""), ("UTF-16LE", "no BOM", "utf-16-le", b""), ("UTF-16BE", "BOM", "utf-16-be", b"\xfe\xff"),
            ("UTF-16BE", "no BOM", "utf-16-be", b""), ("UTF-32LE", "BOM", "utf-32", b""), ("UTF-32LE", "no BOM", "utf-32-le", b""),
            ("UTF-32BE", "BOM", "utf-32-be", b"\0\0\xfe\xff"), ("UTF-32BE", "no BOM", "utf-32-be", b""),
            ("UTF-8", "BOM", "utf-8-sig", b""), ("UTF-7", "", "utf-7", b""), ("EBCDIC", "cp037", "cp037", b""),
            ("EBCDIC", "cp500", "cp500", b""), ("EBCDIC", "cp1140", "cp1140", b""), ("latin-1", "", "latin-1", b""),
            ("cp1252", "", "cp1252", b""), ("koi8-r", "", "koi8-r", b""), ("Shift-JIS", "", "shift-jis", b""),
            ("GB18030", "", "gb18030", b"")]
for format, variant, codec, mark in CHARSETS:
    encoded(format, variant, f"{format}{'-bom' if variant == 'BOM' else '-' + variant.replace(' ', '-') if variant else ''}.csv")(
        lambda work, codec=codec, mark=mark: mark + work.csv.decode().encode(codec, "replace"))


@encoded("UTF-7", "every character but letters and digits", "utf-seven.txt")
def _(work):
    def block(mark):
        return "+" + base64.b64encode(mark.encode("utf-16-be")).decode().rstrip("=") + "-"
    return "".join(c if c.isascii() and c.isalnum() or c in "\r\n ," else block(c) for c in work.csv.decode()).encode()


encoded("compressed and encoded", "gzip, then base64", "gzip.b64")(lambda work: base64.encodebytes(gzip.compress(work.csv, mtime=0)))
encoded("compressed and encoded", "gzip, then base64, one line", "gzip-line.b64")(
    lambda work: base64.b64encode(gzip.compress(work.csv, mtime=0)))
encoded("compressed and encoded", "gzip, then base64 in JSON", "gzip.json")(
    lambda work: json.dumps({"blob": base64.b64encode(gzip.compress(work.csv, mtime=0)).decode()}).encode())
encoded("compressed and encoded", "base64, then gzip", "b64.gz")(lambda work: gzip.compress(base64.encodebytes(work.csv), mtime=0))
encoded("compressed and encoded", "gzip, then hex", "gzip.hex")(lambda work: gzip.compress(work.csv, mtime=0).hex().encode())
encoded("compressed and encoded", "xz, then base32", "xz.b32")(
    lambda work: base64.b32encode(work.run("xz", "-c", "customers.csv")))
encoded("compressed and encoded", "hex, then zip", "hex.zip")(
    lambda work: (work.write("plain.hex", work.csv.hex()), work.made("made.zip", "zip", "-q", "made.zip", "plain.hex"))[1])
encoded("compressed and encoded", "zip, then base64", "zip.b64")(
    lambda work: base64.encodebytes(work.made("made.zip", "zip", "-q", "made.zip", "customers.csv")))
encoded("compressed and encoded", "7z, then uuencode", "seven.uu")(
    lambda work: (work.run("7z", "a", "made.7z", "customers.csv"), work.run("uuencode", "made.7z", "made.7z"))[1])
encoded("compressed and encoded", "workbook, then base64 in JSON", "workbook.json")(
    lambda work: json.dumps({"file": base64.b64encode(sheets.openpyxl_book(work.rows)).decode()}).encode())
