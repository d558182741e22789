import gzip
import json
from pathlib import Path

import pytest

from efface.pipeline.demo.data import planted_identifiers
from efface.pipeline.export.export import export
from efface.pipeline.export.folder import MANIFEST
from efface.pipeline.policy import parse_policy
from efface.transforms.audit.store import SchemaVersionError
from efface.transforms.storage import storage_of
from support.ct_series import SLICES, write_ct_series
from support.exports import KINDS, SPLIT, files, monai_images, published, rows, samples, with_pixels
from support.runs import all_bytes, deidentify_here


@pytest.mark.parametrize(("to", "format"), KINDS)
def test_it_counts_what_it_wrote_and_what_it_left_out(output, tmp_path, to, format):
    summary = export(output, str(tmp_path), to, format, SPLIT)
    instances = with_pixels(output)
    written = sum(held.instances for held in summary.splits.values())
    assert summary.left_out["no_pixels"] == len(published(output)) - len(instances) == 1
    assert summary.left_out.get("no_volume", 0) == len(instances) - written
    assert written == (3 * SLICES if format == "nifti" else len(instances))
    patients = {dataset.PatientID for dataset in instances.values()}
    assert sum(held.patients for held in summary.splits.values()) == (3 if format == "nifti" else len(patients))
    assert len(list(summary.as_lines())) == 3 + len(summary.left_out)


@pytest.mark.parametrize(("to", "format"), KINDS)
def test_the_same_output_gives_the_same_bytes(output, tmp_path, to, format):
    first, other = tmp_path / "first", tmp_path / "other"
    for folder in (first, first, other):
        export(output, str(folder), to, format, SPLIT)
    assert files(first) == files(other)
    assert json.loads((first / MANIFEST).read_text())["files"] == sorted(set(files(first)) - {MANIFEST})


@pytest.mark.parametrize(("to", "format"), KINDS)
def test_no_identifier_is_in_any_name_or_byte(output, deidentified, tmp_path, to, format):
    export(output, str(tmp_path), to, format, SPLIT)
    written = all_bytes(tmp_path)
    for path in tmp_path.rglob("*.nii.gz"):
        written += gzip.decompress(path.read_bytes())
    for _, sample in samples(tmp_path):
        written += sample.get("nii.gz", b"")
    originals = {"Kjellgren", "KJ-5512", "1.2.826.0.1.3680043.8.498.78", "101523", *planted_identifiers()}
    assert not [identifier for identifier in originals if identifier.encode() in written]


def test_a_grown_output_keeps_the_split_of_every_patient(copy, deidentified, tmp_path):
    *_, key_file = deidentified
    export(str(copy), str(tmp_path / "table"), "csv", "dicom", SPLIT)
    before = {row["patient_id"]: row["split"] for row in rows(tmp_path / "table")}
    write_ct_series(tmp_path / "more", patients=12, slices=2)
    deidentify_here(str(tmp_path / "more"), str(copy), key_file, parse_policy("pixels: none"), run_id="run-2")
    export(str(copy), str(tmp_path / "table"), "csv", "dicom", SPLIT)
    grown = {(row["patient_id"], row["split"]) for row in rows(tmp_path / "table")}
    assert len(dict(grown)) == len(grown) == len(before) + 9
    assert set(before.items()) <= grown


def test_progress_ends_at_the_number_of_instances(output, tmp_path):
    seen = []
    export(output, str(tmp_path), "csv", "dicom", SPLIT, on_progress=lambda done, total: seen.append((done, total)))
    total = len(published(output))
    assert seen == sorted(seen)
    assert seen[-1] == (total, total)


def test_an_audit_of_another_version_is_refused(copy, tmp_path):
    (copy / "audit" / "runs").mkdir(exist_ok=True)
    (copy / "audit" / "runs" / "run-1.json").write_text('{"schema": 1}')
    with pytest.raises(SchemaVersionError):
        export(str(copy), str(tmp_path / "table"), "csv")


def test_an_output_in_a_bucket_gives_the_same(output, tmp_path, bucket):
    for path in Path(output).rglob("*"):
        if path.is_file():
            uri = f"{bucket}/out/{path.relative_to(output)}"
            storage_of(uri).write(uri, path.read_bytes())
    for place, name in ((output, "local"), (f"{bucket}/out", "remote")):
        export(place, str(tmp_path / name / "table"), "csv", "png", SPLIT)
        export(place, str(tmp_path / name / "list"), "monai", "dicom", SPLIT)
    assert files(tmp_path / "local" / "table") == files(tmp_path / "remote" / "table")
    for one, other in zip(*(monai_images(tmp_path / name / "list") for name in ("local", "remote")), strict=True):
        assert one.is_dir() == other.is_dir()
        assert files_or_bytes(one) == files_or_bytes(other)
        assert tmp_path in other.parents


def files_or_bytes(path):
    return files(path) if path.is_dir() else path.read_bytes()
