"""What people call an environment and which tool it belongs to: pure, from facts already read."""

import os

from porthole_agent.probe.conda import ROOT_NAMES

# Names that say nothing: the project's directory above has the name.
GENERIC = (".venv", "venv", ".env", "env", ".virtualenv", ".conda")


def kind_of(own, hint):
    """The kind in the protocol, of what the files say (`own`) and what the place says, or None."""
    if own == "bare":
        return hint if hint in ("pyenv", "uv") else "system"
    if own == "conda":
        return "pixi" if hint == "pixi" else "conda"
    return hint or own


def name_of(prefix, kind, home):
    """The name under which its tool or its user knows it; never empty."""
    above, name = os.path.split(prefix)
    if kind == "pixi" and above.endswith("/.pixi/envs"):
        project = above[: -len("/.pixi/envs")]
        # Those in the home are global tools, each with a name of its own.
        return name if project == home else variant_of(os.path.basename(project), name, "default")
    if kind == "hatch" and "/env/virtual/" in above:
        project = os.path.basename(os.path.dirname(above))
        return variant_of(project, name, project)
    if kind == "conda" and os.path.basename(above) != "envs" and name in ROOT_NAMES:
        return "base"
    if name in GENERIC:
        return os.path.basename(above) or name
    return name or prefix


def variant_of(project, variant, default):
    """`project`, or `project:variant` for any but its default environment."""
    return project if variant == default else project + ":" + variant
