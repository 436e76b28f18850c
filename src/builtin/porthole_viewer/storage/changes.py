"""The only file that writes below a storage root; imported only where --manage was given."""

import json
import os
import time

from porthole_viewer.errors import ApiError, refused
from porthole_viewer.storage.documents import read_document
from porthole_viewer.storage.keys import checked

RECYCLE = "runs/.recycle"


def change_meta(root, relative, changes):
    """Sets fields of meta.json and gives its new content; all others stay. Raises ApiError, OSError."""
    place = own_directory(root, relative)
    document = read_document(place + "/meta.json")
    if document.value is None:
        reason = document.problem or "there is no meta.json"
        raise ApiError(409, "conflict", "The run cannot be changed: %s." % reason)
    meta = dict(document.value, **changes)
    try:
        write_json(place, "meta.json", meta)
    except OSError as error:
        raise cannot_write(error) from None
    return meta


def delete_run(root, record):
    """Puts Runicorn's marker, and the run where 0.7 keeps deleted ones; gives the run's place after that."""
    place = own_directory(root, record.relative)
    if record.row["deletedAt"] is not None:
        raise ApiError(409, "conflict", "The run is deleted already.")
    marker = {
        "deleted_at": time.time(),
        "reason": "user_deleted",
        "original_status": record.row["recorded"] or "unknown",
    }
    goes_to_bin = record.relative.startswith("runs/") and os.path.isdir(root.join(RECYCLE))
    if goes_to_bin:
        marker["original_path"] = "/".join(record.relative.split("/")[1:-1])
    try:
        write_json(place, ".deleted", marker)
        if not goes_to_bin:
            return record.relative
        return move(root, record.relative, "%s/%s" % (RECYCLE, os.path.basename(place)))
    except OSError as error:
        raise cannot_write(error) from None


def restore_run(root, record):
    """Takes the marker away, and brings the run back to its path; gives the run's place after that."""
    place = own_directory(root, record.relative)
    marker = read_document(place + "/.deleted")
    if marker.mark is None:
        raise ApiError(409, "conflict", "The run is not deleted.")
    relative = record.relative
    try:
        if record.recycled:
            path = (marker.value or {}).get("original_path")
            path = path if isinstance(path, str) else read_path(place)
            path = "runs/" + checked(path, "run") if path else "runs"
            os.makedirs(own_parents(root, path), exist_ok=True)
            relative = move(root, relative, "%s/%s" % (path, os.path.basename(place)))
        os.unlink(root.join(relative) + "/.deleted")
    except OSError as error:
        raise cannot_write(error) from None
    return relative


def own_directory(root, relative):
    """The run's directory, which must lie inside the root by all its links."""
    place = root.join(relative)
    if os.path.islink(place) or not root.holds(place):
        raise refused("The run lies outside the storage.")
    return place


def own_parents(root, relative):
    """A directory that may not exist yet: the part that does must lie inside the root."""
    place = root.join(relative)
    existing = place
    while not os.path.lexists(existing):
        existing = os.path.dirname(existing)
    if not root.holds(existing):
        raise refused("The run's path leads outside the storage.")
    return place


def read_path(place):
    path = (read_document(place + "/meta.json").value or {}).get("path")
    return path if isinstance(path, str) else ""


def move(root, relative, target):
    if os.path.lexists(root.join(target)):
        raise ApiError(409, "conflict", "There is another run at the place where it belongs.")
    os.rename(root.join(relative), root.join(target))
    return target


def write_json(directory, name, value):
    """By rename: no reader ever sees half of it. The file keeps its mode."""
    path, temporary = "%s/%s" % (directory, name), "%s/.%s.%d" % (directory, name, os.getpid())
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with open(os.open(temporary, flags, 0o666), "w", encoding="utf-8", errors="surrogatepass") as file:
        try:
            json.dump(value, file, indent=2, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
            if os.path.exists(path):
                os.fchmod(file.fileno(), os.stat(path).st_mode & 0o777)
            os.rename(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise


def cannot_write(error):
    return ApiError(409, "conflict", "Cannot write there: %s." % error.strerror)
