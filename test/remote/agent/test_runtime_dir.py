import errno
import os
import pwd
import stat
import unittest
from unittest import mock

from harness import AgentCase

from porthole_agent import runtime_dir
from porthole_agent.errors import AgentError


class Traps(AgentCase):
    def refused(self, what):
        error = self.launch("plain", "{socket}")["error"]
        self.assertEqual(error["code"], "runtime-directory")
        self.assertIn(self.parent, error["message"])
        self.assertIn(what, error["message"])

    def test_a_link_is_not_followed(self):
        target = os.path.join(self.base, "target")
        os.mkdir(target, 0o700)
        os.symlink(target, self.parent)
        self.refused("not a directory")
        self.assertEqual(os.listdir(target), [])

    def test_a_file_is_named(self):
        open(self.parent, "w").close()
        self.refused("not a directory")

    def test_a_directory_that_others_may_enter_is_refused(self):
        os.mkdir(self.parent)
        os.chmod(self.parent, 0o755)
        self.refused("its mode is 755, not 700")

    @unittest.skipUnless(os.getuid() == 0, "only root can give a directory away")
    def test_a_directory_of_another_user_s_is_refused(self):
        os.mkdir(self.parent, 0o700)
        os.chown(self.parent, 65534, 65534)
        self.refused("belongs to user 65534")

    def test_a_session_in_someone_s_trap_is_not_found(self):
        os.makedirs(self.parent + "/s-1")
        os.chmod(self.parent, 0o755)
        self.assertEqual(self.agent.error("attach", session="s-1")["code"], "session-unknown")
        self.assertEqual(self.agent.result("reap"), {"reaped": [], "alive": []})


class Bases(AgentCase):
    def sub(self, name, mode=0o700):
        path = os.path.join(self.base, name)
        os.mkdir(path)
        os.chmod(path, mode)
        return path

    def launched_below(self, *bases, **settings):
        self.agent = self.new_agent(bases=list(bases), **settings)
        reply = self.launch("exits", "0")
        if "result" in reply:
            self.agent.viewer_state("exited")
            self.agent.result("stop", session="s-1")
        return reply

    def test_the_next_base_is_taken_where_one_cannot_be_used(self):
        loose = self.sub("loose", 0o777)
        good = self.sub("good")
        reply = self.launched_below(self.base + "/missing", loose, good)
        self.assertTrue(reply["result"]["directory"].startswith(good + "/"))

    def test_a_sticky_base_that_all_may_write_to_is_good(self):
        sticky = self.sub("sticky", 0o1777)
        self.assertTrue(self.launched_below(sticky)["result"]["directory"].startswith(sticky))

    def test_every_reason_is_told_where_no_base_can_be_used(self):
        loose = self.sub("loose", 0o777)
        error = self.launched_below(self.base + "/missing", loose)["error"]
        self.assertEqual(error["code"], "runtime-directory")
        self.assertIn("missing: No such file", error["message"])
        self.assertIn("not sticky", error["message"])

    def test_a_base_too_long_for_a_socket_is_passed_over(self):
        long = self.sub("x" * 90)
        good = self.sub("good")
        self.assertTrue(self.launched_below(long, good)["result"]["directory"].startswith(good))
        self.assertIn("too long", self.launched_below(long)["error"]["message"])

    def test_sessions_are_found_in_every_base(self):
        first, second = self.sub("first"), self.sub("second")
        self.agent = self.new_agent(bases=[second])
        self.launch("exits", "0")
        self.agent.viewer_state("exited")
        both = self.new_agent(bases=[first, second])
        self.assertEqual(both.result("reap")["alive"], ["s-1"])
        self.assertEqual(self.launch("exits", "0", agent=both)["error"]["code"], "session-exists")
        self.assertEqual(both.result("stop", session="s-1")["ended"], "gone")

    def test_xdg_runtime_dir_is_used_only_where_lingering_is_on(self):
        own, linger = self.sub("own"), self.sub("linger")
        other = self.sub("other")
        env = dict(os.environ, XDG_RUNTIME_DIR=own)
        reply = self.launched_below(other, linger=linger, env=env)
        self.assertTrue(reply["result"]["directory"].startswith(other))
        open(os.path.join(linger, pwd.getpwuid(os.getuid()).pw_name), "w").close()
        reply = self.launched_below(other, linger=linger, env=env)
        self.assertTrue(reply["result"]["directory"].startswith(own))


class Races(AgentCase):
    def setUp(self):
        super().setUp()
        patch = mock.patch.object(runtime_dir, "BASES", [self.base])
        patch.start()
        self.addCleanup(patch.stop)

    def test_a_full_disk_is_an_unusable_base_and_leaves_nothing(self):
        full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        with mock.patch.object(runtime_dir, "open", side_effect=full, create=True):
            with self.assertRaisesRegex(AgentError, "No space left"):
                runtime_dir.create("s-1")
        self.assertEqual(os.listdir(self.base), [])

    def test_what_another_removes_at_the_same_time_is_no_failure(self):
        directory, hold = runtime_dir.create("s-1")
        self.addCleanup(os.close, hold)
        os.symlink("nowhere", directory + "/link")
        os.mkdir(directory + "/inner")
        open(directory + "/file", "w").close()
        found = list(os.walk(directory, topdown=False))

        def walked(path, topdown):
            runtime_dir.remove_quietly(directory + "/inner")
            os.unlink(directory + "/link")
            os.unlink(directory + "/file")
            return found

        with mock.patch.object(runtime_dir.os, "walk", walked):
            runtime_dir.remove(directory)
        self.assertEqual(os.listdir(self.base), [])

    def test_a_parent_that_vanishes_between_two_steps_is_made_again(self):
        checked = runtime_dir.open_private
        vanished = []

        def vanishing(path):
            fd = checked(path)
            # Sessions are looked for first; the second call is on the way to the new directory.
            if len(vanished) < 3:
                vanished.append(path)
                os.rmdir(path)
            return fd

        with mock.patch.object(runtime_dir, "open_private", vanishing):
            directory, hold = runtime_dir.create("s-1")
        self.addCleanup(os.close, hold)
        self.assertEqual(len(vanished), 3)
        self.assertEqual(stat.S_IMODE(os.lstat(directory).st_mode), 0o700)


if __name__ == "__main__":
    unittest.main()
