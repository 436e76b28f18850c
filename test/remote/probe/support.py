"""What the tests of the probe share: the package from its files, a home, the layouts."""

import importlib.util
import os
import shutil
import sys
import tempfile
import types
import unittest
from unittest import mock

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../.."))


def load():
    """Makes porthole_agent importable from the source files, as the agent has it from memory."""
    if "porthole_agent" not in sys.modules:
        sys.dont_write_bytecode = True
        package = types.ModuleType("porthole_agent")
        package.__path__ = [os.path.join(ROOT, "src/remote/agent")]
        sys.modules["porthole_agent"] = package


def load_layouts():
    """The generator of environments as a module."""
    path = os.path.join(ROOT, "test/lab/environment-layouts.py")
    spec = importlib.util.spec_from_file_location("environment_layouts", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


load()
layouts = load_layouts()

from porthole_agent.probe import main  # noqa: E402


class ProbeCase(unittest.TestCase):
    """A test with an empty home."""

    def setUp(self):
        self.scratch = os.path.realpath(tempfile.mkdtemp(prefix="porthole-test-"))
        self.addCleanup(shutil.rmtree, self.scratch, True)
        self.home = os.path.join(self.scratch, "home")
        os.mkdir(self.home)
        self.program = layouts.make_program(os.path.join(self.scratch, "base/bin/python3.11"))

    def at(self, *parts):
        """A path in the home."""
        return os.path.join(self.home, *parts)

    def write(self, path, text=""):
        """A file in the home."""
        layouts.write(self.at(path), text)
        return self.at(path)

    def venv(self, path, packages=None, **config):
        """A venv in the home."""
        layouts.make_venv(self.at(path), self.program, packages or {}, config)
        return self.at(path)

    def conda(self, path, packages=None, role="environment"):
        """A conda prefix in the home."""
        layouts.make_conda(self.at(path), packages or {}, role)
        return self.at(path)

    def probe(
        self, environ=None, storage=(), prefixes=(), distributions=("runicorn",), data=None, running=None
    ):
        """Result of the probe for a login that has only HOME and `environ`."""
        login = {"HOME": self.home, "PATH": "/nonexistent", **(environ or {})}
        request = {
            "distributions": list(distributions),
            "data": data or {},
            "running": running or {},
            "storage": list(storage),
            "prefixes": list(prefixes),
        }
        with mock.patch.dict(os.environ, login, clear=True):
            return main.run(request)

    def environments(self, *args, **kwargs):
        """What the probe finds below the scratch directory, by prefix."""
        found = self.probe(*args, **kwargs)["environments"]
        mine = [one for one in found if one["prefix"].startswith(self.scratch)]
        self.assertEqual(len(mine), len({one["prefix"] for one in mine}), "a prefix came twice")
        return {one["prefix"]: one for one in mine}

    def only(self, *args, **kwargs):
        """The one environment that the probe finds."""
        found = list(self.environments(*args, **kwargs).values())
        self.assertEqual(len(found), 1, found)
        return found[0]

    def said(self, environment):
        """Name, kind and version, as tests compare them."""
        return (environment["name"], environment["kind"], environment["pythonVersion"])
