"""Real files: does efface cover all that stock RapidOCR and stock EasyOCR read on them?

Nobody has marked the text on these pictures, so what the two engines read with some confidence stands for it, and what efface
does not cover of that is printed to be looked at: it may as well be a skull that was read as an O. Frames of the public samples
that come with pydicom and pydicom-data, and of files that are named on the command line.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence

import cv2
import numpy as np
from bench_text import FOUND, easyocr_reader, rapidocr_reader

from efface.pipeline.policy import load_policy
from efface.pipeline.scan import ScannedBox, draw_boxes, scan_source
from efface.transforms.core.box import Box, bounding_box, covered_share
from efface.transforms.storage import storage_of
from support.samples import SAMPLES

_NAMES = (
    *("693_UNCI", "JPEG2000_UNC", "JPGLosslessP14SV1_1s_1f_8b", "OBXXXX1A", "RG1_UNCI", "RG3_UNCI", "US1_UNCI", "color-pl"),
    *("color3d_jpeg_baseline", "gdcm-US-ALOKA-16", "MR2_UNCI", "eCT_Supplemental", "mlut_18", "vlut_04", "liver"),
    *("examples_ybr_color", "examples_rgb_color", "examples_palette", "examples_jpeg2k"),
)
_MIN_SCORE = 0.6
_EASYOCR_PX = 1_200_000
"""Larger pictures are not shown to EasyOCR: it would take minutes."""
_MARGIN_SHARE = 0.12
"""The engines' boxes are larger than the ink by so much of their height on every side."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="*", help="DICOM files besides the samples")
    paths = [str(SAMPLES[f"{name}.dcm"]) for name in _NAMES] + parser.parse_args().files
    policy, _ = load_policy("basic").resolve()
    peers = Peers()
    print("| file, frame | read by the others | covered by efface | not covered |")
    print("|---|---|---|---|")
    for path in paths:
        [source] = storage_of(path).list(path)
        found, pictures = scan_source(source, policy), [picture for _, picture in draw_boxes(source, [])]
        for frame in sorted({0, len(pictures) // 2}):
            read = peers.read(np.asarray(pictures[frame]))
            missed = [(text, box) for text, box in read if not is_covered(box, found, frame)]
            listed = ", ".join(f"{text} at {box.left},{box.top}" for text, box in missed)
            print(f"| {path.rsplit('/', 1)[-1]}, {frame} | {len(read)} | {len(read) - len(missed)} | {listed} |", flush=True)


class Peers:
    """Both engines as they come."""

    def __init__(self) -> None:
        self._rapidocr, self._easyocr = rapidocr_reader(), easyocr_reader()

    def read(self, rgb: np.ndarray) -> list[tuple[str, Box]]:
        """The texts that at least one of them reads with some confidence, and the boxes of their ink."""
        answer = self._rapidocr(cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))
        readings = [] if answer.boxes is None else list(zip(answer.boxes.tolist(), answer.txts, answer.scores, strict=True))
        if rgb.shape[0] * rgb.shape[1] <= _EASYOCR_PX:
            readings += self._easyocr.readtext(rgb)
        boxes = ((text, bounding_box(corners)) for corners, text, score in readings if score >= _MIN_SCORE)
        rows, columns = rgb.shape[:2]
        return [
            (text, box.pad(-round(_MARGIN_SHARE * min(box.width, box.height))).clip(columns, rows))
            for text, box in boxes
            if re.search("[A-Za-z0-9]", text)
        ]


def is_covered(box: Box, found: Sequence[ScannedBox], frame: int) -> bool:
    """Whether boxes of that frame, to fill or to keep, hold nine tenths of one."""
    boxes = [Box(one.left, one.top, one.right, one.bottom).pad(2) for one in found if one.frame == frame]
    return covered_share(box, boxes) >= FOUND


if __name__ == "__main__":
    main()
