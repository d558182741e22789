import io
import struct

import pydicom
import pytest
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset

from efface.transforms.core.errors import EffaceError
from efface.transforms.dicom.parse import read_dataset
from efface.transforms.dicom.serialize import serialize
from support.corpus import MODALITIES, NAMES, planted
from support.samples import SAMPLES, sample


def readable_samples():
    """Name -> bytes of every sample with a SOP Class UID and a SOP Instance UID."""
    found = {}
    for name, path in SAMPLES.items():
        data = path.read_bytes()
        try:
            dataset = read_dataset(io.BytesIO(data))
        except EffaceError:
            continue
        if "SOPClassUID" in dataset and "SOPInstanceUID" in dataset:
            found[name] = data
    return found


def written_by_efface(dataset):
    return serialize(dataset, transfer_syntax_uid=dataset.file_meta.TransferSyntaxUID)


def written_by_pydicom(dataset):
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def data_set(file):
    """The bytes after the file meta, whose first element (2,0) is its length."""
    return file[144 + struct.unpack_from("<L", file, 140)[0] :]


def holds_unknown_vr(dataset):
    """Whether an element was read as UN. pydicom's writer looks up its VR, efface keeps it."""
    return any(isinstance(element, RawDataElement) and element.VR == "UN" for element in dataset.values())


def test_preamble_and_file_meta_hold_no_value_of_the_source():
    data = sample("MR_small.dcm")
    dataset = read_dataset(io.BytesIO(b"Doe^Jane".ljust(128) + data[128:]))
    dataset.file_meta.SourceApplicationEntityTitle = "DOES_SCANNER"
    dataset.file_meta.PrivateInformationCreatorUID = "1.2.3"
    dataset.file_meta.PrivateInformation = b"Doe^Jane"
    out = serialize(dataset, transfer_syntax_uid=dataset.file_meta.TransferSyntaxUID)
    assert out[:132] == bytes(128) + b"DICM"
    meta = pydicom.dcmread(io.BytesIO(out)).file_meta
    assert {element.tag.element for element in meta} == {0x00, 0x01, 0x02, 0x03, 0x10, 0x12, 0x13}
    assert meta.MediaStorageSOPInstanceUID == dataset.SOPInstanceUID


def test_the_same_data_set_gives_the_same_bytes():
    outs = set()
    for _ in range(2):
        dataset = read_dataset(io.BytesIO(sample("CT_small.dcm")))
        outs.add(serialize(dataset, transfer_syntax_uid=dataset.file_meta.TransferSyntaxUID))
    assert len(outs) == 1


@pytest.mark.parametrize("is_decoded", [False, True], ids=["as read", "decoded"])
def test_data_sets_are_written_as_pydicom_writes_them(is_decoded):
    names = []
    for name, data in readable_samples().items():
        ours, theirs = (read_dataset(io.BytesIO(data)) for _ in range(2))
        if is_decoded:
            for _ in (*ours.iterall(), *theirs.iterall()):
                pass
        is_same = not holds_unknown_vr(ours)
        ours, theirs = written_by_efface(ours), written_by_pydicom(theirs)
        if is_same:
            assert data_set(ours) == data_set(theirs), name
            names.append(name)
        assert pydicom.dcmread(io.BytesIO(ours)) == pydicom.dcmread(io.BytesIO(theirs)), name
    assert len(names) > 100


@pytest.mark.parametrize("charset", NAMES)
def test_changed_data_sets_are_written_as_pydicom_writes_them(charset):
    for name in MODALITIES:
        ours, theirs = (read_dataset(io.BytesIO(planted(name, charset).data)) for _ in range(2))
        for dataset in (ours, theirs):
            inner = Dataset()
            inner.RequestedProcedureDescription, inner.PatientName = "axial", NAMES[charset]
            dataset.RequestAttributesSequence = [inner, Dataset()]
            # The last new elements have the lowest tags.
            dataset.PatientName, dataset.InstitutionName, dataset.ImageType = NAMES[charset], None, ["DERIVED", "PRIMARY"]
            del dataset.PatientID
        assert data_set(written_by_efface(ours)) == data_set(written_by_pydicom(theirs)), name


def test_written_data_sets_are_written_again_with_the_same_bytes():
    for name, data in readable_samples().items():
        once = written_by_efface(read_dataset(io.BytesIO(data)))
        assert written_by_efface(read_dataset(io.BytesIO(once))) == once, name
