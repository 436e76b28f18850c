"""HTTP/1.1 over the listener: a thread for each connection, as most of them wait for events."""

import socket
import sys
import threading
import time

from porthole_viewer.answer import COMPRESS_FROM_BYTES, compressed, json_answer
from porthole_viewer.errors import ApiError, print_failure
from porthole_viewer.request import read_request
from porthole_viewer.routes import dispatch

MAX_CONNECTIONS = 512
# A gateway keeps idle connections for less than this.
IDLE_TIMEOUT_S = 120
LINGER_S = 1
LINGER_READS = 32
# Out of descriptors: one that is closed meanwhile makes room.
RETRY_ACCEPT_S = 0.05

REASONS = {
    200: "OK",
    206: "Partial Content",
    304: "Not Modified",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    413: "Content Too Large",
    416: "Range Not Satisfiable",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


class Server:
    def __init__(self, listener, app):
        self.listener = listener
        self.app = app
        self.free = threading.BoundedSemaphore(MAX_CONNECTIONS)

    def run(self):
        """Accepts until the process is told to end."""
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError as error:
                print("Cannot accept a connection: %s" % error, file=sys.stderr)
                time.sleep(RETRY_ACCEPT_S)
                continue
            if self.free.acquire(blocking=False):
                threading.Thread(target=self.serve, args=(connection,), daemon=True).start()
            else:
                refuse(connection)

    def serve(self, connection):
        try:
            connection.settimeout(IDLE_TIMEOUT_S)
            with connection, connection.makefile("rb", 65536) as stream:
                while serve_request(connection, stream, self.app):
                    pass
        except OSError:
            # The client has gone, or has been silent for too long.
            pass
        finally:
            self.free.release()


def refuse(connection):
    with connection:
        connection.settimeout(1)
        busy = ApiError(503, "busy", "Too many connections are open. Close some pages.")
        try:
            send(connection, json_answer(busy.data(), busy.status), None)
        except OSError:
            # It did not want to know.
            pass


def serve_request(connection, stream, app):
    """Answers the next request; false when the connection is of no more use."""
    try:
        request = read_request(stream)
    except ApiError as error:
        send(connection, json_answer(error.data(), error.status), None)
        linger(connection)
        return False
    if request is None:
        return False
    answer = answer_of(request, app)
    send(connection, answer, request)
    return request.keep_alive


def linger(connection):
    """Reads what the client still sends: closing before would take our answer away from it."""
    connection.shutdown(socket.SHUT_WR)
    connection.settimeout(LINGER_S)
    for _ in range(LINGER_READS):
        if not connection.recv(65536):
            return


def answer_of(request, app):
    try:
        return dispatch(request, app)
    except ApiError as error:
        return json_answer(error.data(), error.status)
    except Exception:
        # A defect of ours; whoever reads the log sees where.
        print_failure()
        message = "The viewer has failed at this request; its log says where."
        return json_answer(ApiError(500, "internal", message).data(), 500)


def send(connection, answer, request):
    headers, body = answer.headers, answer.body
    if isinstance(body, bytes):
        if answer.compress == "where-it-pays" and len(body) >= COMPRESS_FROM_BYTES:
            headers = headers + [("Vary", "Accept-Encoding")]
            if request is not None and request.accepts_gzip():
                body = compressed(body)
                headers = headers + [("Content-Encoding", "gzip")]
        connection.sendall(head(answer.status, headers, len(body), request) + body)
        return
    try:
        connection.sendall(head(answer.status, headers, answer.length, request))
        for part in body:
            if part:
                connection.sendall(part if answer.length is not None else chunk(part))
        if answer.length is None:
            connection.sendall(b"0\r\n\r\n")
    except Exception as error:
        # Half an answer cannot be taken back: the end of the connection says that it is not whole.
        if not isinstance(error, OSError):
            print_failure()
        connection.shutdown(socket.SHUT_RDWR)
        raise OSError("The answer ended early.") from error
    finally:
        # A body that holds a file or a subscription lets go of it now.
        body.close()


def head(status, headers, length, request):
    lines = ["HTTP/1.1 %d %s" % (status, REASONS[status])]
    lines += ["%s: %s" % header for header in headers]
    lines.append("X-Content-Type-Options: nosniff")
    if length is None:
        lines.append("Transfer-Encoding: chunked")
    else:
        lines.append("Content-Length: %d" % length)
    if request is None or not request.keep_alive:
        lines.append("Connection: close")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def chunk(part):
    return b"%x\r\n%s\r\n" % (len(part), part)
