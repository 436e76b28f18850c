import os
import unittest

from harness import NOW, ViewerCase


class OneRun(ViewerCase):
    def setUp(self):
        super().setUp()
        self.run_ = self.run_of()
        self.name = self.key(self.run_)

    def test_lists_images_with_their_steps(self):
        self.run_.image(NOW, "samples", 7, b"png", "seven")
        answer = self.start().get("/api/images", run=self.name)
        self.assertEqual((answer["key"], answer["step"], answer["caption"]), (["samples"], [7], ["seven"]))
        self.assertTrue(os.path.isfile(self.run_.place(answer["path"][0])))

    def test_tells_stages_and_sums_of_a_run(self):
        for step, stage in ((1, "warm-up"), (2, "warm-up"), (3, "main"), (4, "main")):
            self.run_.log(NOW + step, {"loss": 5 - step}, step, stage)
        data = self.start().get("/api/run", run=self.name)
        self.assertEqual((data["stages"]["name"], data["stages"]["toStep"]), (["warm-up", "main"], [2, 4]))
        self.assertEqual((data["metrics"]["min"], data["metrics"]["minStep"]), ([1], [4]))
        self.assertEqual(data["xAxes"], ["step", "relative", "wall"])

    def test_tells_config_metadata_and_environment(self):
        self.run_.config({"lr": 0.1, "net": {"width": 64}}, {"seed": 7})
        self.write(self.run_, "environment.json", '{"python_version": "3.11.7", "git_info": {"branch": "main"}}')
        data = self.start().get("/api/run", run=self.name)
        self.assertEqual(data["config"]["flat"], {"lr": 0.1, "net.width": 64, "seed": 7})
        self.assertEqual(data["meta"]["pid"], data["row"]["pid"])
        self.assertEqual(data["environment"]["git_info"], {"branch": "main"})


if __name__ == "__main__":
    unittest.main()
