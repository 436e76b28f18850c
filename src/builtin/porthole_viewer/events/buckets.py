"""Points of a view as a chart needs them: the last, lowest and highest of each bucket of x."""

import math
from bisect import bisect_left

from porthole_viewer.events.pyramid import SHORT
from porthole_viewer.events.view import span

# Up to so many points a pixel, every point is sent as it is.
RAW_PER_PIXEL = 2
MOST_BAD = 2000


def bucket_width(low, high, width):
    """The widest power of two that gives at least `width` buckets between low and high."""
    if not high > low:
        return 1.0
    return 2.0 ** math.floor(math.log2((high - low) / width))


def fits_raw(view, low, high, width):
    start, end = span(view, low, high)
    return end - start <= RAW_PER_PIXEL * width


def raw_points(view, low, high):
    """(xs, last, None, None) of all points, and one more at each end."""
    start, end = span(view, low, high)
    count = view.count()
    while end < count and high is not None and view.xs[end] == high:
        end += 1
    start, end = max(0, start - 1), min(count, end + 1)
    return view.xs[start:end].tolist(), view.ys[start:end].tolist(), None, None


def bucket_points(view, low, high, bucket, zero):
    """(xs, last, low, high) of the buckets from that of `low` to that of `high`, and a point beyond each end.

    Buckets are counted from x = `zero`; None for an end is open.
    """
    floor = math.floor
    xs, ys, count = view.xs, view.ys, view.count()
    first = None if low is None else floor((low - zero) / bucket) * bucket + zero
    behind_last = None if high is None else (floor((high - zero) / bucket) + 1) * bucket + zero
    start, end = span(view, first, behind_last)
    edges = edges_of(xs, start, end, bucket, zero)
    if start > 0:
        edges.insert(0, start - 1)
    if end < count:
        edges.append(end + 1)
    last_ones = [edge - 1 for edge in edges[1:]]
    last = [ys[at] for at in last_ones]
    if len(last) == edges[-1] - edges[0]:
        # One point in each.
        lows = highs = None
    else:
        if max(b - a for a, b in zip(edges, edges[1:])) > SHORT:
            view.prepare()
        extremes = view.extremes
        lows, highs = map(list, zip(*[extremes(a, b) for a, b in zip(edges, edges[1:])]))
    return [xs[at] for at in last_ones], last, lows, highs


def edges_of(xs, start, end, bucket, zero):
    """Where each bucket with points begins, and the end of the last one."""
    floor, edges, at = math.floor, [start], start
    guess = 1
    while at < end:
        limit = (floor((xs[at] - zero) / bucket) + 1) * bucket + zero
        # The next bucket has as many points as this one, more often than not.
        near = at + guess
        if near < end and xs[near] >= limit > xs[near - 1]:
            behind = near
        else:
            behind = bisect_left(xs, limit, at + 1, end)
            guess = behind - at
        edges.append(behind)
        at = behind
    return edges


def bad_points(view, low, high, bucket, zero):
    """(xs, kinds) of what is not finite: one for each bucket and kind."""
    start = 0 if low is None else bisect_left(view.bad_xs, low)
    seen, xs, kinds = set(), [], []
    for at in range(start, len(view.bad_xs)):
        x, kind = view.bad_xs[at], view.bad_kinds[at]
        if high is not None and x > high or len(xs) >= MOST_BAD:
            break
        place = (math.floor((x - zero) / bucket) if bucket else x, kind)
        if place not in seen:
            seen.add(place)
            xs.append(x)
            kinds.append(kind)
    return xs, kinds
