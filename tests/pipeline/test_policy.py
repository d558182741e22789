"""What a policy may say, and what holds where it says nothing."""

import dataclasses
import json
import subprocess
import sys
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from efface.pipeline.policy import PolicyError, keyed_version, load_policy, parse_policy
from efface.pipeline.shipped import SHIPPED, shipped_text
from efface.transforms.core.pseudonyms import Pseudonyms
from efface.transforms.metadata.profile import Option, PatientMapping
from efface.transforms.ocr.base import CHOICES, OcrSettings
from efface.transforms.phi.settings import KEEPS, PhiSettings


@pytest.mark.parametrize("text", ["name: basic", "{name: basic, ocr: {}, text: {}, metadata: {}}", "name: basic\nocr:"])
def test_what_a_policy_does_not_say_is_what_basic_says(text: str) -> None:
    said, basic = parse_policy(text), load_policy("basic")
    assert dataclasses.asdict(said) == dataclasses.asdict(basic)
    assert said.version == basic.version


def test_an_empty_policy_differs_from_basic_by_its_name_alone() -> None:
    for text in ("", "{}", "# nothing"):
        empty, basic = parse_policy(text), load_policy("basic")
        renamed = dataclasses.replace(empty.profile, name="basic")
        assert dataclasses.replace(empty, name="basic", profile=renamed) == basic


def test_the_other_shipped_policies_read_frames_as_basic_does() -> None:
    assert load_policy("tcia").ocr == load_policy("basic").ocr == OcrSettings()


def without_one_line(said: dict[str, Any]) -> list[dict[str, Any]]:
    """The policy without each of its settings in turn."""
    left_out = [{key: value for key, value in said.items() if key != one} for one in said if one != "name"]
    for section, settings in said.items():
        if isinstance(settings, dict):
            left_out += [{**said, section: {key: settings[key] for key in settings if key != one}} for one in settings]
    return left_out


def test_every_line_of_basic_is_the_default_and_may_be_left_out() -> None:
    said = yaml.safe_load(shipped_text("basic"))
    for shorter in without_one_line(said):
        assert parse_policy(yaml.safe_dump(shorter)) == load_policy("basic")


def test_basic_tells_of_every_setting_with_a_choice() -> None:
    assert set(CHOICES) <= set(yaml.safe_load(shipped_text("basic"))["ocr"])


def test_the_precision_is_a_part_of_the_version() -> None:
    exact, fastest = (parse_policy(f"ocr: {{precision: {precision}}}") for precision in ("exact", "fastest"))
    assert exact.version != fastest.version
    assert exact.version == parse_policy("").version
    assert exact.resolve()[1] != fastest.resolve()[1]
    with pytest.raises(PolicyError, match=r"precision.*exact, fastest"):
        parse_policy("ocr: {precision: bf16}")


def test_the_engine_of_the_tests_does_not_ship(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text("ocr: {engine: fake}")
    command = [sys.executable, "-m", "efface.runners.cli.main", "policy", "check", str(tmp_path / "policy.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    allowed = done.stderr.partition("one of:")[2]
    assert sorted(allowed.strip().split(", ")) == ["auto", "both", "easyocr", "rapidocr"]


def test_an_earlier_value_is_refused_and_the_error_names_the_new_one() -> None:
    with pytest.raises(PolicyError, match=r"ocr\.inside_regions: 'glance' is now called 'prefilter'"):
        parse_policy("ocr: {inside_regions: glance}")


SCHEMA = json.loads(resources.files("efface.pipeline").joinpath("policy.schema.json").read_text(encoding="utf-8"))
VALID = jsonschema.Draft202012Validator(SCHEMA)


def test_the_schema_is_one_and_the_shipped_policies_follow_it() -> None:
    VALID.check_schema(SCHEMA)
    for name in SHIPPED:
        VALID.validate(yaml.safe_load(shipped_text(name)))


def test_the_schema_knows_every_key_and_every_choice() -> None:
    sections = SCHEMA["properties"]
    ocr = sections["ocr"]["properties"]
    assert ocr.keys() == {setting.name for setting in dataclasses.fields(OcrSettings)}
    assert {name: tuple(ocr[name]["enum"]) for name in CHOICES} == CHOICES
    assert sections["metadata"]["properties"]["options"]["items"]["enum"] == list(Option)
    assert sections["text"]["properties"].keys() <= {setting.name for setting in dataclasses.fields(PhiSettings)}
    assert sections["text"]["properties"]["keep"]["enum"] == list(KEEPS)


@pytest.mark.parametrize(
    "text",
    [
        "pixels: some",
        "unknown: 1",
        "ocr: {inside_regions: glance}",
        "ocr: {sampled_share: 2}",
        "metadata: {options: [retain_all]}",
        "metadata: {overrides: [{tag: '00081030', action: X}]}",
        "text: {model: {hub: a}}",
        "text: {keep: all}",
    ],
)
def test_the_schema_refuses_what_the_parser_refuses(text: str) -> None:
    with pytest.raises(PolicyError):
        parse_policy(text)
    assert not VALID.is_valid(yaml.safe_load(text))


def test_a_policy_with_patients_has_a_keyed_version() -> None:
    policy = parse_policy("pixels: none")
    policy = dataclasses.replace(
        policy, profile=dataclasses.replace(policy.profile, patients=(PatientMapping("48151623", "S1"),))
    )
    pseudonyms = Pseudonyms(b"k" * 32)
    version = keyed_version(policy, pseudonyms)
    assert version != policy.version
    assert version.split("-")[::2] == policy.version.split("-")[::2]
    assert version != keyed_version(policy, Pseudonyms(b"o" * 32))
