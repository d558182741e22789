"""Words of a script that the reader may not know: which share of them is kept on what it reads.

WORDS is a text file, one word or name a line; FONT draws its script. With Latin clinical lines it measures what is lost.

    PYTHONPATH=tests python tests/bench/bench_scripts.py WORDS --font FONT
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np

from efface.pipeline.certify.dice import Dice
from efface.pipeline.certify.ink import draw_ink
from efface.transforms.core.box import Box
from efface.transforms.core.evidence import Verdict
from efface.transforms.core.text_line import TextLine
from efface.transforms.ocr.engines.rapidocr import RapidOcr
from efface.transforms.phi.judge import judge_readings
from efface.transforms.phi.settings import PhiSettings

_SIZES_PX = (14, 18, 24, 32)
_INK, _GROUND = (120, 180, 255), 30


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("words", type=Path)
    parser.add_argument("--font", default="wide", help="the path of a font, or a hand of draw_ink")
    parser.add_argument("--count", type=int, default=250)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=10, help="print so many of the kept ones")
    arguments = parser.parse_args()
    words = tuple(filter(None, map(str.strip, arguments.words.read_text(encoding="utf-8").splitlines())))
    engine, kept = RapidOcr(), []
    for number in range(arguments.count):
        dice = Dice(arguments.seed, "script", number)
        word = dice.pick(words)
        crop = drawn(word, dice.pick(_SIZES_PX), arguments.font, dice.pick(_INK))
        [reading] = engine.read([crop])
        line = TextLine(Box(0, 0, crop.shape[1], crop.shape[0]), reading.text, reading.score, engine.name, "stored")
        if judge_readings([line], (), PhiSettings()).verdict is Verdict.KEEP:
            kept.append((word, reading.text, round(reading.score, 2)))
    print(f"kept {len(kept)} of {arguments.count}", *kept[: arguments.show], sep="\n")


def drawn(text: str, size_px: int, hand: str, ink: int) -> np.ndarray:
    """A line with the room around it that a detector leaves."""
    coverage = np.pad(draw_ink(text, size_px, hand), ((size_px // 4, size_px // 4), (size_px // 3, size_px // 3)))
    grey = (_GROUND + (ink - _GROUND) * (coverage / 255)).astype(np.uint8)
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB))


if __name__ == "__main__":
    main()
