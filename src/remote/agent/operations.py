"""What a client can ask for. Each operation takes the request and gives (result, link to listen to or None)."""
import base64
import json
import os
import sys
import zlib
from importlib import import_module

from porthole_agent import PACKAGE, install, runtime_dir, sessions, storage, watchdog
from porthole_agent.errors import AgentError
from porthole_agent.host_facts import host_facts
from porthole_agent.viewer_process import fill_in, listen_for_viewer

MAX_GRACE_S = 30 * 86400
# Parts that come only where they are needed.
PARTS = ("probe", "streams")


def launch(request, umask, release):
    """Starts a viewer; the reply comes as soon as a watchdog owns it."""
    session = session_in(request)
    check_spec(request.get("spec"))
    require(is_number(request.get("graceS"), MAX_GRACE_S), "graceS is no time")
    place = request.get("storage")
    found = None if place is None else storage.require_storage(place, request.get("takes"))
    directory, hold = runtime_dir.create(session)
    # Before all else: the client knocks as soon as it hears of the agent.
    is_given = request["spec"].get("listener") == "given"
    listener = listen_for_viewer(directory) if is_given else None
    places = {"runtime": directory, "socket": directory + "/" + runtime_dir.SOCKET_NAME}
    places.update(python=sys.executable, storage=found["path"] if found else "")
    request["spec"] = fill_in(request["spec"], places)
    try:
        link, identity = watchdog.start(directory, hold, listener, request, umask, release)
    finally:
        os.close(hold)
        if listener is not None:
            listener.close()
    link.grace_s = request["graceS"]
    result = {
        "session": session,
        "directory": directory,
        "watchdog": identity,
        "hostFacts": host_facts(),
        "storage": found,
    }
    return result, link


def attach(request):
    """Takes over events and lease of a session that an earlier agent launched."""
    link, record, state = sessions.attach(session_in(request))
    link.grace_s = record["graceS"]
    link.state = state
    result = {
        "session": record["session"],
        "directory": record["directory"],
        "watchdog": record["watchdog"],
        "hostFacts": host_facts(),
        "viewer": state,
    }
    return result, link


def stop(request):
    session = session_in(request)
    return {"session": session, "ended": sessions.stop(session)}, None


def log(request):
    session = session_in(request)
    lines, follow = request.get("lines"), request.get("follow", False)
    require(type(lines) is int and lines >= 0, "lines is no count")
    require(type(follow) is bool, "follow is neither true nor false")
    text, link = sessions.read_log(session, lines, follow)
    return {"text": text}, link


def look(request):
    return {"sessions": sessions.look()}, None


def reap(request):
    patience_s = request.get("patienceS")
    require(patience_s is None or is_number(patience_s, MAX_GRACE_S), "patienceS is no time")
    reaped, alive = sessions.reap(patience_s)
    return {"reaped": reaped, "alive": alive}, None


def check_path(request):
    return storage.check_path(request.get("path")), None


def list_directory(request):
    return probe_module("listing").list_directory(request.get("path")), None


def load(request):
    """Takes in the modules of a part of the agent."""
    part, modules = request.get("part"), request.get("modules")
    require(part in PARTS, "there is no such part")
    if isinstance(modules, str):
        modules = unpacked(modules)
    require(is_texts(modules), "modules is not {name: source}")
    install(modules, PACKAGE + "." + part)
    return {"loaded": sorted(modules)}, None


def unpacked(text):
    try:
        return json.loads(zlib.decompress(base64.b64decode(text)))
    except (ValueError, zlib.error):
        return None


def probe(request):
    return probe_module("main").run(request), None


def probe_module(name):
    try:
        return import_module(PACKAGE + ".probe." + name)
    except ImportError as problem:
        raise AgentError("bad-request", "The probe has not been loaded: %s" % problem)


OPERATIONS = {
    "attach": attach,
    "log": log,
    "look": look,
    "reap": reap,
    "check-path": check_path,
    "list": list_directory,
    "probe": probe,
}


def session_in(request):
    session = request.get("session")
    is_name = isinstance(session, str) and sessions.SESSION_NAME.fullmatch(session)
    require(is_name, "session is not made of 1 to 40 of a-z, 0-9 and -")
    return session


def check_spec(spec):
    require(isinstance(spec, dict), "spec is missing")
    argv = spec.get("argv")
    require(isinstance(argv, list) and argv and all(map(is_text, argv)), "argv is not a list of texts")
    env = spec.get("env")
    require(isinstance(env, dict), "env is not {name: text or null}")
    require(is_texts({name: value or "" for name, value in env.items()}), "env is not {name: text or null}")
    require(not any(name == "" or "=" in name for name in env), "env has a name that is none")
    require(isinstance(spec.get("input"), str), "input is no text")
    require(spec.get("endpoint") in ("socket", "reported", "port"), "endpoint is none")
    require(spec.get("listener") in (None, "own", "given"), "listener is none")
    require(is_text(spec.get("cwd") or ""), "cwd is no text")
    require(is_text(spec.get("searchFirst") or ""), "searchFirst is no text")
    path = spec.get("healthPath")
    is_path = is_text(path) and path.startswith("/") and path.isascii() and path.isprintable()
    require(is_path and " " not in path, "healthPath is none")
    require(is_number(spec.get("startTimeoutS"), MAX_GRACE_S), "startTimeoutS is no time")


def is_text(value):
    return isinstance(value, str) and "\0" not in value


def is_texts(value):
    return isinstance(value, dict) and all(is_text(n) and is_text(t) for n, t in value.items())


def is_number(value, limit):
    return type(value) in (int, float) and 0 < value <= limit


def require(condition, message):
    if not condition:
        raise AgentError("bad-request", message)
