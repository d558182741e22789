"""Who has an output with its audit, and a list of the sources, tries to link the two. No guess is better than chance.

The sources have a secret order: that of their names, times, sizes, dates and Patient IDs. Whatever the audit and the files show
in an order of their own is compared with it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pydicom
import pytest

from efface.runners.cli.main import main
from efface.transforms.core.pseudonyms import Pseudonyms
from support.samples import sample

COUNT, BATCH = 60, 14
KEY = "00112233445566778899aabbccddeeff" * 2
CHANCE = 0.6
"""Rank correlation of 60 sources that chance exceeds in four of a million tries."""
DATE = "2020{:02d}{:02d}"


def write_sources(folder: Path) -> None:
    for number in range(COUNT):
        dataset = pydicom.dcmread(pydicom.filebase.DicomBytesIO(sample("CT_small.dcm")))
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = f"1.2.3.{1000 + number}"
        dataset.StudyInstanceUID, dataset.SeriesInstanceUID = f"1.2.4.{1000 + number}", f"1.2.5.{1000 + number}"
        dataset.PatientID, dataset.PatientName = f"P{1000 + number}", "X" * (1 + number)
        dataset.StudyDate = dataset.SeriesDate = DATE.format(1 + number // 20, 1 + number % 20)
        path = folder / f"img{number:03d}.dcm"
        dataset.save_as(path)
        os.utime(path, (1_600_000_000 + 60 * number,) * 2)
    (folder / "img999.txt").write_text("no DICOM")


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An output of sources whose dates were moved."""
    folder = tmp_path_factory.mktemp("linking")
    (folder / "in").mkdir()
    write_sources(folder / "in")
    (folder / "key").write_text(KEY)
    (folder / "policy.yaml").write_text("extends: tcia\npixels: none\n")
    places = [f"--input={folder / 'in'}", f"--output={folder / 'out'}", f"--key-file={folder / 'key'}"]
    more = [f"--policy={folder / 'policy.yaml'}", "--workers=1", f"--batch-size={BATCH}"]
    assert main(["run", *places, *more]) == 0
    return folder / "out"


@pytest.fixture(scope="module")
def secret(output: Path) -> dict[str, int]:
    """ref -> number of the source: what only the key tells."""
    pseudonyms = Pseudonyms(bytes.fromhex(KEY))
    return {pseudonyms.ref(str(output.parent / "in" / f"img{number:03d}.dcm")): number for number in range(COUNT)}


def parts(output: Path, table: str) -> list[tuple[Path, pa.Table]]:
    """The files of a table in the order of their names."""
    return [(file, pq.ParquetFile(file).read()) for file in sorted((output / "audit" / table).rglob("*.parquet"))]


def instances(output: Path) -> list[dict]:
    return [{**row, "file": file} for file, table in parts(output, "instances") for row in table.to_pylist()]


def by_place(output: Path) -> list[str]:
    return [row["ref"] for row in instances(output)]


def by_place_of_attributes(output: Path) -> list[str]:
    return list(dict.fromkeys(ref for _, table in parts(output, "attributes") for ref in table["ref"].to_pylist()))


def by(column: str) -> Callable[[Path], list[str]]:
    def ordered(output: Path) -> list[str]:
        return [row["ref"] for row in sorted(instances(output), key=lambda row: (str(row[column]).zfill(80), row["ref"]))]

    return ordered


def by_time_of_output(output: Path) -> list[str]:
    return [
        row["ref"]
        for row in sorted(instances(output), key=lambda row: (output / "instances" / row["output"]).stat().st_mtime_ns)
    ]


def by_time_of_part(output: Path) -> list[str]:
    return [row["ref"] for row in sorted(instances(output), key=lambda row: (row["file"].stat().st_mtime_ns, row["ref"]))]


def by_date_of_output(output: Path) -> list[str]:
    dates = {row["ref"]: pydicom.dcmread(output / "instances" / row["output"]).StudyDate for row in instances(output)}
    return sorted(dates, key=lambda ref: (dates[ref], ref))


COLUMNS = ("ref", "output", "patient_id", "study_instance_uid", "sop_instance_uid", "patient_ref", "patient_id_ref", "name_ref")
ORDERS = {
    "rows": by_place,
    "rows of attributes": by_place_of_attributes,
    "times of outputs": by_time_of_output,
    "times of audit files": by_time_of_part,
    "moved dates": by_date_of_output,
    **{name: by(name) for name in (*COLUMNS, "source_version_ref", "output_bytes", "output_sha256", "file")},
}


def correlation(ordered: Sequence[str], secret: dict[str, int]) -> float:
    """Spearman's, between places in two orders."""
    assert sorted(ordered) == sorted(secret)
    return float(np.corrcoef(np.arange(COUNT), [secret[ref] for ref in ordered])[0, 1])


def test_the_secret_order_itself_would_be_found(secret: dict[str, int]) -> None:
    assert correlation(sorted(secret, key=secret.__getitem__), secret) > 0.99


@pytest.mark.parametrize("name", ORDERS)
def test_no_order_is_that_of_the_sources(output: Path, secret: dict[str, int], name: str) -> None:
    assert abs(correlation(ORDERS[name](output), secret)) < CHANCE


def test_neighbours_in_an_order_are_no_neighbours_among_the_sources(output: Path, secret: dict[str, int]) -> None:
    """The order of batches may be secret, and that within a batch not."""
    for name in ("rows", "rows of attributes", "times of outputs", "ref", "output"):
        numbers = np.array([secret[ref] for ref in ORDERS[name](output)])
        assert (np.abs(np.diff(numbers)) == 1).mean() < 0.25, name  # 0.03 among all, 0.14 within a batch of 14


def test_a_smaller_batch_is_not_that_of_the_last_names(output: Path, secret: dict[str, int]) -> None:
    sizes = {file: table.num_rows for file, table in parts(output, "instances")}
    smallest = min(sizes, key=sizes.__getitem__)
    last = {ref for ref, number in secret.items() if number >= COUNT - sizes[smallest]}
    assert {row["ref"] for row in instances(output) if row["file"] == smallest} != last


def test_the_offset_of_a_date_is_not_guessed(output: Path, secret: dict[str, int]) -> None:
    """Neither from another patient's, nor as the most frequent one; weekdays survive, and are known to."""
    days = {}
    for row in instances(output):
        moved = pydicom.dcmread(output / "instances" / row["output"]).StudyDate
        number = secret[row["ref"]]
        original = np.datetime64(f"2020-{1 + number // 20:02d}-{1 + number % 20:02d}")
        days[number] = int((np.datetime64(f"{moved[:4]}-{moved[4:6]}-{moved[6:]}") - original).astype(int))
    offsets = np.array([days[number] for number in range(COUNT)])
    assert abs(np.corrcoef(np.arange(COUNT), offsets)[0, 1]) < CHANCE
    assert np.unique(offsets, return_counts=True)[1].max() <= 3  # Of 520 weeks, 60 draws have few pairs.
    assert (np.abs(np.diff(offsets)) <= 7).mean() < 0.1


def test_nothing_of_the_audit_holds_a_time_size_or_value_of_a_source(output: Path) -> None:
    rows = [
        row
        for table in ("instances", "attributes", "failures", "findings")
        for _, one in parts(output, table)
        for row in one.to_pylist()
    ]
    sizes = {path.stat().st_size for path in (output.parent / "in").iterdir()}
    numbers = {value for row in rows for name, value in row.items() if isinstance(value, int) and name != "output_bytes"}
    assert not numbers & sizes
    text = repr(rows) + " ".join(str(path.relative_to(output)) for path in output.rglob("*"))
    assert not [value for value in ("img", "P10", "XXXXXX", "1.2.3.1") if value in text]
