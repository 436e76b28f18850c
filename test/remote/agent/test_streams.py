import json
import os
import socket
import struct
import threading
import unittest

from harness import ROOT_OF_AGENT, AgentCase

HEADER = struct.Struct(">BBII")
OPEN, DATA, END, RESET, WINDOW = 1, 2, 3, 4, 5
WINDOW_BYTES = 1024 * 1024


class Streams(AgentCase):
    """Speaks to the agent in frames of bytes, by hand."""

    def setUp(self):
        super().setUp()
        place = os.path.join(ROOT_OF_AGENT, "streams")
        modules = {}
        for name in os.listdir(place):
            if name.endswith(".py"):
                with open(os.path.join(place, name)) as file:
                    modules[name[:-3]] = file.read()
        self.agent.result("load", part="streams", modules=modules)
        self.agent.result("streams")
        self.listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(self.listener.close)
        self.path = os.path.join(self.base, "v.sock")
        self.listener.bind(self.path)
        self.listener.listen(8)
        self.bytes = b""

    def send(self, kind, stream, payload=b""):
        self.agent.process.stdin.write(HEADER.pack(0x1F, kind, stream, len(payload)) + payload)
        self.agent.process.stdin.flush()

    def open(self, stream, **endpoint):
        endpoint = endpoint or {"kind": "socket", "path": self.path}
        self.send(OPEN, stream, json.dumps(endpoint).encode())

    def read(self, size):
        while len(self.bytes) < size:
            data = os.read(self.agent.process.stdout.fileno(), 65536)
            assert data, "the agent has ended"
            self.bytes += data
        data, self.bytes = self.bytes[:size], self.bytes[size:]
        return data

    def frame(self):
        """(kind, stream, payload) of the next frame, windows of the link left out."""
        while True:
            mark, kind, stream, length = HEADER.unpack(self.read(HEADER.size))
            self.assertEqual(mark, 0x1F)
            payload = self.read(length)
            if (kind, stream) != (WINDOW, 0):
                return kind, stream, payload

    def accept(self):
        connection, _ = self.listener.accept()
        self.addCleanup(connection.close)
        return connection

    def test_frames_are_read_whatever_the_pieces_they_come_in_also_beside_requests(self):
        opening = json.dumps({"kind": "socket", "path": self.path}).encode()
        frames = HEADER.pack(0x1F, OPEN, 1, len(opening)) + opening
        # A newline and a mark in what is carried mean nothing.
        data = b"\x1f\n{\x1e\n"
        frames += HEADER.pack(0x1F, DATA, 1, len(data)) + data
        frames += b'{"id": 77, "op": "ping"}\n'
        frames += HEADER.pack(0x1F, END, 1, 0)
        for byte in frames:
            self.agent.process.stdin.write(bytes([byte]))
            self.agent.process.stdin.flush()
        viewer = self.accept()
        self.assertEqual(viewer.makefile("rb").read(), data)
        self.assertEqual(self.read(1), b"\x1e")
        self.assertEqual(json.loads(self.read_line()), {"id": 77, "result": {"sessions": []}})

    def read_line(self):
        line = b""
        while not line.endswith(b"\n"):
            line += self.read(1)
        return line

    def test_what_leads_nowhere_is_reset_with_the_reason(self):
        wrong = [{"kind": "socket", "path": "/nonexistent"}, {"kind": "tcp"}, {"kind": "socket"},
                 {"kind": "socket", "path": "x" * 500}, {"kind": "socket", "path": 7}]
        for number, endpoint in enumerate(wrong, 1):
            self.open(number, **endpoint)
            kind, stream, reason = self.frame()
            self.assertEqual((kind, stream), (RESET, number), endpoint)
            self.assertTrue(reason, endpoint)
        self.send(OPEN, 9, b"no JSON")
        self.assertEqual(self.frame()[:2], (RESET, 9))

    def test_a_client_that_sends_more_than_there_is_room_for_loses_that_stream_alone(self):
        self.open(1)
        self.open(2)
        first, second = self.accept(), self.accept()
        for _ in range(2 * WINDOW_BYTES // 65536):
            self.send(DATA, 1, b"x" * 65536)
        kind, stream, reason = self.frame()
        self.assertEqual((kind, stream), (RESET, 1))
        self.assertIn(b"room", reason)
        second.sendall(b"still here")
        self.assertEqual(self.frame(), (DATA, 2, b"still here"))
        self.assertIsNotNone(first)

    def test_no_more_than_the_windows_is_sent_before_they_are_given_back(self):
        self.open(1)
        viewer = self.accept()
        pouring = threading.Thread(target=pour, args=(viewer,), daemon=True)
        pouring.start()
        got = 0
        while got < 262144:
            kind, stream, payload = self.frame()
            self.assertEqual((kind, stream), (DATA, 1))
            got += len(payload)
        # The link's first window is used up: nothing comes but the answer to a request.
        self.assertEqual(got, 262144)
        self.agent.send("ping")
        self.assertEqual(self.read(1), b"\x1e")
        self.read_line()
        self.send(WINDOW, 0, struct.pack(">I", 4096))
        self.assertEqual(self.frame(), (DATA, 1, b"x" * 4096))

    def test_frames_of_streams_that_are_no_more_are_passed_over(self):
        for kind in (DATA, END, RESET):
            self.send(kind, 42, b"late" if kind == DATA else b"")
        self.send(WINDOW, 42, struct.pack(">I", 1))
        self.open(1)
        self.accept().close()
        self.assertEqual(self.frame()[:2], (END, 1))

    def test_a_viewer_that_closes_before_it_has_read_all_has_ended_and_not_broken_off(self):
        self.open(1)
        viewer = self.accept()
        self.send(DATA, 1, b"more than is wanted")
        viewer.recv(1)
        viewer.sendall(b"too large")
        # The kernel says it by a reset, behind the answer.
        viewer.close()
        self.assertEqual(self.frame(), (DATA, 1, b"too large"))
        self.assertEqual(self.frame(), (END, 1, b""))

    def test_a_frame_longer_than_any_of_ours_ends_the_agent(self):
        self.agent.process.stdin.write(HEADER.pack(0x1F, DATA, 1, 65537))
        self.agent.process.stdin.flush()
        self.agent.end_of_stdout()


def pour(viewer):
    """Sends for as long as somebody takes it."""
    try:
        while True:
            viewer.sendall(b"x" * 65536)
    except OSError:
        return


if __name__ == "__main__":
    unittest.main()
