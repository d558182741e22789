import unicodedata
from importlib import resources

import pytest

from efface.pipeline.certify.cultures import CULTURES, LANGUAGES
from efface.pipeline.certify.word_lists import _read, load_lists

KINDS = ("men", "surnames", "cities", "streets")


def plain(entry):
    letters = unicodedata.normalize("NFKD", entry.partition("=")[0].casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def entries(split, ending):
    """Of all lists of a kind; names of women end like those of men."""
    return {plain(entry) for name, held in load_lists(split).items() if name.endswith(ending) for entry in held}


@pytest.mark.parametrize("ending", [*KINDS, "clinical", "reports", "descriptors", "remarks", "labels", "that are words"])
def test_the_splits_share_nothing(ending):
    building, measuring = entries("building", ending), entries("measuring", ending)
    assert building
    assert measuring
    assert not building & measuring


def test_spellings_of_one_language_are_in_one_split():
    for language in (*LANGUAGES, "japanese"):
        assert not set(load_lists("building")[f"{language} dates"]) & set(load_lists("measuring")[f"{language} dates"])
    for culture in CULTURES:
        assert not set(load_lists("building")[f"{culture.name} phones"]) & set(
            load_lists("measuring")[f"{culture.name} phones"]
        )


@pytest.mark.parametrize("split", ["building", "measuring"])
def test_a_split_has_everything_that_is_drawn(split):
    lists = load_lists(split)
    for culture in CULTURES:
        assert {f"{culture.name} {kind}" for kind in ("women", *KINDS[:3], "phones")} <= lists.keys()
    for language in LANGUAGES:
        kinds = ("clinical", "remarks", "labels", "ages", "dates", "hospitals", "wards")
        assert {f"{language} {kind}" for kind in kinds} <= lists.keys()


def test_every_file_says_where_it_comes_from():
    for split in ("building", "measuring"):
        for file in resources.files("efface.pipeline.certify").joinpath("lists", split).iterdir():
            head = file.read_text(encoding="utf-8").splitlines()[:3]
            assert head[0] == f"# Split: {split}"
            assert head[1].startswith("# Source: ")
            assert head[2].startswith("# Licence: ")


@pytest.mark.parametrize(
    "text", ["[a]\nb\n", "# Split: measuring\n# Source: x\n# Licence: y\n[a]\nb", "# Split: building\n[a]\nb"]
)
def test_a_file_of_the_other_split_or_of_no_origin_is_refused(text):
    with pytest.raises(ValueError, match="split"):
        _read(text, "building", "names.txt")


def test_the_lists_stay_small():
    folder = resources.files("efface.pipeline.certify").joinpath("lists")
    assert (
        sum(len(file.read_bytes()) for split in ("building", "measuring") for file in folder.joinpath(split).iterdir())
        < 300_000
    )
