"""The conformance statement is complete, and says what is done."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pydicom
import pytest

from efface.pipeline.demo.data import write_demo_data
from efface.pipeline.policy import Policy, load_policy
from efface.pipeline.reporting.conformance import (
    ACTION_CODES,
    HANDLINGS,
    attribute_rows,
    conformance_markdown,
    conformance_page,
    conformance_sections,
    private_rows,
)
from efface.runners.cli.main import main
from efface.transforms.dicom.transfer_syntaxes import readable_transfer_syntaxes
from efface.transforms.metadata.explain import explain_dataset
from efface.transforms.metadata.private_rules import private_rules
from efface.transforms.metadata.profile import Option
from efface.transforms.metadata.tables import read_table
from efface.transforms.metadata.unlisted_attributes import HANDLING_BY_VR

SITE = """
metadata:
  options: [retain_uids, clean_graphics]
  overrides:
    - {tag: StationName, action: R, value: Quistberg, reason: our station}
    - {tag: RescaleSlope, action: X, reason: a site rule}
  private_keep:
    - {creator: ACME 1.0, element: "(0019,xx0B)", vr: DS, reason: the gain}
  text_rules:
    - {redact: Zebulon, reason: names}
text: {redact_words: [Oglethorpe]}
"""


@pytest.fixture(params=["basic", "tcia", "site"])
def policy(request: pytest.FixtureRequest, tmp_path: Path) -> Policy:
    if request.param != "site":
        return load_policy(request.param)
    (tmp_path / "site.yaml").write_text(SITE)
    return load_policy(str(tmp_path / "site.yaml"))


def tags(policy: Policy) -> dict[str, str]:
    """Digits of each tag of Table N.11-6 -> its action."""
    return {re.sub(r"[(),]", "", tag): action for _, tag, action, *_ in attribute_rows(policy)}


def test_every_row_of_the_standard_has_a_row(policy: Policy) -> None:
    standard = read_table("ps3_15_e1_1")["rows"]
    rows = list(attribute_rows(policy))
    assert {row["tag"] for row in standard} - {"private"} <= tags(policy).keys()
    assert len({tag for _, tag, *_ in rows}) == len(rows) >= len(standard)
    assert all(name and action in ACTION_CODES and encrypted == "N" for name, _, action, encrypted, _ in rows)


def test_every_exception_of_the_policy_has_a_row(policy: Policy) -> None:
    told = tags(policy)
    for override in policy.profile.overrides:
        assert told[override.tag] == override.action


def test_every_private_attribute_that_stays_has_a_row(policy: Policy) -> None:
    assert len(list(private_rows(policy.profile))) == len(private_rules(policy.profile))
    if policy.profile.private_keep:
        assert ("ACME 1.0", "(0019,xx0B)", "DS", "K", "any", "the gain") in private_rows(policy.profile)


def test_the_options_are_those_of_the_policy(policy: Policy) -> None:
    options = conformance_sections(policy)[0].tables[0].rows
    assert len(options) == len(Option) + 3
    supported = {option for _, option, _, is_supported, *_ in options if is_supported == "Y"}
    assert len(supported) == len(policy.profile.options) + 2
    assert "Clean Recognizable Visual Features" not in supported


def test_every_handling_of_a_vr_has_its_words() -> None:
    assert set(HANDLING_BY_VR.values()) <= set(HANDLINGS)


def test_the_transfer_syntaxes_are_those_that_pydicom_knows_as_such() -> None:
    assert len(readable_transfer_syntaxes()) > 12
    assert {pydicom.uid.ExplicitVRBigEndian, pydicom.uid.RLELossless} <= set(readable_transfer_syntaxes())
    assert pydicom.uid.MPEG2MPML not in readable_transfer_syntaxes()


def test_what_is_done_is_what_the_statement_says(policy: Policy, tmp_path: Path) -> None:
    """Over the data of the demonstration: the basic profile does nothing to an attribute that its row does not name."""
    write_demo_data(tmp_path)
    told, compared = tags(policy), 0
    for path in tmp_path.glob("*.dcm"):
        try:
            dataset = pydicom.dcmread(io.BytesIO(path.read_bytes()))
        except pydicom.errors.InvalidDicomError:
            continue
        for row in explain_dataset(dataset, policy.profile):
            if row.rule == "E.1-1" and row.path in told:
                assert row.action in told[row.path].rstrip("*").split("/"), row.path
                compared += 1
    assert compared > 50


def test_a_site_finds_its_reasons_and_none_of_its_words(tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text(SITE)
    policy = load_policy(str(tmp_path / "site.yaml"))
    for told in (conformance_page(policy), conformance_markdown(policy)):
        assert "our station" in told
        assert not [word for word in ("Quistberg", "Zebulon", "Oglethorpe") if word in told]


def test_a_table_in_markdown_has_the_same_cells_in_each_row(policy: Policy) -> None:
    widths = 0
    for line in conformance_markdown(policy).splitlines():
        cells = len(re.findall(r"(?<!\\)\|", line))
        assert not (widths and cells) or cells == widths, line
        widths = cells
    assert conformance_markdown(policy).count("\n| ") > len(read_table("ps3_15_e1_1")["rows"])


def test_the_command_prints_markdown_or_writes_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["conformance", "basic"]) == 0
    assert capsys.readouterr().out.startswith("# DICOM Conformance Statement")
    assert main(["conformance", "tcia", "--html", str(tmp_path / "page.html")]) == 0
    assert capsys.readouterr().out == ""
    assert "<html lang=" in (tmp_path / "page.html").read_text()
