"""The second look at real and planted instances: how often it widens a box or quarantines, and what it costs.

    PYTHONPATH=tests python tests/bench/bench_second_look.py FOLDER... [--planted 88] [--policy tcia]

Every instance with pixels is looked at, as with `ocr.second_look: 1`. What ends as `text_left` or with a wider box is printed
with its boxes, to be looked at by eye.
"""

from __future__ import annotations

import argparse
import dataclasses
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from efface.pipeline.certify.corpus import Corpus
from efface.pipeline.policy import Policy, load_policy
from efface.transforms.core.errors import EffaceError, TextLeftError
from efface.transforms.core.evidence import Verdict
from efface.transforms.instance.describe import read_instance
from efface.transforms.instance.judge_text import judge_instance
from efface.transforms.instance.listing import find_source
from efface.transforms.instance.open import read_source
from efface.transforms.instance.process_settings import settings_of_efface
from efface.transforms.instance.read_text import read_text
from efface.transforms.instance.rewrite import rewrite_instance
from efface.transforms.instance.second_look import verify_text
from efface.transforms.instance.verify import verify_instance
from support.corpus import pseudonyms


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--planted", type=int, default=88)
    parser.add_argument("--policy", default="tcia")
    arguments = parser.parse_args()
    policy = load_policy(arguments.policy).resolve().policy
    policy = dataclasses.replace(policy, ocr=dataclasses.replace(policy.ocr, second_look=1.0))
    ends: Counter[tuple[str, str]] = Counter()
    cost_sec: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory() as folder, settings_of_efface():
        Corpus(1, arguments.planted, "building").write(Path(folder))
        for path in (path for root in (*arguments.folders, Path(folder)) for path in files_below(root)):
            try:
                kind, end, first_sec, second_sec = look_at(path, policy)
            except EffaceError:
                continue  # Nothing would be published anyway.
            ends[kind, end] += 1
            cost_sec[kind, "first"] += first_sec
            cost_sec[kind, "second"] += second_sec
            if end not in ("the same", "no pixels"):
                print(f"{end}: {path}", flush=True)
    for (kind, end), count in sorted(ends.items()):
        print(f"{kind}: {end}: {count}")
    for (kind, look), sec in sorted(cost_sec.items()):
        print(f"{kind}: {look} look: {sec:.1f} CPU seconds")


def files_below(root: Path) -> Iterator[Path]:
    yield from (path for path in sorted(root.rglob("*")) if path.is_file())


def look_at(path: Path, policy: Policy) -> tuple[str, str, float, float]:
    """Whether something was filled, how the second look ended, and the CPU seconds of both looks."""
    source, key, settings = find_source(str(path)), pseudonyms(), policy.rewrite_settings
    instance = read_instance(source, key)
    if instance.pixels is None or policy.readers is None:
        return "untouched", "no pixels", 0.0, 0.0
    began_sec = time.process_time()
    evidence = judge_instance(read_text(instance, policy.ocr, settings.keeps_overlays), policy.phi, settings.features)
    first_sec = time.process_time() - began_sec
    data = read_source(source)
    rewritten = rewrite_instance(data, evidence, settings, key)
    verify_instance(data, rewritten.data, evidence, settings)
    kind = "filled" if any(finding.verdict is Verdict.REDACT for finding in evidence.findings) else "untouched"
    began_sec = time.process_time()
    try:
        widened, _ = verify_text(data, rewritten, evidence, settings, key, policy.readers)
        end = "the same" if widened is evidence else "widened"
    except TextLeftError:
        end = "text left"
    return kind, end, first_sec, time.process_time() - began_sec


if __name__ == "__main__":
    main()
