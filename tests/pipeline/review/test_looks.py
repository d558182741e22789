"""Answers are signed in a chain, survive, and are refused when somebody changed them."""

import pytest

from efface.pipeline.decisions.table import DecisionError
from efface.pipeline.review.looks import Look, append_look, looks_uri, read_looks
from efface.transforms.core.pseudonyms import Pseudonyms

KEY = Pseudonyms(b"k" * 32)
LOOKS = [Look("2.25.1", "aa", False, "P", "2026-01-01"), Look("2.25.2", "bb", True, "P", "2026-01-02")]


def test_answers_stand_in_their_order(tmp_path):
    uri = looks_uri(str(tmp_path / "decisions.jsonl"))
    assert uri.endswith("/decisions.looks.jsonl")
    assert read_looks(uri, KEY) == []
    for look in LOOKS:
        append_look(uri, look, KEY)
    assert read_looks(uri, KEY) == LOOKS


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: [lines[0].replace(b"false", b"true"), lines[1]],
        lambda lines: lines[::-1],
        lambda lines: lines[1:],
        lambda lines: [lines[0], b"[]"],
        lambda lines: [lines[0], b'{"signature": 1}'],
        lambda lines: [lines[0], b"\xff"],
    ],
    ids=["changed", "moved", "taken out", "a list", "fields", "bytes"],
)
def test_a_line_that_was_changed_is_refused(tmp_path, change):
    path = tmp_path / "looks.jsonl"
    for look in LOOKS:
        append_look(str(path), look, KEY)
    path.write_bytes(b"\n".join(change(path.read_bytes().splitlines())) + b"\n")
    with pytest.raises(DecisionError, match=r"line [12] is not signed"):
        read_looks(str(path), KEY)


def test_another_key_signs_otherwise(tmp_path):
    append_look(str(tmp_path / "looks.jsonl"), LOOKS[0], KEY)
    with pytest.raises(DecisionError, match="line 1 is not signed by this key"):
        read_looks(str(tmp_path / "looks.jsonl"), Pseudonyms(b"l" * 32))
