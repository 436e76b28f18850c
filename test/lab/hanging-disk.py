"""
A file system that hangs, as a network disk whose server is gone: it answers that it is there, and nothing
after that. Usage: hanging-disk.py DIRECTORY; says "mounted", and goes with its stdin,
and the directory with it.
"""

import sys

from fuse import mounted

with mounted(sys.argv[1]):
    print("mounted", flush=True)
    sys.stdin.read()
