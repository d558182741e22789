"""After a change of `select` or `output.layout`, only what it touches is done again."""

import io
from pathlib import Path

import pydicom
import pytest

from efface.pipeline.policy import Policy, parse_policy
from efface.pipeline.verify_output import verify_output
from efface.runners.reexamine import Reexamination
from support.runs import instances, refresh_here, table
from support.samples import sample

SERIES = {"CT_small.dcm": 3, "MR_small.dcm": 12, "rtplan.dcm": 4}
NARROW = "{patient}/{study_number}/{series_number}_{modality}/{instance}"
WIDE = "{patient}/{study_number}/{series_number:02}_{modality}/{instance}"


class Site:
    """A folder of three series, and its output."""

    def __init__(self, folder: Path, key_file: Path) -> None:
        self.folder, self.output, self.key_file, self.runs = folder / "in", str(folder / "out"), key_file, 0
        self.folder.mkdir()
        for name, number in SERIES.items():
            dataset = pydicom.dcmread(io.BytesIO(sample(name)))
            dataset.SeriesNumber = number
            dataset.save_as(self.folder / name)

    def refresh(self, policy: Policy) -> tuple[int, int, int, int]:
        """Published, unchanged, not selected and removed instances of a run."""
        self.runs += 1
        report = refresh_here(str(self.folder), self.output, self.key_file, policy, run_id=f"run-{self.runs}")
        assert verify_output(self.output).is_as_recorded
        counts = report["counts"]
        return counts["published"], counts["unchanged"], counts["not_selected"], counts["removed"]


@pytest.fixture
def site(tmp_path: Path, key_file: Path) -> Site:
    return Site(tmp_path, key_file)


def policy(select: str = "{}", layout: str = NARROW) -> Policy:
    return parse_policy(f"{{pixels: none, select: {select}, output: {{layout: '{layout}'}}}}")


def processed(site: Site) -> int:
    """Sources that the last run worked on: `attributes` has rows of each one that it published."""
    rows = [row for row in table(site.output, "attributes") if row["run"] == f"run-{site.runs}"]
    return len({row["ref"] for row in rows})


def test_another_choice_concerns_what_it_leaves_out_and_takes_in(site: Site, monkeypatch) -> None:
    assert site.refresh(policy()) == (3, 0, 0, 0)
    without_mr = policy("{leave_out: [{modality: MR}]}")
    assert site.refresh(without_mr) == (0, 2, 1, 1)
    assert processed(site) == 0
    with monkeypatch.context() as patched:  # The outcome of a review is recorded.
        patched.setattr(Reexamination, "_require_taken", None)
        assert site.refresh(without_mr) == (0, 2, 1, 0)
    assert site.refresh(policy("{leave_out: [{modality: CT}]}")) == (1, 1, 1, 1)
    assert processed(site) == 1
    assert site.refresh(policy()) == (1, 2, 0, 0)
    assert processed(site) == 1


def test_another_layout_concerns_outputs_whose_names_change(site: Site, monkeypatch) -> None:
    assert site.refresh(policy()) == (3, 0, 0, 0)
    before = set(instances(site.output))
    assert site.refresh(policy(layout=WIDE)) == (2, 1, 0, 2)
    assert processed(site) == 2
    assert {name for name in instances(site.output) if "/12_MR" in name} == {name for name in before if "/12_MR" in name}
    monkeypatch.setattr(Reexamination, "_path", None)
    assert site.refresh(policy(layout=WIDE)) == (0, 3, 0, 0)


def test_a_source_that_was_not_listed_is_reviewed_when_it_is(site: Site) -> None:
    assert site.refresh(policy()) == (3, 0, 0, 0)
    away = site.folder.parent / "away"
    (site.folder / "MR_small.dcm").rename(away)
    assert site.refresh(policy("{leave_out: [{modality: MR}]}")) == (0, 2, 0, 0)
    away.rename(site.folder / "MR_small.dcm")
    assert site.refresh(policy("{leave_out: [{modality: MR}]}")) == (0, 2, 1, 1)


def test_who_is_not_in_the_table_is_no_matter_of_those_who_are(site: Site, tmp_path: Path) -> None:
    (tmp_path / "patients.csv").write_text("old_id,new_id\n1CT1,S1\n4MR1,S2\n")

    def others(said: str) -> Policy:
        patients = f"{{table: '{tmp_path}/patients.csv', others: {said}}}"
        return parse_policy(f"{{pixels: none, metadata: {{patients: {patients}}}}}")

    assert site.refresh(others("pseudonym")) == (3, 0, 0, 0)
    assert site.refresh(others("quarantine")) == (0, 2, 0, 1)
    assert processed(site) == 0
    assert site.refresh(others("pseudonym")) == (1, 2, 0, 0)
    assert processed(site) == 1


def test_rules_in_another_order_and_reasons_are_no_change() -> None:
    one, other = (
        policy(f"{{leave_out: [{rules}]}}").selection
        for rules in ("{modality: CT}, {modality: MR, reason: ours}", "{modality: MR}, {modality: CT, reason: theirs}")
    )
    assert one.digest() == other.digest() != policy("{only: [{modality: CT}, {modality: MR}]}").selection.digest()
