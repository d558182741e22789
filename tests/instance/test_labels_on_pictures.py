"""A label stays beside the value that is filled, as the real engine reads them."""

import numpy as np
import pytest

from efface.pipeline.policy import load_policy
from efface.transforms.core.evidence import Verdict
from efface.transforms.instance.models import load_text_detector
from efface.transforms.ocr.lines import merge_lines
from efface.transforms.phi.places import classify_lines
from efface.transforms.phi.settings import PhiSettings
from support.text_images import blank


@pytest.fixture(scope="module")
def detector():
    policy, _ = load_policy("basic").resolve()
    return load_text_detector(policy.ocr)


@pytest.mark.parametrize("size_px", [11, 14, 18, 26, 36])
@pytest.mark.parametrize("space", [0.15, 0.3, 0.6])
@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("DOB:", "07.04.1961"),
        ("Name:", "QUISTBERG, TAMSIN"),
        ("Patient ID:", "48213377"),
        ("Name:", "WEXLER MILA"),
        ("Age:", "67"),
    ],
)
def test_no_ink_of_a_value_is_left_beside_its_label(detector, label: str, value: str, size_px: int, space: float) -> None:
    image = blank(80, 640)
    first = image.write(label, 12, 20, size_px=size_px)
    second = image.write(value, first.box.right + round(space * size_px), first.box.top, size_px=size_px)
    [lines] = detector.detect([image.pixels], rendering="stored")
    findings = classify_lines(merge_lines(lines), (), (0,), 640, 80, PhiSettings(), None)
    is_filled = np.zeros(image.pixels.shape, bool)
    for finding in findings:
        if finding.verdict is Verdict.REDACT:
            is_filled[finding.box.top : finding.box.bottom, finding.box.left : finding.box.right] = True
    part = (slice(second.box.top, second.box.bottom), slice(second.box.left, second.box.right))
    assert not ((image.pixels[part] > 60) & ~is_filled[part]).any()
