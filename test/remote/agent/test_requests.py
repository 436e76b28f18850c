import base64
import os
import unittest
import zlib

from harness import AgentCase


class Hostile(AgentCase):
    def answered(self, line):
        self.agent.send_line(line)
        return self.agent.take(lambda frame: "error" in frame)

    def test_lines_that_are_no_request_are_answered_and_survived(self):
        lines = [b"hello", b"[]", b"7", b"null", b'{"op": "ping"}', b'{"id": -1, "op": "ping"}',
                 b'{"id": true, "op": "ping"}', b'{"id": "1", "op": "ping"}', b"\xff\xfe", b"\0",
                 b"[" * 100000]
        for line in lines:
            reply = self.answered(line)
            self.assertEqual((reply["id"], reply["error"]["code"]), (0, "bad-request"), line[:20])
        self.assertEqual(self.agent.result("ping"), {"sessions": []})

    def test_empty_lines_are_passed_over(self):
        self.agent.send_line(b"\n  \r")
        self.assertEqual(self.agent.result("ping"), {"sessions": []})

    def test_operations_that_do_not_exist_are_named(self):
        for op in ("nothing", "", None, 7, [], {"a": 1}, "__init__"):
            self.assertEqual(self.agent.error(op)["code"], "unknown-op", op)

    def test_a_line_without_end_ends_the_agent(self):
        try:
            for _ in range(100):
                self.agent.process.stdin.write(b"x" * 100000)
        except BrokenPipeError:
            pass
        self.agent.end_of_stdout()

    def test_session_names_cannot_lead_elsewhere(self):
        for session in ("", ".", "..", "a/b", "../x", "A", "a" * 41, "a\n", None, 7, ["a"], "a\0"):
            for op in ("attach", "stop", "log"):
                error = self.agent.error(op, session=session, lines=1, follow=False)
                self.assertEqual(error["code"], "bad-request", (op, session))
            self.assertEqual(self.launch("plain", session=session)["error"]["code"], "bad-request")

    def test_specs_of_the_wrong_shape_are_refused_before_anything_is_made(self):
        wrong = {
            "argv": [None, [], "ls", [1], ["a\0b"]],
            "env": [None, [], {"a": 1}, {"a=b": "x"}, {"": "x"}, {"a": "x\0"}],
            "input": [None, 1],
            "endpoint": [None, "tcp", ["socket"]],
            "healthPath": [None, "", "x", "/a b", "/\r\nX: y", "/\u00e9"],
            "startTimeoutS": [None, 0, -1, "1", True, 1e9, float("nan"), float("inf")],
            "graceS": [None, 0, -1, "1", True, float("nan")],
        }
        for field, values in wrong.items():
            for value in values:
                reply = self.launch("plain", **{field: value})
                self.assertEqual(reply["error"]["code"], "bad-request", (field, value))
        self.assertEqual(self.agent.error("launch", session="s-1", graceS=1)["code"], "bad-request")
        self.assertEqual(os.listdir(self.base), [])

    def test_log_wants_a_count_of_lines(self):
        for lines in (None, -1, "3", 1.5, True):
            error = self.agent.error("log", session="s-1", lines=lines, follow=False)
            self.assertEqual(error["code"], "bad-request")

    def test_a_reader_that_is_gone_ends_the_agent(self):
        self.agent.process.stdout.close()
        self.agent.send("ping")
        self.assertEqual(self.agent.process.wait(60), 0)


class Waiting(AgentCase):
    def test_pings_are_answered_while_a_probe_takes_its_time(self):
        gate = os.path.join(self.base, "gate")
        os.mkfifo(gate)
        source = "def run(request):\n    return {'read': open(request['gate']).read()}\n"
        self.agent.result("load", part="probe", modules={"main": source})
        number = self.agent.send("probe", gate=gate)
        self.assertEqual(self.agent.result("ping"), {"sessions": []})
        with open(gate, "w") as file:
            file.write("done")
        reply = self.agent.take(lambda frame: frame.get("id") == number)
        self.assertEqual(reply["result"], {"read": "done"})

    def test_a_launch_beside_a_probe_that_hangs_works(self):
        gate = os.path.join(self.base, "gate")
        os.mkfifo(gate)
        self.agent.result("load", part="probe", modules={"main": "def run(request):\n open(request['gate'])\n"})
        self.agent.send("probe", gate=gate)
        _, state = self.launch_ready("plain", "{socket}")
        self.assertEqual(state["state"], "ready")


class Load(AgentCase):
    def test_modules_see_one_another_and_the_agent_s(self):
        modules = {
            "main": "from porthole_agent.probe import other\nfrom porthole_agent.storage import count_runs\n"
            "def run(request):\n    return {'sum': other.double(request['n']), 'runs': count_runs('/nonexistent')}\n",
            "other": "def double(n):\n    return 2 * n\n",
        }
        self.agent.result("load", part="probe", modules=modules)
        self.assertEqual(self.agent.result("probe", n=4), {"sum": 8, "runs": [0, False]})

    def test_a_probe_that_fails_is_a_failure_of_ours_and_no_end(self):
        self.agent.result("load", part="probe", modules={"main": "def run(request):\n    return 1 / 0\n"})
        error = self.agent.error("probe")
        self.assertEqual(error["code"], "internal")
        self.assertIn("ZeroDivisionError", error["message"])

    def test_modules_of_the_wrong_shape_are_refused(self):
        packed = base64.b64encode(zlib.compress(b"[1]")).decode()
        for modules in (None, [], {"main": 1}, "x", "\u00e9", packed):
            self.assertEqual(self.agent.error("load", part="probe", modules=modules)["code"], "bad-request")


if __name__ == "__main__":
    unittest.main()
