import os
import socket
import sys
import unittest

from harness import AgentCase


class Log(AgentCase):
    def text(self, lines):
        return self.agent.result("log", session="s-1", lines=lines, follow=False)["text"]

    def test_the_last_lines_are_given(self):
        self.launch_ready("writes", "{socket}")
        self.assertEqual(self.text(2), "two\nthree\n")
        self.assertEqual(self.text(0), "")
        self.assertEqual(self.text(99), "one\ntwo\nthree\n")

    def test_following_gives_what_was_and_what_comes(self):
        result, _ = self.launch_ready("writes_when_asked", "{socket}", healthPath="/health")
        second = self.new_agent()
        text = second.result("log", session="s-1", lines=10, follow=True)["text"]
        self.assertEqual(text, "asked for /health\n")
        ask(result["directory"], "/again")
        self.assertEqual(second.log_until("/again\n"), "asked for /again\n")
        # Whoever follows holds no lease by it.
        self.assertEqual(second.result("ping")["sessions"], [])

    def test_the_end_of_a_followed_session_is_no_failure(self):
        self.launch_ready("writes", "{socket}")
        second = self.new_agent()
        second.result("log", session="s-1", lines=1, follow=True)
        self.agent.result("stop", session="s-1")
        self.assertEqual(second.error("attach", session="s-1")["code"], "session-unknown")

    def test_bytes_that_are_no_text_become_stand_ins(self):
        code = "import os;os.write(1,b'a\\xff\\x00\\x1b[1m\\xc3\\xa9\\n')"
        self.launch(argv=[sys.executable, "-I", "-S", "-c", code])
        self.assertEqual(self.agent.viewer_state("exited")["logTail"], "a\ufffd\0\x1b[1m\xe9\n")

    def test_a_flood_stays_below_its_cap_and_keeps_its_end(self):
        result, _ = self.launch_ready("floods", "{socket}", "20")
        self.wait_for("the flood is over", lambda: self.text(1) == "the end\n")
        sizes = [os.path.getsize(result["directory"] + name) for name in ("/log", "/log.1")]
        self.assertLessEqual(sum(sizes), 1024 * 1024)
        self.assertGreater(sum(sizes), 256 * 1024)

    def test_a_viewer_that_closes_its_output_lives_on(self):
        _, state = self.launch_ready("closes_output", "{socket}")
        self.assertEqual(state["state"], "ready")
        self.assertEqual(self.agent.result("stop", session="s-1")["ended"], "terminated")

    def test_a_slow_reader_of_the_log_keeps_nobody_waiting(self):
        result, _ = self.launch_ready("writes_when_asked", "{socket}", healthPath="/h")
        slow = self.new_agent()
        slow.result("log", session="s-1", lines=0, follow=True)
        # Nobody reads its stdout any more, while much more comes than pipes and sockets hold.
        for _ in range(300):
            ask(result["directory"], "/" + "x" * 30000)
        self.assertEqual(self.agent.result("stop", session="s-1")["ended"], "terminated")


def ask(directory, path):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(directory + "/viewer.sock")
        connection.sendall(b"GET %s HTTP/1.0\r\n\r\n" % path.encode())
        while connection.recv(4096):
            pass


if __name__ == "__main__":
    unittest.main()
