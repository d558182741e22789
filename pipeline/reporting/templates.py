"""Fills the templates of this folder. What comes from data sets is escaped."""

from __future__ import annotations

import re
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape


def fill_template(name: str, **values: Any) -> str:
    """A template of this folder with its values; in HTML they are escaped. `css` is the style of all pages.

    Args:
        name: Such as "report.html.j2".
    """
    environment = Environment(
        loader=PackageLoader(__package__, "."),
        autoescape=select_autoescape(["html.j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"code": _with_code, "count": _count, "share": share_in_words, "size": size_in_words, "cell": _cell}
    style = resources.files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    return environment.get_template(name).render(values, css=Markup(style))


def size_in_words(size_bytes: int) -> str:
    """Bytes with a unit of which a reader can see the size."""
    value, unit = float(size_bytes), "bytes"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{size_bytes:,} bytes" if unit == "bytes" else f"{value:.3g} {unit}"


def _count(number: int) -> str:
    return f"{number:,}"


def share_in_words(value: float) -> str:
    """A share as per cent: with the digits that it takes to tell it from nothing."""
    return f"{value:.1%}" if value >= 0.01 or not value else f"{value:.2%}" if value >= 0.0001 else "less than 0.01%"


def _cell(text: str) -> str:
    """A text in a cell of a table in Markdown."""
    return " ".join(text.replace("\\", "\\\\").replace("|", "\\|").split())


def _with_code(text: str) -> Markup:
    """A text in which backticks stand around what is typed as it stands."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))
