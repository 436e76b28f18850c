"""Files as answers: whole, in ranges, and directories as zip archives, streamed."""

import os
import re
import stat
import zipfile
from urllib.parse import quote

from porthole_viewer.answer import Answer
from porthole_viewer.storage.keys import display

# Shown by the browser; everything else is handed out, as a page of somebody's making is not to run here.
IMAGE_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "bmp": "image/bmp",
}
READ_BYTES = 256 * 1024
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
MAX_ZIP_FILES = 100000


def file_answer(root, relative, request, download, name=None):
    """The file at a path below the root, or what the request asks of it. Raises ApiError."""
    file, found = root.open_file(relative)
    name = name or os.path.basename(relative)
    tag = '"%x-%x-%x"' % (found.st_mtime_ns, found.st_size, found.st_ino)
    headers = headers_of(name, download) + [("ETag", tag), ("Accept-Ranges", "bytes")]
    if request.headers.get("if-none-match") == tag:
        file.close()
        return Answer(304, headers)
    size = found.st_size
    wanted = range_of(request.headers, size, tag)
    if wanted == "none":
        file.close()
        return Answer(416, headers + [("Content-Range", "bytes */%d" % size)])
    if wanted is None:
        return Answer(200, headers, parts_of(file, 0, size), size)
    start, end = wanted
    headers.append(("Content-Range", "bytes %d-%d/%d" % (start, end - 1, size)))
    return Answer(206, headers, parts_of(file, start, end), end - start)


def headers_of(name, download):
    """Headers that let no file run as a page."""
    image = IMAGE_TYPES.get(name.rsplit(".", 1)[-1].lower())
    kind = "inline" if image and not download else "attachment"
    return [
        ("Content-Type", image or "application/octet-stream"),
        ("Content-Disposition", "%s; filename*=UTF-8''%s" % (kind, quote(os.fsencode(name)))),
        ("Content-Security-Policy", "default-src 'none'; sandbox"),
        ("Cache-Control", "private, no-cache"),
    ]


def range_of(headers, size, tag):
    """(start, end), None for the whole file, "none" where there is no such range."""
    match = RANGE.fullmatch(headers.get("range", ""))
    if match is None or match.groups() == ("", "") or headers.get("if-range", tag) != tag:
        return None
    first, last = match.groups()
    if first == "":
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1 if last else size)
    return (start, end) if start < end else "none"


def parts_of(file, start, end):
    with file:
        file.seek(start)
        while start < end:
            part = file.read(min(READ_BYTES, end - start))
            if not part:
                # Cut meanwhile: an answer that is too short says so.
                raise OSError("the file has become shorter")
            start += len(part)
            yield part


def zip_answer(root, entries, name):
    """A zip of (name in it, path below the root) pairs, made while it is sent."""
    return Answer(200, headers_of(name + ".zip", True), zip_parts(root, entries))


def zip_parts(root, entries):
    sink = Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for name, relative in entries:
            file, found = root.open_file(relative)
            with file, archive.open(zip_info(name), "w", force_zip64=True) as member:
                for _ in range(-(-found.st_size // READ_BYTES)):
                    member.write(file.read(READ_BYTES))
                    yield sink.take()
            yield sink.take()
    yield sink.take()


def zip_info(name):
    """A name in the archive that unpacks below where it is unpacked."""
    parts = [part for part in display(name).split("/") if part not in ("", ".", "..")]
    return zipfile.ZipInfo("/".join(parts) or "file")


class Sink:
    """Takes what zipfile writes, and gives it on; it cannot seek, so the sizes follow the data."""

    def __init__(self):
        self.parts = []

    def write(self, data):
        self.parts.append(bytes(data))
        return len(data)

    def flush(self):
        """zipfile asks for it; all is given on as it comes."""
        return None

    def take(self):
        data = b"".join(self.parts)
        self.parts = []
        return data


def files_below(root, relative):
    """(name, path below the root) of all files in a directory; links are left out."""
    found, waiting = [], [""]
    while waiting and len(found) < MAX_ZIP_FILES:
        directory = waiting.pop()
        try:
            with os.scandir(os.path.join(root.join(relative), directory)) as entries:
                for entry in sorted(entries, key=lambda one: one.name):
                    name = directory + entry.name
                    mode = entry.stat(follow_symlinks=False).st_mode
                    if stat.S_ISDIR(mode):
                        waiting.append(name + "/")
                    elif stat.S_ISREG(mode):
                        found.append((name, relative + "/" + name))
        except OSError:
            # What cannot be read is not in the archive.
            continue
    return found
