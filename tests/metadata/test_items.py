"""Items are parsed as pydicom parses them, or not at all."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataelem import RawDataElement
from pydicom.filereader import read_sequence

from efface.transforms.dicom.parse import read_dataset
from efface.transforms.metadata.items import parse_items
from support.samples import SAMPLES, sample

_MAX_BYTES = 200_000


def described(items):
    found = []
    for item in items:
        elements = [
            (int(tag), element.VR, element.value if element.VR != "SQ" or isinstance(element, RawDataElement) else None)
            for tag, element in item._dict.items()
        ]
        nested = [
            (element.is_undefined_length, element.value.is_undefined_length, described(element.value))
            for element in item._dict.values()
            if element.VR == "SQ" and not isinstance(element, RawDataElement)
        ]
        found.append(
            (elements, nested, item.is_undefined_length_sequence_item, item.original_encoding, item.original_character_set)
        )
    return found


def sequences():
    for name, path in sorted(SAMPLES.items()):
        if path.stat().st_size < _MAX_BYTES:
            try:
                dataset = read_dataset(io.BytesIO(sample(name)))
            except Exception:
                continue
            for element in list(dataset._dict.values()):
                if isinstance(element, RawDataElement) and element.VR == "SQ" and element.value:
                    yield element.value, element.is_implicit_VR, element.is_little_endian


SEQUENCES = list(sequences())


def by_pydicom(value, is_implicit, is_little):
    return read_sequence(io.BytesIO(value), is_implicit, is_little, len(value), ["iso8859"])


def by_efface(value, is_implicit, is_little):
    return parse_items(value, is_implicit=is_implicit, is_little=is_little, encodings=["iso8859"])


def test_items_are_what_pydicom_makes_of_them():
    parsed = [(by_efface(*one), one) for one in SEQUENCES]
    assert sum(items is not None for items, _ in parsed) > 0.9 * len(SEQUENCES) > 20
    for items, one in parsed:
        if items is not None:
            assert described(items) == described(by_pydicom(*one))


@given(st.sampled_from(SEQUENCES), st.data())
def test_broken_items_are_left_to_pydicom_or_parsed_alike(one, draw):
    value, *encoding = one
    broken = bytearray(value)
    for _ in range(draw.draw(st.integers(1, 3))):
        broken[draw.draw(st.integers(0, len(broken) - 1))] = draw.draw(st.sampled_from([0, 8, 0x41, 0xE0, 0xFE, 0xFF]))
    items = by_efface(bytes(broken), *encoding)
    if items is not None:
        assert described(items) == described(by_pydicom(bytes(broken), *encoding))


@pytest.mark.parametrize("value", [b"", b"\xfe\xff\x00\xe0\0\0\0\0"])
def test_empty_sequences_and_items(value):
    assert [dict(item._dict) for item in by_efface(value, False, True)] == [{}] * (len(value) // 8)
