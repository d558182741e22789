"""The folder of examples: each is named on its page, and each has a test."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "examples"
EXAMPLES = sorted(path for path in FOLDER.iterdir() if path.name not in ("README.md", "__pycache__"))


def test_the_page_lists_every_example() -> None:
    listed = re.findall(r"^\| `(\S+?)/?` \|", (FOLDER / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == [path.name for path in EXAMPLES]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_every_example_has_a_test(example: Path) -> None:
    assert Path(__file__).with_name(f"test_{example.stem}.py").is_file()
