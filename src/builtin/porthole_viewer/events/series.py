"""The answer to /api/series: metrics of several runs, in one kind of buckets."""

from porthole_viewer.events.buckets import (
    bad_points,
    bucket_points,
    bucket_width,
    fits_raw,
    raw_points,
)
from porthole_viewer.events.parse import KINDS

class SeriesQuestion:
    """`files`: (run, EventFile) pairs; the other names are the route's parameters."""

    def __init__(self, files, metrics, axis, low, high, width):
        self.files = files
        self.metrics = metrics
        self.axis = axis
        self.low = low
        self.high = high
        self.width = width

    def answer(self, cursor):
        """(data, new cursor) as far as it has been read. Takes each file's lock in turn, never two at once.

        A cursor is [bucket, [[generation, rows] of each file]]; None: the client has nothing.
        """
        extent = self.extent()
        bucket = self.bucket(extent)
        series, progress, known = [], [], []
        same = cursor is not None and cursor[0] == bucket and len(cursor[1]) == len(self.files)
        for number, (run, file) in enumerate(self.files):
            with file.lock:
                since = cursor[1][number] if same else (None, None)
                rows = since[1] if since[0] == file.generation else None
                for metric in self.metrics:
                    view = self.view(file, metric)
                    if view is not None:
                        series.append(self.one(run, metric, view, file, bucket, rows))
                known.append([file.generation, file.table.count])
                progress.append(progress_of(run, file))
        return {
            "x": self.axis,
            "extent": extent,
            "bucket": bucket,
            "series": series,
            "progress": progress,
        }, [bucket, known]

    def view(self, file, metric):
        view = file.views.view(metric, self.axis)
        return view if view is not None and (view.count() or view.bad_xs) else None

    def extent(self):
        """[lowest, highest] x of all points, or None."""
        ends = []
        for _, file in self.files:
            with file.lock:
                zero = self.zero(file)
                for metric in self.metrics:
                    view = self.view(file, metric)
                    if view is not None and view.count():
                        ends += [view.xs[0] - zero, view.xs[view.count() - 1] - zero]
                    if view is not None and view.bad_xs:
                        ends += [view.bad_xs[0] - zero, view.bad_xs[-1] - zero]
        return [min(ends), max(ends)] if ends else None

    def bucket(self, extent):
        """The width of a bucket for all series; 0 where all of them can be sent as they are."""
        if extent is None:
            return 0
        low = extent[0] if self.low is None else max(self.low, extent[0])
        high = extent[1] if self.high is None else min(self.high, extent[1])
        for _, file in self.files:
            with file.lock:
                zero = self.zero(file)
                views = [self.view(file, metric) for metric in self.metrics]
                if not all(
                    fits_raw(view, low + zero, above(high + zero), self.width)
                    for view in views
                    if view is not None
                ):
                    return bucket_width(low, high, self.width)
        return 0

    def one(self, run, metric, view, file, bucket, since):
        zero = self.zero(file)
        low = None if self.low is None else self.low + zero
        high = None if self.high is None else self.high + zero
        replace_from = None
        if since is not None:
            replace_from = changed_from(view, since, bucket, zero)
            if replace_from is not None:
                low = replace_from if low is None else max(low, replace_from)
        if bucket:
            xs, last, lows, highs = bucket_points(view, low, high, bucket, zero)
        else:
            xs, last, lows, highs = raw_points(view, low, high)
        if replace_from is not None:
            xs, last, lows, highs = without_before(replace_from, xs, last, lows, highs)
        bad_xs, kinds = bad_points(view, low, high, bucket, zero)
        return {
            "run": run,
            "metric": metric,
            "points": view.count(),
            "x": [x - zero for x in xs] if zero else xs,
            "last": last,
            "min": lows,
            "max": highs,
            "nonFinite": {
                "x": [x - zero for x in bad_xs],
                "kind": [KINDS[kind] for kind in kinds],
            },
            "replaceFrom": None if replace_from is None else replace_from - zero,
        }

    def zero(self, file):
        """What is subtracted from wall time: relative time begins with the run's first event."""
        times = file.table.times
        return times[0] if self.axis == "relative" and times else 0.0


def changed_from(view, rows, bucket, zero):
    """The x from which on points of later rows lie, at the beginning of a bucket; None: anywhere."""
    found = view.first_since(rows)
    if found is None:
        # Nothing new: what the client has is right to its end.
        found = view.xs[view.count() - 1] if view.count() else None
    if found is None or not bucket:
        return found
    return (found - zero) // bucket * bucket + zero


def without_before(low, xs, last, lows, highs):
    """Points before `low` are the client's already."""
    at = 0
    while at < len(xs) and xs[at] < low:
        at += 1
    cut = [part if part is None else part[at:] for part in (xs, last, lows, highs)]
    return tuple(cut)


def progress_of(run, file):
    return {
        "run": run,
        "bytes": file.offset,
        "size": file.size,
        "complete": file.is_complete(),
    }


def above(value):
    """The bound of a range that ends before it, so that the value itself is in."""
    return value + max(abs(value), 1e-300) * 2.0 ** -52
