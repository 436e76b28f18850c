"""venv and the tools that make venvs, by the places and files that they document."""

import os
import subprocess
import unittest

from support import ProbeCase, layouts


class VenvTest(ProbeCase):
    def test_names_a_venv_after_its_directory_and_a_generic_one_after_its_project(self):
        self.venv("projects/vision/.venv")
        self.venv("projects/speech/env")
        self.venv("torch-env")
        names = {one["name"]: one["kind"] for one in self.environments().values()}
        self.assertEqual(names, {"vision": "venv", "speech": "venv", "torch-env": "venv"})

    def test_tells_virtualenv_and_uv_by_their_mark_in_pyvenv_cfg(self):
        self.venv("a/.venv", version=None, virtualenv="20.25.0", version_info="3.12.1.final.0")
        self.venv("b/.venv", version=None, uv="0.4.0", version_info="3.12.1")
        found = {one["name"]: self.said(one)[1:] for one in self.environments().values()}
        self.assertEqual(found, {"a": ("virtualenv", "3.12.1"), "b": ("uv", "3.12.1")})

    def test_finds_what_the_tools_keep_in_their_own_places(self):
        expected = {}
        for path, said in {
            ".virtualenvs/wrapped": ("wrapped", "venv"),
            ".local/share/virtualenvs/pipenv-x1": ("pipenv-x1", "venv"),
            ".local/share/uv/tools/ruff": ("ruff", "uv"),
            ".local/share/pipx/venvs/black": ("black", "pipx"),
            ".local/pipx/venvs/old": ("old", "pipx"),
            ".cache/pypoetry/virtualenvs/app-Ab3_x-py3.11": ("app-Ab3_x-py3.11", "poetry"),
            ".local/share/hatch/env/virtual/tool/Zx9/tool": ("tool", "hatch"),
            ".local/share/hatch/env/virtual/tool/Zx9/docs": ("tool:docs", "hatch"),
            ".pyenv/versions/3.11.7/envs/study": ("study", "pyenv"),
        }.items():
            expected[self.venv(path)] = said
        found = {prefix: self.said(one)[:2] for prefix, one in self.environments().items()}
        self.assertEqual(found, expected)

    def test_obeys_the_variables_that_move_those_places(self):
        moved = {
            "WORKON_HOME": "*",
            "UV_TOOL_DIR": "*",
            "PIPX_HOME": "venvs/*",
            "POETRY_VIRTUALENVS_PATH": "*",
            "POETRY_CACHE_DIR": "virtualenvs/*",
            "PYENV_ROOT": "versions/*",
            "HATCH_DATA_DIR": "env/virtual/p/i/*",
        }
        environ = {name: self.at(".moved", name) for name in moved}
        for name, tail in moved.items():
            self.venv(os.path.join(".moved", name, tail.replace("*", name.lower())))
        found = {one["name"].rpartition(":")[2] for one in self.environments(environ).values()}
        self.assertEqual(found, {name.lower() for name in moved})

    def test_obeys_the_data_directory_of_the_login(self):
        self.venv(".moved/uv/tools/ruff")
        self.assertEqual(self.only({"XDG_DATA_HOME": self.at(".moved")})["name"], "ruff")

    def test_reads_the_path_in_the_settings_of_poetry(self):
        self.venv(".moved/app-1-py3.11")
        self.write(
            ".config/pypoetry/config.toml",
            '[other]\npath = "/x"\n[virtualenvs]\npath = "%s"\n' % self.at(".moved"),
        )
        self.assertEqual(self.only()["kind"], "poetry")

    def test_takes_a_virtualenv_beside_a_lock_of_poetry_for_poetrys(self):
        self.venv("app/.venv", virtualenv="20.25.0")
        self.write("app/poetry.lock")
        self.assertEqual(self.said(self.only())[:2], ("app", "poetry"))

    def test_lists_an_environment_once_however_many_links_lead_to_it(self):
        real = self.venv(".pyenv/versions/3.11.7/envs/study")
        os.symlink(real, self.at(".pyenv/versions/study"))
        os.makedirs(self.at(".virtualenvs"))
        os.symlink(real, self.at(".virtualenvs/study"))
        found = self.only(prefixes=["~/.pyenv/versions/study"])
        self.assertEqual(
            (found["prefix"], found["kind"]), (self.at(".pyenv/versions/study"), "pyenv")
        )

    def test_finds_an_asked_prefix_that_no_place_leads_to(self):
        self.venv(".hidden/deep/down/here")
        self.assertEqual(self.environments(), {})
        self.assertEqual(self.only(prefixes=["~/.hidden/deep/down/here/"])["name"], "here")

    def test_sorts_by_kind_and_name(self):
        for path in ("b", "a", ".local/share/pipx/venvs/z"):
            self.venv(path)
        self.conda("miniconda3/envs/c")
        names = [one["name"] for one in self.environments().values()]
        self.assertEqual(names, ["c", "z", "a", "b"])


class InterpreterTest(ProbeCase):
    def test_starts_no_interpreter_for_fifty_environments(self):
        made = layouts.make_home(self.home, venvs=30, condas=20, packages=5)
        found = self.environments()
        self.assertEqual(sorted(found), sorted(made))
        self.assertEqual({one["pythonVersion"] for one in found.values()}, {"3.11.7"})
        self.assertEqual(sum("runicorn" in one["packages"] for one in found.values()), 25)
        self.assertEqual(layouts.starts(self.scratch), [])

    def test_the_counter_of_started_interpreters_does_count(self):
        subprocess.run([self.program, "--version"], check=True, stdout=subprocess.DEVNULL)
        self.assertEqual(layouts.starts(self.scratch), [self.program + ".started"])

    def test_finds_the_system_python_with_its_full_version(self):
        if not os.path.exists("/usr/bin/python3"):
            self.skipTest("no /usr/bin/python3 on this machine")
        told = subprocess.run(["/usr/bin/python3", "--version"], stdout=subprocess.PIPE, check=True)
        version = told.stdout.decode().split()[1]
        system = [one for one in self.probe()["environments"] if one["kind"] == "system"]
        real = os.path.realpath("/usr/bin/python3")
        found = [one for one in system if os.path.realpath(one["python"]) == real]
        self.assertEqual([one["pythonVersion"] for one in found], [version])
        self.assertEqual(found[0]["prefix"], "/usr")


if __name__ == "__main__":
    unittest.main()
