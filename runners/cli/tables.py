"""Prints texts and rows of them so that a terminal shows them."""

from __future__ import annotations

from collections.abc import Sequence


def printable(text: str) -> str:
    """The text with escapes for what a terminal would act on or cannot show, such as control characters in a file name."""
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)


def print_table(rows: Sequence[tuple[str, ...]], indent: str = "") -> None:
    """Print each row on a line. Each column is as wide as its longest cell."""
    shown = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    for row in shown:
        print(indent + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
