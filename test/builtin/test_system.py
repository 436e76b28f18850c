import os
import unittest

from harness import NOW, ViewerCase

# What nvidia-smi prints for the fields that are asked for; the second card knows little of itself.
GPUS = """0, NVIDIA A100-SXM4-80GB, GPU-aaa, 97, 55, 81920, 40960, 61, 312.5, 400.00, [N/A]
1, Odd, Card, GPU-bbb, [N/A], [N/A], 16384, 0, [Not Supported], [N/A], [N/A], [N/A]
nonsense
"""


class System(ViewerCase):
    def with_program(self, text):
        """A viewer that finds this nvidia-smi."""
        place = os.path.join(self.directory, "bin")
        os.mkdir(place)
        with open(place + "/nvidia-smi", "w") as file:
            file.write("#!/bin/sh\n" + text)
        os.chmod(place + "/nvidia-smi", 0o755)
        return self.start(env=dict(os.environ, PATH=place + ":" + os.environ["PATH"]))

    def gpus(self, viewer, good):
        return viewer.until(lambda: viewer.get("/api/system")["gpus"], good)

    def test_tells_the_gpus_and_ties_their_processes_to_runs(self):
        run = self.run_of(at=NOW + 3600, pid=os.getpid())
        processes = "GPU-aaa, %d, python, train.py, 2048\nGPU-bbb, 999999, other, [N/A]\n" % os.getpid()
        viewer = self.with_program(
            "case $1 in --query-gpu*) cat <<E\n%sE\n;; *) cat <<E\n%sE\n;; esac\n" % (GPUS, processes)
        )
        viewer.runs()
        gpus = self.gpus(viewer, lambda one: one["available"] and one["processes"][0]["run"])
        first, second = gpus["list"]
        self.assertEqual((first["name"], first["utilization"], first["memoryUsed"]), ("NVIDIA A100-SXM4-80GB", 97, 40960 << 20))
        self.assertEqual((first["power"], first["fan"]), (312.5, None))
        self.assertEqual((second["index"], second["name"], second["temperature"]), (1, "Odd, Card", None))
        one, other = gpus["processes"]
        self.assertEqual((one["gpu"], one["run"], one["name"], one["memory"]), (0, self.key(run), "python, train.py", 2048 << 20))
        self.assertEqual((other["gpu"], other["run"], other["memory"]), (1, None, None))

    def test_tells_processors_memory_disk_and_what_a_run_takes(self):
        run = self.run_of(at=NOW + 3600, pid=os.getpid())
        viewer = self.start()
        viewer.runs()
        # Before some time has passed nobody knows how busy the machine is.
        first = viewer.get("/api/system")
        self.assertEqual((first["cpu"]["percent"], first["cpu"]["perCore"]), (None, []))
        data = viewer.until(
            lambda: viewer.get("/api/system"),
            lambda one: one["cpu"]["perCore"] and one["processes"] and one["processes"][0]["cpuPercent"] is not None,
        )
        self.assertEqual(len(data["cpu"]["perCore"]), os.cpu_count())
        for percent in (data["cpu"]["percent"], *data["cpu"]["perCore"]):
            self.assertTrue(0 <= percent <= 100, percent)
        self.assertLess(data["memory"]["used"], data["memory"]["total"])
        space = os.statvfs(self.storage)
        self.assertEqual((data["disk"]["path"], data["disk"]["total"]), (self.storage, space.f_blocks * space.f_frsize))
        (process,) = data["processes"]
        self.assertEqual((process["run"], process["pid"]), (self.key(run), os.getpid()))
        self.assertIn("unittest", process["command"])
        self.assertGreater(process["memory"], 0)

    def test_says_what_a_driver_in_trouble_says(self):
        viewer = self.with_program("echo Failed to initialize NVML: Driver mismatch; exit 18\n")
        gpus = self.gpus(viewer, lambda one: "NVML" in one["reason"])
        self.assertFalse(gpus["available"])

    def test_a_driver_that_hangs_keeps_nobody_waiting_and_nothing_behind(self):
        os.mkfifo(self.directory + "/never")
        mark = self.directory + "/never"
        viewer = self.with_program("echo $$ > '%s.pid'; exec cat '%s'\n" % (mark, mark))
        data = viewer.get("/api/system")
        self.assertFalse(data["gpus"]["available"])
        self.assertGreater(data["memory"]["total"], 0)
        pid = int(viewer.until(lambda: read(mark + ".pid"), bool))
        self.assertEqual(viewer.process.poll(), None)
        viewer.process.stdin.close()
        viewer.process.wait()
        viewer.until(lambda: os.path.exists("/proc/%d" % pid), lambda there: not there)

    def test_says_that_there_is_no_nvidia_smi(self):
        viewer = self.start(env=dict(os.environ, PATH="/nowhere"))
        self.assertIn("no nvidia-smi", self.gpus(viewer, lambda one: one["reason"])["reason"])


def read(path):
    if not os.path.exists(path):
        return ""
    with open(path) as file:
        return file.read().strip()


if __name__ == "__main__":
    unittest.main()
