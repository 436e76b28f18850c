"""Interpreters in directories of programs: the system's own have no environment around them."""

import os

from porthole_agent.probe.files import names_in
from porthole_agent.probe.packages import installed
from porthole_agent.probe.prefix import package_directories
from porthole_agent.probe.versions import is_binary, minor_of, version_of

# Several interpreters share each of these prefixes: there it is the program that counts.
SHARED_PREFIXES = ("/", "/usr", "/usr/local")


def program_directories(environ):
    """Where interpreters without an environment lie: the usual directories, then those of PATH."""
    found = ["/usr/bin", "/usr/local/bin"]
    found += [path for path in environ.get("PATH", "").split(os.pathsep) if os.path.isabs(path)]
    return list(dict.fromkeys(os.path.normpath(path) for path in found))


def interpreters_in(directory):
    """(path, real path) of each python3 and python3.N in a directory that is a program itself."""
    found = []
    # Longest first: of two names for one program, the one with the version says more.
    for name in sorted(names_in(directory), key=len, reverse=True):
        if name == "python3" or (name[:8] == "python3." and name[8:].isdigit()):
            path = os.path.join(directory, name)
            real = os.path.realpath(path)
            if is_binary(real) and os.access(real, os.X_OK):
                found.append((path, real))
    return found


def describe_interpreter(path, real, home, wanted):
    """Facts of a system Python, as `describe` gives them for a prefix, and its name."""
    prefix = os.path.dirname(os.path.dirname(real))
    version = version_of(real, prefix)
    facts = {"own": "bare", "python": path, "version": version, "base": None, "isolated": False}
    facts["problems"] = [] if version else ["it did not tell its version"]
    facts["packages"], facts["editable"] = {}, []
    minor = minor_of(prefix, version or os.path.basename(real)[6:])
    if minor:
        directories = package_directories(prefix, minor, home, facts)
        facts["packages"], facts["editable"] = installed(directories, wanted)
    facts["name"] = "python" + minor if minor else os.path.basename(path)
    return facts
