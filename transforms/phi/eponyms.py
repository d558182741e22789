"""Says of a name in a text whether a thing is called after it: "Robert Jones bandage", "Austin Moore prosthesis"."""

from __future__ import annotations

import re

from ..core.word_lists import words_of

_THINGS = words_of("""
    bandage dressing prosthesis prostheses hemiarthroplasty classification criteria score scoring syndrome suture splint formula
    equation nomogram manoeuvre maneuver osteotomy anastomosis retractor forceps clamp cannula triad phenomenon
    klassifikation syndrom prothese verband klassifizierung prothèse síndrome prótesis clasificación
    sindrome protesi classificazione syndroom classificatie
    """)
_FAINT_THINGS = words_of("""
    view views test technique method approach stage staging projection position line index scale nodule nodules node stirrups
    procedure operation fracture sign cast brace pressure speculum arthroplasty
    """)
"""They stand beside names of persons as well: only behind a pair of names that are known for them."""
_THING = re.compile(rf"[ -]{{1,3}}(?:{'|'.join(_THINGS)})(?![^\W\d_])", re.I)
_ANIMAL = re.compile(r"[ ](?:[^\W\d_]{2,20}[ -]){0,3}(?:breed\b|terrier\b|\(organism\))", re.I)
_FAINT_THING = re.compile(rf"[ -]{{1,3}}(?:{'|'.join(_THINGS + _FAINT_THINGS)})(?![^\W\d_])", re.I)
_OF_PERSON = re.compile(r"(?<![^\W\d_])[^\W\d_](?![^\W\d_])|[,^]")
_PAIRS = frozenset(
    words_of("""
    von-rosen robert-jones austin-moore mary-joseph mason-allen harris-benedict lloyd-davies ann-arbor marion-sims
    joseph van-rosen monte-carlo
    """)
)


def names_a_thing(text: str, start: int, end: int) -> bool:
    """Whether behind a name in a half-open range of characters stands what is called after a person."""
    if _ANIMAL.match(text, end) is not None:
        return True
    words = "-".join(re.findall(r"[^\W\d_]+", text[start:end].lower()))
    if words in _PAIRS:
        return _FAINT_THING.match(text, end) is not None
    # An initial or a comma is of a person: "John A. Smith fracture".
    return _THING.match(text, end) is not None and _OF_PERSON.search(text, start, end) is None
