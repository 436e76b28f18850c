"""The storage root: nothing outside it is ever opened for a client."""

import os
import stat

from porthole_viewer.errors import not_found, refused

# A named pipe that somebody put there must not hold us.
OPEN_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


class Root:
    """`path` is as the user gave it, `real` without links; the root may come into being later."""

    def __init__(self, path):
        self.path = path.rstrip("/") or "/"

    @property
    def real(self):
        return os.path.realpath(self.path)

    def join(self, relative):
        return os.path.join(self.path, relative)

    def holds(self, path):
        """Whether a path lies below the root when all links are followed."""
        real, root = os.path.realpath(path), self.real
        return real == root or real.startswith(root.rstrip("/") + "/")

    def open_file(self, relative):
        """(file, its status) of a regular file; links are followed as long as they stay inside.

        Raises ApiError. What has been opened is checked, not what was there before.
        """
        path = self.join(relative)
        try:
            descriptor = os.open(path, OPEN_FLAGS)
        except OSError as error:
            raise not_found("Cannot open %s: %s." % (shown(relative), error.strerror)) from None
        try:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise not_found("%s is no file." % shown(relative))
            if not self.holds_open(path, descriptor, found):
                raise refused("%s leads outside the storage." % shown(relative))
        except BaseException:
            os.close(descriptor)
            raise
        return os.fdopen(descriptor, "rb", buffering=0), found

    def holds_open(self, path, descriptor, found):
        """The kernel's own word for where an open file lies, or, without /proc, its identity."""
        try:
            opened = os.readlink("/proc/self/fd/%d" % descriptor)
        except OSError:
            opened = os.path.realpath(path)
        root = self.real.rstrip("/") + "/"
        try:
            at_place = os.stat(opened, follow_symlinks=False)
        except OSError:
            # Removed or renamed while we looked: there is nothing to check it by.
            return False
        same = (at_place.st_dev, at_place.st_ino) == (found.st_dev, found.st_ino)
        return same and opened.startswith(root)


def shown(relative):
    return os.fsencode(relative).decode("utf-8", "replace")[:300]
