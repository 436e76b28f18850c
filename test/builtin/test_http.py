import http.client
import json
import os
import socket
import sys
import threading
import unittest

from harness import NOW, PACKAGE, PATIENCE_S, Connection, ViewerCase

sys.path.insert(0, PACKAGE)

from porthole_viewer.routes import MANAGE_ROUTES, ROUTES  # noqa: E402


class Http(ViewerCase):
    def raw(self, viewer, data):
        """What comes back for these bytes, until the viewer closes."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(PATIENCE_S)
            connection.connect(viewer.socket)
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            answer = b""
            while True:
                part = connection.recv(65536)
                if not part:
                    return answer
                answer += part

    def test_refuses_what_is_no_request(self):
        viewer = self.start()
        for data, status in (
            (b"nonsense\r\n\r\n", b"400"),
            (b"GET /api/health HTTP/2.0\r\n\r\n", b"400"),
            (b"GET api HTTP/1.1\r\n\r\n", b"400"),
            (b"GET /%ff HTTP/1.1\r\n\r\n", b"400"),
            (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", b"400"),
            (b"GET /" + b"x" * 70000 + b" HTTP/1.1\r\n\r\n", b"413"),
            (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 20000 + b"\r\n", b"413"),
            (b"POST / HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n", b"413"),
            (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"400"),
            (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"400"),
        ):
            self.assertEqual(self.raw(viewer, data)[9:12], status, data[:60])
        self.assertEqual(self.raw(viewer, b"\x00\xff" * 99), b"")

    def test_refuses_unknown_routes_methods_and_parameters(self):
        viewer = self.start()
        self.assertEqual(viewer.error("/api/nothing"), (404, "not-found"))
        self.assertEqual(viewer.error("/"), (404, "not-found"))
        self.assertEqual(viewer.error("/api/runs", method="POST"), (405, "method-not-allowed"))
        self.assertEqual(viewer.error("/api/runs", more=1), (400, "bad-parameter"))
        for limit in ("0", "-1", "x", "1.5", "", "9" * 50, "\u0661", ["1", "2"]):
            self.assertEqual(viewer.error("/api/runs", limit=limit), (400, "bad-parameter"), limit)
        self.assertEqual(viewer.error("/api/runs", columns="nonsense"), (400, "bad-parameter"))

    def test_every_route_refuses_what_it_does_not_know(self):
        viewer = self.start(manage=True)
        for path, route in dict(ROUTES, **MANAGE_ROUTES).items():
            if route.method == "GET":
                self.assertEqual(viewer.error(path, nonsense="1"), (400, "bad-parameter"), path)
                for name in route.params:
                    self.assertEqual(viewer.error(path, **{name: ""}), (400, "bad-parameter"), (path, name))
            else:
                self.assertEqual(viewer.post(path, {"nonsense": 1})[0], 400, path)

    def test_every_route_and_parameter_is_documented(self):
        with open(os.path.join(PACKAGE, "API.md"), encoding="utf-8") as file:
            text = file.read()
        for path, route in dict(ROUTES, **MANAGE_ROUTES).items():
            self.assertIn(path, text)
            for name in route.params:
                self.assertRegex(text, r"\b%s\b" % name, path)

    def test_serves_many_requests_of_one_connection(self):
        viewer = self.start()
        connection = Connection(viewer.socket)
        for _ in range(50):
            connection.request("GET", "/api/health")
            self.assertEqual(connection.getresponse().read(), b'{"status":"ok"}')
        connection.request("HEAD", "/api/info")
        self.assertEqual(connection.getresponse().read(), b"")
        connection.close()

    def test_compresses_where_the_client_takes_it_and_it_pays(self):
        for number in range(50):
            self.run_of(tail="%06x" % number)
        viewer = self.start()
        plain = viewer.answer("/api/runs")
        packed = viewer.answer("/api/runs", headers={"Accept-Encoding": "gzip"})
        self.assertIsNone(plain[1]["Content-Encoding"])
        self.assertEqual(packed[1]["Content-Encoding"], "gzip")
        self.assertLess(int(packed[1]["Content-Length"]), int(plain[1]["Content-Length"]) / 5)
        self.assertEqual(json.loads(packed[2])["rows"], json.loads(plain[2])["rows"])
        small = viewer.answer("/api/health", headers={"Accept-Encoding": "gzip"})
        self.assertIsNone(small[1]["Content-Encoding"])

    def test_survives_clients_that_go_in_the_middle_of_an_answer(self):
        run = self.run_of()
        self.write(run, "big.bin", b"x" * 8 * 1024 * 1024)
        viewer = self.start()
        for target in ("/api/file?run=%s&path=big.bin" % self.key(run), "/api/live?runs=0&system=yes"):
            for _ in range(20):
                connection = Connection(viewer.socket)
                connection.request("GET", target)
                connection.getresponse().read(10)
                connection.close()
        self.assertEqual(viewer.get("/api/health"), {"status": "ok"})

    def test_serves_two_hundred_clients_at_once(self):
        run = self.run_of(at=NOW)
        run.log(NOW, {"loss": 1.0}, 1)
        viewer = self.start()
        target = "/api/live?runs=0&metrics=%s&logs=%s" % (self.key(run), self.key(run))
        failures, ready = [], threading.Barrier(200)

        def follow():
            connection = Connection(viewer.socket)
            try:
                connection.request("GET", target)
                response = connection.getresponse()
                self.assertTrue(response.readline().startswith(b"event: hello"))
                # Nobody is served after somebody else has gone: all are connected now.
                ready.wait(PATIENCE_S)
                lines = iter(response.readline, b"")
                next(line for line in lines if b'"rows":2' in line)
            except (AssertionError, OSError, StopIteration, http.client.HTTPException,
                    threading.BrokenBarrierError) as error:  # fmt: skip
                failures.append(error)
            finally:
                connection.close()

        clients = [threading.Thread(target=follow) for _ in range(200)]
        for client in clients:
            client.start()
        run.log(NOW, {"loss": 0.5}, 2)
        for client in clients:
            client.join()
        self.assertEqual(failures, [])


class TooMany(ViewerCase):
    def test_says_that_it_is_busy_when_too_many_connections_are_open(self):
        viewer = self.start()
        held = [socket.socket(socket.AF_UNIX) for _ in range(512)]
        for one in held:
            one.connect(viewer.socket)
        self.assertEqual(viewer.error("/api/health"), (503, "busy"))
        for one in held:
            one.close()
        ask = lambda: viewer.answer("/api/health")[0]  # noqa: E731
        viewer.until(ask, lambda status: status == 200)


if __name__ == "__main__":
    unittest.main()
