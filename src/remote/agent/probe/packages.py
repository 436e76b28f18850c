"""Which versions of some distributions are installed, told by names in site-packages.

Names after the "Recording installed projects" and "Binary distribution format" specifications
(NAME-VERSION.dist-info) and setuptools' older forms (.egg-info, .egg-link).
"""

import json
import os

from porthole_agent.probe.files import names_in, read_if_there


def normalized(name):
    """One spelling for names that mean the same distribution: "My_Pkg" is "my-pkg"."""
    return name.lower().replace("_", "-").replace(".", "-")


def installed(directories, wanted):
    """Versions and editable ones of the distributions in `wanted` (normalized name: asked name).

    `directories` come in the order in which Python looks: the first that has one counts.
    """
    versions, editable = {}, set()
    for directory in directories:
        names = names_in(directory)
        here = {}
        for name in names:
            # Two string operations a name: there are hundreds in each of hundreds of environments.
            stem, dot, suffix = name.rpartition(".")
            if suffix in ("dist-info", "egg-info", "egg-link"):
                asked = wanted.get(normalized(stem.partition("-")[0]))
                if asked is not None and asked not in versions:
                    here.setdefault(asked, []).append(name)
        for asked, records in here.items():
            record = intact(directory, records)
            version, is_editable = read_record(directory, record)
            if version:
                versions[asked] = version
                if is_editable or has_editable_hook(names, asked):
                    editable.add(asked)
    return versions, sorted(editable)


def intact(directory, records):
    """The one record, or of several (an upgrade was cut off) one that still has its metadata."""
    if len(records) == 1:
        return records[0]
    whole = [name for name in records if os.path.exists(os.path.join(directory, name, "METADATA"))]
    return max(whole or records)


def read_record(directory, record):
    """(version or None, whether it is an editable install) of one record in site-packages."""
    path = os.path.join(directory, record)
    stem, dot, suffix = record.rpartition(".")
    if suffix == "egg-link":
        # Its first line is the directory of the sources, which holds the metadata.
        source = read_if_there(path).partition("\n")[0].strip()
        egg_info = os.path.join(source, stem.replace("-", "_") + ".egg-info")
        return version_in(os.path.join(egg_info, "PKG-INFO")), True
    version = stem.partition("-")[2].partition("-")[0]
    if not version[:1].isdigit():
        metadata = "METADATA" if suffix == "dist-info" else "PKG-INFO"
        version = version_in(os.path.join(path, metadata)) or version_in(path)
    return version and version[:128], suffix == "dist-info" and is_editable_url(path)


def version_in(path):
    """The `Version:` of a metadata file, or None."""
    for line in read_if_there(path).splitlines():
        if line[:8].lower() == "version:":
            return line[8:].strip()[:128] or None
        if not line:
            # The description follows, and may say anything.
            break
    return None


def is_editable_url(dist_info):
    """Whether direct_url.json (PEP 610) says editable."""
    try:
        url = json.loads(read_if_there(os.path.join(dist_info, "direct_url.json")) or "{}")
        return url["dir_info"]["editable"] is True
    except (ValueError, KeyError, TypeError, RecursionError):
        return False


def has_editable_hook(names, asked):
    """Whether setuptools left its hook (PEP 660): __editable__.NAME-VERSION.pth or a finder."""
    hook = "--editable---" + normalized(asked) + "-"
    return any(
        name.startswith("__editable__") and normalized(name).startswith(hook) for name in names
    )
