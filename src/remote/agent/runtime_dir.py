"""Where sessions live on this server: <base>/porthole-<uid>/<session>, each level ours alone."""
import errno
import fcntl
import os
import stat

from porthole_agent.errors import AgentError

# In the order tried. All are local and forgotten at the next boot or clean-up; homes may be neither.
BASES = ["/tmp", "/var/tmp", "/dev/shm"]
LINGER = "/var/lib/systemd/linger"

# sockaddr_un holds 108 bytes on Linux and 104 on macOS.
MAX_SOCKET_PATH = 100
SOCKET_NAME = "viewer.sock"

# Written and taken away again before a directory counts as usable: more than a record needs.
SPACE_NEEDED = 16384

# Another launch or stop may take the parent away between two steps of ours.
ATTEMPTS = 20


class Unusable(Exception):
    """Nothing can be made below this base: the next one is tried."""

    pass


def create(session):
    """
    Makes the directory of a new session. Returns (its path, a file descriptor that holds it, see `hold`).

    Raises AgentError `session-exists`, or `runtime-directory`: at once where someone laid a trap,
    else when no base has room.
    """
    if find(session) is not None:
        raise AgentError("session-exists", "There is a session %s already" % session)
    reasons = []
    for base in bases():
        try:
            return create_below(base, session)
        except Unusable as problem:
            reasons.append(str(problem))
    raise AgentError("runtime-directory", "; ".join(reasons))


def find(session):
    """The directory of a session, or None."""
    for directory in all_sessions():
        if os.path.basename(directory) == session:
            return directory
    return None


def all_sessions():
    """The directories of every session of this user, finished or not."""
    found = []
    for base in bases():
        parent = parent_below(base)
        try:
            os.close(open_private(parent))
        except (OSError, AgentError):
            # Not there, or not ours: then it holds no session of ours.
            continue
        with os.scandir(parent) as entries:
            found.extend(entry.path for entry in entries if entry.is_dir(follow_symlinks=False))
    return found


def hold(fd):
    """
    Locks the directory `fd` for as long as this descriptor, or a fork's, is open: for those who look for
    leftovers it is cared for, whatever the clocks say, and systemd's cleaners of old files pass it by.
    """
    try:
        fcntl.flock(fd, fcntl.LOCK_SH)
    except OSError:
        # A file system without locks: the record tells, as soon as there is one.
        return


def is_held(directory):
    try:
        fd = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        # Whoever cared for it has removed it just now.
        return True
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem:
        return problem.errno == errno.EWOULDBLOCK
    finally:
        os.close(fd)
    return False


def remove(directory):
    """Removes a session's directory with all that is in it, and its parent with the last session."""
    for path, directories, files in os.walk(directory, topdown=False):
        unless_gone(os.chmod, path, 0o700)
        for name in files:
            unless_gone(os.unlink, os.path.join(path, name))
        for name in directories:
            inner = os.path.join(path, name)
            if os.path.islink(inner):
                unless_gone(os.unlink, inner)
            else:
                # What could not be listed was not walked either.
                unless_gone(os.chmod, inner, 0o700)
                remove_quietly(inner)
    remove_quietly(directory)
    remove_quietly(os.path.dirname(directory))


def unless_gone(act, path, *more):
    """Another agent, or the watchdog itself, may be removing the same at the same time."""
    try:
        act(path, *more)
    except FileNotFoundError:
        return


def remove_quietly(directory):
    try:
        os.rmdir(directory)
    except OSError:
        # Not empty: other sessions live there. Or gone: someone else was faster.
        return


def bases():
    """XDG_RUNTIME_DIR only where lingering is on: else logind removes it seconds after the last login ends."""
    own = os.environ.get("XDG_RUNTIME_DIR", "")
    return ([own] if own.startswith("/") and is_lingering() else []) + BASES


def is_lingering():
    import pwd

    try:
        return os.path.exists(os.path.join(LINGER, pwd.getpwuid(os.getuid()).pw_name))
    except KeyError:
        return False


def parent_below(base):
    return os.path.join(base, "porthole-%d" % os.getuid())


def create_below(base, session):
    parent = parent_below(base)
    directory = os.path.join(parent, session)
    if len(os.fsencode(os.path.join(directory, SOCKET_NAME))) > MAX_SOCKET_PATH:
        raise Unusable("%s is too long for a socket" % directory)
    check_base(base)
    for _ in range(ATTEMPTS):
        try:
            try:
                os.mkdir(parent, 0o700)
            except FileExistsError:
                pass
            fd = open_private(parent)
            try:
                os.mkdir(session, 0o700, dir_fd=fd)
                held = os.open(session, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=fd)
            finally:
                os.close(fd)
        except FileExistsError:
            raise AgentError("session-exists", "There is a session %s already" % session)
        except FileNotFoundError:
            # The last session ended just now and took the parent with it.
            continue
        except OSError as problem:
            # A quota may have had room for one directory, but not for two.
            remove_quietly(directory)
            remove_quietly(parent)
            raise Unusable("%s: %s" % (parent, problem.strerror))
        hold(held)
        try:
            check_room(directory)
        except Unusable:
            os.close(held)
            raise
        return directory, held
    raise Unusable("%s vanishes again and again" % parent)


def check_base(base):
    """A base that others may write to must be sticky, or they could replace what we make in it."""
    try:
        found = os.stat(base)
    except OSError as problem:
        raise Unusable("%s: %s" % (base, problem.strerror))
    if not stat.S_ISDIR(found.st_mode):
        raise Unusable("%s is not a directory" % base)
    if found.st_mode & 0o022 and not found.st_mode & stat.S_ISVTX:
        raise Unusable("%s may be changed by others and is not sticky" % base)
    if found.st_uid not in (0, os.getuid()):
        raise Unusable("%s belongs to user %d" % (base, found.st_uid))


def open_private(path):
    """
    Opens a directory that is ours alone; what is checked is what was opened.

    Raises AgentError `runtime-directory` for anything else that lies there, OSError when nothing does.
    """
    try:
        fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError as problem:
        if problem.errno in (errno.ENOTDIR, errno.ELOOP):
            raise refusal(path, "it is not a directory")
        if problem.errno == errno.EACCES:
            raise refusal(path, "it belongs to user %d" % os.lstat(path).st_uid)
        raise
    found = os.fstat(fd)
    problem = None
    if found.st_uid != os.getuid():
        problem = "it belongs to user %d" % found.st_uid
    elif found.st_mode & 0o077:
        problem = "its mode is %o, not 700" % (found.st_mode & 0o777)
    if problem is not None:
        os.close(fd)
        raise refusal(path, problem)
    return fd


def refusal(path, problem):
    return AgentError("runtime-directory", "%s cannot be used: %s" % (path, problem))


def check_room(directory):
    """A full disk or quota shows here, not when the viewer runs."""
    path = os.path.join(directory, "room")
    try:
        with open(path, "wb") as file:
            file.write(bytes(SPACE_NEEDED))
    except OSError as problem:
        remove(directory)
        raise Unusable("%s: %s" % (directory, problem.strerror))
    os.unlink(path)
