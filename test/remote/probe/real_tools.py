"""Each tool makes an environment for real, with a home of its own; the probe must find it.

The tools come from PyPI into a cache outside of this tree, made once for each tools.txt.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import unittest
import venv

from support import ProbeCase

HERE = os.path.dirname(os.path.abspath(__file__))
# A package of one small wheel without dependencies.
PACKAGE, PACKAGE_VERSION = "iniconfig", "2.0.0"
COMMAND_PACKAGE, COMMAND_VERSION = "pycowsay", "0.0.0.2"
# Settings of these tools in the caller's environment must not reach the tests.
DROPPED = ("XDG_", "VIRTUAL_ENV", "PYENV", "CONDA", "UV_TOOL", "PIPX", "POETRY", "HATCH", "WORKON")


def tools():
    """Directory of the tools' programs; installs them where no earlier run has."""
    with open(os.path.join(HERE, "tools.txt"), "rb") as file:
        key = hashlib.sha256(file.read() + sys.version.encode()).hexdigest()[:16]
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    directory = os.path.join(cache, "porthole-test", "tools-" + key)
    os.makedirs(os.path.dirname(directory), exist_ok=True)
    with open(directory + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        complete = os.path.join(directory, "complete")
        if not os.path.exists(complete):
            shutil.rmtree(directory, ignore_errors=True)
            venv.create(directory, with_pip=True, symlinks=True)
            pip = [os.path.join(directory, "bin/python"), "-m", "pip", "install", "--quiet"]
            done = subprocess.run(
                pip + ["-r", os.path.join(HERE, "tools.txt")],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            if done.returncode != 0:
                raise RuntimeError(done.stdout.decode(errors="replace"))
            open(complete, "w").close()
    return os.path.join(directory, "bin")


class RealTool(ProbeCase):
    """A tool runs with the test's home."""

    @classmethod
    def setUpClass(cls):
        cls.bin = tools()
        cls.python = os.path.join(cls.bin, "python")
        cls.version = sys.version.split()[0]

    def run_tool(self, *argv, cwd=".", **environ):
        """Runs a tool as in a login whose home is the test's; its output is told when it fails."""
        own = {name: one for name, one in os.environ.items() if not name.startswith(DROPPED)}
        own.update(HOME=self.home, PATH=self.bin + ":/usr/bin:/bin", **environ)
        # Its update of bundled wheels runs on in the background, and would outlive the test.
        own["VIRTUALENV_NO_PERIODIC_UPDATE"] = "1"
        # Nothing that is installed here runs often enough to be worth compiling.
        own.update(PIP_NO_COMPILE="1", PIP_DISABLE_PIP_VERSION_CHECK="1")
        done = subprocess.run(
            argv,
            cwd=self.at(cwd),
            env=own,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.assertEqual(done.returncode, 0, done.stdout.decode(errors="replace"))
        return done.stdout.decode()


class RealToolsTest(RealTool):
    def project(self, path, more=""):
        self.write(
            os.path.join(path, "pyproject.toml"),
            '[project]\nname = "app"\nversion = "0.1.0"\nrequires-python = ">=3.8"\n' + more,
        )

    def test_venv(self):
        self.run_tool(self.python, "-m", "venv", "work/vision/.venv")
        python = self.at("work/vision/.venv/bin/python")
        self.run_tool(python, "-m", "pip", "install", "%s==%s" % (PACKAGE, PACKAGE_VERSION))
        found = self.only(distributions=(PACKAGE,))
        self.assertEqual(self.said(found), ("vision", "venv", self.version))
        self.assertEqual(found["packages"], {PACKAGE: PACKAGE_VERSION})

    def test_venv_with_an_editable_install(self):
        # Without its own pip, which takes seconds to install; test_venv has one.
        self.run_tool(self.python, "-m", "venv", "--without-pip", "vision")
        self.write("src/app.py")
        self.write(
            "src/pyproject.toml",
            '[project]\nname = "Some.App"\nversion = "0.1.dev3"\n'
            '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n',
        )
        pip = (self.python, "-m", "pip", "--python", self.at("vision/bin/python"))
        self.run_tool(*pip, "install", "-e", self.at("src"))
        found = self.only(distributions=("some-app",))
        self.assertEqual(
            (found["packages"], found["editable"]), ({"some-app": "0.1.dev3"}, ["some-app"])
        )

    def test_virtualenv(self):
        self.run_tool("virtualenv", "--python", self.python, "torch-env")
        self.assertEqual(self.said(self.only()), ("torch-env", "virtualenv", self.version))

    def test_virtualenvwrapper(self):
        script = os.path.join(self.bin, "virtualenvwrapper.sh")
        shell = ". %s && mkvirtualenv wrapped" % script
        self.run_tool("bash", "-c", shell, VIRTUALENVWRAPPER_PYTHON=self.python)
        found = self.only()
        self.assertEqual(self.said(found), ("wrapped", "virtualenv", self.version))
        self.assertEqual(found["prefix"], self.at(".virtualenvs/wrapped"))

    def test_uv_in_a_project(self):
        self.project("vision")
        self.run_tool("uv", "venv", "--python", self.python, cwd="vision")
        self.run_tool("uv", "pip", "install", "%s==%s" % (PACKAGE, PACKAGE_VERSION), cwd="vision")
        found = self.only(distributions=(PACKAGE,))
        self.assertEqual(self.said(found), ("vision", "uv", self.version))
        self.assertEqual(found["packages"], {PACKAGE: PACKAGE_VERSION})

    def test_uv_tool(self):
        self.run_tool("uv", "tool", "install", "--python", self.python, COMMAND_PACKAGE)
        found = self.only(distributions=(COMMAND_PACKAGE,))
        self.assertEqual(self.said(found), (COMMAND_PACKAGE, "uv", self.version))
        self.assertEqual(found["packages"], {COMMAND_PACKAGE: COMMAND_VERSION})

    def test_poetry_in_its_cache(self):
        self.project("vision")
        self.run_tool("poetry", "env", "use", self.python, cwd="vision")
        prefix = self.run_tool("poetry", "env", "info", "--path", cwd="vision").strip()
        found = self.environments()[prefix]
        self.assertEqual(self.said(found), (os.path.basename(prefix), "poetry", self.version))

    def test_poetry_in_the_project(self):
        self.project("vision", "[tool.poetry]\npackage-mode = false\n")
        inside = {"POETRY_VIRTUALENVS_IN_PROJECT": "true"}
        self.run_tool("poetry", "install", cwd="vision", **inside)
        self.assertEqual(self.said(self.only())[:2], ("vision", "poetry"))

    def test_pipx(self):
        self.run_tool("pipx", "install", "--python", self.python, COMMAND_PACKAGE)
        found = self.environments(distributions=(COMMAND_PACKAGE,))
        named = [one for one in found.values() if one["name"] == COMMAND_PACKAGE]
        self.assertEqual([self.said(one)[1:] for one in named], [("pipx", self.version)])
        self.assertEqual(named[0]["packages"], {COMMAND_PACKAGE: COMMAND_VERSION})

    def test_hatch(self):
        table = "[tool.hatch.envs.%s]\nskip-install = true\n"
        self.project("vision", table % "default" + table % "docs")
        self.run_tool("hatch", "env", "create", "default", cwd="vision")
        self.run_tool("hatch", "env", "create", "docs", cwd="vision")
        found = {one["name"]: one["kind"] for one in self.environments().values()}
        self.assertEqual(found, {"app": "hatch", "app:docs": "hatch"})


class RealPyenvTest(RealTool):
    """pyenv of this machine; its own versions, and an environment in a root of the test's."""

    def setUp(self):
        super().setUp()
        self.root = os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")
        self.pyenv = os.path.join(self.root, "bin/pyenv")
        if not os.path.exists(self.pyenv):
            self.skipTest("pyenv is not on this machine")

    def test_its_versions_are_those_that_it_lists_itself(self):
        told = self.run_tool(
            self.pyenv, "versions", "--bare", "--skip-aliases", PYENV_ROOT=self.root
        )
        expected = [name for name in told.split() if name.startswith("3.") and "/" not in name]
        found = self.probe({"PYENV_ROOT": self.root})["environments"]
        mine = [one for one in found if one["kind"] == "pyenv" and "/envs/" not in one["prefix"]]
        self.assertEqual(sorted(one["name"] for one in mine), sorted(expected))
        for one in mine:
            said = self.run_tool(one["python"], "--version").split()[1]
            self.assertEqual(one["pythonVersion"], said)

    def test_pyenv_virtualenv(self):
        plugins = os.path.join(self.root, "plugins")
        if not os.path.exists(os.path.join(plugins, "pyenv-virtualenv")):
            self.skipTest("pyenv-virtualenv is not on this machine")
        own = self.at(".pyenv")
        os.mkdir(own)
        os.symlink(plugins, os.path.join(own, "plugins"))
        self.run_tool(self.pyenv, "virtualenv", "--without-pip", "system", "study", PYENV_ROOT=own)
        found = self.only()
        self.assertEqual(self.said(found)[:2], ("study", "pyenv"))
        self.assertEqual(found["prefix"], os.path.join(own, "versions/study"))


if __name__ == "__main__":
    unittest.main()
