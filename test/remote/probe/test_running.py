"""Viewers that the user runs already: real processes, real ports, lists of all sorts."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
import unittest
from unittest import mock

from support import ProbeCase
from porthole_agent import processes
from porthole_agent.probe.adopt import adopt
from porthole_agent.probe.running import arguments_of, as_path, option, storage_of

BOARD = {
    "programs": ["tensorboard", "-m tensorboard.main"],
    "options": ["--logdir"],
    "prefix": ["--path_prefix"],
    "list": "tensorboard",
}
MLFLOW = {
    "programs": ["mlflow"],
    "commands": ["server", "ui"],
    "options": ["--backend-store-uri"],
    "variable": "MLFLOW_BACKEND_STORE_URI",
}
JUPYTER = {"programs": ["jupyter-lab"], "list": "jupyter"}
SIGNS = {"tensorboard": BOARD, "mlflow": MLFLOW, "jupyter": JUPYTER}

# Serves what it is told, as a viewer does, and says where; a child may be what serves.
SERVE = """
import os, socket, sys
where = os.environ.get("AT", "127.0.0.1")
server = socket.socket(socket.AF_UNIX if "/" in where else socket.AF_INET)
server.bind(where if "/" in where else (where, int(os.environ.get("PORT", "0"))))
server.listen()
if os.environ.get("CHILD") and os.fork():
    server.close()
elif os.environ.get("CHILD"):
    print(server.getsockname()[1], flush=True)
    sys.stdin.read()
    os._exit(0)
else:
    print(where if "/" in where else server.getsockname()[1], flush=True)
sys.stdin.read()
"""


class ServingCase(ProbeCase):
    """A test with viewers that serve."""

    def setUp(self):
        super().setUp()
        os.makedirs(self.at("work/runs"))

    def serve(self, name, *words, cwd="work", **environ):
        """Starts a viewer by that name; (pid, port). It ends with the test."""
        script = self.write("bin/" + name, SERVE)
        process = subprocess.Popen(
            [sys.executable, script, *words],
            cwd=self.at(cwd),
            env={"HOME": self.home, "PATH": "/usr/bin:/bin", "TMPDIR": self.scratch, **environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.addCleanup(process.communicate)
        said = process.stdout.readline().decode().strip()
        return process.pid, int(said) if said.isdigit() else said


@unittest.skipUnless(os.path.isdir("/proc/self"), "needs /proc")
class RunningTest(ServingCase):
    def running(self, *pids, **kwargs):
        """What the probe says of these processes; other tests may run viewers beside us."""
        found = self.probe(running=SIGNS, **kwargs)["running"]
        return [one for one in found if one["process"]["pid"] in pids]

    def info(self, pid, directory=None, **said):
        """An info file of TensorBoard's."""
        path = os.path.join(directory or self.scratch, ".tensorboard-info/pid-%d.info" % pid)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            json.dump({"pid": pid, "path_prefix": "", "logdir": "", "version": "2.21.0", **said}, file)
        return path

    def runtime_file(self, pid, name="jpserver", **said):
        path = "run/%s-%d.json" % (name, pid)
        facts = {"pid": pid, "base_url": "/", "token": "s3cret", "secure": False, "sock": ""}
        self.write(path, json.dumps({**facts, **said}))
        return {"JUPYTER_RUNTIME_DIR": self.at("run")}

    def test_one_is_found_by_its_command_line_with_port_and_storage(self):
        pid, port = self.serve("mlflow", "server", "--backend-store-uri", "sqlite:///runs/mlflow.db")
        (found,) = self.running(pid)
        self.assertEqual(found["viewer"], "mlflow")
        self.assertEqual(found["endpoint"], {"kind": "tcp", "port": port})
        self.assertEqual(found["storage"], self.at("work/runs/mlflow.db"))
        self.assertEqual(found["process"], processes.identity_of(pid))
        self.assertEqual((found["home"], found["version"]), ("/", None))
        self.assertLess(abs(found["startedAt"] - time.time()), 60)

    def test_one_whose_child_serves_is_found_as_itself(self):
        pid, port = self.serve("mlflow", "ui", CHILD="1")
        (found,) = self.running(pid)
        self.assertEqual(found["endpoint"]["port"], port)

    def test_what_is_no_server_is_none_of_them(self):
        pid, port = self.serve("mlflow", "run")
        self.assertEqual(self.running(pid), [])

    def test_one_that_other_machines_alone_reach_is_left_out(self):
        pid, port = self.serve("mlflow", "server", AT="127.0.0.2")
        self.assertEqual(self.running(pid), [])

    def test_what_porthole_has_started_is_left_out(self):
        pid, port = self.serve("mlflow", "server", PORTHOLE_SESSION_DIRECTORY="/tmp/porthole-1/s")
        self.assertEqual(self.running(pid), [])

    def test_a_list_tells_prefix_version_and_storage(self):
        pid, port = self.serve("tensorboard", "--logdir", "elsewhere")
        self.info(pid, port=port, path_prefix="/p/x", logdir="runs")
        (found,) = self.running(pid)
        self.assertEqual((found["home"], found["version"]), ("/p/x/", "2.21.0"))
        self.assertEqual(found["storage"], self.at("work/runs"))

    def test_a_list_names_one_that_its_command_line_does_not(self):
        pid, port = self.serve("train.py")
        self.info(pid, port=port)
        self.assertEqual(self.running(pid, environ={"TMPDIR": self.scratch})[0]["viewer"], "tensorboard")

    def test_a_list_that_names_a_port_of_another_process_is_not_believed(self):
        pid, port = self.serve("train.py")
        other, taken = self.serve("mlflow", "server")
        self.info(pid, port=taken)
        self.assertEqual(self.running(pid, environ={"TMPDIR": self.scratch}), [])

    def test_a_list_older_than_the_process_is_stale(self):
        pid, port = self.serve("train.py")
        path = self.info(pid, port=port)
        os.utime(path, (1, 1))
        self.assertEqual(self.running(pid, environ={"TMPDIR": self.scratch}), [])

    def test_a_list_of_a_process_that_has_gone_is_stale(self):
        process = subprocess.Popen([sys.executable, "-c", ""])
        process.wait()
        pid, port = self.serve("train.py")
        self.info(process.pid, port=port)
        self.assertEqual(self.running(process.pid, environ={"TMPDIR": self.scratch}), [])

    def test_files_that_are_no_lists_are_left_aside(self):
        pid, port = self.serve("train.py")
        for text in ("", "[]", "{", '"x"', '{"pid": "1"}', '{"pid": true}', "[" * 5000, "null"):
            path = self.info(pid, port=port)
            with open(path, "w") as file:
                file.write(text)
            with self.subTest(text[:10]):
                self.assertEqual(self.running(pid, environ={"TMPDIR": self.scratch}), [])

    @unittest.skipUnless(os.getuid() == 0, "only root gives files away")
    def test_a_list_of_another_account_is_left_aside(self):
        pid, port = self.serve("train.py")
        path = self.info(pid, port=port)
        os.chown(path, 65534, 65534)
        self.assertEqual(self.running(pid, environ={"TMPDIR": self.scratch}), [])

    def test_a_link_in_the_place_of_a_list_is_left_aside(self):
        pid, port = self.serve("train.py")
        path = self.info(pid, port=port)
        os.rename(path, path + ".real")
        os.symlink(path + ".real", path)
        self.assertEqual(self.running(pid, environ={"TMPDIR": self.scratch}), [])

    def test_jupyter_is_known_by_its_file_alone_and_its_token_stays_there(self):
        pid, port = self.serve("jupyter-lab")
        self.assertEqual(self.running(pid), [])
        environ = self.runtime_file(pid, port=port, root_dir=self.at("work"), version="2.14")
        pid, port = self.serve("jupyter-lab", **environ)
        self.runtime_file(pid, port=port, root_dir=self.at("work"), version="2.14")
        (found,) = self.running(pid)
        self.assertEqual((found["storage"], found["version"]), (self.at("work"), "2.14"))
        self.assertNotIn("s3cret", json.dumps(found))
        asked = dict(found, list="jupyter")
        self.assertEqual(adopt(asked), {"state": "serving", "token": "s3cret"})

    def test_jupyter_on_a_socket_is_found_where_it_listens_there_itself(self):
        path = self.at("j.sock")
        environ = {"JUPYTER_RUNTIME_DIR": self.at("run")}
        pid, said = self.serve("jupyter-lab", AT=path, **environ)
        self.runtime_file(pid, sock=path, port=0)
        (found,) = self.running(pid)
        self.assertEqual(found["endpoint"], {"kind": "socket", "path": path})
        other, port = self.serve("jupyter-lab", **environ)
        self.runtime_file(other, sock=path, port=0)
        self.assertEqual(self.running(other), [])

    def test_jupyter_that_speaks_tls_is_left_out(self):
        environ = {"JUPYTER_RUNTIME_DIR": self.at("run")}
        pid, port = self.serve("jupyter-lab", **environ)
        self.runtime_file(pid, port=port, secure=True)
        self.assertEqual(self.running(pid), [])

    def test_a_path_of_pages_that_is_none_is_left_out(self):
        pid, port = self.serve("tensorboard")
        self.info(pid, port=port, path_prefix="/a b?<")
        self.assertEqual(self.running(pid), [])

    def test_a_storage_is_called_as_the_storage_root_is(self):
        os.symlink(self.at("work/runs"), self.at("link"))
        pid, port = self.serve("tensorboard", "--logdir", self.at("work/runs"))
        (found,) = self.running(pid, storage=[self.at("link")])
        self.assertEqual(found["storage"], self.at("link"))

    def test_nothing_is_looked_for_where_nothing_is_asked_for(self):
        pid, port = self.serve("tensorboard")
        self.assertEqual(self.probe()["running"], [])


@unittest.skipUnless(os.path.isdir("/proc/self"), "needs /proc")
class AdoptTest(ServingCase):
    def asked(self, pid, port, **changes):
        identity = dict(processes.identity_of(pid), **changes)
        return {"process": identity, "endpoint": {"kind": "tcp", "port": port}, "list": None}

    def test_the_same_process_at_the_same_port_is_served(self):
        pid, port = self.serve("tensorboard")
        self.assertEqual(adopt(self.asked(pid, port)), {"state": "serving", "token": ""})

    def test_another_process_under_the_same_pid_is_refused(self):
        pid, port = self.serve("tensorboard")
        for changes in ({"startTime": "1"}, {"bootId": "another"}):
            with self.subTest(changes):
                answer = adopt(self.asked(pid, port, **changes))
                self.assertEqual(answer, {"state": "gone", "reason": "it has ended"})

    def test_a_port_that_another_process_has_is_refused(self):
        pid, port = self.serve("tensorboard")
        other, taken = self.serve("mlflow")
        answer = adopt(self.asked(pid, taken))
        self.assertEqual(answer["reason"], "it does not serve port %d" % taken)

    @unittest.skipUnless(os.getuid() == 0 and shutil.which("setpriv"), "only root can do that")
    def test_a_process_of_another_account_is_refused(self):
        code = "import socket, sys; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); "
        code += "print(s.getsockname()[1], flush=True); sys.stdin.read()"
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        as_nobody = ["setpriv", "--reuid=65534", "--clear-groups", "/usr/bin/python3", "-c", code]
        process = subprocess.Popen(as_nobody, **pipes)
        self.addCleanup(process.communicate)
        port = int(process.stdout.readline())
        answer = adopt(self.asked(process.pid, port))
        self.assertEqual(answer["reason"], "it belongs to another account")

    def test_its_end_is_told_to_whoever_waits_for_it(self):
        for handle in (getattr(os, "pidfd_open", None), None):
            with self.subTest(handle), mock.patch.object(
                os, "pidfd_open", handle, create=True
            ):
                script = self.write("bin/tensorboard", SERVE)
                pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
                process = subprocess.Popen([sys.executable, script], **pipes)
                self.addCleanup(process.stdout.close)
                asked = dict(self.asked(process.pid, int(process.stdout.readline())), waitS=60)
                threading.Timer(0.05, process.stdin.close).start()
                self.assertEqual(adopt(asked)["state"], "gone")
                process.wait()

    def test_a_wait_has_an_end(self):
        pid, port = self.serve("tensorboard")
        answer = adopt(dict(self.asked(pid, port), waitS=0.05))
        self.assertEqual(answer["state"], "serving")


class CommandLineTest(unittest.TestCase):
    def test_tells_program_command_and_what_follows(self):
        def process(*argv, script):
            return {"argv": ["python", *argv], "script": script}

        board = process("/e/bin/tensorboard", "--logdir=x", script="/e/bin/tensorboard")
        self.assertEqual(arguments_of(board, BOARD), ["--logdir=x"])
        module = process("-m", "tensorboard.main", "--logdir", "x", script="-m tensorboard.main")
        self.assertEqual(arguments_of(module, BOARD), ["--logdir", "x"])
        flow = process("/e/bin/mlflow", "--env-file", "f", "ui", "-p", "1", script="/e/bin/mlflow")
        self.assertEqual(arguments_of(flow, MLFLOW), ["-p", "1"])
        self.assertIsNone(arguments_of(process("train.py", script="train.py"), BOARD))

    def test_takes_the_last_of_an_option_in_both_of_its_forms(self):
        words = ["--logdir", "a", "--port=1", "--logdir=b=c"]
        self.assertEqual(option(words, ["--logdir"]), "b=c")
        self.assertEqual(option(["--logdir"], ["--logdir"]), "")
        self.assertIsNone(option(words, ["--nothing"]))

    def test_tells_the_storage_by_option_word_variable_or_working_directory(self):
        process = {"environ": {"STORE": "/s"}, "cwd": "/"}
        self.assertEqual(storage_of(process, {"options": ["-d"]}, ["-d", "x"]), "x")
        self.assertEqual(storage_of(process, {"word": True}, ["--p", "1", "tmp"]), "tmp")
        self.assertEqual(storage_of(process, {"variable": "STORE"}, []), "/s")
        self.assertEqual(storage_of(process, {}, []), "/")

    def test_an_address_is_no_path_and_its_password_goes_nowhere(self):
        process = {"environ": {"HOME": "/h"}, "cwd": "/w"}
        for given, path in {
            "runs/": "/w/runs",
            "~/runs": "/h/runs",
            "sqlite:///a.db": "/w/a.db",
            "sqlite:////a.db": "/a.db",
            "file:///a": "/a",
            "postgresql://ada:pw@db/x": None,
            "/": "/",
        }.items():
            with self.subTest(given):
                self.assertEqual(as_path(given, process), path)


if __name__ == "__main__":
    unittest.main()
