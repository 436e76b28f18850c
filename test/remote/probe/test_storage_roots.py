"""Runicorn's storage roots: where they are looked for, and what is told of them."""

import os
import unittest

from support import ProbeCase


class StorageRootsTest(ProbeCase):
    def run_in(self, root, name="20240101_120000_abcdef", changed=1700000000):
        path = self.write(os.path.join(root, name, "meta.json"), "{}")
        os.utime(path, (changed, changed))

    def roots(self, *args, **kwargs):
        return self.probe(*args, **kwargs)["storageRoots"]

    def test_finds_the_default_with_its_runs_and_their_last_change(self):
        self.run_in("runicorn_data/runs/default", "20240101_120000_abcdef", 1700000000)
        self.run_in("runicorn_data/runs/vision/big", "20240102_120000_abcdef", 1700000500)
        self.run_in("runicorn_data/old/names/runs", "20230101_120000_abcdef", 1600000000)
        expected = {
            "path": self.at("runicorn_data"),
            "source": "default",
            "runs": 3,
            "runsCapped": False,
            "modifiedAt": 1700000500,
            "data": [],
        }
        self.assertEqual(self.roots(), [expected])

    def test_tells_an_empty_root_without_a_date(self):
        os.makedirs(self.at("runicorn_data/runs"))
        self.assertEqual([(one["runs"], one["modifiedAt"]) for one in self.roots()], [(0, None)])

    def test_finds_the_root_in_the_login_and_in_the_settings_of_runicorn(self):
        self.run_in("by-login/runs")
        self.run_in("by-config/runs")
        self.write(
            ".config/runicorn/config.json",
            '{"user_root_dir": "%s", "ssh_connections": []}' % self.at("by-config"),
        )
        found = {
            one["path"]: one["source"] for one in self.roots({"RUNICORN_DIR": self.at("by-login")})
        }
        self.assertEqual(
            found, {self.at("by-login"): "RUNICORN_DIR", self.at("by-config"): "runicorn-config"}
        )

    def test_finds_the_root_that_only_an_interactive_shell_would_set(self):
        lines = {
            ".bashrc": 'return\nexport RUNICORN_DIR="$HOME/by bash"  # runs',
            ".zshrc": "  export RUNICORN_DIR=~/by-zsh; true",
            ".config/fish/config.fish": "set -gx RUNICORN_DIR '%s'" % self.at("by-fish"),
            ".cshrc": "setenv RUNICORN_DIR ${HOME}/by-csh",
            ".profile": "# export RUNICORN_DIR=~/no\nexport RUNICORN_DIR=$(pwd)/no\nXRUNICORN_DIR=~/no",
            ".zshenv": "echo RUNICORN_DIR=~/no\nexport RUNICORN_DIR=\x00\nRUNICORN_DIR=",
        }
        for name, line in lines.items():
            self.write(name, line + "\n")
        for name in ("by bash", "by-zsh", "by-fish", "by-csh", "no"):
            os.makedirs(self.at(name, "runs"))
        found = self.roots()
        self.assertEqual({one["source"] for one in found}, {"RUNICORN_DIR"})
        names = [os.path.basename(one["path"]) for one in found]
        self.assertEqual(names, ["by bash", "by-csh", "by-fish", "by-zsh"])

    def test_survives_damaged_settings_of_runicorn(self):
        for text in ("{", "[]", '{"user_root_dir": 7}', "[" * 60000, "null"):
            with self.subTest(text[:20]):
                self.write(".config/runicorn/config.json", text)
                result = self.probe()
                self.assertEqual((result["storageRoots"], result["partial"]), ([], []))

    def test_lists_asked_roots_first_and_leaves_out_those_that_do_not_exist(self):
        self.run_in("runicorn_data/runs")
        self.run_in("my data/runs")
        found = self.roots(storage=["~/my data/", "/gone/away"])
        self.assertEqual([one["source"] for one in found], ["asked", "default"])
        self.assertEqual(found[0]["path"], self.at("my data"))

    def test_lists_a_root_once_by_its_best_source(self):
        self.run_in("runicorn_data/runs")
        os.symlink(self.at("runicorn_data"), self.at("link"))
        found = self.roots({"RUNICORN_DIR": self.at("link")})
        self.assertEqual(
            [(one["path"], one["source"]) for one in found], [(self.at("link"), "RUNICORN_DIR")]
        )

    def test_does_not_take_the_log_directory_of_runicorns_viewer_for_a_root(self):
        self.write(".runicorn/logs/viewer.log")
        self.assertEqual(self.roots(), [])
        os.makedirs(self.at(".runicorn/runs"))
        self.assertEqual([one["path"] for one in self.roots()], [self.at(".runicorn")])

    def test_finds_the_root_that_a_script_left_in_its_project(self):
        self.run_in("work/vision/.runicorn/project/experiment/runs")
        found = self.roots()
        self.assertEqual([one["path"] for one in found], [self.at("work/vision/.runicorn")])


if __name__ == "__main__":
    unittest.main()
