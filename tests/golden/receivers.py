"""Receivers of events as people run them, on the loopback: rsyslog and syslog-ng, with certificates that the tests sign. They
write down what they understood, one line a record: fields apart by tabs."""

import os
import shutil
import signal
import socket
import struct
import subprocess
import time

import harness

# tools/test unpacks it there: it cannot be installed beside rsyslog.
SYSLOG_NG = harness.ROOT / "build" / "receivers" / "syslog-ng"
FIELDS = ("priority", "time", "host", "app", "msgid", "data", "message")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def make_certificates(folder):
    """A CA, a receiver on localhost, a sensor."""
    def openssl(*arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, cwd=folder)

    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=ca",
            "-keyout", "ca.key", "-out", "ca.pem")
    for name, names in (("receiver", "DNS:localhost,IP:127.0.0.1"), ("sensor", "DNS:sensor.example")):
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
                "-keyout", f"{name}.key", "-out", f"{name}.csr")
        (folder / "names").write_text(f"subjectAltName={names}\n")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
                "-extfile", "names", "-out", f"{name}.pem")


class Receiver:
    """A daemon that writes what it gets to `out`."""

    def __init__(self, test, folder):
        self.folder, self.port, self.process = folder, free_port(), None
        self.out = folder / f"out-{self.port}"
        test.addCleanup(self.end, signal.SIGKILL)

    def start(self):
        self.configure()
        log = open(self.folder / "receiver.log", "ab")
        self.process = subprocess.Popen(self.command(), stdout=log, stderr=log, env=self.environment())
        log.close()
        if self.listens and not wait_until(self.answers):
            raise AssertionError((self.folder / "receiver.log").read_text())
        if not self.listens:
            time.sleep(0.7)

    listens = True

    def environment(self):
        return os.environ

    def answers(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def end(self, number=signal.SIGTERM):
        if self.process is None:
            return
        self.process.send_signal(number)
        self.process.wait(20)
        self.process = None

    def records(self):
        text = self.out.read_bytes().decode("utf-8") if self.out.exists() else ""
        return [dict(zip(FIELDS, line.split("\t"))) for line in text.split("\n")[:-1]]

    def ids(self):
        return [record["data"].split('event_id="')[1].split('"')[0] for record in self.records()]

    def has(self, ids, seconds=20):
        """Whether all of these have arrived."""
        wait_until(lambda: set(ids) <= set(self.ids()), seconds)
        return set(ids) <= set(self.ids())


class Rsyslog(Receiver):
    """kind: udp, tcp, tls or relp."""

    def __init__(self, test, folder, kind):
        if not shutil.which("rsyslogd"):
            test.skipTest("rsyslogd is not installed")
        super().__init__(test, folder)
        self.kind = kind
        self.listens = kind != "udp"

    @property
    def url(self):
        return f"{self.kind}://{'localhost' if self.kind == 'tls' else '127.0.0.1'}:{self.port}"

    def configure(self):
        module = {"udp": "imudp", "tcp": "imptcp", "relp": "imrelp"}.get(self.kind, "imtcp")
        tls = ""
        options = 'StreamDriver.Name="ossl" StreamDriver.Mode="1" StreamDriver.AuthMode="x509/certvalid"' \
            if self.kind == "tls" else ""
        if self.kind == "tls":
            tls = (f'defaultNetstreamDriverCAFile="{self.folder}/ca.pem" defaultNetstreamDriverCertFile="{self.folder}/'
                   f'receiver.pem" defaultNetstreamDriverKeyFile="{self.folder}/receiver.key"')
        # RELP has a limit of its own.
        limit = 'maxDataSize="16k"' if self.kind == "relp" else ""
        (self.folder / "rsyslog.conf").write_text(f"""
global(workDirectory="{self.folder}" maxMessageSize="16k" {tls})
module(load="{module}" {options})
template(name="fields" type="list") {{
  property(name="pri") constant(value="\\t") property(name="timereported" dateFormat="rfc3339") constant(value="\\t")
  property(name="hostname") constant(value="\\t") property(name="app-name") constant(value="\\t")
  property(name="msgid") constant(value="\\t") property(name="structured-data") constant(value="\\t")
  property(name="msg") constant(value="\\n")
}}
input(type="{module}" port="{self.port}" address="127.0.0.1" {limit})
action(type="omfile" file="{self.out}" template="fields" asyncWriting="off" flushOnTXEnd="on")
""")

    def command(self):
        return ["rsyslogd", "-n", "-iNONE", "-C", "-f", self.folder / "rsyslog.conf"]


class SyslogNg(Receiver):
    """kind: tcp, line-feed or tls."""

    def __init__(self, test, folder, kind):
        self.program = SYSLOG_NG / "usr" / "sbin" / "syslog-ng"
        if not self.program.exists():
            test.skipTest("syslog-ng is not unpacked in build/receivers (tools/test does that)")
        super().__init__(test, folder)
        self.kind = kind

    @property
    def url(self):
        return f"tls://localhost:{self.port}" if self.kind == "tls" else f"tcp://127.0.0.1:{self.port}"

    def configure(self):
        at = f'ip("127.0.0.1") port({self.port})'
        tls = (f'transport("tls") tls(key-file("{self.folder}/receiver.key") cert-file("{self.folder}/receiver.pem") '
               f'ca-file("{self.folder}/ca.pem") peer-verify(required-trusted))')
        source = {"tcp": f'syslog({at} transport("tcp"))', "tls": f"syslog({at} {tls})",
                  "line-feed": f'network({at} transport("tcp") flags(syslog-protocol))'}[self.kind]
        (self.folder / "syslog-ng.conf").write_text(f"""@version: 3.38
options {{ keep-hostname(yes); log-msg-size(16384); }};
source s {{ {source}; }};
destination d {{ file("{self.out}" template("${{PRI}}\\t${{ISODATE}}\\t${{HOST}}\\t${{PROGRAM}}\\t${{MSGID}}\\t${{SDATA}}\\t${{MSG}}\\n")); }};
log {{ source(s); destination(d); }};
""")

    def command(self):
        modules = SYSLOG_NG / "usr" / "lib" / "syslog-ng" / "3.38"
        return [self.program, "-F", "-f", self.folder / "syslog-ng.conf", f"--module-path={modules}",
                "-R", self.folder / "persist", "-c", self.folder / "control", "-p", self.folder / "pid"]

    def environment(self):
        lib = SYSLOG_NG / "usr" / "lib"
        return {**os.environ, "LD_LIBRARY_PATH": f"{lib / 'x86_64-linux-gnu'}:{lib / 'syslog-ng'}"}


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def tcp_frame(source, destination, ports, sequence, acknowledged, flags, payload=b""):
    tcp = struct.pack(">HHIIBBHHH", *ports, sequence, acknowledged, 0x50, flags, 65535, 0, 0) + payload
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0, source, destination)
    ip = ip[:10] + struct.pack(">H", checksum(ip)) + ip[12:]
    return b"\2\0\0\0\0\1\2\0\0\0\0\2\x08\0" + ip + tcp


def uploads(count, start=1_790_000_000):
    """A pcap, in pieces: connections that each upload one address, and enough beside it that they are not all read at once.
    Each gives an alert of a rule that wants one address."""
    yield struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    server = socket.inet_aton("203.0.113.9")
    for number in range(count):
        client = socket.inet_aton(f"10.20.{number // 200 % 200}.{number % 200 + 1}")
        body = f"mail=customer.{number}@example.com&note={'hello ' * 600}".encode()
        request = b"POST /form HTTP/1.1\r\nHost: upload.example.net\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
        ports, back = (40000 + number % 20000, 80), (80, 40000 + number % 20000)
        frames = [tcp_frame(client, server, ports, 1, 0, 2), tcp_frame(server, client, back, 1, 2, 0x12),
                  tcp_frame(client, server, ports, 2, 2, 0x18, request),
                  tcp_frame(client, server, ports, 2 + len(request), 2, 0x11),
                  tcp_frame(server, client, back, 2, 3 + len(request), 0x11)]
        yield b"".join(struct.pack("<IIII", start + number // 1000, number % 1000 * 1000 + i, len(frame), len(frame)) + frame
                       for i, frame in enumerate(frames))


EVERY_ADDRESS = "rules: [{id: every-address, severity: high, when: {signatures: [email]}}]\n"
