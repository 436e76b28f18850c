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


if __name__ == "__main__":
    unittest.main()
