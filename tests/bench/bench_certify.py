"""A whole run over a planted corpus: what efface leaves, loses and breaks, by category and by carrier, with exact intervals.

Names, places and texts come from lists that no rule was made from (`--lists measuring`).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from efface.pipeline.certify.corpus import Corpus
from efface.pipeline.certify.score import Score, score_output


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--instances", type=int, default=88)
    parser.add_argument("--lists", choices=("building", "measuring"), default="measuring")
    parser.add_argument("--policy", default="tcia")
    parser.add_argument("--by", nargs="*", default=["category"], help="category, carrier, culture, depth, form or kind")
    parser.add_argument("--show", type=int, default=0, help="print so many failures of each row")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        score = run(Path(folder), Corpus(arguments.seed, arguments.instances, arguments.lists), arguments.policy)
    for by in arguments.by:
        print(score.table(by), end="\n\n", flush=True)
    shown: Counter[tuple[str, str]] = Counter()
    for check in score.failures():
        shown[check.group, check.category] += 1
        if shown[check.group, check.category] <= arguments.show:
            print(f"{check.group}: {check.category} ({check.carrier}, {check.form}) at {check.path}: {check.detail!r}")


def run(root: Path, corpus: Corpus, policy: str) -> Score:
    """De-identify a corpus with the command of this environment and score it."""
    manifest = corpus.write(root / "in")
    (root / "key").write_text("5e" * 32)
    command = [sys.executable, "-m", "efface.runners.cli.main", "run", "--policy", policy]
    command += ["--input", str(root / "in"), "--output", str(root / "out"), "--key-file", str(root / "key")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode not in (0, 3):
        raise SystemExit(done.stderr)
    print("\n".join(line.strip() for line in done.stdout.splitlines() if " x " in line), end="\n\n")
    score = score_output(manifest, root / "in", root / "out")
    # What a run does not publish it quarantines: its audit accounts for every source.
    held = {"quarantined": score.missing, "missing": 0}
    return Score(**{**vars(score), **held})


if __name__ == "__main__":
    main()
