"""What stays of a text where what identifies is taken out."""

from efface.transforms.phi.find_identifying import find_identifying
from efface.transforms.phi.rules import Rule


def without_identifying(text: str) -> str:
    """The text with one "_" in place of each part that identifies."""
    letters = list(text)
    for found in find_identifying(text):
        letters[found.start : found.end] = "\0" * (found.end - found.start)
    return "_".join(part for part in _split("".join(letters)))


def rules_of(text: str) -> set[Rule]:
    """The rules that find something in a text."""
    return {found.rule for found in find_identifying(text)}


def _split(text: str) -> list[str]:
    parts = [""]
    for before, letter in zip(" " + text, text, strict=False):
        if letter != "\0":
            parts[-1] += letter
        elif before != "\0":
            parts.append("")
    return parts
