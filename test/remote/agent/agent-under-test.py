"""Runs the agent from its files on stdin and stdout, with runtime directories of the test's own."""
import importlib.util
import json
import os
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../.."))


def load():
    """Makes porthole_agent importable from its source files."""
    if "porthole_agent" not in sys.modules:
        place = os.path.join(ROOT, "src/remote/agent")
        spec = importlib.util.spec_from_file_location(
            "porthole_agent", place + "/__init__.py", submodule_search_locations=[place]
        )
        module = importlib.util.module_from_spec(spec)
        sys.modules["porthole_agent"] = module
        spec.loader.exec_module(module)


def let_clock_jump(file):
    """As the lab has it, in front of programs."""
    place = os.path.join(ROOT, "test/lab/server-clock.py")
    spec = importlib.util.spec_from_file_location("server_clock", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.let_clock_jump(file)


if __name__ == "__main__":
    settings = json.loads(sys.argv[1])
    load()
    from porthole_agent import main, runtime_dir, sessions, viewer_process

    if settings["clock"] is not None:
        let_clock_jump(settings["clock"])
    runtime_dir.BASES = settings["bases"]
    runtime_dir.LINGER = settings["linger"]
    if settings["killAfterS"] is not None:
        viewer_process.KILL_AFTER_S = sessions.KILL_AFTER_S = settings["killAfterS"]
    main.main()
