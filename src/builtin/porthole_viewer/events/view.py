"""One metric over one x axis: sorted points, with the extremes of their blocks, extended as a run grows."""

from array import array
from bisect import bisect_left, bisect_right

from porthole_viewer.events.pyramid import Pyramid

CHECK_AT_ONCE = 65536


class Views:
    """Views of a table, made when they are asked for first."""

    def __init__(self, table):
        self.table = table
        self.views = {}
        self.orders = {"step": Order(table.steps), "wall": Order(table.times)}

    def view(self, metric, axis):
        """The view of a metric, up to date; None where the run has no such metric."""
        column = self.table.columns.get(metric)
        if column is None or (axis == "epoch" and "epoch" not in self.table.columns):
            return None
        # Relative time is wall time, less its beginning.
        axis = "wall" if axis == "relative" else axis
        key = (metric, axis)
        if key not in self.views:
            self.views[key] = View(self.table, column, axis, self.orders.get(axis))
        self.views[key].extend()
        return self.views[key]

    def bytes(self):
        return sum(view.bytes() for view in self.views.values())


class View:
    """`xs` and `ys` are sorted by x; equal x keep the order of the file. `bad_xs`, `bad_kinds` likewise."""

    def __init__(self, table, column, axis, order):
        self.table = table
        self.column = column
        self.axis = axis
        self.order = order
        self.xs = array("d")
        self.ys = array("d")
        self.shared = False
        self.used = 0
        self.used_bad = 0
        self.bad_xs = []
        self.bad_kinds = []
        self.pyramid = Pyramid()

    def extend(self):
        """Takes in the points that came since the last time."""
        if self.used < len(self.column.values):
            self.take()
        if self.used_bad < len(self.column.bad_rows):
            self.take_bad()

    def take(self):
        column, order = self.column, self.order
        count = len(column.values)
        if column.rows is None and order is not None and (self.shared or self.used == 0):
            if order.is_sorted():
                # The table's own arrays will do.
                self.xs, self.ys, self.shared = order.xs, column.values, True
                self.used = count
                return
        if self.shared:
            self.xs, self.ys, self.shared = self.xs[: self.used], self.ys[: self.used], False
        xs, ys = self.new_points()
        self.used = count
        if not Order(xs).is_sorted():
            places = sorted(range(len(xs)), key=xs.__getitem__)
            xs = array("d", map(xs.__getitem__, places))
            ys = array("d", map(ys.__getitem__, places))
        if xs and self.xs and xs[0] < self.xs[-1]:
            self.merge(xs, ys)
        else:
            self.xs.extend(xs)
            self.ys.extend(ys)

    def new_points(self):
        values = self.column.values[self.used :]
        xs = self.xs_of(self.rows_from(self.used))
        if self.axis != "epoch":
            return array("d", xs), values
        known = [(x, y) for x, y in zip(xs, values) if x is not None]
        return array("d", [x for x, _ in known]), array("d", [y for _, y in known])

    def rows_from(self, start):
        """Rows of the points from a number on."""
        if self.column.rows is None:
            return range(start, len(self.column.values))
        return self.column.rows[start:]

    def xs_of(self, rows):
        """x of each row; None for one before the first epoch."""
        if self.axis == "epoch":
            return epochs_at(self.table, rows)
        source = self.table.steps if self.axis == "step" else self.table.times
        return [source[row] for row in rows]

    def first_since(self, row):
        """The lowest x of what came with that row and later ones, or None."""
        if self.shared:
            return self.xs[row] if row < self.used and not self.bad_xs else self.lowest_since(row)
        return self.lowest_since(row)

    def lowest_since(self, row):
        column = self.column
        start = row if column.rows is None else bisect_left(column.rows, row)
        xs = self.xs_of(self.rows_from(start))
        xs += self.xs_of(column.bad_rows[bisect_left(column.bad_rows, row) :])
        return min((x for x in xs if x is not None), default=None)

    def merge(self, xs, ys):
        """Steps that went back: everything from there on is put in order anew."""
        cut = bisect_right(self.xs, xs[0])
        pairs = list(zip(self.xs[cut:], self.ys[cut:])) + list(zip(xs, ys))
        pairs.sort(key=lambda pair: pair[0])
        del self.xs[cut:], self.ys[cut:]
        self.xs.extend([pair[0] for pair in pairs])
        self.ys.extend([pair[1] for pair in pairs])
        self.pyramid.cut(cut)

    def take_bad(self):
        column = self.column
        xs = self.xs_of(column.bad_rows[self.used_bad :])
        pairs = list(zip(self.bad_xs, self.bad_kinds))
        pairs += [
            (x, kind) for x, kind in zip(xs, column.bad_kinds[self.used_bad :]) if x is not None
        ]
        pairs.sort(key=lambda pair: pair[0])
        self.bad_xs = [pair[0] for pair in pairs]
        self.bad_kinds = [pair[1] for pair in pairs]
        self.used_bad = len(column.bad_rows)

    def count(self):
        """Shared arrays may have grown already by rows that this view has not taken in."""
        return self.used if self.shared else len(self.xs)

    def prepare(self):
        """Before `extremes` is asked for: takes in the points that came."""
        self.pyramid.extend(self.ys, self.count())

    def extremes(self, start, end):
        """(min, max) of the points [start, end), at least one."""
        return self.pyramid.extremes(self.ys, start, end)

    def bytes(self):
        own = 0 if self.shared else 16 * len(self.xs)
        return own + self.pyramid.bytes() + 100 * len(self.bad_xs)


class Order:
    """Whether an array that grows is sorted so far; each value is looked at once."""

    def __init__(self, xs):
        self.xs = xs
        self.checked = 0
        self.sorted = True

    def is_sorted(self):
        while self.sorted and self.checked < len(self.xs):
            part = self.xs[max(0, self.checked - 1) : self.checked + CHECK_AT_ONCE].tolist()
            # Sorting what is in order is one quick pass.
            self.sorted = part == sorted(part)
            self.checked = min(len(self.xs), self.checked + CHECK_AT_ONCE)
        return self.sorted


def epochs_at(table, rows):
    """The epoch of each row: its own, else the last one before; None before the first."""
    column = table.columns.get("epoch")
    if column is None:
        return [None] * len(rows)
    if column.rows is None:
        return [column.values[row] for row in rows]
    return [
        column.values[at - 1] if at else None for at in (bisect_right(column.rows, row) for row in rows)
    ]


def span(view, low, high):
    """(start, end): indices of the points with low <= x < high; None is open."""
    count = view.count()
    start = 0 if low is None else bisect_left(view.xs, low, 0, count)
    end = count if high is None else bisect_left(view.xs, high, start, count)
    return start, end
