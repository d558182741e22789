"""A refresh of a data set that is known already: seconds and memory to find that there is nothing to do.

`--runs 3000 --sources 30000` measures many earlier runs: `efface run` every night leaves an audit of its own.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time

import pyarrow as pa

from efface.runners.refresh_plan import plan_refresh
from efface.transforms.audit.history import History
from efface.transforms.audit.store import complete_runs, require_schema_version
from efface.transforms.core.instance import Source
from support.corpus import pseudonyms
from support.published import VERSIONS, row, write_run

RUNS = {100_000: 1, 1_000_000: 10}
"""Known sources -> runs that published them."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--measure", type=int, metavar="COUNT", help="measure one size, in this process")
    parser.add_argument("--output", help="where its audit is")
    parser.add_argument("--runs", type=int, help="measure one size with this number of earlier runs alone")
    parser.add_argument("--sources", type=int, default=1_000_000)
    arguments = parser.parse_args()
    if arguments.measure:
        measure(arguments.measure, arguments.output)
        return
    print("| known sources | runs | s to plan | MiB | pending |\n|---|---|---|---|---|", flush=True)
    for count, runs in {arguments.sources: arguments.runs}.items() if arguments.runs else RUNS.items():
        with tempfile.TemporaryDirectory() as output:
            write_audit(output, count, runs)
            subprocess.run([sys.executable, __file__, "--measure", str(count), "--output", output], check=True)


def source(number: int) -> Source:
    return Source(f"gs://archive/2026/{number % 997:03d}/{number:09d}.dcm", 531_000, f"17000000{number:09d}")


def output_of(number: int) -> str:
    return f"P/{number}.dcm"


def write_audit(output: str, count: int, runs: int) -> None:
    """The audit of so many runs over so many sources."""
    names = pseudonyms()
    for first in range(0, count, count // runs):
        found = map(source, range(first, min(count, first + count // runs)))
        rows = [
            row(names.ref(one.uri), names.version_ref(one.uri, one.version, one.size_bytes), output=output_of(number))
            for number, one in enumerate(found, first)
        ]
        write_run(output, f"run-{first:09d}", rows)


def measure(count: int, output: str) -> None:
    sources = [source(number) for number in range(count)]
    standing = pa.array(map(output_of, range(count)))  # The listing itself takes what a listing takes.
    started_sec = time.perf_counter()
    require_schema_version(output)
    plan = plan_refresh(sources, History(output, VERSIONS), standing, pseudonyms(), deletes_removed=True)
    sec = time.perf_counter() - started_sec
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    runs = len(complete_runs(output))
    print(f"| {count} | {runs} | {sec:.1f} | {mib} | {len(plan.pending)} |", flush=True)


if __name__ == "__main__":
    main()
