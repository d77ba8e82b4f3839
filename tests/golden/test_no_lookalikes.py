"""What looks like customers' data and is none raises no incident: a thousand of each kind that tools/lookalikes makes, each
from a host of its own, and all of them from one."""

import subprocess
import unittest

import harness

LOOKALIKES = harness.ROOT / "tools" / "lookalikes"


def capture(folder, *options):
    path = folder / "lookalikes.pcap"
    subprocess.run([LOOKALIKES, "--capture", path, *options], check=True, capture_output=True, timeout=120)
    return path


class Lookalikes(unittest.TestCase):
    def incidents(self, *options):
        with harness.Folder() as folder:
            events = harness.replay(capture(folder, *options), events="alert,object,ledger")
        self.assertGreater(len(harness.of_type(events, "object")), 40)
        inspected = harness.check_ledger(events)["bytes"]["outbound"]["inspected"]
        self.assertGreater(inspected, 1_000_000)
        return [(alert["rule"]["id"], alert["src_ip"], [(match["signature"], match["distinct"]) for match in alert["matches"]])
                for alert in harness.final_alerts(events)]

    def test_no_incident(self):
        for seed in ("1", "2"):
            with self.subTest(seed=seed):
                self.assertEqual(self.incidents("--seed", seed), [])

    def test_no_incident_of_one_host(self):
        self.assertEqual(self.incidents("--one-host"), [])


if __name__ == "__main__":
    unittest.main()
