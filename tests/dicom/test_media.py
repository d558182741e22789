"""The files that a DICOMDIR names, whatever its encoding and its offsets."""

import io

import pytest

from efface.transforms.core.errors import NotDicomError, StructureError
from efface.transforms.dicom.media import by_normalized_name, find_file, is_dicomdir_name, referenced_files
from support.media import dicomdir
from support.samples import sample


@pytest.mark.parametrize("name", ["DICOMDIR", "DICOMDIR-bigEnd", "DICOMDIR-implicit", "DICOMDIR-reordered"])
def test_every_referenced_file_is_found_once(name):
    found = referenced_files(io.BytesIO(sample(name)))
    assert len(found) == len(set(found)) == 31
    assert ("77654033", "CR1", "6154") in found


def test_what_is_no_dicomdir_is_told_from_an_empty_one():
    assert referenced_files(io.BytesIO(sample("DICOMDIR-empty.dcm"))) == []
    assert referenced_files(io.BytesIO(sample("CT_small.dcm"))) is None
    with pytest.raises(NotDicomError):
        referenced_files(io.BytesIO(b"text"))
    for broken in (sample("DICOMDIR")[:-5000], sample("DICOMDIR-nooffset")):  # Its items are longer than the sequence.
        with pytest.raises(StructureError):
            referenced_files(io.BytesIO(broken))


def test_file_ids_are_taken_as_they_stand():
    values = [["A", "B"], "X", "A/B", "", None, ["..", "X"], ["", "etc"], "/etc/passwd"]
    assert referenced_files(io.BytesIO(dicomdir(*values))) == [
        ("A", "B"),
        ("X",),
        ("..", "X"),
        ("", "etc"),
        ("", "etc", "passwd"),
    ]


def test_names_are_compared_as_media_spell_them():
    names = by_normalized_name(["dicom/im1", "DICOM/IM2.;1", "DICOM/IM3", "dicom/im3", "x/im4", "X/im4"])
    expected = {
        ("DICOM", "IM1"): "dicom/im1",
        ("DICOM", "IM2"): "DICOM/IM2.;1",
        ("DICOM", "IM3"): "DICOM/IM3",
        ("X", "IM4"): None,  # Either could be meant.
        ("DICOM",): None,
        ("..", "dicom", "im1"): None,
        ("dicom", ".", "im1"): None,
        ("", "dicom", "im1"): None,
    }
    assert {file_id: find_file(file_id, names) for file_id in expected} == expected
    assert [name for name in ("DICOMDIR", "dicomdir;1", "DICOMDIR.;1", "DICOMDIRS", "x") if is_dicomdir_name(name)] == [
        "DICOMDIR",
        "dicomdir;1",
        "DICOMDIR.;1",
    ]
