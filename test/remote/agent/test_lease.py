import os
import signal
import time
import unittest

from harness import AgentCase, is_running


class Lease(AgentCase):
    def test_a_viewer_ends_with_its_lease_and_leaves_nothing(self):
        result, state = self.launch_ready("plain", "{socket}", graceS=1)
        self.agent.close()
        self.wait_gone(result["watchdog"]["pid"], state["viewer"]["pid"])
        self.assertEqual(os.listdir(self.base), [])

    def test_pings_keep_a_viewer_alive(self):
        result, _ = self.launch_ready("plain", "{socket}", graceS=2)
        end = time.monotonic() + 5
        while time.monotonic() < end:
            self.assertEqual(self.agent.result("ping")["sessions"], ["s-1"])
            time.sleep(0.1)
        self.assertTrue(is_running(result["watchdog"]["pid"]))

    def test_what_an_exited_viewer_left_goes_with_the_lease(self):
        reply = self.launch("exits", "3", graceS=1)
        self.agent.viewer_state("exited")
        self.agent.close()
        self.wait_gone(reply["result"]["watchdog"]["pid"])
        self.assertEqual(os.listdir(self.base), [])

    def test_an_agent_whose_client_is_silent_for_the_lease_ends_by_itself(self):
        result, _ = self.launch_ready("plain", "{socket}", graceS=1)
        # Its stdin stays open, as on a link that has gone black.
        self.agent.end_of_stdout()
        self.wait_gone(result["watchdog"]["pid"])

    def test_a_silent_client_that_reads_nothing_ends_the_agent_as_well(self):
        self.launch_ready("plain", "{socket}", graceS=1)
        # Far more than the pipe of its stdout holds, so that it is stuck in a write.
        try:
            for _ in range(3000):
                self.agent.send_line(b"not json, answered with an error that nobody reads")
        except BrokenPipeError:
            pass
        self.agent.process.wait(60)


class Agents(AgentCase):
    def test_the_end_of_stdin_ends_the_agent_at_once_and_no_viewer(self):
        result, state = self.launch_ready("plain", "{socket}")
        self.agent.process.stdin.close()
        self.assertEqual(self.agent.end_of_stdout(), 0)
        self.assertTrue(is_running(state["viewer"]["pid"]))
        self.assertTrue(is_running(result["watchdog"]["pid"]))

    def test_the_login_s_pipes_are_let_go_by_watchdog_and_viewer(self):
        self.launch_ready("plain", "{socket}")
        self.agent.process.kill()
        # Comes to its end only when nobody else holds the other end.
        self.agent.end_of_stdout()

    def test_a_killed_agent_harms_nobody_and_another_takes_over(self):
        result, state = self.launch_ready("plain", "{socket}")
        self.agent.process.kill()
        self.agent.process.wait()
        second = self.new_agent()
        attached = second.result("attach", session="s-1")
        self.assertEqual(attached["viewer"], state)
        self.assertEqual(attached["watchdog"], result["watchdog"])
        self.assertEqual(attached["directory"], result["directory"])
        self.assertEqual(attached["hostFacts"]["bootId"], result["hostFacts"]["bootId"])
        self.assertEqual(second.result("ping")["sessions"], ["s-1"])

    def test_a_killed_agent_in_the_middle_of_a_start_harms_nobody(self):
        self.agent.send_line(b"")
        reply = self.launch("reports_socket", "{socket}", endpoint="reported")
        self.agent.process.kill()
        second = self.new_agent()
        if second.result("attach", session="s-1")["viewer"]["state"] == "starting":
            self.assertEqual(second.viewer_state("ready", "exited")["state"], "ready")
        self.assertIn("result", reply)

    def test_events_go_to_every_agent_that_holds_the_session(self):
        _, state = self.launch_ready("plain", "{socket}")
        second = self.new_agent()
        second.result("attach", session="s-1")
        os.kill(state["viewer"]["pid"], signal.SIGKILL)
        for agent in (self.agent, second):
            self.assertEqual(agent.viewer_state("exited")["signal"], signal.SIGKILL)

    def test_the_watchdog_ignores_a_hang_up(self):
        result, state = self.launch_ready("plain", "{socket}")
        os.kill(result["watchdog"]["pid"], signal.SIGHUP)
        self.assertEqual(self.new_agent().result("attach", session="s-1")["viewer"], state)

    def test_a_watchdog_asked_to_end_takes_everything_with_it(self):
        result, state = self.launch_ready("plain", "{socket}")
        os.kill(result["watchdog"]["pid"], signal.SIGTERM)
        self.agent.viewer_state("exited")
        self.wait_gone(result["watchdog"]["pid"], state["viewer"]["pid"])
        self.assertEqual(os.listdir(self.base), [])

    def test_the_sudden_death_of_a_watchdog_is_told_as_an_exit_of_unknown_kind(self):
        result, state = self.launch_ready("writes", "{socket}")
        os.kill(result["watchdog"]["pid"], signal.SIGKILL)
        told = self.agent.viewer_state("exited")
        expected = {"state": "exited", "exitCode": None, "signal": None, "wasReady": True}
        self.assertEqual(told, dict(expected, logTail="one\ntwo\nthree\n"))
        # The kernel tells the viewer.
        self.wait_gone(state["viewer"]["pid"])
        self.assertEqual(self.agent.error("attach", session="s-1")["code"], "session-unknown")


if __name__ == "__main__":
    unittest.main()
