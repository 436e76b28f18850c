"""Drives the real viewer as a process, over its socket, on a storage of the test's own."""

import gzip
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from urllib.parse import urlencode

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGE = os.path.join(os.path.dirname(os.path.dirname(HERE)), "src/builtin")
LAB = os.path.join(os.path.dirname(HERE), "lab")
SAMPLES = os.path.join(LAB, "sample-storage")
sys.path.insert(0, SAMPLES)

from formats import Run  # noqa: E402,F401 - for the suites

# How long a test waits for what must happen; nothing is expected to take a share of it.
PATIENCE_S = 60
START = "import sys; sys.path.insert(0, sys.argv[1]); from porthole_viewer.main import main; main()"
NOW = time.time()


class Connection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=PATIENCE_S)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(PATIENCE_S)
        self.sock.connect(self.path)


class Viewer:
    """One viewer; `get` for data, `answer` for status and headers, `live` for events."""

    def __init__(self, directory, storage, prefix=(), env=None, pass_fds=(), **settings):
        self.socket = os.path.join(directory, "viewer.sock")
        self.process = subprocess.Popen(
            [*prefix, sys.executable, "-I", "-S", "-B", "-c", START, PACKAGE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=env,
            pass_fds=pass_fds,
        )
        given = dict({"socket": self.socket, "storage": storage}, **settings)
        self.process.stdin.write(json.dumps(given).encode() + b"\n")
        self.process.stdin.flush()
        self.ready = self.process.stdout.readline()

    def answer(self, route, method="GET", body=None, headers=None, **params):
        """(status, headers, body) of a request; names of parameters may end in _ (`from_`)."""
        connection = Connection(self.socket)
        try:
            connection.request(method, address(route, params), body, headers or {})
            response = connection.getresponse()
            data = response.read()
        finally:
            connection.close()
        if response.getheader("Content-Encoding") == "gzip":
            data = gzip.decompress(data)
        return response.status, response.headers, data

    def get(self, route, **params):
        status, _, data = self.answer(route, **params)
        if status != 200:
            raise AssertionError("%s: %d %s" % (route, status, data))
        return json.loads(data, parse_constant=refuse_constant)

    def error(self, route, **params):
        """(status, code) of a request that is refused."""
        status, _, data = self.answer(route, **params)
        return status, json.loads(data)["error"]["code"]

    def post(self, path, body):
        headers = {"Content-Type": "application/json"}
        status, _, data = self.answer(path, "POST", json.dumps(body).encode(), headers)
        return status, json.loads(data)

    def runs(self, **params):
        """Rows of the list as dicts, when all of it has been read."""
        answer = self.until(
            lambda: self.get("/api/runs", **params), lambda one: one["scan"]["complete"]
        )
        return rows_of(answer)

    def until(self, ask, good):
        """Asks until the answer is good."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            answer = ask()
            if good(answer):
                return answer
            if time.monotonic() > deadline:
                raise AssertionError("in vain: %s" % json.dumps(answer)[:2000])

    def live(self, **params):
        return Live(self.socket, address("/api/live", params))

    def close(self):
        """Ends it by the end of stdin; gives its exit code and what it logged."""
        if not self.process.stdin.closed:
            self.process.stdin.close()
        log = self.process.stderr.read().decode("utf-8", "replace")
        self.process.stdout.close()
        self.process.stderr.close()
        return self.process.wait(PATIENCE_S), log


class Live:
    """Server-sent events of one connection."""

    def __init__(self, path, target):
        self.connection = Connection(path)
        self.connection.request("GET", target)
        self.response = self.connection.getresponse()

    def next(self, name, good=lambda data: True):
        """Data of the next event of a name that is good."""
        while True:
            found, data = self.read()
            if found == name and good(data):
                return data

    def read(self):
        name = data = None
        while True:
            line = self.response.readline()
            if not line:
                raise AssertionError("the events have ended")
            if line.startswith(b"event: "):
                name = line[7:-1].decode()
            elif line.startswith(b"data: "):
                data = json.loads(line[6:], parse_constant=refuse_constant)
            elif line == b"\n" and name is not None:
                return name, data

    def close(self):
        self.response.close()
        self.connection.close()


class ViewerCase(unittest.TestCase):
    """A test with a storage of its own; nothing of either is left afterwards, and nothing was logged."""

    expected_log = ""

    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="porthole-viewer-")
        self.addCleanup(shutil.rmtree, self.directory)
        self.storage = os.path.join(self.directory, "storage")
        os.mkdir(self.storage)

    def start(self, storage=None, **settings):
        """A viewer, which ends with the test."""
        place = tempfile.mkdtemp(dir=self.directory)
        viewer = Viewer(place, storage or self.storage, **settings)
        self.addCleanup(self.end, viewer)
        return viewer

    def end(self, viewer):
        code, log = viewer.close()
        self.assertEqual((code, log), (0, self.expected_log))
        self.assertFalse(os.path.exists(viewer.socket))

    def run_of(self, path="a/b", at=NOW - 7200, tail="abcdef", version="0.6", **meta):
        return Run(self.storage, version, path, at, tail, **meta)

    def key(self, run):
        return os.path.relpath(run.directory, self.storage)

    def write(self, run, name, text):
        path = run.place(name)
        with open(path, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode("utf-8"))
        return path

    def skip_loudly(self, reason):
        print("SKIPPED: %s: %s" % (self.id(), reason), file=sys.stderr)
        self.skipTest(reason)


def address(path, params):
    pairs = [
        (name.rstrip("_"), one)
        for name, value in params.items()
        for one in (value if isinstance(value, list) else [value])
    ]
    return path + ("?" + urlencode(pairs) if pairs else "")


def rows_of(answer):
    columns = dict(answer["columns"], **answer["extra"])
    names = list(columns)
    return [dict(zip(names, values)) for values in zip(*columns.values())]


def refuse_constant(name):
    raise AssertionError("%s is no JSON for a browser" % name)


def tree_of(place):
    """Path, mode, size, times and content of everything below a directory."""
    found = []
    for directory, names, files in os.walk(place):
        for name in sorted(names + files):
            path = os.path.join(directory, name)
            status = os.lstat(path)
            content = b""
            if os.path.isfile(path) and not os.path.islink(path):
                with open(path, "rb") as file:
                    content = file.read()
            facts = (status.st_mode, status.st_size, status.st_mtime_ns, status.st_ino)
            found.append((path, facts, content))
    return sorted(found)


