"""Azurite: Azure's emulator of Blob Storage, in memory."""

import base64
import hashlib
import hmac
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from pathlib import Path

from support.engines.downloads import azurite
from support.engines.processes import free_ports, is_listening, processes, wait_until

_ACCOUNT = "synthetic"
_KEY = base64.b64encode(b"synthetic" * 7).decode()


@contextmanager
def azurite_server(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """A server that ends with the block: its address, and the variables by which clients find it."""
    [port] = free_ports(1)
    address = ("--blobHost", "127.0.0.1", "--blobPort", str(port))
    with processes(folder) as started:
        options = ("--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry")
        started.start("azurite", azurite(), *address, *options, env={"AZURITE_ACCOUNTS": f"{_ACCOUNT}:{_KEY}"})
        wait_until(lambda: is_listening(port), "Azurite")
        url = f"http://127.0.0.1:{port}/{_ACCOUNT}"
        variables = {"ACCOUNT_NAME": _ACCOUNT, "ACCOUNT_KEY": _KEY, "ENDPOINT": url}
        yield url, {f"AZURE_STORAGE_{name}": value for name, value in variables.items()} | {"AZURE_ALLOW_HTTP": "true"}


def create_container(url: str, name: str) -> None:
    """Create a container, which obstore cannot (Create Container, signed by Shared Key)."""
    headers = {"x-ms-date": formatdate(usegmt=True), "x-ms-version": "2021-08-06"}
    signed = "".join(f"{key}:{value}\n" for key, value in headers.items())
    lines = ["PUT", "", "", "", "", "text/plain", *[""] * 6, f"{signed}/{_ACCOUNT}/{_ACCOUNT}/{name}\nrestype:container"]
    signature = hmac.digest(base64.b64decode(_KEY), "\n".join(lines).encode(), hashlib.sha256)
    headers |= {"Authorization": f"SharedKey {_ACCOUNT}:{base64.b64encode(signature).decode()}", "Content-Type": "text/plain"}
    request = urllib.request.Request(f"{url}/{name}?restype=container", b"", headers, method="PUT")
    urllib.request.urlopen(request, timeout=10).close()
