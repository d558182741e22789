"""The software bill of materials of the environment that runs, as CycloneDX 1.6 (ECMA-424)."""

from __future__ import annotations

import json
import platform
import re
from importlib import metadata
from typing import Any


def sbom() -> str:
    """Every installed distribution with its version and licence, as CycloneDX in JSON, in the order of their names."""
    found = {_normalized(one.name): one for one in metadata.distributions() if one.name}
    components = [_component(name, found[name]) for name in sorted(found) if name != "efface"]
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "name": "efface", "version": metadata.version("efface")},
            "properties": [{"name": "python", "value": platform.python_version()}],
        },
        "components": components,
    }
    return json.dumps(document, indent=1) + "\n"


def _component(name: str, distribution: metadata.Distribution) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": f"pkg:pypi/{name}@{distribution.version}",
        "name": name,
        "version": distribution.version,
        "purl": f"pkg:pypi/{name}@{distribution.version}",
    }
    if "License-Expression" in distribution.metadata:
        component["licenses"] = [{"expression": distribution.metadata["License-Expression"]}]
    return component


def _normalized(name: str) -> str:
    """The name as package indexes spell it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
