"""A viewer for tests and bench that does next to nothing, on a unix socket, in plain Python.

Global `config`: {"socket": path, "startDelayS": seconds, "listen": "socket" | "never"}.
Routes: / · /api/health · /headers (the request's, as JSON) · /echo (streams a POST's body back) ·
/big?bytes=N · /slow?s=N · /sse?n=N (N events at once, then stays open) · /ws (echoes text and binary).
"""

import base64
import hashlib
import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingMixIn, UnixStreamServer
from urllib.parse import parse_qs, urlsplit

CHUNK = 64 * 1024
WEBSOCKET_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Server(ThreadingMixIn, UnixStreamServer):
    daemon_threads = True
    request_queue_size = 128


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = CHUNK

    def do_GET(self):
        url = urlsplit(self.path)
        self.query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        route = ROUTES.get(url.path)
        if route is None:
            return self.answer(404, "text/plain", b"no such page\n")
        return route(self)

    def do_POST(self):
        if urlsplit(self.path).path != "/echo":
            return self.answer(404, "text/plain", b"no such page\n")
        self.send_response(200)
        self.send_header("Content-Type", self.headers.get("Content-Type", "text/plain"))
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in self.body():
            self.write_chunk(piece)
        self.write_chunk(b"")

    def body(self):
        """The body as it comes: by its length, or chunk by chunk."""
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            while True:
                size = int(self.rfile.readline().split(b";")[0], 16)
                piece = self.rfile.read(size)
                self.rfile.readline()
                if size == 0:
                    return
                yield piece
        left = int(self.headers.get("Content-Length", 0))
        while left > 0:
            piece = self.rfile.read1(min(left, CHUNK))
            if not piece:
                raise ConnectionError("the body has ended early")
            left -= len(piece)
            yield piece

    def write_chunk(self, piece):
        self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.flush()

    def answer(self, status, kind, body):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def index(self):
        page = b"<!doctype html><meta charset=utf-8><title>trivial viewer</title><h1>it works</h1>\n"
        self.answer(200, "text/html; charset=utf-8", page)

    def health(self):
        self.answer(200, "application/json", b'{"status":"ok"}')

    def show_headers(self):
        pairs = [[name.lower(), value] for name, value in self.headers.items()]
        self.answer(200, "application/json", json.dumps(pairs).encode())

    def big(self):
        left = int(self.query.get("bytes", CHUNK))
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(left))
        self.end_headers()
        piece = b"x" * CHUNK
        while left > 0:
            self.wfile.write(piece[:left])
            left -= len(piece)

    def slow(self):
        time.sleep(float(self.query.get("s", 1)))
        self.answer(200, "text/plain", b"at last\n")

    def events(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-cache")
        self.end_headers()
        for number in range(int(self.query.get("n", 1))):
            self.wfile.write(b"id: %d\ndata: event %d\n\n" % (number, number))
        self.wfile.flush()
        self.rfile.read(1)  # Until the other end goes.
        self.close_connection = True

    def websocket(self):
        key = self.headers.get("Sec-WebSocket-Key", "").encode()
        accept = base64.b64encode(hashlib.sha1(key + WEBSOCKET_GUID).digest()).decode()
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", accept)
        self.end_headers()
        self.wfile.flush()
        self.close_connection = True
        while self.echo_frame():
            pass

    def echo_frame(self):
        """Sends one frame back as it is, unmasked; answers ping with pong; says whether it goes on."""
        head = self.rfile.read(2)
        if len(head) < 2:
            return False
        opcode, length = head[0] & 15, head[1] & 127
        if length >= 126:
            length = int.from_bytes(self.rfile.read(2 if length == 126 else 8), "big")
        mask = self.rfile.read(4)
        data = self.rfile.read(length)
        data = bytes(byte ^ mask[i % 4] for i, byte in enumerate(data))
        first = (head[0] & 0xF0) | (10 if opcode == 9 else opcode)
        self.wfile.write(bytes([first]) + encoded_length(length) + data)
        self.wfile.flush()
        return opcode != 8

    def log_message(self, *_):
        pass

    def address_string(self):
        return "unix"


ROUTES = {
    "/": Handler.index,
    "/api/health": Handler.health,
    "/headers": Handler.show_headers,
    "/big": Handler.big,
    "/slow": Handler.slow,
    "/sse": Handler.events,
    "/ws": Handler.websocket,
}


def encoded_length(length):
    if length < 126:
        return bytes([length])
    if length < 65536:
        return b"\x7e" + length.to_bytes(2, "big")
    return b"\x7f" + length.to_bytes(8, "big")


def end_with_stdin():
    while os.read(0, 65536):
        pass
    os._exit(0)


def main(config):
    threading.Thread(target=end_with_stdin, daemon=True).start()
    print("trivial viewer %s" % " ".join(sys.argv[1:]), file=sys.stderr, flush=True)
    time.sleep(config["startDelayS"])
    if config["listen"] == "never":
        threading.Event().wait()
    with Server(config["socket"], Handler) as server:
        print("\x1e" + json.dumps({"listening": {"kind": "socket"}}), flush=True)
        server.serve_forever()


main(config)  # noqa: F821 - set by whoever runs this text
