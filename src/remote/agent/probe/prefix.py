"""What a directory is, by its own files: an environment of some kind, or nothing of ours."""

import os

from porthole_agent.probe import conda
from porthole_agent.probe.files import names_in, read_text, reason_of, settings
from porthole_agent.probe.packages import installed
from porthole_agent.probe.versions import is_binary, minor_of, version_of


def describe(prefix, home, wanted):
    """Facts of the environment at `prefix`, or None where there is none; raises OSError if closed.

    Facts: own (venv, virtualenv, uv, poetry, conda, pixi or bare), python, version, problems,
    packages, editable, installation (conda itself is in it), broken (its Python cannot start).
    """
    facts = {"version": None, "problems": [], "packages": {}, "editable": []}
    facts.update(base=None, isolated=False, installation=False, broken=False)
    config = venv_settings(prefix, facts["problems"])
    if config is not None:
        read_venv(facts, prefix, config)
    else:
        read_conda(facts, names_in(os.path.join(prefix, "conda-meta")))
    if not find_python(facts, prefix):
        return None
    minor = minor_of(prefix, facts["version"])
    if minor:
        directories = package_directories(prefix, minor, home, facts)
        facts["packages"], facts["editable"] = installed(directories, wanted)
    return facts


def venv_settings(prefix, problems):
    """The settings in pyvenv.cfg; None where the prefix has no such file."""
    path = os.path.join(prefix, "pyvenv.cfg")
    try:
        return settings(read_text(path))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        if not os.path.lexists(path):
            # The directory itself is closed to us, which is for the caller to report.
            raise
        problems.append("pyvenv.cfg: " + reason_of(error))
        return {}


def read_venv(facts, prefix, config):
    """venv, virtualenv and uv note who made it, from what, and which Python it is."""
    facts["own"] = "uv" if "uv" in config else "virtualenv" if "virtualenv" in config else "venv"
    project = os.path.dirname(prefix)
    if facts["own"] == "virtualenv" and os.path.exists(os.path.join(project, "poetry.lock")):
        facts["own"] = "poetry"
    version = config.get("version_info") or config.get("version") or ""
    # virtualenv writes 3.11.7.final.0
    facts["version"] = ".".join(version.split(".")[:3])[:64] or None
    facts["isolated"] = config.get("include-system-site-packages", "").lower() != "true"
    if not facts["isolated"] and os.path.isabs(config.get("home", "")):
        facts["base"] = os.path.dirname(config["home"])


def read_conda(facts, names):
    """The names in conda-meta tell all; without them it can only be a bare installation."""
    facts["own"] = "pixi" if "pixi" in names else "conda" if names else "bare"
    facts["version"] = conda.python_version(names)
    facts["installation"] = conda.is_installation(names)


def find_python(facts, prefix):
    """Notes the interpreter and what is wrong with it; False where there is no Python."""
    bare = facts["own"] == "bare"
    for name in ("python3",) if bare else ("python", "python3"):
        path = os.path.join(prefix, "bin", name)
        if os.path.lexists(path):
            facts["python"] = path
            if not os.path.exists(path):
                facts["problems"].append("bin/%s leads to nothing: %s" % (name, os.readlink(path)))
                facts["broken"] = True
            elif not os.access(path, os.X_OK):
                facts["problems"].append("bin/%s cannot be executed" % name)
                facts["broken"] = True
            return not bare or read_bare(facts, prefix, path)
    facts["python"] = os.path.join(prefix, "bin/python")
    facts["problems"].append("bin/python is missing")
    facts["broken"] = True
    # conda makes environments for other languages as well: no business of ours.
    return not bare and (facts["own"] not in ("conda", "pixi") or facts["version"] is not None)


def read_bare(facts, prefix, path):
    """An interpreter with its library and nothing else: pyenv's, uv's, or one below /opt."""
    real = os.path.realpath(path)
    prefix = os.path.realpath(prefix)
    if not real.startswith(prefix + "/") or not is_binary(real):
        # A link to an interpreter elsewhere, or a wrapper: not an installation.
        return False
    facts["version"] = version_of(real, prefix)
    return True


def package_directories(prefix, minor, home, facts):
    """Where the interpreter looks for packages, in its own order (Python's `site` module)."""
    library = "python" + minor
    found = []
    if not facts["isolated"]:
        found.append(os.path.join(home, ".local/lib", library, "site-packages"))
    for base in [prefix] + ([facts["base"]] if facts["base"] else []):
        if base == "/usr":
            # Debian's and Fedora's own places.
            found += ["/usr/local/lib/%s/%s-packages" % (library, one) for one in ("dist", "site")]
            found.append("/usr/lib/python3/dist-packages")
        found.append(os.path.join(base, "lib", library, "site-packages"))
        # A free-threading build has a library of its own.
        found.append(os.path.join(base, "lib", library + "t", "site-packages"))
        if not os.path.islink(os.path.join(base, "lib64")):
            found.append(os.path.join(base, "lib64", library, "site-packages"))
    return found
