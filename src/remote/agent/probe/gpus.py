"""The host's GPUs, by nvidia-smi where it is installed."""

import errno
import os
import shutil
import subprocess

# Without persistence mode the driver is loaded for the question.
TIMEOUT_S = 3.0
QUERY = "--query-gpu=index,name,memory.total,memory.used,utilization.gpu"


def gpus(environ):
    """`gpus` of the protocol; empty where there is no nvidia-smi, or no answer."""
    program = shutil.which("nvidia-smi", path=environ.get("PATH") or os.defpath)
    if program is None:
        return []
    try:
        answer = subprocess.run(
            [program, QUERY, "--format=csv,noheader,nounits"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=TIMEOUT_S,
            start_new_session=True,
        )
    except subprocess.TimeoutExpired:
        raise OSError(errno.ETIMEDOUT, "no answer within %g s" % TIMEOUT_S) from None
    lines = answer.stdout[:65536].decode("utf-8", "replace").splitlines()
    return [gpu for gpu in map(gpu_of, lines[:64]) if gpu is not None]


def gpu_of(line):
    """One line of the answer; None where it is none. Unknown numbers are "[N/A]"."""
    fields = [field.strip() for field in line.split(",")]
    if len(fields) < 5 or not fields[0].isdigit():
        return None
    return {
        "index": int(fields[0]),
        "name": ", ".join(fields[1:-3])[:1024],
        "memoryTotalMib": number(fields[-3]) or 0,
        "memoryUsedMib": number(fields[-2]) or 0,
        "utilizationPercent": number(fields[-1]),
    }


def number(text):
    """A number that is not negative, or None."""
    return int(text) if text.isdigit() else None
