"""Running Pythons of the user: real processes of real venvs."""

import os
import subprocess
import sys
import unittest
import venv

from support import ProbeCase
from porthole_agent.probe.processes import is_helper, is_ours, is_worker, script_of

WAIT = "import sys\nprint('up', flush=True)\nsys.stdin.read()\n"


@unittest.skipUnless(os.path.isdir("/proc/self"), "needs /proc")
class RunningTest(ProbeCase):
    def setUp(self):
        super().setUp()
        self.prefix = self.at("envs/train")
        venv.create(self.prefix, symlinks=True)
        os.makedirs(self.at("work/vision/src"))
        self.write("work/vision/src/train.py", WAIT)

    def start(self, argv, cwd="work/vision", environ=None, executable=None):
        """Starts a process and waits until it runs; it ends with the test."""
        process = subprocess.Popen(
            argv,
            cwd=self.at(cwd),
            env={"PATH": "/usr/bin:/bin", **(environ or {})},
            executable=executable,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.addCleanup(process.communicate)
        self.assertEqual(process.stdout.readline(), b"up\n")
        return process.pid

    def uses(self):
        return self.environments()[self.prefix]["inUse"]

    def use(self, pid, script="src/train.py"):
        return [{"pid": pid, "script": script, "cwd": self.at("work/vision")}]

    def test_a_training_is_found_with_its_script_and_working_directory(self):
        pid = self.start([self.prefix + "/bin/python", "-u", "src/train.py", "--epochs", "3"])
        self.assertEqual(self.uses(), self.use(pid))

    def test_a_training_in_an_activated_environment_is_led_back_by_its_search_path(self):
        path = {"PATH": self.prefix + "/bin:/usr/bin"}
        pid = self.start(
            ["python", "src/train.py"], environ=path, executable=self.prefix + "/bin/python"
        )
        self.assertEqual(self.uses(), self.use(pid))

    def test_a_training_that_renamed_itself_is_led_back_by_what_was_activated(self):
        activated = {"VIRTUAL_ENV": self.prefix}
        python = self.prefix + "/bin/python"
        pid = self.start(["train: epoch 3", "src/train.py"], environ=activated, executable=python)
        self.assertEqual([one["pid"] for one in self.uses()], [pid])

    def test_another_python_is_not_taken_for_the_activated_one(self):
        real = os.path.realpath(sys.executable)
        pid = self.start([real, "src/train.py"], environ={"VIRTUAL_ENV": self.prefix})
        self.assertEqual(self.uses(), [])
        everything = self.probe()["environments"]
        users = [one["prefix"] for one in everything if pid in [use["pid"] for use in one["inUse"]]]
        self.assertEqual(len(users), 1, users)

    def test_an_environment_that_no_place_leads_to_is_found_by_its_process(self):
        hidden = self.at(".hidden/deep/env-x")
        venv.create(hidden, symlinks=True)
        pid = self.start([hidden + "/bin/python", "src/train.py"])
        self.assertEqual([use["pid"] for use in self.environments()[hidden]["inUse"]], [pid])

    def test_the_project_around_the_working_directory_is_looked_into(self):
        os.makedirs(self.at(".disk/vision/src"))
        self.write(".disk/vision/src/train.py", WAIT)
        self.venv(".disk/vision/.venv")
        self.start([self.prefix + "/bin/python", "train.py"], cwd=".disk/vision/src")
        self.assertIn(self.at(".disk/vision/.venv"), self.environments())

    def test_the_storage_root_of_a_training_is_found_by_variable_and_by_directory(self):
        os.makedirs(self.at(".disk/data/runs"))
        os.makedirs(self.at("work/vision/.runicorn/runs"))
        given = {"RUNICORN_DIR": self.at(".disk/data")}
        self.start([self.prefix + "/bin/python", "train.py"], cwd="work/vision/src", environ=given)
        found = {one["path"]: one["source"] for one in self.probe()["storageRoots"]}
        self.assertEqual(found[self.at(".disk/data")], "RUNICORN_DIR")
        # The search of the home leads to it as well; the running training says more.
        self.assertEqual(found[self.at("work/vision/.runicorn")], "training")

    def test_forks_of_a_training_count_once(self):
        fork = "import os, sys\npid = os.fork()\n" + WAIT.replace("print", "pid and print")
        self.write("work/vision/src/fork.py", fork)
        pid = self.start([self.prefix + "/bin/python", "src/fork.py"])
        self.assertEqual([one["pid"] for one in self.uses()], [pid])

    def test_helpers_are_no_training(self):
        self.write("work/vision/tensorboard", WAIT)
        self.start([self.prefix + "/bin/python", "tensorboard"])
        self.assertEqual(self.uses(), [])


class CommandLineTest(unittest.TestCase):
    def test_tells_what_python_was_told_to_run(self):
        for words, script in {
            "train.py --lr 3": "train.py",
            "-u -W ignore train.py": "train.py",
            "-Wignore -Xdev train.py": "train.py",
            "-m torch.distributed.run x.py": "-m torch.distributed.run",
            "-um pkg.train": "-m pkg.train",
            "-mpkg": "-m pkg",
            "-c pass": "-c",
            "--check-hash-based-pycs=never a.py": "a.py",
            "-": "-",
            "": "",
            "-m": "-m ",
            "-W": "",
        }.items():
            with self.subTest(words):
                self.assertEqual(script_of(["python", *words.split()]), script)

    def test_knows_porthole_itself_by_how_it_is_started_and_where_it_works(self):
        for argv, cwd, ours in (
            (["python3", "-I", "-S", "-B", "-u", "-X", "utf8", "-c", "..."], "/home/u", True),
            (["python", "-c", "..."], "/tmp/porthole-7/s-1", True),
            (["python", "serve", "/run/user/7/porthole-7/s-1/viewer.sock"], "/", True),
            (["python", "train.py"], "/home/u/porthole-study", False),
            (["python", "train.py"], "/tmp/porthole-77/x", False),
        ):
            with self.subTest(argv=argv, cwd=cwd):
                self.assertEqual(is_ours({"argv": argv, "cwd": cwd}, 7), ours)

    def test_knows_installers_viewers_and_language_servers(self):
        for script, helper in {
            "/e/bin/pip": True,
            "/e/bin/pip3.11": True,
            "-m pip": True,
            "-m tensorboard.main": True,
            "-m runicorn": True,
            "/usr/bin/fail2ban-server": True,
            "/usr/local/bin/torchrun": False,
            "/home/u/.vscode-server/extensions/x/run.py": True,
            "train.py": False,
            "-m ipykernel_launcher": False,
            "pipeline.py": False,
        }.items():
            with self.subTest(script):
                self.assertEqual(is_helper({"script": script}), helper)

    def test_knows_workers_of_multiprocessing_by_their_parent(self):
        parent = {"argv": ["python", "train.py"]}
        spawned = {"argv": ["python", "-c", "from multiprocessing.spawn import spawn_main; ..."]}
        self.assertTrue(is_worker(spawned, parent))
        self.assertFalse(is_worker(spawned, None))
        self.assertFalse(is_worker({"argv": ["python", "other.py"]}, parent))


if __name__ == "__main__":
    unittest.main()
