import io
import json
import os
import unittest
import zipfile

from harness import NOW, ViewerCase
from artifacts import create_version, use_version  # noqa: I001 - the harness says where it is

SECRET = "not below the storage"


class Files(ViewerCase):
    def setUp(self):
        super().setUp()
        self.run_ = self.run_of()
        self.name = self.key(self.run_)
        self.viewer = self.start()
        with open(self.directory + "/secret.txt", "w") as file:
            file.write(SECRET)

    def file(self, path, headers=None, **params):
        return self.viewer.answer("/api/file", headers=headers, run=self.name, path=path, **params)

    def test_shows_images_and_hands_out_everything_else(self):
        for name, kind, how in (
            ("media/a.png", "image/png", "inline"),
            ("page.html", "application/octet-stream", "attachment"),
            ("drawing.svg", "application/octet-stream", "attachment"),
        ):
            self.write(self.run_, name, "<script>alert(1)</script>")
            status, headers, data = self.file(name)
            self.assertEqual((status, data), (200, b"<script>alert(1)</script>"))
            self.assertEqual(headers["Content-Type"], kind)
            self.assertTrue(headers["Content-Disposition"].startswith(how))
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
            self.assertIn("sandbox", headers["Content-Security-Policy"])
        _, headers, _ = self.file("media/a.png", download="yes")
        self.assertTrue(headers["Content-Disposition"].startswith("attachment"))

    def test_gives_ranges_and_spares_what_the_browser_has(self):
        self.write(self.run_, "x.bin", "0123456789")
        status, headers, data = self.file("x.bin", {"Range": "bytes=2-4"})
        self.assertEqual((status, data, headers["Content-Range"]), (206, b"234", "bytes 2-4/10"))
        self.assertEqual(self.file("x.bin", {"Range": "bytes=-3"})[2], b"789")
        self.assertEqual(self.file("x.bin", {"Range": "bytes=7-"})[2], b"789")
        self.assertEqual(self.file("x.bin", {"Range": "bytes=10-"})[0], 416)
        tag = headers["ETag"]
        self.assertEqual(self.file("x.bin", {"If-None-Match": tag})[0], 304)

    def test_no_path_leads_out_of_a_run(self):
        for path in ("../../../../secret.txt", "/etc/passwd", "media/../../x", "media//x", "a\0b", ".", ""):
            self.assertIn(self.file(path)[0], (400, 404), path)

    def test_no_key_leads_out_of_the_storage(self):
        os.makedirs(self.directory + "/out/runs/x")
        for place in ("/out/runs/x", "/out"):
            with open(self.directory + place + "/meta.json", "w") as file:
                file.write("{}")
        for run in ("../out/runs/x", "%2E%2E/out/runs/x", "runs/../../out/runs/x", "/etc", "runs", "a\0"):
            self.assertIn(self.viewer.error("/api/run", run=run)[0], (400, 404), run)

    def test_links_inside_the_storage_are_followed_and_others_refused(self):
        self.write(self.run_, "real.txt", "inside")
        os.symlink("../real.txt", self.run_.place("media/inside.txt"))
        os.symlink(self.directory + "/secret.txt", self.run_.place("media/outside.txt"))
        os.symlink(self.directory, self.run_.place("media/up"))
        self.assertEqual(self.file("media/inside.txt")[2], b"inside")
        for path in ("media/outside.txt", "media/up/secret.txt"):
            status, _, data = self.file(path)
            self.assertEqual((status, json.loads(data)["error"]["code"]), (403, "refused"))

    def test_no_small_file_of_a_run_may_be_a_link_to_elsewhere(self):
        with open(self.directory + "/other.json", "w") as file:
            json.dump({"alias": SECRET, "lr": SECRET}, file)
        for name in ("meta.json", "summary.json", "events.jsonl", "logs.txt"):
            if os.path.exists(self.run_.place(name)):
                os.unlink(self.run_.place(name))
            os.symlink(self.directory + "/other.json", self.run_.place(name))
        for path in ("/api/run", "/api/logs", "/api/images", "/api/assets"):
            self.assertNotIn(SECRET, json.dumps(self.viewer.get(path, run=self.name)))
        self.assertNotIn(SECRET, json.dumps(self.viewer.runs(columns="summary:lr")))

    def test_pipes_and_directories_are_no_files(self):
        os.mkfifo(self.run_.place("media/pipe"))
        for path in ("media/pipe", "media"):
            self.assertEqual(self.file(path)[0], 404)


class Assets(ViewerCase):
    def setUp(self):
        super().setUp()
        self.run_ = self.run_of()
        self.name = self.key(self.run_)

    def fill(self):
        self.run_.add_code({"train.py": "print()"})
        self.run_.add_dataset("cifar", {"a/1.bin": b"one", "2.bin": b"two"})
        self.run_.add_pretrained("resnet", "https://example.org/resnet")
        self.run_.add_output(NOW, "model.pt", b"weights")

    def test_lists_and_hands_out_what_is_in_the_archive(self):
        self.fill()
        viewer = self.start()
        found = viewer.get("/api/assets", run=self.name)
        self.assertEqual(found["code"]["asset"], "code/0")
        (dataset,), (pretrained,), (output,) = found["datasets"], found["pretrained"], found["outputs"]
        self.assertEqual((dataset["kind"], dataset["files"], dataset["size"]), ("directory", 2, 6))
        self.assertEqual((pretrained["asset"], pretrained["uri"]), (None, "https://example.org/resnet"))
        self.assertEqual((output["kind"], output["size"], output["name"]), ("file", 7, "model.pt"))
        self.assertEqual(self.asset(viewer, "outputs/0"), b"weights")
        self.assertEqual(names_in(self.asset(viewer, "code/0")), {"train.py": b"print()"})
        files = {"a/1.bin": b"one", "2.bin": b"two"}
        self.assertEqual(names_in(self.asset(viewer, "datasets/0")), files)
        self.assertEqual(viewer.runs()[0]["assets"], 4)

    def test_finds_the_archive_of_a_root_that_was_moved(self):
        self.fill()
        moved = os.path.join(self.directory, "moved")
        os.rename(self.storage, moved)
        viewer = self.start(moved)
        self.assertEqual(self.asset(viewer, "outputs/0"), b"weights")
        self.assertEqual(len(names_in(self.asset(viewer, "datasets/0"))), 2)

    def test_an_archive_path_that_leads_elsewhere_has_no_download(self):
        with open(self.directory + "/secret.txt", "w") as file:
            file.write(SECRET)
        for path in (self.directory + "/secret.txt", "/archive/../../secret.txt", "/x/archive/../../secret.txt"):
            self.run_.assets["outputs"] = [{"name": "x", "archive_path": path}]
            self.run_.write_assets()
            viewer = self.start()
            (output,) = viewer.get("/api/assets", run=self.name)["outputs"]
            self.assertIsNone(output["asset"])
            self.assertEqual(viewer.error("/api/asset", run=self.name, asset="outputs/0")[0], 404)

    def test_a_manifest_that_names_other_files_is_refused(self):
        self.fill()
        path = self.run_.assets["datasets"][0]["manifest_path"]
        with open(path, "w") as file:
            json.dump({"files": {"x": {"sha256": "../../../secret"}}}, file)
        viewer = self.start()
        self.assertEqual(viewer.error("/api/asset", run=self.name, asset="datasets/0"), (403, "refused"))

    def asset(self, viewer, name):
        status, _, data = viewer.answer("/api/asset", run=self.name, asset=name)
        self.assertEqual(status, 200)
        return data


class Artifacts(ViewerCase):
    def setUp(self):
        super().setUp()
        self.first = self.run_of("p/n", NOW - 100, "000001", "0.5")
        self.second = self.run_of("p/n", NOW - 50, "000002", "0.5")
        create_version(self.first, "dataset", "speech", {"list.txt": b"abc"}, NOW)
        use_version(self.second, "dataset", "speech", 1, NOW)
        create_version(self.second, "model", "net", {"m.pt": b"w", "notes/a.txt": b"hi"}, NOW,
                       parents=["speech:v1"], aliases=["best"], description="a net")  # fmt: skip
        self.viewer = self.start()

    def test_lists_artifacts_with_versions_and_aliases(self):
        model, dataset = self.viewer.get("/api/artifacts")["artifacts"]
        self.assertEqual((model["name"], model["versions"], model["aliases"]), ("net", 1, {"latest": 1, "best": 1}))
        self.assertEqual((dataset["type"], dataset["size"]), ("dataset", 3))
        (version,) = self.viewer.get("/api/artifact", type="model", name="net")["versions"]
        self.assertEqual((version["run"], version["description"]), (self.key(self.second), "a net"))
        self.assertEqual(version["contents"]["path"], ["m.pt", "notes/a.txt"])

    def test_hands_out_a_file_or_all_of_a_version(self):
        ask = {"type": "model", "name": "net", "version": 1}
        self.assertEqual(self.viewer.answer("/api/artifact/file", path="notes/a.txt", **ask)[2], b"hi")
        whole = names_in(self.viewer.answer("/api/artifact/file", **ask)[2])
        self.assertEqual(whole, {"m.pt": b"w", "notes/a.txt": b"hi"})
        for path in ("../metadata.json", "../../../../x"):
            self.assertEqual(self.viewer.error("/api/artifact/file", path=path, **ask)[0], 400)
        self.assertEqual(self.viewer.error("/api/artifact", type="..", name="runs")[0], 404)

    def test_tells_what_a_run_created_and_used_and_how_it_all_hangs_together(self):
        found = self.viewer.get("/api/assets", run=self.key(self.second))
        self.assertEqual([one["name"] for one in found["created"]], ["net"])
        self.assertEqual([one["name"] for one in found["used"]], ["speech"])
        graph = self.viewer.get("/api/lineage", run=self.key(self.second))
        labels = {node["id"]: node["label"] for node in graph["nodes"]}
        edges = {(labels[one["from"]], labels[one["to"]], one["kind"]) for one in graph["edges"]}
        first, second = self.first.id, self.second.id
        self.assertEqual(
            edges,
            {(first, "speech:v1", "created"), ("speech:v1", second, "used"),
             (second, "net:v1", "created"), ("speech:v1", "net:v1", "parent")},
        )  # fmt: skip


def names_in(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


if __name__ == "__main__":
    unittest.main()
