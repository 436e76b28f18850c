"""Where tools keep environments: places as data, with the kind that a find there has."""

import os
from typing import NamedTuple, Optional

from porthole_agent.probe import conda
from porthole_agent.probe.files import read_if_there


class Place(NamedTuple):
    """Environments lie at `base`/`tail`; each `*` in the tail stands for every child."""

    base: str
    tail: str
    # None where what is found tells its kind itself.
    kind: Optional[str]


def places(home, environ):
    """All places that are known without looking into a project."""
    data = environ.get("XDG_DATA_HOME") or os.path.join(home, ".local/share")
    pyenv = environ.get("PYENV_ROOT") or os.path.join(home, ".pyenv")
    found = [
        Place(environ.get("WORKON_HOME") or os.path.join(home, ".virtualenvs"), "*", None),
        Place(os.path.join(home, ".virtualenvs"), "*", None),
        # pipenv
        Place(os.path.join(data, "virtualenvs"), "*", None),
        Place(environ.get("UV_TOOL_DIR") or os.path.join(data, "uv/tools"), "*", "uv"),
        Place(environ.get("UV_PYTHON_INSTALL_DIR") or os.path.join(data, "uv/python"), "*", "uv"),
        Place(os.path.join(pyenv, "versions"), "*", "pyenv"),
        Place(os.path.join(pyenv, "versions"), "*/envs/*", "pyenv"),
        Place(os.path.join(data, "pipx/venvs"), "*", "pipx"),
        Place(os.path.join(home, ".local/pipx/venvs"), "*", "pipx"),
        Place(environ.get("PIXI_HOME") or os.path.join(home, ".pixi"), "envs/*", "pixi"),
        Place(environ.get("HATCH_DATA_DIR") or os.path.join(data, "hatch"), HATCH_TAIL, "hatch"),
        Place("/opt", "*", None),
    ]
    if environ.get("PIPX_HOME"):
        found.append(Place(environ["PIPX_HOME"], "venvs/*", "pipx"))
    found += [Place(path, "*", "poetry") for path in poetry_directories(home, environ)]
    for root in conda.roots(home, environ):
        found += [Place(root, "", None), Place(root, "envs/*", None)]
    found += [Place(path, "*", None) for path in conda.environment_directories(home, environ)]
    return list(dict.fromkeys(found))


# PROJECT/ID/ENVIRONMENT
HATCH_TAIL = "env/virtual/*/*/*"


def poetry_directories(home, environ):
    """Where poetry keeps virtual environments: the default, or as set."""
    cache = environ.get("POETRY_CACHE_DIR") or os.path.join(
        environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache"), "pypoetry"
    )
    found = [os.path.join(cache, "virtualenvs")]
    if environ.get("POETRY_VIRTUALENVS_PATH"):
        found.append(environ["POETRY_VIRTUALENVS_PATH"])
    config = environ.get("POETRY_CONFIG_DIR") or os.path.join(
        environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config"), "pypoetry"
    )
    section = ""
    for line in read_if_there(os.path.join(config, "config.toml")).splitlines():
        key, sign, value = line.partition("=")
        if line.startswith("["):
            section = line.strip()
        elif section == "[virtualenvs]" and sign and key.strip() == "path":
            found.append(value.strip().strip("\"'").replace("{cache-dir}", cache))
    return [path for path in found if os.path.isabs(path)]
