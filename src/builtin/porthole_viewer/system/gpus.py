"""GPUs and what runs on them, as nvidia-smi tells."""

import shutil
import subprocess

# A driver in trouble can hang; nobody waits for it but this look.
TIMEOUT_S = 5
MAX_BYTES = 256 * 1024
# Ended with the viewer, which may be while one of them hangs.
RUNNING = set()
FIELDS = (
    ("index", "index", int),
    ("name", "name", str),
    ("uuid", "uuid", str),
    ("utilization", "utilization.gpu", float),
    ("memoryUtilization", "utilization.memory", float),
    ("memoryTotal", "memory.total", "MiB"),
    ("memoryUsed", "memory.used", "MiB"),
    ("temperature", "temperature.gpu", float),
    ("power", "power.draw", float),
    ("powerLimit", "enforced.power.limit", float),
    ("fan", "fan.speed", float),
)
PROCESS_FIELDS = (
    ("uuid", "gpu_uuid", str),
    ("pid", "pid", int),
    ("name", "process_name", str),
    ("memory", "used_memory", "MiB"),
)


def look_at_gpus():
    """{"available", "reason", "list", "processes"} without the runs."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return without("There is no nvidia-smi on this machine.")
    try:
        gpus = ask(program, "--query-gpu", FIELDS)
        processes = ask(program, "--query-compute-apps", PROCESS_FIELDS)
    except subprocess.TimeoutExpired:
        return without("nvidia-smi gave no answer within %d s." % TIMEOUT_S)
    except OSError as error:
        return without("nvidia-smi does not work: %s" % error)
    places = {gpu["uuid"]: gpu["index"] for gpu in gpus}
    for process in processes:
        process["gpu"] = places.get(process.pop("uuid"))
    return {"available": True, "reason": None, "list": gpus, "processes": processes}


def without(reason):
    return {"available": False, "reason": reason, "list": [], "processes": []}


def ask(program, query, fields):
    child = subprocess.Popen(
        [program, "%s=%s" % (query, ",".join(name for _, name, _ in fields)),
         "--format=csv,noheader,nounits"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    with child:
        RUNNING.add(child)
        try:
            output, errors = child.communicate(timeout=TIMEOUT_S)
        finally:
            RUNNING.discard(child)
            child.kill()
    text = output[:MAX_BYTES].decode("utf-8", "replace")
    if child.returncode:
        raise OSError((text or errors[:500].decode("utf-8", "replace")).strip()[:300])
    return [row for row in (row_of(line, fields) for line in text.splitlines()[:256]) if row]


def row_of(line, fields):
    """One line by names; None where it is none. Unknown values are "[N/A]"."""
    values = [value.strip() for value in line.split(",")]
    if len(values) < len(fields):
        return None
    # The name of a program may hold commas: it is the only one that may.
    name_at = next(at for at, field in enumerate(fields) if field[0] == "name")
    extra = len(values) - len(fields)
    values[name_at : name_at + extra + 1] = [", ".join(values[name_at : name_at + extra + 1])]
    return {field[0]: convert(value, field[2]) for field, value in zip(fields, values)}


def convert(value, kind):
    if kind is str:
        return value[:300]
    try:
        number = float(value)
    except ValueError:
        return None
    if number - number != 0:
        return None
    return int(number) if kind is int else int(number * 1024 * 1024) if kind == "MiB" else number
