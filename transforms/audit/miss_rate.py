"""Estimates how much text the prefilter misses, from instances of the sampled tier that were read in full."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scipy.stats import binomtest

from ..core.evidence import Verdict
from ..core.search_plan import PREFILTER_MIN_SCORE, Effort, Tier
from .layout import run_of
from .rows import PUBLISHED_VERDICTS, Row
from .store import read_table, table_files

_INSTANCES, _FINDINGS = ("ref", "verdict", "tier", "effort"), ("ref", "verdict", "prefilter_score")


@dataclass(frozen=True)
class MissRate:
    """The miss rate of the prefilter on the sampled tier.

    Attributes:
        instances: Published instances of the tier.
        read_in_full: How many of them were drawn and read in full.
        missed: How many of those show text to redact where the prefilter saw nothing, so that nobody would have looked.
        confidence: Of the bound.
    """

    instances: int
    read_in_full: int
    missed: int
    confidence: float = 0.95

    @property
    def upper_share(self) -> float:
        """The upper limit of the share of the tier that shows missed text, at that confidence (Clopper and Pearson, 1934)."""
        if not self.read_in_full:
            return 1.0
        test = binomtest(self.missed, self.read_in_full, alternative="less")
        return float(test.proportion_ci(self.confidence, method="exact").high)


def estimate_miss_rate(output: str) -> MissRate:
    """Count over all runs of an output; of a source that was done more than once the last time counts."""
    last: dict[str, tuple[str, Row]] = {}
    for run, rows in _rows(output, "instances", _INSTANCES):
        last |= {row["ref"]: (run, row) for row in rows}
    sampled = {
        ref: (run, row)
        for ref, (run, row) in last.items()
        if row["verdict"] in PUBLISHED_VERDICTS and row["tier"] == Tier.SAMPLED
    }
    in_full = {(run, ref) for ref, (run, row) in sampled.items() if row["effort"] == Effort.FULL}
    missed = {
        row["ref"]
        for run, rows in _rows(output, "findings", _FINDINGS)
        for row in rows
        if (run, row["ref"]) in in_full and row["verdict"] == Verdict.REDACT and row["prefilter_score"] < PREFILTER_MIN_SCORE
    }
    return MissRate(len(sampled), len(in_full), len(missed))


def _rows(output: str, table: str, columns: tuple[str, ...]) -> Iterator[tuple[str, list[Row]]]:
    """(run, rows) of each file, in order of the runs' names, which begin with the time."""
    for source in table_files(output, table):
        found = read_table(source.uri)
        if found is not None:
            yield run_of(source.uri), found.select(list(columns)).to_pylist()
