"""conda, mamba, micromamba and pixi, by their documented files."""

import unittest

from support import ProbeCase


class CondaTest(ProbeCase):
    def test_finds_the_base_and_its_environments_with_version_and_packages(self):
        base = self.conda("miniconda3", role="base")
        named = self.conda("miniconda3/envs/torch", {"runicorn": "0.6.0"})
        found = self.environments()
        self.assertEqual(self.said(found[base]), ("base", "conda", "3.11.7"))
        self.assertEqual(self.said(found[named]), ("torch", "conda", "3.11.7"))
        self.assertEqual(found[named]["packages"], {"runicorn": "0.6.0"})
        self.assertEqual(found[named]["python"], named + "/bin/python")

    def test_knows_the_usual_installations_of_its_relatives(self):
        for name in ("miniforge3", "mambaforge", "anaconda3", "micromamba"):
            self.conda(name + "/envs/of-" + name)
        names = {one["name"] for one in self.environments().values()}
        self.assertEqual(names, {"of-miniforge3", "of-mambaforge", "of-anaconda3", "of-micromamba"})

    def test_finds_environments_of_a_root_prefix_that_the_login_names(self):
        prefix = self.conda("elsewhere/mamba/envs/a")
        found = self.environments({"MAMBA_ROOT_PREFIX": self.at("elsewhere/mamba")})
        self.assertEqual(list(found), [prefix])

    def test_finds_prefixes_in_environments_txt_and_skips_those_that_are_gone(self):
        prefix = self.conda(".deep/a/b/c/d/by-prefix")
        self.write(".conda/environments.txt", "/gone/away\n%s\n\n" % prefix)
        self.assertEqual(self.said(self.only()), ("by-prefix", "conda", "3.11.7"))

    def test_reads_envs_dirs_of_condarc_as_block_and_as_brackets(self):
        self.conda(".disk/one/first")
        self.conda(".disk/two/second")
        self.conda(".disk/three/third")
        self.write(
            ".condarc",
            "channels:\n  - x\nenvs_dirs:\n  - ~/.disk/one  # fast\n  - '$HOME/.disk/two'\npkgs_dirs:\n  - /p\n",
        )
        self.write(".config/conda/.condarc", 'envs_dirs: ["%s"]\n' % self.at(".disk/three"))
        names = {one["name"] for one in self.environments().values()}
        self.assertEqual(names, {"first", "second", "third"})

    def test_reads_conda_envs_path(self):
        self.conda(".disk/one/first")
        self.assertEqual(
            self.only({"CONDA_ENVS_PATH": "/none:" + self.at(".disk/one")})["name"], "first"
        )

    def test_names_a_prefix_in_a_project_after_the_project(self):
        self.conda("work/vision/.conda")
        self.assertEqual(self.only()["name"], "vision")

    def test_leaves_out_environments_without_python(self):
        self.write("miniconda3/envs/r/conda-meta/r-base-4.3.1-h.json")
        self.assertEqual(self.environments(), {})

    def test_an_installation_in_an_unusual_place_leads_to_its_environments(self):
        self.conda(".tools/my-conda", role="base")
        inner = self.conda(".tools/my-conda/envs/inner")
        self.assertIn(inner, self.environments(prefixes=["~/.tools/my-conda"]))

    def test_finds_pixi_environments_of_projects_and_global_ones(self):
        default = self.conda("work/vision/.pixi/envs/default")
        tests = self.conda("work/vision/.pixi/envs/test")
        tool = self.conda(".pixi/envs/ruff")
        self.write("work/vision/.pixi/envs/default/conda-meta/pixi", "{}")
        found = {
            prefix: one["name"] + " " + one["kind"] for prefix, one in self.environments().items()
        }
        self.assertEqual(
            found, {default: "vision pixi", tests: "vision:test pixi", tool: "ruff pixi"}
        )


if __name__ == "__main__":
    unittest.main()
