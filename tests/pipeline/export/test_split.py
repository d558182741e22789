from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.pipeline.export.split import Shares, Split

shares = st.tuples(*[st.integers(0, 100)] * 3).filter(any)
patients = st.text(max_size=20)


def split_of(shares):
    return Shares.parse("/".join(map(str, shares)))


@given(shares, st.lists(patients, max_size=50), st.lists(patients, max_size=50))
def test_every_patient_has_one_split_that_does_not_depend_on_the_others(shares, before, added):
    first = {patient: split_of(shares).split_of(patient) for patient in before}
    grown = {patient: split_of(shares).split_of(patient) for patient in (*added, *before)}
    assert first.items() <= grown.items()
    assert all(dict(zip(Split, shares, strict=True))[split] for split in grown.values())


@given(shares)
def test_many_patients_approach_the_shares(shares):
    found = Counter(split_of(shares).split_of(f"PATIENT{number}") for number in range(600))
    for split, share in zip(Split, shares, strict=True):
        assert found[split] / 600 == pytest.approx(share / sum(shares), abs=0.08)


@given(shares, st.integers(0, 100), patients)
def test_a_larger_training_share_takes_nobody_out_of_training(shares, more, patient):
    training, validation, test = shares
    if split_of(shares).split_of(patient) is Split.TRAINING:
        larger = training + min(more, validation), validation - min(more, validation), test
        assert split_of(larger).split_of(patient) is Split.TRAINING


def test_splits_stay_the_same_in_every_version():
    """Whoever trained on an earlier export must not find those patients in the test split of a later one."""
    splits = "".join(split_of((50, 25, 25)).split_of(f"PATIENT{number}")[0:2] for number in range(16))
    assert splits == "tetrtrtrvatrtrvatrvavatrtevavatr"


def test_shares_may_have_any_sum():
    for patient in map(str, range(200)):
        assert Shares.parse("0.8/0.1/0.1").split_of(patient) == Shares.parse("80/10/10").split_of(patient)
    assert str(Shares.parse("0.8/0.1/0.1")) == "0.8/0.1/0.1"


@pytest.mark.parametrize(
    "text", ["", "80", "80/20", "80/10/10/0", "0/0/0", "-1/1/1", "a/b/c", "1e9/1/1", "nan/1/1", "1/ 1/1", "٣/1/1"]
)
def test_other_shares_are_refused(text):
    with pytest.raises(ValueError, match="three shares"):
        Shares.parse(text)
