"""Looks at the machine now and then while somebody asks; a slow driver keeps nobody waiting."""

import threading
import time

from porthole_viewer.storage.status import HOST
from porthole_viewer.system.gpus import RUNNING, look_at_gpus
from porthole_viewer.system.machine import Cpu, command_of, disk, memory

# What is older is looked at anew; a first answer is worth a short wait.
FRESH_S = 1.5
FIRST_WAIT_S = 0.5


NO_GPUS = {"available": False, "reason": "nvidia-smi has not answered yet.", "list": [], "processes": []}


class Glance:
    """What may take long or hang: answered as it was at the last look, or by `before` while there is none."""

    def __init__(self, look, before):
        self.look = look
        self.answer = before
        self.at = None
        self.looking = False
        self.looked = threading.Condition()

    def fresh(self):
        with self.looked:
            if not self.looking and (self.at is None or time.monotonic() - self.at > FRESH_S):
                self.looking = True
                threading.Thread(target=self.run, daemon=True).start()
            if self.at is None:
                self.looked.wait(FIRST_WAIT_S)
            return self.answer

    def run(self):
        answer = self.look()
        with self.looked:
            self.answer, self.at, self.looking = answer, time.monotonic(), False
            self.looked.notify_all()


class SystemWatch:
    def __init__(self, app):
        self.app = app
        self.cpu = Cpu()
        self.lock = threading.Lock()
        self.gpus = Glance(look_at_gpus, NO_GPUS)
        self.disk = Glance(lambda: disk(app.root.path), None)
        # A share is one of a time that has passed.
        self.cpu_facts = dict(self.cpu.look(), percent=None, perCore=[])
        self.cpu_at = time.monotonic()

    def data(self):
        """Data of /api/system."""
        gpus, space = self.gpus.fresh(), self.disk.fresh()
        runs = self.runs_here()
        by_pid = {record.row["pid"]: record.key for record in runs}
        processes = [dict(one, run=by_pid.get(one["pid"])) for one in gpus["processes"]]
        with self.lock:
            if time.monotonic() - self.cpu_at > FRESH_S / 2:
                self.cpu_facts, self.cpu_at = self.cpu.look(), time.monotonic()
            of_runs = [self.process_of(record) for record in runs]
            return {
                "at": time.time(),
                "cpu": self.cpu_facts,
                "memory": memory(),
                "disk": space,
                "gpus": dict(gpus, processes=processes),
                "processes": [one for one in of_runs if one is not None],
            }

    def kill_workers(self):
        for child in list(RUNNING):
            child.kill()

    def runs_here(self):
        """Runs whose process is on this machine."""
        self.app.index.touch()
        records = list(self.app.index.records.values())
        return [
            one
            for one in records
            if one.row and one.row["status"] == "running" and one.row["host"] == HOST and one.row["pid"]
        ]

    def process_of(self, record):
        pid = record.row["pid"]
        found = self.cpu.process(pid)
        if found is None:
            return None
        percent, size, started = found
        return {
            "run": record.key,
            "pid": pid,
            "cpuPercent": percent,
            "memory": size,
            "startedAt": started,
            "command": command_of(pid),
        }
