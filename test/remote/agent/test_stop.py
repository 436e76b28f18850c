import json
import os
import signal
import socket
import subprocess
import sys
import threading
import unittest
from unittest import mock

from harness import VIEWER, AgentCase, is_running

from porthole_agent import operations, runtime_dir, sessions
from porthole_agent.main import Agent
from porthole_agent.record import write_record


class Stop(AgentCase):
    def test_nothing_is_left_when_the_stop_is_answered(self):
        result, state = self.launch_ready("plain", "{socket}")
        answer = self.agent.result("stop", session="s-1")
        self.assertEqual(answer, {"session": "s-1", "ended": "terminated"})
        self.assertFalse(is_running(state["viewer"]["pid"]))
        self.assertFalse(is_running(result["watchdog"]["pid"]))
        self.assertEqual(os.listdir(self.base), [])

    def test_the_exit_is_told_as_well(self):
        self.launch_ready("plain", "{socket}")
        self.agent.result("stop", session="s-1")
        self.assertEqual(self.agent.viewer_state("exited")["signal"], signal.SIGTERM)

    def test_a_stop_is_carried_out_though_the_client_hangs_up_at_once(self):
        self.lose_patience()
        result, state = self.launch_ready("ignores_sigterm", "{socket}")
        self.agent.send("stop", session="s-1")
        self.agent.process.stdin.close()
        self.agent.process.stdout.close()
        self.agent.process.wait()
        # The agent waits for it only so long, which a busy machine may exceed; the watchdog goes on.
        self.wait_gone(state["viewer"]["pid"], result["watchdog"]["pid"])
        self.assertEqual(os.listdir(self.base), [])

    def test_a_stop_right_behind_its_launch_ends_what_the_launch_started(self):
        spec = {
            "argv": [sys.executable, "-I", VIEWER, "plain", "{socket}"],
            "env": {},
            "input": "",
            "endpoint": "socket",
            "healthPath": "/",
            "startTimeoutS": 60,
        }
        self.agent.send("launch", session="s-1", graceS=120, storage=self.base, spec=spec)
        self.agent.send("stop", session="s-1")
        self.agent.process.stdin.close()
        self.agent.end_of_stdout()
        self.assertEqual(os.listdir(self.base), [])

    def test_a_stop_waits_for_the_launch_of_its_own_session_alone(self):
        order, go_on = [], threading.Event()

        def launch(request, umask, release):
            go_on.wait()
            order.append("launch " + request["session"])
            return {}, None

        def stop(request):
            order.append("stop " + request["session"])
            return {}, None

        null = os.open(os.devnull, os.O_RDWR)
        self.addCleanup(os.close, null)
        self.addCleanup(os.umask, os.umask(0o077))
        agent = Agent(null, null)
        requests = [("launch", "s-1"), ("stop", "s-1"), ("stop", "s-2")]
        lines = [
            json.dumps({"id": number, "op": op, "session": session})
            for number, (op, session) in enumerate(requests, 1)
        ]
        with mock.patch.multiple(operations, launch=launch, stop=stop):
            agent.take_requests("".join(line + "\n" for line in lines).encode())
            _, second = agent.stops[1]
            second.join()
            go_on.set()
            agent.finish_stops()
        self.assertEqual(order, ["stop s-2", "launch s-1", "stop s-1"])
        agent.release()

    def test_a_viewer_that_ignores_sigterm_is_killed(self):
        self.lose_patience()
        _, state = self.launch_ready("ignores_sigterm", "{socket}")
        self.assertEqual(self.agent.result("stop", session="s-1")["ended"], "killed")
        self.assertFalse(is_running(state["viewer"]["pid"]))

    def test_children_end_as_well_also_those_that_ignore_or_have_left_the_group(self):
        self.lose_patience()
        result, _ = self.launch_ready("has_children", "{socket}")
        children = self.children_of(result["directory"])
        self.assertEqual(len(children), 3)
        self.agent.result("stop", session="s-1")
        self.assertEqual([pid for pid in children if is_running(pid)], [])

    def test_daemons_of_the_viewer_end_as_well(self):
        result, _ = self.launch_ready("daemonizes", "{socket}")
        path = result["directory"] + "/children"
        self.wait_for("the daemon runs", lambda: os.path.exists(path) and self.children_of(result["directory"]))
        children = self.children_of(result["directory"])
        self.agent.result("stop", session="s-1")
        self.assertEqual([pid for pid in children if is_running(pid)], [])

    def test_a_viewer_that_is_stopped_by_a_signal_still_ends_by_sigterm(self):
        _, state = self.launch_ready("plain", "{socket}")
        os.kill(state["viewer"]["pid"], signal.SIGSTOP)
        self.assertEqual(self.agent.result("stop", session="s-1")["ended"], "terminated")

    def test_a_viewer_that_has_exited_is_gone_already(self):
        self.launch("exits", "0")
        self.agent.viewer_state("exited")
        self.assertEqual(self.agent.result("stop", session="s-1")["ended"], "gone")
        self.assertEqual(os.listdir(self.base), [])

    def test_files_and_links_of_the_viewer_s_in_the_directory_go_with_it(self):
        result, _ = self.launch_ready("plain", "{socket}")
        kept = os.path.join(self.base, "kept")
        os.makedirs(kept + "/below")
        inner = result["directory"] + "/a/b"
        os.makedirs(inner)
        os.symlink(kept, inner + "/link")
        open(inner + "/file", "w").close()
        os.chmod(inner, 0)
        self.agent.result("stop", session="s-1")
        self.assertEqual(sorted(os.listdir(self.base)), ["kept"])
        self.assertEqual(os.listdir(kept), ["below"])

    def test_another_session_keeps_the_parent_directory(self):
        self.launch_ready("plain", "{socket}", session="s-1")
        self.launch_ready("plain", "{socket}", session="s-2")
        self.agent.result("stop", session="s-1")
        self.assertEqual(os.listdir(self.parent), ["s-2"])

    def test_two_agents_may_stop_the_same_session(self):
        self.launch_ready("ignores_sigterm", "{socket}")
        second = self.new_agent()
        number = self.agent.send("stop", session="s-1")
        self.assertEqual(second.result("stop", session="s-1")["ended"], "killed")
        reply = self.agent.take(lambda frame: frame.get("id") == number)
        self.assertEqual(reply["result"]["ended"], "killed")

    def test_an_unknown_session_is_named(self):
        error = self.agent.error("stop", session="nobody")
        self.assertEqual(error["code"], "session-unknown")
        self.assertIn("nobody", error["message"])


class DeadWatchdog(AgentCase):
    def orphan(self, kind):
        result, state = self.launch_ready(kind, "{socket}")
        os.kill(result["watchdog"]["pid"], signal.SIGKILL)
        self.wait_gone(result["watchdog"]["pid"])
        self.agent.viewer_state("exited")
        return result, state

    def test_stop_ends_what_it_left_by_identity(self):
        self.lose_patience()
        result, state = self.orphan("survives_watchdog")
        children = self.children_of(result["directory"])
        self.assertTrue(is_running(state["viewer"]["pid"]))
        self.assertEqual(self.agent.result("stop", session="s-1")["ended"], "killed")
        self.assertFalse(is_running(state["viewer"]["pid"]))
        self.assertEqual([pid for pid in children if is_running(pid)], [])
        self.assertEqual(os.listdir(self.base), [])

    def test_log_is_still_there(self):
        self.orphan("writes")
        text = self.agent.result("log", session="s-1", lines=2, follow=False)["text"]
        self.assertEqual(text, "two\nthree\n")

    def test_reap_removes_it_and_leaves_the_living_alone(self):
        self.orphan("plain")
        _, state = self.launch_ready("plain", "{socket}", session="s-2")
        self.assertEqual(self.agent.result("reap"), {"reaped": ["s-1"], "alive": ["s-2"]})
        self.assertTrue(is_running(state["viewer"]["pid"]))
        self.assertEqual(os.listdir(self.parent), ["s-2"])

    def test_a_process_that_took_over_the_pid_is_not_touched(self):
        result, _ = self.orphan("plain")
        other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        self.addCleanup(other.wait)
        self.addCleanup(other.kill)
        path = result["directory"] + "/record.json"
        with open(path) as file:
            record = json.load(file)
        record["watchdog"]["pid"] = record["viewer"]["pid"] = other.pid
        with open(path, "w") as file:
            json.dump(record, file)
        self.assertEqual(self.agent.result("reap")["reaped"], ["s-1"])
        self.assertIsNone(other.poll())

    def test_a_watchdog_that_hangs_does_not_keep_a_session_alive(self):
        result, state = self.launch_ready("plain", "{socket}")
        os.kill(result["watchdog"]["pid"], signal.SIGSTOP)
        limit, bases = sessions.ANSWER_LIMIT_S, runtime_dir.BASES
        self.addCleanup(setattr, sessions, "ANSWER_LIMIT_S", limit)
        self.addCleanup(setattr, runtime_dir, "BASES", bases)
        sessions.ANSWER_LIMIT_S, runtime_dir.BASES = 0.2, [self.base]
        self.assertIn(sessions.stop("s-1"), ("terminated", "gone"))
        self.wait_gone(result["watchdog"]["pid"], state["viewer"]["pid"])


class Reap(AgentCase):
    def freeze_watchdog(self, graceS):
        result, state = self.launch_ready("plain", "{socket}", graceS=graceS)
        os.kill(result["watchdog"]["pid"], signal.SIGSTOP)
        # Whatever the test has left of it can be stopped only when it goes on.
        self.addCleanup(self.thaw, result["watchdog"]["pid"])
        return result, state

    def thaw(self, pid):
        if is_running(pid):
            os.kill(pid, signal.SIGCONT)

    def look(self):
        return {one["session"]: one for one in self.agent.result("look")["sessions"]}

    def test_a_watchdog_that_hangs_longer_than_its_lease_loses_its_session(self):
        result, state = self.freeze_watchdog(graceS=1)
        # Another agent: the one that holds a lease ends with it.
        answer = self.new_agent().result("reap")
        self.assertEqual(answer, {"reaped": ["s-1"], "alive": []})
        self.wait_gone(result["watchdog"]["pid"], state["viewer"]["pid"])
        self.assertEqual(os.listdir(self.base), [])

    def test_a_watchdog_that_only_stood_still_for_a_while_keeps_its_session(self):
        result, state = self.freeze_watchdog(graceS=600)
        number = self.agent.send("reap")
        self.wait_for("it has been looked for", lambda: self.look()["s-1"]["state"] == "hung")
        os.kill(result["watchdog"]["pid"], signal.SIGCONT)
        reply = self.agent.take(lambda frame: frame.get("id") == number)
        self.assertEqual(reply["result"], {"reaped": [], "alive": ["s-1"]})
        self.assertTrue(is_running(state["viewer"]["pid"]))

    def fill_queue(self, directory):
        """As many as may wait at the watchdog's door have come and gone."""
        for _ in range(100):
            with socket.socket(socket.AF_UNIX) as visitor:
                visitor.setblocking(False)
                try:
                    visitor.connect(directory + "/control.sock")
                except BlockingIOError:
                    return
        self.fail("the queue has no end")

    def test_a_watchdog_at_whose_door_too_many_wait_keeps_nobody_waiting(self):
        result, state = self.freeze_watchdog(graceS=600)
        self.fill_queue(result["directory"])
        self.assertEqual(self.look()["s-1"]["state"], "hung")
        self.assertEqual(self.agent.result("reap", patienceS=0.1)["reaped"], ["s-1"])
        self.wait_gone(result["watchdog"]["pid"], state["viewer"]["pid"])
        self.assertEqual(os.listdir(self.base), [])

    def test_a_watchdog_at_whose_door_too_many_waited_keeps_its_session_when_it_goes_on(self):
        result, state = self.freeze_watchdog(graceS=600)
        self.fill_queue(result["directory"])
        second = self.new_agent()
        number = second.send("attach", session="s-1")
        self.assertEqual(self.look()["s-1"]["state"], "hung")
        os.kill(result["watchdog"]["pid"], signal.SIGCONT)
        reply = second.take(lambda frame: frame.get("id") == number)
        self.assertEqual(reply["result"]["viewer"], state)

    def test_one_that_hangs_does_not_keep_others_from_being_reaped(self):
        self.freeze_watchdog(graceS=600)
        for number in range(2, 9):
            directory = "%s/s-%d" % (self.parent, number)
            os.mkdir(directory, 0o700)
            gone = {"pid": os.getpid(), "startTime": "another's", "bootId": "another"}
            write_record(directory, {"watchdog": gone, "viewer": None, "graceS": 600})
        # One agent reaps, another looks.
        self.new_agent().send("reap")
        self.wait_for("the others are gone", lambda: list(self.look()) == ["s-1"])

    def test_by_hand_one_need_not_wait_for_the_lease(self):
        result, state = self.freeze_watchdog(graceS=600)
        self.assertEqual(self.agent.result("reap", patienceS=0.1)["reaped"], ["s-1"])
        self.wait_gone(result["watchdog"]["pid"], state["viewer"]["pid"])

    def test_what_is_there_can_be_looked_at_without_renewing_a_lease(self):
        result, _ = self.launch_ready("plain", "{socket}", session="s-1")
        orphan, _ = self.launch_ready("plain", "{socket}", session="s-2", graceS=77)
        os.kill(orphan["watchdog"]["pid"], signal.SIGKILL)
        self.wait_gone(orphan["watchdog"]["pid"])
        found = self.look()
        self.assertEqual([found["s-1"]["state"], found["s-2"]["state"]], ["held", "orphaned"])
        self.assertEqual(found["s-2"]["graceS"], 77)
        self.assertEqual(found["s-1"]["directory"], result["directory"])
        self.assertEqual(sorted(os.listdir(self.parent)), ["s-1", "s-2"])

    def test_a_directory_that_is_being_made_is_left_alone_however_old_it_seems(self):
        directory = self.parent + "/s-1"
        os.makedirs(directory, 0o700)
        os.chmod(self.parent, 0o700)
        maker = os.open(directory, os.O_RDONLY)
        runtime_dir.hold(maker)
        for then in (1, 10**10):
            os.utime(directory, (then, then))
            self.assertEqual(self.agent.result("reap"), {"reaped": [], "alive": ["s-1"]})
        os.close(maker)
        # Made a moment ago, by one that was killed before it held it.
        os.utime(directory)
        self.assertEqual(self.look()["s-1"]["state"], "orphaned")
        self.assertEqual(self.agent.result("reap"), {"reaped": ["s-1"], "alive": []})
        self.assertEqual(os.listdir(self.base), [])

    def test_a_directory_that_was_made_this_moment_and_is_held_the_next_is_left_alone(self):
        directory = self.parent + "/s-1"
        os.makedirs(directory, 0o700)
        os.chmod(self.parent, 0o700)
        maker = os.open(directory, os.O_RDONLY)
        self.addCleanup(os.close, maker)
        with mock.patch.object(runtime_dir, "BASES", [self.base]):
            with mock.patch.object(sessions.time, "sleep", lambda seconds: runtime_dir.hold(maker)):
                self.assertEqual(sessions.reap(), ([], ["s-1"]))

    def test_a_session_whose_record_somebody_cleared_away_goes_on(self):
        result, state = self.launch_ready("plain", "{socket}")
        # As a cleaner of old files does, once the session is open for longer than it lets them lie.
        os.unlink(result["directory"] + "/record.json")
        os.utime(result["directory"], (1, 1))
        self.assertEqual(self.new_agent().result("reap"), {"reaped": [], "alive": ["s-1"]})
        self.assertTrue(is_running(state["viewer"]["pid"]))
        self.assertEqual(self.agent.result("stop", session="s-1")["ended"], "terminated")
        self.assertEqual(os.listdir(self.base), [])

    def test_what_is_no_session_is_left_alone(self):
        os.makedirs(self.parent + "/Not A Session", 0o700)
        os.chmod(self.parent, 0o700)
        os.utime(self.parent + "/Not A Session", (1, 1))
        self.assertEqual(self.agent.result("reap"), {"reaped": [], "alive": []})

    def test_on_an_untouched_server_it_makes_nothing(self):
        self.assertEqual(self.agent.result("reap"), {"reaped": [], "alive": []})
        self.assertEqual(os.listdir(self.base), [])


if __name__ == "__main__":
    unittest.main()
