"""No spelling of the header is left in any carrier, and the last check sees what is: every patient, spelling and carrier."""

import copy
import io
import struct

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from efface.pipeline.policy import load_policy
from efface.transforms.dicom.configuration import configure
from efface.transforms.dicom.parse import read_dataset
from efface.transforms.metadata.elements import put_bytes
from efface.transforms.metadata.header_identifiers import header_identifiers
from efface.transforms.metadata.residuals import find_residuals
from efface.transforms.metadata.walk import scrub_dataset
from support.corpus import minimal, pseudonyms, saved
from support.other_spellings import HEADERS, names, numbers, shows

configure()
POLICIES = {name: load_policy(name).profile for name in ("basic", "tcia")}
SEQUENCE = 0x00082218
PHILIPS, GE, STRESS = "Philips Imaging DD 001", "GEMS_PARM_01", "Philips ST80i"

TEXTS = {
    "Image Comments": (0x00204000, "LT", "knee {} left", ""),
    "Series Description": (0x0008103E, "LO", "knee {} left", ""),
    "Receive Coil Name": (0x00181250, "SH", "{}", ""),
    "Model Name": (0x00081090, "LO", "S9 {}", ""),
    "Long Code Value": (0x00080119, "UC", "{}", ""),
    "Scan Options": (0x00180022, "CS", "{}", ""),
    "Code Meaning": (0x00080104, "LO", "{}", ""),
    "Code Value": (0x00080100, "SH", "{}", ""),
    "Text Value": (0x0040A160, "UT", "seen: {}", ""),
    "Unformatted Text Value": (0x00700006, "ST", "see {}", ""),
    "Graphic Layer": (0x00700002, "CS", "{}", ""),
    "Content Label": (0x00700080, "CS", "{}", ""),
    "ROI Name": (0x30060026, "LO", "PTV_{}", ""),
    "Structure Set Label": (0x30060002, "SH", "{}", ""),
    "Beam Name": (0x300A00C2, "LO", "{} 1", ""),
    "De-identification Method": (0x00120063, "LO", "tool: {}", ""),
    "private LO": (0x20011050, "LO", "{}", PHILIPS),
    "private SH": (0x00431027, "SH", "{}", GE),
    "private CS": (0x20011004, "CS", "{}", PHILIPS),
    "private ST": (0x2001105A, "ST", "{}", PHILIPS),
}
"""Tag, VR, what stands around the value, private creator."""

BYTES = {
    "Red Palette Color Lookup Table Data": (0x00281201, "OW", ""),
    "ICC Profile": (0x00282000, "OB", ""),
    "Waveform Data": (0x54001010, "OW", ""),
    "Point Coordinates Data": (0x00660016, "OF", ""),
    "LUT Data": (0x00283006, "US", ""),
    "private OW": (0x00251001, "OW", STRESS),
    "private FD": (0x2001104F, "FD", PHILIPS),
    "private FL": (0x20011003, "FL", PHILIPS),
    "private SL": (0x20011013, "SL", PHILIPS),
    "private AT": (0x200110D0, "AT", PHILIPS),
}


def holding(name: str, identifier: str, tag: int, vr: str, creator: str, values: list[bytes]) -> Dataset:
    """A patient's data set with a value in each item of a sequence, read from a file."""
    dataset = minimal()
    dataset.SpecificCharacterSet, dataset.PatientName, dataset.PatientID = "ISO_IR 192", name, identifier
    items = []
    for value in values:
        item = Dataset()
        if creator:
            put_bytes(item, tag >> 16 << 16 | (tag & 0xFFFF) >> 8, "LO", creator.encode())
        put_bytes(item, tag, vr, value + b"\0" * (-len(value) % 8) if vr in VRS_OF_BYTES else value)
        items.append(item)
    dataset.add_new(SEQUENCE, "SQ", Sequence(items))
    return read_dataset(io.BytesIO(saved(dataset)))


VRS_OF_BYTES = {vr for _, vr, _ in BYTES.values()}


def left_in(dataset: Dataset, tag: int, policy: str) -> list[bytes]:
    """The values after the profile was applied, and a file was written and read; the last check must agree."""
    identifiers = header_identifiers(dataset)
    scrub_dataset(dataset, POLICIES[policy], pseudonyms(), pixels_cleaned=False)
    written = read_dataset(io.BytesIO(saved(dataset)))
    assert find_residuals(copy.deepcopy(written), identifiers, POLICIES[policy]) == ()
    if SEQUENCE not in written:
        return []
    return [item._dict[tag].value or b"" if tag in item else b"" for item in written[SEQUENCE].value]


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("carrier", TEXTS)
def test_no_spelling_is_left_in_a_text(carrier: str, policy: str) -> None:
    tag, vr, around, creator = TEXTS[carrier]
    for name, identifier in HEADERS:
        spelled = {**names(name), **{f"ID {how}": spelling for how, spelling in numbers(identifier).items()}}
        values = [around.format(spelling).encode() for spelling in spelled.values()]
        left = left_in(holding(name, identifier, tag, vr, creator, values), tag, policy)
        kept = [how for (how, spelling), value in zip(spelled.items(), left, strict=False) if shows(value, name, spelling)]
        assert kept == [], name
        if "knee" in around and policy == "tcia":
            assert all(value.startswith(b"knee") and value.strip().endswith(b"left") for value in left)


CODECS = (
    "utf-8",
    "utf-16-le",
    "utf-16-be",
    "utf-32-le",
    "latin-1",
    "iso8859-2",
    "iso8859-5",
    "iso8859-7",
    "iso8859-9",
    "cp1252",
)
AROUND = (b"", b"\0" * 40, bytes(range(256)), bytes(range(255, 0, -3)))
HOW = ("as it is", "capitals", "small letters", "decomposed", "without accents", "digraphs", "without separators", "half 0")


def encoded(spellings: list[str]) -> list[bytes]:
    found = []
    for spelling in spellings:
        for codec in CODECS:
            try:
                found.append(spelling.encode(codec))
            except UnicodeEncodeError:
                continue
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("carrier", BYTES)
def test_no_spelling_is_left_in_bytes(carrier: str) -> None:
    tag, vr, creator = BYTES[carrier]
    for index, (name, identifier) in enumerate(HEADERS):
        spelled = names(name)
        planted = encoded([spelled[how] for how in HOW if how in spelled] + [*numbers(identifier).values()][:2])
        around = AROUND[index % len(AROUND)]
        dataset = holding(name, identifier, tag, vr, creator, [around + value + around for value in planted])
        left = left_in(dataset, tag, "tcia")
        assert len(left) == len(planted)
        assert [value for value, kept in zip(planted, left, strict=True) if value.lower() in kept.lower()] == [], name
        if around and carrier != "ICC Profile":  # A profile is built anew.
            assert all(around[:8] in kept for kept in left)  # The rest is untouched.


@pytest.mark.parametrize("codec", ["latin-1", "cp1252", "iso8859-2", "iso8859-9", "iso8859-5", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("declared", ["ISO_IR 192", "ISO_IR 100", "ISO_IR 101", "ISO_IR 144"])
def test_no_spelling_is_left_in_another_character_set_than_declared(codec: str, declared: str) -> None:
    for name, identifier in HEADERS:
        surname = name.split("^")[0]
        python_codec = {"ISO_IR 192": "utf-8", "ISO_IR 100": "latin-1", "ISO_IR 101": "iso8859-2", "ISO_IR 144": "iso8859-5"}
        try:
            value = surname.encode(codec)
            name.encode(python_codec[declared])
        except UnicodeEncodeError:
            continue
        dataset = minimal()
        dataset.SpecificCharacterSet, dataset.PatientName, dataset.PatientID = declared, name, identifier
        for tag, vr in ((0x00204000, "LT"), (0x0008103E, "LO"), (0x00181250, "SH")):
            put_bytes(dataset, tag, vr, b"knee " + value)
        read = read_dataset(io.BytesIO(saved(dataset)))
        identifiers = header_identifiers(read)
        scrub_dataset(read, POLICIES["tcia"], pseudonyms(), pixels_cleaned=False)
        written = saved(read)
        assert value not in written, name
        assert find_residuals(read_dataset(io.BytesIO(written)), identifiers, POLICIES["tcia"]) == ()


@pytest.mark.parametrize(
    ("name", "charset", "comment"),
    [
        (b"M\xfcllerhuber^Ida", "ISO_IR 192", "Muellerhuber"),
        ("Müllerhuber^Ida".encode(), "ISO_IR 100", "MUELLERHUBER"),
        (b"M&uuml;llerhuber^Ida", "ISO_IR 100", "Muellerhuber"),
        (b"M?llerhuber^Ida", "ISO_IR 100", "Muellerhuber"),
        ("M\ufffdllerhuber^Ida".encode(), "ISO_IR 192", "Mullerhuber"),
    ],
)
def test_a_header_that_lost_letters_is_searched_for(name: bytes, charset: str, comment: str) -> None:
    dataset = minimal()
    dataset.SpecificCharacterSet, dataset.ImageComments = charset, f"knee of {comment}"
    dataset.PatientName = "N" * (len(name) + len(name) % 2)
    data = saved(dataset).replace(str(dataset.PatientName).encode(), name + b" " * (len(name) % 2))
    read = read_dataset(io.BytesIO(data))
    scrub_dataset(read, POLICIES["tcia"], pseudonyms(), pixels_cleaned=False)
    assert read.ImageComments == "knee of"


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize(
    "written", ["7741920", "+7741920", "007741920", "7741920.0", "7741920.", "7.741920E6", "1\\7741920\\3"]
)
def test_a_decimal_that_is_an_identifier_goes(written: str, policy: str) -> None:
    dataset = minimal()
    dataset.PatientID = "MR 77-41-920"
    put_bytes(dataset, 0x00180088, "DS", written.encode())
    identifiers = header_identifiers(dataset)
    assert "00180088" in find_residuals(dataset, identifiers, POLICIES[policy])
    scrub_dataset(dataset, POLICIES[policy], pseudonyms(), pixels_cleaned=False)
    left = bytes(dataset._dict[pydicom.tag.Tag(0x00180088)].value)
    assert left.strip() == (b"1\\0\\3" if "\\" in written else b"")  # Type 3: it may be empty.
    assert find_residuals(dataset, identifiers, POLICIES[policy]) == ()


@pytest.mark.parametrize(
    ("tag", "vr", "form"),
    [(0x2001104F, "FD", "<3d"), (0x20011003, "FL", "<3f"), (0x20011030, "UL", "<3I"), (0x20011013, "SL", "<3i")],
)
@pytest.mark.parametrize("is_big_endian", [False, True])
def test_a_number_that_is_an_identifier_becomes_zero(tag: int, vr: str, form: str, is_big_endian: bool) -> None:
    form = form.replace("<", ">") if is_big_endian else form
    dataset = minimal()
    dataset.PatientID = "7741920"
    put_bytes(dataset, 0x20010010, "LO", PHILIPS.encode())
    put_bytes(dataset, tag, vr, struct.pack(form, 12, 7741920, 4))
    element = dataset._dict[pydicom.tag.Tag(tag)]
    dataset._dict[pydicom.tag.Tag(tag)] = element._replace(is_little_endian=not is_big_endian)
    identifiers = header_identifiers(dataset)
    scrub_dataset(dataset, POLICIES["tcia"], pseudonyms(), pixels_cleaned=False)
    assert struct.unpack(form, dataset._dict[pydicom.tag.Tag(tag)].value) == (12, 0, 4)
    assert identifiers


def test_numbers_that_a_program_has_set_are_searched_as_well() -> None:
    dataset = minimal()
    dataset.PatientID = "7741920"
    dataset.SpacingBetweenSlices, dataset.TriggerTime, dataset.AcquisitionDuration = "7741920", 7741920, 7741920.0
    identifiers = header_identifiers(dataset)
    scrub_dataset(dataset, POLICIES["tcia"], pseudonyms(), pixels_cleaned=False)
    assert b"7741920" not in saved(dataset)
    assert struct.pack("<d", 7741920.0) not in saved(dataset)
    assert find_residuals(dataset, identifiers, POLICIES["tcia"]) == ()


SHORT = [
    ("Head^Max", "12"),
    ("Hand^Li", "0001"),
    ("Chest^Long", "2021"),
    ("Axial^Original", "512"),
    ("Kim^Le", "1"),
    ("Supine^Ct", "1234"),
]


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize(("name", "identifier"), SHORT)
def test_short_values_and_defined_terms_stay_in_codes_and_numbers(name: str, identifier: str, policy: str) -> None:
    dataset = minimal()
    dataset.PatientName, dataset.PatientID = name, identifier
    family = name.split("^", maxsplit=1)[0].upper()
    kept = {
        "BodyPartExamined": family if family in ("HEAD", "HAND", "CHEST") else "KNEE",
        "InstanceNumber": 12,
        "SeriesNumber": 1,
        "Rows": 512,
        "KVP": 1234,
        "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
        "PatientPosition": "HFS",
        "Modality": "CT",
        "ScanOptions": "HELICAL",
    }
    for keyword, value in kept.items():
        setattr(dataset, keyword, value)
    read = read_dataset(io.BytesIO(saved(dataset)))
    identifiers = header_identifiers(read)
    scrub_dataset(read, POLICIES[policy], pseudonyms(), pixels_cleaned=False)
    assert {keyword: read[keyword].value for keyword in kept} == kept
    assert find_residuals(read, identifiers, POLICIES[policy]) == ()


@pytest.mark.parametrize("vr", ["CS", "LO"])
def test_a_code_that_no_list_explains_goes_where_the_values_are_enumerated(vr: str) -> None:
    dataset = minimal()
    put_bytes(dataset, 0x00720006, vr, b"SITE")
    scrub_dataset(dataset, POLICIES["tcia"], pseudonyms(), pixels_cleaned=False)
    assert dataset[0x00720006].value == "SITE"
    put_bytes(dataset, 0x00720006, vr, b"OAKHOLLOW")
    scrub_dataset(dataset, POLICIES["tcia"], pseudonyms(), pixels_cleaned=False)
    assert dataset[0x00720006].value == "REMOVED"


def test_markup_in_bytes_is_cleaned_and_stays_markup() -> None:
    xml = (
        '<?xml version="1.0"?><s xmlns="http://x.y/z"><p id="4471209"><n>Wolf, Jana</n></p>'
        "<t>call 555-867-5309: knee T2</t></s>"
    )
    for codec in ("utf-8", "utf-16-le"):
        dataset = holding("Wolf^Jana", "4471209", 0x00251001, "OW", STRESS, [xml.encode(codec)])
        [left] = left_in(dataset, 0x00251001, "tcia")
        text = left.decode(codec).rstrip("\0 ")
        assert text.startswith('<?xml version="1.0"?><s xmlns="http://x.y/z"><p id="">') and text.endswith(": knee T2</t></s>")
        assert not any(secret in text for secret in ("Wolf", "Jana", "4471209", "867"))


LOCAL, PUBLIC = b"99LOCAL", b"SCT"


@pytest.mark.parametrize(
    ("scheme", "meaning", "left"),
    [
        (LOCAL, "Seen by Barnaby Oglethorpe", "Seen by"),
        (LOCAL, "Knee of Wolf", "Knee of"),
        (LOCAL, "Knee 555-867-5309", "Knee"),
        (PUBLIC, "Knee joint", "Knee joint"),
        (PUBLIC, "Wolf", "REMOVED"),
    ],
)
def test_the_meaning_of_a_local_code_is_free_text(scheme: bytes, meaning: str, left: str) -> None:
    dataset = minimal()
    dataset.PatientName = "Wolf^Jana"
    item = Dataset()
    put_bytes(item, 0x00080100, "SH", b"1")
    put_bytes(item, 0x00080102, "SH", scheme)
    put_bytes(item, 0x00080104, "LO", meaning.encode())
    dataset.add_new(SEQUENCE, "SQ", Sequence([item]))
    scrub_dataset(dataset, POLICIES["tcia"], pseudonyms(), pixels_cleaned=False)
    assert dataset[SEQUENCE].value[0].CodeMeaning == left


@pytest.mark.parametrize(
    ("scheme", "value", "left"),
    [
        (LOCAL, "Paged Barnaby Oglethorpe with result", "Paged with result"),
        (LOCAL, "Knee 555-867-5309", "Knee"),
        (LOCAL, "KNEE-LEFT-AP-00017", "KNEE-LEFT-AP-00017"),
        (PUBLIC, "621566751000087104", "621566751000087104"),
    ],
)
def test_a_long_code_of_several_words_is_free_text(scheme: bytes, value: str, left: str) -> None:
    dataset = minimal()
    item = Dataset()
    put_bytes(item, 0x00080119, "UC", value.encode())
    put_bytes(item, 0x00080102, "SH", scheme)
    put_bytes(item, 0x00080104, "LO", b"Knee")
    dataset.add_new(SEQUENCE, "SQ", Sequence([item]))
    scrub_dataset(dataset, POLICIES["tcia"], pseudonyms(), pixels_cleaned=False)
    assert " ".join(dataset[SEQUENCE].value[0].LongCodeValue.split()) == left


@pytest.mark.parametrize(
    ("earlier", "left"),
    [
        ("by Thaddeus Quillon, Tel 617-555-0142", ["by , Tel"]),
        ("Wolf, 555-867-5309", []),
        ("DICOM PS 3.15 AnnexE. Details in 0012,0064", ["DICOM PS 3.15 AnnexE. Details in 0012,0064"]),
        ("RSNA CTP: clean by rule\\Per Basic Profile", ["RSNA CTP: clean by rule", "Per Basic Profile"]),
    ],
)
def test_what_an_earlier_pass_says_is_cleaned_as_free_text(earlier: str, left: list[str]) -> None:
    dataset = minimal()
    dataset.PatientName = "Wolf^Jana"
    put_bytes(dataset, 0x00120063, "LO", earlier.encode())
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "1", "99X", "by Barnaby Oglethorpe"
    own = Dataset()
    own.CodeValue, own.CodingSchemeDesignator, own.CodeMeaning = "113100", "DCM", "Basic Application Confidentiality Profile"
    dataset.DeidentificationMethodCodeSequence = Sequence([code, own])
    scrub_dataset(dataset, POLICIES["tcia"], pseudonyms(), pixels_cleaned=False)
    method = dataset.DeidentificationMethod
    assert ([method] if isinstance(method, str) else list(method)) == [*left, "efface: PS3.15 Annex E"]
    meanings = [item.CodeMeaning for item in dataset.DeidentificationMethodCodeSequence]
    assert "Barnaby" not in meanings[0] and meanings[1] == "Basic Application Confidentiality Profile"
