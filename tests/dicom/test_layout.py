import io
import struct

import imagecodecs
import numpy as np
import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.encaps import encapsulate, encapsulate_extended
from pydicom.pixels import convert_color_space
from pydicom.uid import ExplicitVRLittleEndian, JPEGExtended12Bit, JPEGLSLossless, RLELossless

from efface.transforms.core.box import Box
from efface.transforms.core.errors import EffaceError, PixelLayoutError, StructureError
from efface.transforms.core.voi import CellBits
from efface.transforms.dicom.frame_reader import FrameReader
from efface.transforms.dicom.frame_verifier import verify_pixels
from efface.transforms.dicom.frame_writer import replace_frames
from efface.transforms.dicom.layout import has_unclaimed_bits, split_frames
from efface.transforms.dicom.parse import read_dataset
from efface.transforms.dicom.serialize import serialize
from support.codestreams import jpeg, jpeg_2000, jpeg_ls_frame
from support.corpus import minimal, saved
from support.samples import SAMPLES

ROWS, COLUMNS = 24, 32


def read(data):
    return read_dataset(io.BytesIO(data))


def image(cells, *, photometric="MONOCHROME2", frames=None, bits_stored=None, **attributes):
    """A native image of some cells, (frames x) rows x columns (x samples)."""
    dataset = minimal()
    dataset.Rows, dataset.Columns, dataset.PhotometricInterpretation = ROWS, COLUMNS, photometric
    dataset.BitsAllocated = 8 * cells.dtype.itemsize
    dataset.BitsStored = bits_stored or dataset.BitsAllocated
    dataset.HighBit, dataset.PixelRepresentation = dataset.BitsStored - 1, int(cells.dtype.kind == "i")
    dataset.SamplesPerPixel = 3 if cells.shape[-1] == 3 else 1
    if dataset.SamplesPerPixel == 3:
        dataset.PlanarConfiguration = 0
    if frames is not None:
        dataset.NumberOfFrames = frames
    dataset.PixelData = cells.astype(cells.dtype.newbyteorder("<")).tobytes()
    dataset["PixelData"].VR = "OB" if cells.dtype.itemsize == 1 else "OW"
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    return dataset


def compressed(dataset, syntax=RLELossless):
    dataset = pydicom.dcmread(io.BytesIO(saved(dataset)))
    dataset.compress(syntax, generate_instance_uid=False)
    return dataset


def noise(*shape, dtype=np.uint16, high=4096):
    return np.random.default_rng(3).integers(0, high, shape).astype(dtype)


def refused(dataset, *, by_reading=True, by_writing=True):
    """Reading and writing must refuse the data set, since a policy that reads no pixels still writes them.

    Only reading decodes compressed Frames, and only writing checks the bytes behind a codestream.
    """
    stored = read(saved(dataset))
    if by_reading:
        with pytest.raises(PixelLayoutError):
            reader = FrameReader(stored)
            for index in range(len(reader)):
                reader.display(index)
    if by_writing:
        with pytest.raises(PixelLayoutError):
            replace_frames(stored, {})


def passes(dataset, boxes=None):
    data = saved(dataset)
    stored = read(data)
    changed = {}
    for index, found in (boxes or {}).items():
        frame = FrameReader(stored).stored(index).copy()
        for box in found:
            frame[box.top : box.bottom, box.left : box.right] = frame[0, 0]
        changed[index] = frame
    method = replace_frames(stored, changed)
    out = serialize(stored, transfer_syntax_uid=stored.file_meta.TransferSyntaxUID)
    verify_pixels(read(data), read(out), boxes or {})
    return method, read(out)


def colour_samples():
    for name, path in sorted(SAMPLES.items()):
        try:
            dataset = read(path.read_bytes())
            reader = FrameReader(dataset)
            reader.display(0)
        except (EffaceError, KeyError):
            continue
        if reader.samples == 3 and not reader.is_native:
            yield name


@pytest.mark.parametrize("name", colour_samples())
def test_planar_configuration_is_ignored_for_compressed_frames(name):
    dataset = read(SAMPLES[name].read_bytes())
    dataset.PlanarConfiguration = 0
    expected = FrameReader(dataset).display(0)
    dataset.PlanarConfiguration = 1
    assert np.array_equal(FrameReader(dataset).display(0), expected)


def drawn(coded_as, frames=1):
    """Dark pictures with a line of bright text, as bytes of RGB or YBR_FULL."""
    rgb = np.full((frames, ROWS, COLUMNS, 3), 12, np.uint8)
    rgb[:, 6:14, 3:20] = (240, 240, 240)
    rgb[:, 16:20, 20:30] = (200, 40, 30)
    rgb += noise(frames, ROWS, COLUMNS, 1, dtype=np.uint8, high=9)
    cells = np.stack([convert_color_space(one, "RGB", "YBR_FULL") for one in rgb]) if coded_as == "YBR_FULL" else rgb
    return rgb, cells


@pytest.mark.parametrize("frames", [1, 2, 3])
@pytest.mark.parametrize("coded_as", ["YBR_FULL", "RGB"])
def test_decompressed_colours_under_a_header_of_subsampled_ones_are_read_and_keep_their_layout(coded_as, frames):
    rgb, cells = drawn(coded_as, frames)
    dataset = image(cells, photometric="YBR_FULL_422", frames=frames)
    shown = np.stack([FrameReader(read(saved(dataset))).display(index) for index in range(frames)])
    assert np.abs(shown.astype(int) - rgb).max() <= 3
    assert passes(dataset)[0] == "unchanged"
    box = Box(3, 6, 20, 14)
    method, out = passes(dataset, {frames - 1: (box,)})
    assert (method, out.PhotometricInterpretation) == ("in_place", "YBR_FULL_422")
    expected = cells.copy()
    expected[-1, box.top : box.bottom, box.left : box.right] = expected[-1, 0, 0]
    assert out.PixelData == expected.tobytes()


@pytest.mark.parametrize("frames", [1, 2, 3])
def test_subsampled_colours_with_more_behind_them_are_refused(frames):
    cells = drawn("YBR_FULL", frames)[1]
    pairs = cells.reshape(frames, ROWS, COLUMNS // 2, 2, 3)
    subsampled = np.concatenate([pairs[..., 0], pairs[..., 0, 1:]], axis=-1)  # Y Y Cb Cr
    right = image(cells, photometric="YBR_FULL_422", frames=frames)
    right.PixelData = subsampled.tobytes()
    assert passes(right)[0] == "unchanged"
    for behind in (bytes(subsampled.size // 2), subsampled.tobytes()[: subsampled.size // 2], subsampled.tobytes()):
        right.PixelData = subsampled.tobytes() + behind
        refused(right)


def test_colours_whose_bytes_a_pixel_nobody_can_tell_are_refused():
    refused(image(noise(ROWS, COLUMNS, 3, dtype=np.uint8, high=256), photometric="YBR_FULL_422"))
    refused(image(np.full((ROWS, COLUMNS, 3), 128, np.uint8), photometric="YBR_FULL_422"))
    refused(image(drawn("YBR_FULL")[1][0], photometric="YBR_FULL_422", PlanarConfiguration=1))
    refused(image(noise(ROWS, COLUMNS, 3), photometric="YBR_FULL_422"))


@pytest.mark.parametrize("photometric", ["YBR_PARTIAL_422", "YBR_PARTIAL_420"])
def test_retired_subsampled_native_colours_are_refused(photometric):
    refused(image(noise(ROWS, COLUMNS, 3, dtype=np.uint8, high=256), photometric=photometric))


@pytest.mark.parametrize("high_bit", [7, 10, 16])
def test_a_high_bit_that_leaves_no_room_for_the_pixel_is_refused(high_bit):
    dataset = image(noise(ROWS, COLUMNS), bits_stored=12, HighBit=high_bit)
    refused(dataset)
    refused(compressed(dataset))


def ways(reader):
    """What each way to display Frame 0 shows of its cells, before any window."""
    cells = reader.display(0).astype(np.float64)
    return [cells, *(one.modality.apply(cells) for one in reader.greyscale_transforms(0) if isinstance(one.modality, CellBits))]


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, JPEGLSLossless])
@pytest.mark.parametrize(("bits_stored", "high_bit"), [(12, 15), (12, 13), (10, 15), (12, 11)])
def test_every_bit_that_a_viewer_can_take_for_the_pixel_is_shown(bits_stored, high_bit, syntax):
    """Viewers show the whole cell, the lowest Bits Stored bits, or those below High Bit. Each is a way to display the Frame."""
    cells = noise(ROWS, COLUMNS, high=1 << 16)
    dataset = image(cells, bits_stored=16)
    dataset = dataset if syntax == ExplicitVRLittleEndian else compressed(dataset, syntax)
    dataset.BitsStored, dataset.HighBit = bits_stored, high_bit
    shown = ways(FrameReader(read(saved(dataset))))
    mask = (1 << bits_stored) - 1
    for expected in (cells, cells & mask, cells >> (high_bit + 1 - bits_stored) & mask):
        assert any(np.array_equal(one, expected) for one in shown)


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, RLELossless, JPEGLSLossless])
def test_unclear_cells_are_kept_outside_of_a_box_and_filled_whole_inside(syntax):
    cells = noise(ROWS, COLUMNS, high=1 << 16)
    dataset = image(cells, bits_stored=16)
    dataset = dataset if syntax == ExplicitVRLittleEndian else compressed(dataset, syntax)
    dataset.BitsStored, dataset.HighBit = 12, 11
    box = Box(2, 3, 9, 8)
    _, out = passes(dataset, {0: (box,)})
    written = FrameReader(out).stored(0)
    inside = np.zeros(cells.shape, bool)
    inside[box.top : box.bottom, box.left : box.right] = True
    assert np.array_equal(written[~inside], cells[~inside])
    assert len(set(written[inside].tolist())) == 1


def test_high_bit_is_compared_with_bits_allocated_without_bits_stored():
    dataset = image(noise(ROWS, COLUMNS), bits_stored=8)
    del dataset.BitsStored
    refused(dataset)
    dataset.HighBit = 15
    assert FrameReader(read(saved(dataset)))


def test_fragments_in_a_native_transfer_syntax_are_refused():
    cells = noise(ROWS, COLUMNS)
    dataset = image(cells)
    fragments = encapsulate([cells.tobytes()])
    data = saved(dataset)
    header = data[: -cells.nbytes - 4] + b"\xff\xff\xff\xff"
    stored = read(header + fragments + b"\xfe\xff\xdd\xe0\0\0\0\0")
    with pytest.raises(PixelLayoutError):
        FrameReader(stored)


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, RLELossless])
def test_only_bits_that_an_overlay_claims_are_cleared(syntax):
    cells = noise(ROWS, COLUMNS)
    cells[5:9, 3:20] |= 0x2000
    dataset = image(cells, bits_stored=12)
    dataset = dataset if syntax == ExplicitVRLittleEndian else compressed(dataset, syntax)
    assert np.array_equal(FrameReader(passes(dataset)[1]).stored(0), cells)
    dataset.add_new(0x60000100, "US", 16)
    dataset.add_new(0x60000102, "US", 12)  # Another bit than the one that is used.
    assert np.array_equal(FrameReader(passes(dataset)[1]).stored(0), cells)
    dataset.add_new(0x60000102, "US", 13)
    method, out = passes(dataset)
    assert method == ("in_place" if syntax == ExplicitVRLittleEndian else "reencoded")
    assert np.array_equal(FrameReader(out).stored(0), cells & 0x0FFF)


def test_bits_above_bits_stored_are_refused_in_colours_and_palettes():
    refused(image(noise(ROWS, COLUMNS, 3, high=1 << 16), bits_stored=8, photometric="RGB"), by_writing=False)


def test_extended_signs_are_accepted_and_kept():
    values = noise(2, ROWS, COLUMNS).astype(np.int16) - 2048
    for cells in (values, values & 0x0FFF):  # With the sign extended, and without.
        dataset = image(cells.astype(np.int16), bits_stored=12, frames=2)
        box = Box(2, 3, 9, 8)
        method, out = passes(dataset, {1: (box,)})
        assert method == "in_place"
        written = np.frombuffer(out.PixelData, "<i2").reshape(cells.shape)
        outside = np.ones(cells.shape, bool)
        outside[1, box.top : box.bottom, box.left : box.right] = False
        assert np.array_equal(written[outside], cells[outside])
        assert np.array_equal(FrameReader(out).display(0), values[0])


@pytest.mark.parametrize("syntax", [RLELossless, JPEGLSLossless])
@pytest.mark.parametrize("is_extended", [True, False])
def test_compressed_cells_are_written_back_whether_their_sign_is_extended_or_not(syntax, is_extended):
    values = noise(2, ROWS, COLUMNS).astype(np.int16) - 2048
    dataset = image(values if is_extended else values & 0x0FFF, bits_stored=12, frames=2)
    dataset.BitsStored, dataset.HighBit = (12, 11) if is_extended else (16, 15)  # An encoder refuses larger values.
    dataset = compressed(dataset, syntax)
    dataset.BitsStored, dataset.HighBit = 12, 11
    before = FrameReader(dataset)
    box = Box(2, 3, 9, 8)
    method, out = passes(dataset, {1: (box,)})
    assert method == "reencoded"
    after = FrameReader(out)
    assert np.array_equal(after.display(0), values[0])
    outside = np.ones((ROWS, COLUMNS), bool)
    outside[box.top : box.bottom, box.left : box.right] = False
    assert np.array_equal(after.display(1)[outside], values[1][outside])
    if syntax == RLELossless:
        assert np.array_equal(after.stored(1)[outside], before.stored(1)[outside])


@given(st.integers(1, 15), st.integers(0, 0xFFFF), st.booleans(), st.integers(0, 0xFFFF))
def test_unclaimed_bits_are_those_that_neither_a_sign_nor_a_plane_explains(bits_stored, cell, is_signed, planes):
    claimed = planes >> bits_stored << bits_stored
    above = [cell >> bit & 1 for bit in range(bits_stored, 16) if not claimed >> bit & 1]
    sign = is_signed and cell >> bits_stored - 1 & 1
    expected = any(above) and not (sign and all(above))
    cells = np.array([[cell]], np.uint16).view(np.int16 if is_signed else np.uint16)
    assert has_unclaimed_bits(cells, bits_stored, claimed) == bool(expected)


def test_surplus_native_frames_are_refused():
    cells = noise(3, ROWS, COLUMNS)
    refused(image(cells))
    refused(image(cells, frames=2))
    assert passes(image(cells, frames=3))[0] == "unchanged"


def test_padding_behind_native_frames_is_removed():
    for padding in (b"\0" * 5000, b"Doe^Jane"):
        dataset = image(noise(ROWS, COLUMNS))
        size = len(dataset.PixelData)
        dataset.PixelData += padding
        assert len(passes(dataset)[1].PixelData) == size


def test_a_second_pixel_data_element_is_refused():
    dataset = image(noise(ROWS, COLUMNS))
    dataset.FloatPixelData = np.zeros((ROWS, COLUMNS), "<f4").tobytes()
    refused(dataset)


FRAMES = [b"\1" * 10, b"\2" * 6, b"\3" * 8]


def table(*offsets):
    return struct.pack(f"<HHL{len(offsets)}L", 0xFFFE, 0xE000, 4 * len(offsets), *offsets)


def items(*fragments):
    return b"".join(struct.pack("<HHL", 0xFFFE, 0xE000, len(fragment)) + fragment for fragment in fragments)


def joined_frames(*about):
    frames, is_plain = split_frames(*about)
    return list(frames), is_plain


def test_fragments_are_joined_by_the_offset_table():
    for has_table in (True, False):
        assert joined_frames(encapsulate(FRAMES, has_bot=has_table), 3) == (FRAMES, True)
    value, *tables = encapsulate_extended(FRAMES)
    assert joined_frames(value, 3, tuple(tables)) == (FRAMES, True)
    assert joined_frames(table(0, 18) + items(*FRAMES), 2) == ([FRAMES[0], FRAMES[1] + FRAMES[2]], True)
    assert joined_frames(table() + items(*FRAMES), 1) == ([b"".join(FRAMES)], True)


@pytest.mark.parametrize("frame", [jpeg(), jpeg_2000(), jpeg_2000(is_file=True), jpeg_ls_frame()])
def test_without_a_table_a_frame_begins_where_a_codestream_begins(frame):
    value = encapsulate([frame] * 3, fragments_per_frame=3, has_bot=False)
    padded = frame + b"\0" * (len(frame) % 2)
    assert joined_frames(value, 3) == ([padded] * 3, True)
    for wrong in (2, 4):
        with pytest.raises(PixelLayoutError):
            split_frames(value, wrong)


@pytest.mark.parametrize(
    ("value", "frames"),
    [
        (table(18, 32) + items(*FRAMES), 2),  # The first fragment belongs to no frame.
        (table(0, 32) + items(*FRAMES), 3),
        (table(0, 17, 32) + items(*FRAMES), 3),
        (table(0, 32, 18) + items(*FRAMES), 3),
        (table(0, 18, 18) + items(*FRAMES), 3),
        (table(0, 18, 32, 48) + items(*FRAMES), 3),
        (table() + items(*FRAMES), 2),
        (table() + items(*FRAMES), 4),
        (table(0, 18, 32) + items(*FRAMES), 1),
    ],
)
def test_offset_tables_must_lead_to_every_fragment(value, frames):
    with pytest.raises(PixelLayoutError):
        split_frames(value, frames)


@pytest.mark.parametrize(
    ("offsets", "lengths"),
    [((0, 18), (10, 6)), ((0, 18, 40), (10, 6, 8)), ((0, 18, 32), (10, 2, 8)), ((18, 32, 40), (6, 8, 8))],
)
def test_extended_offset_tables_must_lead_to_every_fragment(offsets, lengths):
    tables = tuple(struct.pack(f"<{len(numbers)}Q", *numbers) for numbers in (offsets, lengths))
    with pytest.raises(PixelLayoutError):
        split_frames(table() + items(*FRAMES), 3, tables)


def test_a_value_without_items_is_refused():
    for value in (b"", b"Doe^Jane", table(0)[:-2], table() + b"Doe^Jane", table() + items(*FRAMES)[:-9]):
        with pytest.raises((StructureError, PixelLayoutError)):
            split_frames(value, 3)


def test_text_in_an_offset_table_is_removed():
    dataset = compressed(image(noise(ROWS, COLUMNS)))
    frame = FrameReader(dataset).codestream(0)
    dataset.PixelData = table(0, *struct.unpack("<3L", b"DOE^JANE1984")) + items(frame)
    dataset.ExtendedOffsetTable, dataset.ExtendedOffsetTableLengths = b"DOE^JANE", b"19840203"
    dataset.EncapsulatedPixelDataValueTotalLength = 12345
    assert b"DOE^JANE" in saved(dataset)
    method, out = passes(dataset)
    assert method == "unchanged"
    assert b"DOE^JANE" not in saved(out)
    assert "EncapsulatedPixelDataValueTotalLength" not in out
    assert FrameReader(out).codestream(0) == frame


def test_several_images_in_a_single_frame_are_refused():
    pictures = noise(3, ROWS, COLUMNS, dtype=np.uint8, high=256)
    for syntax in (JPEGLSLossless, RLELossless):
        dataset = compressed(image(pictures, frames=3), syntax)
        assert passes(dataset)[0] == "unchanged"
        del dataset.NumberOfFrames
        refused(dataset)
        dataset.PixelData = encapsulate(
            FrameReader(compressed(image(pictures, frames=3), syntax)).encoded_frames, has_bot=False
        )
        refused(dataset, by_reading=False)


def test_a_jpeg_of_more_bits_than_bits_stored_is_kept_and_told():
    """Viewers show what the codestream says, so its bits are all written back, and Bits Stored is set right."""
    frame = imagecodecs.jpeg8_encode(noise(ROWS, COLUMNS), bitspersample=12, level=90)
    dataset = image(noise(ROWS, COLUMNS), bits_stored=10)
    dataset.PixelData = encapsulate([frame])
    dataset["PixelData"].VR, dataset["PixelData"].is_undefined_length = "OB", True
    dataset.file_meta.TransferSyntaxUID = JPEGExtended12Bit
    before = FrameReader(dataset).stored(0)
    assert before.max() >= 1 << 10
    box = Box(2, 3, 9, 8)
    method, out = passes(dataset, {0: (box,)})
    assert (method, out.BitsStored, out.HighBit) == ("transcoded", 12, 11)
    inside = np.zeros(before.shape, bool)
    inside[box.top : box.bottom, box.left : box.right] = True
    assert np.array_equal(FrameReader(out).stored(0)[~inside], before[~inside])
