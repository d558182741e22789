"""The demonstration data set."""

import re

import pydicom
import pytest
from pydicom.uid import RE_VALID_UID

from efface.pipeline.demo.data import planted_identifiers, write_demo_data


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return write_demo_data(tmp_path_factory.mktemp("demo"))


def test_every_uid_is_valid(files):
    uids = set()
    for path in files:
        if path.name not in ("readme.txt", "cut_off.dcm"):
            uids |= {element.value for element in pydicom.dcmread(path, force=True).iterall() if element.VR == "UI"}
    assert len(uids) > 20
    assert not [uid for uid in uids if len(uid) > 64 or not re.fullmatch(RE_VALID_UID, uid)]


def test_no_two_instances_share_their_uid(files):
    headers = [
        pydicom.dcmread(path, force=True, specific_tags=["SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID", "Modality"])
        for path in files
        if path.name != "readme.txt"
    ]
    assert len({header.SOPInstanceUID for header in headers}) == len(headers) == 12
    for inner, outer in (("SeriesInstanceUID", "StudyInstanceUID"), ("SeriesInstanceUID", "Modality")):
        assert len({(header[inner].value, header[outer].value) for header in headers}) == len(
            {header[inner].value for header in headers}
        )


def test_the_bytes_are_always_the_same(files, tmp_path):
    again = write_demo_data(tmp_path)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in files]


def test_every_planted_identifier_is_in_a_file(files):
    data = b"".join(path.read_bytes() for path in files)
    assert not [identifier for identifier in planted_identifiers() if identifier.encode() not in data]
