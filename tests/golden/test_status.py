"""The control socket of a live sensor: status and reload."""

import json
import stat
import time
import unittest

import fingerprints as fp
import harness
import test_live


class Status(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        test_live.Live.setUpClass()
        cls.addClassCleanup(test_live.Live.doClassCleanups)
        cls.live = test_live.Live("play")

    def test_how_a_sensor_does_and_a_reload(self):
        with harness.Folder() as folder:
            control, config, events = folder / "control.sock", folder / "outspan.yaml", folder / "events.json"
            output = f"outputs: [{{type: json, file: {events}, events: [alert, notice]}}]\n"
            config.write_text(output)
            run = self.live.sensor("-c", config, "--control", control, events="alert,notice,ledger")
            try:
                self.assertEqual(stat.S_IMODE(control.stat().st_mode), 0o660)
                self.live.play("support-export.pcap")
                code, out, err = harness.run("status", "--json", "--socket", control)
                self.assertEqual(code, 0, err)
                status = json.loads(out)
                self.assertGreater(status["packets"], 10)
                self.assertEqual(status["generation"], {"rules": 1, "indexes": 1})
                self.assertEqual(set(status["drops"].values()), {0})
                for columns in status["ledger"].values():
                    self.assertEqual(sum(columns[name] for name in harness.COLUMNS), columns["total"])
                self.assertGreater(status["ledger"]["outbound"]["inspected"], 1000)
                self.assertEqual(len(status["shards"]), 8)
                self.assertIn(status["slowest_shard"], range(8))
                self.assertGreater(status["memory_bytes"]["resident"], 10 << 20)
                self.assertIn(f"file:{events}", [output["name"] for output in status["outputs"]])
                self.assertNotIn(b"@", out, "no value of the wire")
                code, out, err = harness.run("status", "--socket", control)
                self.assertEqual(code, 0, err)
                self.assertIn(b"rules generation 1", out)

                config.write_text(output + "rules: [{id: r, when: {signatures: [emial]}}]\n")
                code, out, err = harness.run("reload", "--socket", control)
                self.assertEqual(code, 1, out)
                self.assertIn(b"did you mean 'email'?", err)
                config.write_text(output + "rules: [{id: r, when: {signatures: [email]}}]\n")
                code, out, err = harness.run("reload", "--socket", control)
                self.assertEqual(code, 0, err)
                self.assertIn(b"generation 2 of rules (1)", out)
                self.live.wait_for(events, '"reloaded"', 30)
                status = json.loads(harness.run("status", "--json", "--socket", control)[1])
                self.assertEqual(status["generation"]["rules"], 2)

                # The interfaces themselves send a little.
                self.assertLess(status["ledger"]["transit"]["total"], 10_000)
                config.write_text(output + "home_networks: [198.18.0.0/15]\n")
                code, out, err = harness.run("reload", "--socket", control)
                self.assertEqual(code, 0, err)
                self.assertIn(b"1 home networks", out)
                outbound = json.loads(harness.run("status", "--json", "--socket", control)[1])["ledger"]["outbound"]["total"]
                self.live.play("support-export.pcap", first=100)
                ledger = json.loads(harness.run("status", "--json", "--socket", control)[1])["ledger"]
                self.assertGreater(ledger["transit"]["total"], 100_000)
                self.assertLess(ledger["outbound"]["total"], outbound + 100_000, "only flows that were open")
            finally:
                code, told, err = self.live.end(run)
            self.assertEqual(code, 0, err)
            self.assertEqual(len(harness.of_type(told, "ledger")), 1, "who asks makes no events")
            self.assertFalse(control.exists())
            code, _, err = harness.run("status", "--socket", control)
            self.assertEqual(code, 2)
            self.assertIn(b"no sensor can be asked there", err)

    def test_who_sends_most_and_which_output_lags(self):
        customers = fp.sent_in(json.loads((harness.EXPECTED / "support-export.json").read_text()))
        with harness.Folder() as folder:
            control = folder / "control.sock"
            _, index, _, key = fp.build(folder, customers)
            config = folder / "outspan.yaml"
            config.write_text(f"fingerprints: [{{name: customers, index: {index}, key_file: {key}}}]\n"
                              f"control: {{socket: {control}}}\n"
                              "outputs: [{type: syslog, name: gone, url: 'tcp://127.0.0.1:9'}]\n")
            run = self.live.sensor("-c", config, events="alert,notice")
            try:
                for turn in range(3):
                    self.live.play("support-export.pcap", first=turn)
                deadline = time.monotonic() + 30
                while time.monotonic() < deadline:
                    code, out, err = harness.run("status", "--json", "-c", config)
                    self.assertEqual(code, 0, err)
                    status = json.loads(out)
                    gone = next(output for output in status["outputs"] if output["name"] == "gone")
                    if status["top_senders"]["by_customers"] and gone["away"] and gone["lag_ms"] > 1000:
                        break
                    time.sleep(0.2)
                code, text, _ = harness.run("status", "-c", config)
            finally:
                self.live.end(run)
            senders = status["top_senders"]
            self.assertEqual(len(senders["by_customers"]), 1)
            self.assertEqual(senders["by_customers"][0]["customers"], len(customers))
            self.assertEqual([sender["address"] for sender in senders["by_bytes"]],
                             [senders["by_customers"][0]["address"]])
            sent = status["ledger"]["outbound"]["total"]
            self.assertLessEqual(senders["by_bytes"][0]["bytes"], status["bytes"])
            self.assertGreater(senders["by_bytes"][0]["bytes"], sent // 2)
            self.assertGreater(gone["waiting"], 0)
            self.assertGreater(gone["lag_ms"], 1000)
            others = [output["lag_ms"] for output in status["outputs"] if output["name"] == "standard output"]
            self.assertEqual(others, [0])
            self.assertIn(f"by customers: {senders['by_customers'][0]['address']} {len(customers)}", text.decode())


if __name__ == "__main__":
    unittest.main()
