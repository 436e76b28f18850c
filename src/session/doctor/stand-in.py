"""
Stands in for a viewer while the doctor looks: answers any HTTP request with a word of its settings, over
a unix socket and over a loopback port alike. Settings in the global `config`: {"socket": path, "word": text}.
"""

import json
import os
import socket
import sys
import threading

# A client that says nothing is not waited for any longer.
PATIENCE_S = 5


def main(config):
    path = os.fsdecode(config["socket"].encode("utf-8", "surrogateescape"))
    private = socket.socket(socket.AF_UNIX)
    private.bind(path)
    loopback = socket.socket()
    loopback.bind(("127.0.0.1", 0))
    for listener in (private, loopback):
        listener.listen(8)
    for listener, way in ((private, "socket"), (loopback, "tcp")):
        answer = ("%s %s" % (config["word"], way)).encode()
        threading.Thread(target=serve, args=(listener, answer), daemon=True).start()
    endpoint = {"kind": "tcp", "port": loopback.getsockname()[1]}
    sys.stdout.write("\x1e" + json.dumps({"listening": endpoint}) + "\n")
    sys.stdout.flush()
    threading.Event().wait()


def serve(listener, answer):
    while True:
        connection, _ = listener.accept()
        try:
            connection.settimeout(PATIENCE_S)
            head = b""
            while b"\r\n\r\n" not in head and len(head) < 65536:
                data = connection.recv(4096)
                if not data:
                    break
                head += data
            connection.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n"
                b"Connection: close\r\n\r\n%s" % (len(answer), answer)
            )
        except OSError:
            # Gone, or silent: the next one.
            pass
        finally:
            connection.close()


main(config)  # noqa: F821 - set by whoever runs this text
