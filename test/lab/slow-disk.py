"""
A file system that is slow, as a network disk far away: it shows a directory, read-only, and takes its time for
every operation. One place is never answered for: when it is looked up, or when it is read.
Usage: slow-disk.py DIRECTORY SOURCE DELAY_S lookup|read HANGING_PLACE (the end of its path); says "mounted", and to
each line on stdin how many operations there were so far; "answer" answers for that place from then on. Goes with its
stdin, and the directory with it.
"""

import errno
import os
import stat
import struct
import sys
import threading
import time

from fuse import HEADER, answer, mounted

LOOKUP, FORGET, GETATTR, OPEN, READ, STATFS, OPENDIR, READDIR = 1, 2, 3, 14, 15, 17, 27, 28
INTERRUPT, BATCH_FORGET = 36, 42
# What nothing is answered to.
SILENT = (FORGET, BATCH_FORGET)
ROOT = 1


class SlowDisk:
    """Nodes are paths that were looked up; nothing is cached, here or in the kernel."""

    def __init__(self, device, source, delay_s, operation, hanging):
        self.device = device
        self.delay_s = delay_s
        self.hanging = (LOOKUP if operation == "lookup" else READ, b"/" + os.fsencode(hanging))
        self.paths = [b"", os.fsencode(source)]
        self.nodes = {self.paths[ROOT]: ROOT}
        self.lock = threading.Lock()
        # What waits for its answer, by the number of the request.
        self.hung = {}
        self.operations = 0

    def serve(self):
        while True:
            try:
                request = os.read(self.device, 1 << 20)
            except OSError as error:
                if error.errno in (errno.ENODEV, errno.EBADF):
                    return
                continue
            _, opcode, unique, node, *_ = HEADER.unpack_from(request)
            body = request[HEADER.size :]
            if opcode == INTERRUPT:
                self.interrupt(struct.unpack_from("<Q", body)[0])
            elif opcode not in SILENT:
                self.operations += 1
                threading.Thread(target=self.handle, args=(opcode, unique, node, body), daemon=True).start()

    def interrupt(self, unique):
        """Whoever is being killed waits no more."""
        if self.hung.pop(unique, None):
            answer(self.device, unique, error=errno.EINTR)

    def answer_all(self):
        """The place that hung is back."""
        self.hanging = None
        while self.hung:
            self.handle(*self.hung.popitem()[1])

    def handle(self, opcode, unique, node, body):
        place = self.paths[node] + (b"/" + body.rstrip(b"\0") if opcode == LOOKUP else b"")
        if self.hanging and opcode == self.hanging[0] and place.endswith(self.hanging[1]):
            self.hung[unique] = (opcode, unique, node, body)
            return
        time.sleep(self.delay_s)
        try:
            result, error = self.result(opcode, self.paths[node], body), 0
        except OSError as problem:
            result, error = b"", problem.errno
        try:
            answer(self.device, unique, result, error)
        except OSError:
            # Nobody waits for it any more.
            pass

    def result(self, opcode, path, body):
        if opcode == LOOKUP:
            path = os.path.join(path, body.rstrip(b"\0"))
            facts = os.lstat(path)
            return struct.pack("<QQQQII", self.node_of(path), 0, 0, 0, 0, 0) + attributes(facts)
        if opcode == GETATTR:
            return struct.pack("<QII", 0, 0, 0) + attributes(os.lstat(path))
        if opcode in (OPEN, OPENDIR):
            return struct.pack("<QII", 0, 0, 0)
        if opcode == READ:
            _, offset, size = struct.unpack_from("<QQI", body)
            with open(path, "rb") as file:
                return os.pread(file.fileno(), size, offset)
        if opcode == READDIR:
            _, offset, size = struct.unpack_from("<QQI", body)
            return entries(path, offset, size)
        if opcode == STATFS:
            return struct.pack("<5Q4I24x", 1 << 20, 1 << 19, 1 << 19, 1000, 500, 4096, 255, 4096, 0)
        # Closing and the like need no answer of ours; what else there is, is not here.
        raise OSError(errno.ENOSYS, "not here")

    def node_of(self, path):
        with self.lock:
            if path not in self.nodes:
                self.nodes[path] = len(self.paths)
                self.paths.append(path)
            return self.nodes[path]


def attributes(facts):
    times = (facts.st_atime_ns, facts.st_mtime_ns, facts.st_ctime_ns)
    seconds, rests = zip(*(divmod(one, 10 ** 9) for one in times))
    sizes = (facts.st_ino, facts.st_size, facts.st_blocks)
    owner = (facts.st_mode, facts.st_nlink, facts.st_uid, facts.st_gid)
    return struct.pack("<6Q10I", *sizes, *seconds, *rests, *owner, 0, 4096, 0)


def entries(path, offset, size):
    found = b""
    names = sorted(os.listdir(path))
    for number, name in enumerate(names[offset:], offset + 1):
        facts = os.lstat(os.path.join(path, name))
        kind = stat.S_IFMT(facts.st_mode) >> 12
        one = struct.pack("<QQII", facts.st_ino, number, len(name), kind) + name
        one += b"\0" * (-len(one) % 8)
        if len(found) + len(one) > size:
            break
        found += one
    return found


def main(directory, source, delay_s, operation, hanging):
    with mounted(directory) as device:
        disk = SlowDisk(device, source, float(delay_s), operation, hanging)
        threading.Thread(target=disk.serve, daemon=True).start()
        print("mounted", flush=True)
        for line in sys.stdin:
            if line == "answer\n":
                disk.answer_all()
            print(disk.operations, flush=True)


main(*sys.argv[1:])
