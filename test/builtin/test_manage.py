import json
import os
import unittest

from harness import NOW, ViewerCase


class Manage(ViewerCase):
    def setUp(self):
        super().setUp()
        self.run_ = self.run_of(alias="old")
        self.run_.finish(NOW)
        self.name = self.key(self.run_)
        self.viewer = self.start(manage=True)

    def meta(self):
        with open(self.run_.place("meta.json"), encoding="utf-8") as file:
            return json.load(file)

    def test_no_such_route_exists_without_it(self):
        viewer = self.start()
        for path in ("run", "delete", "restore"):
            status, answer = viewer.post("/api/manage/" + path, {"run": self.name, "runs": [self.name]})
            self.assertEqual((status, answer["error"]["code"]), (404, "not-found"))
        self.assertEqual(self.meta()["alias"], "old")

    def test_sets_alias_and_tags_and_leaves_every_other_field(self):
        before = self.meta()
        body = {"run": self.name, "alias": " n\u00e9w ", "tags": ["a", " b ", "a", ""]}
        status, answer = self.viewer.post("/api/manage/run", body)
        self.assertEqual((status, answer["alias"], answer["tags"]), (200, "n\u00e9w", ["a", "b"]))
        self.assertEqual(self.meta(), dict(before, alias="n\u00e9w", tags=["a", "b"]))
        self.assertEqual(self.viewer.runs()[0]["alias"], "n\u00e9w")
        self.viewer.post("/api/manage/run", {"run": self.name, "alias": None})
        self.assertIsNone(self.meta()["alias"])
        self.assertEqual(sorted(os.listdir(self.run_.directory)), ["assets.json", "media", "meta.json", "status.json"])

    def test_deletes_softly_by_the_marker_and_restores(self):
        status, answer = self.viewer.post("/api/manage/delete", {"runs": [self.name, "runs/none"]})
        self.assertEqual([one["ok"] for one in answer["results"]], [True, False])
        with open(self.run_.place(".deleted")) as file:
            marker = json.load(file)
        self.assertEqual((marker["reason"], marker["original_status"]), ("user_deleted", "finished"))
        self.assertGreater(self.viewer.runs()[0]["deletedAt"], NOW - 60)
        status, answer = self.viewer.post("/api/manage/delete", {"runs": [self.name]})
        self.assertEqual(answer["results"][0]["error"], "The run is deleted already.")
        self.viewer.post("/api/manage/restore", {"runs": [self.name]})
        self.assertFalse(os.path.exists(self.run_.place(".deleted")))
        self.assertIsNone(self.viewer.runs()[0]["deletedAt"])

    def test_uses_the_recycle_bin_of_a_root_that_has_one(self):
        os.mkdir(self.storage + "/runs/.recycle")
        _, answer = self.viewer.post("/api/manage/delete", {"runs": [self.name]})
        now = answer["results"][0]["now"]
        self.assertEqual(now, "runs/.recycle/" + self.run_.id)
        with open(os.path.join(self.storage, now, ".deleted")) as file:
            self.assertEqual(json.load(file)["original_path"], "a/b")
        (row,) = self.viewer.until(self.viewer.runs, lambda rows: [one["run"] for one in rows] == [now])
        self.assertEqual(row["path"], "a/b")
        os.rmdir(self.storage + "/runs/a/b")
        _, answer = self.viewer.post("/api/manage/restore", {"runs": [now]})
        self.assertEqual(answer["results"][0]["now"], self.name)
        self.assertEqual(os.listdir(self.run_.directory).count(".deleted"), 0)

    def test_refuses_to_restore_to_a_place_outside(self):
        run = self.run_of(".recycle", tail="000002")
        for path in ("../../out", "a/../../../out", "/tmp"):
            self.write(run, ".deleted", json.dumps({"original_path": path}))
            _, answer = self.viewer.post("/api/manage/restore", {"runs": [self.key(run)]})
            self.assertFalse(answer["results"][0]["ok"])
            self.assertTrue(os.path.isdir(run.directory))

    def test_refuses_bodies_that_are_not_right(self):
        for body in (b"", b"[]", b"nonsense", b'{"run": 5, "alias": "x"}', b'{"run": "runs/x"}', b'{"more": 1}'):
            headers = {"Content-Type": "application/json"}
            status, _, _ = self.viewer.answer("/api/manage/run", "POST", body, headers)
            self.assertIn(status, (400, 404), body)
        status, _, _ = self.viewer.answer("/api/manage/run", "POST", b"{}", {"Content-Type": "text/plain"})
        self.assertEqual(status, 400)
        for change in ({"alias": 5}, {"alias": "x" * 201}, {"tags": "x"}, {"tags": [5]}, {}):
            self.assertEqual(self.viewer.post("/api/manage/run", dict(change, run=self.name))[0], 400)
        self.assertEqual(self.viewer.answer("/api/manage/run")[0], 405)

    def test_does_not_overwrite_a_file_that_it_cannot_read(self):
        self.write(self.run_, "meta.json", "{torn")
        status, answer = self.viewer.post("/api/manage/run", {"run": self.name, "alias": "x"})
        self.assertEqual((status, answer["error"]["code"]), (409, "conflict"))
        with open(self.run_.place("meta.json")) as file:
            self.assertEqual(file.read(), "{torn")


if __name__ == "__main__":
    unittest.main()
