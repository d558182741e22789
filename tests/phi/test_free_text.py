"""Which words of a free text go although no rule finds them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.phi.clean_text import TextCleaner
from efface.transforms.phi.free_text import CLOSED, NAMES, RULES_ALONE, FreeTextSettings, find_unexplained, split_words

CLOSED_WORLD, NAMES_GO, RULES_GO = (FreeTextSettings(words) for words in (CLOSED, NAMES, RULES_ALONE))


def left(text: str, settings: FreeTextSettings = CLOSED_WORLD, offset_days: int | None = -70) -> str:
    return TextCleaner((), offset_days, free_text=settings).clean_text(text)


@pytest.mark.parametrize(
    "name",
    [
        "Oglethorpe",
        "Chidi Okonkwo",
        "OKONKWO CHIDI",
        "Featherstonehaugh, Q.",
        "Nguyễn Thị Phượng",
        "Jose\u0301 Ibargu\u0308engoitia",
        "O'Shaughnessy",
        "O\u2019Shaughnessy",
        "Quiñones-Echeverría",
        "Ковальчук",
        "Παπαδόπουλος",
        "王秀英",
        "कुमार",
        "الحسيني",
        "Mark Oyelowo",
        "X. Haugen",
    ],
)
@pytest.mark.parametrize("frame", ["{} chest", "chest {}", "repeat for {}", "CHEST ({})", "chest_{}_2", "knee and {}"])
def test_an_unknown_name_goes_wherever_it_stands(name: str, frame: str) -> None:
    kept = left(frame.format(name))
    assert not any(len(part) > 1 and part in kept for part in name.replace(",", " ").replace(".", " ").split())
    assert set(kept.lower().replace("_", " ").split()) & {"chest", "repeat", "knee"}


@pytest.mark.parametrize("name", ["Mir", "MIR", "Kun", "Hai L", "PAN L"])
@pytest.mark.parametrize(
    "frame", ["no contrast - {}", "no contrast ({})", "{}: no contrast", "Chest. {} informed", "repeat for {}; chest"]
)
def test_a_plain_word_that_is_a_name_goes_where_a_name_stands_alone(name: str, frame: str) -> None:
    assert name.removesuffix(" L") not in left(frame.format(name))


@pytest.mark.parametrize("text", ["WATER: AX LAVA", "Pain, swelling", "Patella (L)", "No (patient informed)"])
def test_a_clinical_term_that_few_people_are_called_like_stays_alone(text: str) -> None:
    assert left(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "AX T2 FLAIR 5mm 0.5 gap",
        "t1_mprage_sag_p2_iso_1.0",
        "P4^P101^S108^I0, Gated, 0.0%",
        "CHEST/ABD/PEL W 5.0 B31f",
        "CT HEAD W/O CONTRAST",
        "SagT2 and AxialT1",
        "tfl3d1rr p2 s3",
        "long axis view",
        "SHORT AXIS",
        "The white matter is normal.",
        "post-contrast, T2-weighted",
        "Chest on 12 March 2021 and 2021-03-17",
        "female, 45 y",
    ],
)
def test_clinical_words_settings_dates_and_ages_stay(text: str) -> None:
    assert left(text, offset_days=0) == text


def test_dates_move_although_their_months_are_no_terms() -> None:
    assert left("chest, seen on 12 March 2021", offset_days=-1) == "chest, seen on 11 March 2021"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Seen by Stone. Chest", "Seen by . Chest"),
        ("stone in the left kidney; Stone", "stone in the left kidney"),
        ("Reviewed by Long", "Reviewed by"),
        ("LONG AXIS", "LONG AXIS"),
        ("patient Gray, knee", "patient , knee"),
    ],
)
def test_a_surname_that_is_a_term_stays_only_where_it_is_meant_as_one(text: str, kept: str) -> None:
    assert left(text) == kept


@pytest.mark.parametrize("text", ["CHEST (HAI)", "repeat for Lin; chest", "chest, Mai", "CHEST - BUTCHER"])
def test_a_short_or_common_word_goes_where_a_name_stands(text: str) -> None:
    assert not {"HAI", "LIN", "MAI", "BUTCHER"} & set(left(text).upper().replace(";", " ").split())


def test_what_an_address_glues_to_a_name_goes_with_it() -> None:
    assert "radiology" not in left("chest radiology.okonkwo")
    assert left("AX.okonkwo chest").startswith("AX")


def test_a_great_age_goes_although_the_words_beside_it_do() -> None:
    assert "94" not in left("Zyxxo 94-year-old, chest")


def test_words_of_the_policy_stay() -> None:
    assert left("qvortex Zyxxo chest") == "chest"
    assert left("qvortex Zyxxo chest", FreeTextSettings(CLOSED, ("zyxxo", "QVORTEX"))) == "qvortex Zyxxo chest"


def test_names_alone_keep_words_that_are_none() -> None:
    assert left("zyxxification Kowalski chest", NAMES_GO) == "zyxxification chest"
    assert left("zyxxification Ковальчук chest", NAMES_GO) == "zyxxification chest"
    assert left("zyxxification Kowalski chest", RULES_GO) == "zyxxification Kowalski chest"


@given(st.text(max_size=80), st.sampled_from([CLOSED_WORLD, NAMES_GO]))
def test_only_whole_words_go(text: str, settings: FreeTextSettings) -> None:
    words = split_words(text)
    assert all(text[word.start : word.end] == word.text for word in words)
    assert {found.span for found in find_unexplained(text, settings)} <= {(word.start, word.end) for word in words}


@given(st.text(alphabet="Aab-'/.,_ 1é\u0301王", max_size=60))
def test_what_stays_in_the_closed_world_is_explained(text: str) -> None:
    kept = left(text)
    assert left(kept) == kept


def test_a_long_text_takes_no_longer_than_its_length() -> None:
    for text in ("a-" * 50_000, "a'" * 50_000, "1." * 50_000, "Qo " * 30_000, "\u0301" * 50_000):
        find_unexplained(text, CLOSED_WORLD)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Oglethorpe Siobhan US THYROID LIMITED", "US THYROID LIMITED"),
        ("3D SPGR POST Oglethorpe Chidi", "3D SPGR POST"),
        ("Oglethorpe Chidi Head^01_Brain (Adult)", "Head^01_Brain (Adult)"),
    ],
)
def test_what_is_written_beside_anybody_stays_beside_a_name(text, kept):
    assert TextCleaner((), 0, free_text=FreeTextSettings(CLOSED)).clean_text(text) == kept


@pytest.mark.parametrize("text", ["SMITH CHEST", "Chest Baker", "CHEST/SMITH", "Abdomen Walker"])
def test_no_term_beside_it_explains_a_plain_word_that_is_a_frequent_surname(text: str) -> None:
    assert left(text).lower() in ("chest", "abdomen")
