"""One HTTP/1.1 request, read from a connection."""

import re
from urllib.parse import unquote_to_bytes

from porthole_viewer.errors import ApiError

MAX_HEAD_BYTES = 64 * 1024
MAX_BODY_BYTES = 1024 * 1024
REQUEST_LINE = re.compile(rb"([A-Z]{1,16}) (/[\x21-\x7e]*) HTTP/1\.([01])")


class Request:
    """`query` is a list of (name, value); header names are lower case."""

    def __init__(self, method, path, query, headers, body, keep_alive):
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.keep_alive = keep_alive

    def accepts_gzip(self):
        return "gzip" in self.headers.get("accept-encoding", "")


def read_request(stream):
    """The next request, or None at the end of the connection.

    Raises ApiError for what is no request; the connection is of no use after that.
    """
    lines = read_head(stream)
    if lines is None:
        return None
    match = REQUEST_LINE.fullmatch(lines[0])
    if match is None:
        raise ApiError(400, "bad-request", "This is not a request of HTTP/1.1.")
    method, target, minor = match.groups()
    headers = parse_headers(lines[1:])
    path, _, query = target.partition(b"?")
    connection = headers.get("connection", "").lower()
    keep_alive = "close" not in connection and (minor == b"1" or "keep-alive" in connection)
    return Request(
        method.decode(),
        decode(path),
        parse_query(query),
        headers,
        read_body(stream, headers),
        keep_alive,
    )


def read_head(stream):
    lines, size = [], 0
    while True:
        line = stream.readline(MAX_HEAD_BYTES)
        size += len(line)
        if size >= MAX_HEAD_BYTES:
            raise ApiError(413, "too-large", "Request line and headers are above 64 KB.")
        if not line.endswith(b"\n"):
            return None
        line = line.rstrip(b"\r\n")
        if line:
            lines.append(line)
        elif lines:
            return lines


def parse_headers(lines):
    headers = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        if not colon or not name.strip():
            raise ApiError(400, "bad-request", "A header has no name or no value.")
        headers[name.decode("latin-1").lower()] = value.strip().decode("latin-1")
    return headers


def read_body(stream, headers):
    if "transfer-encoding" in headers:
        raise ApiError(400, "bad-request", "Bodies need a Content-Length.")
    length = headers.get("content-length", "0")
    if not length.isdigit() or len(length) > 12:
        raise ApiError(400, "bad-request", "Content-Length is no number.")
    if int(length) > MAX_BODY_BYTES:
        raise ApiError(413, "too-large", "The body is above 1 MB.")
    body = stream.read(int(length)) if int(length) else b""
    if len(body) < int(length):
        raise ApiError(400, "bad-request", "The body ended early.")
    return body


def parse_query(query):
    pairs = []
    for part in query.split(b"&") if query else ():
        name, _, value = part.partition(b"=")
        pairs.append((decode(name.replace(b"+", b" ")), decode(value.replace(b"+", b" "))))
    return pairs


def decode(text):
    try:
        return unquote_to_bytes(text).decode("utf-8")
    except UnicodeDecodeError:
        raise ApiError(400, "bad-request", "The address is not valid UTF-8.") from None
