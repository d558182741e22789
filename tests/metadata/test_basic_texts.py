"""Free text that Table E.1-1 does not list goes under the Basic Profile, which has no option that cleans it."""

import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from efface.transforms.dicom.configuration import configure
from efface.transforms.metadata.profile import BASIC, TCIA, Option, Profile
from efface.transforms.metadata.walk import scrub_dataset
from support.corpus import minimal, pseudonyms

configure()
SEGMENTATION, GRAY_STATE = "1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.11.1"
NAMES = ("Bergqvist", "bergqvist", "BERGQVIST")


def scrubbed(dataset: Dataset, profile: Profile = BASIC) -> Dataset:
    scrub_dataset(dataset, profile, pseudonyms(), pixels_cleaned=False)
    return dataset


def segmentation() -> Dataset:
    dataset, segment = minimal(SEGMENTATION), Dataset()
    segment.SegmentNumber, segment.SegmentLabel = 1, "Lesion outlined by Karin Bergqvist"
    segment.SegmentDescription, segment.TrackingID = "contour K. Bergqvist, room 12", "Bergqvist K 1961"
    dataset.SegmentSequence = Sequence([segment])
    dataset.ContentLabel, dataset.ContentDescription = "BERGQVIST", "drawn by Karin Bergqvist"
    return dataset


def test_texts_of_segments_go_under_the_basic_profile() -> None:
    dataset = scrubbed(segmentation())
    assert not [name for name in NAMES if name in str(dataset)]
    [segment] = dataset.SegmentSequence
    assert segment.SegmentLabel == "REMOVED" and segment.SegmentNumber == 1  # Type 1
    assert "SegmentDescription" not in segment  # Type 3
    assert dataset.ContentLabel == "REMOVED" and dataset.ContentDescription == ""  # Types 1 and 2


def test_they_are_cleaned_where_the_option_says_so() -> None:
    dataset = segmentation()
    dataset.SegmentSequence[0].SegmentDescription = "left kidney, upper pole"
    [segment] = scrubbed(dataset, TCIA).SegmentSequence
    assert segment.SegmentDescription == "left kidney, upper pole"


@pytest.mark.parametrize("options", [frozenset[Option](), frozenset({Option.RETAIN_SAFE_PRIVATE})])
def test_graphic_layers_still_hold_their_annotations(options: frozenset[Option]) -> None:
    dataset = minimal(GRAY_STATE)
    layers, annotations = [], []
    for number, name in enumerate(["BERGQVIST", "KARIN", "BERGQVIST 2"], 1):
        layer, annotation, text = Dataset(), Dataset(), Dataset()
        layer.GraphicLayer, layer.GraphicLayerOrder = name, number
        layer.GraphicLayerDescription = "by Bergqvist"
        text.UnformattedTextValue, text.AnchorPoint = "see Dr Bergqvist", [1.0, 1.0]
        annotation.GraphicLayer, annotation.TextObjectSequence = name, Sequence([text])
        layers.append(layer)
        annotations.append(annotation)
    dataset.GraphicLayerSequence, dataset.GraphicAnnotationSequence = Sequence(layers), Sequence(annotations)
    scrubbed(dataset, Profile(options=options))
    assert not [name for name in (*NAMES, "KARIN") if name in str(dataset)]
    names = [layer.GraphicLayer for layer in dataset.GraphicLayerSequence]
    assert len(set(names)) == 3
    assert names == [annotation.GraphicLayer for annotation in dataset.GraphicAnnotationSequence]


def test_an_empty_text_stays_and_codes_do() -> None:
    dataset = minimal()
    dataset.WindowCenter, dataset.WindowWidth, dataset.BodyPartExamined = "40", "400", "CHEST"
    dataset.ContentDescription = ""
    scrubbed(dataset)
    assert (dataset.WindowCenter, dataset.BodyPartExamined, dataset.ContentDescription) == (40, "CHEST", "")
