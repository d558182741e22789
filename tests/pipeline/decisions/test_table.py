"""The table of decisions: what is written is read back, and nothing that the key did not sign."""

import dataclasses
import json
from pathlib import Path

import pytest

from efface.pipeline.decisions.table import DecisionError, append_decision, read_decisions, read_rows, withdraw_decision
from efface.transforms.audit.vault import from_csv
from efface.transforms.core.box import Box
from efface.transforms.core.decisions import Action, Decision, Device, Scope
from efface.transforms.core.pseudonyms import Pseudonyms

KEY, OTHER_KEY = Pseudonyms(b"k" * 32), Pseudonyms(b"o" * 32)
ON = "2026-01-02"
UID = KEY.uid("1.2.3")
DEVICE = Device("Maker", "Model 1", 480, 640, ("ORIGINAL", "PRIMARY"))
DECISIONS = [
    Decision(Scope.INSTANCE, UID, Action.REDACT, (0, 2), Box(1, 2, 30, 40), at=ON),
    Decision(Scope.SERIES, KEY.uid("1.2"), Action.KEEP, box=Box(0, 0, 5, 5), at=ON),
    Decision(Scope.DEVICE, DEVICE, Action.RESIZE, box=Box(0, 0, 5, 5), new_box=Box(0, 0, 3, 3), at=ON),
    Decision(Scope.INSTANCE, UID, Action.RELEASE, code="face", at=ON),
    Decision(Scope.INSTANCE, UID, Action.REJECT, code="text_left", at=ON),
]


@pytest.fixture
def table(tmp_path):
    uri = str(tmp_path / "decisions.jsonl")
    for decision in DECISIONS:
        append_decision(uri, decision, KEY, "Ada Lovelace", vault=str(tmp_path / "vault"))
    return uri


def lines_of(table):
    return Path(table).read_text("utf-8").splitlines(keepends=True)


def write(table, lines):
    Path(table).write_text("".join(lines), "utf-8")


def test_what_is_appended_is_read_back_in_order(table):
    rows = read_rows(table, KEY)
    assert [dataclasses.replace(row, decided_by="", signature="") for row in rows] == DECISIONS
    assert len({row.id for row in rows}) == len(DECISIONS)
    assert [decision for _, decision in read_decisions(table, KEY).entries] == list(rows)


def test_a_missing_table_is_empty(tmp_path):
    assert not read_decisions(str(tmp_path / "none.jsonl"), KEY)


def test_the_author_is_named_in_the_vault_alone(table, tmp_path):
    assert "Lovelace" not in "".join(lines_of(table))
    [(decided_by, name)] = from_csv((tmp_path / "vault" / "deciders.csv").read_bytes())
    assert name == "Ada Lovelace"
    assert {row.decided_by for row in read_rows(table, KEY)} == {decided_by}


@pytest.mark.parametrize("number", range(1, len(DECISIONS) + 1))
def test_a_changed_line_is_refused_by_its_number(table, number):
    lines = lines_of(table)
    fields = json.loads(lines[number - 1])
    lines[number - 1] = json.dumps(fields | {"at": "2026-01-03"}) + "\n"
    write(table, lines)
    with pytest.raises(DecisionError, match=f"line {number} "):
        read_decisions(table, KEY)


def test_a_line_without_signature_is_refused(table):
    fields = json.loads(lines_of(table)[0])
    del fields["signature"]
    write(table, [*lines_of(table), json.dumps(fields) + "\n"])
    with pytest.raises(DecisionError, match=f"line {len(DECISIONS) + 1} "):
        read_decisions(table, KEY)


def test_a_line_that_is_taken_out_or_moved_is_refused(table):
    lines = lines_of(table)
    for others in (lines[1:], [lines[1], lines[0], *lines[2:]], [*lines, lines[-1]]):
        write(table, others)
        with pytest.raises(DecisionError):
            read_decisions(table, KEY)


def test_another_key_is_refused_with_the_first_line(table):
    with pytest.raises(DecisionError, match="line 1 "):
        read_decisions(table, OTHER_KEY)
    with pytest.raises(DecisionError, match="line 1 "):
        append_decision(table, DECISIONS[0], OTHER_KEY, "Ada Lovelace")


@pytest.mark.parametrize(
    "line", ["", "{", "[]", '"x"', '{"scope": "instance"}', '{"scope": "a", "target": "1", "action": "keep"}']
)
def test_what_is_no_decision_is_refused_by_its_number(table, line):
    write(table, [*lines_of(table)[:2], line + "\n"])
    with pytest.raises(DecisionError, match="line 3: "):
        read_decisions(table, KEY)


def test_a_withdrawn_decision_does_not_count(table):
    first = read_rows(table, KEY)[0]
    withdraw_decision(table, first.id, ON, KEY, "Grace Hopper")
    assert len(read_rows(table, KEY)) == len(DECISIONS) + 1
    assert first not in [decision for _, decision in read_decisions(table, KEY).entries]
    with pytest.raises(DecisionError, match="in force"):
        withdraw_decision(table, first.id, ON, KEY, "Grace Hopper")


def test_a_decision_needs_its_author_and_date(table):
    with pytest.raises(DecisionError, match="who decides"):
        append_decision(table, DECISIONS[0], KEY, " ")
    with pytest.raises(DecisionError, match="who decides"):
        append_decision(table, dataclasses.replace(DECISIONS[0], at=""), KEY, "Ada Lovelace")


@pytest.mark.parametrize(
    "code", ["structure", "frame_decode", "pixel_layout", "readers_disagree", "hidden_bytes", "verification"]
)
def test_structure_decode_layout_and_verification_are_never_released(code):
    with pytest.raises(ValueError, match="nothing else"):
        Decision(Scope.INSTANCE, UID, Action.RELEASE, code=code, at=ON)


def test_a_signed_row_cannot_release_them_either(table):
    """Not even by somebody who has the key."""
    fields = json.loads(lines_of(table)[3])
    write(table, [*lines_of(table)[:3], json.dumps(fields | {"code": "structure"}) + "\n"])
    with pytest.raises(DecisionError, match=r"line 4: .*nothing else"):
        read_decisions(table, KEY)
