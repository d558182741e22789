"""The end of a run: counts from the audit, and the run file."""

import dataclasses
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from efface.pipeline.policy import parse_policy
from efface.runners.finalize import Totals, audit_file, finalize_run, run_file
from efface.runners.refresh_plan import RefreshPlan
from efface.transforms.audit.rows import failure_row, to_parquet
from efface.transforms.audit.run_plan import RunPlan, unfinished_runs, write_run_plan
from efface.transforms.audit.schemas import FAILURES, INSTANCES
from efface.transforms.core.errors import Failure
from efface.transforms.storage import storage_of
from support.published import row
from support.runs import job_of

POLICY = parse_policy("{name: quick, pixels: none}")
STARTED = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def job(tmp_path):
    return dataclasses.replace(job_of(str(tmp_path / "out"), tmp_path / "key", POLICY), part="a")


def write_part(job, published, failed=(), shard=0):
    for table, schema, rows in (("instances", INSTANCES, published), ("failures", FAILURES, failed)):
        uri = audit_file(job, job.part, table, shard)
        storage_of(uri).write(uri, to_parquet(schema, rows))


def failure(ref):
    return failure_row(Failure(ref, "read_instances", "structure"))


def test_a_part_is_counted_from_all_its_shards(job):
    job = dataclasses.replace(job, shards=2)
    write_part(job, [row("A", "v", output="P/A.dcm")], [failure("B")])
    write_part(job, [row("C", "v", output="P/C.dcm")], shard=1)
    totals = Totals(listed=4, up_to_date=1)
    totals.add_part(job, job.part, 3)
    assert totals.verdicts == Counter(published=2, quarantined=1)
    assert totals.codes == Counter(structure=1)
    assert totals.done == 4
    assert totals.published == {"A": "P/A.dcm", "C": "P/C.dcm"}
    assert totals.duplicate_uids == set()


def test_an_instance_of_two_parts_is_a_duplicate(job):
    totals = Totals()
    for part in ("a", "b"):
        one = dataclasses.replace(job, part=part)
        write_part(one, [row(part, "v", output=f"P/{part}.dcm") | {"sop_instance_uid": "2.25.3"}])
        totals.add_part(one, part, 1)
    assert totals.duplicate_uids == {"2.25.3"}


def test_a_displaced_source_that_is_in_both_tables_counts_as_failed(job):
    write_part(job, [row("A", "v"), row("B", "v")], [failure("A")])
    totals = Totals()
    totals.add_part(job, job.part, 2)
    assert totals.verdicts == Counter(published=1, quarantined=1)
    assert set(totals.published) == {"B"}


@pytest.mark.parametrize("sources", [1, 3])
def test_an_audit_that_does_not_account_for_each_source_is_an_error(job, sources):
    write_part(job, [row("A", "v")], [failure("B")])
    with pytest.raises(RuntimeError, match="does not account for every source"):
        Totals().add_part(job, job.part, sources)


def test_the_run_file_is_written_once_and_ends_the_run(job):
    write_run_plan(job.output, job.run_id, "KEY", RunPlan())
    assert set(unfinished_runs(job.output)) == {job.run_id}
    plan = RefreshPlan(withdrawal_entries=2, unmatched_entries=(frozenset({"P"}), frozenset({"Q"})), removal_skipped=True)
    totals = Totals(listed=3, up_to_date=2, withdrawn={"P"}, issuers={("R", "X"), ("R", ""), ("S", "X"), ("", "X"), ("", "")})
    report = finalize_run(job, plan, totals, STARTED)
    assert report == json.loads(Path(run_file(job)).read_text())
    assert report["counts"] == {
        "listed": 3, "published": 0, "quarantined": 0, "skipped": 0, "not_selected": 0, "unchanged": 2, "removed": 0,
    }  # fmt: skip
    assert report["withdrawal"] == {"entries": 2, "matched_nobody": 1}
    assert report["removal_skipped"] is True
    assert report["patient_ids_of_several_issuers"] == 1
    assert unfinished_runs(job.output) == {}
    assert finalize_run(job, plan, Totals(listed=9), STARTED) == report
