"""Versions of distributions, by the forms in which they are recorded."""

import os
import unittest

from support import ProbeCase, layouts


class PackagesTest(ProbeCase):
    def setUp(self):
        super().setUp()
        self.prefix = self.venv("app")
        self.site = layouts.site_packages(self.prefix)

    def record(self, name, *lines):
        layouts.write(os.path.join(self.site, name), "\n".join(lines) + "\n")

    def packages(self, *distributions):
        found = self.only(distributions=distributions or ("runicorn",))
        return found["packages"], found["editable"]

    def test_reads_the_version_in_the_name_and_opens_no_metadata(self):
        self.record("runicorn-0.6.0.dist-info/METADATA", "Version: 9.9")
        self.assertEqual(self.packages(), ({"runicorn": "0.6.0"}, []))

    def test_answers_by_the_name_that_was_asked_whatever_its_spelling_on_disk(self):
        self.record("Optuna_Dashboard-0.15.1.dist-info/METADATA", "")
        self.record("zope.interface-6.0.dist-info/METADATA", "")
        found = self.packages("optuna-dashboard", "zope.interface")
        self.assertEqual(found, ({"optuna-dashboard": "0.15.1", "zope.interface": "6.0"}, []))

    def test_does_not_take_a_longer_name_for_the_one_that_was_asked(self):
        self.record("runicorn_extras-1.0.dist-info/METADATA", "")
        self.record("~unicorn-0.5.0.dist-info/METADATA", "")
        self.assertEqual(self.packages(), ({}, []))

    def test_reads_metadata_that_is_not_utf_8_where_the_name_tells_no_version(self):
        path = os.path.join(self.site, "runicorn.dist-info/METADATA")
        layouts.write(path, "")
        with open(path, "wb") as file:
            file.write(
                b"Metadata-Version: 2.1\nAuthor: J\xfcrgen \xff\nVersion: 0.5.1\n\nVersion: 7\n"
            )
        self.assertEqual(self.packages(), ({"runicorn": "0.5.1"}, []))

    def test_reads_egg_info_as_a_directory_and_as_a_file(self):
        self.record("runicorn-0.4.0-py3.11.egg-info/PKG-INFO", "Version: 0.4.0")
        self.record("aim.egg-info", "Metadata-Version: 1.0", "Name: aim", "Version: 3.1")
        found = self.packages("runicorn", "aim")
        self.assertEqual(found, ({"runicorn": "0.4.0", "aim": "3.1"}, []))

    def test_tells_an_editable_install_by_direct_url(self):
        self.record("runicorn-0.6.0.dist-info/METADATA", "")
        self.record(
            "runicorn-0.6.0.dist-info/direct_url.json",
            '{"dir_info": {"editable": true}, "url": "file:///src"}',
        )
        self.assertEqual(self.packages(), ({"runicorn": "0.6.0"}, ["runicorn"]))

    def test_takes_an_install_from_a_local_directory_for_what_it_is(self):
        self.record(
            "runicorn-0.6.0.dist-info/direct_url.json", '{"dir_info": {}, "url": "file:///src"}'
        )
        self.assertEqual(self.packages(), ({"runicorn": "0.6.0"}, []))

    def test_tells_an_editable_install_by_the_hook_of_setuptools(self):
        for hook in ("__editable__.runicorn-0.6.0.pth", "__editable___runicorn_0_6_0_finder.py"):
            with self.subTest(hook):
                self.record("runicorn-0.6.0.dist-info/direct_url.json", "not JSON")
                self.record(hook)
                self.assertEqual(self.packages(), ({"runicorn": "0.6.0"}, ["runicorn"]))
                os.unlink(os.path.join(self.site, hook))

    def test_follows_an_egg_link_to_the_sources(self):
        self.write("src/runicorn.egg-info/PKG-INFO", "Metadata-Version: 2.1\nVersion: 0.7.0.dev1\n")
        self.record("runicorn.egg-link", self.at("src"), ".")
        self.assertEqual(self.packages(), ({"runicorn": "0.7.0.dev1"}, ["runicorn"]))

    def test_of_two_records_takes_the_one_that_is_whole(self):
        self.record("runicorn-0.5.0.dist-info/METADATA", "Version: 0.5.0")
        os.makedirs(os.path.join(self.site, "runicorn-0.6.0.dist-info"))
        self.assertEqual(self.packages(), ({"runicorn": "0.5.0"}, []))

    def test_survives_a_direct_url_that_nests_without_end(self):
        self.record("runicorn-0.6.0.dist-info/direct_url.json", "[" * 60000)
        self.assertEqual(self.packages(), ({"runicorn": "0.6.0"}, []))


class SharedPackagesTest(ProbeCase):
    """Packages that lie outside of the environment."""

    def setUp(self):
        super().setUp()
        user = self.at(".local/lib/python3.11/site-packages")
        layouts.add_packages(user, {"runicorn": "0.5.0"})

    def test_packages_of_the_user_do_not_count_in_a_venv(self):
        self.venv("app")
        self.assertEqual(self.only()["packages"], {})

    def test_packages_of_the_user_come_first_in_conda_as_python_itself_has_it(self):
        self.conda("miniconda3/envs/a", {"runicorn": "0.6.0"})
        self.assertEqual(self.only()["packages"], {"runicorn": "0.5.0"})

    def test_packages_of_the_user_count_only_for_the_same_minor_version(self):
        self.conda("miniconda3/envs/a")
        shared = self.at(".local/lib/python3.11")
        os.rename(shared, self.at(".local/lib/python3.12"))
        self.assertEqual(self.only()["packages"], {})

    def test_a_venv_with_system_site_packages_sees_those_of_its_base_and_of_the_user(self):
        base = os.path.join(self.scratch, "base")
        layouts.add_packages(layouts.site_packages(base), {"runicorn": "0.4.0", "aim": "3.0"})
        layouts.make_venv(
            self.at("app"), self.program, {"aim": "3.1"}, {"include-system-site-packages": "true"}
        )
        found = self.only(distributions=("runicorn", "aim"))
        self.assertEqual(found["packages"], {"runicorn": "0.5.0", "aim": "3.1"})


if __name__ == "__main__":
    unittest.main()
