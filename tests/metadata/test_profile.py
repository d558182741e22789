import re

import pytest

from efface.transforms.dicom.configuration import configure
from efface.transforms.metadata.explain import explain_dataset
from efface.transforms.metadata.handlers.listed import planned_actions
from efface.transforms.metadata.patients import PatientMapping
from efface.transforms.metadata.profile import BASIC, TCIA, Option, Override, Profile, TextRule
from support.corpus import minimal


@pytest.mark.parametrize(
    ("tag", "action", "reason"),
    [
        ("1234", "X", "r"),
        ("00091001", "X", "r"),
        ("00020016", "K", "r"),
        ("00100020", "K", "r"),
        ("00081030", "Y", "r"),
        ("00081030", "X", " "),
        ("00081030", "U", "r"),
    ],
)
def test_bad_overrides_are_refused(tag: str, action: str, reason: str) -> None:
    with pytest.raises(ValueError):
        Override(tag, action, reason)


def test_contradictions_are_refused() -> None:
    with pytest.raises(ValueError):
        Profile(options=frozenset({Option.RETAIN_LONG_FULL_DATES, Option.RETAIN_LONG_MODIFIED_DATES}))
    with pytest.raises(ValueError):
        Profile(overrides=(Override("00081030", "X", "a"), Override("(0008,1030)", "Z", "b")))
    with pytest.raises(ValueError):
        Profile(patients=(PatientMapping("a", "x"), PatientMapping("a", "y")))


def test_the_digest_follows_the_choice_and_not_the_name() -> None:
    assert BASIC.digest() == Profile(name="other").digest() != TCIA.digest()
    mapped = Profile(patients=(PatientMapping("a", "x"),))
    assert mapped.digest() == BASIC.digest()  # Each line of the table is a version of its own.
    assert (
        mapped.patients_digest()
        != Profile(patients=(PatientMapping("a", "x", 0),)).patients_digest()
        != BASIC.patients_digest()
    )


def test_cleaning_wins_over_keeping_where_two_options_meet() -> None:
    plan = planned_actions(TCIA)
    assert plan[0x00181200] == ("C", "retain_long_modified_dates")  # Date of Last Calibration
    assert plan[0x00080080][0] == "X/Z/D"
    assert planned_actions(BASIC)[0x00181200][1] == "E.1-1"


def test_explaining_changes_nothing_and_tells_no_value() -> None:
    configure()
    dataset = minimal()
    dataset.StudyDescription = "Plantagenet knee"
    rows = explain_dataset(dataset, TCIA)
    assert dataset.StudyDescription == "Plantagenet knee"
    rules = {row.keyword: (row.action, row.rule) for row in rows}
    assert rules["StudyDescription"] == ("C", "clean_descriptors")
    assert rules["SOPInstanceUID"] == ("U", "E.1-1")
    assert rules["Modality"] == ("K", "not identifying")
    assert "Plantagenet" not in str(rows)


def test_a_keyword_is_a_tag() -> None:
    assert Override("StudyDescription", "X", "r") == Override("(0008,1030)", "X", "r") == Override("00081030", "X", "r")
    assert Override("NameToUse", "X", "r").tag == "00100012"  # Newer than the dictionary of pydicom.
    with pytest.raises(ValueError, match="an attribute is overridden twice"):
        Profile(overrides=(Override("StudyDescription", "X", "a"), Override("00081030", "Z", "b")))


@pytest.mark.parametrize(
    ("tag", "message"),
    [
        ("StudyDescripton", "did you mean 'StudyDescription'?"),
        ("PatientID", "names the output"),
        ("TransferSyntaxUID", "of the file meta"),
        ("Bergqvist", "neither a keyword of the standard nor eight hexadecimal digits"),
    ],
)
def test_a_word_that_is_no_attribute_of_a_data_set_is_refused(tag: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        Override(tag, "X", "r")


def test_what_would_be_added_is_explained_too() -> None:
    configure()
    rows = explain_dataset(minimal(), Profile(overrides=(Override("00120020", "R", "ours", value="TRIAL-7"),)))
    assert rows[-1] == ("00120020", "ClinicalTrialProtocolID", "LO", "R", "override")


@pytest.mark.parametrize("pattern", ["(", "x*", ""])
def test_a_text_rule_needs_a_pattern_that_matches_something(pattern):
    with pytest.raises(ValueError, match=r"expression|pattern"):
        TextRule(pattern, "because")


def test_text_rules_are_part_of_the_digest():
    assert Profile(text_rules=(TextRule("room", "r"),)).digest() != Profile().digest()


def test_whether_the_issuer_counts_is_part_of_the_digest() -> None:
    assert Profile(issuer="counts").digest() != Profile(issuer="ignored").digest() == BASIC.digest()
    with pytest.raises(ValueError, match="ignored, counts"):
        Profile(issuer="maybe")
