"""Viewers that serve a port: it is chosen for them, believed only if it is theirs, and another one if it is lost."""
import os
import socket
import sys
import unittest

from harness import AgentCase

SERVES = """
import http.server, os, sys, time
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(int(os.environ.get("STATUS", "200")))
        self.end_headers()
    def log_message(self, *details):
        pass
host, port, waits = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
for name in waits:
    with open("wanted-%s" % name, "w") as file:
        file.write(str(port))
    os.rename("wanted-%s" % name, name)
    while os.path.exists(name):
        time.sleep(0.005)
try:
    server = http.server.HTTPServer((host, port), Handler)
except OSError:
    sys.exit("taken")
server.serve_forever()
"""


class Port(AgentCase):
    def launch_port(self, *arguments, **changes):
        changes.setdefault("argv", [sys.executable, "-I", "-c", SERVES, *arguments])
        return self.launch(endpoint="port", **changes)

    def test_a_viewer_is_told_a_port_and_answers_there(self):
        self.launch_port("127.0.0.1", "{port}")
        state = self.agent.viewer_state("ready", "exited", "timeout")
        port = state["endpoint"]["port"]
        self.assertEqual(state["endpoint"]["kind"], "tcp")
        self.assertEqual(state["listensAt"], ["127.0.0.1:%d" % port])
        with socket.create_connection(("127.0.0.1", port)):
            pass

    def test_a_viewer_that_listens_at_every_address_is_told(self):
        self.launch_port("0.0.0.0", "{port}")
        state = self.agent.viewer_state("ready", "exited", "timeout")
        self.assertEqual(state["listensAt"], ["0.0.0.0:%d" % state["endpoint"]["port"]])

    def test_a_port_that_somebody_else_took_is_given_up_for_another_one_once(self):
        directory = self.launch_port("127.0.0.1", "{port}", "first")["result"]["directory"]
        lost = self.take_port(directory)
        # The second start waits likewise.
        again = self.wanted(directory)
        self.assertNotEqual(again, lost)
        os.remove(directory + "/first")
        state = self.agent.viewer_state("ready", "exited", "timeout")
        self.assertEqual(state["endpoint"], {"kind": "tcp", "port": again})

    def test_a_port_that_is_lost_twice_ends_it(self):
        directory = self.launch_port("127.0.0.1", "{port}", "first")["result"]["directory"]
        self.take_port(directory)
        self.take_port(directory)
        state = self.agent.viewer_state("ready", "exited", "timeout")
        self.assertEqual((state["state"], state["exitCode"]), ("exited", 1))

    def test_a_viewer_that_listens_elsewhere_is_ended_and_its_place_told(self):
        self.launch_port("127.0.0.1", "0", startTimeoutS=2)
        state = self.agent.viewer_state("ready", "exited", "timeout")
        self.assertEqual(state["state"], "timeout")
        self.assertRegex(" ".join(state["listensAt"]), r"^127\.0\.0\.1:\d+$")

    def test_any_answer_will_do_where_the_spec_says_so(self):
        self.launch_port("127.0.0.1", "{port}", env={"STATUS": "404"}, healthyWhen="any-answer")
        self.assertEqual(self.agent.viewer_state("ready", "exited", "timeout")["state"], "ready")

    def test_programs_of_the_environment_go_first_and_the_working_directory_is_the_storage(self):
        tools, data = os.path.join(self.base, "tools"), os.path.join(self.base, "{socket}")
        os.makedirs(tools)
        os.makedirs(data)
        with open(tools + "/my-viewer", "w") as file:
            file.write('#!/bin/sh\npwd > where\nexec "$@"\n')
        os.chmod(tools + "/my-viewer", 0o755)
        words = ["my-viewer", sys.executable, "-I", "-c", SERVES, "127.0.0.1", "{port}"]
        self.launch_port(argv=words, searchFirst=tools, storage=data, cwd="{storage}")
        self.assertEqual(self.agent.viewer_state("ready", "exited", "timeout")["state"], "ready")
        with open(data + "/where") as file:
            self.assertEqual(file.read(), data + "\n")

    def wanted(self, directory):
        self.wait_for("it wants a port", lambda: os.path.exists(directory + "/first"))
        with open(directory + "/first") as file:
            return int(file.read())

    def take_port(self, directory):
        port = self.wanted(directory)
        listener = socket.create_server(("127.0.0.1", port))
        self.addCleanup(listener.close)
        os.remove(directory + "/first")
        return port


if __name__ == "__main__":
    unittest.main()
