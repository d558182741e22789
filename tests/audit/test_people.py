"""Two people under one Patient ID, and one person under several: reported, or taken back."""

import dataclasses
import io
from pathlib import Path
from typing import Any

import pydicom
import pytest
from pydicom.dataset import Dataset

from efface.pipeline.policy import parse_policy
from efface.pipeline.verify_output import verify_output
from efface.runners.cli.main import main
from efface.transforms.metadata.patient_identity import person_facts
from support.corpus import pseudonyms
from support.runs import all_bytes, instances, refresh_here, table
from support.samples import sample

POLICY = parse_policy("{name: quick, pixels: none}")
ONE = {"PatientID": "P1", "PatientName": "Plantagenet^Zebulon", "PatientBirthDate": "19570412", "PatientSex": "M"}


class Site:
    """A folder of sources, of one instance each, and its output."""

    def __init__(self, folder: Path, key_file: Path) -> None:
        self.folder, self.output, self.key_file, self.runs = folder / "in", str(folder / "out"), key_file, 0
        self.folder.mkdir()

    def put(self, name: str, **attributes: str) -> None:
        dataset = pydicom.dcmread(io.BytesIO(sample("CT_small.dcm")))
        for keyword, value in (ONE | attributes).items():
            setattr(dataset, keyword, value)
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = f"1.2.3.{ord(name)}"
        dataset.save_as(self.folder / name)

    def refresh(self, policy: Any = POLICY) -> dict[str, Any]:
        self.runs += 1
        return refresh_here(str(self.folder), self.output, self.key_file, policy, run_id=f"run-{self.runs}")


@pytest.fixture
def site(tmp_path: Path, key_file: Path) -> Site:
    return Site(tmp_path, key_file)


@pytest.mark.parametrize(
    ("other", "shared", "split"),
    [
        ({}, 0, 0),
        ({"PatientName": "PLANTAGENET^zebulon^^Dr"}, 0, 0),
        ({"PatientName": "Plantagenet^Zébulon=x"}, 0, 0),
        ({"PatientName": "Featherstone^Quentin"}, 0, 0),  # Names change, and so do spellings.
        ({"PatientName": "Featherstone^Quentin", "PatientBirthDate": "1957.04.12"}, 0, 0),
        ({"PatientBirthDate": "19570413"}, 0, 0),  # So do dates of birth.
        ({"PatientName": "Featherstone^Quentin", "PatientSex": "F"}, 1, 0),
        ({"PatientName": "Featherstone^Quentin", "PatientBirthDate": "19800101"}, 1, 0),
        ({"PatientName": "Featherstone^Quentin", "PatientSex": "", "PatientBirthDate": ""}, 0, 0),
        ({"PatientName": "Featherstone^Quentin", "PatientSex": "O"}, 0, 0),
        ({"PatientName": "", "PatientSex": "F"}, 0, 0),
        ({"PatientName": "ANONYMOUS", "PatientSex": "F"}, 0, 0),
        ({"PatientID": "P2"}, 0, 1),
        ({"PatientID": "P2", "PatientSex": ""}, 0, 0),
        ({"PatientID": "P2", "PatientName": "Featherstone^Quentin"}, 0, 0),
    ],
)
def test_people_are_told_apart_by_what_headers_say(site: Site, other: dict[str, str], shared: int, split: int) -> None:
    site.put("a")
    first = site.refresh()
    assert (first["patient_ids_of_several_people"], first["people_of_several_patient_ids"]) == (0, 0)
    site.put("b", **other)
    for _ in range(2):  # Also where the outputs of earlier runs stay as they are.
        report = site.refresh()
        assert (report["patient_ids_of_several_people"], report["people_of_several_patient_ids"]) == (shared, split)
    assert len(instances(site.output)) == 2
    assert b"lantagenet" not in all_bytes(Path(site.output))


@pytest.mark.parametrize("change", [{"name": "other"}, {"name": "other", "on_shared_ids": "quarantine"}])
def test_people_are_found_where_a_new_policy_leaves_the_bytes_as_they_are(site: Site, change: dict[str, str]) -> None:
    site.put("a")
    site.put("b", PatientName="Featherstone^Quentin", PatientSex="F")
    site.refresh()
    report = site.refresh(dataclasses.replace(POLICY, **change))
    assert report["patient_ids_of_several_people"] == 1
    assert len(instances(site.output)) == (0 if "on_shared_ids" in change else 2)
    assert report["counts"]["quarantined"] == (2 if "on_shared_ids" in change else 0)
    assert verify_output(site.output).is_as_recorded


def test_two_ids_that_the_table_makes_one_are_no_two_people(site: Site, tmp_path: Path) -> None:
    (tmp_path / "patients.csv").write_text("old_id,new_id\nP1,S1\nP2,S1\n")
    policy = parse_policy(f"{{pixels: none, metadata: {{patients: '{tmp_path}/patients.csv'}}}}")
    site.put("a")
    site.put("b", PatientID="P2", PatientSex="")
    report = site.refresh(policy)
    assert (report["patient_ids_of_several_people"], report["people_of_several_patient_ids"]) == (0, 0)


@pytest.mark.parametrize(
    ("setting", "other", "code"),
    [
        ("on_shared_ids", {"PatientName": "Featherstone^Quentin", "PatientSex": "F"}, "shared_patient_id"),
        ("on_several_ids", {"PatientID": "P2"}, "several_patient_ids"),
    ],
)
def test_a_policy_takes_back_what_is_published_of_them(site: Site, setting: str, other: dict[str, str], code: str) -> None:
    policy = dataclasses.replace(POLICY, **{setting: "quarantine"})
    site.put("a")
    site.put("z", PatientID="OTHER", PatientName="Somebody^Else")
    assert site.refresh(policy)["counts"]["published"] == 2
    site.put("b", **other)
    counts = site.refresh(policy)["counts"]
    assert (counts["quarantined"], counts["removed"]) == (1, 1)
    assert len(instances(site.output)) == 1
    assert verify_output(site.output).is_as_recorded
    report = site.refresh(policy)  # Both are tried again, and found again.
    assert (report["counts"]["quarantined"], report["codes"]) == (2, {code: 2})
    assert len(instances(site.output)) == 1
    (site.folder / "b").unlink()
    assert site.refresh(policy)["counts"]["published"] == 1
    assert {row["code"] for row in table(site.output, "failures")} == {code}


def test_the_summary_tells_how_many(site: Site, tmp_path: Path, capsys) -> None:
    (tmp_path / "policy.yaml").write_text("pixels: none\n")
    site.put("a")
    site.put("b", PatientName="Featherstone^Quentin", PatientSex="F")
    site.put("c", PatientID="P2")
    arguments = [f"--input={site.folder}", f"--output={site.output}", f"--key-file={site.key_file}", "--workers=1"]
    assert main(["run", *arguments, f"--policy={tmp_path}/policy.yaml"]) == 0
    shown = capsys.readouterr().out
    assert "Patient IDs of several people (another name, and another sex or date of birth): 1 " in shown
    assert "people with several Patient IDs (same name, date of birth and sex): 1 " in shown


def test_the_hashes_of_two_patients_cannot_be_compared_but_for_the_person() -> None:
    dataset = Dataset()
    dataset.set_original_encoding(False, True, "iso8859")
    dataset.PatientName, dataset.PatientBirthDate, dataset.PatientSex = "Doe^Jane", "19570412", "F"
    one, other = (person_facts(dataset).refs(patient, pseudonyms()) for patient in ("A", "B"))
    assert one.person_ref == other.person_ref != ""
    assert not {one.name_ref, one.birth_date_ref, one.sex_ref} & {other.name_ref, other.birth_date_ref, other.sex_ref}
