"""Sizes of sources beside those of their outputs, as totals of many, so that no single source can be told by its size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from efface.transforms.audit.history import recorded_outputs
from efface.transforms.core.instance import Source
from efface.transforms.core.pseudonyms import Pseudonyms

FEWEST = 10
"""Instances of the smallest group whose sizes are told."""
_DIGITS = 3
"""Significant digits of a total: the difference of two reports would else tell the size of what came between them."""
_OTHERS = "others"


class SizeTotal(NamedTuple):
    """Sizes of the published instances of a modality, rounded."""

    modality: str
    instances: int
    source_bytes: int
    output_bytes: int


def size_totals(output: str, sources: Iterable[Source], pseudonyms: Pseudonyms) -> list[SizeTotal]:
    """By modality, the sizes of published sources as they are listed now, and of their outputs.

    Groups of fewer than `FEWEST` instances count together as "others", and are left out where these are fewer as well.

    Args:
        output: The output prefix.
        sources: The input of its runs.
        pseudonyms: Of their key.
    """
    claims = recorded_outputs(output, ["modality"])
    facts = zip(claims["modality"].to_pylist(), claims["output_bytes"].to_pylist(), strict=True)
    by_ref = dict(zip(claims["ref"].to_pylist(), facts, strict=True))
    groups: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for source in sources:
        if (found := by_ref.get(pseudonyms.ref(source.uri))) is not None:
            modality, output_bytes = found
            groups[modality or ""].append((source.size_bytes, output_bytes or 0))
    few = [name for name, sizes in groups.items() if len(sizes) < FEWEST]
    others = [size for name in few for size in groups.pop(name)]
    if len(others) >= FEWEST:
        groups[_OTHERS] = others
    return [
        SizeTotal(name, len(sizes), *(_rounded(sum(column)) for column in zip(*sizes, strict=True)))
        for name, sizes in sorted(groups.items())
    ]


def _rounded(number: int) -> int:
    return int(float(f"{number:.{_DIGITS}g}"))
