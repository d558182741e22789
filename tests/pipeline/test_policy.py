"""What a policy may say, and what holds where it says nothing."""

import dataclasses
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from efface.pipeline.policy import Policy, PolicyError, keyed_version, load_policy, parse_policy
from efface.pipeline.shipped import shipped_text
from efface.transforms.core.pseudonyms import Pseudonyms
from efface.transforms.metadata.patients import PatientMapping
from efface.transforms.ocr.base import CHOICES, OcrSettings
from efface.transforms.phi.settings import ModelSource
from efface.transforms.storage.model_folders import folder_digest


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


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("metadata: {option: []}", "metadata: unknown key 'option'; did you mean 'options'? allowed are: "),
        ("ocr: {engin: auto}", "ocr: unknown key 'engin'; did you mean 'engine'? allowed are: "),
        ("metdata: {}", "the policy: unknown key 'metdata'; did you mean 'metadata'? allowed are: decisions, extends, "),
        ("text: {model: {hubs: x}}", "text.model: unknown key 'hubs'; did you mean 'hub'? allowed are: "),
        ("qqq: 1", "the policy: unknown key 'qqq'; allowed are: "),
        ("pixels: clear", "pixels: 'clear' is not one of: clean, none; did you mean 'clean'?"),
        ("ocr: {engine: EasyOrc}", "; did you mean 'easyocr'?"),
        ("ocr: {engine: [auto]}", "ocr: engine: ['auto'] is not one of: "),
        ("ocr: {cine: window}", "; did you mean 'windows'?"),
        ("text: {keep: clincal}", "; did you mean 'clinical'?"),
        ("metadata: {issuer: count}", "; did you mean 'counts'?"),
        ("metadata: {options: [retain_uid]}", "metadata.options: 'retain_uid' is not one of: "),
        ("metadata: {options: [retain_uid]}", "; did you mean 'retain_uids'?"),
        ("metadata: {overrides: [{tag: '00081030', action: x, reason: r}]}", "; did you mean 'X'?"),
        ("text: {keep_words: [NO]}", "text.keep_words: expected a text; write it in quotes"),
    ],
)
def test_an_error_says_what_was_probably_meant(text: str, message: str) -> None:
    with pytest.raises(PolicyError, match=re.escape(message)):
        parse_policy(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ocr: {}\ntext: {}\nocr: {}", "the policy: the key 'ocr' stands twice (line 3)"),
        ("text: {keep_words: [a],\n keep_words: [b]}", "the policy: the key 'keep_words' stands twice (line 2)"),
        ("a: [", "the policy is no valid YAML (line 1)"),
        ("[" * 5000 + "]" * 5000, "nested too deeply"),
        ("name: &a x\npixels: *a", "the policy: an alias (*) in line 2; write the value itself"),
        ("name: &a [x]\ntext:\n  <<: [*a, *a]", "the policy: an alias (*) in line 3"),
        ("name: " + "9" * 5000, "a value that cannot be read"),
        ("!!python/object:os.system x", "the policy is no valid YAML (line 1)"),
    ],
)
def test_yaml_that_is_no_policy_is_refused_in_one_line(text: str, message: str) -> None:
    with pytest.raises(PolicyError, match=re.escape(message)):
        parse_policy(text)


@pytest.mark.parametrize(
    ("text", "keyed"),
    [
        ("pixels: none", (False, False)),
        ("metadata: {text_rules: [{redact: 'Ward 7', reason: ours}]}", (True, False)),
        ("metadata: {overrides: [{tag: '00081030', action: X, reason: ours}]}", (True, False)),
        ("text: {redact_words: [Ollerenshaw]}", (False, True)),
        ("text: {keep_words: [Ollerenshaw]}", (False, True)),
        ("text: {keep_phrases: [Ollerenshaw protocol]}", (False, True)),
    ],
)
def test_a_version_is_keyed_where_texts_of_a_site_could_be_guessed(text: str, keyed: tuple[bool, bool]) -> None:
    policy = parse_policy(text)
    plain, one, other = (
        version.split("-")[1:]
        for version in (policy.version, *(keyed_version(policy, Pseudonyms(key * 32)) for key in (b"k", b"o")))
    )
    assert tuple(digest not in (a, b) and a != b for digest, a, b in zip(plain, one, other, strict=True)) == keyed


def test_the_version_does_not_depend_on_the_patients() -> None:
    policy = parse_policy("pixels: none")
    patients = (PatientMapping("48151623", "S1"),)
    mapped = dataclasses.replace(policy, profile=dataclasses.replace(policy.profile, patients=patients))
    assert keyed_version(mapped, Pseudonyms(b"k" * 32)) == policy.version


def test_what_looks_like_a_date_is_a_word() -> None:
    assert parse_policy("text: {keep_words: [2024-13-45, 2024-01-02]}").phi.keep_words == ("2024-01-02", "2024-13-45")


def test_words_are_a_set() -> None:
    assert parse_policy("text: {keep_words: [b, a, b]}").version == parse_policy("text: {keep_words: [a, b]}").version


def test_phrases_of_a_site_count_in_the_version() -> None:
    versions = {parse_policy(f"text: {{keep_phrases: [{phrase}]}}").version for phrase in ("a b", "a c", "")}
    assert len(versions) == 3


@pytest.mark.parametrize("revision", ["main", "v1.0", "abc1234", "0" * 39, "A" * 40])
def test_a_revision_that_may_move_is_refused(revision: str) -> None:
    with pytest.raises(PolicyError, match=r"text\.model: revision: .*hash of a commit, 40 hexadecimal digits"):
        parse_policy(f"text: {{model: {{hub: a/b, revision: '{revision}'}}}}")


def test_a_commit_is_the_version_of_a_model_of_a_hub() -> None:
    versions = {parse_policy(f"text: {{model: {{hub: a/b, revision: {commit * 40}}}}}").version for commit in "abc"}
    assert len(versions) == 3


def with_model(folder: Path, sha256: str = "") -> Policy:
    """A policy with a name model; nothing of it is loaded."""
    pin = f", sha256: '{sha256}'" if sha256 else ""
    return parse_policy(f"pixels: none\ntext: {{model: {{folder: '{folder}'{pin}}}}}")


def test_the_version_follows_the_files_of_a_model_and_not_their_folder(tmp_path: Path) -> None:
    for name, data in (("a", b"1"), ("b", b"1"), ("c", b"2")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_bytes(data)
    (policy, models), *others = (with_model(tmp_path / name).resolve() for name in "abc")
    assert [other.version == policy.version for other, _ in others] == [True, False]
    assert [version == models for _, version in others] == [True, False]
    assert str(tmp_path) not in models
    pinned = with_model(tmp_path / "missing", folder_digest(str(tmp_path / "a")))
    assert pinned.version == pinned.resolve()[0].version == policy.version
    metadata, pixels = policy.version.split("-")[1:]
    assert not {metadata, pixels} & set(parse_policy("pixels: none").version.split("-"))


def test_a_policy_whose_model_is_not_known_has_no_version(tmp_path: Path) -> None:
    policy = with_model(tmp_path)
    with pytest.raises(ValueError, match="resolve"):
        _ = policy.version
    with pytest.raises(PolicyError, match=r"text\.model\.folder.*no file"):
        policy.resolve()


def test_where_the_weights_lie_is_no_part_of_the_version() -> None:
    """Their digests are pinned."""
    assert parse_policy("ocr: {weights: /somewhere}").version == parse_policy("").version


def test_a_policy_cannot_be_resolved_without_the_packages_of_its_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "easyocr", None)
    for text in ("ocr: {engine: easyocr}", "ocr: {device: cuda}"):
        with pytest.raises(PolicyError, match=r'ocr: the engine easyocr needs .*pip install "efface\[gpu\]"'):
            parse_policy(text).resolve()
    assert parse_policy("{pixels: none, ocr: {engine: easyocr}}").resolve()


def test_the_shipped_name_model_is_asked_unless_a_policy_says_otherwise() -> None:
    assert load_policy("tcia").phi.model == ModelSource(shipped=True)
    assert parse_policy("text: {model: null}").phi.model is None
    with pytest.raises(PolicyError, match="shipped"):
        parse_policy("text: {model: shiped}")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("extends: tcia", "closed"),
        ("extends: basic", "rules"),
        ("{extends: tcia, metadata: {free_text: names}}", "names"),
        ("{extends: tcia, metadata: {options: {remove: [clean_descriptors, clean_structured_content]}}}", "closed"),
        ("metadata: {options: [retain_uids], free_text: closed}", "closed"),
        ("metadata: {overrides: [{tag: '00081030', action: C, reason: useful}]}", "closed"),
        ("metadata: {overrides: [{tag: '00081030', action: X, reason: rooms}]}", "rules"),
    ],
)
def test_free_text_is_a_closed_world_where_people_type_and_it_stays(text: str, words: str) -> None:
    assert parse_policy(text).profile.free_text == words


def test_words_that_stay_in_free_text_are_a_part_of_what_is_said_about_metadata() -> None:
    one, other = (parse_policy(f"{{extends: tcia, text: {{keep_words: [{word}]}}}}").version for word in ("vortex", "helix"))
    assert one.split("-")[1] != other.split("-")[1]
    one, other = (parse_policy(f"text: {{keep_words: [{word}]}}").version for word in ("vortex", "helix"))
    assert one.split("-")[1] == other.split("-")[1]
