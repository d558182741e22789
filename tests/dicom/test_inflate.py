"""Deflated data sets are read like others, and never inflated beyond a limit."""

import io
import struct
import tracemalloc
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.uid import DeflatedExplicitVRLittleEndian

from efface.transforms.core.errors import EffaceError, InflationLimitError, StructureError
from efface.transforms.core.inflation_limits import InflationLimits
from efface.transforms.dicom.inflate import LIMITS, InflatedFile
from efface.transforms.dicom.parse import read_dataset, read_header
from efface.transforms.dicom.serialize import serialize
from efface.transforms.dicom.structure import data_set_offset
from support.corpus import minimal, saved

PIXELS = b"\xe0\x7f\x10\x00OB\0\0"
PRIVATE = b"\x0b\x00\x10\x10UN\0\0"


def deflate(plain: bytes) -> bytes:
    compressor = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    return compressor.compress(plain) + compressor.flush()


def image() -> Dataset:
    dataset = minimal("1.2.840.10008.5.1.4.1.1.7")
    dataset.Rows, dataset.Columns = 8, 8
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation, dataset.PixelRepresentation = 1, "MONOCHROME2", 0
    dataset.BitsAllocated = dataset.BitsStored = 8
    dataset.HighBit = 7
    dataset.PixelData = bytes(range(64))
    return dataset


def parts() -> tuple[bytes, bytes]:
    """Preamble and file meta of a deflated object, and its plain data set."""
    dataset = image()
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    data = saved(dataset)
    start = data_set_offset(data)
    return data[:start], zlib.decompress(data[start:], -zlib.MAX_WBITS)


def bomb(element: bytes) -> bytes:
    """A third of a megabyte that inflates to 256 MiB, all of one element in its place among the others."""
    head, plain = parts()
    size = 256 << 20
    at = plain.index(PIXELS if element == PIXELS else b"\x10\x00\x10\x00")
    zeros = bytes(1 << 20)
    compressor = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    body = [compressor.compress(plain[:at] + element + struct.pack("<L", size))]
    body += [compressor.compress(zeros) for _ in range(size // len(zeros))]
    if element != PIXELS:
        body.append(compressor.compress(plain[at:]))
    return head + b"".join(body) + compressor.flush()


@given(st.binary(max_size=5000), st.binary(max_size=20), st.lists(st.integers(0, 700), max_size=30))
def test_any_part_equals_that_part_of_the_whole(plain: bytes, behind: bytes, sizes: list[int]) -> None:
    file = InflatedFile(io.BytesIO(deflate(plain) + behind))
    expected = io.BytesIO(plain)
    for size in sizes:
        assert file.read(size) == expected.read(size)
        assert file.tell() == expected.tell()
    assert file.seek(3) == 3
    assert file.read() == plain[3:]


@given(st.binary(min_size=1, max_size=500), st.data())
def test_a_cut_stream_is_refused(plain: bytes, data: st.DataObject) -> None:
    stream = deflate(plain)
    with pytest.raises(StructureError):
        InflatedFile(io.BytesIO(stream[: data.draw(st.integers(0, len(stream) - 1))])).read()


@given(st.binary(max_size=300))
def test_noise_is_refused(noise: bytes) -> None:
    try:
        InflatedFile(io.BytesIO(noise)).read()
    except EffaceError as error:
        assert error.code == "structure"


@pytest.mark.parametrize("element", [PIXELS, PRIVATE])
def test_a_bomb_is_refused_with_little_memory(element: bytes) -> None:
    data = bomb(element)
    tracemalloc.start()
    try:
        with pytest.raises(InflationLimitError):
            read_dataset(io.BytesIO(data))
        assert tracemalloc.get_traced_memory()[1] < 3 * LIMITS.any_ratio_bytes
    finally:
        tracemalloc.stop()


def test_a_header_is_inflated_up_to_the_pixels() -> None:
    data = bomb(PIXELS)
    tracemalloc.start()
    try:
        header = read_header(io.BytesIO(data))
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()
    assert (header.Rows, header.pixel_keyword) == (8, "PixelData")
    with pytest.raises(InflationLimitError):
        read_header(io.BytesIO(bomb(PRIVATE)))


def test_a_small_or_noisy_data_set_may_have_any_ratio() -> None:
    limits = InflationLimits(any_ratio_bytes=1 << 20)
    blank = bytes(1 << 20)
    assert InflatedFile(io.BytesIO(deflate(blank)), limits).read() == blank
    noisy = bytes(range(256)) * 3 + bytes(100)
    assert InflatedFile(io.BytesIO(deflate(noisy * 4000)), limits).read(10) == noisy[:10]
    with pytest.raises(InflationLimitError):
        InflatedFile(io.BytesIO(deflate(blank + b"\0")), limits).read()


def test_a_deflated_object_is_read_and_written_like_a_plain_one() -> None:
    head, plain = parts()
    for behind in (b"", b"\0", b"Doe^Jane was here" * 9):
        data = head + deflate(plain) + behind
        dataset = read_dataset(io.BytesIO(data))
        assert dataset.file_meta.TransferSyntaxUID == DeflatedExplicitVRLittleEndian
        assert {element.tag: element.value for element in dataset} == {element.tag: element.value for element in image()}
        written = serialize(dataset, transfer_syntax_uid=DeflatedExplicitVRLittleEndian)
        assert read_dataset(io.BytesIO(written)) == dataset
        assert b"Jane" not in zlib.decompressobj(wbits=-15).decompress(written[data_set_offset(written) :])


def test_bytes_after_the_pixels_are_left_out_of_a_deflated_object_too() -> None:
    head, plain = parts()
    trailed = read_dataset(io.BytesIO(head + deflate(plain + b"\x10\x00\x10\x00PN\x08\x00Doe^Jane")))
    assert "PatientName" in image()
    assert trailed.PatientName == image().PatientName


@settings(max_examples=60)
@given(st.data())
def test_the_lengths_in_a_deflated_object_are_checked_as_in_others(data: st.DataObject) -> None:
    head, plain = parts()
    at = data.draw(st.integers(1, plain.index(PIXELS) - 1))
    plain_head = head.replace(b"1.2.840.10008.1.2.1.99", b"1.2.840.10008.1.2.1\0\0\0")
    for damaged in (plain[:at], plain[:at] + b"\xff" + plain[at + 1 :]):
        outcomes = []
        for stored in (plain_head + damaged, head + deflate(damaged)):
            try:
                outcomes.append(len(read_dataset(io.BytesIO(stored))))
            except EffaceError as error:
                outcomes.append(error.code)
        assert outcomes[0] == outcomes[1]
