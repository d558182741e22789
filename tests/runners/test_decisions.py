"""What people decided is replayed by every later run, wherever it is, and only what it touches is done again."""

from __future__ import annotations

import dataclasses
import io
import shutil
from pathlib import Path

import cv2
import numpy as np
import pydicom
import pytest
from faces.test_detector import photograph

from efface.pipeline.decisions.section import DecisionsSection
from efface.pipeline.decisions.table import append_decision, read_rows, withdraw_decision
from efface.pipeline.in_process import deidentify_file
from efface.pipeline.policy import Policy, parse_policy
from efface.transforms.core.box import Box
from efface.transforms.core.decisions import Action, Decision, Device, Scope
from efface.transforms.storage.key_source import KeySource
from support.corpus import minimal
from support.runs import QUICK, instances, quick_policy, refresh_here, table
from support.steps import leaks, pictured, stored

ON = "2026-01-02"
FOUND, MISSED = Box(10, 20, 40, 32), Box(60, 40, 90, 52)
FILLED = Box(0, 18, 54, 34)
"""What is filled for the first, and what a person therefore sees and keeps."""
DEVICE = Device("Acme", "Scan 1", 96, 128)
NAMES = ("one", "two", "three")


def picture() -> np.ndarray:
    """A white block, which the engine takes for text, and a grey one, which it does not see."""
    pixels = np.random.default_rng(1).integers(20, 90, (96, 128), dtype=np.uint8)
    for box, value in ((FOUND, 255), (MISSED, 200)):
        pixels[box.top : box.bottom, box.left : box.right] = value
    return pixels


@dataclasses.dataclass
class Site:
    folder: Path
    key_file: Path
    runs: int = 0

    @property
    def table(self) -> str:
        return str(self.folder / "decisions.jsonl")

    @property
    def policy(self) -> Policy:
        return dataclasses.replace(quick_policy(), decisions=DecisionsSection(table=self.table))

    def run(self, output: str = "output", policy: Policy | None = None) -> dict:
        self.runs += 1
        place = str(self.folder / output)
        return refresh_here(str(self.folder / "in"), place, self.key_file, policy or self.policy, run_id=f"run-{self.runs}")

    def rows(self, name: str, output: str = "output") -> list[dict]:
        """The rows of the last run."""
        return [row for row in table(str(self.folder / output), name) if row["run"] == f"run-{self.runs}"]

    def uid(self, number: int) -> str:
        uid = pictured(picture(), number).SOPInstanceUID
        return KeySource(str(self.key_file)).pseudonyms().uid(uid)

    def decide(self, scope: Scope, target: str | Device, action: Action, **about) -> Decision:
        pseudonyms = KeySource(str(self.key_file)).pseudonyms()
        return append_decision(self.table, Decision(scope, target, action, at=ON, **about), pseudonyms, "Ada Lovelace")

    def pixels(self, number: int, output: str = "output") -> np.ndarray:
        [data] = [
            data for path, data in instances(str(self.folder / output)).items() if path.endswith(f"/{self.uid(number)}.dcm")
        ]
        return pydicom.dcmread(io.BytesIO(data)).pixel_array


@pytest.fixture
def site(tmp_path: Path, key_file: Path) -> Site:
    (tmp_path / "in").mkdir()
    Path(tmp_path / "decisions.jsonl").touch()
    return Site(tmp_path, key_file)


def add(site: Site, number: int, pixels: np.ndarray | None = None, **attributes) -> None:
    device = {"Manufacturer": "ACME ", "ManufacturerModelName": "Scan 1"}
    dataset = pictured(picture() if pixels is None else pixels, number, **(device | attributes))
    stored(site.folder / "in", dataset, f"{number}.dcm")


def is_filled(pixels: np.ndarray, box: Box) -> bool:
    there = pixels[box.top : box.bottom, box.left : box.right]
    return bool((there == there[0, 0]).all() and there[0, 0] < 90)


def test_a_wrong_box_and_a_miss_are_corrected_and_stay_so(site):
    for number in range(1, 4):
        add(site, number)
    site.run()
    before = instances(str(site.folder / "output"))
    assert all(is_filled(site.pixels(number), FOUND) and not is_filled(site.pixels(number), MISSED) for number in range(1, 4))

    site.decide(Scope.INSTANCE, site.uid(1), Action.KEEP, box=FILLED)
    site.decide(Scope.INSTANCE, site.uid(2), Action.REDACT, box=MISSED)
    # Another machine: the output is copied there, and has the same key, policy and table.
    shutil.copytree(site.folder / "output", site.folder / "elsewhere")
    report = site.run("elsewhere")
    assert report["counts"]["published"] == 2
    assert report["counts"]["unchanged"] == 1
    assert {row["sop_instance_uid"] for row in site.rows("instances", "elsewhere")} >= {site.uid(1), site.uid(2)}
    assert not is_filled(site.pixels(1, "elsewhere"), FOUND)
    assert is_filled(site.pixels(2, "elsewhere"), MISSED)
    assert is_filled(site.pixels(2, "elsewhere"), FOUND)
    after = instances(str(site.folder / "elsewhere"))
    assert [path for path in before if before[path] == after[path]] == [path for path in before if site.uid(3) in path]
    assert site.run("elsewhere")["counts"]["unchanged"] == 3

    # And a machine that starts from nothing.
    site.run("fresh")
    assert instances(str(site.folder / "fresh")) == after

    pseudonyms = KeySource(str(site.key_file)).pseudonyms()
    for row in read_rows(site.table, pseudonyms):
        withdraw_decision(site.table, row.id, ON, pseudonyms, "Ada Lovelace")
    assert site.run("elsewhere")["counts"]["published"] == 2
    assert instances(str(site.folder / "elsewhere")) == before


def test_the_findings_say_what_a_person_decided(site):
    add(site, 1)
    site.decide(Scope.INSTANCE, site.uid(1), Action.KEEP, box=FILLED)
    series = KeySource(str(site.key_file)).pseudonyms().uid(minimal().SeriesInstanceUID)
    site.decide(Scope.SERIES, series, Action.REDACT, box=MISSED)
    site.run()
    found = {(row["verdict"], row["reason"], row["rule"]) for row in site.rows("findings")}
    assert found == {("keep", "decision", "decided_keep"), ("redact", "decision", "decided_box")}
    [row] = site.rows("instances")
    assert row["decisions_ref"]
    assert row["decisions_not_applied"] == 0


def test_a_region_redacts_images_of_its_device_in_addition(site):
    add(site, 1)
    add(site, 2, ManufacturerModelName="Scan 2")
    site.run()
    region = Decision(Scope.DEVICE, DEVICE, Action.REDACT, box=MISSED)
    policy = dataclasses.replace(quick_policy(), decisions=DecisionsSection((region,)))
    assert site.run(policy=policy)["counts"]["published"] == 1
    assert all(is_filled(site.pixels(1), box) for box in (FOUND, MISSED))
    assert not is_filled(site.pixels(2), MISSED)
    typed = dataclasses.replace(DEVICE, image_type=("DERIVED", "SECONDARY"))
    other = dataclasses.replace(quick_policy(), decisions=DecisionsSection((dataclasses.replace(region, target=typed),)))
    assert site.run(policy=other)["counts"]["published"] == 1
    assert not is_filled(site.pixels(1), MISSED)


def test_a_decision_on_a_frame_that_does_not_exist_is_counted(site):
    add(site, 1)
    site.decide(Scope.INSTANCE, site.uid(1), Action.REDACT, box=MISSED, frames=(5,))
    site.decide(Scope.INSTANCE, site.uid(1), Action.REDACT, box=Box(500, 500, 510, 510))
    report = site.run()
    assert report["counts"]["published"] == 1
    assert report["decisions_not_applied"] == 2
    [row] = site.rows("instances")
    assert row["decisions_not_applied"] == 2


def test_a_rejected_instance_goes_and_comes_back(site):
    add(site, 1)
    site.run()
    rejected = site.decide(Scope.INSTANCE, site.uid(1), Action.REJECT)
    report = site.run()
    assert report["codes"] == {"rejected": 1}
    assert report["counts"]["removed"] == 1
    assert not instances(str(site.folder / "output"))
    withdraw_decision(site.table, rejected.id, ON, KeySource(str(site.key_file)).pseudonyms(), "Ada Lovelace")
    assert site.run()["counts"]["published"] == 1


def test_a_quarantined_face_is_released(site):
    grey = np.minimum(cv2.cvtColor(photograph(200)[0], cv2.COLOR_RGB2GRAY), 250)
    add(site, 1, grey, SOPClassUID="1.2.840.10008.5.1.4.1.1.77.1.4", Modality="XC")
    add(site, 2)
    assert site.run()["codes"] == {"face": 1}
    [failure] = site.rows("failures")
    assert failure["sop_instance_uid"] == site.uid(1)
    assert not leaks(failure)
    site.decide(Scope.INSTANCE, failure["sop_instance_uid"], Action.RELEASE, code="face")
    report = site.run()
    assert report["counts"]["published"] == 1
    assert report["counts"]["unchanged"] == 1
    assert ("keep", "face") in {(row["verdict"], row["reason"]) for row in site.rows("findings")}
    assert (site.pixels(1) == grey).all()


def test_a_quarantined_slide_label_is_released_and_read_like_any_image(site):
    add(site, 1, ImageType=["ORIGINAL", "PRIMARY", "LABEL", "NONE"])
    assert site.run()["codes"] == {"slide_label": 1}
    [failure] = site.rows("failures")
    site.decide(Scope.INSTANCE, failure["sop_instance_uid"], Action.RELEASE, code="slide_label")
    assert site.run()["counts"]["published"] == 1
    assert is_filled(site.pixels(1), FOUND)


def test_a_file_in_this_process_follows_the_same_decisions(site):
    add(site, 1)
    site.decide(Scope.INSTANCE, site.uid(1), Action.KEEP, box=FILLED)
    site.run()
    [source] = (site.folder / "in").rglob("*.dcm")
    deidentify_file(source, site.folder / "alone.dcm", site.policy, key=site.key_file)
    assert list(instances(str(site.folder / "output")).values()) == [(site.folder / "alone.dcm").read_bytes()]


@pytest.mark.parametrize("lacking", ["SeriesInstanceUID", ""])
@pytest.mark.parametrize("options", ["[]", "[retain_uids]"])
def test_a_decision_on_an_output_finds_its_source_again(site, lacking, options):
    """Whatever the policy and the header say about UIDs: what the audit names is what is compared."""
    add(site, 1, **({lacking: ""} if lacking else {}))
    policy = dataclasses.replace(parse_policy(f"{{metadata: {{options: {options}}}}}"), ocr=QUICK)
    policy = dataclasses.replace(policy, decisions=DecisionsSection(table=site.table))
    site.run(policy=policy)
    [row] = site.rows("instances")
    site.decide(Scope.SERIES, row["series_instance_uid"], Action.REDACT, box=MISSED)
    site.decide(Scope.INSTANCE, row["sop_instance_uid"], Action.KEEP, box=FILLED)
    assert site.run(policy=policy)["counts"]["published"] == 1
    assert {row["rule"] for row in site.rows("findings")} == {"decided_box", "decided_keep"}
    assert site.run(policy=policy)["counts"]["unchanged"] == 1
