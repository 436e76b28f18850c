"""
A file system in memory that holds everybody to a quota, which the kernel then tells whoever writes (EDQUOT).
Usage: quota-disk.py DIRECTORY; says "mounted". Each line of its stdin, "BYTES FILES", sets the quota from
there on and is answered with "set"; it goes with its stdin, and the directory with it.
"""

import errno
import os
import select
import stat
import struct
import sys
import time

from fuse import HEADER, answer, mounted

BLOCK = 4096
ROOT = 1
LOOKUP, GETATTR, SETATTR, MKNOD, MKDIR, UNLINK, RMDIR, RENAME = 1, 3, 4, 8, 9, 10, 11, 12
OPEN, READ, WRITE, STATFS, RELEASE, FLUSH = 14, 15, 16, 17, 18, 25
OPENDIR, READDIR, RELEASEDIR, CREATE, RENAME2 = 27, 28, 29, 35, 45
# FORGET, INTERRUPT, BATCH_FORGET.
UNANSWERED = (2, 36, 42)


class Node:
    def __init__(self, mode, uid, gid, rdev=0):
        self.mode, self.uid, self.gid, self.rdev = mode, uid, gid, rdev
        self.data = bytearray()
        self.children = {}
        self.time = time.time()


class Disk:
    def __init__(self):
        self.nodes = {ROOT: Node(stat.S_IFDIR | 0o1777, 0, 0)}
        self.next = ROOT + 1
        self.bytes = self.files = 1 << 40

    # What the quota counts is in the tree: what is deleted counts no more, also where it is still open.

    def counted(self, number=ROOT):
        """(bytes, files) below a directory."""
        size = files = 0
        for child in self.nodes[number].children.values():
            node = self.nodes[child]
            inner_size, inner_files = self.counted(child)
            size += -(-len(node.data) // BLOCK) * BLOCK + inner_size
            files += 1 + inner_files
        return size, files

    def require(self, size, files):
        used_size, used_files = self.counted()
        if (size and used_size + size > self.bytes) or (files and used_files + files > self.files):
            raise OSError(errno.EDQUOT, "")

    def child(self, parent, name):
        try:
            return self.nodes[parent].children[name]
        except KeyError:
            raise OSError(errno.ENOENT, "")

    def make(self, parent, name, mode, header, rdev=0):
        if name in self.nodes[parent].children:
            raise OSError(errno.EEXIST, "")
        self.require(0, 1)
        number, self.next = self.next, self.next + 1
        self.nodes[number] = Node(mode, header[4], header[5], rdev)
        self.nodes[parent].children[name] = number
        return number

    def grow(self, node, size):
        before, after = (-(-one // BLOCK) * BLOCK for one in (len(node.data), size))
        self.require(max(0, after - before), 0)
        node.data.extend(bytes(max(0, size - len(node.data))))

    # Answers.

    def attributes(self, number):
        node = self.nodes[number]
        size = len(node.data)
        whole, parts = int(node.time), int(node.time % 1 * 1e9)
        times = (whole, whole, whole, parts, parts, parts)
        links = 2 if stat.S_ISDIR(node.mode) else 1
        rest = (node.mode, links, node.uid, node.gid, node.rdev, BLOCK, 0)
        return struct.pack("<6Q10I", number, size, -(-size // 512), *times, *rest)

    def entry(self, number):
        return struct.pack("<4Q2I", number, 0, 0, 0, 0, 0) + self.attributes(number)

    def attr(self, number):
        return struct.pack("<QII", 0, 0, 0) + self.attributes(number)

    def answer(self, header, body):
        """The reply's body. Raises OSError."""
        code, at = header[1], header[3]
        node = self.nodes[at]
        if code == LOOKUP:
            return self.entry(self.child(at, name_in(body)))
        if code == GETATTR:
            return self.attr(at)
        if code == SETATTR:
            self.set_attributes(node, body)
            return self.attr(at)
        if code == MKNOD:
            mode, rdev = struct.unpack_from("<II", body)
            return self.entry(self.make(at, name_in(body[16:]), mode, header, rdev))
        if code == MKDIR:
            (mode,) = struct.unpack_from("<I", body)
            return self.entry(self.make(at, name_in(body[8:]), stat.S_IFDIR | mode, header))
        if code == CREATE:
            (mode,) = struct.unpack_from("<I", body, 4)
            made = self.make(at, name_in(body[16:]), mode, header)
            return self.entry(made) + struct.pack("<QII", 0, 0, 0)
        if code in (UNLINK, RMDIR):
            number = self.child(at, name_in(body))
            if code == RMDIR and self.nodes[number].children:
                raise OSError(errno.ENOTEMPTY, "")
            del node.children[name_in(body)]
            return b""
        if code in (RENAME, RENAME2):
            (target,) = struct.unpack_from("<Q", body)
            old, new = body[8 if code == RENAME else 16 :].split(b"\0")[:2]
            self.nodes[target].children[new] = self.child(at, old)
            del node.children[old]
            return b""
        if code in (OPEN, OPENDIR):
            return struct.pack("<QII", 0, 0, 0)
        if code == READ:
            _, offset, size = struct.unpack_from("<QQI", body)
            return bytes(node.data[offset : offset + size])
        if code == WRITE:
            _, offset, size = struct.unpack_from("<QQI", body)
            self.grow(node, offset + size)
            node.data[offset : offset + size] = body[40 : 40 + size]
            node.time = time.time()
            return struct.pack("<II", size, 0)
        if code == READDIR:
            return self.list(node, *struct.unpack_from("<QQI", body)[1:])
        if code == STATFS:
            # Of the disk as a whole, as they do: nothing here tells of a quota.
            room = 1 << 20
            return struct.pack("<5Q4I24x", room, room, room, room, room, BLOCK, 255, BLOCK, 0)
        if code in (RELEASE, RELEASEDIR, FLUSH):
            return b""
        raise OSError(errno.ENOSYS, "")

    def set_attributes(self, node, body):
        (valid,) = struct.unpack_from("<I", body)
        (size,) = struct.unpack_from("<Q", body, 16)
        mode, _, uid, gid = struct.unpack_from("<4I", body, 68)
        if valid & 8:
            self.grow(node, size)
            del node.data[size:]
        node.mode = mode if valid & 1 else node.mode
        node.uid = uid if valid & 2 else node.uid
        node.gid = gid if valid & 4 else node.gid
        node.time = time.time()

    def list(self, node, offset, size):
        found = b""
        for place, (name, number) in enumerate(list(node.children.items())[offset:], offset + 1):
            kind = self.nodes[number].mode >> 12
            row = struct.pack("<QQII", number, place, len(name), kind) + name
            row += bytes(-len(row) % 8)
            if len(found) + len(row) > size:
                break
            found += row
        return found


def name_in(body):
    return body.split(b"\0")[0]


def serve(disk, device):
    commands = b""
    while True:
        ready, _, _ = select.select([device, 0], [], [])
        if 0 in ready:
            data = os.read(0, 4096)
            if not data:
                return
            *lines, commands = (commands + data).split(b"\n")
            for line in lines:
                disk.bytes, disk.files = map(int, line.split())
                print("set", flush=True)
        if device in ready:
            try:
                request = os.read(device, 1 << 20)
            except InterruptedError:
                continue
            header = HEADER.unpack_from(request)
            if header[1] in UNANSWERED:
                continue
            problem, body = 0, b""
            try:
                body = disk.answer(header, request[HEADER.size :])
            except OSError as refused:
                problem = refused.errno
            answer(device, header[2], body, problem)


def main(directory):
    with mounted(directory, mode=stat.S_IFDIR | 0o1777, more=",default_permissions") as device:
        print("mounted", flush=True)
        serve(Disk(), device)


main(sys.argv[1])
