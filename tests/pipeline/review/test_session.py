"""What the page can see and decide, and what the table says afterwards."""

import dataclasses
import json

import pytest

from efface.pipeline.decisions.table import read_decisions, read_rows
from efface.pipeline.review.gallery import read_entries
from efface.pipeline.review.looks import looks_uri, read_looks
from efface.pipeline.review.session import RefusedError, Session
from efface.transforms.core.decisions import Action, Device, Scope


@pytest.fixture
def entries(reviewed):
    return read_entries(reviewed.output)


@pytest.fixture
def session(reviewed, entries, author):
    return Session(reviewed.output, entries, author=author)


def number_of(entries, frames):
    return next(number for number, entry in enumerate(entries) if entry.frames == frames)


def test_without_a_table_nothing_is_decided(reviewed, entries):
    session = Session(reviewed.output, entries)
    assert not session.index()["can_decide"]
    with pytest.raises(RefusedError, match="--author"):
        session.decide(2, {"scope": "instance", "action": "redact", "box": [0, 0, 1, 1]})
    with pytest.raises(RefusedError, match="--author"):
        session.look(2, is_missed=False)


def test_a_box_for_an_instance_its_series_and_its_device(session, entries, author):
    number = number_of(entries, 3)
    entry = entries[number]
    for scope in ("instance", "series", "device"):
        told = session.decide(number, {"scope": scope, "action": "redact", "frames": [], "box": [1, 2, 30, 40]})
    # The most general first, as they apply.
    assert [one["scope"] for one in told["decisions"]] == ["device", "series", "instance"]
    rows = read_rows(author.decisions, author.pseudonyms)
    device = Device("Acme", "Sono 1", 112, 320, entry.image_type)
    assert [row.target for row in rows] == [entry.sop_instance_uid, entry.series_instance_uid, device]
    assert {row.decided_by for row in rows} == {author.ref}
    [decision] = read_decisions(author.decisions, author.pseudonyms).by_target[Scope.INSTANCE, entry.sop_instance_uid]
    assert decision.box == (1, 2, 30, 40)


def test_a_decision_is_taken_back_by_a_later_row(session, entries, author):
    number = number_of(entries, 3)
    told = session.decide(number, {"scope": "instance", "action": "redact", "frames": [1], "box": [1, 2, 30, 40]})
    assert session.withdraw(number, told["decisions"][0]["id"])["decisions"] == []
    assert [row.action for row in read_rows(author.decisions, author.pseudonyms)] == [Action.REDACT, Action.WITHDRAW]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"scope": "planet", "action": "redact", "box": [0, 0, 1, 1]},
        {"scope": "instance", "action": "redact"},
        {"scope": "instance", "action": "redact", "box": [0, 0, 0, 0]},
        {"scope": "instance", "action": "redact", "box": "everything"},
        {"scope": "instance", "action": "release", "code": "structure"},
        {"scope": "instance", "action": "redact", "box": [0, 0, 1, 1], "signature": 1},
        {"scope": "instance", "action": "redact", "box": [0, 0, 1, 1], "anything": "else"},
    ],
    ids=str,
)
def test_what_is_no_decision_is_refused(session, entries, author, asked):
    with pytest.raises(RefusedError):
        session.decide(number_of(entries, 3), asked)
    assert read_rows(author.decisions, author.pseudonyms) == ()


def test_the_target_is_the_entry_whatever_is_asked_for(session, entries, author):
    number = number_of(entries, 3)
    asked = {"scope": "instance", "action": "redact", "box": [0, 0, 1, 1], "target": "2.25.1", "at": "1999-01-01"}
    session.decide(number, asked)
    [row] = read_rows(author.decisions, author.pseudonyms)
    assert (row.target, row.at > "2020") == (entries[number].sop_instance_uid, True)


def test_a_release_needs_the_vault(session, entries):
    with pytest.raises(RefusedError, match="vault"):
        session.decide(number_of(entries, 3), {"scope": "instance", "action": "release", "code": "face"})


def test_the_name_of_who_decides_is_in_the_vault_alone(reviewed, entries, author, tmp_path):
    vault = tmp_path / "vault"
    vault.mkdir()
    session = Session(reviewed.output, entries, str(vault), author)
    session.decide(number_of(entries, 3), {"scope": "instance", "action": "redact", "box": [0, 0, 1, 1]})
    assert "Ada Reviewer" in (vault / "deciders.csv").read_text()
    assert "Ada" not in (tmp_path / "decisions.jsonl").read_text()
    assert "Ada" not in json.dumps(session.index()) + json.dumps(session.detail(2)) + repr(author)


def test_a_source_is_shown_with_the_vault_alone(reviewed, entries):
    number = number_of(entries, 3)
    with pytest.raises(RefusedError, match="vault"):
        Session(reviewed.output, entries).picture("source", number, 0, "", is_small=False)
    session = Session(reviewed.output, entries, reviewed.vault)
    assert session.detail(number)["has_source"]
    assert session.picture("source", number, 0, "", is_small=False) != session.picture("output", number, 0, "", is_small=False)


def test_a_face_in_quarantine_is_shown_and_released_with_the_vault(reviewed, entries, author):
    assert entries[0].code == "face"
    session = Session(reviewed.output, entries, reviewed.vault, author)
    assert session.detail(0)["frames"] == 1
    [released] = session.decide(0, {"scope": "instance", "action": "release", "code": "face"})["decisions"]
    assert (released["action"], released["code"]) == (Action.RELEASE, "face")


def test_what_is_in_quarantine_has_no_output(reviewed, entries):
    session = Session(reviewed.output, entries, reviewed.vault)
    with pytest.raises(RefusedError, match="nothing is published"):
        session.picture("output", 1, 0, "", is_small=False)
    told = session.detail(1)
    assert (told["frames"], told["problem"].partition(":")[0]) == (0, "structure")
    assert "QUISTBERG" not in json.dumps(told)


@pytest.mark.parametrize("number", [-1, 99])
def test_there_is_no_other_entry(session, number):
    for ask in (
        session.detail,
        lambda n: session.withdraw(n, "X"),
        lambda n: session.picture("output", n, 0, "", is_small=True),
    ):
        with pytest.raises(RefusedError, match="no such entry"):
            ask(number)
    with pytest.raises(RefusedError, match="no such frame"):
        session.picture("output", 2, 99, "", is_small=False)


def test_a_sample_survives_a_restart_and_counts_only_what_is_drawn(reviewed, entries, author):
    def start():
        return Session(reviewed.output, entries, author=author, bound=0.5)

    session = start()
    drawn = session.index()["drawn"]
    assert len(drawn) == 3  # Two devices are one stratum each, and all of their images are needed.
    report = next(number for number, entry in enumerate(entries) if entry.modality == "SR")
    with pytest.raises(RefusedError, match="drawn"):
        session.look(report, is_missed=False)
    for number in drawn[:-1]:
        session.look(number, is_missed=False)
    told = start().look(drawn[-1], is_missed=True)
    assert (told["seen"], told["missed"], told["images"]) == (3, 1, 3)
    assert start().look(drawn[-1], is_missed=False)["missed"] == 0
    assert Scope.INSTANCE in start().detail(drawn[0])["scopes"]


def made_anew(entries, number):
    """The entries after a run that made one of them otherwise."""
    return [*entries[:number], dataclasses.replace(entries[number], output_sha256="0" * 64), *entries[number + 1 :]]


def test_a_miss_counts_also_after_it_was_corrected(reviewed, entries, author):
    session = Session(reviewed.output, entries, author=author, bound=0.5)
    number = session.index()["drawn"][0]
    session.look(number, is_missed=True)
    corrected = Session(reviewed.output, made_anew(entries, number), author=author, bound=0.5)
    assert corrected.sample()["seen"] == 0
    told = corrected.look(number, is_missed=False)
    assert (told["seen"], told["missed"]) == (1, 1)


def test_an_answer_is_about_the_bytes_that_were_seen(reviewed, entries, author):
    session = Session(reviewed.output, entries, author=author, bound=0.5)
    number = session.index()["drawn"][0]
    session.look(number, is_missed=False)
    assert Session(reviewed.output, made_anew(entries, number), author=author, bound=0.5).sample()["seen"] == 0
    [look] = read_looks(looks_uri(author.decisions), author.pseudonyms)
    assert look.looked_by == author.ref
