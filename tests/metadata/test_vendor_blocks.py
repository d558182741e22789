"""Headers of vendors within private attributes: rebuilt from lists of names, whatever stands in them."""

import gzip
import re
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from efface.transforms.metadata.vendor_blocks import REBUILDERS, ge_protocol, ge_user_data, siemens_csa, siemens_protocol
from efface.transforms.metadata.vendor_blocks.siemens_csa import Tag, parse, rebuild, write
from support.mr_series import PROTOCOL, csa

LISTED = {
    "B_value": ["1000"],
    "MosaicRefAcqTimes": ["0.0", "1340.0", "70.5"],
    "ImaPATModeText": ["p2"],
    "ICE_Dims": ["X_1_1_1_1_1"],
}
IDENTIFYING = st.sampled_from(["Plantagenet", "PLNT-770143", "19570412", "room 12", "1.2.840.113619.2.44", "Dr. Novák"])
TEXTS = st.one_of(IDENTIFYING, st.text(max_size=40), st.from_regex(r"[-+]?\d{1,8}(\.\d{1,6})?", fullmatch=True))


def values_of(header: bytes) -> dict[str, list[str]]:
    return {tag.name: [item.decode() for item in tag.items if item] for tag in parse(header)}


@pytest.mark.parametrize("is_second", [True, False], ids=["CSA2", "CSA1"])
def test_listed_values_of_a_csa_header_stay_in_order_and_layout(is_second: bool) -> None:
    header = csa(LISTED, is_second=is_second)
    built = rebuild(header)
    assert built is not None and built.startswith(b"SV10") == is_second
    assert values_of(built) == LISTED
    assert [len(tag.items) for tag in parse(built)] == [len(tag.items) for tag in parse(header)][2:]
    assert rebuild(built) == built


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(
        st.one_of(
            st.sampled_from([*LISTED, "PatientName", "MrPhoenixProtocol", "ImageHistory"]),
            st.from_regex(r"[A-Za-z_]{1,20}", fullmatch=True),
        ),
        st.lists(TEXTS, max_size=8),
        max_size=8,
    ),
    st.booleans(),
)
def test_nothing_but_listed_forms_leaves_a_csa_header(values: dict[str, list[str]], is_second: bool) -> None:
    header = csa({name: [text.replace("\0", "") for text in texts] for name, texts in values.items()}, is_second=is_second)
    built = rebuild(header) or b""
    for word in (b"Plantagenet", b"PLNT", b"room", b"113619", b"Nov"):
        assert word not in built
    for name, texts in values_of(built).items():
        assert name in siemens_csa._NUMBERS | siemens_csa._FORMS.keys() | {"MrPhoenixProtocol"}
        assert all(text.isascii() for text in texts)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_lengths_that_lie_do_no_harm(data: st.DataObject) -> None:
    header = bytearray(csa(LISTED, is_second=data.draw(st.booleans())))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(header) - 4))
        struct.pack_into("<i", header, place, data.draw(st.one_of(st.integers(-(2**31), 2**31 - 1), st.integers(-2, 600))))
    cut = bytes(header[: data.draw(st.integers(0, len(header)))])
    for candidate in (bytes(header), cut):
        built = rebuild(candidate) or b""
        assert b"Plantagenet" not in built
        assert len(built) <= 4 * len(candidate) + 16


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=400), st.sampled_from([b"", b"SV10\4\3\2\1\5\0\0\0M\0\0\0", b"\5\0\0\0M\0\0\0", b"\0\0\0\0\x1f\x8b\x08"])
)
def test_any_bytes_are_taken_by_every_rebuilder(tail: bytes, head: bytes) -> None:
    for build in REBUILDERS.values():
        build(head + tail)


def test_what_stands_behind_the_name_or_between_the_items_goes() -> None:
    header = bytearray(csa({"B_value": ["1000"]}))
    place = header.index(b"B_value\0") + 8
    header[place : place + 11] = b"Plantagenet"
    header += b"Plantagenet behind all tags"
    built = rebuild(bytes(header))
    assert built is not None and b"Plantagenet" not in built and values_of(built) == {"B_value": ["1000"]}


def test_vr_and_numbers_of_a_tag_have_no_room_for_an_identifier() -> None:
    header = write([Tag("B_value", 77014312, b"novk", 19570412, 770143, (b"1000",))], is_second=True)
    [tag] = parse(rebuild(header) or b"")
    assert (tag.multiplicity, tag.vr, tag.syngo_type, tag.mark) == (0, b"", 0, 77)


def test_lines_of_the_protocol_stay_by_name_and_form() -> None:
    built = siemens_protocol.rebuild(PROTOCOL)
    assert built is not None
    lines = [line.split(b"\t = \t") for line in built.splitlines() if b" = " in line]
    assert [name for name, _ in lines] == [
        b"sKSpace.lPhaseEncodingLines",
        b"sKSpace.lBaseResolution",
        b"sFastImaging.lEchoSpacing",
        b"sPat.lAccelFactPE",
        b"sKSpace.ucPhasePartialFourier",
        b"sSliceArray.ucImageNumb",
    ]
    assert siemens_protocol.rebuild(built) == built


@pytest.mark.parametrize(
    ("line", "stays"),
    [
        ("alTE[0] = 30000", True),
        ("alTE[0] = 30000 # ms, for Novak", True),
        ("sWipMemBlock.alFree[3] = 5", True),
        ("sWiPMemBlock.adFree[3] = 0.5", True),
        ("sGRADSPEC.asGPAData[0].lOffsetX = -10591", True),
        ("sDiffusion.alBValue[1] = 1000", True),
        ('tSequenceFileName = "%SiemensSeq%\\ep2d_bold"', True),
        ('tSequenceFileName = ""%CustomerSeq%\\cmrr_mbep2d_diff""', True),
        ('tSequenceFileName = "%CustomerSeq%\\novak_ep2d"', False),
        ('tProtocolName = "ep2d"', False),
        ('sKSpace.lBaseResolution = "Novak"', False),
        ("sKSpace.lBaseResolution = Novak", False),
        ("sPatient.lNumber = 770143", False),
        ("lPatientID = 770143", False),
        ('tReferenceImage0 = "1.3.12.2.1107.5.2.43.67060"', False),
        ("sGRADSPEC.sEddyCompensationX.aflAmplitude[0] = 0.0004", False),
        ("sTXSPEC.asNucleusInfo[0].lFrequency = 123255865", False),
    ],
)
def test_a_line_of_the_protocol(line: str, stays: bool) -> None:
    built = siemens_protocol.rebuild(f"### ASCCONV BEGIN ###\n{line}\n### ASCCONV END ###\n".encode())
    assert (built is not None) == stays
    assert b"ovak" not in (built or b"") and b"770143" not in (built or b"")


def test_a_long_protocol_is_read_in_linear_time() -> None:
    for line in (b"a" * 200_000, b"a" * 100 + b" " * 200_000 + b"=", b"sKSpace." * 40_000, b"alTE[0] = " + b"9" * 200_000):
        assert (
            siemens_protocol.rebuild(b"### ASCCONV BEGIN " + line[:100_000] + b"\n" + line + b"\n### ASCCONV END ###") is None
        )


def test_the_protocol_of_ge_keeps_the_order_of_the_slices() -> None:
    kept = b'set PSEQ "Spin Echo"\nset IOPT "EDR, EPI, DIFF, Asset"\nset SLICEORDER "1"\nset NOSLC "40"\n'
    packed = gzip.compress(b'set SEDESC "Plantagenet"\n' + kept + b'set DELACQ "Novak"\n')
    built = ge_protocol.rebuild(struct.pack("<I", len(packed)) + packed)
    assert built is not None and struct.unpack("<I", built[:4])[0] == len(built) - 4
    assert gzip.decompress(built[4:]) == b"\n" + kept
    assert ge_protocol.rebuild(built) == built


def test_options_of_ge_stay_without_those_that_nobody_knows() -> None:
    packed = gzip.compress(b'set IOPT "EPI, MPh, NovakOption, HyperBand"\n')
    built = ge_protocol.rebuild(struct.pack("<I", len(packed)) + packed)
    assert built is not None and gzip.decompress(built[4:]) == b'\nset IOPT "EPI, MPh, HyperBand"\n'


def test_a_protocol_that_inflates_without_end_is_cut() -> None:
    bomb = gzip.compress(b"A" * (1 << 26))
    assert ge_protocol.rebuild(struct.pack("<I", len(bomb)) + bomb) is None
    xml = gzip.compress(b"<?xml version='1.0'?><name>Plantagenet</name>")
    assert ge_protocol.rebuild(struct.pack("<I", len(xml)) + xml) is None
    assert ge_protocol.rebuild(b"\0\0\0\0" + zlib.compress(b'set NOSLC "3"\n')) is None


@settings(max_examples=100, deadline=None)
@given(st.binary(min_size=2048, max_size=2048), st.sampled_from([14.0, 24.0, 25.002, 28.003]), st.integers(26, 600))
def test_the_user_data_of_ge_keep_their_flags_alone(noise: bytes, version: float, start: int) -> None:
    data = bytearray(noise)
    struct.pack_into("<H", data, 24, start)
    struct.pack_into("<f", data, start, version)
    built = ge_user_data.rebuild(bytes(data))
    assert built is not None and len(built) == len(data)
    assert sum(byte != 0 for byte in built) <= 2 + 4 + 1 + 1 + 1
    assert ge_user_data.rebuild(built) == built
    assert not re.search(rb"[ -~]{5}", built)
