"""Stands in for uvicorn, and Runicorn behind it, in an environment of the tests: starts in no time.

What serves is a unix socket of the test (`sys.prefix`/viewer-socket names it): every connection is
joined to one there. A client that has gone is not passed on, as by a viewer that only ever writes.
An empty name: the viewer runs and never listens.
"""
import asyncio
import os
import socket
import sys
import threading


class Config:
    def __init__(self, app, **_):
        pass


class Server:
    def __init__(self, config):
        self.started = False

    async def startup(self, sockets=None):
        self.started = True

    def run(self, sockets):
        with open(os.path.join(sys.prefix, "viewer-socket")) as file:
            path = file.read()
        if not path:
            print("thinking", file=sys.stderr, flush=True)
            threading.Event().wait()
        asyncio.run(self.startup(sockets=sockets))
        while True:
            client, _ = sockets[0].accept()
            viewer = socket.socket(socket.AF_UNIX)
            viewer.connect(path)
            spawn(copy, client, viewer, lambda: None)
            spawn(copy, viewer, client, lambda client=client: client.shutdown(socket.SHUT_RDWR))


def spawn(run, *args):
    threading.Thread(target=run, args=args, daemon=True).start()


def copy(source, sink, at_end):
    try:
        while True:
            data = source.recv(65536)
            if not data:
                break
            sink.sendall(data)
        at_end()
    except OSError:
        # The other thread of the pair has closed it, or its peer has.
        return
