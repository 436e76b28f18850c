import json
import os
import signal
import socket
import stat
import subprocess
import sys
import unittest

from harness import PACKAGE, PATIENCE_S, START, ViewerCase


class Start(ViewerCase):
    def test_says_where_it_listens_and_is_healthy_at_once(self):
        viewer = self.start()
        self.assertEqual(viewer.ready, b'\x1e{"listening": {"kind": "socket"}}\n')
        self.assertEqual(viewer.get("/api/health"), {"status": "ok"})

    def test_only_this_account_reaches_the_socket(self):
        viewer = self.start()
        self.assertEqual(stat.S_IMODE(os.stat(viewer.socket).st_mode), 0o600)

    def test_answers_who_asked_before_it_was_there_where_its_socket_is_given(self):
        path = os.path.join(self.directory, "viewer.sock")
        with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as early:
            listener.bind(path)
            listener.listen(8)
            early.connect(path)
            early.sendall(b"GET /api/health HTTP/1.1\r\nConnection: close\r\n\r\n")
            # As systemd starts what it listens for: the shell's exec keeps descriptor and pid.
            hand_over = 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@" 3<&%d' % listener.fileno()
            listener.set_inheritable(True)
            prefix = ["sh", "-c", hand_over, "sh"]
            viewer = self.start(prefix=prefix, pass_fds=[listener.fileno()])
            listener.close()
            self.assertEqual(viewer.ready, b'\x1e{"listening": {"kind": "socket"}}\n')
            self.assertIn(b'{"status":"ok"}', early.makefile("rb").read())

    def test_ends_with_the_end_of_stdin_and_removes_its_socket(self):
        viewer = self.start()
        viewer.process.stdin.close()
        self.assertEqual(viewer.process.wait(PATIENCE_S), 0)
        self.assertFalse(os.path.exists(viewer.socket))

    def test_ends_on_sigterm_and_removes_its_socket(self):
        viewer = self.start()
        viewer.process.send_signal(signal.SIGTERM)
        self.assertEqual(viewer.process.wait(PATIENCE_S), 0)
        self.assertFalse(os.path.exists(viewer.socket))

    def test_starts_where_the_storage_is_missing_and_says_so(self):
        viewer = self.start(os.path.join(self.storage, "nowhere"))
        storage = viewer.get("/api/info")["storage"]
        self.assertEqual(storage["state"], "missing")
        self.assertIn("nowhere", storage["message"])
        self.assertEqual(viewer.get("/api/runs")["rows"], 0)

    def test_says_that_an_empty_storage_is_empty(self):
        self.assertEqual(self.start().get("/api/info")["storage"]["state"], "empty")

    def test_says_of_another_directory_what_it_looked_for_and_what_is_nearest(self):
        self.run_of()
        inner = os.path.join(self.storage, "runs/a")
        storage = self.start(inner).get("/api/info")["storage"]
        self.assertEqual(storage["state"], "not-a-root")
        self.assertIn("runs/<path>/<run>/meta.json", storage["looksFor"])
        self.assertEqual(storage["nearest"][0], {"path": self.storage, "runs": 1})

    def test_tells_of_itself_and_of_a_storage_with_runs(self):
        self.run_of()
        info = self.start().get("/api/info")
        self.assertEqual(info["storage"]["state"], "ok")
        self.assertEqual((info["api"], info["manage"]), (1, False))
        self.assertEqual(info["python"], "%d.%d.%d" % sys.version_info[:3])


class BadStart(ViewerCase):
    def fails_with(self, settings):
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-B", "-c", START, PACKAGE],
            input=settings if isinstance(settings, bytes) else json.dumps(settings).encode() + b"\n",
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            timeout=PATIENCE_S,
        )
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        return done.stderr.decode()

    def test_serves_in_no_directory_that_others_can_enter(self):
        os.chmod(self.directory, 0o755)
        settings = {"socket": self.directory + "/s", "storage": self.storage}
        self.assertIn("mode 755", self.fails_with(settings))

    def test_refuses_settings_that_it_does_not_know(self):
        settings = {"socket": self.directory + "/s", "storage": self.storage, "port": 1}
        self.assertIn("'port'", self.fails_with(settings))

    def test_refuses_settings_that_are_not_right(self):
        self.assertIn("not a line of JSON", self.fails_with(b"hello\n"))
        self.assertIn("storage", self.fails_with({"socket": "/x/y", "storage": "relative"}))
        self.assertIn("manage", self.fails_with({"socket": "/x/y", "storage": "/", "manage": 1}))


if __name__ == "__main__":
    unittest.main()
