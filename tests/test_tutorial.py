"""The commands of the tutorial, one after the other, print what the page says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[1] / "docs" / "tutorial.md"
BLOCKS = re.compile(r"```sh\n(?P<commands>.*?)```\n(?:```text\n(?P<shown>.*?)```\n)?", re.DOTALL)
LEFT_OUT = ("efface scan", "efface audit canary")
"""They load the networks once more; nothing later needs them, and they have tests of their own in tests/pipeline."""
OF_THE_KEY = re.compile(r"\b[0-9a-f]{8,}\b|\b\d{1,3}(?:,\d{3})+\b")
"""Digests and sizes: others with another key, policy version or encoder."""


@pytest.mark.timeout(1200)
def test_the_tutorial_prints_what_it_shows(tmp_path: Path) -> None:
    scripts = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    blocks = list(BLOCKS.finditer(PAGE.read_text(encoding="utf-8")))
    assert all(any(block["commands"].startswith(command) for block in blocks) for command in LEFT_OUT)
    for block in blocks:
        commands = block["commands"]
        if commands.startswith(LEFT_OUT):
            continue
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands],
            cwd=tmp_path,
            env={**os.environ, "PATH": scripts},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        expected = 3 if commands.startswith("efface run") else 0  # One file of the demonstration is cut off.
        assert done.returncode == expected, f"{commands}\n{done.stderr}"
        printed = same_for_all(done.stdout)
        missing = [line for line in same_for_all(block["shown"] or "") if line not in printed]
        assert not missing, f"{commands}\nprints no line like:\n" + "\n".join(missing)
    assert {"report.html", "conformance.html", "evidence.zip"} <= {path.name for path in tmp_path.iterdir()}


def same_for_all(text: str) -> list[str]:
    """The lines of an output without what differs from one machine to the next."""
    return OF_THE_KEY.sub("#", text).splitlines()
