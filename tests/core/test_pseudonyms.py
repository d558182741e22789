import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.core.pseudonyms import Pseudonyms, RecordingPseudonyms, patient_key

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
UIDS = st.from_regex(r"1\.2\.(3|826)(\.(0|[1-9][0-9]{0,5})){1,6}", fullmatch=True)


@given(UIDS)
def test_uid_is_valid_stable_and_bound_to_its_key(uid):
    new = Pseudonyms(KEY).uid(uid)
    assert new == Pseudonyms(KEY).uid(uid)
    assert new.startswith("2.25.") and len(new) <= 64 and int(new[5:]) < 2**128
    assert new != Pseudonyms(OTHER_KEY).uid(uid)


@given(UIDS, UIDS)
def test_uids_map_one_to_one(one, other):
    assert (Pseudonyms(KEY).uid(one) == Pseudonyms(KEY).uid(other)) == (one == other)


@pytest.mark.parametrize("uid", ["", "1.2.840.10008.1.2.1", "1.2.840.10008.5.1.4.1.1.2"])
def test_well_known_uids_are_kept(uid):
    assert Pseudonyms(KEY).uid(uid) == uid


@given(st.lists(st.text()))
def test_many_refs_are_those_of_each(values):
    pseudonyms = Pseudonyms(KEY)
    assert pseudonyms.refs(values).tolist() == [pseudonyms.ref(value).encode() for value in values]
    versions = [(value, f"{number}-x", number) for number, value in enumerate(values)]
    assert pseudonyms.version_refs(versions).tolist() == [pseudonyms.version_ref(*one).encode() for one in versions]


def test_padding_does_not_make_another_uid():
    assert Pseudonyms(KEY).uid("1.2.3\0") == Pseudonyms(KEY).uid("1.2.3")


@given(st.text())
def test_domains_are_unrelated(value):
    pseudonyms = Pseudonyms(KEY)
    assert len({pseudonyms.digest(domain, value) for domain in ("uid", "patient", "ref")}) == 3


@given(st.text())
def test_offset_is_whole_weeks_back(patient):
    days = Pseudonyms(KEY).date_offset_days(patient)
    assert days % 7 == 0 and -7 * 520 <= days <= -7


def test_repr_and_pickle_never_hold_the_key():
    pseudonyms = Pseudonyms(KEY)
    assert "kkk" not in repr(pseudonyms) + pseudonyms.key_id
    with pytest.raises(TypeError):
        pickle.dumps(pseudonyms)


def test_a_short_key_is_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        Pseudonyms(b"short")


def test_patients_without_id_are_not_merged():
    assert patient_key("", "", "1.2") != patient_key("", "", "1.3")
    assert patient_key(" ", "", "") == ""
    assert patient_key("7", "A", "1.2") != patient_key("7", "B", "1.2")
    assert patient_key("7 ", "A", "1.2") == patient_key("7", "A", "1.9")


def test_recording_gives_the_same_uids_and_records_replaced_ones():
    recording = RecordingPseudonyms(Pseudonyms(KEY))
    assert recording.uid("1.2.3") == Pseudonyms(KEY).uid("1.2.3")
    recording.uid("1.2.840.10008.1.2")
    assert recording.recorded_uids == (("1.2.3", Pseudonyms(KEY).uid("1.2.3")),)


@pytest.mark.parametrize("spelled", ["p7003", " P7003\0", "P 7003", "Ｐ７００３"])
def test_all_spellings_of_an_id_have_one_patient_ref(spelled):
    assert Pseudonyms(KEY).patient_ref(spelled) == Pseudonyms(KEY).patient_ref("P7003")


def test_leading_zeros_are_ignored_in_numbers_only():
    refs = [Pseudonyms(KEY).patient_ref(patient_id) for patient_id in ("7003", "0007003", "P7003", "P0007003", "0", "000", "")]
    assert refs[0] == refs[1]
    assert refs[4] == refs[5]
    assert refs[-1] == ""
    assert len(set(refs)) == 5


@given(st.text(), st.text(), st.integers(0, 10**9))
def test_a_version_is_bound_to_its_source(uri, version, size_bytes):
    def token(*arguments):
        return Pseudonyms(KEY).version_ref(*arguments)

    assert token(uri, version, size_bytes) == token(uri, version, size_bytes)
    others = (token(uri + "x", version, size_bytes), token(uri, version + "x", size_bytes), token(uri, version, size_bytes + 1))
    assert token(uri, version, size_bytes) not in others
    assert Pseudonyms(OTHER_KEY).version_ref(uri, version, size_bytes) != token(uri, version, size_bytes)
