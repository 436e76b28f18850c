"""Which Python an installation is, where no pyvenv.cfg and no conda-meta tells it."""

import os
import subprocess
import sys

from porthole_agent.probe.files import names_in, read_bytes, read_if_there

# Starting an interpreter on a cold disk takes a second at most.
START_TIMEOUT_S = 1.5

# ELF, and Mach-O in its forms.
BINARY_MAGIC = (b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")


def is_binary(path):
    """Whether it is a program itself: pyenv's and other shims are shell scripts."""
    try:
        return read_bytes(path, 4) in BINARY_MAGIC
    except OSError:
        return False


def version_of(executable, prefix):
    """Full version of an installation, by files where they tell; None if it does not run."""
    if executable == os.path.realpath(sys.executable):
        return sys.version.split()[0].rstrip("+")
    # cpython-3.11.7-linux-x86_64-gnu (uv), 3.11.7 (pyenv)
    name = os.path.basename(prefix)
    told = name.split("-")[1] if name.startswith("cpython-") else name
    if is_full(told):
        return told
    minor = minor_of(prefix, os.path.basename(executable)[6:])
    return (header_version(prefix, minor) if minor else None) or asked(executable)


def is_full(text):
    """Whether a version has its patch level: 3.11.7, 3.13.0rc2."""
    parts = text.split(".")
    return len(parts) == 3 and parts[0] == "3" and parts[1].isdigit() and parts[2][:1].isdigit()


def minor_of(prefix, version):
    """ "3.11" of a version, else of a directory lib/python3.11 in the prefix; None without both."""
    parts = (version or "").split(".")
    if len(parts) > 1 and parts[0] == "3":
        return "3." + parts[1].rstrip("t")
    found = [name[8:] for name in names_in(os.path.join(prefix, "lib")) if name[:8] == "python3."]
    minors = [int(name) for name in found if name.isdigit()]
    return "3.%d" % max(minors) if minors else None


def header_version(prefix, minor):
    """Version by the C headers, where they are installed; None where not."""
    path = os.path.join(prefix, "include", "python" + minor, "patchlevel.h")
    for line in read_if_there(path).splitlines():
        if line.startswith("#define PY_VERSION ") and '"' in line:
            return line.split('"')[1].rstrip("+")
    return None


def asked(executable):
    """Version as the interpreter says it, for which it loads nothing; None without an answer."""
    try:
        answer = subprocess.run(
            [executable, "--version"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=START_TIMEOUT_S,
            start_new_session=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    words = os.fsdecode(answer.stdout[:256]).split()
    return words[1].rstrip("+")[:64] if len(words) > 1 and words[0] == "Python" else None
