"""What lies on real servers: damage, closed doors, dead mounts, odd names."""

import json
import os
import threading
import unittest
from unittest import mock

from support import ProbeCase, layouts, main
from porthole_agent.probe import workers


class DamageTest(ProbeCase):
    def test_lists_an_environment_whose_python_leads_to_nothing_and_says_so(self):
        prefix = self.venv("app", {"runicorn": "0.6.0"})
        os.unlink(self.program)
        found = self.only()
        self.assertEqual(found["packages"], {"runicorn": "0.6.0"})
        self.assertEqual(found["problems"], ["bin/python leads to nothing: python3"])
        self.assertEqual((found["python"], found["broken"]), (prefix + "/bin/python", True))

    def test_says_that_python_is_missing_or_not_executable(self):
        os.unlink(os.path.join(self.venv("a"), "bin/python"))
        os.unlink(self.at("a/bin/python3"))
        os.chmod(os.path.join(self.conda("miniconda3/envs/b"), "bin/python3.11"), 0o644)
        problems = {one["name"]: one["problems"] for one in self.environments().values()}
        expected = {"a": ["bin/python is missing"], "b": ["bin/python cannot be executed"]}
        self.assertEqual(problems, expected)

    def test_survives_a_pyvenv_cfg_that_is_a_directory_a_fifo_or_full_of_noise(self):
        for name in ("directory", "fifo", "noise", "empty", "huge"):
            os.unlink(os.path.join(self.venv(".virtualenvs/" + name), "pyvenv.cfg"))
        os.mkdir(self.at(".virtualenvs/directory/pyvenv.cfg"))
        os.mkfifo(self.at(".virtualenvs/fifo/pyvenv.cfg"))
        with open(self.at(".virtualenvs/noise/pyvenv.cfg"), "wb") as file:
            file.write(os.urandom(4096) + b"\nversion = 3.11.7\n")
        self.write(".virtualenvs/empty/pyvenv.cfg")
        self.write(".virtualenvs/huge/pyvenv.cfg", "version = 3.11.7\n" + "x" * 1000000)
        found = {one["name"]: one for one in self.environments().values()}
        versions = {name: one["pythonVersion"] for name, one in found.items()}
        expected = {
            "directory": None,
            "fifo": None,
            "empty": None,
            "noise": "3.11.7",
            "huge": "3.11.7",
        }
        self.assertEqual(versions, expected)
        self.assertEqual(found["fifo"]["problems"], ["pyvenv.cfg: not a regular file"])

    def test_is_not_caught_in_loops_of_links(self):
        os.makedirs(self.at(".virtualenvs"))
        os.symlink("loop", self.at(".virtualenvs/loop"))
        os.symlink("..", self.at(".virtualenvs/up"))
        os.makedirs(self.at("work/project"))
        os.symlink(self.home, self.at("work/project/home"))
        self.venv("work/project/.venv")
        self.assertEqual(self.only()["name"], "project")

    def test_follows_links_near_the_home_to_other_disks_and_names_them_as_the_user_does(self):
        layouts.make_venv(os.path.join(self.scratch, "disk/vision/.venv"), self.program, {})
        layouts.make_venv(os.path.join(self.scratch, "other/speech/venv"), self.program, {})
        os.symlink(os.path.join(self.scratch, "disk"), self.at("projects"))
        os.makedirs(self.at("work/deep/er"))
        os.symlink(os.path.join(self.scratch, "other"), self.at("work/more"))
        os.symlink(os.path.join(self.scratch, "other"), self.at("work/deep/er/too-deep"))
        found = self.environments()
        self.assertEqual(
            sorted(found), [self.at("projects/vision/.venv"), self.at("work/more/speech/venv")]
        )

    def test_links_to_files_to_nothing_to_themselves_and_around_the_home_are_passed_by(self):
        self.write("file")
        os.makedirs(os.path.join(self.scratch, "beside/venv"))
        layouts.make_venv(os.path.join(self.scratch, "neighbour/.venv"), self.program, {})
        for target in ("file", "nowhere", "/", "..", ".", self.home, self.scratch):
            os.symlink(target, self.at("link-%d" % len(os.listdir(self.home))))
        os.symlink("loop", self.at("loop"))
        result = self.probe()
        mine = [one for one in result["environments"] if one["prefix"].startswith(self.scratch)]
        self.assertEqual((mine, result["partial"]), ([], []))

    def test_survives_damaged_lists_of_conda(self):
        self.conda("miniconda3/envs/a")
        self.write(".condarc", "envs_dirs\n:\n- x\nenvs_dirs: [\n  -\n - ~\n\x00")
        self.write(".conda/environments.txt", "\x00\n/\n/a\x00b\n" + "/x" * 5000 + "\n")
        self.assertEqual(self.only()["name"], "a")

    def test_reports_a_directory_that_it_may_not_read_and_reads_the_others(self):
        if os.getuid() != 0:
            self.skipTest("runs as root only, who can take on another user")
        closed = self.at(".virtualenvs")
        os.mkdir(closed)
        self.venv("app")
        for directory in (self.scratch, self.home):
            os.chmod(directory, 0o755)
        os.chmod(closed, 0o700)
        os.seteuid(65534)
        try:
            result = self.probe()
        finally:
            os.seteuid(0)
        self.assertIn({"path": closed, "reason": "permission denied"}, result["partial"])
        self.assertIn(self.at("app"), [one["prefix"] for one in result["environments"]])


class NamesTest(ProbeCase):
    def test_finds_prefixes_with_spaces_quotes_newlines_and_bytes_that_are_no_text(self):
        names = [
            "with space",
            'it\'s "quoted" $(x)',
            "two\nlines",
            "\u00fcml\u00e4ut",
            "bad-\udcff\udcfe",
        ]
        prefixes = [self.venv(os.path.join(".virtualenvs", name)) for name in names]
        found = self.environments()
        self.assertEqual(sorted(found), sorted(prefixes))
        self.assertEqual({one["name"] for one in found.values()}, set(names))

    def test_an_odd_prefix_survives_the_way_as_ascii_json(self):
        prefix = self.venv(".virtualenvs/bad-\udcff\u20ac")
        text = json.dumps(self.probe(prefixes=[prefix]))
        self.assertTrue(text.isascii())
        self.assertIn(prefix, [one["prefix"] for one in json.loads(text)["environments"]])


class HangingTest(ProbeCase):
    """A dead mount is played by calls that do not return until the test is over."""

    def setUp(self):
        super().setUp()
        self.release = threading.Event()
        self.addCleanup(self.release.set)

    def hang(self, name, directory):
        real = getattr(os, name)

        def call(path, *args, **kwargs):
            if isinstance(path, str) and path.startswith(directory):
                self.release.wait()
                raise OSError("released")
            return real(path, *args, **kwargs)

        return mock.patch.object(os, name, call)

    def probe_with(self, limit_s, total_s, *patches, **request):
        with mock.patch.object(main, "DIRECTORY_LIMIT_S", limit_s):
            with mock.patch.object(main, "TOTAL_LIMIT_S", total_s):
                for patch in patches:
                    patch.start()
                    self.addCleanup(patch.stop)
                return self.probe(**request)

    def test_reports_a_hanging_place_and_reads_all_others(self):
        self.venv("app")
        os.makedirs(self.at(".virtualenvs"))
        result = self.probe_with(0.3, 3600, self.hang("listdir", self.at(".virtualenvs")))
        self.assertIn(self.at("app"), [one["prefix"] for one in result["environments"]])
        reason = {"path": self.at(".virtualenvs/*"), "reason": "no answer within 0.3 s"}
        self.assertIn(reason, result["partial"])

    def test_more_hanging_directories_than_threads_do_not_stop_the_rest(self):
        for number in range(workers.THREADS * 2):
            os.makedirs(self.at(".virtualenvs/dead-%d" % number))
        self.venv("app")
        self.venv(".virtualenvs/z")
        result = self.probe_with(0.3, 3600, self.hang("open", self.at(".virtualenvs/dead-")))
        found = {one["prefix"] for one in result["environments"]}
        self.assertLessEqual({self.at("app"), self.at(".virtualenvs/z")}, found)
        self.assertEqual(len(result["partial"]), workers.THREADS * 2)

    def test_the_search_of_the_home_goes_on_behind_a_hanging_directory(self):
        os.makedirs(self.at("mnt/dead"))
        self.venv("mnt/sub/project/.venv")
        with mock.patch("porthole_agent.probe.projects.MAX_SECONDS", 60):
            result = self.probe_with(0.3, 3600, self.hang("scandir", self.at("mnt/dead")))
        self.assertIn(
            self.at("mnt/sub/project/.venv"), [one["prefix"] for one in result["environments"]]
        )
        self.assertEqual([one["path"] for one in result["partial"]], [self.at("mnt/dead")])

    def test_a_link_to_a_hanging_disk_stops_nothing_else(self):
        os.symlink(os.path.join(self.scratch, "dead"), self.at("data"))
        self.venv("project/.venv")
        with mock.patch("porthole_agent.probe.projects.MAX_SECONDS", 60):
            result = self.probe_with(0.3, 3600, self.hang("stat", self.at("data")))
        self.assertIn(self.at("project/.venv"), [one["prefix"] for one in result["environments"]])
        reason = {"path": self.at("data"), "reason": "no answer within 0.3 s"}
        self.assertEqual(result["partial"], [reason])

    def test_a_home_that_hangs_leaves_what_lies_elsewhere(self):
        self.venv("app")
        outside = os.path.join(self.scratch, "disk/torch")
        layouts.make_venv(outside, self.program, {})
        dead = [self.hang(name, self.home) for name in ("open", "listdir", "scandir", "stat")]
        result = self.probe_with(0.3, 3600, *dead, prefixes=[outside])
        self.assertIn(outside, [one["prefix"] for one in result["environments"]])
        self.assertIn(self.home, [one["path"] for one in result["partial"]])

    def test_the_whole_ends_in_its_time_and_names_what_is_missing(self):
        os.makedirs(self.at(".virtualenvs"))
        result = self.probe_with(60, 0.5, self.hang("listdir", self.at(".virtualenvs")))
        reason = {"path": self.at(".virtualenvs/*"), "reason": "not read within 0.5 s for all"}
        self.assertIn(reason, result["partial"])


class LargeHomeTest(ProbeCase):
    def test_finds_projects_in_a_home_of_ten_thousand_directories(self):
        for number in range(10000):
            os.mkdir(self.at("d%05d" % number))
        self.venv("work/group/project/.venv")
        with mock.patch("porthole_agent.probe.projects.MAX_SECONDS", 60):
            self.assertEqual(self.only()["name"], "project")

    def test_says_where_the_search_stopped(self):
        for number in range(20):
            os.makedirs(self.at("d%d" % number))
        with mock.patch("porthole_agent.probe.projects.MAX_DIRECTORIES", 5):
            partial = self.probe()["partial"]
        self.assertEqual(
            [one["reason"] for one in partial], ["search of the home stopped after 5 directories"]
        )

    def test_does_not_look_for_projects_inside_environments_and_installed_code(self):
        self.venv("app")
        self.venv("app/share/examples/inner")
        self.venv("web/node_modules/x/env")
        self.assertEqual(self.only()["name"], "app")


if __name__ == "__main__":
    unittest.main()
