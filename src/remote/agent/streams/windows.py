"""
How much may be under way. Of each stream no more than its window, which whoever reads it gives back as it
reads: a reader that stalls holds up its own stream alone. Of all of them together no more than the link
takes in half a second, so that pings and small pages never wait behind more than that.
"""
import time

STREAM_WINDOW = 1024 * 1024
FIRST_LINK_WINDOW = 256 * 1024
MAX_LINK_WINDOW = 8 * 1024 * 1024
GROW_WITHIN_S = 0.5
# Given back in parts of this size of the window.
PART = 4


class LinkWindow:
    """What the other end may have under way to us; grows while the link is fast enough for more."""

    def __init__(self):
        self.size = FIRST_LINK_WINDOW
        self.unreturned = 0
        self.counted = 0
        self.since = time.monotonic()

    def arrived(self, count):
        """Bytes that the other end may send in the place of those that have arrived; 0: not yet."""
        self.unreturned += count
        self.counted += count
        grown = 0
        if self.counted >= self.size:
            now = time.monotonic()
            if now - self.since < GROW_WITHIN_S and self.size < MAX_LINK_WINDOW:
                grown = self.size
                self.size += grown
            self.counted, self.since = 0, now
        if self.unreturned * PART < self.size and not grown:
            return 0
        returned, self.unreturned = self.unreturned + grown, 0
        return returned
