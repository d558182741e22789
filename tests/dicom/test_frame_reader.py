"""Every Frame decodes to the shape of its header, or is refused with a code."""

import numpy as np
import pydicom
import pytest
from pydicom.pixels import convert_color_space

from efface.transforms.core.errors import (
    EffaceError,
    FrameDecodeError,
    NotDicomError,
    PixelFactsError,
    PixelLayoutError,
    StructureError,
    TransferSyntaxError,
)
from efface.transforms.dicom import frame_reader
from efface.transforms.dicom.frame_reader import FrameReader
from support.frames import UNDECODABLE, read
from support.samples import SAMPLES, sample


def test_frames_of_every_sample_decode_or_are_refused():
    refused = set()
    for name, path in SAMPLES.items():
        try:
            reader = FrameReader(read(path.read_bytes()))
            assert reader.stored(0).shape[:2] == reader.display(0).shape[:2] == (reader.rows, reader.columns)
        except (PixelFactsError, NotDicomError):
            continue  # Not an image.
        except EffaceError:
            refused.add(name)
    assert refused == UNDECODABLE


@pytest.mark.parametrize("pixels", [1, 700, 10**6])
def test_colours_do_not_depend_on_how_many_are_converted_at_once(pixels, monkeypatch):
    dataset = read(sample("SC_rgb_jpeg_dcmtk.dcm"))
    expected = convert_color_space(FrameReader(dataset).stored(0), "YBR_FULL", "RGB")
    monkeypatch.setattr(frame_reader, "_CONVERTED_PX", pixels)
    assert np.array_equal(FrameReader(dataset).display(0), expected)


def test_equal_digests_are_equal_frames():
    reader = FrameReader(read(sample("emri_small_RLE.dcm")))
    digests = [reader.digest(index) for index in range(len(reader))]
    frames = [reader.stored(index).tobytes() for index in range(len(reader))]
    assert [digests.index(digest) for digest in digests] == [frames.index(frame) for frame in frames]


@pytest.mark.parametrize(
    ("name", "frames", "error"),
    [
        ("emri_small_RLE.dcm", 9, PixelLayoutError),
        ("emri_small_RLE.dcm", 11, PixelLayoutError),
        ("emri_small.dcm", 9, PixelLayoutError),
        ("emri_small.dcm", 11, StructureError),
    ],
)
def test_another_number_of_frames_than_the_header_says_is_refused(name, frames, error):
    dataset = read(sample(name))
    dataset.NumberOfFrames = frames
    with pytest.raises(error):
        FrameReader(dataset)


def test_a_frame_of_another_shape_is_refused():
    dataset = read(sample("MR_small_RLE.dcm"))
    dataset.Rows = 32
    with pytest.raises(FrameDecodeError):
        FrameReader(dataset).stored(0)


@pytest.mark.parametrize("name", ["SC_rgb_dcmtk_+eb+cr.dcm", "MR_small_jp2klossless.dcm", "MR_small_jpeg_ls_lossless.dcm"])
def test_a_codestream_of_another_size_is_refused_before_it_is_decoded(name):
    dataset = read(sample(name))
    dataset.Rows += 1
    with pytest.raises(FrameDecodeError, match="size"):
        FrameReader(dataset).stored(0)


@pytest.mark.parametrize(
    "attributes",
    [{"PlanarConfiguration": "x"}, {"RedPaletteColorLookupTableDescriptor": None}, {"PixelRepresentation": [1, 2]}],
)
def test_unreadable_pixel_facts_are_refused(attributes):
    dataset = read(sample("examples_palette.dcm"))
    dataset.SamplesPerPixel = 3 if "PlanarConfiguration" in attributes else 1
    for keyword, value in attributes.items():
        dataset[keyword]._value = value if keyword in dataset else setattr(dataset, keyword, value)
    with pytest.raises(EffaceError):
        FrameReader(dataset).display(0)


def test_colours_that_cannot_be_converted_are_refused():
    dataset = read(sample("SC_rgb_rle_32bit.dcm"))
    dataset.PhotometricInterpretation = "YBR_FULL"
    reader = FrameReader(dataset)
    for show in (reader.display, reader.stored, reader.cells_and_stored):
        with pytest.raises(FrameDecodeError):
            show(0)


def test_video_is_refused():
    dataset = read(sample("MR_small_RLE.dcm"))
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.MPEG4HP41
    with pytest.raises(TransferSyntaxError):
        FrameReader(dataset)


def test_an_encoded_frame_is_the_same_object_where_nothing_is_hidden():
    reader = FrameReader(read(sample("MR_small_RLE.dcm")))
    assert reader.cleaned_codestream(0) is reader.codestream(0)
    assert np.array_equal(reader.stored(0), reader.display(0))


def darkest(dataset):
    """The stored value that is displayed darkest."""
    reader = FrameReader(dataset)
    return reader.stored(0).ravel()[np.nanargmin(reader.brightness(0))]


def test_the_darkest_pixel_is_told_as_viewers_display_it():
    dataset = read(sample("MR_small.dcm"))
    stored = FrameReader(dataset).stored(0)
    assert darkest(dataset) == stored.min()
    dataset.RescaleSlope, dataset.RescaleIntercept = -1, 0
    assert darkest(dataset) == stored.max()
    dataset.PresentationLUTShape = "INVERSE"
    assert darkest(dataset) == stored.min()
    dataset.RescaleSlope, dataset.PhotometricInterpretation = 1, "MONOCHROME1"
    assert darkest(dataset) == stored.max()


@pytest.mark.parametrize("most", [256, 64, 3, 1])
@pytest.mark.parametrize("least", [0, 1, 90, 250])
def test_the_darkest_of_subsampled_colours_is_found_among_few(least, most):
    rng = np.random.default_rng(least + most)
    dataset = read(sample("SC_rgb_jpeg_dcmtk.dcm"))
    colours = rng.integers(0, 256, (dataset.Rows, dataset.Columns, 3), np.uint8)
    colours[:, :, 0] = rng.integers(least, min(least + most, 256), colours.shape[:2])
    colours[:, :, 1:] = 128 + (colours[:, :, 1:].astype(int) - 128) * rng.choice([0, 1]) // rng.choice([1, 8])
    expected = convert_color_space(colours, "YBR_FULL", "RGB").sum(axis=2, dtype=float)
    found = frame_reader._brightness_of_darkest(colours)
    assert np.nanargmin(found) == np.argmin(expected)
    assert np.array_equal(found[~np.isnan(found)], expected[~np.isnan(found)])


def test_padding_is_never_the_darkest_pixel():
    dataset = read(sample("MR_small.dcm"))
    values = np.unique(FrameReader(dataset).stored(0))
    dataset.PixelPaddingValue = int(values[0])
    assert darkest(dataset) == values[1]
    dataset.PixelPaddingRangeLimit = int(values[4])
    assert darkest(dataset) == values[5]


def test_a_palette_gives_the_brightness_of_its_indices():
    dataset = read(sample("examples_palette.dcm"))
    reader = FrameReader(dataset)
    place = np.unravel_index(np.nanargmin(reader.brightness(0)), (reader.rows, reader.columns))
    assert reader.display(0)[place].sum() == reader.display(0).sum(axis=2, dtype=int).min()
