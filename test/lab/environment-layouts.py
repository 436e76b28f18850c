"""Makes a home full of Python environments, after the files that venv, virtualenv and conda write.

Only what can be read of an environment is made: no interpreter, no package that could be imported.
The interpreters are scripts that leave a mark when started, so that a test can count them.

Run as a program:  python3 environment-layouts.py HOME [--venvs 30] [--condas 20] [--packages 200]
"""

import argparse
import json
import os

VERSION = "3.11.7"


def make_home(home, venvs=30, condas=20, packages=200):
    """Fills `home`; returns the prefixes made. Every second environment has runicorn 0.6.0."""
    program = make_program(os.path.join(home, ".interpreters", "python3.11"))
    prefixes = []
    for number in range(venvs):
        where = (
            ".virtualenvs/named-%03d",
            "projects/project-%03d/.venv",
            "work/team/job-%03d/venv",
        )
        prefix = os.path.join(home, where[number % 3] % number)
        make_venv(prefix, program, distributions(number, packages))
        prefixes.append(prefix)
    for number in range(condas):
        prefix = os.path.join(home, "miniconda3")
        if number > 0:
            prefix = os.path.join(prefix, "envs", "env-%03d" % number)
        make_conda(
            prefix, distributions(number, packages), "base" if number == 0 else "environment"
        )
        prefixes.append(prefix)
    return prefixes


def distributions(number, count):
    """`count` names and versions, unlike from one environment to the next."""
    found = {"package-%03d" % one: "%d.%d.1" % (number, one) for one in range(count - 1)}
    found["runicorn" if number % 2 == 0 else "other"] = "0.6.0"
    return found


def make_venv(prefix, program, packages, config=None):
    """A venv whose python links to `program`; `config` is added to its pyvenv.cfg."""
    settings = {
        "home": os.path.dirname(program),
        "include-system-site-packages": "false",
        "version": VERSION,
        "executable": program,
        **(config or {}),
    }
    lines = ["%s = %s\n" % item for item in settings.items() if item[1] is not None]
    write(os.path.join(prefix, "pyvenv.cfg"), "".join(lines))
    os.makedirs(os.path.join(prefix, "bin"))
    os.symlink(program, os.path.join(prefix, "bin", "python3"))
    os.symlink("python3", os.path.join(prefix, "bin", "python"))
    os.symlink("lib", os.path.join(prefix, "lib64"))
    add_packages(site_packages(prefix), packages)


def make_conda(prefix, packages, role="environment", version=VERSION):
    """A conda prefix; `base` has conda itself in it."""
    names = [
        "python-%s-h955ad1f_0" % version,
        "openssl-3.0.12-h7f8727e_0",
        "zlib-1.2.13-h5eee18b_0",
    ]
    if role == "base":
        names.append("conda-23.11.0-py311h06a4308_0")
    for name in names:
        write(os.path.join(prefix, "conda-meta", name + ".json"), json.dumps({"name": name}))
    write(os.path.join(prefix, "conda-meta", "history"), "==> 2024-01-01 00:00:00 <==\n")
    make_program(os.path.join(prefix, "bin", "python3.11"))
    os.symlink("python3.11", os.path.join(prefix, "bin", "python"))
    add_packages(site_packages(prefix), packages)


def add_packages(directory, packages):
    """A .dist-info for each {name: version}, beside a package directory as a real one has."""
    for name, version in packages.items():
        module = name.replace("-", "_")
        metadata = "Metadata-Version: 2.1\nName: %s\nVersion: %s\n\nText.\n" % (name, version)
        info = os.path.join(directory, "%s-%s.dist-info" % (module, version))
        write(os.path.join(info, "METADATA"), metadata)
        os.makedirs(os.path.join(directory, module), exist_ok=True)
    os.makedirs(directory, exist_ok=True)


def site_packages(prefix):
    """Where the packages of a prefix lie."""
    return os.path.join(prefix, "lib", "python3.11", "site-packages")


def make_program(path):
    """An interpreter that only notes that it was started; see `starts`."""
    write(path, '#!/bin/sh\necho "$0" >> "${0}.started"\necho "Python %s"\n' % VERSION)
    os.chmod(path, 0o755)
    return path


def starts(home):
    """The interpreters that were started since `make_home`."""
    found = []
    for directory, below, names in os.walk(home):
        found += [os.path.join(directory, name) for name in names if name.endswith(".started")]
    return found


def write(path, text):
    """A file with its directories."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("home")
    parser.add_argument("--venvs", type=int, default=30)
    parser.add_argument("--condas", type=int, default=20)
    parser.add_argument("--packages", type=int, default=200)
    given = parser.parse_args()
    made = make_home(given.home, given.venvs, given.condas, given.packages)
    print(json.dumps(made))
