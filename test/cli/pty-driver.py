"""Runs a program on a terminal of its own and types into it: expect, send, expect, send.

argv[1] is JSON: {"argv": [...], "size": [rows, columns], "steps": [{"expect": "...", "send": "..."}]}; prints JSON:
{"transcript": "...", "exit": N, "echo_left_on": bool}. Control characters in "send" are typed as keys.
A step with "send": null closes the terminal, as its window does; then "echo_left_on" is null. One with
"after": S is typed only so many seconds later.
"""
import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios
import time

task = json.loads(sys.argv[1])
pid, terminal = pty.fork()
if pid == 0:
    size = struct.pack("HHHH", *task.get("size", [24, 80]), 0, 0)
    fcntl.ioctl(0, termios.TIOCSWINSZ, size)
    os.execv(task["argv"][0], task["argv"])

seen = b""
searched = 0


def read_more(limit_s):
    global seen
    if not select.select([terminal], [], [], limit_s)[0]:
        return False
    try:
        data = os.read(terminal, 65536)
    except OSError:
        return False
    seen += data
    return bool(data)


for step in task["steps"]:
    expected = step["expect"].encode()
    while expected not in seen[searched:]:
        if not read_more(30):
            print(json.dumps({"transcript": seen.decode("utf8", "replace"), "missing": step["expect"]}))
            os.kill(pid, 9)
            sys.exit(1)
    searched = seen.index(expected, searched) + len(expected)
    time.sleep(step.get("after", 0))
    if step["send"] is None:
        os.close(terminal)
        terminal = None
        break
    os.write(terminal, step["send"].encode())

while terminal is not None and read_more(30):
    pass
_, status = os.waitpid(pid, 0)
echo = None if terminal is None else bool(termios.tcgetattr(terminal)[3] & termios.ECHO)
print(json.dumps({
    "transcript": seen.decode("utf8", "replace"),
    "exit": os.waitstatus_to_exitcode(status),
    "echo_left_on": echo,
}))
