"""GPUs, host facts and the shape of the whole answer."""

import os
import unittest
from unittest import mock

from support import ProbeCase

from porthole_agent.probe.gpus import gpu_of


class GpuTest(ProbeCase):
    def nvidia_smi(self, text):
        path = self.write("bin/nvidia-smi", "#!/bin/sh\n" + text)
        os.chmod(path, 0o755)
        return {"PATH": self.at("bin") + ":/usr/bin:/bin"}

    def test_reads_what_nvidia_smi_says(self):
        environ = self.nvidia_smi(
            "echo '0, NVIDIA A100-SXM4-80GB, 81920, 40210, 97'\n"
            "echo '1, Odd, Name, 16384, 0, [N/A]'\necho 'No devices were found'\n"
        )
        expected = [
            {
                "index": 0,
                "name": "NVIDIA A100-SXM4-80GB",
                "memoryTotalMib": 81920,
                "memoryUsedMib": 40210,
                "utilizationPercent": 97,
            },
            {
                "index": 1,
                "name": "Odd, Name",
                "memoryTotalMib": 16384,
                "memoryUsedMib": 0,
                "utilizationPercent": None,
            },
        ]
        self.assertEqual(self.probe(environ)["gpus"], expected)

    def test_has_none_where_the_driver_answers_nonsense_or_nothing(self):
        for text in ("exit 9\n", "echo; echo ,,,,; echo -1,a,1,1,1\n", "printf '\\377\\n'\n"):
            with self.subTest(text):
                self.assertEqual(self.probe(self.nvidia_smi(text))["gpus"], [])

    def test_says_that_the_driver_does_not_answer(self):
        with mock.patch("porthole_agent.probe.gpus.TIMEOUT_S", 0.2):
            result = self.probe(self.nvidia_smi("exec sleep 600\n"))
        self.assertIn({"path": "nvidia-smi", "reason": "no answer within 0.2 s"}, result["partial"])

    def test_takes_a_missing_memory_size_for_zero(self):
        self.assertEqual(gpu_of("0, GB10, [N/A], [N/A], 5")["memoryTotalMib"], 0)


class HostTest(ProbeCase):
    def test_tells_the_login_and_the_machine(self):
        host = self.probe()["host"]
        self.assertEqual((host["uid"], host["home"]), (os.getuid(), self.home))
        self.assertEqual(host["hostname"], os.uname().nodename)
        for name in ("os", "user", "shell"):
            self.assertNotEqual(host[name], "", name)

    def test_a_home_that_is_missing_is_no_failure(self):
        result = self.probe({"HOME": "/nonexistent/home"})
        self.assertEqual(result["storageRoots"], [])
        self.assertEqual(result["host"]["home"], "/nonexistent/home")


if __name__ == "__main__":
    unittest.main()
