"""Bounds the share of the sampled tier with text that the prefilter misses, from its instances that were read in full."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scipy.stats import binomtest

from ..core.evidence import Verdict
from ..core.search_plan import PREFILTER_MIN_SCORE, Effort, Tier
from .layout import run_of
from .rows import PUBLISHED, Row
from .store import require_schema_version, require_table, table_files

_INSTANCES, _FINDINGS = ("ref", "verdict", "search_tier", "search_effort"), ("ref", "verdict", "prefilter_score")


def upper_share(missed: int, count: int, confidence: float) -> float:
    """Upper confidence limit of a share of which so many were missed of so many drawn (Clopper and Pearson, 1934).

    Returns:
        0 to 1; 1 where nothing was drawn.
    """
    if not count:
        return 1.0
    test = binomtest(missed, count, alternative="less")
    return float(test.proportion_ci(confidence, method="exact").high)


@dataclass(frozen=True)
class MissRate:
    """What the audit shows about the sampled tier.

    Attributes:
        instances: Published instances of the tier.
        read_in_full: How many of them were drawn and read in full.
        missed: How many of those show text to redact where the prefilter found none.
        confidence: Confidence level of `upper_share`; 95 % is the usual one.
    """

    instances: int
    read_in_full: int
    missed: int
    confidence: float = 0.95

    @property
    def upper_share(self) -> float:
        """Upper confidence limit of the share of the tier with missed text, 0 to 1."""
        return upper_share(self.missed, self.read_in_full, self.confidence)

    @property
    def interval(self) -> tuple[float, float]:
        """Exact interval of that share on both sides, 0 to 1 each."""
        if not self.read_in_full:
            return 0.0, 1.0
        found = binomtest(self.missed, self.read_in_full).proportion_ci(self.confidence, method="exact")
        return float(found.low), float(found.high)


def miss_rate(output: str) -> MissRate:
    """Count over all runs of an output; of each source only the last run counts.

    Raises:
        SchemaVersionError: Another version of efface wrote the audit.
    """
    require_schema_version(output)
    last: dict[str, tuple[str, Row]] = {}
    for run, rows in _rows(output, "instances", _INSTANCES):
        last |= {row["ref"]: (run, row) for row in rows}
    sampled = {
        ref: (run, row)
        for ref, (run, row) in last.items()
        if row["verdict"] in PUBLISHED and row["search_tier"] == Tier.SAMPLED
    }
    in_full = {(run, ref) for ref, (run, row) in sampled.items() if row["search_effort"] == Effort.FULL}
    missed = {
        row["ref"]
        for run, rows in _rows(output, "findings", _FINDINGS)
        for row in rows
        if (run, row["ref"]) in in_full and row["verdict"] == Verdict.REDACT and row["prefilter_score"] < PREFILTER_MIN_SCORE
    }
    return MissRate(len(sampled), len(in_full), len(missed))


def _rows(output: str, table: str, columns: tuple[str, ...]) -> Iterator[tuple[str, list[Row]]]:
    """(run, rows) of each file, in order of the run ids, which begin with the time."""
    for source in table_files(output, table):
        yield run_of(source.uri), require_table(source.uri).select(list(columns)).to_pylist()
