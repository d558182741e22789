"""Policies that extend one another."""

from pathlib import Path

import pytest

from efface.pipeline.policy import Policy, PolicyError, load_policy, parse_policy
from efface.pipeline.shipped import SHIPPED
from efface.transforms.metadata.profile import Option
from efface.transforms.phi.settings import ModelSource, PhiSettings
from efface.transforms.storage import storage_of


def digests(policy: Policy) -> list[str]:
    """The version without the name."""
    return policy.version.rsplit("-", 2)[1:]


def write(folder: Path, **texts: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_policy_that_only_extends_another_does_the_same_under_its_own_name(name: str) -> None:
    policy, extended = parse_policy(f"extends: {name}"), load_policy(name)
    assert policy.name == "custom"
    assert digests(policy) == digests(extended)
    assert parse_policy(f"{{extends: {name}, name: {name}}}") == extended


def test_what_is_said_twice_counts_once() -> None:
    again = parse_policy(
        "{extends: tcia, metadata: {overrides: [{tag: ReferencedImageSequence, action: U, reason: another}], "
        "options: {add: [retain_safe_private]}}, ocr: {cine: windows}, text: {keep: clinical, keep_words: , model: shipped}}"
    )
    assert digests(again) == digests(load_policy("tcia"))


def test_it_does_not_matter_how_a_content_came_about(tmp_path: Path) -> None:
    write(tmp_path, parent="{ocr: {effort: full}, text: {keep_words: [b, a]}, metadata: {options: [clean_graphics]}}")
    write(tmp_path, child="{extends: parent.yaml, text: {keep_words: [c, b]}, metadata: {options: {add: [clean_descriptors]}}}")
    whole = parse_policy(
        "{ocr: {effort: full}, text: {keep_words: [a, b, c]}, metadata: {options: [clean_descriptors, clean_graphics]}}"
    )
    assert load_policy(str(tmp_path / "child.yaml")) == whole


def test_sections_are_merged_key_by_key() -> None:
    policy = parse_policy("{extends: tcia, pixels: none, ocr: {cine: clip}, metadata: {issuer: counts}}")
    tcia = load_policy("tcia")
    assert (policy.cleans_pixels, policy.ocr.cine, policy.profile.issuer) == (False, "clip", "counts")
    assert (policy.profile.options, policy.profile.overrides) == (tcia.profile.options, tcia.profile.overrides)


def test_overrides_rules_and_words_are_added_and_the_own_override_wins(tmp_path: Path) -> None:
    write(
        tmp_path,
        parent="""
            metadata:
              overrides:
                - {tag: "00081030", action: X, reason: parent}
                - {tag: "(0008,103e)", action: X, reason: parent}
              text_rules: [{redact: room, reason: parent}]
            text: {keep_words: [BIPLANE], redact_words: [ward]}
        """,
        child="""
            extends: parent.yaml
            metadata:
              overrides:
                - {tag: "0008103E", action: K, reason: child}
                - {tag: "00104000", action: K, reason: child}
              text_rules: [{redact: bed, reason: child}]
            text: {keep_words: [TRIPLANE], redact_words: [unit]}
        """,
    )
    policy = load_policy(str(tmp_path / "child.yaml"))
    overrides = {override.tag: (override.action, override.reason) for override in policy.profile.overrides}
    assert overrides == {"00081030": ("X", "parent"), "0008103E": ("K", "child"), "00104000": ("K", "child")}
    assert [rule.redact for rule in policy.profile.text_rules] == ["room", "bed"]
    assert (policy.phi.keep_words, policy.phi.redact_words) == (("BIPLANE", "TRIPLANE"), ("unit", "ward"))


def options(text: str) -> set[str]:
    return {option.value for option in parse_policy(f"{{extends: tcia, metadata: {{options: {text}}}}}").profile.options}


def test_options_are_replaced_added_and_removed() -> None:
    tcia = {option.value for option in load_policy("tcia").profile.options}
    assert options("[clean_graphics]") == {"clean_graphics"}
    assert options("[]") == set()
    assert options("") == options("{}") == tcia
    assert options("{add: [clean_graphics]}") == tcia | {"clean_graphics"}
    assert options("{remove: [retain_safe_private]}") == tcia - {"retain_safe_private"}
    swap = "{add: [retain_long_full_dates], remove: [retain_long_modified_dates]}"
    assert options(swap) == (tcia - {"retain_long_modified_dates"}) | {"retain_long_full_dates"}
    assert parse_policy("metadata: {options: {add: [retain_uids]}}").profile.options == {Option.RETAIN_UIDS}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{remove: [retain_uids]}", "'retain_uids' is no option of the policy that is extended"),
        ("{remove: [retain_safe]}", r"metadata\.options\.remove: .*did you mean 'retain_safe_private'"),
        ("{removed: [retain_uids]}", r"metadata\.options: unknown key 'removed'; did you mean 'remove'"),
        ("{add: [retain_long_full_dates]}", "exclude each other"),
    ],
)
def test_a_change_of_options_that_makes_no_sense_is_refused(text: str, message: str) -> None:
    with pytest.raises(PolicyError, match=message):
        options(text)


def test_what_a_parent_names_can_be_taken_back(tmp_path: Path) -> None:
    table = tmp_path / "patients.csv"
    table.write_text("old_id,new_id\n1,S1\n")
    write(tmp_path, parent=f"{{metadata: {{patients: {table}}}, text: {{model: {{folder: /models/names}}}}}}")
    write(tmp_path, same="extends: parent.yaml", without="{extends: parent.yaml, metadata: {patients: }, text: {model: }}")
    same, without = (load_policy(str(tmp_path / f"{name}.yaml")) for name in ("same", "without"))
    assert same == load_policy(str(tmp_path / "parent.yaml"))
    assert same.profile.patients
    assert without == parse_policy("text: {model: }")


def test_a_model_takes_the_place_of_a_model(tmp_path: Path) -> None:
    write(tmp_path, parent=f"text: {{model: {{hub: a/b, revision: {'a' * 40}}}, keep: nothing}}")
    write(tmp_path, child="{extends: parent.yaml, text: {model: {folder: /models/names}}}")
    phi = load_policy(str(tmp_path / "child.yaml")).phi
    assert phi == PhiSettings(keep="nothing", model=ModelSource(folder="/models/names"))


def test_a_file_is_found_beside_the_file_that_extends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "all", base="{extends: tcia, pixels: none}", basic="ocr: {cine: clip}")
    write(tmp_path / "site", site="extends: ../all/base.yaml", own="extends: ./basic.yaml", basic="extends: ../all/basic.yaml")
    for place in (tmp_path, tmp_path / "site", tmp_path / "all"):
        monkeypatch.chdir(place)
        assert not load_policy(str(tmp_path / "site" / "site.yaml")).cleans_pixels
        assert load_policy(str(tmp_path / "site" / "own.yaml")).ocr.cine == "clip"
    assert not load_policy("../site/site.yaml").cleans_pixels
    assert not parse_policy("extends: base.yaml").cleans_pixels


def test_a_policy_in_a_bucket_extends_what_lies_beside_it(bucket: str, tmp_path: Path) -> None:
    for name, text in (("all/base.yaml", "pixels: none"), ("site/site.yaml", "extends: ../all/base.yaml")):
        storage_of(bucket).write(f"{bucket}/{name}", text.encode())
    write(tmp_path, here=f"extends: {bucket}/site/site.yaml")
    for place in (f"{bucket}/site/site.yaml", str(tmp_path / "here.yaml")):
        assert not load_policy(place).cleans_pixels


def refusal(folder: Path, name: str) -> str:
    with pytest.raises(PolicyError) as error:
        load_policy(str(folder / f"{name}.yaml"))
    return str(error.value)


def test_a_cycle_is_refused(tmp_path: Path) -> None:
    write(tmp_path, one="extends: two.yaml", two="extends: ./three.yaml", three="extends: two.yaml", self="extends: self.yaml")
    assert refusal(tmp_path, "self") == ("extends: 'self.yaml' leads back to itself; a policy cannot extend what extends it")
    assert "'two.yaml' leads back to itself" in refusal(tmp_path, "one")


def test_a_chain_has_an_end(tmp_path: Path) -> None:
    write(tmp_path, **{f"p{number}": f"extends: p{number + 1}.yaml" for number in range(30)})
    write(tmp_path, p8="ocr: {cine: clip}")
    assert load_policy(str(tmp_path / "p0.yaml")).ocr.cine == "clip"
    write(tmp_path, p8="extends: p9.yaml")
    assert refusal(tmp_path, "p0") == "extends: more than 8 policies extend one another"


def test_a_parent_that_is_missing_or_wrong_is_named(tmp_path: Path) -> None:
    write(
        tmp_path,
        missing="extends: nothing.yaml",
        typo="extends: tica",
        child="extends: parent.yaml",
        grandchild="extends: child.yaml",
        parent="metadata: {options: [retain_all]}",
        yaml="extends: broken.yaml",
        broken="a: [",
        own="{extends: tcia, ocr: {cine: film}}",
    )
    assert refusal(tmp_path, "missing").startswith("extends: the policy 'nothing.yaml' cannot be read (FileNotFoundError)")
    assert "did you mean 'tcia'?" in refusal(tmp_path, "typo")
    for name in ("child", "grandchild"):
        assert refusal(tmp_path, name).startswith("extends: 'parent.yaml': metadata.options: 'retain_all' is not one of")
    assert refusal(tmp_path, "yaml").startswith("extends: the policy is no valid YAML (line 1)")
    assert refusal(tmp_path, "own").startswith("ocr: cine: 'film' is not one of")


def test_a_misspelled_name_of_a_shipped_policy_is_recognised() -> None:
    with pytest.raises(PolicyError, match="did you mean 'basic'"):
        load_policy("basci")
