"""Which volumes show the head."""

import pytest
from pydicom.dataset import Dataset

from efface.transforms.metadata.head_anatomy import shows_head


def header(modality="MR", **attributes):
    dataset = Dataset()
    dataset.Modality = modality
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    return dataset


@pytest.mark.parametrize(
    "attributes",
    [
        {"BodyPartExamined": "HEAD"},
        {"BodyPartExamined": "HEAD NECK"},
        {"BodyPartExamined": "HEAD_NECK"},
        {"StudyDescription": "MRT Kopf nativ"},
        {"SeriesDescription": "t1_mprage_brain_sag"},
        {"ProtocolName": "CT TÊTE SANS INJ"},
    ],
)
def test_the_head_is_told_by_part_and_description(attributes):
    assert shows_head(header(**attributes))
    assert not shows_head(header("US", **attributes))


def test_the_head_is_told_by_code():
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = "69536005", "SCT", "Head"
    assert shows_head(header("CT", AnatomicRegionSequence=[item]))


@pytest.mark.parametrize(
    "attributes",
    [
        {"BodyPartExamined": "CHEST"},
        {"SeriesDescription": "femur"},
        {"StudyDescription": "ABDOMEN overhead surface facet"},
        {},
    ],
)
def test_other_parts_are_not_the_head(attributes):
    assert not shows_head(header(**attributes))
