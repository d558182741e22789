"""What each check costs: CPU seconds of every stage of a whole batch, by the kind of instance.

    PYTHONPATH=tests python tests/bench/bench_shares.py [--quick] [--write tools/scale_figures.json]

A batch of a run on one machine works in this process on files full of planted identifiers. The functions of its stages are
wrapped here, wherever they are called from: a stage's seconds are its own, without those of the stages that it calls. What is
left is the batch: opening sources, and the steps around the stages. Loading the models, and what a batch costs however few
instances it has, are left out. An engine adds what its graph takes. `--write` keeps the figures, from which
`python -m tools.generate_scaling` makes the tables of `docs/scaling.md`.
"""

from __future__ import annotations

import argparse
import dataclasses
import functools
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from planted_kinds import LOOKS, OneKind

from efface.pipeline.policy import Policy, load_policy
from efface.transforms.audit import rows
from efface.transforms.audit.store import AuditPart
from efface.transforms.dicom.frame_verifier import verify_pixels
from efface.transforms.instance.describe import read_instance
from efface.transforms.instance.judge_text import judge_instance
from efface.transforms.instance.read_text import find_tiles, look_at_tiles
from efface.transforms.instance.rewrite import rewrite_instance
from efface.transforms.instance.second_look import find_text_left
from efface.transforms.instance.verify import verify_instance
from efface.transforms.instance.verify_codes import verify_no_codes
from efface.transforms.metadata.residuals import find_residuals
from efface.transforms.storage.local import LocalStorage
from support.runs import deidentify_here, table

FUNCTIONS: dict[str, tuple[Callable[..., Any], ...]] = {
    "read header": (read_instance,),
    "plan": (find_tiles,),
    "read text": (look_at_tiles,),
    "judge": (judge_instance,),
    "rewrite": (rewrite_instance,),
    "verify structure": (verify_instance,),
    "verify pixels": (verify_pixels,),
    "verify codes": (verify_no_codes,),
    "verify residuals": (find_residuals,),
    "verify text": (find_text_left,),
    "audit": (rows.instance_row, rows.failure_row, rows.finding_rows, rows.attribute_rows),
}
"""Stage -> its functions."""
METHODS: dict[str, tuple[type, str]] = {"write": (LocalStorage, "write"), "audit": (AuditPart, "write")}
BATCH = "batch"
STAGES = (*dict.fromkeys((*FUNCTIONS, *METHODS)), BATCH)
COUNTS = dict(zip(LOOKS, (64, 64, 16, 4, 2), strict=True))
QUICK = dict(zip(LOOKS, (16, 16, 4, 1, 1), strict=True))
ALSO_WITHOUT_PIXELS = ("CT slice, 512 x 512",)
"""The kinds that are also measured with `pixels: none`."""


class StageClock:
    """CPU seconds by stage. Stages may call each other: each counts its own."""

    def __init__(self) -> None:
        self.spent_sec: Counter[str] = Counter()
        self._within: list[str] = [BATCH]
        self._since_sec = time.process_time()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the block for a stage."""
        self._lap()
        self._within.append(name)
        try:
            yield
        finally:
            self._lap()
            self._within.pop()

    def total(self) -> Counter[str]:
        """The seconds until now."""
        self._lap()
        return self.spent_sec

    def _lap(self) -> None:
        now_sec = time.process_time()
        self.spent_sec[self._within[-1]] += now_sec - self._since_sec
        self._since_sec = now_sec


@contextmanager
def counted(clock: StageClock) -> Iterator[None]:
    """Let the functions of all stages count for them, under every name that a module of efface has for them."""
    undo = []
    modules = [module for name, module in list(sys.modules.items()) if name.startswith("efface.")]
    for stage, functions in FUNCTIONS.items():
        for function in functions:
            for module in modules:
                for name in [name for name, value in vars(module).items() if value is function]:
                    undo.append((module, name, function))
                    setattr(module, name, _counted(function, stage, clock))
    for stage, (owner, name) in METHODS.items():
        undo.append((owner, name, getattr(owner, name)))
        setattr(owner, name, _counted(getattr(owner, name), stage, clock))
    try:
        yield
    finally:
        for place, name, function in undo:
            setattr(place, name, function)


def _counted(function: Callable[..., Any], stage: str, clock: StageClock) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        with clock.stage(stage):
            result = function(*args, **kwargs)
            return iter(list(result)) if isinstance(result, Iterator) else result  # A generator works while it is read.

    return wrapped


def measure(name: str, count: int, policy: Policy, seed: int, batch_sec: float = 0.0) -> dict[str, Any]:
    """What an instance of a kind costs.

    Args:
        batch_sec: CPU seconds of a batch, however few instances it has: they are left out.

    Returns:
        `cpu_sec`: stage -> CPU seconds an instance; `megabytes`: as stored; `tiles`: pictures that are read;
        `instances`, `published`: how many.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        OneKind(seed, count, name=name).write(root / "in")
        (root / "key").write_text("5e" * 32)
        clock = StageClock()
        with counted(clock):
            deidentify_here(str(root / "in"), str(root / "out"), root / "key", policy)
        spent = clock.total()
        spent[BATCH] = max(0.0, spent[BATCH] - batch_sec)
        stored = sum(path.stat().st_size for path in (root / "in").rglob("*.dcm"))
        published = table(str(root / "out"), "instances")
        tiles = sum(row["tiles"] or 0 for row in published)
    return {
        "cpu_sec": {stage: round(spent[stage] / count, 5) for stage in STAGES},
        "megabytes": round(stored / count / 1e6, 3),
        "tiles": round(tiles / len(published), 1) if published else 0.0,
        "instances": count,
        "published": len(published),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument("--quick", action="store_true", help="few instances")
    parser.add_argument("--write", type=Path, help="keep the figures in this file")
    arguments = parser.parse_args()
    policy = load_policy("basic").resolve().policy
    measure("CT slice, 512 x 512", 2, policy, arguments.seed)  # Loads the models.
    batch_sec = min(measure("structured report", 1, policy, arguments.seed)["cpu_sec"][BATCH] for _ in range(3))
    measured = {}
    print(f"| instance | published | CPU s | {' | '.join(STAGES)} |\n|---|---|---|{'---|' * len(STAGES)}")
    for name, count in (QUICK if arguments.quick else COUNTS).items():
        for cleans_pixels in (True, False) if name in ALSO_WITHOUT_PIXELS else (True,):
            chosen = dataclasses.replace(policy, cleans_pixels=cleans_pixels)
            title = name if cleans_pixels else f"{name}, `pixels: none`"
            measured[title] = measure(name, count, chosen, arguments.seed, batch_sec)
            spent = measured[title]["cpu_sec"]
            total = sum(spent.values())
            shares = " | ".join(f"{spent[stage] / total:.1%}" for stage in STAGES)
            published = f"{measured[title]['published']} of {count}"
            print(f"| {title} | {published} | {total:.3f} | {shares} |", flush=True)
    print(f"\nA batch takes {batch_sec:.2f} CPU seconds more, however many instances it has.")
    if arguments.write:
        known = json.loads(arguments.write.read_text(encoding="utf-8")) if arguments.write.exists() else {}
        figures = {**known, "batch_sec": round(batch_sec, 3), "kinds": measured}
        arguments.write.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
