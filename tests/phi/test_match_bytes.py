import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.core.instance import HeaderIdentifier, IdentifierKind
from efface.transforms.phi.match_bytes import ByteMatcher


def matcher(name: str, identifier: str = "QX-57720981") -> ByteMatcher:
    return ByteMatcher([HeaderIdentifier(IdentifierKind.NAME, name), HeaderIdentifier(IdentifierKind.ID, identifier)])


@given(
    st.binary(max_size=60), st.binary(max_size=60), st.sampled_from(["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "cp850"])
)
def test_a_name_is_found_at_its_place_in_any_bytes(before: bytes, after: bytes, codec: str) -> None:
    data = before + "Quillfeather".encode(codec) + after
    assert any(len(before) - 12 <= start and end <= len(data) for start, end in matcher("Quillfeather^Zebulon").spans(data))


@pytest.mark.parametrize(
    "spelled", ["Müllerhuber", "MÜLLERHUBER", "Mu\u0308llerhuber", "muellerhuber", "Muller-huber", "M ü l l e r huber"]
)
@pytest.mark.parametrize("codec", ["utf-8", "latin-1", "cp1252", "cp437", "mac-roman", "utf-16-le", "gb18030"])
def test_accents_and_character_sets_do_not_matter(spelled: str, codec: str) -> None:
    try:
        data = b"\1\2" + spelled.encode(codec) + b"\3"
    except UnicodeEncodeError:
        return
    assert matcher("Müllerhuber^Ida").spans(data)


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("Щербаков", "koi8-r"),
        ("Щербаков", "utf-16-le"),
        ("山田太郎", "shift_jis"),
        ("山田太郎", "utf-16-be"),
        ("Παππάς", "iso8859-7"),
    ],
)
def test_names_of_other_scripts_are_found(name: str, codec: str) -> None:
    assert matcher(f"{name}^X").spans(bytes(40) + name.encode(codec) + bytes(40))


@pytest.mark.parametrize("data", [bytes(range(256)) * 4, b"\0\1" * 500, b"sternum", b"QX-5772", b"a" * 99, b""])
@pytest.mark.parametrize(
    ("name", "identifier"), [("Stern^Max", "123456"), ("Defghi^Opq", "012345678"), ("Aaaa^Bbbb", "111111111")]
)
def test_ramps_runs_and_terms_are_no_identifiers(data: bytes, name: str, identifier: str) -> None:
    assert matcher(name, identifier).spans(data) == []


def test_random_bytes_show_nobody() -> None:
    """What `ByteThresholds` promises: less than one hit in 10,000 pieces of data, however long they are."""
    data = random.Random(1).randbytes(2_000_000)
    for length in (64, 1024, 65_536):
        pieces = [data[start : start + length] for start in range(0, len(data) - length, length)][:3000]
        for name in ("Wolf^Jana", "Bauer^Kim", "Šimić^Iva", "Щук^Юлия", "山田^太郎"):
            assert sum(bool(matcher(name).spans(piece)) for piece in pieces) <= 1


def test_a_short_name_alone_is_no_evidence_in_long_data() -> None:
    short = matcher("Wolf^Jana")
    assert short.spans(bytes(9) + b"Wolf") and not short.spans(random.Random(1).randbytes(100_000) + b"Wolf")
    assert short.spans(random.Random(1).randbytes(100_000) + b"WOLF^JANA")


@given(st.text(max_size=30), st.binary(max_size=200))
def test_any_name_and_any_bytes_can_be_asked(name: str, data: bytes) -> None:
    assert all(0 <= start < end <= len(data) for start, end in matcher(name).spans(data))


@pytest.mark.parametrize("piece", [b"q", b"Quill", b"Quillfeather", b"Q\0", b"\xc3\xbc", b" ", b"Q" + b" " * 9])
def test_the_time_grows_with_the_length_alone(piece: bytes) -> None:
    assert isinstance(matcher("Quillfeather^Özgür").spans(piece * (400_000 // len(piece))), list)
