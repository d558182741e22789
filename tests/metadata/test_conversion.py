"""dcm2niix makes the same volumes, directions and readout before and after, wherever safe private attributes stay."""

import io
from pathlib import Path

import pytest

from efface.transforms.dicom.configuration import configure
from efface.transforms.dicom.parse import read_dataset
from efface.transforms.dicom.serialize import serialize
from efface.transforms.metadata.header_identifiers import header_identifiers
from efface.transforms.metadata.profile import BASIC, TCIA, Option, Profile
from efface.transforms.metadata.residuals import find_residuals
from efface.transforms.metadata.walk import scrub_dataset
from support.conversion import convert, differences
from support.corpus import pseudonyms
from support.mr_series import NAME, OPERATOR, PATIENT, ROOT, SERIES, instance, save

configure()
SAFE = Profile(options=frozenset({Option.RETAIN_SAFE_PRIVATE, Option.RETAIN_LONG_FULL_DATES}))
WITHOUT_DATES = Profile(options=frozenset({Option.RETAIN_SAFE_PRIVATE}))
IDENTIFYING = (*NAME.split("^"), PATIENT, OPERATOR, "19570412")


def deidentify(folder: Path, target: Path, profile: Profile) -> None:
    target.mkdir()
    for path in sorted(folder.iterdir()):
        dataset = read_dataset(io.BytesIO(path.read_bytes()))
        identifiers = header_identifiers(dataset)
        scrub_dataset(dataset, profile, pseudonyms(), pixels_cleaned=False)
        assert find_residuals(dataset, identifiers, profile) == ()
        data = serialize(dataset, transfer_syntax_uid=dataset.file_meta.TransferSyntaxUID)
        assert not [text for text in IDENTIFYING if text.encode() in data]
        (target / path.name).write_bytes(data)


@pytest.mark.parametrize("profile", [TCIA, SAFE, WITHOUT_DATES], ids=["tcia", "safe private and dates", "safe private"])
@pytest.mark.parametrize("maker", SERIES)
def test_the_same_volumes_come_of_it(maker: str, profile: Profile, tmp_path: Path) -> None:
    SERIES[maker](tmp_path / "in")
    deidentify(tmp_path / "in", tmp_path / "out", profile)
    before = convert(tmp_path / "in", tmp_path / "before")
    assert before
    assert differences(before, convert(tmp_path / "out", tmp_path / "after")) == []


def test_series_of_one_number_are_compared_by_what_they_show(tmp_path: Path) -> None:
    for series in range(3):
        for number in (1, 2):
            dataset = instance(10 * series + number, "SIEMENS", 3.0 * number)
            dataset.SeriesInstanceUID = f"{ROOT}.2.{series}"
            save(dataset, tmp_path / "in", 10 * series + number)
    deidentify(tmp_path / "in", tmp_path / "out", TCIA)
    before, after = convert(tmp_path / "in", tmp_path / "before"), convert(tmp_path / "out", tmp_path / "after")
    assert before.keys() == after.keys() == {"3", "3a", "3b"}
    assert differences(before, after) == []


@pytest.mark.parametrize("maker", SERIES)
def test_without_the_option_it_is_another_conversion(maker: str, tmp_path: Path) -> None:
    SERIES[maker](tmp_path / "in")
    deidentify(tmp_path / "in", tmp_path / "out", BASIC)
    before = convert(tmp_path / "in", tmp_path / "before")
    assert len(differences(before, convert(tmp_path / "out", tmp_path / "after"))) > 3
