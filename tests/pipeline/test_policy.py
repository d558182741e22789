"""Policies: defaults, unknown and renamed settings, and the JSON Schema."""

import dataclasses
import json
import re
import subprocess
import sys
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from efface.pipeline.policy import PIXELS, RENAMED, PolicyError, load_policy, parse_policy
from efface.pipeline.shipped import SHIPPED, shipped_text
from efface.transforms.metadata.profile import ISSUERS, Option, Override, TextRule
from efface.transforms.ocr.base import CHOICES, OcrSettings
from efface.transforms.phi.settings import KEEPS, ModelSource, PhiSettings

SCHEMA = json.loads(resources.files("efface.pipeline").joinpath("policy.schema.json").read_text(encoding="utf-8"))
SECTIONS = SCHEMA["properties"]


@pytest.mark.parametrize("text", ["name: basic", "{name: basic, ocr: {}, text: {}, metadata: {}}", "name: basic\nocr:"])
def test_omitted_settings_have_the_values_of_basic(text: str) -> None:
    policy, basic = parse_policy(text), load_policy("basic")
    assert dataclasses.asdict(policy) == dataclasses.asdict(basic)
    assert policy.version == basic.version


def test_an_empty_policy_differs_from_basic_only_by_its_name() -> None:
    for text in ("", "{}", "# nothing"):
        empty, basic = parse_policy(text), load_policy("basic")
        renamed = dataclasses.replace(empty.profile, name="basic")
        assert dataclasses.replace(empty, name="basic", profile=renamed) == basic


def test_all_shipped_policies_have_the_same_ocr_settings() -> None:
    assert load_policy("tcia").ocr == load_policy("basic").ocr == OcrSettings()


def without_one_setting(raw: dict[str, Any]) -> list[dict[str, Any]]:
    """The policy without each of its settings in turn."""
    shorter = [{key: value for key, value in raw.items() if key != omitted} for omitted in raw if omitted != "name"]
    for section, settings in raw.items():
        if isinstance(settings, dict):
            shorter += [{**raw, section: {key: settings[key] for key in settings if key != omitted}} for omitted in settings]
    return shorter


def test_every_setting_of_basic_is_the_default_and_may_be_omitted() -> None:
    for shorter in without_one_setting(yaml.safe_load(shipped_text("basic"))):
        assert parse_policy(yaml.safe_dump(shorter)) == load_policy("basic")


def test_basic_documents_every_setting_with_a_choice() -> None:
    assert set(CHOICES) <= set(yaml.safe_load(shipped_text("basic"))["ocr"])


def test_the_precision_is_part_of_the_version() -> None:
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


def setting(path: str, value: Any) -> dict[str, Any]:
    """A policy with one setting; the path is "section.key", or "key" for a setting of the policy itself."""
    section, _, key = path.rpartition(".")
    return {section: {key: value}} if section else {key: value}


@pytest.mark.parametrize(("former", "new"), RENAMED.items())
def test_a_former_name_is_an_error_with_the_new_name(former: str, new: str) -> None:
    path, _, value = former.partition(": ")
    with pytest.raises(PolicyError, match=re.escape(f"write {new!r}")):
        parse_policy(yaml.safe_dump(setting(path, value or "x")))


@pytest.mark.parametrize("new", sorted({new for new in RENAMED.values() if ": " in new}))
def test_a_new_name_is_accepted(new: str) -> None:
    path, _, value = new.partition(": ")
    parse_policy(yaml.safe_dump(setting(path, value)))


def test_every_new_key_exists_and_no_former_one_does() -> None:
    keys = {f"{name}.{key}" for name, section in SECTIONS.items() for key in section.get("properties", ())}
    assert {new.partition(": ")[0] for new in RENAMED.values()} <= keys
    assert not {former for former in RENAMED if ": " not in former} & keys


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[", r"not valid YAML \(line 1\)"),
        ("colour: red", "unknown key 'colour'; allowed keys: metadata, name, ocr, pixels, text"),
        ("ocr: {speed: 1}", "ocr: unknown key 'speed'"),
        ("ocr: fast", "ocr: expected keys with values"),
        ("pixels: dirty", "pixels: 'dirty' is not one of: clean, none"),
        ("metadata: {options: [retain_all]}", "metadata.options: 'retain_all' is not one of"),
        ("metadata: {options: retain_uids}", "metadata.options: expected a list"),
        (
            'metadata: {overrides: [{tag: "00081030", action: X}]}',
            "metadata.overrides: each entry needs tag, action and",
        ),
        ('metadata: {overrides: [{tag: "0008", action: X, reason: r}]}', "metadata.overrides: the tag '0008'"),
        ("metadata: {issuer_of_patient_id: maybe}", "metadata: issuer_of_patient_id: 'maybe' is not one of"),
        ("metadata: {patients: /no/such/file}", "metadata.patients: the table cannot be read"),
        ("text: {model: {hub: a/b}}", "text.model: a hub id needs a revision"),
        ("text: {keep: all}", "text: keep: 'all' is not one of"),
    ],
)
def test_an_error_names_the_key(text: str, message: str) -> None:
    with pytest.raises(PolicyError, match=message):
        parse_policy(text)


def test_an_unusable_table_of_patients_is_an_error_without_its_values(tmp_path: Path) -> None:
    (tmp_path / "patients.csv").write_text("old_id,new_id\n48151623,new id\n")
    with pytest.raises(PolicyError, match=r"metadata\.patients: line 2") as caught:
        parse_policy(f"metadata: {{patients: {tmp_path / 'patients.csv'}}}")
    assert "48151623" not in str(caught.value)


def test_the_schema_is_valid() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_policy_fits_the_schema(name: str) -> None:
    Draft202012Validator(SCHEMA).validate(yaml.safe_load(shipped_text(name)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name: basic",
        "{name: basic, ocr: {}, text: {}, metadata: {}}",
        "name: basic\nocr:",
        "{name: quick, pixels: none}",
        "{pixels: none, metadata: {options: [clean_graphics], overrides: null}}",
        "metadata: {options: [retain_long_modified_dates], issuer_of_patient_id: distinguish}",
        'metadata: {overrides: [{tag: "(0008,1030)", action: K, reason: needed}]}',
        "metadata: {text_rules: [{redact: 'ROOM 7', reason: rooms}]}",
        "ocr: {engine: both, weights: /folder, device: cuda, min_size: 3, text_threshold: 0.5, low_text: 0.1}",
        "ocr: {cine: clip, effort: prefilter, sampled_share: 1, inside_regions: prefilter, series: agree, precision: fastest}",
        "text: {keep: nothing, keep_words: [supine, 7], redact_words: [ward]}",
        "text: {model: {hub: owner/model, revision: abc}}",
        'text: {model: {folder: "gs://bucket/model"}}',
    ],
)
def test_a_policy_that_is_accepted_fits_the_schema(text: str) -> None:
    parse_policy(text)
    Draft202012Validator(SCHEMA).validate(yaml.safe_load(text))


@pytest.mark.parametrize(
    "text",
    [
        "colour: red",
        "ocr: {speed: 1}",
        "ocr: fast",
        "pixels: dirty",
        "metadata: {options: [retain_all]}",
        "metadata: {options: [retain_long_full_dates, retain_long_modified_dates]}",
        "metadata: {options: retain_uids}",
        'metadata: {overrides: [{tag: "00081030", action: X}]}',
        'metadata: {overrides: [{tag: "0008", action: X, reason: r}]}',
        "metadata: {issuer: counts}",
        "ocr: {effort: sampled}",
        "ocr: {sampled_share: 2}",
        "ocr: {low_text: 0}",
        "ocr: {min_size: 101}",
        "text: {model: {hub: a/b}}",
        "text: {model: {hub: a/b, revision: c, folder: d}}",
        "text: {model: {}}",
        "text: {keep: all}",
    ],
)
def test_the_schema_rejects_what_the_parser_rejects(text: str) -> None:
    assert not Draft202012Validator(SCHEMA).is_valid(yaml.safe_load(text))
    with pytest.raises(PolicyError):
        parse_policy(text)


def test_the_schema_has_the_keys_values_and_defaults_of_the_parser() -> None:
    ocr, text, metadata = (SECTIONS[name]["properties"] for name in ("ocr", "text", "metadata"))
    assert {key: setting["default"] for key, setting in ocr.items()} == dataclasses.asdict(OcrSettings())
    assert {key: tuple(setting["enum"]) for key, setting in ocr.items() if "enum" in setting and key != "engine"} == CHOICES
    assert {key: setting["default"] for key, setting in text.items()} == {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in dataclasses.asdict(PhiSettings()).items()
        if key in text
    }
    assert metadata["options"]["items"]["enum"] == list(Option)
    assert tuple(metadata["issuer_of_patient_id"]["enum"]) == ISSUERS
    assert (tuple(SECTIONS["pixels"]["enum"]), tuple(text["keep"]["enum"])) == (PIXELS, KEEPS)
    for entry, kind in (
        (metadata["overrides"]["items"], Override),
        (metadata["text_rules"]["items"], TextRule),
        (text["model"], ModelSource),
    ):
        assert set(entry["properties"]) == {field.name for field in dataclasses.fields(kind)}


def described(schema: dict[str, Any]) -> bool:
    """Whether every setting below has a description."""
    children = [*schema.get("properties", {}).values(), *schema.get("items", {}).get("properties", {}).values()]
    return bool(schema.get("description")) and all(described(child) for child in children)


def test_the_schema_describes_every_setting() -> None:
    assert described(SCHEMA)
