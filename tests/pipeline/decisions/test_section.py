"""The settings `regions` and `decisions` of a policy."""

import dataclasses

import pytest

from efface.pipeline.decisions.table import DecisionError, append_decision
from efface.pipeline.job import new_job, read_options
from efface.pipeline.policy import PolicyError, PreparedPolicy, keyed_version, load_policy, parse_policy
from efface.transforms.core.box import Box
from efface.transforms.core.decisions import Action, Decision, Device, Scope
from efface.transforms.core.pseudonyms import Pseudonyms
from efface.transforms.storage.key_source import KeySource

KEY = Pseudonyms(b"k" * 32)
UID = KEY.uid("1.2.3")
REGION = "{manufacturer: Acme, model: Scan 1, rows: 96, columns: 128, boxes: [[0, 0, 9, 9]]}"
DEVICE = Device("Acme", "Scan 1", 96, 128)


def test_regions_are_boxes_of_a_device():
    [decision] = parse_policy(f"regions: [{REGION}]").decisions.stated
    assert decision == Decision(Scope.DEVICE, DEVICE, Action.REDACT, box=Box(0, 0, 9, 9))


def test_the_version_of_the_policy_stays_without_and_with_decisions():
    policy = parse_policy(f"{{extends: basic, name: basic, regions: [{REGION}], decisions: t}}")
    assert policy.version == load_policy("basic").version
    assert keyed_version(policy, KEY) == keyed_version(load_policy("basic"), KEY)


def test_regions_are_added_to_those_of_the_extended_policy_and_a_table_takes_its_place(tmp_path):
    (tmp_path / "base.yaml").write_text(f"{{regions: [{REGION}], decisions: base.jsonl}}")
    (tmp_path / "site.yaml").write_text(f"{{extends: base.yaml, regions: [{REGION.replace('Scan 1', 'Scan 2')}]}}")
    section = load_policy(str(tmp_path / "site.yaml")).decisions
    assert [decision.target.model for decision in section.stated] == ["Scan 1", "Scan 2"]
    assert section.table == str(tmp_path / "base.jsonl")


def test_a_table_is_found_from_the_place_of_the_policy_and_has_to_exist(tmp_path):
    (tmp_path / "policy.yaml").write_text("decisions: decisions.jsonl")
    section = load_policy(str(tmp_path / "policy.yaml")).decisions
    with pytest.raises(DecisionError, match="no table"):
        section.read(KEY)
    added = Decision(Scope.INSTANCE, UID, Action.REJECT, at="2026-01-02")
    append_decision(str(tmp_path / "decisions.jsonl"), added, KEY, "Ada Lovelace")
    [(target, decision)] = section.read(KEY).entries
    assert (target, decision.action) == (UID, Action.REJECT)


def test_a_run_does_not_start_with_a_table_that_was_changed(tmp_path, key_file):
    table = tmp_path / "decisions.jsonl"
    table.write_text('{"scope": "instance", "target": "%s", "action": "reject"}\n' % UID)  # noqa: UP031  # braces
    prepared = PreparedPolicy(parse_policy(f"decisions: {table}"), "none")
    with pytest.raises(DecisionError, match="line 1 "):
        new_job(prepared, KeySource(str(key_file)), str(tmp_path / "output"))


def test_a_graph_does_not_start_where_decisions_were_not_read(tmp_path, key_file):
    prepared = PreparedPolicy(parse_policy(f"regions: [{REGION}]"), "none")
    job = new_job(prepared, KeySource(str(key_file)), str(tmp_path))
    assert read_options(prepared.policy, job).decisions
    with pytest.raises(ValueError, match="not read"):
        read_options(prepared.policy, dataclasses.replace(job, decisions=None))


def test_the_error_names_the_entry():
    with pytest.raises(PolicyError, match="regions, entry 2: a device needs"):
        parse_policy(f"regions: [{REGION}, {{manufacturer: A, boxes: [[0, 0, 1, 1]]}}]")
    with pytest.raises(PolicyError, match=r"decisions, entry 1: .*nothing else"):
        parse_policy("decisions: [{scope: instance, target: '1.2', action: release, code: residual_identifier}]")
    with pytest.raises(PolicyError, match="pixels: clean"):
        parse_policy(f"{{pixels: none, regions: [{REGION}]}}")
