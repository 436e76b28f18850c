"""Where conda, mamba and micromamba keep environments, told by their files; none is run.

Sources: conda's configuration reference (search path of .condarc, envs_dirs, CONDA_ENVS_PATH),
conda's environments.txt, micromamba's root prefix.
"""

import os

from porthole_agent.probe.files import read_if_there

# Usual names of an installation: its prefix is the environment "base", whatever is in it.
ROOT_NAMES = (
    "miniconda3",
    "anaconda3",
    "miniforge3",
    "mambaforge",
    "micromamba",
    "mamba",
    "conda",
    "miniconda",
    "anaconda",
    "miniforge",
)


def roots(home, environ):
    """Prefixes at which an installation may stand."""
    found = [os.path.join(home, name) for name in ROOT_NAMES]
    found += [os.path.join(home, ".local/share/mamba"), os.path.join(home, "opt/miniconda3")]
    found += ["/usr/local/" + name for name in ROOT_NAMES]
    if environ.get("MAMBA_ROOT_PREFIX"):
        found.append(environ["MAMBA_ROOT_PREFIX"])
    for name in ("CONDA_EXE", "MAMBA_EXE"):
        if environ.get(name):
            found.append(os.path.dirname(os.path.dirname(environ[name])))
    return found


def environment_directories(home, environ):
    """Directories whose children are environments, as far as settings name them."""
    found = [os.path.join(home, ".conda/envs")]
    for name in ("CONDA_ENVS_PATH", "CONDA_ENVS_DIRS"):
        found += [path for path in environ.get(name, "").split(os.pathsep) if path]
    settings = [os.path.join(root, ".condarc") for root in roots(home, environ)]
    settings += [environ.get("CONDARC", ""), "/etc/conda/.condarc", "/opt/conda/.condarc"]
    for name in (".condarc", ".conda/.condarc", ".config/conda/.condarc", ".mambarc"):
        settings.append(os.path.join(home, name))
    for path in settings:
        if path:
            for value in listed_directories(read_if_there(path)):
                # conda expands both in its settings.
                value = value.replace("$HOME", home).replace("${HOME}", home)
                found.append(home + value[1:] if value.startswith("~/") else value)
    return [path for path in found if os.path.isabs(path)]


def listed_directories(text):
    """Values of `envs_dirs` in a .condarc: of its YAML, a list as block or in brackets."""
    found, inside = [], False
    for line in text.splitlines():
        bare = line.split(" #")[0].strip()
        if bare.startswith("-") and inside:
            found.append(unquoted(bare[1:]))
        elif bare and not bare.startswith("#"):
            key, colon, value = bare.partition(":")
            inside = key in ("envs_dirs", "envs_path")
            if inside and value.strip():
                found += [unquoted(one) for one in value.strip(" []").split(",")]
    return [path for path in found if path]


def unquoted(value):
    """A YAML scalar without white space and quotes."""
    return value.strip().strip("\"'")


def registered_prefixes(home):
    """Prefixes in environments.txt, where conda notes each environment that it makes."""
    text = read_if_there(os.path.join(home, ".conda/environments.txt"), 1024 * 1024)
    return [line.strip() for line in text.splitlines() if line.startswith("/")]


def python_version(names):
    """Version of Python by names in conda-meta: python-3.11.7-h955ad1f_0.json; or None."""
    for name in names:
        if name.startswith("python-3.") and name.endswith(".json"):
            return name.split("-")[1]
    return None


def is_installation(names):
    """Whether conda itself is installed in a prefix, told by names in conda-meta."""
    return any(name.startswith("conda-") and name[6:7].isdigit() for name in names)
