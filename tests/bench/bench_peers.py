"""Whole programs side by side: CPU seconds of efface and of what people would pick instead, and what each of them leaves.

    PYTHONPATH=tests python tests/bench/bench_peers.py [--quick] [--instances 600] [--kinds CT X-ray]
        [--programs efface presidio] [--write docs/scaling.md]

Every program is started anew on the same files: once on one instance, which is its start, and once on all of them. The CPU
seconds are those of the program and of all processes that it waited for. The files are full of planted identifiers, and the
output of the same run is scored: what is left of them in headers, and which identifying lines are left on pictures. Ratios are
to dicom-anonymizer.

The other programs get environments of their own, as in `examples/certify/compare.py`, and one thread each. Those that cannot be
installed are named and left out. The stock readers fill all that they read, and leave headers alone.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from planted_kinds import LOOKS, OneKind

from efface.pipeline.certify.intervals import Share
from efface.pipeline.certify.trial import Trial, run_trial

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path += [str(ROOT), str(ROOT / "examples" / "certify")]

from compare import others  # noqa: E402

from tools.generate_scaling import with_block  # noqa: E402

COUNTS = {"structured report": 100, "CT": 100, "ultrasound": 12, "X-ray": 4, "clip": 2}
"""First words of a kind -> how many instances."""
QUICK = {"structured report": 10, "CT": 20, "ultrasound": 6, "X-ray": 1, "clip": 1}
REFERENCE = "dicom_anonymizer"
OTHERS = (REFERENCE, "dcmanon", "presidio")
STOCK = ("rapidocr", "easyocr")
OURS = {
    "efface, `pixels: none`": "pixels: none\n",
    "efface": "extends: basic\n",
}
"""Name -> policy."""
TIMEOUT_SEC = 1200
_PLACES = ("{input}", "{output}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument("--quick", action="store_true", help="few instances")
    parser.add_argument("--instances", type=int, help="how many of each kind")
    parser.add_argument("--kinds", nargs="+", default=list(COUNTS), choices=list(COUNTS))
    parser.add_argument("--programs", nargs="+", help="words that the name of a program begins with; else all")
    parser.add_argument("--folder", type=Path, default=Path("build/certify"), help="where the environments are")
    parser.add_argument("--write", type=Path, help="put the tables into this page")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    os.environ |= {"EFFACE_KEY": "5e" * 32, "OMP_NUM_THREADS": "1", "OMP_THREAD_LIMIT": "1"}
    with tempfile.TemporaryDirectory() as folder:
        found = programs(Path(folder), arguments.folder)
        chosen = {n: c for n, c in found.items() if not arguments.programs or n.startswith(tuple(arguments.programs))}
        tables = []
        for start in arguments.kinds:
            name = next(name for name in LOOKS if name.startswith(start))
            count = arguments.instances or (QUICK if arguments.quick else COUNTS)[start]
            tables.append(table(f"{name}: {count} instances", compare(name, count, chosen, arguments.seed)))
            print(f"\n{tables[-1]}", flush=True)  # The messages of the programs come before.
    if arguments.write:
        page = arguments.write.read_text(encoding="utf-8")
        arguments.write.write_text(with_block(page, "peers", "\n\n".join(tables)), encoding="utf-8")


def programs(folder: Path, environments: Path) -> dict[str, list[str]]:
    """Name -> command of every program that is there."""
    found = {}
    for number, (name, text) in enumerate(OURS.items()):
        policy = folder / f"{number}.yaml"
        policy.write_text(text, encoding="utf-8")
        run = [sys.executable, "-m", "efface.runners.cli.main", "run", "--policy", str(policy), "--workers", "1"]
        found[name] = [*run, "--input", _PLACES[0], "--output", _PLACES[1]]
    found |= dict(others(environments.absolute(), OTHERS))
    for engine in STOCK:
        found[f"{engine}, stock"] = [sys.executable, str(HERE / "stock_reader.py"), engine, *_PLACES]
    return found


class Result(NamedTuple):
    """What a program did.

    Attributes:
        all_sec, start_sec: CPU seconds on all instances and on one.
        instances, published: How many there were, and how many came out.
        headers, lines: Shares of the planted identifiers that are gone from headers, and of identifying lines that are filled.
    """

    all_sec: float
    start_sec: float
    instances: int
    published: int
    headers: Share | None
    lines: Share | None

    @property
    def each_sec(self) -> float:
        """CPU seconds of an instance after the start; NaN where there is but one, or the noise is larger."""
        more_sec = self.all_sec - self.start_sec
        return more_sec / (self.instances - 1) if more_sec > 0 else math.nan


def compare(name: str, count: int, chosen: Mapping[str, Sequence[str]], seed: int) -> dict[str, Result]:
    """Every program in turn on one instance of a kind, and on all."""
    results = {}
    for program, command in chosen.items():
        alone = tried(OneKind(seed, 1, name=name), command)
        trial = tried(OneKind(seed, count, name=name), command) if count > 1 else alone
        promises = trial.score.promises()
        shares = (promises.get(promise) for promise in ("identifiers", "pixels: identifying lines filled"))
        results[program] = Result(trial.cpu_sec, alone.cpu_sec, count, trial.score.published, *shares)
    return results


def table(title: str, results: Mapping[str, Result]) -> str:
    """A line for each program, under a title."""
    head = "program | CPU s | ratio | of them the start | CPU s an instance after it | ratio | published | left in headers"
    lines = [f"{title}:", "", f"| {head} | lines left |", "|" + "---|" * 9]
    reference = results.get(REFERENCE)
    all_sec, each_sec = (reference.all_sec, reference.each_sec) if reference else (math.nan, math.nan)
    for program, one in results.items():
        seconds = (one.all_sec, _over(one.all_sec, all_sec), one.start_sec, one.each_sec, _over(one.each_sec, each_sec))
        cells = [*map(_digits, seconds), f"{one.published}", _left(one.headers), _left(one.lines)]
        lines.append(f"| {program} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _over(sec: float, reference_sec: float) -> float:
    """A ratio; NaN where there is nothing to compare with."""
    return sec / reference_sec if reference_sec > 0 else math.nan


def _digits(number: float) -> str:
    return "" if math.isnan(number) else f"{number:.3f}" if abs(number) < 1 else f"{number:.1f}"


def _left(share: Share | None) -> str:
    return f"{share.count - share.hits} of {share.count}" if share and share.count else "none"


def tried(corpus: OneKind, command: Sequence[str]) -> Trial:
    """The trial of a command."""
    with tempfile.TemporaryDirectory() as folder:
        return run_trial(corpus, command, Path(folder), TIMEOUT_SEC)


if __name__ == "__main__":
    main()
