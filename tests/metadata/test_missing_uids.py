import pytest
from pydicom.dataset import Dataset

from efface.transforms.core.errors import InstanceIdentityError
from efface.transforms.metadata.missing_uids import fill_missing_uids
from support.corpus import minimal, pseudonyms


def completed(*missing: str, **changed: str) -> Dataset:
    dataset = minimal()
    for keyword, value in changed.items():
        setattr(dataset, keyword, value)
    for keyword in missing:
        del dataset[keyword]
    fill_missing_uids(dataset, pseudonyms())
    return dataset


def test_what_is_there_stays() -> None:
    assert completed() == minimal()


def test_an_instance_without_a_series_is_a_series_and_a_study_of_its_own() -> None:
    missing = ("SeriesInstanceUID", "StudyInstanceUID")
    one, again, other = completed(*missing), completed(*missing), completed(*missing, SOPInstanceUID="1.2.3.4.5")
    assert one == again
    uids = {dataset[keyword].value for dataset in (one, other) for keyword in missing}
    assert len(uids) == 4
    assert all(uid.startswith("2.25.") for uid in uids)


def test_a_series_stays_together_without_its_study() -> None:
    one, other = completed("StudyInstanceUID"), completed("StudyInstanceUID", SOPInstanceUID="1.2.3.4.5")
    assert one.StudyInstanceUID == other.StudyInstanceUID
    assert one.SeriesInstanceUID == minimal().SeriesInstanceUID


def test_class_and_instance_stand_in_the_file_meta_too() -> None:
    dataset = minimal()
    dataset.file_meta.MediaStorageSOPClassUID, dataset.file_meta.MediaStorageSOPInstanceUID = (
        "1.2.840.10008.5.1.4.1.1.7",
        "1.2.9",
    )
    del dataset.SOPClassUID, dataset.SOPInstanceUID
    fill_missing_uids(dataset, pseudonyms())
    assert (dataset.SOPClassUID, dataset.SOPInstanceUID) == ("1.2.840.10008.5.1.4.1.1.7", "1.2.9")


def test_an_instance_without_any_uid_is_refused() -> None:
    dataset = minimal()
    del dataset.SOPInstanceUID, dataset.file_meta
    with pytest.raises(InstanceIdentityError):
        fill_missing_uids(dataset, pseudonyms())
