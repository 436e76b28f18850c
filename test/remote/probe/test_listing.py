"""The directories in a directory, for whoever looks for a storage root by hand."""

import os
import unittest

from support import ProbeCase

from porthole_agent.probe import listing


class ListingTest(ProbeCase):
    def list(self, *parts):
        return listing.list_directory(self.at(*parts))

    def names(self, *parts):
        return [one["name"] for one in self.list(*parts)["entries"]]

    def test_names_directories_and_links_to_them_hidden_ones_last(self):
        for name in ("b", "A", ".hidden", "runs"):
            os.makedirs(self.at(name))
        self.write("file")
        os.symlink(self.at("b"), self.at("link"))
        os.symlink(self.at("nowhere"), self.at("dangling"))
        self.assertEqual(self.names(), ["A", "b", "link", "runs", ".hidden"])

    def test_tells_what_looks_like_a_storage_root_and_what_cannot_be_entered(self):
        os.makedirs(self.at("root/runs"))
        os.makedirs(self.at("shut"), 0)
        self.addCleanup(os.chmod, self.at("shut"), 0o700)
        found = {one["name"]: one for one in self.list()["entries"]}
        self.assertEqual(found["root"], {"name": "root", "readable": True, "isRoot": True})
        self.assertEqual(found["shut"]["readable"], os.geteuid() == 0)

    def test_says_what_is_wrong_with_a_path_and_where_its_parent_is(self):
        self.write("file")
        self.assertEqual(self.list("file")["problem"], "It is not a directory.")
        self.assertEqual(self.list("none")["problem"], "It does not exist.")
        self.assertEqual(self.list("none")["parent"], self.home)
        self.assertIsNone(listing.list_directory("/")["parent"])
        self.assertEqual(listing.list_directory("/tmp/")["parent"], "/")

    @unittest.skipIf(os.geteuid() == 0, "root reads everything")
    def test_says_that_it_may_not_read(self):
        os.makedirs(self.at("shut"), 0)
        self.addCleanup(os.chmod, self.at("shut"), 0o700)
        self.assertEqual(self.list("shut")["problem"], "Permission denied.")

    def test_leaves_out_what_is_too_much_and_says_so(self):
        for number in range(30):
            os.makedirs(self.at("many", "%03d" % number))
        self.addCleanup(setattr, listing, "MAX_ENTRIES", listing.MAX_ENTRIES)
        listing.MAX_ENTRIES = 7
        found = self.list("many")
        self.assertEqual((len(found["entries"]), found["truncated"]), (7, True))

    def test_a_disk_that_hangs_costs_its_time_and_no_more(self):
        os.makedirs(self.at("a"))
        self.addCleanup(setattr, listing, "LIMIT_S", listing.LIMIT_S)
        listing.LIMIT_S = 0.1
        gate = os.path.join(self.scratch, "gate")
        os.mkfifo(gate)
        self.addCleanup(setattr, listing, "details", listing.details)

        def hang(path):
            with open(gate) as waiting:
                return waiting.read()

        listing.details = hang
        found = self.list()
        # Lets the thread go on.
        os.close(os.open(gate, os.O_RDWR))
        self.assertEqual(found["entries"], [{"name": "a", "readable": True, "isRoot": False}])
        self.assertEqual(found["problem"], "It did not answer within 0 s.")


if __name__ == "__main__":
    unittest.main()
