"""What `select` of a policy takes and leaves out."""

import dataclasses
import io
from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from efface.pipeline.policy import PolicyError, parse_policy
from efface.transforms.core.errors import NotSelectedError
from efface.transforms.dicom.parse import read_header
from efface.transforms.instance.selection import SelectRule, require_selected
from support.corpus import minimal, saved
from support.runs import quick_policy, refresh_here, table

CT, SC, DOSE_SR = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.7", "1.2.840.10008.5.1.4.1.1.88.67"


def header(**attributes: object) -> Dataset:
    dataset = minimal()
    dataset.SeriesDescription, dataset.ImageType = "Thorax nativ 1.0", ["ORIGINAL", "PRIMARY", "AXIAL"]
    for keyword, value in attributes.items():
        if value is None:
            delattr(dataset, keyword)
        else:
            setattr(dataset, keyword, value)
    return read_header(io.BytesIO(saved(dataset)))


def is_taken(select: str, of: Dataset) -> bool:
    try:
        require_selected(of, parse_policy(f"select: {select}").selection)
    except NotSelectedError as error:
        assert "Thorax" not in str(error)
        return False
    return True


@pytest.mark.parametrize(
    ("rule", "matching", "other"),
    [
        ("modality: [SR, ct]", {}, {"Modality": "MR"}),
        ("modality: CT", {}, {"Modality": None}),
        ("sop_class: CT Image Storage", {}, {"SOPClassUID": SC}),
        ("sop_class: ctimagestorage", {}, {"SOPClassUID": SC}),
        (f"sop_class: [{SC}, X-Ray Radiation Dose SR Storage]", {"SOPClassUID": DOSE_SR}, {}),
        ("image_type: SCREEN SAVE", {"ImageType": ["DERIVED", "SECONDARY", "SCREEN SAVE"]}, {}),
        ("image_type: 'screen*'", {"ImageType": ["DERIVED", "SECONDARY", "OTHER", "Screen Save"]}, {}),
        ("image_type: secondary", {"ImageType": "SECONDARY"}, {"ImageType": None}),
        (r"image_type: 'DERIVED\SECONDARY'", {"ImageType": ["DERIVED", "SECONDARY"]}, {"ImageType": ["DERIVED", "PRIMARY"]}),
        ("image_type: '*_SOM? PROT'", {"ImageType": ["ORIGINAL", "SECONDARY", "OTHER", "CT_SOM5 PROT"]}, {}),
        ("series_description: '^thorax'", {}, {"SeriesDescription": "CT Thorax"}),
        ("series_description: dose|protocol", {"SeriesDescription": "Patient Protocol"}, {"SeriesDescription": None}),
        ("modality: CT, image_type: AXIAL", {}, {"Modality": "PT"}),
    ],
)
def test_a_rule_matches_one_of_its_values_in_each_of_its_keys(rule: str, matching: dict, other: dict) -> None:
    assert not is_taken(f"{{leave_out: [{{{rule}}}]}}", header(**matching))
    assert is_taken(f"{{leave_out: [{{{rule}}}]}}", header(**other))
    assert is_taken(f"{{only: [{{modality: XA}}, {{{rule}}}]}}", header(**matching))
    assert not is_taken(f"{{only: [{{modality: XA}}, {{{rule}}}]}}", header(**other))


def test_what_is_left_out_is_left_out_though_another_list_names_it() -> None:
    both = "{only: [{modality: CT}], leave_out: [{series_description: thorax}]}"
    assert not is_taken(both, header())
    assert is_taken(both, header(SeriesDescription="Abdomen"))


def test_an_index_is_no_instance_that_could_be_selected() -> None:
    assert is_taken("{only: [{modality: MR}]}", header(SOPClassUID="1.2.840.10008.1.3.10"))


@pytest.mark.parametrize(
    ("select", "message"),
    [
        (
            "{leave_out: [{modality: SR}, {sop_class: CT Imag Storage}]}",
            "select.leave_out, rule 2: 'CT Imag Storage' is no SOP",
        ),
        ("{only: [{sop_class: CT Imag Storage}]}", "did you mean"),
        ("{leave_out: [{series_description: '('}]}", "select.leave_out, rule 1: '(' is no regular expression"),
        ("{leave_out: [{moda: SR}]}", "select.leave_out, rule 1: unknown key 'moda'; did you mean 'modality'?"),
        ("{leave_out: [{reason: x}]}", "a rule needs sop_class, modality, image_type or series_description"),
        ("{leave_out: [{modality: [CT, yes]}]}", "select.leave_out, rule 1, modality: expected a text"),
        ("{leave_out: [{sop_class: 1..2}]}", "is no UID"),
    ],
)
def test_an_error_names_the_rule(select: str, message: str) -> None:
    with pytest.raises(PolicyError) as caught:
        parse_policy(f"select: {select}")
    assert message in str(caught.value)


def test_the_choice_is_a_part_of_the_version_and_a_reason_is_not_lost() -> None:
    plain, chosen = parse_policy(""), parse_policy("select: {only: [{modality: CT, reason: trial}]}")
    assert plain.version != chosen.version
    assert chosen.selection.only == (SelectRule(modality=("CT",), reason="trial"),)


def test_rules_that_leave_out_are_added_to_those_of_the_extended_policy(tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text("select: {leave_out: [{modality: SR}], only: [{modality: [CT, SR]}]}")
    both = parse_policy(
        f"{{extends: '{tmp_path}/site.yaml', select: {{leave_out: [{{modality: KO}}], only: [{{modality: MR}}]}}}}"
    )
    assert [rule.modality for rule in both.selection.leave_out] == [("SR",), ("KO",)]
    assert [rule.modality for rule in both.selection.only] == [("MR",)]


def test_a_run_counts_what_is_not_selected_and_removes_what_was_published_before(tmp_path: Path, key_file: Path) -> None:
    source, output = str(tmp_path / "in"), str(tmp_path / "out")
    (tmp_path / "in").mkdir()
    broken = minimal("1.2.3.4.5")  # A private class would go to quarantine, if it were taken.
    broken.SeriesDescription = "Screen"
    (tmp_path / "in" / "a").write_bytes(saved(minimal()))
    (tmp_path / "in" / "b").write_bytes(saved(broken))
    (tmp_path / "in" / "c").write_bytes(b"no DICOM")
    policy = dataclasses.replace(quick_policy(), selection=parse_policy("select: {only: [{modality: MR}]}").selection)
    first = refresh_here(source, output, key_file, quick_policy(), run_id="1")["counts"]
    assert (first["published"], first["quarantined"], first["not_selected"], first["skipped"]) == (1, 1, 0, 1)
    second = refresh_here(source, output, key_file, policy, run_id="2")
    assert (second["counts"]["not_selected"], second["counts"]["removed"], second["counts"]["skipped"]) == (2, 1, 1)
    assert second["codes"] == {"not_dicom": 1, "not_selected": 2}
    rows = [row for row in table(output, "failures") if row["verdict"] == "not_selected"]
    assert {row["detail"] for row in rows} == {"no rule of select.only"}
