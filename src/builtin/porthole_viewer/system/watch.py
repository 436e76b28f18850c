"""Looks at the machine now and then while somebody asks; a slow driver keeps nobody waiting."""

import threading
import time

from porthole_viewer.storage.status import HOST
from porthole_viewer.system.gpus import RUNNING, look_at_gpus
from porthole_viewer.system.machine import Cpu, command_of, disk, memory

# What is older is looked at anew; a first answer is worth a short wait.
FRESH_S = 1.5
FIRST_WAIT_S = 0.5


class SystemWatch:
    def __init__(self, app):
        self.app = app
        self.cpu = Cpu()
        self.lock = threading.Lock()
        self.gpus = None
        self.gpus_at = 0.0
        self.looking = False
        self.looked = threading.Condition(self.lock)
        self.cpu_facts = self.cpu.look()
        self.cpu_at = time.monotonic()

    def data(self):
        """Data of /api/system."""
        gpus = self.fresh_gpus()
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
                "disk": disk(self.app.root.path),
                "gpus": dict(gpus, processes=processes),
                "processes": [one for one in of_runs if one is not None],
            }

    def fresh_gpus(self):
        with self.lock:
            if not self.looking and time.monotonic() - self.gpus_at > FRESH_S:
                self.looking = True
                threading.Thread(target=self.look, daemon=True).start()
            if self.gpus is None:
                self.looked.wait(FIRST_WAIT_S)
            none = {"available": False, "reason": "nvidia-smi has not answered yet.", "list": []}
            return self.gpus or dict(none, processes=[])

    def look(self):
        gpus = look_at_gpus()
        with self.lock:
            self.gpus, self.gpus_at, self.looking = gpus, time.monotonic(), False
            self.looked.notify_all()

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
