import os
import selectors
import shutil
import socket
import tempfile
import unittest

import harness  # noqa: F401

from porthole_agent.readiness import Readiness


class Supervision:
    """What readiness needs of the watchdog's loop."""

    def __init__(self, directory):
        self.directory = directory
        self.selector = selectors.DefaultSelector()
        self.endpoint = None

    def become_ready(self, endpoint):
        self.endpoint = endpoint
        self.readiness.cease()


class LastAnswer(unittest.TestCase):
    def setUp(self):
        directory = tempfile.mkdtemp(prefix="porthole-test-")
        self.addCleanup(shutil.rmtree, directory)
        self.supervision = Supervision(directory)
        self.addCleanup(self.supervision.selector.close)
        spec = {"healthPath": "/", "startTimeoutS": 60, "endpoint": "socket"}
        self.readiness = Readiness(self.supervision, spec)
        self.supervision.readiness = self.readiness
        self.listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(self.listener.close)
        self.listener.bind(os.path.join(directory, "viewer.sock"))
        self.listener.listen(1)

    def end_of_viewer_after(self, answer):
        """The viewer is asked, answers, and ends before its answer is looked at."""
        self.readiness.check(self.readiness.started)
        self.readiness.on_attempt()
        connection, _ = self.listener.accept()
        connection.sendall(answer)
        connection.close()
        self.readiness.take_last_answer()

    def test_an_answer_given_before_the_end_counts_when_the_end_is_noticed_first(self):
        self.end_of_viewer_after(b"HTTP/1.1 200 OK\r\n\r\n")
        self.assertEqual(self.supervision.endpoint, self.readiness.endpoint)

    def test_an_answer_cut_off_by_the_end_does_not(self):
        self.end_of_viewer_after(b"HTTP/1.1 2")
        self.assertIsNone(self.supervision.endpoint)
        self.assertIsNone(self.readiness.attempt)


if __name__ == "__main__":
    unittest.main()
