import os
import shutil
import subprocess
import sys
import unittest
from unittest import mock

import harness  # noqa: F401  makes porthole_agent importable

from porthole_agent import processes

CODE = "import sys,time;print('up',flush=True);time.sleep(600)"


class Processes(unittest.TestCase):
    def start(self, **settings):
        child = subprocess.Popen([sys.executable, "-c", CODE], stdout=subprocess.PIPE, **settings)
        self.addCleanup(child.stdout.close)
        self.addCleanup(child.wait)
        self.addCleanup(child.kill)
        child.stdout.readline()
        return child

    def test_an_identity_holds_while_the_process_lives_and_no_longer(self):
        child = self.start()
        identity = processes.identity_of(child.pid)
        self.assertTrue(processes.is_alive(identity))
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        # It is a zombie now: its pid is taken, but nothing runs.
        self.assertFalse(processes.is_alive(identity))

    def test_another_start_time_or_boot_is_another_process(self):
        identity = processes.identity_of(self.start().pid)
        self.assertFalse(processes.is_alive(dict(identity, startTime="1")))
        self.assertFalse(processes.is_alive(dict(identity, bootId="another")))
        self.assertFalse(processes.is_alive(None))

    def test_a_name_with_spaces_and_parentheses_does_not_confuse(self):
        copy = "/tmp/porthole-test-%d) R 1 (x" % os.getpid()
        shutil.copy("/bin/sleep", copy)
        self.addCleanup(os.unlink, copy)
        child = subprocess.Popen([copy, "600"])
        self.addCleanup(child.wait)
        self.addCleanup(child.kill)
        self.assertEqual(processes.facts_of(child.pid)[0], os.getpid())

    def test_who_is_gone_or_another_user_s_does_not_keep_the_rest_from_a_signal(self):
        reached = []

        def kill(pid, number):
            if pid in (1, 2):
                raise {1: PermissionError, 2: ProcessLookupError}[pid]
            reached.append(pid)

        with mock.patch("os.kill", kill):
            processes.signal_each([1, 2, 3], 15)
        self.assertEqual(reached, [3])

    def test_a_marker_is_found_only_as_a_whole_variable(self):
        child = self.start(env=dict(os.environ, PORTHOLE_TEST_MARK="/a/b"))
        self.assertEqual(processes.carrying("PORTHOLE_TEST_MARK=/a/b"), {child.pid})
        self.assertEqual(processes.carrying("PORTHOLE_TEST_MARK=/a"), set())
        self.assertEqual(processes.carrying("TEST_MARK=/a/b"), set())

    def test_descendants_and_groups_are_found(self):
        child = self.start(start_new_session=True)
        self.assertIn(child.pid, processes.descendants(os.getpid()))
        self.assertEqual(processes.descendants(child.pid), set())
        self.assertEqual(processes.descendants(child.pid, group=child.pid), {child.pid})

    @unittest.skipUnless(shutil.which("ps"), "ps is not installed")
    def test_without_proc_ps_tells_the_same(self):
        child = self.start(start_new_session=True)
        with mock.patch.object(processes, "PROC", "/nonexistent"):
            identity = processes.identity_of(child.pid)
            self.assertTrue(processes.is_alive(identity))
            self.assertIn(child.pid, processes.descendants(os.getpid()))
            self.assertEqual(processes.descendants(1, group=child.pid) & {child.pid}, {child.pid})
            self.assertEqual(processes.carrying("A=b"), set())
            child.kill()
            os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
            self.assertFalse(processes.is_alive(identity))


if __name__ == "__main__":
    unittest.main()
