"""Worker processes: started when a big file is to be read, ended when there is nothing to do."""

import fcntl
import json
import os
import select
import sys
import threading

from porthole_viewer.events.wire import read_message

IDLE_S = 3
# Linux's F_SETPIPE_SZ: a worker can put down a whole result and go on.
SET_PIPE_SIZE = 1031
PIPE_BYTES = 1 << 20
START = (
    "import sys; sys.path.insert(0, sys.argv[1]); import importlib;"
    " importlib.import_module('porthole_viewer.events.worker').main()"
)


class Pool:
    """`run` has one caller at a time; others wait for their turn. `beat` is called while a job goes on."""

    def __init__(self, size, niceness=0, beat=None):
        self.size = size
        self.niceness = niceness
        self.beat = beat
        self.turn = threading.Lock()
        self.workers = []
        self.uses = 0
        self.timer = None

    def run(self, jobs):
        """Results of the jobs (dicts), in their order, as (header, body). Raises EOFError, OSError."""
        with self.turn:
            self.uses += 1
            try:
                while len(self.workers) < min(self.size, len(jobs)):
                    self.workers.append(Worker(self.niceness))
                yield from run_jobs(self.workers, jobs, self.beat)
            except BaseException:
                # A worker in the middle of something is of no use to the next caller.
                self.close()
                raise
            self.close_when_idle()

    def close_when_idle(self):
        if self.timer is None:
            self.timer = threading.Timer(IDLE_S, self.close_if_idle, (self.uses,))
            self.timer.daemon = True
            self.timer.start()

    def close_if_idle(self, uses):
        with self.turn:
            self.timer = None
            if self.uses == uses:
                self.close()
            else:
                self.close_when_idle()

    def close(self):
        for worker in self.workers:
            worker.end()
        self.workers = []

    def kill(self):
        """At the end of the viewer: whoever waits for a worker is gone in a moment, too."""
        for worker in list(self.workers):
            try:
                os.kill(worker.pid, 9)
            except OSError:
                # It has ended.
                continue


def run_jobs(workers, jobs, beat):
    """Two jobs are always with a worker, so that it never waits."""
    ahead = 2 * len(workers)
    for number, job in enumerate(jobs[:ahead]):
        workers[number % len(workers)].send(job)
    for number in range(len(jobs)):
        worker = workers[number % len(workers)]
        result = worker.receive(beat)
        if number + ahead < len(jobs):
            worker.send(jobs[number + ahead])
        yield result


class Worker:
    def __init__(self, niceness):
        job_end, self.jobs = os.pipe()
        results, result_end = os.pipe()
        enlarge(results)
        place = place_of_modules()
        self.pid = os.posix_spawn(
            sys.executable,
            [sys.executable, "-I", "-S", "-B", "-c", START, place],
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_DUP2, job_end, 0),
                (os.POSIX_SPAWN_DUP2, result_end, 1),
            ],
        )
        os.close(job_end)
        os.close(result_end)
        if niceness:
            os.setpriority(os.PRIO_PROCESS, self.pid, niceness)
        self.results = os.fdopen(results, "rb")

    def send(self, job):
        os.write(self.jobs, json.dumps(job).encode("ascii") + b"\n")

    def receive(self, beat=None):
        """An answer; one that says nothing is a sign of life."""
        while True:
            header, body = read_message(self.results)
            if header:
                return header, body
            beat()

    def answers_within(self, seconds):
        return bool(select.select([self.results], [], [], seconds)[0])

    def end(self):
        """Ended by signal: what it reads is read only, there is nothing to tidy up."""
        os.close(self.jobs)
        self.results.close()
        try:
            os.kill(self.pid, 9)
            os.waitpid(self.pid, 0)
        except OSError:
            # It has ended and been waited for.
            pass


def place_of_modules():
    """Where a worker finds our modules; who has them in memory puts them down as files first."""
    package = sys.modules["porthole_viewer"]
    put_down = getattr(package.__loader__, "put_down", None)
    return put_down() if put_down else os.path.dirname(package.__path__[0])


def enlarge(pipe):
    try:
        fcntl.fcntl(pipe, SET_PIPE_SIZE, PIPE_BYTES)
    except OSError:
        # Not Linux, or the user's share of such memory is spent.
        pass
