import os
import signal
import unittest

from harness import AgentCase, is_running


class JumpingClock(AgentCase):
    """The wall clock of the server is set while a session is open, for all processes that a test starts."""

    def setUp(self):
        self.clock = None
        super().setUp()
        self.agent.close()
        self.clock = os.path.join(self.base, "clock")
        self.jump(0)
        self.agent = self.new_agent()

    def new_agent(self, **settings):
        return super().new_agent(clock=self.clock, **settings)

    def jump(self, hours):
        with open(self.clock + ".new", "w") as file:
            file.write(str(hours))
        os.rename(self.clock + ".new", self.clock)

    def left(self):
        return sorted(set(os.listdir(self.base)) - {"clock"})

    def test_forward_ends_no_session_that_is_held(self):
        result, state = self.launch_ready("plain", "{socket}", graceS=60)
        self.jump(10)
        second = self.new_agent()
        # Both are events that renew no lease, and after which the watchdog looks at it.
        self.assertEqual(second.result("look")["sessions"][0]["state"], "held")
        second.result("log", session="s-1", lines=1, follow=True)
        self.assertEqual(second.result("reap"), {"reaped": [], "alive": ["s-1"]})
        self.assertEqual(self.agent.result("ping")["sessions"], ["s-1"])
        attached = second.result("attach", session="s-1")
        self.assertEqual(attached["viewer"], state)
        self.assertEqual(attached["watchdog"], result["watchdog"])

    def test_back_keeps_no_orphan_beyond_its_lease(self):
        result, state = self.launch_ready("plain", "{socket}", graceS=1)
        self.jump(-10)
        self.agent.close()
        self.wait_gone(result["watchdog"]["pid"], state["viewer"]["pid"])
        self.assertEqual(self.left(), [])

    def test_back_keeps_no_start_waiting_beyond_its_time(self):
        self.launch("never_listens", "{socket}", startTimeoutS=1)
        self.jump(-10)
        self.assertEqual(self.agent.viewer_state("timeout", "ready", "exited")["state"], "timeout")

    def test_forward_reaps_what_a_dead_watchdog_left_and_nothing_else(self):
        self.reap_after(10)

    def test_back_reaps_what_a_dead_watchdog_left_and_nothing_else(self):
        self.reap_after(-10)

    def reap_after(self, hours):
        orphan, _ = self.launch_ready("plain", "{socket}", session="s-1")
        _, state = self.launch_ready("plain", "{socket}", session="s-2")
        os.kill(orphan["watchdog"]["pid"], signal.SIGKILL)
        self.wait_gone(orphan["watchdog"]["pid"])
        self.jump(hours)
        self.assertEqual(self.new_agent().result("reap"), {"reaped": ["s-1"], "alive": ["s-2"]})
        self.assertTrue(is_running(state["viewer"]["pid"]))

    def test_forward_gives_a_silent_watchdog_its_lease(self):
        result, number, reaper = self.reap_silent(graceS=600)
        self.jump(10)
        self.assertEqual(self.look(), "hung")
        os.kill(result["watchdog"]["pid"], signal.SIGCONT)
        reply = reaper.take(lambda frame: frame.get("id") == number)
        self.assertEqual(reply["result"], {"reaped": [], "alive": ["s-1"]})

    def test_back_gives_a_silent_watchdog_no_more_than_its_lease(self):
        result, number, reaper = self.reap_silent(graceS=2)
        self.jump(-10)
        reply = reaper.take(lambda frame: frame.get("id") == number)
        self.assertEqual(reply["result"], {"reaped": ["s-1"], "alive": []})
        self.wait_gone(result["watchdog"]["pid"])
        self.assertEqual(self.left(), [])

    def reap_silent(self, graceS):
        result, _ = self.launch_ready("plain", "{socket}", graceS=graceS)
        os.kill(result["watchdog"]["pid"], signal.SIGSTOP)
        self.addCleanup(self.thaw, result["watchdog"]["pid"])
        reaper = self.new_agent()
        number = reaper.send("reap")
        self.assertEqual(self.look(), "hung")
        return result, number, reaper

    def look(self):
        return self.new_agent().result("look")["sessions"][0]["state"]

    def thaw(self, pid):
        if is_running(pid):
            os.kill(pid, signal.SIGCONT)


if __name__ == "__main__":
    unittest.main()
