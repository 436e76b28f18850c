"""All events of one run, as arrays that only grow."""

from array import array

MAX_METRICS = 20000
MAX_IMAGES = 200000
MAX_STAGES = 10000


class Column:
    """Finite values, and the rows that they are in (None: in each); NaN and infinities apart, as `bad`."""

    __slots__ = ("rows", "values", "bad_rows", "bad_kinds")

    def __init__(self):
        self.rows = None
        self.values = array("d")
        self.bad_rows = array("I")
        self.bad_kinds = bytearray()

    def add(self, part, before, count):
        """Adds a chunk's column; `before` rows were there, `count` come."""
        rows, values, bad_rows, bad_kinds = part
        if self.rows is None and (rows is not None or len(self.values) < before):
            # Dense up to here, and from here on no more.
            self.rows = array("I", range(len(self.values)))
        if self.rows is not None:
            new = range(count) if rows is None else rows
            self.rows.extend(array("I", [before + row for row in new]))
        self.values.extend(values)
        if bad_rows:
            self.bad_rows.extend(array("I", [before + row for row in bad_rows]))
            self.bad_kinds.extend(bad_kinds)

    def bytes(self):
        rows = 0 if self.rows is None else 4 * len(self.rows)
        return rows + 8 * len(self.values) + 5 * len(self.bad_rows)


class Table:
    """`generation` changes when the file turned out to be another one, and the table began anew."""

    def __init__(self, generation=0):
        self.generation = generation
        self.count = 0
        self.steps = array("d")
        self.times = array("d")
        self.columns = {}
        self.images = []
        self.stages = []
        self.skipped = {"torn": 0, "invalid": 0, "tooLong": 0}

    def add(self, chunk):
        """Adds a parsed chunk, in the order of the file."""
        before, count = self.count, chunk.count
        self.skipped["invalid"] += chunk.invalid
        self.skipped["tooLong"] += chunk.too_long
        self.images += chunk.images[: MAX_IMAGES - len(self.images)]
        if not count:
            return
        self.steps.extend(without_gaps(chunk.steps, self.steps, 1))
        self.times.extend(without_gaps(chunk.times, self.times, 0))
        for name, part in chunk.columns.items():
            column = self.columns.get(name)
            if column is None:
                if len(self.columns) >= MAX_METRICS:
                    continue
                column = self.columns[name] = Column()
            column.add(part, before, count)
        for name, column in self.columns.items():
            if column.rows is None and len(column.values) < before + count:
                column.rows = array("I", range(len(column.values)))
        for first, last, stage in chunk.stages:
            self.add_stage(before + first, before + last, stage)
        self.count = before + count

    def add_stage(self, first, last, stage):
        """Stages as [name, first row, last row]."""
        if self.stages and self.stages[-1][0] == stage:
            self.stages[-1][2] = last
        elif len(self.stages) < MAX_STAGES:
            self.stages.append([stage, first, last])

    def bytes(self):
        return 16 * self.count + sum(one.bytes() for one in self.columns.values())


def without_gaps(values, before, stride):
    """Rows without a step count on, rows without a time have that of the row before."""
    if sum(values) - sum(values) == 0:
        return values
    last = before[-1] if before else 0.0 if stride == 0 else -1.0
    filled = array("d")
    for value in values:
        last = value if value - value == 0 else last + stride
        filled.append(last)
    return filled
