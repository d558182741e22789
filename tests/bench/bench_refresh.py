"""A refresh of a data set that is known already: seconds and memory to find that there is nothing to do."""

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
from efface.transforms.audit.rows import to_parquet
from efface.transforms.audit.schemas import INSTANCES
from efface.transforms.core.instance import Source
from efface.transforms.storage import join_uri, storage_of
from support.corpus import pseudonyms
from support.published import VERSIONS, row

COUNTS = (100_000, 1_000_000)
_ROWS_A_FILE = 100_000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--measure", type=int, metavar="COUNT", help="measure one size, in this process")
    parser.add_argument("--output", help="where its audit is")
    arguments = parser.parse_args()
    if arguments.measure:
        measure(arguments.measure, arguments.output)
        return
    print("| known sources | s to plan | MiB | still pending |\n|---|---|---|---|", flush=True)
    for count in COUNTS:
        with tempfile.TemporaryDirectory() as output:
            write_audit(output, count)
            subprocess.run([sys.executable, __file__, "--measure", str(count), "--output", output], check=True)


def source(number: int) -> Source:
    return Source(f"gs://archive/2026/{number % 997:03d}/{number:09d}.dcm", 531_000, f"17000000{number:09d}")


def output_of(number: int) -> str:
    return f"P/{number}.dcm"


def write_audit(output: str, count: int) -> None:
    """The audit of earlier runs over so many sources."""
    names = pseudonyms()
    for first in range(0, count, _ROWS_A_FILE):
        found = map(source, range(first, min(count, first + _ROWS_A_FILE)))
        rows = [
            row(names.ref(one.uri), names.version_ref(one.uri, one.version, one.size_bytes), output=output_of(number))
            for number, one in enumerate(found, first)
        ]
        uri = join_uri(output, "audit", "instances", f"run=run-{first:09d}", "part-all-00000.parquet")
        storage_of(uri).write(uri, to_parquet(INSTANCES, rows))


def measure(count: int, output: str) -> None:
    sources = [source(number) for number in range(count)]
    standing = pa.array(map(output_of, range(count)))  # The listing itself takes what a listing takes.
    started_sec = time.perf_counter()
    plan = plan_refresh(sources, History(output, VERSIONS), standing, pseudonyms(), deletes_removed=True)
    sec = time.perf_counter() - started_sec
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"| {count} | {sec:.1f} | {mib} | {len(plan.pending)} |", flush=True)


if __name__ == "__main__":
    main()
