"""Whose data lies in a storage: what counts, how far is looked, and what is left alone."""

import os
import unittest

from support import ProbeCase

SIGNS = {
    "boards": [{"kind": "file", "name": "*tfevents*"}],
    "flow": [{"kind": "file", "name": "mlflow.db"}, {"kind": "directory", "name": "mlruns"}],
    "hidden": [{"kind": "directory", "name": ".aim"}],
    "studies": [{"kind": "file", "name": "*.db", "contains": "trial_values"}],
}


class StorageDataTest(ProbeCase):
    def data(self, path, signs=None):
        found = self.probe(storage=[self.at(path)], data=SIGNS if signs is None else signs)
        return [one["data"] for one in found["storageRoots"] if one["path"] == self.at(path)]

    def test_finds_data_by_the_names_of_files_and_directories_some_levels_down(self):
        self.write("all/a/b/version_0/events.out.tfevents.17.host.1.0")
        os.makedirs(self.at("all/project/.aim"))
        os.makedirs(self.at("all/mlruns/0"))
        self.assertEqual(self.data("all"), [["boards", "flow", "hidden"]])

    def test_takes_the_storage_itself_for_data(self):
        os.makedirs(self.at("mlruns/0"))
        self.write("mlflow.db")
        self.assertEqual(self.data("mlruns"), [["flow"]])
        self.assertEqual(self.data("mlflow.db"), [["flow"]])

    def test_takes_a_file_for_data_only_if_its_beginning_holds_what_it_must(self):
        self.write("all/optuna.db", "SQLite format 3\0 CREATE TABLE trial_values (")
        self.write("other/notes.db", "SQLite format 3\0 CREATE TABLE notes (")
        os.makedirs(self.at("fifo"))
        os.mkfifo(self.at("fifo/x.db"))
        self.assertEqual(self.data("all"), [["studies"]])
        self.assertEqual(self.data("other"), [[]])
        self.assertEqual(self.data("fifo"), [[]])

    def test_takes_the_star_for_any_characters_and_nothing_else_for_more_than_itself(self):
        self.write("all/x.db")
        self.write("all/a+b")
        signs = {
            "no": [{"kind": "file", "name": "x?db"}, {"kind": "file", "name": "[x].db"}],
            "part": [{"kind": "file", "name": "x"}],
            "plus": [{"kind": "file", "name": "a+b"}],
        }
        self.assertEqual(self.data("all", signs), [["plus"]])

    def test_finds_nothing_where_nothing_is_looked_for(self):
        self.write("all/mlflow.db")
        self.assertEqual(self.data("all", {}), [[]])

    def test_looks_also_into_a_root_that_is_full_of_runs(self):
        self.write("runicorn_data/runs/x/20240101_120000_abcdef/meta.json", "{}")
        self.write("runicorn_data/boards/events.out.tfevents.17.host.1.0")
        (found,) = self.probe(data=SIGNS)["storageRoots"]
        self.assertEqual((found["runs"], found["data"]), (1, ["boards"]))

    def test_follows_no_link_and_looks_into_no_run_of_runicorn(self):
        self.write("elsewhere/mlflow.db")
        os.makedirs(self.at("all/runs/x/media"))
        self.write("all/runs/x/meta.json")
        self.write("all/runs/x/media/mlflow.db")
        os.symlink(self.at("elsewhere"), self.at("all/link"))
        os.symlink(self.at("all"), self.at("all/circle"))
        self.assertEqual(self.data("all"), [[]])

    def test_ends_its_look_at_a_storage_of_any_size(self):
        for number in range(400):
            os.makedirs(self.at("all/%03d/x" % number))
        self.write("all/000/x/mlflow.db")
        self.assertEqual(self.data("all"), [[]])
        self.write("all/399/mlflow.db")
        self.assertEqual(self.data("all"), [["flow"]])


if __name__ == "__main__":
    unittest.main()
