"""Whether a viewer answers: one HTTP request after the other, none of which blocks."""
import errno
import os
import socket
import struct

from porthole_agent import processes

# Enough for a status line; no more is read of the answer.
MAX_STATUS_LINE = 4096
LISTENING = "0A"


class HealthCheck:
    """One attempt to GET `path`; `connection` is what to wait for, for `wants` reading or writing."""

    def __init__(self, endpoint, path, any_answer=False):
        self.any_answer = any_answer
        is_socket = endpoint["kind"] == "socket"
        self.connection = socket.socket(socket.AF_UNIX if is_socket else socket.AF_INET)
        self.connection.setblocking(False)
        self.request = (
            "GET %s HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\nConnection: close\r\n\r\n" % path
        ).encode()
        self.answer = b""
        address = endpoint["path"] if is_socket else ("127.0.0.1", endpoint["port"])
        problem = self.connection.connect_ex(address)
        self.refused = problem not in (0, errno.EINPROGRESS)
        if self.refused:
            self.connection.close()

    def proceed(self):
        """To be called when the connection is ready: "healthy", "failed", or None while it goes on."""
        try:
            if self.request:
                self.request = self.request[self.connection.send(self.request) :]
                return None
            data = self.connection.recv(MAX_STATUS_LINE)
        except BlockingIOError:
            return None
        except OSError:
            return "failed"
        self.answer += data
        status, ended, _ = self.answer.partition(b"\r\n")
        if not ended and data and len(self.answer) < MAX_STATUS_LINE:
            return None
        is_good = self.any_answer or status[8:12] == b" 200"
        return "healthy" if status.startswith(b"HTTP/1.") and is_good else "failed"

    def is_writing(self):
        return bool(self.request)


def free_port():
    """A port of 127.0.0.1 that nobody has: somebody may take it before the viewer does."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_taken(port):
    """Whether anybody listens at 127.0.0.1:port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def listening_at(pids):
    """Addresses at which these processes take TCP connections; none where the kernel does not tell."""
    held = {name for pid in pids for name in open_files(pid)}
    return sorted(address_of(local) for name, local in listening_sockets() or () if name in held)


def owns_port(pids, port):
    """
    Whether all that answers on 127.0.0.1:port is one of these processes: another account may have been faster.

    Where the kernel does not tell (no /proc/net/tcp), the port is believed.
    """
    rows = listening_sockets()
    if rows is None:
        return True
    sockets = {name for name, local in rows if takes(local, port)}
    held = {name for pid in pids for name in open_files(pid)}
    return bool(sockets) and sockets <= held


def listening_sockets():
    """(name as in /proc/PID/fd, local address as the kernel writes it) of each; None where unknown."""
    tables = []
    for name in ("tcp", "tcp6"):
        try:
            with open("%s/net/%s" % (processes.PROC, name)) as file:
                tables.append(file.read().splitlines()[1:])
        except OSError:
            # No such table: no IPv6, or no /proc.
            continue
    if not tables:
        return None
    rows = (line.split() for table in tables for line in table)
    return [("socket:[%s]" % row[9], row[1]) for row in rows if row[3] == LISTENING]


def takes(local, port):
    address, _, number = local.partition(":")
    # The last word of an IPv6 address holds a mapped IPv4 one.
    word = in_order(address[-8:])
    return int(number, 16) == port and socket.inet_ntoa(word) in ("127.0.0.1", "0.0.0.0")


def in_order(address):
    """The kernel writes words in the machine's own byte order."""
    words = [int(address[i : i + 8], 16) for i in range(0, len(address), 8)]
    return struct.pack("=%dI" % len(words), *words)


def address_of(local):
    """ "127.0.0.1:8000", "[::]:8000" """
    address, _, number = local.partition(":")
    if len(address) == 8:
        return "%s:%d" % (socket.inet_ntoa(in_order(address)), int(number, 16))
    return "[%s]:%d" % (socket.inet_ntop(socket.AF_INET6, in_order(address)), int(number, 16))


def open_files(pid):
    directory = "%s/%d/fd" % (processes.PROC, pid)
    try:
        names = os.listdir(directory)
    except OSError:
        # Ended by now.
        return
    for name in names:
        try:
            yield os.readlink(directory + "/" + name)
        except OSError:
            # Closed by now.
            continue
