"""Which instances are photographs."""

from dataclasses import replace

import numpy as np
import pytest

from efface.transforms.pixels.photographs import is_photograph
from support.steps import instance_of, pictured, stored

PHOTO, CAPTURE, CT = "1.2.840.10008.5.1.4.1.1.77.1.4", "1.2.840.10008.5.1.4.1.1.7", "1.2.840.10008.5.1.4.1.1.2"


@pytest.mark.parametrize(
    ("sop_class", "modality", "samples", "expected"),
    [
        (PHOTO, "XC", 3, True),
        (PHOTO, "OT", 1, True),
        (CAPTURE, "OT", 3, True),
        (CAPTURE, "CT", 1, False),
        (CAPTURE, "XC", 1, True),
        (CT, "CT", 1, False),
    ],
)
def test_photographs_are_told_by_class_modality_and_colours(tmp_path, sop_class, modality, samples, expected):
    instance = instance_of(stored(tmp_path, pictured(np.zeros((8, 8), np.uint8))), "r")
    pixels = replace(instance.pixels, samples_per_pixel=samples)
    assert is_photograph(replace(instance, sop_class_uid=sop_class, modality=modality, pixels=pixels)) == expected
    assert not is_photograph(replace(instance, sop_class_uid=sop_class, modality=modality, pixels=None))
