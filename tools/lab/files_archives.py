"""Archives and compressed files."""

import io
import os
import struct
import subprocess
import zipfile
import zlib

import rar
from formats import file

GROUP = "archives"
PROGRAM = "/usr/lib/p7zip/7zCon.sfx"
PROGRAM_BYTES = 20_000  # the beginning of a program will do


def archive(format, variant, name):
    return file(GROUP, format, variant, name)


def by_7z(format, variant, name, *options):
    archive(format, variant, name)(lambda work: work.made(name, "7z", "a", *options, name, "customers.csv"))


by_7z("zip", "bzip2", "bzip2.zip", "-tzip", "-mm=BZip2")
by_7z("zip", "lzma", "lzma.zip", "-tzip", "-mm=LZMA")
by_7z("zip", "deflate64", "deflate64.zip", "-tzip", "-mm=Deflate64")
by_7z("zip", "ppmd", "ppmd.zip", "-tzip", "-mm=PPMd")
by_7z("7z", "lzma2", "lzma2.7z")
by_7z("7z", "lzma", "lzma.7z", "-m0=LZMA")
by_7z("7z", "ppmd", "ppmd.7z", "-m0=PPMd")
by_7z("7z", "bzip2", "bzip2.7z", "-m0=BZip2")
by_7z("7z", "deflate", "deflate.7z", "-m0=Deflate")
by_7z("7z", "deflate64", "deflate64.7z", "-m0=Deflate64")
by_7z("7z", "stored", "stored.7z", "-mx=0")


@archive("zip", "deflate", "deflate.zip")
def _(work):
    return work.made("made.zip", "zip", "-q", "-9", "made.zip", "customers.csv")


@archive("zip", "stored", "stored.zip")
def _(work):
    return work.made("made.zip", "zip", "-q", "-0", "made.zip", "customers.csv")


@archive("zip", "several files, folders", "folders.zip")
def _(work):
    a, b = work.halves()
    os.makedirs(work.path("reports/2026"))
    os.rename(work.path(a), work.path(f"reports/{a}"))
    os.rename(work.path(b), work.path(f"reports/2026/{b}"))
    return work.made("made.zip", "zip", "-q", "-r", "made.zip", "reports")


@archive("zip", "data descriptors (written into a pipe)", "piped.zip")
def _(work):
    return work.run("zip", "-q", "-", "-", input=work.csv)


@archive("zip", "data descriptors, stored", "piped-stored.zip")
def _(work):
    class Pipe(io.BytesIO):
        def seekable(self):
            return False

        def seek(self, *_):
            raise io.UnsupportedOperation

        def tell(self):
            raise io.UnsupportedOperation
    made = Pipe()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as out, out.open("customers.csv", "w") as member:
        member.write(work.csv)
    return made.getvalue()


@archive("zip", "zip64", "zip64.zip")
def _(work):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out, out.open("customers.csv", "w", force_zip64=True) as member:
        member.write(work.csv)
    return made.getvalue()


@archive("zip", "zstd", "zstd.zip")
def _(work):
    """APPNOTE.TXT 6.3.8, method 93. No program of Debian writes it."""
    packed, name = work.run("zstd", "-q", "-c", "customers.csv"), b"customers.csv"
    fields = struct.pack("<HHHHHIIIHH", 63, 0, 93, 0, 0x5B78, zlib.crc32(work.csv), len(packed), len(work.csv), len(name), 0)
    local = b"PK\x03\x04" + fields + name + packed
    central = b"PK\x01\x02" + struct.pack("<H", 63) + fields + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name
    return local + central + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)


@archive("zip", "behind an image", "holiday.png")
def _(work):
    return image() + work.run("zip", "-q", "-", "-", input=work.csv)


@archive("zip", "behind an image, offsets repaired (zip -A)", "picture.png")
def _(work):
    packed = work.made("made.zip", "zip", "-q", "made.zip", "customers.csv")
    work.write("glued.zip", image() + packed)
    return work.made("glued.zip", "zip", "-q", "-A", "glued.zip")


@archive("zip", "self-extracting program", "unpack.exe")
def _(work):
    return some_program() + work.made("made.zip", "zip", "-q", "made.zip", "customers.csv")


@archive("7z", "self-extracting program", "setup.exe")
def _(work):
    work.write("start.sfx", some_program())
    return work.made("setup.exe", "7z", "a", "-sfx" + work.path("start.sfx"), "setup.exe", "customers.csv")


def some_program():
    with open(PROGRAM, "rb") as whole:
        return whole.read(PROGRAM_BYTES)


@archive("shell archive", "makeself", "install.run")
def _(work):
    os.makedirs(work.path("folder"))
    os.rename(work.path("customers.csv"), work.path("folder/customers.csv"))
    return work.made("install.run", "makeself", "--nox11", "folder", "install.run", "customers", "true")


@archive("shell archive", "shar", "customers.shar")
def _(work):
    return work.run("shar", "customers.csv")


def image():
    """A PNG of 64 by 64 points."""
    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
    lines = b"".join(b"\0" + bytes((x * y) % 256 for x in range(64)) for y in range(64))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 64, 64, 8, 0, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b""))


def tar(work, *options):
    return work.run("tar", "--owner=root:0", "--group=root:0", *options, "-cf", "-", "customers.csv")


for dialect in ("ustar", "pax", "gnu", "v7"):
    archive("tar", dialect, f"{dialect}.tar")(lambda work, dialect=dialect: tar(work, f"--format={dialect}"))
for suffix, program in (("gz", "gzip"), ("bz2", "bzip2"), ("xz", "xz"), ("zst", "zstd"), ("lz", "lzip"), ("lzma", "lzma"),
                        ("Z", "compress")):
    archive("tar", program, f"customers.tar.{suffix}")(
        lambda work, program=program: tar(work, f"--use-compress-program={program} -c"))


@archive("tar", "ustar, several files, long names", "long.tar")
def _(work):
    a, b = work.halves()
    deep = "/".join(["a-folder-with-a-rather-long-name"] * 5)
    os.makedirs(work.path(deep))
    os.rename(work.path(b), work.path(f"{deep}/{b}"))
    return work.run("tar", "--format=gnu", "-cf", "-", a, deep)


COMPRESSORS = [("gzip", "gz", ["gzip", "-c"]), ("bzip2", "bz2", ["bzip2", "-c"]), ("xz", "xz", ["xz", "-c"]),
               ("lzma", "lzma", ["xz", "--format=lzma", "-c"]), ("zstd", "zst", ["zstd", "-q", "-c"]),
               ("lz4", "lz4", ["lz4", "-q", "-c"]), ("compress", "Z", ["compress", "-c"]), ("lzip", "lz", ["lzip", "-c"]),
               ("brotli", "br", ["brotli", "-c"])]
for format, suffix, command in COMPRESSORS:
    if format != "brotli":  # it has no mark at its beginning, and nobody saves files in it
        archive(format, "one file", f"customers.csv.{suffix}")(lambda work, command=command: work.run(*command, "customers.csv"))


def several_members(format, suffix, command):
    @archive(format, "several members", f"members.csv.{suffix}")
    def _(work):
        return b"".join(work.run(*command, half) for half in work.halves())


for format, suffix, command in COMPRESSORS:
    if format in ("gzip", "bzip2", "xz", "zstd", "lz4", "lzip"):
        several_members(format, suffix, command)


@archive("7z", "solid, several files", "solid.7z")
def _(work):
    return work.made("made.7z", "7z", "a", "-ms=on", "made.7z", *work.halves())


@archive("cab", "stored", "stored.cab")
def _(work):
    return work.made("made.cab", "gcab", "-c", "made.cab", "customers.csv")


@archive("cab", "MSZIP", "mszip.cab")
def _(work):
    return work.made("made.cab", "gcab", "-c", "-z", "made.cab", "customers.csv")


@archive("iso", "ISO 9660, Rock Ridge, Joliet", "customers.iso")
def _(work):
    return work.made("made.iso", "xorriso", "-as", "mkisofs", "-quiet", "-no-pad", "-R", "-J", "-o", "made.iso", "customers.csv")


for dialect in ("newc", "odc", "bin", "crc"):
    archive("cpio", dialect, f"{dialect}.cpio")(
        lambda work, dialect=dialect: work.run("cpio", "-o", "-H", dialect, input=b"customers.csv\n"))


@archive("ar", "GNU", "customers.a")
def _(work):
    return work.made("made.a", "ar", "rc", "made.a", "customers.csv")


@archive("ar", "deb", "customers.deb")
def _(work):
    work.write("root/usr/share/customers.csv", work.csv)
    work.write("root/DEBIAN/control", "Package: customers\nVersion: 1\nArchitecture: all\nMaintainer: dana <dana@office.test>\n"
               "Description: a table\n")
    return work.made("made.deb", "dpkg-deb", "--build", "--root-owner-group", "root", "made.deb")


archive("rar", "RAR 4, stored", "four.rar")(lambda work: rar.rar4([("customers.csv", work.csv)]))
archive("rar", "RAR 5, stored", "five.rar")(lambda work: rar.rar5([("customers.csv", work.csv)]))


@archive("nested", "zip in zip", "zip-in.zip")
def _(work):
    work.run("zip", "-q", "inner.zip", "customers.csv")
    return work.made("outer.zip", "zip", "-q", "outer.zip", "inner.zip")


@archive("nested", "zip in tar in 7z", "zip-in-tar.7z")
def _(work):
    work.run("zip", "-q", "inner.zip", "customers.csv")
    work.run("tar", "-cf", "middle.tar", "inner.zip")
    return work.made("outer.7z", "7z", "a", "outer.7z", "middle.tar")


@archive("nested", "tar.gz in zip", "tgz-in.zip")
def _(work):
    work.run("tar", "-czf", "inner.tar.gz", "customers.csv")
    return work.made("outer.zip", "zip", "-q", "outer.zip", "inner.tar.gz")


@archive("nested", "7z in iso in gzip", "iso.gz")
def _(work):
    work.run("7z", "a", "inner.7z", "customers.csv")
    work.run("xorriso", "-as", "mkisofs", "-quiet", "-no-pad", "-R", "-o", "middle.iso", "inner.7z")
    return work.run("gzip", "-c", "middle.iso")


@archive("nested", "xz in rar in cab", "rar-in.cab")
def _(work):
    work.write("inner.rar", rar.rar5([("customers.csv.xz", work.run("xz", "-c", "customers.csv"))]))
    return work.made("outer.cab", "gcab", "-c", "outer.cab", "inner.rar")


@archive("nested", "gzip five times", "five-times.gz")
def _(work):
    content = work.csv
    for _ in range(5):
        content = subprocess.run(["gzip", "-c"], input=content, stdout=subprocess.PIPE, check=True).stdout
    return content
