"""The tables of the audit: every record where it belongs, the same files on a retry, no identifier."""

from __future__ import annotations

import collections
from pathlib import Path

import apache_beam as beam
import numpy as np
import pyarrow.parquet as pq
import pytest
from apache_beam.testing.util import assert_that, equal_to

from efface.transforms.audit.schemas import TABLES
from efface.transforms.core.box import Box
from efface.transforms.core.errors import Failure
from efface.transforms.core.evidence import Evidence, Finding, Verdict
from efface.transforms.core.published import Versions
from efface.transforms.instance.rewrite import RewriteSettings
from efface.transforms.metadata.profile import Profile
from efface.transforms.publish_instance import PublishInstance
from efface.transforms.storage.key_source import KeySource
from efface.transforms.write_audit import WriteAudit
from support.runs import all_bytes, instances, table
from support.steps import SECRETS, graph, instance_of, pictured, stored

FAILURES = [Failure("F1", "read_instances", "not_dicom"), Failure("F2", "verify_instance", "residual_identifier")]
FINDINGS = (
    Finding((0,), Box(1, 2, 9, 7), Verdict.REDACT, "header_name", "name", 1.0, "fake", "stored"),
    Finding((0,), Box(1, 8, 9, 11), Verdict.KEEP, "lexicon", "list", 0.9, "fake", "stored"),
)
PICTURE = np.random.default_rng(3).integers(1, 255, (12, 16), dtype=np.uint8)
NAMED = tuple(secret for secret in SECRETS if secret != ".dcm")


def publish(pipeline: beam.Pipeline, folder: Path, key: KeySource, refs: str) -> beam.PCollection:
    """An instance a ref, published below `folder/out`."""
    evidence = [
        Evidence(instance_of(stored(folder, pictured(PICTURE, number), f"{ref}.dcm"), ref), 1, FINDINGS)
        for number, ref in enumerate(refs, start=1)
    ]
    given = pipeline | "Evidence" >> beam.Create(evidence).with_output_types(Evidence)
    return (given | PublishInstance(RewriteSettings(Profile()), key, str(folder / "out"), "run-1")).passed


def write_audit(output: Path, key: KeySource, shards: int = 1, part: str = "000000") -> WriteAudit:
    return WriteAudit(str(output), "run-1", part, Versions("basic-1-1", "fake 1", "KEY"), key=key, shards=shards)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def key(key_file: Path) -> KeySource:
    return KeySource(str(key_file))


def test_every_record_stands_in_its_tables_once_and_a_retry_writes_the_same(tmp_path: Path, key: KeySource) -> None:
    audits = [tmp_path / name for name in ("out", "again")]
    with graph() as pipeline:
        failed = pipeline | "Failures" >> beam.Create(FAILURES).with_output_types(Failure)
        records = (publish(pipeline, tmp_path, key, "AB"), failed) | beam.Flatten()
        written = records | "Write" >> write_audit(audits[0], key)
        assert_that(written, equal_to([("audit", f"{table}/part-000000-00000.parquet") for table in TABLES]))
        # Over what the first try left, and where nothing stood.
        for name, output in zip(("over it", "elsewhere"), audits, strict=True):
            _ = records | f"Spread {name}" >> beam.Reshuffle() | f"Write {name}" >> write_audit(output, key)
    output = str(audits[0])
    assert files(audits[0] / "audit") == files(audits[1] / "audit")
    rows = {name: table(output, name) for name in ("instances", "findings", "attributes", "failures")}
    published = {path.removeprefix("/") for path in instances(output)}
    assert [row["ref"] for row in rows["instances"]] == ["A", "B"]
    assert {row["output"] for row in rows["instances"]} == published
    assert {(row["verdict"], row["boxes_redacted"], row["boxes_kept"]) for row in rows["instances"]} == {("published", 1, 1)}
    assert collections.Counter((row["ref"], row["verdict"]) for row in rows["findings"]) == {
        (ref, verdict): 1 for ref in "AB" for verdict in ("redact", "keep")
    }
    assert {(row["manufacturer"], row["rows"], row["columns"]) for row in rows["instances"]} == {("", 12, 16)}
    assert {row["ref"] for row in rows["attributes"]} == {"A", "B"}
    assert [(row["ref"], row["verdict"], row["stage"], row["code"]) for row in rows["failures"]] == [
        ("F1", "skipped", "read_instances", "not_dicom"),
        ("F2", "quarantined", "verify_instance", "residual_identifier"),
    ]
    told_of = all_bytes(audits[0] / "audit")
    assert not [secret for secret in NAMED if secret.encode() in told_of]


def test_parts_and_shards_share_no_file_and_lose_no_row(tmp_path: Path, key: KeySource) -> None:
    failed = [Failure(f"F{number}", "read_instances", "not_dicom") for number in range(40)]
    with graph() as pipeline:
        for part, records in (("000000", failed[:30]), ("000001", failed[30:])):
            given = pipeline | f"Given {part}" >> beam.Create(records).with_output_types(Failure)
            _ = given | f"Write {part}" >> write_audit(tmp_path, key, shards=3, part=part)
    paths = sorted((tmp_path / "audit" / "failures" / "run=run-1").iterdir())
    assert [path.name for path in paths] == [f"part-{part:06d}-{shard:05d}.parquet" for part in (0, 1) for shard in range(3)]
    refs = [ref for path in paths for ref in pq.read_table(path)["ref"].to_pylist()]
    assert sorted(refs) == sorted(failure.ref for failure in failed)


def test_the_order_of_the_records_does_not_matter(tmp_path: Path, key: KeySource) -> None:
    failed = [Failure(f"F{number}", "read_instances", "not_dicom") for number in range(9)]
    with graph() as pipeline:
        for name, records in (("one", failed), ("other", failed[::-1])):
            _ = pipeline | f"Given {name}" >> beam.Create(records) | f"Write {name}" >> write_audit(tmp_path / name, key)
    assert files(tmp_path / "one") == files(tmp_path / "other")


def test_nothing_writes_nothing(tmp_path: Path, key: KeySource) -> None:
    with graph() as pipeline:
        failed = pipeline | beam.Create([]).with_output_types(Failure)
        assert_that(failed | write_audit(tmp_path, key), equal_to([]))
    assert not files(tmp_path)
