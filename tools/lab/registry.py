"""Scenarios by name, and the facts that each of them is known to leave in its capture."""

import content

SCENARIOS = {}


class Scenario:
    def __init__(self, name, function, network, suffix, folder, seconds_max):
        self.name = name
        self.folder = folder
        self.seconds_max = seconds_max
        self.function = function
        self.network = network
        self.suffix = suffix

    @property
    def proves(self):
        return " ".join(self.function.__doc__.split())


def scenario(name, suffix="pcap", folder="", seconds_max=120, **network):
    """Registers a function(net, record) -> Facts. `network`: arguments of network.Network. The function calls
    record() when what comes next is to be seen at the SPAN port. `folder`: of pcaps/ and of the facts."""
    def register(function):
        SCENARIOS[name] = Scenario(name, function, network, suffix, folder, seconds_max)
        return function
    return register


class Facts:
    """What went over the wire, from the scenario's own inputs, never from the sensor's output.

    leaks: customers' data that left in clear, one entry an object (or flow, where there are no objects).
    blindspots: what left and cannot be read. quiet: nothing in it may raise an alert.
    files: what docs/format-coverage.md tells of, one entry a file; then there is nothing else.
    """

    def __init__(self):
        self.leaks = []
        self.blindspots = []
        self.ledger = {}
        self.anomalies = []
        self.files = []

    def leak(self, table, object, app_proto="http", source="10.20.0.7", destination="203.0.113.9", port=80,
             direction="outbound", exact=True, values=None, **more):
        """`exact`: the distinct counts are all of it. Otherwise (bytes are missing from the capture) at least this.
        `values`: the distinct counts, where not every value of the table left."""
        self.leaks.append({
            "direction": direction, "app_proto": app_proto, "src_ip": source, "dest_ip": destination, "dest_port": port,
            "object": object, "exact": exact, "distinct": values or content.values_of(table),
            "customers": content.origins(table), **more})
        return self

    def blind(self, reason, destination, port, bytes_min, source="10.20.0.7", **more):
        self.blindspots.append({"reason": reason, "src_ip": source, "dest_ip": destination, "dest_port": port,
                                "bytes_min": bytes_min, **more})
        return self

    def file(self, one, protocol, size_bytes, table):
        """`one`: a formats.File that left with a table in it."""
        self.files.append({"format": one.format, "encoding": one.variant, "protocol": protocol, "file": one.name,
                           "bytes": size_bytes, "closed": one.closed, "customers": content.origins(table)})

    def as_dict(self, entry, capture):
        if self.files:
            return {"capture": capture, "proves": entry.proves, "files": self.files}
        return {"capture": capture, "proves": entry.proves, "quiet": not self.leaks, "leaks": self.leaks,
                "blindspots": self.blindspots, "anomalies": self.anomalies, "ledger": self.ledger}
