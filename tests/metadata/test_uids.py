from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.metadata.uids import is_uid, is_vocabulary, replace_uid
from support.corpus import pseudonyms


@given(st.text(min_size=1, max_size=70).filter(lambda text: text.strip("\0 ")))
def test_every_replacement_is_a_uid_that_does_not_hold_the_old_one(text: str) -> None:
    new = replace_uid(text, pseudonyms())
    assert is_uid(new)
    assert new.startswith("2.25.") or new == text.strip("\0 ")
    assert replace_uid(text, pseudonyms()) == new


def test_only_true_well_known_uids_stay() -> None:
    assert replace_uid("1.2.840.10008.1.2", pseudonyms()) == "1.2.840.10008.1.2"
    assert replace_uid("1.2.840.10008.SMITH", pseudonyms()).startswith("2.25.")


def test_classes_and_coding_schemes_are_vocabulary() -> None:
    assert all(is_vocabulary(tag) for tag in (0x00080016, 0x00081150, 0x0008010C, 0x04000010))
    assert not any(is_vocabulary(tag) for tag in (0x00080018, 0x00081155, 0x00200052))
