"""What the list of runs needs of each metric: count, last, lowest and highest value, and at which step."""

import os

from porthole_viewer.events.blocks import last_line_end, read_lines
from porthole_viewer.events.parse import parse_lines
from porthole_viewer.storage.root import OPEN_FLAGS

PART_BYTES = 2 * 1024 * 1024
MAX_METRICS = 2000
# Places in a metric's list of sums.
COUNT, LAST, LAST_STEP, LOW, LOW_STEP, HIGH, HIGH_STEP, BAD = range(8)


def sum_file(path, start, beat=lambda: None):
    """(sums by metric, offset behind the last whole line) of what is in a file from an offset on.

    `beat` is called now and then where that takes long.
    """
    sums = {}
    try:
        descriptor = os.open(path, OPEN_FLAGS | os.O_NOFOLLOW)
    except OSError:
        return sums, start
    try:
        end = last_line_end(descriptor, start, os.fstat(descriptor).st_size)
        while start < end:
            part_end = min(end, start + PART_BYTES)
            data, _ = read_lines(descriptor, start, part_end)
            merge_sums(sums, sums_of(parse_lines(data)))
            start = part_end
            beat()
    except OSError:
        # Unreadable from here on: what was read counts.
        return sums, start
    finally:
        os.close(descriptor)
    return sums, end


def sums_of(chunk):
    """Sums of a chunk, or of a whole table's columns."""
    found = {}
    for name, (rows, values, bad_rows, _) in chunk.columns.items():
        found[name] = column_sums(chunk.steps, rows, values, len(bad_rows))
    return found


def column_sums(steps, rows, values, bad):
    if not values:
        return [0, None, None, None, None, None, None, bad]
    low, high = min(values), max(values)

    def step_at(place):
        step = steps[place if rows is None else rows[place]]
        return None if step != step else step

    last = len(values) - 1
    # The last of equal ones is as good as the first, and found without a search where it is the end.
    low_at = last if values[last] == low else values.index(low)
    high_at = last if values[last] == high else values.index(high)
    return [
        len(values), values[last], step_at(last), low, step_at(low_at), high, step_at(high_at), bad,
    ]  # fmt: skip


def merge_sums(sums, newer):
    """Adds the sums of later lines to those of earlier ones."""
    for name, new in newer.items():
        old = sums.get(name)
        if old is None:
            if len(sums) < MAX_METRICS:
                sums[name] = new
            continue
        if not new[COUNT]:
            old[BAD] += new[BAD]
            continue
        if not old[COUNT]:
            sums[name] = new[:BAD] + [old[BAD] + new[BAD]]
            continue
        old[COUNT] += new[COUNT]
        old[LAST : LAST_STEP + 1] = new[LAST : LAST_STEP + 1]
        if new[LOW] <= old[LOW]:
            old[LOW : LOW_STEP + 1] = new[LOW : LOW_STEP + 1]
        if new[HIGH] >= old[HIGH]:
            old[HIGH : HIGH_STEP + 1] = new[HIGH : HIGH_STEP + 1]
        old[BAD] += new[BAD]


def table_sums(table):
    """Sums of the metrics of a table in memory."""
    return {
        name: column_sums(table.steps, one.rows, one.values, len(one.bad_rows))
        for name, one in table.columns.items()
    }


def best_of(sums, name, primary):
    """The best value of a metric: as the run says, else low for what is better low."""
    primary_name, mode = primary
    if primary_name == name and mode in ("min", "max"):
        return sums[LOW if mode == "min" else HIGH]
    return sums[LOW if is_better_low(name) else HIGH]


def is_better_low(name):
    word = name.rsplit("/", 1)[-1].lower()
    return any(
        part in word for part in ("loss", "error", "err", "perplexity", "ppl", "mse", "mae", "rmse", "wer", "fid", "nll")
    )  # fmt: skip
