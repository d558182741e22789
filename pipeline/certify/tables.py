"""Plain tables of shares with their intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .intervals import Share, share_of


def count_shares(checks: Iterable[tuple[str, bool]]) -> dict[str, Share]:
    """(row, whether it is right) of every check -> the share of each row, in the order of their first check."""
    counts: dict[str, list[int]] = {}
    for row, is_right in checks:
        tally = counts.setdefault(row, [0, 0])
        tally[0] += is_right
        tally[1] += 1
    return {row: share_of(hits, count) for row, (hits, count) in counts.items()}


def table(title: str, shares: Mapping[str, Share]) -> str:
    """A table in Markdown."""
    lines = [f"| {title} | right | of | share | 95 % interval |", "|---|---|---|---|---|"]
    for row, share in shares.items():
        interval = f"{share.low:.2%} to {share.high:.2%}"
        lines.append(f"| {row} | {share.hits} | {share.count} | {share.value:.2%} | {interval} |")
    return "\n".join(lines)
