"""What stands in files of formats and in the output of programs."""

import base64

from kinds import digits, kind, number


@kind("pdf-xref", "cross-reference tables of PDF", "application/octet-stream", head="%PDF-1.4\nxref\n0 1000\n")
def pdf_xref(random, line):
    return f"{line * 5000 + random.randint(0, 4999):010d} {random.choice(('00000', '00000', '00001'))} n "


@kind("hex-dump-xxd", "xxd")
def xxd(random, line):
    block = bytes(random.randrange(256) for _ in range(16))
    words = " ".join(block[i:i + 2].hex() for i in range(0, 16, 2))
    return f"{line * 16:08x}: {words}  " + "".join(chr(c) if 32 <= c < 127 else "." for c in block)


@kind("hex-dump-c", "hexdump -C of digits")
def hexdump(random, line):
    block = digits(random, 16).encode()
    return f"{line * 16:08x}  {block[:8].hex(' ')}  {block[8:].hex(' ')}  |{'.' * 16}|"


@kind("hex-dump-od", "od -A d -t x2")
def od_hex(random, line):
    return f"{line * 16:07d} " + " ".join(digits(random, 4) for _ in range(8))


@kind("hex-dump-od-octal", "od, octal words")
def od_octal(random, line):
    return f"{line * 16:07o} " + " ".join(f"{random.randrange(65536):06o}" for _ in range(8))


@kind("two-integers", "columns of two integers")
def two_integers(random, _):
    return f"{number(random, random.randint(1, 7))} {number(random, random.randint(1, 7))}"


@kind("two-integers-tab", "columns of two integers with a tabulator")
def two_integers_tab(random, _):
    return f"{number(random, random.randint(3, 11))}\t{number(random, random.randint(3, 11))}"


@kind("three-integers", "columns of three integers")
def three_integers(random, _):
    return " ".join(number(random, random.randint(1, 6)) for _ in range(3))


@kind("three-integers-334", "columns of three, three and four digits")
def three_integers_334(random, _):
    return f"{number(random, 3)} {number(random, 3)} {number(random, 4)}"


@kind("four-integers-2222", "columns of two digits")
def four_integers(random, _):
    return " ".join(digits(random, 2) for _ in range(random.choice((4, 5))))


@kind("integers-csv", "rows of integers with commas", head="a,b,c,d\n")
def integers_csv(random, _):
    return ",".join(number(random, random.randint(1, 12)) for _ in range(4))


@kind("integers-sql", "rows of integers to insert")
def integers_sql(random, line):
    return f"INSERT INTO t VALUES ({line},{number(random, 10)},{number(random, random.randint(9, 12))},'x');"


@kind("integers-json", "lists of integers in JSON", head="[", joint=",")
def integers_json(random, line):
    return f"[{line},{number(random, random.randint(8, 13))},{number(random, random.randint(8, 13))}]"


@kind("wc", "output of wc")
def wc(random, line):
    return f"{random.randint(1, 99999):7d} {random.randint(1, 999999):7d} {random.randint(1, 9999999):8d} file-{line}.txt"


@kind("ls", "output of ls -l")
def ls(random, line):
    return f"-rw-r--r-- {random.randint(1, 9)} {random.randint(100, 9999)} {random.randint(100, 9999)} " \
           f"{random.randint(1, 9999999999):10d} Mar {random.randint(1, 28):2d} {random.choice(('2023', '14:05'))} f{line}.dat"


@kind("ls-inodes", "output of ls -li and stat")
def ls_inodes(random, line):
    return f"{number(random, 8)} {random.randint(4, 99999)} -rw-r--r-- 1 root root {number(random, 7)} 2024-03-{random.randint(1, 28):02d} {line}.bin"


@kind("svg-path", "paths of SVG", "image/svg+xml", head="<svg>", joint="")
def svg_path(random, _):
    def pair():
        return f"{random.randint(1, 999)}.{digits(random, 4)} {random.randint(1, 999)}.{digits(random, 4)}"
    whole = " ".join(number(random, random.randint(2, 4)) for _ in range(8))
    return f'<path d="M{pair()}L{pair()} {pair()}C{whole}z"/>\n'


@kind("font-bbox", "integers of fonts in PDF")
def font_bbox(random, _):
    return f"/FontBBox [-{number(random, 3)} -{number(random, 3)} {number(random, 4)} {number(random, 4)}] " \
           f"/Widths [{' '.join(number(random, random.choice((3, 3, 4))) for _ in range(12))}]"


@kind("diff-plus", "added lines of numbers in a diff", "text/x-diff")
def diff_plus(random, _):
    return "+" + number(random, random.randint(10, 12))


@kind("diff-mixed", "added and removed lines of numbers", "text/x-diff", head="--- a/x\n+++ b/x\n@@ -1,999 +1,999 @@\n")
def diff_mixed(random, _):
    return random.choice("+-") + number(random, random.randint(9, 13))


@kind("diff-columns", "changed rows of numbers", "text/x-diff", head="@@ -1,999 +1,999 @@\n")
def diff_columns(random, line):
    return f"+{number(random, 3)} {number(random, 3)} {number(random, 4)},{line}"


@kind("matrix", "matrices of numbers")
def matrix(random, _):
    return "[" + ", ".join(number(random, random.randint(1, 4)) for _ in range(12)) + "]"


@kind("matrix-blank", "matrices with blanks")
def matrix_blank(random, _):
    return " ".join(f"{random.randint(0, 999):3d}" for _ in range(16))


@kind("four-digit-list", "lists of four-digit numbers, eight a line")
def four_digit_list(random, _):
    return " ".join(number(random, 4) for _ in range(8))


@kind("four-digit-rows", "four numbers of four digits a line")
def four_digit_rows(random, _):
    return " ".join(number(random, 4) for _ in range(4))


@kind("four-digit-dashes", "four numbers of four digits with dashes: keys of licences")
def four_digit_dashes(random, _):
    return "-".join(number(random, 4) for _ in range(4))


@kind("css", "style sheets", "text/css")
def css(random, line):
    return f".c{line}{{margin:{random.randint(0, 99)}px {random.randint(0, 99)}px;color:#{number(random, 6)};" \
           f"transform:translate({number(random, 3)}px,{number(random, 4)}px) scale(1.{digits(random, 4)})}}"


@kind("base64", "base64 lines")
def base64_lines(random, _):
    return base64.b64encode(bytes(random.randrange(256) for _ in range(57))).decode()


@kind("base64-digits", "base64 that happens to be full of digits")
def base64_digits(random, _):
    return "".join(random.choice("0123456789" * 6 + "+/AbC") for _ in range(76))


@kind("git-hashes", "hashes of commits")
def git_hashes(random, line):
    return f"{random.getrandbits(160):040x} commit {line}"


@kind("digit-hashes", "hashes of digits only, and cut ones")
def digit_hashes(random, _):
    return f"{digits(random, 40)} {digits(random, 12)} {digits(random, 7)}"


@kind("uuids", "UUIDs of digits")
def uuids(random, _):
    return "-".join(digits(random, size) for size in (8, 4, 4, 4, 12))


@kind("iso-times", "times with a zone")
def iso_times(random, _):
    return f"2024-{random.randint(1, 12):02d}-{random.randint(1, 28):02d}T{random.randint(0, 23):02d}:{random.randint(0, 59):02d}:" \
           f"{random.randint(0, 59):02d}.{digits(random, 6)}+0{random.randint(0, 9)}:00"


@kind("compact-times", "times without separators")
def compact_times(random, _):
    return f"2024{random.randint(1, 12):02d}{random.randint(1, 28):02d}{random.randint(0, 23):02d}{random.randint(0, 59):02d}" \
           f"{random.randint(0, 59):02d} 2024{random.randint(1, 12):02d}{random.randint(1, 28):02d} {random.randint(0, 23):02d}{random.randint(0, 59):02d}"


@kind("process-list", "output of ps")
def process_list(random, _):
    return f"root {random.randint(1, 99999):7d} 0.{random.randint(0, 9)} {random.randint(0, 9)}.1 {random.randint(1000, 9999999):7d} " \
           f"{random.randint(100, 999999):6d} ? Ss Mar{random.randint(10, 28)} {random.randint(0, 59)}:{random.randint(10, 59)} /usr/bin/x"
