"""Reading without pydicom finds what pydicom finds, and the data sets of one object share nothing that changes."""

import io
import random

import pytest
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset

from efface.transforms.core.errors import EffaceError
from efface.transforms.dicom import parse
from efface.transforms.dicom.parse import read_dataset, read_header
from support.samples import SAMPLES, sample

_MAX_BYTES = 200_000
SMALL = [name for name, path in sorted(SAMPLES.items()) if path.stat().st_size < _MAX_BYTES]


def described(dataset):
    """Every element with its VR and value, undecoded where it is; sequences by their items."""
    found = []
    for key, element in list(dataset._dict.items()):
        is_items = element.VR == "SQ" and not (isinstance(element, RawDataElement) and element.length != 0xFFFFFFFF)
        if is_items:
            decoded = dataset[key]
            found.append((int(key), decoded.is_undefined_length, [described(item) for item in decoded.value]))
        elif int(key) != 0x00280103:  # pydicom decodes Pixel Representation where it decodes a sequence.
            found.append((int(key), element.VR, element.value))
    return found, dataset.original_encoding


def outcome(read, data):
    file = io.BytesIO(data)
    try:
        dataset = read(file)
    except EffaceError as error:
        return error.code
    meta = {int(tag): str(dataset.file_meta[tag].value) for tag in dataset.file_meta.keys()}  # noqa: SIM118
    return (
        described(dataset),
        dataset.preamble,
        meta,
        getattr(dataset, "pixel_keyword", None),
        file.tell() if read is read_header else 0,
    )


def bent(data, seed):
    """The object with some bytes changed, cut off, added or removed."""
    draw, broken = random.Random(seed), bytearray(data)
    at = draw.randrange(132, min(len(broken), 4000))
    match seed % 4:
        case 0:
            del broken[draw.randrange(140, len(broken)) :]
        case 1:
            broken[at] = draw.randrange(256)
        case 2:
            broken[at : at + 4] = draw.choice([b"\xff\xff\xff\xff", b"\0\0\0\0"])
        case _:
            broken += bytes(draw.choice([0, 0, 0x41]) for _ in range(9))
    return bytes(broken)


@pytest.mark.parametrize("name", SMALL)
def test_one_walk_finds_what_pydicom_finds(name, monkeypatch):
    objects = [sample(name), *(bent(sample(name), seed) for seed in range(8))]
    found = [outcome(read, data) for read in (read_header, read_dataset) for data in objects]
    monkeypatch.setattr(parse, "_plain_of", lambda file: None)
    assert found == [outcome(read, data) for read in (read_header, read_dataset) for data in objects]


def test_most_objects_are_read_in_one_walk():
    plain = [parse._find_plain(sample(name)) is not None for name in SMALL]
    assert sum(plain) > 0.8 * len(plain)


@pytest.mark.parametrize("name", ["CT_small.dcm", "rtplan.dcm", "test-SR.dcm", "MR_small_RLE.dcm", "color-pl.dcm"])
def test_a_data_set_that_changes_leaves_the_next_one_as_the_object_is(name):
    data = sample(name)
    before, header = outcome(read_dataset, data), outcome(read_header, data)
    for read in (read_dataset, read_header):
        changed = read(io.BytesIO(data))
        for element in changed.iterall():
            if element.VR in ("LO", "PN", "CS", "SH"):
                element.value = "Changed"
        for element in list(changed):
            if element.VR == "SQ":
                element.value.append(Dataset())
            elif element.tag.group == 0x0010:
                del changed[element.tag]
        changed.file_meta.TransferSyntaxUID = "1.2.3"
        changed.SpecificCharacterSet = ["ISO_IR 192"]
        del changed.file_meta[0x00020003]
    assert outcome(read_dataset, data) == before
    assert outcome(read_header, data) == header
