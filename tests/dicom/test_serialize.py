import io

import pydicom

from efface.transforms.dicom.parse import read_dataset
from efface.transforms.dicom.serialize import serialize
from support.samples import sample


def test_preamble_and_file_meta_hold_nothing_of_the_source():
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
