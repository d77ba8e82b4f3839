"""Events over HTTP, with TLS, to receivers that answer as Splunk's HTTP Event Collector, Elasticsearch and webhooks do, and
that fail as such do."""

import http.server
import json
import signal
import socket
import ssl
import struct
import subprocess
import threading
import unittest

import harness
import receivers

SAMPLE = harness.PCAPS / "support-export.pcap"
EVENTS = "alert,blindspot,ledger,flow,stats"
PATHS = {"splunk": "/services/collector/event", "elastic": "/_bulk", "webhook": "/hook"}


class Sink(http.server.ThreadingHTTPServer):
    """Keeps events by their ids. `trouble` says what happens to a request by its number: None, a status, "cut" (no answer,
    nothing kept) or "lost" (kept, and no answer)."""

    daemon_threads = True

    def __init__(self, test, kind, folder, identity="receiver", trouble=lambda number: None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.kind, self.trouble, self.lock = kind, trouble, threading.Lock()
        self.events, self.twice, self.requests, self.wrong = {}, 0, 0, []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / f"{identity}.pem", folder / f"{identity}.key")
        context.load_verify_locations(folder / "ca.pem")
        context.verify_mode = ssl.CERT_REQUIRED
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.serve_forever, daemon=True).start()
        test.addCleanup(self.server_close)
        test.addCleanup(self.shutdown)

    def handle_error(self, request, client_address):
        pass  # connections that are cut

    @property
    def url(self):
        return f"https://localhost:{self.server_port}{'/hook' if self.kind == 'webhook' else ''}"

    def keep(self, text):
        """The answer to a body."""
        with self.lock:
            if self.kind == "splunk":
                for line in text.split("\n"):
                    record = json.loads(line)
                    self.put(record["event"])
                return {"text": "Success", "code": 0}
            if self.kind == "elastic":
                lines = text.split("\n")
                assert lines.pop() == "" and len(lines) % 2 == 0
                items = []
                for action, document in zip(lines[::2], lines[1::2]):
                    create = json.loads(action)["create"]
                    document = json.loads(document)
                    assert create["_id"] == document["event"]["id"]
                    conflict = create["_id"] in self.events
                    self.events.setdefault(create["_id"], document)
                    items.append({"create": {"_id": create["_id"], "status": 409 if conflict else 201}})
                return {"errors": False, "items": items}
            for event in json.loads(text):
                self.put(event)
            return {}

    def put(self, event):
        self.twice += event["event_id"] in self.events
        self.events[event["event_id"]] = event


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def do_POST(self):
        sink = self.server
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        with sink.lock:
            sink.requests += 1
            trouble = sink.trouble(sink.requests)
        if self.path != PATHS[sink.kind] or not self.headers["Authorization"]:
            sink.wrong.append((self.path, self.headers["Authorization"]))
        answer = {"text": "busy"} if trouble in ("cut",) or isinstance(trouble, int) else sink.keep(body)
        if trouble in ("cut", "lost"):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            return
        text = json.dumps(answer).encode()
        self.send_response(trouble or 200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


class HttpOutputs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = harness.Folder()
        cls.folder = folder.__enter__()
        cls.addClassCleanup(folder.cleanup)
        receivers.make_certificates(cls.folder)
        (cls.folder / "secret").write_text("of-the-test\n")
        cls.capture = cls.folder / "uploads.pcap"
        cls.capture.write_bytes(b"".join(receivers.uploads(300)))
        cls.rules = cls.folder / "rules.yaml"
        cls.rules.write_text(receivers.EVERY_ADDRESS)
        cls.expected = {event["event_id"] for event in harness.of_type(harness.replay(cls.capture, "-c", cls.rules), "alert")}
        assert len(cls.expected) == 600, len(cls.expected)

    def configuration(self, sink, **options):
        output = {"name": "sink", "type": sink.kind, "url": sink.url, "events": ["alert"], "ca_file": "ca.pem",
                  "cert_file": "sensor.pem", "key_file": "sensor.key", "batch_events": 50, "token_file": "secret"}
        path = self.folder / f"{sink.server_port}.yaml"
        path.write_text(receivers.EVERY_ADDRESS + f"outputs: {json.dumps([output | options])}\n")
        return path

    def test_every_event_arrives_once(self):
        for kind in PATHS:
            with self.subTest(kind=kind):
                sink = Sink(self, kind, self.folder)
                config = self.configuration(sink, events=EVENTS.split(","))
                code, out, err = harness.run("replay", "-c", config, "--format", "json", "--events", EVENTS, SAMPLE)
                self.assertEqual(code, 0, err.decode())
                events = {event["event_id"]: event for event in map(json.loads, out.splitlines())}
                self.assertEqual(set(sink.events), set(events))
                self.assertEqual((sink.twice, sink.wrong), (0, []))
                for event_id, event in sink.events.items():
                    stands = events[event_id]
                    if kind == "elastic":
                        self.assertEqual((event["@timestamp"], event["outspan"]["event_type"]),
                                         (stands["timestamp"], stands["event_type"]))
                    else:
                        self.assertEqual(event, stands)

    def test_a_receiver_in_trouble(self):
        troubles = {"busy": lambda number: 503 if number in (1, 3) else None,
                    "too_many": lambda number: 429 if number == 2 else None,
                    "cut": lambda number: "cut" if number == 2 else None,
                    "answer_lost": lambda number: "lost" if number == 2 else None}
        for kind in PATHS:
            for name, trouble in troubles.items():
                with self.subTest(kind=kind, trouble=name):
                    sink = Sink(self, kind, self.folder, trouble=trouble)
                    code, _, err = harness.run("replay", "-q", "-c", self.configuration(sink), "-o", "/dev/null", self.capture)
                    self.assertEqual(code, 0, err.decode())
                    self.assertEqual(set(sink.events), self.expected)
                    if name != "answer_lost":
                        self.assertEqual(sink.twice, 0)

    def test_a_sensor_that_is_killed(self):
        sink = Sink(self, "webhook", self.folder)
        config = self.configuration(sink)
        with harness.Folder() as spool:
            run = subprocess.Popen([harness.BINARY, "replay", "-q", "-c", config, "--spool", spool, "-o", "/dev/null", "-"],
                                   stdin=subprocess.PIPE)
            with run.stdin:
                run.stdin.write(self.capture.read_bytes())
                run.stdin.flush()
                receivers.wait_until(lambda: len(sink.events) > 20)
                run.send_signal(signal.SIGKILL)
                run.wait(10)
            code, out, err = harness.run("events", "--type", "alert", "--format", "json", spool)
            self.assertEqual(code, 0, err.decode())
            spooled = {json.loads(line)["event_id"] for line in out.splitlines()}
            self.assertGreater(len(spooled), 20)
            nothing = self.folder / "nothing.pcap"
            nothing.write_bytes(next(iter(receivers.uploads(0))))
            harness.run("replay", "-q", "-c", config, "--spool", spool, "-o", "/dev/null", nothing)
            self.assertLessEqual(spooled, set(sink.events))

    def test_a_receiver_that_is_somebody_else_gets_nothing(self):
        for name, options in {"another_name": {}, "unknown_ca": {"ca_file": "/etc/ssl/certs/ca-certificates.crt"}}.items():
            with self.subTest(receiver=name):
                identity = "sensor" if name == "another_name" else "receiver"
                sink = Sink(self, "webhook", self.folder, identity)
                config = self.configuration(sink, **options)
                code, _, err = harness.run("replay", "-q", "-c", config, "-o", "/dev/null", SAMPLE)
                self.assertEqual(code, 3, err.decode())
                self.assertIn("sink: ", err.decode())
                self.assertIn("not delivered: SSL", err.decode())
                self.assertEqual(sink.requests, 0)


if __name__ == "__main__":
    unittest.main()
