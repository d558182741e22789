import pytest
from pydicom.uid import UID_dictionary

from efface.transforms.core.errors import TransferSyntaxError
from efface.transforms.dicom.codecs import can_decode
from efface.transforms.dicom.transfer_syntaxes import check_transfer_syntax

STANDARD = [uid for uid, entry in UID_dictionary.items() if entry[1] == "Transfer Syntax"]


@pytest.mark.parametrize(
    ("uid", "named"),
    [
        ("1.2.840.10008.1.2.4.100", "MPEG-2"),
        ("1.2.840.10008.1.2.4.102.1", "MPEG-4"),
        ("1.2.840.10008.1.2.4.107", "HEVC"),
        ("1.2.840.10008.1.2.4.110", "JPEG XL"),
        ("1.2.840.10008.1.2.8.1", "deflated"),
        ("1.2.3.4", "private"),
        ("", "private"),
    ],
)
def test_what_is_refused_is_named(uid, named):
    with pytest.raises(TransferSyntaxError, match=named):
        check_transfer_syntax(uid)


def test_every_transfer_syntax_of_the_standard_is_read_or_refused_by_name():
    for uid in STANDARD:
        try:
            check_transfer_syntax(uid)
        except TransferSyntaxError as error:
            assert "private" not in str(error)
            assert not can_decode(uid)
