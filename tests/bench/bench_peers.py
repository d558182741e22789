"""Whole programs side by side: CPU seconds of efface and of what people would pick instead, and what each of them leaves.

    PYTHONPATH=tests python tests/bench/bench_peers.py [--quick] [--kinds CT X-ray] [--programs efface presidio]

Every program is started anew on the same files: once on one instance, which is its start, and once on all of them. The CPU
seconds are those of the program and of all processes that it waited for. The files are full of planted identifiers, and the
output of the same run is scored: what is left of them in headers, and which identifying lines are left on pictures. The last
column compares with dicom-anonymizer.

The other programs get environments of their own, as in `examples/certify/compare.py`, and one thread each. Those that cannot be
installed are named and left out. The stock readers fill all that they read, and leave headers alone.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from planted_kinds import LOOKS, OneKind

from efface.pipeline.certify.intervals import Share
from efface.pipeline.certify.trial import Trial, run_trial

HERE = Path(__file__).parent
sys.path.append(str(HERE.parents[1] / "examples" / "certify"))

from compare import others  # noqa: E402

COUNTS = {"structured report": 100, "CT": 200, "ultrasound": 12, "X-ray": 4, "clip": 2}
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
    parser.add_argument("--kinds", nargs="+", default=list(COUNTS), choices=list(COUNTS))
    parser.add_argument("--programs", nargs="+", help="words that the name of a program begins with; else all")
    parser.add_argument("--folder", type=Path, default=Path("build/certify"), help="where the environments are")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    os.environ |= {"EFFACE_KEY": "5e" * 32, "OMP_NUM_THREADS": "1", "OMP_THREAD_LIMIT": "1"}
    with tempfile.TemporaryDirectory() as folder:
        found = programs(Path(folder), arguments.folder)
        chosen = {n: c for n, c in found.items() if not arguments.programs or n.startswith(tuple(arguments.programs))}
        for start in arguments.kinds:
            name = next(name for name in LOOKS if name.startswith(start))
            compare(name, (QUICK if arguments.quick else COUNTS)[start], chosen, arguments.seed)


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


def compare(name: str, count: int, chosen: dict[str, list[str]], seed: int) -> None:
    """Print the table of one kind: a line for each program, in turn on one instance and on all. Their messages come before."""
    lines = ["| program | CPU s | of them the start | CPU s an instance after it | published | left in headers | lines left |"]
    lines.append("|---|---|---|---|---|---|---|")
    spent: dict[str, float] = {}
    for program, command in chosen.items():
        alone = tried(OneKind(seed, 1, name=name), command)
        trial = tried(OneKind(seed, count, name=name), command) if count > 1 else alone
        spent[program] = trial.cpu_sec
        after = f"{max(0.0, trial.cpu_sec - alone.cpu_sec) / (count - 1):.3f}" if count > 1 else ""
        cells = [f"{trial.cpu_sec:.1f}", f"{alone.cpu_sec:.1f}", after, f"{trial.score.published}", *left(trial)]
        lines.append(f"| {program} | {' | '.join(cells)} |")
    print(f"\n{name}: {count} instances", "", *lines, sep="\n", flush=True)
    if REFERENCE in spent:
        ratios = (f"{program} {sec / spent[REFERENCE]:.2f}" for program, sec in spent.items() if program != REFERENCE)
        print(f"\nCPU seconds of {REFERENCE} are 1: {', '.join(ratios)}")


def tried(corpus: OneKind, command: Sequence[str]) -> Trial:
    """The trial of a command."""
    with tempfile.TemporaryDirectory() as folder:
        return run_trial(corpus, command, Path(folder), TIMEOUT_SEC)


def left(trial: Trial) -> list[str]:
    """Planted identifiers that are left in headers, and identifying lines that are left on pictures, of those published."""
    promises = trial.score.promises()
    return [_of(promises.get(promise)) for promise in ("identifiers", "pixels: identifying lines filled")]


def _of(share: Share | None) -> str:
    return f"{share.count - share.hits} of {share.count}" if share and share.count else "none"


if __name__ == "__main__":
    main()
