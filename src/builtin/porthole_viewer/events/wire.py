"""Chunks between a worker process and the viewer: a header as JSON, then raw arrays."""

import json
import struct
from array import array

from porthole_viewer.events.parse import Chunk

LENGTHS = struct.Struct("<II")
# A chunk of 2 MB of text is no more than this; anything above is a confused worker.
MAX_BYTES = 1 << 30


def write_message(file, header, body=b""):
    text = json.dumps(header).encode("ascii")
    file.write(LENGTHS.pack(len(text), len(body)) + text)
    file.write(body)
    file.flush()


def read_message(file):
    """(header, body). Raises EOFError where the worker has gone."""
    header_size, body_size = LENGTHS.unpack(read_exactly(file, LENGTHS.size))
    if header_size > MAX_BYTES or body_size > MAX_BYTES:
        raise EOFError("a message of impossible length")
    return json.loads(read_exactly(file, header_size)), read_exactly(file, body_size)


def read_exactly(file, size):
    data = file.read(size)
    if len(data) < size:
        raise EOFError("the worker has gone")
    return data


def pack_chunk(chunk):
    """(header, body) of a chunk."""
    body = [chunk.steps.tobytes(), chunk.times.tobytes()]
    columns = []
    for name, (rows, values, bad_rows, bad_kinds) in chunk.columns.items():
        columns.append([name, None if rows is None else len(rows), len(values), len(bad_rows)])
        body += [b"" if rows is None else rows.tobytes(), values.tobytes()]
        body += [bad_rows.tobytes(), bytes(bad_kinds)]
    header = {
        "count": chunk.count,
        "columns": columns,
        "images": chunk.images,
        "stages": chunk.stages,
        "invalid": chunk.invalid,
        "tooLong": chunk.too_long,
    }
    return header, b"".join(body)


def unpack_chunk(header, body):
    view, at = memoryview(body), 0

    def take(code, count):
        nonlocal at
        found = array(code)
        size = count * found.itemsize
        found.frombytes(view[at : at + size])
        at += size
        return found

    chunk = Chunk()
    chunk.count = header["count"]
    chunk.steps, chunk.times = take("d", chunk.count), take("d", chunk.count)
    for name, rows, values, bad in header["columns"]:
        row_array = None if rows is None else take("I", rows)
        value_array, bad_rows = take("d", values), take("I", bad)
        kinds = bytearray(take("B", bad).tobytes())
        chunk.columns[name] = (row_array, value_array, bad_rows, kinds)
    chunk.images = header["images"]
    chunk.stages = header["stages"]
    chunk.invalid = header["invalid"]
    chunk.too_long = header["tooLong"]
    return chunk
