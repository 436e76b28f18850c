import json
import os
import signal
import socket
import stat
import sys
import unittest

from harness import AgentCase, is_running


class Launch(AgentCase):
    def test_the_viewer_becomes_ready_on_its_socket(self):
        result, state = self.launch_ready("plain", "{socket}")
        self.assertEqual(state["state"], "ready")
        endpoint = {"kind": "socket", "path": result["directory"] + "/viewer.sock"}
        self.assertEqual(state["endpoint"], endpoint)
        self.assertGreater(state["startMs"], 0)
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(endpoint["path"])

    def test_reply_names_the_watchdog_and_the_host(self):
        result, state = self.launch_ready("plain", "{socket}")
        self.assertEqual(result["directory"], os.path.join(self.parent, "s-1"))
        self.assertTrue(is_running(result["watchdog"]["pid"]))
        self.assertNotEqual(result["watchdog"]["pid"], state["viewer"]["pid"])
        self.assertEqual(result["hostFacts"]["uid"], os.getuid())
        self.assertIsNone(result["storage"])

    def test_directory_and_record_are_for_the_user_alone(self):
        result, state = self.launch_ready("plain", "{socket}")
        for path, mode in (("", 0o700), ("/..", 0o700), ("/record.json", 0o600), ("/log", 0o600)):
            found = stat.S_IMODE(os.stat(result["directory"] + path).st_mode)
            self.assertEqual(found, mode, path)
        with open(result["directory"] + "/record.json") as file:
            record = json.load(file)
        self.assertEqual(record["watchdog"], result["watchdog"])
        self.assertEqual(record["viewer"], state["viewer"])
        self.assertEqual(record["endpoint"], state["endpoint"])
        self.assertNotIn("input", json.dumps(record))

    def ask_before_it_serves(self, viewer):
        """The answer to a request that was sent as soon as the launch was answered."""
        directory = self.launch(viewer, "{socket}", listener="given")["result"]["directory"]
        path = directory + "/viewer.sock"
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(path)
            connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
            with open(directory + "/go", "w"):
                pass
            return connection.makefile("rb").read()

    def test_who_asks_before_a_viewer_serves_waits_where_its_socket_is_given(self):
        self.assertIn(b" 200 ", self.ask_before_it_serves("takes_given"))
        self.assertEqual(self.agent.viewer_state("ready", "exited")["state"], "ready")

    def test_who_waits_for_a_viewer_that_ends_hears_of_it(self):
        with self.assertRaises(ConnectionResetError):
            self.ask_before_it_serves("ends_when_told")
        self.assertEqual(self.agent.viewer_state("ready", "exited")["state"], "exited")

    def test_a_session_that_exists_is_refused(self):
        self.launch_ready("plain", "{socket}")
        error = self.launch("plain", "{socket}")["error"]
        self.assertEqual(error["code"], "session-exists")
        self.assertEqual(self.agent.result("ping")["sessions"], ["s-1"])

    def test_sessions_live_side_by_side(self):
        self.launch_ready("plain", "{socket}", session="s-1")
        self.launch_ready("plain", "{socket}", session="s-2")
        self.assertEqual(self.agent.result("ping")["sessions"], ["s-1", "s-2"])
        self.agent.result("stop", session="s-1")
        self.wait_for("s-1 is let go", lambda: self.agent.result("ping")["sessions"] == ["s-2"])

    def test_input_longer_than_a_pipe_arrives_and_stdin_stays_open(self):
        self.launch_ready("echoes_input", "{socket}", input="x" * 300000 + "\n")
        text = self.agent.result("log", session="s-1", lines=1, follow=False)["text"]
        self.assertEqual(text, "got 300001 bytes\n")

    def test_a_program_that_cannot_be_started_is_an_exit_with_its_reason(self):
        self.launch(argv=["/nonexistent/python", "{socket}"])
        state = self.agent.viewer_state("exited")
        self.assertEqual((state["exitCode"], state["signal"]), (127, None))
        self.assertIn("/nonexistent/python", state["logTail"])
        self.assertIn("No such file", state["logTail"])

    def test_storage_that_is_missing_starts_nothing(self):
        missing = os.path.join(self.base, "no such", "storage")
        error = self.launch("plain", "{socket}", storage=missing)["error"]
        self.assertEqual(error["code"], "storage-missing")
        self.assertEqual(error["storage"]["nearestParent"], self.base)
        self.assertFalse(os.path.exists(self.parent))

    def test_storage_that_is_a_file_starts_nothing(self):
        path = os.path.join(self.base, "file")
        open(path, "w").close()
        error = self.launch("plain", "{socket}", storage=path)["error"]
        self.assertEqual(error["code"], "storage-unreadable")

    def test_storage_is_described_in_the_reply(self):
        path = os.path.join(self.base, "storage")
        os.mkdir(path)
        result, _ = self.launch_ready("plain", "{socket}", storage=path)
        self.assertEqual(result["storage"]["path"], path)
        # Nobody asked how many there are, and counting takes its time.
        self.assertNotIn("runs", result["storage"])


class Environment(AgentCase):
    def started(self, login, **changes):
        agent = self.new_agent(env=dict(login, PATH=os.environ["PATH"], HOME=self.base))
        self.launch_ready("shows_start", "{socket}", "{runtime}", agent=agent, **changes)
        text = agent.result("log", session="s-1", lines=1, follow=False)["text"]
        return json.loads(text)

    def test_viewer_has_a_session_of_its_own_in_its_directory_and_no_descriptor_of_ours(self):
        seen = self.started({})
        directory = os.path.join(self.parent, "s-1")
        self.assertTrue(seen["sid"])
        self.assertEqual(seen["cwd"], directory)
        self.assertEqual(seen["argv"][2:], [directory + "/viewer.sock", directory])
        # The fourth is the one that lists them.
        self.assertEqual(seen["fds"], [0, 1, 2, 3])

    def test_umask_is_the_login_s(self):
        before = os.umask(0o027)
        self.addCleanup(os.umask, before)
        self.assertEqual(self.started({})["umask"], 0o027)

    def test_what_speaks_of_our_connection_is_taken_out(self):
        login = {"SSH_ASKPASS": "x", "SSH_ASKPASS_REQUIRE": "y", "PORTHOLE_HOME": "z", "KEPT": "k"}
        env = self.started(login)["env"]
        self.assertEqual([name for name in login if name in env], ["KEPT"])

    def test_the_c_locale_of_our_ssh_gives_way_to_utf_8(self):
        env = self.started({"LC_ALL": "C"})["env"]
        self.assertNotIn("LC_ALL", env)
        self.assertEqual(env.get("LC_CTYPE", env.get("LANG")), "C.UTF-8")

    def test_the_login_s_own_locale_stays(self):
        env = self.started({"LC_ALL": "C", "LANG": "de_DE.UTF-8"})["env"]
        self.assertEqual((env.get("LC_ALL"), env["LANG"]), (None, "de_DE.UTF-8"))
        self.agent.result("stop", session="s-1")
        self.assertEqual(self.started({"LC_ALL": "en_GB.UTF-8"})["env"]["LC_ALL"], "en_GB.UTF-8")

    def test_the_spec_adds_replaces_and_removes(self):
        env = {"ADDED": "{runtime}/x", "REPLACED": "new", "REMOVED": None}
        seen = self.started({"REPLACED": "old", "REMOVED": "old"}, env=env)["env"]
        self.assertEqual(seen["ADDED"], os.path.join(self.parent, "s-1", "x"))
        self.assertEqual(seen["REPLACED"], "new")
        self.assertNotIn("REMOVED", seen)


class Readiness(AgentCase):
    def test_a_socket_that_the_viewer_reports_is_taken_and_the_report_not_logged(self):
        result, state = self.launch_ready("reports_socket", "{socket}", endpoint="reported")
        self.assertEqual(state["endpoint"]["path"], result["directory"] + "/viewer.sock")

        def log():
            return self.agent.result("log", session="s-1", lines=10, follow=False)["text"]

        self.wait_for("the log is whole", lambda: "after" in log())
        self.assertEqual(log(), "before\n\x1enot a report\nafter\n")

    def test_a_port_that_the_viewer_reports_is_taken(self):
        _, state = self.launch_ready("reports_tcp", endpoint="reported")
        self.assertEqual(state["endpoint"]["kind"], "tcp")
        with socket.create_connection(("127.0.0.1", state["endpoint"]["port"])):
            pass

    @unittest.skipUnless(sys.platform == "linux", "only Linux tells who listens")
    def test_a_port_on_which_someone_else_answers_is_not_believed(self):
        with socket.socket() as server:
            server.bind(("127.0.0.1", 0))
            server.listen(100)
            server.settimeout(60)
            port = server.getsockname()[1]
            self.launch("reports_port", str(port), endpoint="reported", startTimeoutS=60)
            for _ in range(2):
                connection, _ = server.accept()
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                connection.close()
            # It has asked again, so the first answer was not taken.
            self.assertEqual(self.agent.result("attach", session="s-1")["viewer"], {"state": "starting"})

    def test_a_viewer_that_never_answers_is_ended_when_its_time_is_up(self):
        reply = self.launch("never_answers", "{socket}", startTimeoutS=3)
        state = self.agent.viewer_state("timeout")
        self.assertIn("not answering", state["logTail"])
        self.assertEqual(os.path.isdir(reply["result"]["directory"]), True)
        self.assertEqual(self.agent.result("stop", session="s-1")["ended"], "gone")

    def test_a_viewer_that_answers_with_an_error_is_not_ready(self):
        self.launch("unhealthy", "{socket}", startTimeoutS=0.5)
        self.assertEqual(self.agent.viewer_state("ready", "timeout")["state"], "timeout")

    def test_the_children_of_a_viewer_that_never_listens_end_with_it(self):
        reply = self.launch("never_listens", "{socket}", startTimeoutS=3)
        children = self.children_of(reply["result"]["directory"]) if self.agent.viewer_state("timeout") else []
        self.assertEqual(len(children), 1)
        self.wait_gone(*children)


class Exit(AgentCase):
    def test_an_exit_is_told_with_code_and_log(self):
        self.launch("exits", "3")
        state = self.agent.viewer_state("exited")
        expected = {"state": "exited", "exitCode": 3, "signal": None, "wasReady": False}
        self.assertEqual(state, dict(expected, logTail="no such storage\n"))

    def test_a_death_by_signal_is_told(self):
        self.launch("dies")
        state = self.agent.viewer_state("exited")
        self.assertEqual((state["exitCode"], state["signal"]), (None, signal.SIGSEGV))

    def test_an_exit_after_readiness_says_so(self):
        _, state = self.launch_ready("exits_later", "{socket}")
        if state["state"] == "ready":
            state = self.agent.viewer_state("exited")
        self.assertEqual((state["exitCode"], state["wasReady"]), (4, True))
        self.assertIn("that was all", state["logTail"])

    def test_state_and_log_are_kept_for_a_later_agent(self):
        self.launch("exits", "3")
        self.agent.viewer_state("exited")
        later = self.new_agent()
        self.assertEqual(later.result("attach", session="s-1")["viewer"]["exitCode"], 3)
        self.assertEqual(
            later.result("log", session="s-1", lines=9, follow=False)["text"], "no such storage\n"
        )

    def test_children_that_the_viewer_leaves_are_ended(self):
        reply = self.launch("leaves_children", "{socket}")
        self.agent.viewer_state("exited")
        children = self.children_of(reply["result"]["directory"])
        self.assertEqual(len(children), 2)
        self.wait_gone(*children)


if __name__ == "__main__":
    unittest.main()
