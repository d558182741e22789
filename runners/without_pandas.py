"""Keeps pyarrow from importing pandas, which efface does not use."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from importlib.abc import MetaPathFinder


class _NoPandas(MetaPathFinder):
    """Says that pandas is not installed."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


@contextlib.contextmanager
def without_pandas() -> Iterator[None]:
    """Let this process, and its forks, work without pandas for the block, if it has not imported it yet.

    Where pandas is installed, pyarrow imports it at its first conversion of a list, to see whether that is an object of pandas.
    That takes a fifth of the start of a run. Where it is not, pyarrow looks for it at every conversion.
    """
    sys.meta_path.insert(0, _NoPandas)
    try:
        yield
    finally:
        sys.meta_path.remove(_NoPandas)
