"""Small pictures, as a training would log them."""

import math
import struct
import zlib


def picture(progress, size=96):
    """A PNG of noise out of which a ring comes, as `progress` goes from 0 to 1."""
    return png([[pixel(x / size - 0.5, y / size - 0.5, progress) for x in range(size)] for y in range(size)])


def png(rows):
    """Of rows of (red, green, blue), each 0 to 255."""
    data = zlib.compress(b"".join(b"\0" + bytes(part for pixel in row for part in pixel) for row in rows), 6)
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def pixel(x, y, progress):
    noise = math.sin(x * 127.1 + y * 311.7) * 43758.5453 % 1
    ring = math.exp(-((math.hypot(x, y) - 0.3) ** 2) * 90)
    light = progress * ring + (1 - progress) * noise
    return int(40 + 190 * light), int(60 + 120 * light), int(120 + 100 * light * (1 - ring / 2))


def chunk(name, data):
    check = zlib.crc32(name + data)
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)
