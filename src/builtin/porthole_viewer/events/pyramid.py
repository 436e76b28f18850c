"""Extremes of blocks of points: any range's minimum and maximum from a few of them, exactly."""

from array import array

BLOCK = 32
LEVELS = 3
# Shorter ranges are looked at point by point.
SHORT = 96


class Pyramid:
    """Level 0 has the extremes of 32 points each, level 1 of 32 of those, and so on."""

    def __init__(self):
        self.low = [array("d") for _ in range(LEVELS)]
        self.high = [array("d") for _ in range(LEVELS)]

    def extremes(self, values, start, end):
        """(min, max) of values[start:end], all of them taken in before."""
        if end - start <= SHORT:
            part = values[start:end]
            return min(part), max(part)
        return (
            extreme(min, values, self.low, 0, start, end),
            extreme(max, values, self.high, 0, start, end),
        )

    def extend(self, values, count):
        """Takes in values up to a count."""
        for low_of, high_of, low, high in zip(
            [values] + self.low, [values] + self.high, self.low, self.high
        ):
            whole = count // BLOCK
            for at in range(len(low) * BLOCK, whole * BLOCK, BLOCK):
                low.append(min(low_of[at : at + BLOCK]))
                high.append(max(high_of[at : at + BLOCK]))
            count = whole

    def cut(self, start):
        """Forgets what points from `start` on have told."""
        for low, high in zip(self.low, self.high):
            start //= BLOCK
            del low[start:], high[start:]

    def bytes(self):
        return 16 * sum(len(level) for level in self.low)


def extreme(best, values, levels, level, start, end):
    """The best of values[start:end], by way of whole blocks where there are some."""
    first, last = -(-start // BLOCK), end // BLOCK
    if level >= len(levels) or last - first < 2:
        return best(values[start:end])
    found = extreme(best, levels[level], levels, level + 1, first, last)
    if start < first * BLOCK:
        found = best(found, best(values[start : first * BLOCK]))
    if last * BLOCK < end:
        found = best(found, best(values[last * BLOCK : end]))
    return found
