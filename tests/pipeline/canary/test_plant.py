"""Copies carry the planted patient and lines, and nothing else changes."""

import io

import numpy as np
import pydicom
import pytest
from pydicom.pixels import pixel_array

from efface.pipeline.canary.plant import NoHostError, plant
from efface.pipeline.certify.codes import CATEGORY
from efface.pipeline.certify.dice import Dice
from support.samples import sample

HOSTS = ("CT_small.dcm", "MR_small.dcm", "examples_rgb_color.dcm", "examples_ybr_color.dcm", "JPEG2000.dcm", "emri_small.dcm")


@pytest.mark.parametrize("name", HOSTS)
def test_only_the_lines_change_the_frames(name):
    try:
        copied, about = plant(sample(name), Dice("seed", name), "0.dcm")
    except NoHostError as error:
        assert "small" in str(error)
        return
    before, after = pixel_array(pydicom.dcmread(io.BytesIO(sample(name)))), pixel_array(pydicom.dcmread(io.BytesIO(copied)))
    assert before.shape == after.shape and about.lines
    differs = (before != after).reshape(*after.shape[: after.ndim - (after.shape[-1] == 3)], -1).any(-1)
    differs = differs if differs.ndim == 3 else differs[np.newaxis]
    for line in about.lines:
        left, top, right, bottom = line.box
        assert differs[list(line.frames), top:bottom, left:right].any()
        around = line.size_px if line.category == CATEGORY else 0  # The quiet zone of a bar code.
        differs[:, max(0, top - around) : bottom + around, max(0, left - around) : right + around] = False
    assert not differs.any()


def test_the_header_names_the_planted_patient_and_the_same_seed_draws_the_same():
    copied, about = plant(sample("JPEG2000.dcm"), Dice("seed"), "0.dcm")
    header = pydicom.dcmread(io.BytesIO(copied))
    assert header.PatientID == about.patient_id and header.SOPInstanceUID == about.sop_instance_uid
    assert plant(sample("JPEG2000.dcm"), Dice("seed"), "0.dcm")[0] == copied
    assert plant(sample("JPEG2000.dcm"), Dice("other"), "0.dcm")[0] != copied


@pytest.mark.parametrize("name", ["rtplan.dcm", "OBXXXX1A.dcm", "liver_1frame.dcm"])
def test_what_takes_no_letters_is_no_host(name):
    with pytest.raises(NoHostError):
        plant(sample(name), Dice("seed"), "0.dcm")
