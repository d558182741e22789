"""A proxy before a store that spoils what it sends: refuses, cuts bodies, flips bits, or sends a byte a second."""

from __future__ import annotations

import contextlib
import http.client
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

Spoil = Callable[[bytes], bytes]
"""The body of an answer to GET -> what is sent in its place."""

FAULTS = ("429", "500", "503", "reset", "truncated", "flipped", "slow")


class Proxy:
    """Where it listens, and what it does.

    Attributes:
        spoil: Changes bodies of GET.
        is_honest: Whether the length of what is sent is stated.
        fault: (method, a space and the path without escapes) -> one of `FAULTS`, or "" for none.
    """

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.spoil: Spoil = bytes
        self.is_honest = True
        self.fault: Callable[[str], str] = lambda request: ""


@contextmanager
def proxy(target: str) -> Iterator[Proxy]:
    """A proxy of a server that ends with the block. Everything but bodies of objects passes as it is."""
    host = urlsplit(target).netloc

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            self.close_connection = True
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            fault = running.fault(f"{self.command} {unquote(self.path)}")
            if fault == "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                return
            if fault.isdecimal():
                self.send_response(int(fault))
                self.send_header("Content-Length", "0")
                self.send_header("Connection", "close")
                self.end_headers()
                return
            connection = http.client.HTTPConnection(host)
            connection.request(self.command, self.path, body, dict(self.headers))
            answer = connection.getresponse()
            data = answer.read()
            is_object = self.command == "GET" and (answer.getheader("Content-Type") or "").startswith("application/octet")
            sent = running.spoil(data) if is_object and answer.status < 300 else data
            stated = len(sent) if running.is_honest else len(data)
            if fault == "truncated":
                sent = sent[: len(sent) // 2]
            elif fault == "flipped" and sent:
                sent = sent[:-1] + bytes([sent[-1] ^ 1])
            self.send_response(answer.status)
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
                with contextlib.suppress(OSError):  # The client has gone.
                    for part in [sent[at : at + 1] for at in range(len(sent))] if fault == "slow" else [sent]:
                        self.wfile.write(part)
                        time.sleep(1 if fault == "slow" else 0)
            connection.close()

        do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = answer

        def log_message(self, *_: object) -> None:
            return

        def finish(self) -> None:
            with contextlib.suppress(OSError, ValueError):  # It was reset.
                super().finish()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads, server.block_on_close = True, False
    running = Proxy(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
