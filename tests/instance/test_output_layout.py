"""Names of outputs by a template: safe everywhere, deterministic, and different for different instances."""

import dataclasses
import io
import re
from pathlib import Path
from typing import Any

import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from efface.pipeline.policy import PolicyError, parse_policy
from efface.pipeline.verify_output import verify_output
from efface.transforms.core.pseudonyms import Pseudonyms
from efface.transforms.core.published import OutputNames
from efface.transforms.instance.output_layout import DEFAULT_LAYOUT, FIELDS, LONGEST_PATH, OutputLayout
from efface.transforms.storage.key_source import KeySource
from support.runs import all_bytes, instances, quick_policy, refresh_here
from support.samples import sample

TEMPLATE = "{patient}/{study_number}/{series_number}_{series_description}/{instance_number}"
NAMES = OutputNames("SUBJ-01", f"2.25.{10**38}", f"2.25.{2 * 10**38}", f"2.25.{3 * 10**38}")
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


def dataset(**attributes: Any) -> Dataset:
    made = Dataset()
    for keyword, value in attributes.items():
        setattr(made, keyword, value)
    return made


def path(template: str, names: OutputNames = NAMES, **attributes: Any) -> str:
    return OutputLayout(template).names(names, dataset(**attributes)).path


def test_the_default_is_four_pseudonyms() -> None:
    assert parse_policy("").layout == OutputLayout() == OutputLayout(DEFAULT_LAYOUT)
    names = OutputLayout().names(NAMES, dataset(SeriesNumber=3))
    assert names == NAMES
    assert names.path == "/".join(dataclasses.astuple(NAMES)[:4]) + ".dcm"


def test_a_template_is_filled_with_pseudonyms_and_attributes_of_the_output() -> None:
    made = path(TEMPLATE, SeriesNumber=3, SeriesDescription="T1w MPRAGE, 1.0 mm (ä)", InstanceNumber="7")
    assert re.fullmatch(r"SUBJ-01/\d{8}/3_T1w_MPRAGE_1.0_mm_a-[A-Z2-7]{6}/7-[A-Z2-7]{8}\.dcm", made)
    wide = path("{patient}/{series_number:03}/{instance_number:05}", SeriesNumber=3, InstanceNumber=7)
    assert re.fullmatch(r"SUBJ-01/003-[A-Z2-7]{6}/00007-[A-Z2-7]{8}\.dcm", wide)
    assert re.fullmatch(
        r"SUBJ-01/0-[A-Z2-7]{6}/0-[A-Z2-7]{8}\.dcm", path("{patient}/{series_number}_{series_description}/{instance_number}")
    )
    assert path("{patient}/{instance}") == f"SUBJ-01/{NAMES.sop_instance_uid}.dcm"


def test_series_and_instances_of_one_name_are_apart() -> None:
    others = [
        dataclasses.replace(NAMES, sop_instance_uid="2.25.9"),
        dataclasses.replace(NAMES, series_instance_uid="2.25.8"),
        dataclasses.replace(NAMES, study_instance_uid="2.25.7"),
    ]
    header = {"SeriesNumber": 1, "SeriesDescription": "t1", "InstanceNumber": 1, "StudyDate": "20190604"}
    template = "{patient}/{study_date}/{series_description}/{instance_number}"
    folders = [made.split("/") for made in (path(template, names, **header) for names in (NAMES, *others))]
    first, instance, series, study = folders
    assert instance[:3] == first[:3] and instance[3] != first[3]
    assert series[:2] == first[:2] and series[2] != first[2]
    assert study[0] == first[0] and study[1] != first[1]


@given(
    st.text(max_size=80),
    st.text(max_size=80),
    st.sampled_from(["CON", "nul", "LPT1", "SUBJ.1", "a" * 64]),
    st.integers(-(2**31), 2**31),
)
def test_every_name_is_safe_and_short(description: str, protocol: str, patient: str, number: int) -> None:
    template = "{patient}/{series_description}/{protocol_name}"
    layout, header = OutputLayout(template, longest_patient=64), Dataset()
    names = dataclasses.replace(NAMES, patient_id=patient)
    header.SeriesDescription, header.ProtocolName, header.SeriesNumber = description, protocol, number
    made = layout.names(names, header).path
    assert made == layout.names(names, header).path
    assert len(made) <= LONGEST_PATH
    for part in made.split("/"):
        assert re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]*", part)
        assert not part.endswith((".", " "))
        assert not RESERVED.fullmatch(part)
    assert len(made.split("/")) == 3


@pytest.mark.parametrize("device", ["con", "Com1.t", "LPT9.0.5", "aux.", "NUL"])
@pytest.mark.parametrize("template", ["{series_description}/{instance}", "{patient}/{series_description}"])
def test_no_description_makes_the_name_of_a_device(device: str, template: str) -> None:
    for part in path(template, SeriesDescription=device).removesuffix(".dcm").split("/"):
        assert not RESERVED.fullmatch(part)


@pytest.mark.parametrize(
    ("layout", "message"),
    [
        ("{patient}/{serie}", "'serie' is no field; did you mean 'series'? the fields are: patient, "),
        ("{patient_name}/{instance}", "'patient_name' is no field"),
        ("{patient}//{instance}", "has no name"),
        ("../{instance}", "has no name"),
        ("{patient}/{instance_number:d}", "only numbers have a format"),
        ("{patient:04}/{instance}", "only numbers have a format"),
        ("{patient}/{study}/{series_number}/x-{instance}", "a path may have 1"),
        ("{patient}/{instance}.DCM", "leave out .dcm"),
        ("{patient}\\{instance}", "between fields"),
        ("{patient}/{instance", "output.layout: "),
        ("{}/{instance}", "'' is no field"),
        ("{0}/{instance}", "'0' is no field"),
        ("{patient.__class__}/{instance}", "'patient.__class__' is no field"),
    ],
)
def test_a_layout_that_is_not_safe_is_refused(layout: str, message: str) -> None:
    with pytest.raises(PolicyError) as caught:
        parse_policy(f"output: {{layout: '{layout}'}}")
    assert message in str(caught.value)


def test_every_field_can_be_used_and_none_is_of_the_source() -> None:
    for name in FIELDS:
        assert parse_policy(f"output: {{layout: 'x_{{{name}}}'}}").layout.names(NAMES, dataset()).path.endswith(".dcm")


def test_a_run_refreshes_verifies_and_withdraws_outputs_of_a_layout(tmp_path: Path, key_file: Path) -> None:
    source, output = tmp_path / "in", str(tmp_path / "out")
    source.mkdir()
    for number in range(4):
        data = pydicom.dcmread(io.BytesIO(sample("CT_small.dcm")))
        data.PatientID, data.SOPInstanceUID = f"PLANT-77{number % 2}", f"1.2.3.{number}"
        data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
        data.SeriesDescription, data.SeriesNumber, data.InstanceNumber = f"Thorax PLANT-77{number % 2} axial", 4, number
        data.save_as(source / f"{number}.dcm")
    plain = dataclasses.replace(quick_policy("tcia"), cleans_pixels=False)
    policy = dataclasses.replace(plain, layout=OutputLayout(TEMPLATE))
    assert plain.version != policy.version
    first = refresh_here(str(source), output, key_file, plain, run_id="1")["counts"]
    counts = refresh_here(str(source), output, key_file, policy, run_id="2")["counts"]
    assert (first["published"], counts["published"], counts["removed"]) == (4, 4, 4)
    made = instances(output)
    assert all(re.search(r"/\d{8}/4_Thorax_axial-[A-Z2-7]{6}/\d-[A-Z2-7]{8}\.dcm$", name) for name in made)
    assert b"PLANT-77" not in all_bytes(tmp_path / "out")
    assert verify_output(output).is_as_recorded
    counts = refresh_here(str(source), output, key_file, policy, run_id="3")["counts"]
    assert (counts["published"], counts["unchanged"]) == (0, 4)
    assert instances(output) == made
    pseudonyms: Pseudonyms = KeySource(str(key_file)).pseudonyms()
    withdrawn = (frozenset({pseudonyms.patient_ref("PLANT-770")}),)
    counts = refresh_here(str(source), output, key_file, policy, run_id="4", withdrawn=withdrawn)["counts"]
    assert (counts["removed"], counts["skipped"]) == (2, 2)
    assert verify_output(output).is_as_recorded
    next(source.iterdir()).unlink()
    refresh_here(str(source), output, key_file, policy, run_id="5", deletes_removed=True)
    assert verify_output(output).is_as_recorded
