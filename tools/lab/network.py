"""The lab's network: an office, the router it shares with the world, and the world.

    office 10.20.0.0/24 ── switch ── router ── outside 203.0.113.0/24
                             └─ SPAN port: tcpdump

Everything lives in network namespaces named after this process and goes away with it.
"""

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
# The system's interpreter: python3-aiosmtpd and python3-websockets are Debian packages.
PYTHON = "/usr/bin/python3"

OFFICE = ["10.20.0.7", "10.20.0.8", "10.20.0.9", "10.20.0.25", "10.20.0.80"]
OUTSIDE = ["203.0.113.9", "203.0.113.10", "203.0.113.20", "203.0.113.25", "203.0.113.53", "203.0.113.80"]
OFFICE6 = ["fd20::7"]
OUTSIDE6 = ["2001:db8:113::9"]

# What the outside name server knows.
NAMES = {
    "files.example.net": "203.0.113.9",
    "intranet-tools.example.com": "203.0.113.10",
    "www.example.org": "203.0.113.10",
    "vault.example.org": "203.0.113.20",
    "mx.example.org": "203.0.113.25",
    "proxy.example.net": "203.0.113.80",
}


class LabError(Exception):
    """Something that the person who runs the lab should read."""


def not_possible():
    """Why no namespace can be made here, as a sentence; None if it can."""
    if os.geteuid() != 0:
        return "the lab needs root to make network namespaces"
    for tool in ["ip", "tcpdump", "ethtool", "tc"]:
        if not shutil.which(tool):
            return f"the lab needs the program {tool}"
    probe = subprocess.run(["unshare", "--net", "true"], capture_output=True, text=True)
    if probe.returncode != 0:
        return f"network namespaces are not permitted here ({probe.stderr.strip()})"
    probe = subprocess.run(["unshare", "--net", "ip", "link", "add", "probe0", "type", "veth", "peer", "name", "probe1"],
                           capture_output=True, text=True)
    if probe.returncode != 0:
        return f"veth interfaces are not permitted here ({probe.stderr.strip()})"
    return None


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, **options)
    if done.returncode != 0:
        raise LabError(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


class Network:
    """One office, router and outside; a folder for scratch files; every process started in them.

    `switch` (a list of arguments for switch.py) puts a software switch with a mirror port between office and router;
    without it, the router's office interface is what is recorded. `offload` leaves the frames as large as the kernel
    makes them (GRO, TSO).
    """

    def __init__(self, switch=None, offload=False, ipv6=False):
        self.name = f"outspan-lab-{os.getpid()}"
        self.folder = tempfile.mkdtemp(prefix="outspan-lab-")
        os.chmod(self.folder, 0o755)
        self.office, self.router, self.outside = (f"{self.name}-{place}" for place in ("office", "router", "outside"))
        self._processes = []
        self._tcpdump = None
        self._span = "to-office"
        atexit.register(self.close)
        for name in (self.office, self.router, self.outside):
            run("ip", "netns", "add", name)
            self.inside(name, "sysctl", "-qw", f"net.ipv6.conf.all.disable_ipv6={0 if ipv6 else 1}",
                        f"net.ipv6.conf.default.disable_ipv6={0 if ipv6 else 1}", "net.ipv6.conf.default.accept_dad=0")
            self.inside(name, "ip", "link", "set", "lo", "up")
        if switch is None:
            self._cable(self.office, "eth0", self.router, "to-office", offload)
        else:
            self._switched(switch)
        self._cable(self.outside, "eth0", self.router, "to-world", offload)
        self._addresses(ipv6)
        self._name_service()

    # Set-up

    def inside(self, name, *command):
        return run("ip", "netns", "exec", name, *command)

    def _cable(self, one, one_name, other, other_name, offload):
        run("ip", "link", "add", one_name, "netns", one, "type", "veth", "peer", "name", other_name, "netns", other)
        for place, interface in ((one, one_name), (other, other_name)):
            self.inside(place, "ip", "link", "set", interface, "up")
            if not offload:
                self.inside(place, "ethtool", "-K", interface, "tx", "off", "tso", "off", "gso", "off", "gro", "off")

    def _switched(self, arguments):
        switch = f"{self.name}-switch"
        run("ip", "netns", "add", switch)
        self.inside(switch, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1")
        self._cable(self.office, "eth0", switch, "port1", False)
        self._cable(self.router, "to-office", switch, "port2", False)
        self._cable(self.router, "span", switch, "mirror", False)
        self._span = "span"
        self.start(switch, [PYTHON, f"{HERE}/switch.py", "port1", "port2", "mirror", *arguments], ready="switching")

    def _addresses(self, ipv6):
        for address in OFFICE:
            self.inside(self.office, "ip", "address", "add", f"{address}/24", "dev", "eth0")
        for address in OUTSIDE:
            self.inside(self.outside, "ip", "address", "add", f"{address}/24", "dev", "eth0")
        self.inside(self.router, "ip", "address", "add", "10.20.0.1/24", "dev", "to-office")
        self.inside(self.router, "ip", "address", "add", "203.0.113.1/24", "dev", "to-world")
        self.inside(self.router, "sysctl", "-qw", "net.ipv4.ip_forward=1")
        self.inside(self.office, "ip", "route", "add", "default", "via", "10.20.0.1")
        self.inside(self.outside, "ip", "route", "add", "default", "via", "203.0.113.1")
        if not ipv6:
            return
        for place, interface, addresses in ((self.office, "eth0", OFFICE6), (self.outside, "eth0", OUTSIDE6),
                                            (self.router, "to-office", ["fd20::1"]),
                                            (self.router, "to-world", ["2001:db8:113::1"])):
            for address in addresses:
                self.inside(place, "ip", "-6", "address", "add", f"{address}/64", "dev", interface, "nodad")
        self.inside(self.router, "sysctl", "-qw", "net.ipv6.conf.all.forwarding=1")
        self.inside(self.office, "ip", "-6", "route", "add", "default", "via", "fd20::1")
        self.inside(self.outside, "ip", "-6", "route", "add", "default", "via", "2001:db8:113::1")

    def _name_service(self):
        # `ip netns exec` shows /etc/netns/NAME/ as /etc.
        for place in (self.office, self.outside):
            os.makedirs(f"/etc/netns/{place}")
            with open(f"/etc/netns/{place}/resolv.conf", "w") as out:
                out.write("nameserver 203.0.113.53\noptions timeout:2 attempts:3\n")
        records = [f"--address=/{name}/{address}" for name, address in NAMES.items()]
        self.start(self.outside, ["dnsmasq", "--keep-in-foreground", "--no-resolv", "--no-hosts", "--conf-file=/dev/null",
                                  "--listen-address=203.0.113.53", "--bind-interfaces", "--user=root", "--pid-file=",
                                  "--log-facility=-", *records], ready="started")

    # Programs

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        """Puts a file into the scratch folder, gives its path."""
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as out:
            out.write(content if isinstance(content, bytes) else content.encode())
        return path

    def _within(self, place, command):
        # Programs put the host's name on the wire: it gets one of the lab's, not of this machine.
        host = "desk7.office.test" if place == self.office else "server.example.net"
        return ["ip", "netns", "exec", place, "unshare", "--uts", "sh", "-c", 'hostname "$0"; exec "$@"', host, *command]

    def start(self, place, command, ready=None, port=None, patience=10.0):
        """Starts a server; returns when it printed `ready` or listens on TCP `port`."""
        log = self.path(f"{len(self._processes)}-{os.path.basename(command[0])}.log")
        with open(log, "wb") as out:
            process = subprocess.Popen(self._within(place, command), stdout=out, stderr=subprocess.STDOUT,
                                       stdin=subprocess.DEVNULL, start_new_session=True, cwd=self.folder)
        self._processes.append(process)
        until = time.monotonic() + patience
        while time.monotonic() < until:
            if process.poll() is not None:
                break
            with open(log, errors="replace") as said:
                if ready and ready in said.read():
                    return process
            if port and self.inside(place, "ss", "-Hltn", f"sport = :{port}").strip():
                return process
            if not ready and not port:
                return process
            time.sleep(0.05)
        with open(log, errors="replace") as said:
            raise LabError(f"{command[0]} did not start: {said.read().strip()}")

    def do(self, place, *command, patience=40, may_fail=False, text=None, environment=None):
        """Runs a client to its end, gives what it printed."""
        done = subprocess.run(self._within(place, command), capture_output=True, cwd=self.folder, timeout=patience,
                              input=text, env={**os.environ, **(environment or {})})
        if done.returncode != 0 and not may_fail:
            raise LabError(f"{' '.join(command)} gave {done.returncode}: "
                           f"{done.stderr.decode(errors='replace').strip()[-800:]}")
        return done.stdout

    def office_do(self, *command, **options):
        return self.do(self.office, *command, **options)

    # Recording

    def record(self, capture, snaplen=0, filter="", tool="tcpdump"):
        """Starts tcpdump (or dumpcap, for pcapng) at the SPAN port."""
        self._capture = capture
        if tool == "dumpcap":
            command = ["dumpcap", "-q", "-i", self._span, "-w", capture, *(["-f", filter] if filter else [])]
        else:
            command = ["tcpdump", "-i", self._span, "-s", str(snaplen), "-U", "--immediate-mode", "-B", "32768", "-w", capture, "-Z", "root", "-n",
                       *([filter] if filter else [])]
        self._tcpdump = subprocess.Popen(["ip", "netns", "exec", self.router, *command], stderr=subprocess.PIPE,
                                         stdout=subprocess.DEVNULL, text=True, start_new_session=True)
        for line in self._tcpdump.stderr:
            if "listening on" in line or "Capturing on" in line or "File:" in line:
                break
        time.sleep(0.6 if tool == "dumpcap" else 0.2)

    def stop_recording(self):
        time.sleep(0.5)
        self._tcpdump.send_signal(signal.SIGINT)
        _, said = self._tcpdump.communicate(timeout=10)
        self._tcpdump = None
        if "0 packets dropped by kernel" not in said and "dropped" in said and "dropped:0" not in said.replace(" ", ""):
            print(f"  note: {said.strip().splitlines()[-1]}", file=sys.stderr)

    def close(self):
        atexit.unregister(self.close)
        processes = [*self._processes, *([self._tcpdump] if self._tcpdump else [])]
        for process in processes:
            try:
                os.killpg(process.pid, signal.SIGTERM)
            except ProcessLookupError:
                pass
        for process in processes:
            try:
                process.wait(timeout=3)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        for place in ("office", "router", "outside", "switch"):
            name = f"{self.name}-{place}"
            # Servers that left their session (a daemon's children) go with their namespace.
            left = subprocess.run(["ip", "netns", "pids", name], capture_output=True, text=True).stdout.split()
            for process_id in left:
                try:
                    os.kill(int(process_id), signal.SIGKILL)
                except ProcessLookupError:
                    pass
            subprocess.run(["ip", "netns", "del", name], capture_output=True)
            shutil.rmtree(f"/etc/netns/{name}", ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
