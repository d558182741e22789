"""Private attributes: what the lists and a site keep, in which form, and what goes."""

import struct

import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items

from efface.transforms.dicom.configuration import configure
from efface.transforms.metadata.elements import put_bytes
from efface.transforms.metadata.header_identifiers import header_identifiers
from efface.transforms.metadata.profile import BASIC, TCIA, Option, Override, PrivateKeep, Profile
from efface.transforms.metadata.residuals import find_residuals
from efface.transforms.metadata.tables import physics_private, safe_private
from efface.transforms.metadata.walk import Scrubbed, scrub_dataset
from support.corpus import minimal, pseudonyms
from support.mr_series import csa

configure()
SAFE = Profile(options=frozenset({Option.RETAIN_SAFE_PRIVATE}))
GE = "GEMS_ACQU_01"


def scrub(dataset: Dataset, profile: Profile) -> Scrubbed:
    identifiers = header_identifiers(dataset)
    scrubbed = scrub_dataset(dataset, profile, pseudonyms(), pixels_cleaned=False)
    assert find_residuals(dataset, identifiers, profile) == ()
    return scrubbed


def with_private(group: int, creator: str, element: int, vr: str, value: object, block: int = 0x10) -> Dataset:
    dataset = minimal()
    dataset.add_new(group << 16 | block, "LO", creator)
    dataset.add_new(group << 16 | block << 8 | element, vr, value)
    return dataset


def value_of(dataset: Dataset, group: int, element: int, block: int = 0x10) -> object:
    tag = group << 16 | block << 8 | element
    return dataset[tag].value if tag in dataset else None


@pytest.mark.parametrize("profile", [TCIA, SAFE], ids=["tcia", "safe private alone"])
@pytest.mark.parametrize(
    ("group", "creator", "element", "vr", "value"),
    [
        (0x0019, GE, 0xBB, "DS", "-0.55822"),
        (0x0019, GE, 0x9C, "LO", "epi2"),
        (0x0019, GE, 0x9C, "LO", "epi_pepolar"),
        (0x0019, GE, 0x9C, "LO", "ABCD/muxarcepi2_hb"),
        (0x0051, "SIEMENS MR HEADER", 0x0F, "LO", "H1P;H2P"),
        (0x0043, "GEMS_PARM_01", 0x2C, "SS", 964),
        (0x0043, "GEMS_PARM_01", 0xB6, "LO", ["3", "1", "30"]),
        (0x0019, "SIEMENS MR HEADER", 0x0A, "US", 36),
        (0x0019, "SIEMENS MR HEADER", 0x29, "FD", [0.0, 1340.0, 70.0]),
        (0x0051, "SIEMENS MR HEADER", 0x0B, "SH", "64p*64"),
        (0x0051, "SIEMENS MR HEADER", 0x0F, "LO", "T:HEA;HEP"),
        (0x0051, "SIEMENS MR HEADER", 0x11, "LO", "p2s3"),
        (0x0021, "SIEMENS MR SDI 02", 0x06, "LO", "X_4_1_1_1_1_160_1_1_1_1_1_277"),
        (0x0021, "SIEMENS MR SDI 02", 0x1C, "IS", 1),
        (0x2005, "Philips MR Imaging DD 001", 0xB0, "FL", 0.5),
        (0x2005, "Philips MR Imaging DD 005", 0x12, "SL", 2),
        (0x2005, "Philips MR Imaging DD 005", 0x29, "CS", "LABEL"),
        (0x0065, "Image Private Header", 0x09, "FD", 929.75),
        (0x0065, "Image Private Header", 0x05, "SH", "A->P"),
        (0x700D, "TOSHIBA_MEC_MR3", 0x00, "DS", "1.25"),
        (0x0009, "GEMS_PETD_01", 0x38, "FL", 370.5),
    ],
)
def test_what_describes_the_making_of_an_image_stays(
    group: int, creator: str, element: int, vr: str, value: object, profile: Profile
) -> None:
    for block in (0x10, 0x13):
        dataset = with_private(group, creator, element, vr, value, block)
        expected = value_of(dataset, group, element, block)
        scrub(dataset, profile)
        assert value_of(dataset, group, element, block) == expected
    dataset = with_private(group, creator, element, vr, value)
    scrub(dataset, BASIC)
    assert not [tag for tag in dataset._dict if tag.is_private]


@pytest.mark.parametrize(
    ("group", "creator", "element", "vr", "value"),
    [
        (0x0019, GE, 0xBB, "LO", "Lovelace"),
        (0x0019, GE, 0x9C, "LO", "epi2_lovelace"),
        (0x0019, GE, 0x9D, "DT", "20200928020503"),
        (0x0019, "SIEMENS MR HEADER", 0x0A, "LO", "for Dr Novak"),
        (0x0019, "SIEMENS MR HEADER", 0x29, "FD", list(struct.unpack("<3d", b"Jiri Novak born in 1961."))),
        (0x0051, "SIEMENS MR HEADER", 0x0B, "SH", "room 12"),
        (0x0051, "SIEMENS MR HEADER", 0x0F, "LO", "NOVAK COIL"),
        (0x0051, "SIEMENS MR HEADER", 0x11, "LO", "p2 novak"),
        (0x0021, "SIEMENS MR SDI 02", 0x75, "CS", "NOVAK"),
        (0x2005, "Philips MR Imaging DD 005", 0x29, "CS", "NOVAK"),
        (0x0065, "Image Private Header", 0x05, "SH", "Novak"),
        (0x0029, "SIEMENS CSA HEADER", 0x10, "OB", b"Jiri Novak, born 1961"),
        (0x0021, "SIEMENS MR SDS 01", 0x01, "IS", "90"),  # the patient's weight
        (0x0043, "GEMS_PARM_01", 0x2A, "OB", b"Jiri Novak, born 1961"),
        (0x0025, "GEMS_SERS_01", 0x1B, "OB", b"Jiri Novak, born 1961"),
        (0x0019, "SOMEBODY ELSE", 0xBB, "DS", "1"),
    ],
)
def test_what_has_another_form_goes(group: int, creator: str, element: int, vr: str, value: object) -> None:
    dataset = with_private(group, creator, element, vr, value)
    scrub(dataset, TCIA)
    assert not [tag for tag in dataset._dict if tag.is_private]


def test_a_listed_number_that_is_an_identifier_of_the_header_goes() -> None:
    dataset = with_private(0x0019, GE, 0xB2, "DS", "77014312")
    dataset.PatientID = "77014312"
    scrub(dataset, TCIA)
    assert "77014312" not in str(value_of(dataset, 0x0019, 0xB2))


@pytest.mark.parametrize(("group", "creator", "element"), [(0x0071, "SIEMENS MED PT", 0x22), (0x0009, "GEMS_PETD_01", 0x0D)])
def test_the_time_of_decay_correction_moves_with_the_dates_or_goes(group: int, creator: str, element: int) -> None:
    value = "20200311101500.000000"
    for options, expected in (
        ({Option.RETAIN_LONG_FULL_DATES}, value),
        ({Option.RETAIN_LONG_MODIFIED_DATES}, "moved"),
        (set(), None),
    ):
        dataset = with_private(group, creator, element, "DT", value)
        dataset.SeriesDate, dataset.SeriesTime = "20200311", "101500"
        scrub(dataset, Profile(options=frozenset({Option.RETAIN_SAFE_PRIVATE, *options})))
        if expected == "moved":
            assert value_of(dataset, group, element) == f"{dataset.SeriesDate}101500.000000" != value
        else:
            assert value_of(dataset, group, element) == expected
    for vr, wrong in (("LO", "Plantagenet"), ("DT", "Plantagenet")):
        dataset = (
            with_private(group, creator, element, "UN", wrong.encode())
            if vr == "DT"
            else with_private(group, creator, element, vr, wrong)
        )
        scrub(dataset, TCIA)
        assert value_of(dataset, group, element) in (None, "", b"")


def test_a_site_keeps_an_attribute_by_its_creator_and_vr() -> None:
    keep = PrivateKeep("ACME 1", "(0077,xx05)", "LO", "reviewed")
    for options in (frozenset[Option](), TCIA.options):
        profile = Profile(options=options, private_keep=(keep,))
        dataset = with_private(0x0077, "ACME 1", 0x05, "LO", "gain high", 0x21)
        dataset.add_new(0x00772106, "LO", "not reviewed")
        scrub(dataset, profile)
        assert value_of(dataset, 0x0077, 0x05, 0x21) == "gain high"
        assert value_of(dataset, 0x0077, 0x06, 0x21) is None
        other = with_private(0x0077, "ACME 2", 0x05, "LO", "gain high")
        scrub(other, profile)
        assert value_of(other, 0x0077, 0x05) is None


def test_what_a_site_keeps_is_cleaned_by_its_vr() -> None:
    profile = Profile(
        options=TCIA.options,
        private_keep=tuple(PrivateKeep("ACME", f"0077xx0{n}", vr, "r") for n, vr in enumerate(["LO", "DA", "UI", "DS", "OB"])),
    )
    dataset = with_private(0x0077, "ACME", 0, "LO", "scan of Plantagenet")
    dataset.PatientName = "Plantagenet^Ada"
    dataset.add_new(0x00771001, "DA", "20200311")
    dataset.add_new(0x00771002, "UI", "1.2.3.4.5")
    dataset.add_new(0x00771003, "LO", "text where a number was reviewed")
    dataset.add_new(0x00771004, "OB", b"PLANTAGENET ")
    scrub(dataset, profile)
    assert "Plantagenet" not in str(value_of(dataset, 0x0077, 0))
    assert value_of(dataset, 0x0077, 1) not in ("20200311", None)
    assert str(value_of(dataset, 0x0077, 2)).startswith("2.25.")
    assert value_of(dataset, 0x0077, 3) is None
    assert b"PLANTAGENET" not in bytes(value_of(dataset, 0x0077, 4) or b"")  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("action", "expected"), [("X", None), ("Z", ""), ("K", "gain high"), ("D", "REMOVED"), ("C", "gain high")]
)
def test_an_override_works_on_a_private_attribute(action: str, expected: str | None) -> None:
    override = Override("0077xx05", action, "r", "ACME 1")
    for options in (frozenset[Option](), TCIA.options):
        dataset = with_private(0x0077, "ACME 1", 0x05, "LO", "gain high")
        scrub(dataset, Profile(options=options, overrides=(override,)))
        found = value_of(dataset, 0x0077, 0x05)
        assert (found or "") == (expected or "") and (found is None) == (expected is None)


def test_an_override_goes_over_both_lists() -> None:
    dataset = with_private(0x0019, GE, 0xBB, "DS", "0.5")
    scrub(dataset, Profile(options=TCIA.options, overrides=(Override("(0019,10bb)", "X", "not needed"),)))
    assert value_of(dataset, 0x0019, 0xBB) is None
    dataset = with_private(0x0019, GE, 0xBB, "DS", "0.5")
    scrub(dataset, Profile(overrides=(Override("(0019,10bb)", "K", "needed"),)))
    assert value_of(dataset, 0x0019, 0xBB) == 0.5


def test_an_override_without_a_creator_needs_just_one_that_the_lists_know() -> None:
    assert Override("001910BB", "K", "r").creator == GE
    assert Override("(0019,xxbb)", "K", "r") == Override("001910BB", "K", "r", GE)
    with pytest.raises(ValueError, match="creator"):
        Override("00771005", "K", "r")
    with pytest.raises(ValueError, match=r"known are: .*, "):
        Override("20011003", "K", "r")  # of several creators of one maker


def test_a_private_override_changes_the_digest_by_its_creator() -> None:
    def digest(creator: str) -> str:
        return Profile(overrides=(Override("0077xx05", "K", "r", creator),)).digest()

    assert digest("A") != digest("B")
    assert Profile(private_keep=(PrivateKeep("A", "0077xx05", "LO", "r"),)).digest() != BASIC.digest()


def test_the_lists_do_not_overlap_and_their_forms_are_known() -> None:
    assert not physics_private().keys() & safe_private().keys()
    assert all(group % 2 and row.form and row.vr for (group, _, _), row in physics_private().items())


@pytest.mark.parametrize("text", ["77014312", "77014312.0", "7.7014312e7", "19570412", "+77014312"])
@pytest.mark.parametrize("name", ["EchoNumbers", "MosaicRefAcqTimes", "MrPhoenixProtocol"])
def test_a_number_of_a_vendors_header_that_is_an_identifier_goes(name: str, text: str) -> None:
    line = f"### ASCCONV BEGIN ###\nalTE[0] = {text}\n### ASCCONV END ###" if name == "MrPhoenixProtocol" else text
    values = {"B_value": ["1000"], name: [line, "12.5", line]}
    dataset = with_private(0x0029, "SIEMENS CSA HEADER", 0x10, "OB", csa(values))
    dataset.PatientID, dataset.PatientBirthDate = "77014312", "19570412"
    scrub(dataset, TCIA)
    left = bytes(value_of(dataset, 0x0029, 0x10))  # type: ignore[call-overload]
    assert text.encode() not in left
    assert b"1000" in left


def test_a_code_of_a_vendors_header_that_spells_a_name_goes() -> None:
    header = csa({"ImaCoilString": ["NOV;AK"], "B_value": ["1000"]})
    dataset = with_private(0x0029, "SIEMENS CSA HEADER", 0x10, "OB", header)
    dataset.PatientName = "Novak^Jiri"
    scrub(dataset, TCIA)
    assert b"1000" in bytes(value_of(dataset, 0x0029, 0x10))  # type: ignore[call-overload]


def frames(*times: str) -> Dataset:
    dataset = with_private(0x0065, "Image Private Header", 0x50, "DS", str(len(times)))
    items = []
    for time in times:
        item = Dataset()
        item.AcquisitionTime, item.AcquisitionDate = time, "20200311"
        items.append(item)
    dataset.add_new(0x00651051, "SQ", Items(items))
    return dataset


@pytest.mark.parametrize(
    ("times", "left"),
    [
        (["101500.25", "101457.125", "101458"], ["000003.125000", "000000.000000", "000000.875000"]),
        (["235959.5", "000001.25"], ["000000.000000", "000001.750000"]),
        (["101500.25", "soon"], [None, None]),
    ],
)
def test_the_order_of_slices_stays_where_their_times_go(times: list[str], left: list[str | None]) -> None:
    dataset = frames(*times)
    scrub(dataset, SAFE)
    assert [item.get("AcquisitionTime") for item in dataset[0x00651051].value] == left
    assert all("AcquisitionDate" not in item for item in dataset[0x00651051].value)
    kept = frames("101500.25", "101457.125")
    scrub(kept, TCIA)
    assert [item.AcquisitionTime for item in kept[0x00651051].value] == ["101500.25", "101457.125"]


@pytest.mark.parametrize(
    ("text", "stays"),
    [
        ("b=1000(0.445,0.000,-0.895)", True),
        ("b=0", True),
        ("b=1000(0.445,0.000,-0.895) Novak", False),
        ("b=1000", True),
        ("seen by Novak", False),
    ],
)
def test_an_image_comment_that_is_a_gradient_stays_with_the_physics(text: str, stays: bool) -> None:
    for profile, may_stay in ((SAFE, True), (BASIC, False)):
        dataset = minimal()
        dataset.ImageComments = text
        scrub(dataset, profile)
        assert (dataset.get("ImageComments") == text) == (stays and may_stay)


def test_a_sequence_that_does_not_parse_goes() -> None:
    dataset = with_private(0x0065, "Image Private Header", 0x50, "DS", "1")
    put_bytes(dataset, 0x00651051, "UN", b"no items at all, Jiri Novak")
    scrub(dataset, TCIA)
    assert value_of(dataset, 0x0065, 0x51) is None


@pytest.mark.parametrize("name", ["Siemens^Hans", "Philips^Anna"])
def test_a_patient_may_be_called_like_a_maker(name: str) -> None:
    dataset = with_private(0x0019, "SIEMENS MR HEADER", 0x0A, "US", 36)
    dataset.add_new(0x20050010, "LO", "Philips MR Imaging DD 001")
    dataset.add_new(0x200510B0, "FL", 0.5)
    dataset.PatientName = name
    scrub(dataset, TCIA)  # finds no residual
    assert value_of(dataset, 0x0019, 0x0A) == 36 and value_of(dataset, 0x2005, 0xB0) == 0.5


def test_a_creator_that_no_list_knows_is_still_searched_for() -> None:
    dataset = with_private(0x0019, "Plantagenet lab", 0x0A, "US", 36)
    dataset.PatientName = "Plantagenet^Ada"
    assert find_residuals(dataset, header_identifiers(dataset), TCIA)
