"""File systems of the tests' own, as FUSE's kernel side speaks: only what they need of it. Needs root."""

import ctypes
import os
import struct
import sys
from contextlib import contextmanager

# length, opcode, unique, node, uid, gid, pid, padding
HEADER = struct.Struct("<IIQQIIII")
INIT = 26
ASYNC_READ, PARALLEL_DIROPS = 1, 1 << 18


@contextmanager
def mounted(directory, mode=0o40000, more=""):
    """Mounts and gives the device; afterwards whoever waits in it is let go, and the directory removed.

    `mode`: of the root; `more`: options of FUSE's, each after a comma.
    """
    device = os.open("/dev/fuse", os.O_RDWR)
    options = "fd=%d,rootmode=%o,user_id=0,group_id=0,allow_other%s" % (device, mode, more)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"porthole-test", os.fsencode(directory), b"fuse", 0, options.encode()) != 0:
        sys.exit("mount: " + os.strerror(ctypes.get_errno()))
    try:
        answer_init(device)
        yield device
    finally:
        # Lazily: those who wait are let go when the device is closed.
        libc.umount2(os.fsencode(directory), 2)
        os.close(device)
        os.rmdir(directory)


def answer_init(device):
    request = os.read(device, 65536)
    _, opcode, unique, *_ = HEADER.unpack_from(request)
    if opcode != INIT:
        sys.exit("The kernel began with %d." % opcode)
    flags = ASYNC_READ | PARALLEL_DIROPS
    answer(device, unique, struct.pack("<IIIIHHIIHHI28x", 7, 31, 65536, flags, 64, 48, 65536, 1, 1, 0, 0))


def answer(device, unique, body=b"", error=0):
    os.write(device, struct.pack("<IiQ", 16 + len(body), -error, unique) + body)
