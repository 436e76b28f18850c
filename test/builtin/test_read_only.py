import os
import subprocess
import sys
import unittest

from harness import PACKAGE, SAMPLES, ViewerCase, tree_of

sys.path.insert(0, PACKAGE)

from porthole_viewer.routes import ROUTES  # noqa: E402

READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'


class ReadOnly(ViewerCase):
    def setUp(self):
        super().setUp()
        writer = os.path.join(SAMPLES, "write_storage.py")
        settings = '{"storage": "%s", "sample": true, "runs": 20}' % self.storage
        subprocess.run([sys.executable, "-B", writer, settings], check=True, stdout=subprocess.DEVNULL)

    def ask_everything(self, viewer):
        """Every route, each with what it needs; gives the names of those that were asked."""
        rows = viewer.until(
            lambda: viewer.runs(columns="metric:loss:best"), lambda found: all(r["run"] for r in found)
        )
        self.assertEqual(len(rows), 31)
        asked = set()
        for row in rows:
            run = {"run": row["run"]}
            of_run = {
                "/api/run": {},
                "/api/series": {"metric": ["train/loss", "loss"], "wait": 5000},
                "/api/images": {},
                "/api/logs": {},
                "/api/logs/search": {"text": "loss"},
                "/api/assets": {},
                "/api/lineage": {},
            }
            for path, params in of_run.items():
                viewer.get(path, **run, **params)
            asked.update(of_run)
            viewer.answer("/api/file", path="meta.json", **run)
            viewer.answer("/api/asset", asset="outputs/0", **run)
        for path in ("/api/health", "/api/info", "/api/runs", "/api/columns", "/api/artifacts", "/api/system", "/api/disk"):
            viewer.get(path)
            asked.add(path)
        for one in viewer.get("/api/artifacts")["artifacts"]:
            names = {"type": one["type"], "name": one["name"]}
            viewer.get("/api/artifact", **names)
            viewer.answer("/api/artifact/file", version=one["latest"], **names)
        events = viewer.live(runs="0", metrics=rows[0]["run"], logs=rows[0]["run"], system="yes")
        for name in ("runs", "metrics", "log", "system"):
            events.next(name)
        events.close()
        viewer.until(lambda: viewer.get("/api/disk"), lambda one: one["complete"])
        return asked | {"/api/file", "/api/asset", "/api/artifact", "/api/artifact/file", "/api/live"}

    def test_no_route_changes_anything_below_the_root(self):
        before = tree_of(self.storage)
        self.assertEqual(self.ask_everything(self.start()), set(ROUTES))
        self.assertEqual(tree_of(self.storage), before)

    def test_every_route_works_on_a_read_only_mount(self):
        if os.geteuid() != 0 or subprocess.run(["unshare", "-m", "true"]).returncode:
            self.skip_loudly("mounts need root and unshare")
        before = tree_of(self.storage)
        prefix = ["unshare", "-m", "sh", "-c", READ_ONLY, self.storage]
        viewer = self.start(prefix=prefix)
        self.assertEqual(self.ask_everything(viewer), set(ROUTES))
        self.assertEqual(tree_of(self.storage), before)


if __name__ == "__main__":
    unittest.main()
