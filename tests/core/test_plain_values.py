from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataelem import RawDataElement, convert_raw_data_element
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_data_element
from pydicom.tag import BaseTag

from efface.transforms.core.plain_values import NotPlain, plain_value

VRS = st.sampled_from(["CS", "LO", "SH", "UI", "US", "IS"])
LETTERS = st.text("AZaz09 .-+~^=\\\0\x1b\xe4", max_size=9).map(lambda text: text.encode("latin-1"))


@given(VRS, st.one_of(LETTERS, st.binary(max_size=4), st.from_regex(rb"[0-9.]{1,7}[ \0]?", fullmatch=True)), st.booleans())
def test_a_plain_value_is_what_pydicom_reads_and_writes_with_the_same_bytes(vr, data, is_little):
    data += b" " * (len(data) % 2)
    value = plain_value(vr, data, is_little=is_little)
    if value is NotPlain.NOT_PLAIN:
        return
    raw = RawDataElement(BaseTag(0x00090010), vr, len(data), data or None, 0, False, is_little)
    element = convert_raw_data_element(raw, encoding=["iso8859"])
    assert element.value == value
    written = DicomBytesIO()
    written.is_implicit_VR, written.is_little_endian = False, is_little
    write_data_element(written, element, ["iso8859"])
    assert written.getvalue()[8:] == data


def test_plain_values_are_plain():
    values = [("CS", b"MONOCHROME2 "), ("UI", b"1.2.840\0"), ("LO", b"A b"[:2]), ("US", b"\1\2"), ("IS", b"12"), ("SH", b"")]
    assert all(plain_value(vr, data, is_little=True) is not NotPlain.NOT_PLAIN for vr, data in values)
    assert plain_value("US", b"\1\2", is_little=False) == 0x0102
