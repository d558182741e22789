"""Serves the page on 127.0.0.1. Writes no log: an address holds the token, and an error may hold what a file says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from efface.transforms.core.errors import EffaceError

from ..decisions.table import DecisionError
from .access import HEADERS, HOST, is_from_page, new_token, path_below_token
from .session import RefusedError, Session

PAGE = Path(__file__).parent / "page"
"""The files of the page."""

_ASSETS = {
    "": ("index.html", "text/html; charset=utf-8"),
    "review.css": ("review.css", "text/css; charset=utf-8"),
    "review.js": ("review.js", "text/javascript; charset=utf-8"),
}
_DETAIL = re.compile(r"instances/(\d{1,9})\.json")
_PICTURE = re.compile(r"pictures/(output|source)/(\d{1,9})/(\d{1,9})\.png")
_MAX_BODY_BYTES = 64 << 10
_IDLE_SEC = 60
_JSON = "application/json"


class ReviewServer(ThreadingHTTPServer):
    """The server of one session.

    Attributes:
        url: The address of the page, with the token: whoever has it can see and decide all that the page can.

    Args:
        session: What the page shows.
        port: The port; 0 for any free one.
    """

    daemon_threads = True

    def __init__(self, session: Session, port: int = 0) -> None:
        token = new_token()
        super().__init__((HOST, port), partial(_Handler, session, token))
        self.url = f"http://{HOST}:{self.server_port}/{token}/"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: the default prints a traceback, whose message may hold what a file says."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "efface", ""
    timeout = _IDLE_SEC
    server: ReviewServer

    def __init__(self, session: Session, token: str, *arguments: Any) -> None:
        self._session, self._token = session, token
        super().__init__(*arguments)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: see the module."""

    def do_GET(self) -> None:
        split = urlsplit(self.path)
        path = self._allowed(split.path, writes=False)
        if path is None:
            return
        if path in _ASSETS:
            name, kind = _ASSETS[path]
            self._answer(HTTPStatus.OK, (PAGE / name).read_bytes(), kind)
        elif path == "index.json":
            self._tell(self._session.index)
        elif found := _DETAIL.fullmatch(path):
            self._tell(partial(self._session.detail, int(found[1])))
        elif found := _PICTURE.fullmatch(path):
            asked = parse_qs(split.query)
            view, is_small = asked.get("view", [""])[0], "small" in asked
            which, number, frame = found[1], int(found[2]), int(found[3])
            draw = partial(self._session.picture, which, number, frame, view, is_small=is_small)
            self._try(lambda: self._answer(HTTPStatus.OK, draw(), "image/png"))
        else:
            self._refuse(HTTPStatus.NOT_FOUND, "there is no such page")

    def do_POST(self) -> None:
        path = self._allowed(urlsplit(self.path).path, writes=True)
        if path is None:
            return
        try:
            asked = json.loads(self.rfile.read(self._length()))
            number, actions = int(asked.pop("number")), self._actions(asked)
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
            self._refuse(HTTPStatus.BAD_REQUEST, "the request is not understood")
            return
        if path in actions:
            self._tell(partial(actions[path], number))
        else:
            self._refuse(HTTPStatus.NOT_FOUND, "there is no such page")

    def _actions(self, asked: dict[str, Any]) -> dict[str, Callable[[int], Any]]:
        return {
            "decisions": lambda number: self._session.decide(number, asked),
            "withdrawals": lambda number: self._session.withdraw(number, str(asked.get("id", ""))),
            "looks": lambda number: self._session.look(number, is_missed=asked.get("is_missed") is True),
        }

    def _length(self) -> int:
        length = int(self.headers.get("Content-Length", ""))
        if not 0 <= length <= _MAX_BODY_BYTES:
            self.close_connection = True
            raise ValueError("the body is too long")
        return length

    def _allowed(self, path: str, *, writes: bool) -> str | None:
        """The path behind the token; None after a refusal."""
        below = path_below_token(path, self._token)
        if below is None or not is_from_page(self.headers, self.server.server_port, writes=writes):
            self.close_connection = True  # A body is not read.
            self._refuse(HTTPStatus.FORBIDDEN, "forbidden")
            return None
        return below

    def _tell(self, ask: Callable[[], Any]) -> None:
        self._try(lambda: self._answer(HTTPStatus.OK, json.dumps(ask()).encode(), _JSON))

    def _try(self, answer: Callable[[], None]) -> None:
        """Answer, or tell in the words of efface why not. Messages of other errors are not shown."""
        try:
            answer()
        except (RefusedError, DecisionError) as error:
            self._refuse(HTTPStatus.BAD_REQUEST, str(error))
        except EffaceError as error:
            self._refuse(HTTPStatus.BAD_REQUEST, f"{error.code}: {error}")
        except OSError:
            self.close_connection = True  # The browser has gone.
        except Exception as error:
            self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR, f"unexpected: {type(error).__name__}")

    def _refuse(self, status: HTTPStatus, message: str) -> None:
        self._answer(status, json.dumps({"error": message}).encode(), _JSON)

    def _answer(self, status: HTTPStatus, body: bytes, kind: str) -> None:
        self.send_response(status)
        for name, value in {**HEADERS, "Content-Type": kind, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
