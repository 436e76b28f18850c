"""
A file system that hangs, as a network disk whose server is gone: it answers that it is there, and nothing
after that. Usage: hanging-disk.py DIRECTORY; says "mounted", and goes with its stdin,
and the directory with it.
"""

import ctypes
import os
import struct
import sys

HEADER = struct.Struct("<IIQQIIII")
INIT = 26


def main(directory):
    device = os.open("/dev/fuse", os.O_RDWR)
    options = "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other" % device
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"hanging", os.fsencode(directory), b"fuse", 0, options.encode()) != 0:
        sys.exit("mount: " + os.strerror(ctypes.get_errno()))
    try:
        answer_init(device)
        print("mounted", flush=True)
        sys.stdin.read()
    finally:
        # Lazily: whoever waits in it is let go when the device is closed.
        libc.umount2(os.fsencode(directory), 2)
        os.close(device)
        os.rmdir(directory)


def answer_init(device):
    request = os.read(device, 65536)
    _, opcode, unique, *_ = HEADER.unpack_from(request)
    if opcode != INIT:
        sys.exit("The kernel began with %d." % opcode)
    body = struct.pack("<IIIIHHIIHHI28x", 7, 31, 65536, 0, 16, 12, 65536, 1, 1, 0, 0)
    os.write(device, struct.pack("<IiQ", 16 + len(body), 0, unique) + body)


main(sys.argv[1])
