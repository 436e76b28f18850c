import os
import signal
import unittest
from unittest import mock

import harness  # noqa: F401  makes porthole_agent importable

from porthole_agent import processes, viewer_process


class StuckViewer:
    """A viewer whose processes no signal ends, as in a dead file system."""

    def members(self):
        return {7}

    def reap(self):
        return False


class Ending(unittest.TestCase):
    def setUp(self):
        self.sent = []
        patch = mock.patch.object(
            processes, "signal_each", lambda pids, number: self.sent.append((pids, number))
        )
        patch.start()
        self.addCleanup(patch.stop)

    def test_what_is_stuck_in_the_kernel_is_killed_again_and_then_given_up(self):
        ending = viewer_process.Ending(StuckViewer(), 100)
        self.assertEqual(self.sent, [({7}, signal.SIGTERM), ({7}, signal.SIGCONT)])
        self.assertIsNone(ending.proceed(104.9))
        self.assertEqual(len(self.sent), 2)
        self.assertIsNone(ending.proceed(105))
        self.assertEqual(self.sent[2:], [({7}, signal.SIGKILL)])
        self.assertIsNone(ending.proceed(105.1))
        self.assertEqual(len(self.sent), 3)
        self.assertIsNone(ending.proceed(105.6))
        self.assertEqual(len(self.sent), 4)
        self.assertEqual(ending.proceed(112), "killed")


class Beginning(unittest.TestCase):
    def test_a_viewer_that_is_ended_before_it_has_become_its_program_ends(self):
        previous = signal.signal(signal.SIGTERM, lambda number, frame: None)
        self.addCleanup(signal.signal, signal.SIGTERM, previous)
        reader, writer = os.pipe()
        spec = {"argv": ["true"], "env": {}}
        # The first thing that it does as a process of its own takes until we let it.
        with mock.patch.object(os, "setsid", lambda: os.read(reader, 1)):
            viewer = viewer_process.ViewerProcess("/", spec, 0o077)
        os.kill(viewer.pid, signal.SIGTERM)
        os.write(writer, b"x")
        _, status = os.waitpid(viewer.pid, 0)
        for fd in (reader, writer, viewer.input_fd, viewer.output_fd):
            os.close(fd)
        self.assertTrue(os.WIFSIGNALED(status), status)


if __name__ == "__main__":
    unittest.main()
