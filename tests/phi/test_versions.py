import pytest

from efface.transforms.phi.versions import follows_version


@pytest.mark.parametrize("before", ["version ", "V", "v. ", "SW:", "Rel. ", "syngo MR ", "Build #", "2.", "software "])
def test_a_number_behind_the_word_for_one_is_a_version(before: str) -> None:
    assert follows_version(f"{before}10.0.2.1", len(before))


@pytest.mark.parametrize("before", ["", "host ", "on ", "conversion ", "IV ", "knee, ", "reversal "])
def test_other_numbers_are_none(before: str) -> None:
    assert not follows_version(f"{before}10.0.2.1", len(before))
