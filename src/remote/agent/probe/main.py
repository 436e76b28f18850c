"""The probe: what is on this host, found by reading files, side by side and within time limits."""

import os
import time

from porthole_agent.host_facts import host_facts
from porthole_agent.probe import conda, gpus, storage_roots
from porthole_agent.probe.adopt import adopt
from porthole_agent.probe.diagnosis import diagnose
from porthole_agent.probe.environments import ASKED, IN_PLACE, Environments
from porthole_agent.probe.interpreters import program_directories
from porthole_agent.probe.packages import normalized
from porthole_agent.probe.places import places
from porthole_agent.probe.processes import Processes
from porthole_agent.probe.projects import Projects
from porthole_agent.probe.running import Running
from porthole_agent.probe.storage_data import Signs
from porthole_agent.probe.workers import Workers

# For one directory, and for all.
DIRECTORY_LIMIT_S = 2.0
TOTAL_LIMIT_S = 5.0

# The other end refuses longer answers.
MAX_ENVIRONMENTS = 2000
MAX_STORAGE_ROOTS = 256
MAX_PARTIAL = 256


def run(request):
    """
    Answers a request `probe` {distributions, data, running, storage, prefixes}; the doctor's asks {diagnose},
    and {adopt} asks for a viewer that was found running.
    """
    if "diagnose" in request:
        return diagnose(request)
    if "adopt" in request:
        return adopt(request["adopt"])
    started = time.monotonic()
    host, environ = host_facts(), dict(os.environ)
    home = host["home"]
    workers = Workers(DIRECTORY_LIMIT_S, TOTAL_LIMIT_S)
    wanted = {normalized(name): name for name in request.get("distributions", ())}
    environments = Environments(workers, home, wanted)
    storage = storage_roots.StorageRoots(workers, Signs(request.get("data", {})))
    projects = Projects(workers, environments, storage)
    running = Running(workers, request.get("running", {}), environ, home)
    processes = Processes(workers, environments, projects, storage, running)
    cards = []

    # What takes longest comes first.
    workers.add("nvidia-smi", lambda unit: cards.extend(gpus.gpus(environ)), gpus.TIMEOUT_S + 0.5)
    for directory in program_directories(environ):
        environments.add_programs(directory)
    workers.add("/proc", lambda unit: processes.read(host["uid"], home))
    for prefix in request.get("prefixes", ()):
        environments.add(expanded(prefix, home), None, ASKED)

    def read_settings(unit):
        for path, source in storage_roots.known_roots(home, environ, request.get("storage", ())):
            storage.add(path, source)
        for place in places(home, environ):
            environments.add_place(place)
        for prefix in conda.registered_prefixes(home):
            environments.add(prefix, None, IN_PLACE)

    # In a unit as well: the settings lie in the home, which may hang.
    workers.add(home, read_settings)
    projects.start(home)
    partial = workers.finish()

    facts = environments.result()
    uses = processes.uses(facts, environments.real)
    found = [environment_of(one, uses.get(real, [])) for real, one in facts.items()]
    found.sort(key=lambda one: (one["kind"], one["name"], one["prefix"], one["python"]))
    return {
        "host": host,
        "environments": found[:MAX_ENVIRONMENTS],
        "storageRoots": storage.result()[:MAX_STORAGE_ROOTS],
        "running": running.result(storage.found),
        "gpus": cards,
        "partial": partial[:MAX_PARTIAL],
        "ms": round((time.monotonic() - started) * 1000, 1),
    }


def expanded(path, home):
    """An asked prefix, `~` expanded, without a slash at its end."""
    return os.path.normpath(os.path.join(home, path[2:]) if path.startswith("~/") else path)


def environment_of(facts, uses):
    """An environment of the protocol."""
    return {
        "name": facts["name"],
        "kind": facts["kind"],
        "prefix": facts["prefix"],
        "python": facts["python"],
        "pythonVersion": facts["version"],
        "packages": facts["packages"],
        "editable": facts["editable"],
        "inUse": uses[:64],
        "broken": facts.get("broken", False),
        "problems": [problem[:1024] for problem in facts["problems"][:32]],
    }
