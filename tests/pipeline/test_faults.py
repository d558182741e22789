"""Whatever goes wrong in the redactor, the reader or the judge, nothing is published that shows a planted identifier."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pydicom.dataset import Dataset

import efface
from efface.pipeline.policy import load_policy
from efface.transforms.metadata.profile import Option
from efface.transforms.ocr.base import OcrSettings
from support.faults import FAULTS, ID, KEPT, NAME, Fault, legible_lines

KEY = bytes(range(32))
TABLE = Path(__file__).parents[2] / "docs" / "verification.md"
_INSTANCES = sorted({fault.instance for fault in FAULTS}, key=lambda make: make.__name__)


def published(make: Callable[[], Dataset], share: float = 0.0) -> tuple[str, set[str]]:
    """The code of the failure, or "", and what can be read of what was planted on what was published."""
    ocr = OcrSettings(engine="rapidocr", device="cpu", effort="sampled", sampled_share=0.0, second_look=share)
    policy = load_policy("tcia")
    profile = dataclasses.replace(policy.profile, options=policy.profile.options | {Option.CLEAN_GRAPHICS})
    policy = dataclasses.replace(policy, ocr=ocr, profile=profile)
    dataset, report = efface.deidentify(make(), policy, key=KEY, on_quarantine="return")
    return report.code, set() if dataset is None else legible_lines(dataset)


@pytest.mark.parametrize("make", _INSTANCES)
def test_without_a_fault_identifiers_go_and_terms_stay(make: Callable[[], Dataset]) -> None:
    assert legible_lines(make()) == {NAME, ID, KEPT}
    assert published(make) == ("", {KEPT})


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.place}: {fault.about}")
def test_a_fault_shows_no_identifier(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    fault.inject(monkeypatch)
    code, legible = published(fault.instance, fault.share)
    shown = legible & {NAME, ID}
    assert (code or ("not caught" if shown else "harmless")) == fault.ends_as


def test_the_document_lists_the_faults() -> None:
    table = TABLE.read_text(encoding="utf-8").partition("| Part | Fault | Ends as |")[2]
    rows = re.findall(r"^\| (\w+) \| (.+) \| `?([\w ]+)`? \|$", table, re.MULTILINE)
    assert rows == [(fault.place, fault.about, fault.ends_as) for fault in FAULTS]


def test_each_fault_is_another_one() -> None:
    assert len({(fault.place, fault.about) for fault in FAULTS}) == len(FAULTS)
    assert {fault.place for fault in FAULTS} >= {"redactor", "reader", "judge"}
