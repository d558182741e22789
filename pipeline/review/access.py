"""Whether a request comes from the page: the only guard of what the page shows.

Another program of this machine can reach the port, and so can any web page that is open in the same browser: directly, or by a
name of its own that it lets point to 127.0.0.1 (DNS rebinding). The first does not know the token; the second sends the name
of its own host; and what changes something must also come from the origin of the page.
"""

from __future__ import annotations

import hmac
import secrets
from email.message import Message

HOST = "127.0.0.1"
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Headers of every answer: nothing is kept, nothing is loaded from elsewhere, and no other page may show or read it."""


def new_token() -> str:
    """256 random bits for the address of the page."""
    return secrets.token_urlsafe(32)


def path_below_token(path: str, token: str) -> str | None:
    """The part of a request's path behind the token; None where the path does not begin with it."""
    given, slash, rest = path.removeprefix("/").partition("/")
    is_token = hmac.compare_digest(given.encode("utf-8", "replace"), token.encode())
    return rest if is_token and slash else None


def is_from_page(headers: Message, port: int, *, writes: bool) -> bool:
    """Whether the headers of a request are those of the page.

    Args:
        headers: Of the request.
        port: Of the server.
        writes: Whether the request asks to change something.
    """
    hosts = (f"{HOST}:{port}", f"localhost:{port}")
    if headers.get("Host", "") not in hosts or headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("Origin", "")
    origins = [f"http://{host}" for host in hosts]
    if writes:
        return origin in origins and headers.get("Content-Type", "").partition(";")[0].strip() == "application/json"
    return not origin or origin in origins
