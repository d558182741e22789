"""A proxy before a store that spoils what it sends: cuts bodies, flips bits, or changes the object between two requests."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

Spoil = Callable[[bytes], bytes]
"""The body of an answer to GET -> what is sent in its place."""


class Proxy:
    """Where it listens, and what it does: `spoil` changes bodies of GET, `is_honest` states the length of what it sends."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.spoil: Spoil = bytes
        self.is_honest = True


@contextmanager
def proxy(target: str) -> Iterator[Proxy]:
    """A proxy of a server that ends with the block. Everything but bodies of objects passes as it is."""
    host = urlsplit(target).netloc

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            connection = http.client.HTTPConnection(host)
            connection.request(self.command, self.path, body, dict(self.headers))
            answer = connection.getresponse()
            data = answer.read()
            is_object = self.command == "GET" and (answer.getheader("Content-Type") or "").startswith("application/octet")
            sent = running.spoil(data) if is_object and answer.status < 300 else data
            self.send_response(answer.status)
            stated = len(sent) if running.is_honest else len(data)
            for name, value in answer.getheaders():
                if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                    self.send_header(name, value)
            if self.command == "HEAD":
                self.send_header("Content-Length", answer.getheader("Content-Length") or "0")
            else:
                self.send_header("Content-Length", str(stated))
            self.send_header("Connection", "close")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(sent)
            self.close_connection = True
            connection.close()

        do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = answer

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running = Proxy(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
