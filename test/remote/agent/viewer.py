"""A small viewer that misbehaves as its first argument tells; the rest are its arguments."""
import http.server
import json
import os
import signal
import socket
import socketserver
import subprocess
import sys
import time


class UnixServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True

    def get_request(self):
        connection, _ = super().get_request()
        return connection, ("local", 0)


class Handler(http.server.BaseHTTPRequestHandler):
    status = 200

    def do_GET(self):
        self.send_response(self.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *details):
        pass


def say(text):
    sys.stdout.write(text)
    sys.stdout.flush()


def serve(path):
    UnixServer(path, Handler).serve_forever()


def sleeper(*options, **settings):
    """A child that does nothing, for ever; its pid goes to `children` in the working directory."""
    ignore = "import signal;signal.signal(15,signal.SIG_IGN);" if "ignores" in options else ""
    code = ignore + "import time,os;open('ready-%d'%os.getpid(),'w');time.sleep(600)"
    child = subprocess.Popen([sys.executable, "-I", "-S", "-c", code], **settings)
    while not os.path.exists("ready-%d" % child.pid):
        time.sleep(0.005)
    with open("children", "a") as file:
        file.write("%d\n" % child.pid)


def plain(path):
    serve(path)


def writes(path):
    say("one\ntwo\nthree\n")
    serve(path)


def writes_when_asked(path):
    server = UnixServer(path, Handler)
    Handler.do_GET = lambda self: (say("asked for %s\n" % self.path), self.send_response(200), self.end_headers())
    server.serve_forever()


def echoes_input(path):
    say("got %d bytes\n" % len(sys.stdin.buffer.readline()))
    serve(path)


def shows_start(path, _runtime):
    say(json.dumps({"env": dict(os.environ), "argv": sys.argv, "cwd": os.getcwd(),
                    "umask": os.umask(0), "sid": os.getsid(0) == os.getpid(),
                    "fds": sorted(int(fd) for fd in os.listdir("/proc/self/fd"))}) + "\n")
    serve(path)


def exits(code):
    say("no such storage\n")
    sys.exit(int(code))


def dies():
    os.kill(os.getpid(), signal.SIGSEGV)


def exits_later(path):
    class Server(UnixServer):
        # In this thread: a thread of its own might not have answered before the exit.
        process_request = socketserver.BaseServer.process_request

    Server(path, Handler).handle_request()
    say("that was all\n")
    os._exit(4)


def never_answers(path):
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen(5)
    say("listening, not answering\n")
    time.sleep(600)


def never_listens(path):
    sleeper()
    time.sleep(600)


def unhealthy(path):
    Handler.status = 500
    serve(path)


def ignores_sigterm(path):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    serve(path)


def survives_watchdog(path):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sleeper(start_new_session=True)
    serve(path)


def has_children(path):
    sleeper()
    sleeper("ignores")
    sleeper(start_new_session=True)
    serve(path)


def leaves_children(path):
    sleeper()
    sleeper(start_new_session=True)
    sys.exit(3)


def daemonizes(path):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            sleeper()
            time.sleep(600)
        os._exit(0)
    os.wait()
    serve(path)


def closes_output(path):
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    serve(path)


def floods(path, megabytes):
    line = b"x" * 99 + b"\n"
    for number in range(int(megabytes) * 10000):
        os.write(1, line)
    os.write(1, b"the end\n")
    serve(path)


def reports_socket(path):
    server = UnixServer(path, Handler)
    say("before\n\x1enot a report\n")
    say('\x1e{"listening": ')
    time.sleep(0.05)
    say('{"kind": "socket"}}\nafter\n')
    server.serve_forever()


def reports_tcp():
    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    say('\x1e{"listening": {"kind": "tcp", "port": %d}}\n' % server.server_address[1])
    server.serve_forever()


def reports_port(port):
    say('\x1e{"listening": {"kind": "tcp", "port": %s}}\n' % port)
    time.sleep(600)


def takes_given(path):
    """Serves what it was handed, as soon as there is a file `go`."""
    given = (os.environ.pop("LISTEN_PID"), os.environ.pop("LISTEN_FDS"))
    assert given == (str(os.getpid()), "1"), given
    while not os.path.exists("go"):
        time.sleep(0.005)
    server = UnixServer(path, Handler, bind_and_activate=False)
    server.socket.close()
    server.socket = socket.socket(fileno=3)
    server.serve_forever()


def ends_when_told(path):
    while not os.path.exists("go"):
        time.sleep(0.005)


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
