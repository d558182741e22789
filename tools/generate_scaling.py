"""Writes the tables of `docs/scaling.md` from `tools/scale_figures.json`: python -m tools.generate_scaling."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tools.simulate_scale import ASSUMED, MIX, Job, Kind, Run, kinds_of, read_figures, simulate, step_table

DOCUMENT = Path(__file__).parents[1] / "docs" / "scaling.md"
_LINE = 120
FLEETS = ((10**6, 10, 1), (10**8, 200, 1), (10**8, 200, 10), (10**8, 1000, 1), (10**8, 1000, 10), (10**9, 1000, 10))
"""(instances, workers, prefixes) of the rows of the page."""


def tables(figures: Mapping[str, Any], fleets: Sequence[tuple[int, int, int]] = FLEETS) -> dict[str, str]:
    """Name of a block of the page -> its table."""
    kinds = kinds_of(figures)
    runs = [simulate([Job(instances)], workers, kinds, prefixes=prefixes) for instances, workers, prefixes in fleets]
    rows = [fleet_row(fleet, run, kinds) for fleet, run in zip(fleets, runs, strict=True)]
    header = "instances | workers | prefixes | hours | CPU hours | vCPU hours paid | USD | p99 wait, h | limited by | stored"
    longest = next((n for n, fleet in enumerate(fleets) if fleet == (10**8, 200, 1)), 0)
    return {
        "shares": shares_table(figures),
        "mix": mix_line(kinds),
        "fleets": "\n".join([f"| {header} |", "|" + "---|" * 10, *rows]),
        "steps": step_table(runs[longest], fleets[longest][1] * ASSUMED.vcpus),
        "refresh": refresh_table(figures, kinds),
    }


def fleet_row(fleet: tuple[int, int, int], run: Run, kinds: Sequence[Kind]) -> str:
    """A row of the table of fleets."""
    instances, workers, prefixes = fleet
    limits = [f"{name}: bucket" for name, step in run.steps.items() if step.limit == "bucket"]
    terabytes = instances * sum(kind.share * kind.megabytes for kind in kinds) / 1e6
    cells = [
        *(f"{instances:.0e}".replace("e+0", "e"), f"{workers:,}", f"{prefixes}", f"{run.end_sec / 3600:.1f}"),
        *(f"{_rounded(run.cpu_hours):,}", f"{_rounded(run.paid_hours):,}", f"{_rounded(run.usd):,}"),
        *(f"{run.steps['read text'].wait_sec(99) / 3600:.1f}", "; ".join(limits) or "vCPUs", f"{_rounded(terabytes):,} TB"),
    ]
    return f"| {' | '.join(cells)} |"


def refresh_table(figures: Mapping[str, Any], kinds: Sequence[Kind], *, instances: int = 10**8, workers: int = 50) -> str:
    """A refresh of many instances, of which one in a hundred is new or changed, one prefix after the other on one launcher."""
    lines = [
        "| prefixes | GiB of the launcher | min to list one | min to plan one | hours until all is published | CPU hours |",
        "|" + "---|" * 6,
    ]
    for prefixes in (1, 10, 100):
        each = instances // prefixes
        list_sec, plan_sec = each / ASSUMED.names_per_sec, each / 1e6 * figures["refresh"]["sec_a_million"]
        jobs = [Job(each // 100, (list_sec + plan_sec) * (number + 1)) for number in range(prefixes)]
        run = simulate(jobs, workers, kinds, prefixes=prefixes)
        cells = (each / 1e6 * figures["refresh"]["gib_a_million"], list_sec / 60, plan_sec / 60, run.end_sec / 3600)
        numbers = " | ".join(f"{cell:.1f}" for cell in cells)
        lines.append(f"| {prefixes} of {each:.0e} | {numbers} | {_rounded(run.cpu_hours):,} |".replace("e+0", "e"))
    return "\n".join(lines)


def shares_table(figures: Mapping[str, Any]) -> str:
    """A column for each kind: what an instance costs, and the share of each stage in percent."""
    measured = figures["kinds"]
    total_sec = {name: sum(one["cpu_sec"].values()) for name, one in measured.items()}
    lines = [f"| | {' | '.join(measured)} |", "|" + "---|" * (1 + len(measured))]
    facts = {
        "MB stored": [f"{one['megabytes']:.2f}" for one in measured.values()],
        "pictures read": [f"{one['tiles']:.0f}" for one in measured.values()],
        "CPU s": [f"{sec:.3f}" for sec in total_sec.values()],
    }
    for stage in next(iter(measured.values()))["cpu_sec"]:
        facts[stage] = [f"{100 * one['cpu_sec'][stage] / total_sec[name]:.1f} %" for name, one in measured.items()]
    return "\n".join([*lines, *(f"| {fact} | {' | '.join(cells)} |" for fact, cells in facts.items())])


def mix_line(kinds: Sequence[Kind]) -> str:
    """What an instance of the mix costs on average."""
    seconds = [sum(kind.cpu_sec.values()) for kind in kinds]
    mean_sec = sum(kind.share * sec for kind, sec in zip(kinds, seconds, strict=True))
    megabytes = sum(kind.share * kind.megabytes for kind in kinds)
    parts = ", ".join(
        f"{100 * share:.0f} % {name} ({sec:.2f} s)" for (name, share), sec in zip(MIX.items(), seconds, strict=True)
    )
    return textwrap.fill(f"{parts}: **{mean_sec:.2f} CPU seconds** and {megabytes:.1f} MB an instance.", _LINE)


def with_block(page: str, name: str, text: str) -> str:
    """The page with a block written anew: what stands between `<!-- name -->` and `<!-- end -->`.

    Raises:
        ValueError: The page has no such block.
    """
    before, begin, rest = page.partition(f"<!-- {name} -->\n")
    _, end, after = rest.partition("<!-- end -->")
    if not end:
        raise ValueError(f"the page has no block {name}")
    return f"{before}{begin}\n{text}\n\n{end}{after}"


def _rounded(number: float) -> int:
    """Two digits that count, where it has more."""
    digits = max(0, math.floor(math.log10(max(1.0, number))) - 1)
    return int(round(number, -digits))


if __name__ == "__main__":
    page = DOCUMENT.read_text(encoding="utf-8")
    for block, table in tables(read_figures()).items():
        page = with_block(page, block, table)
    DOCUMENT.write_text(page, encoding="utf-8")
