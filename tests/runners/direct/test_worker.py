"""A worker process with its models."""

import contextlib
import dataclasses
import multiprocessing
import os
from pathlib import Path

import pytest

from efface.pipeline.policy import load_policy
from efface.runners.direct import worker
from efface.runners.direct.messages import Batch, BatchFailed, BatchJob
from efface.runners.direct.supervisor import BatchDone, supervise
from efface.runners.direct.worker import run_worker
from efface.transforms.core.errors import EffaceError
from efface.transforms.storage import storage_of
from support.processes import children_of
from support.runs import job_of, quick_policy, table
from support.samples import sample


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="needs two cores")
def test_workers_do_not_pin_themselves_to_one_core(tmp_path, key_file):
    # An inference library that pins its threads pins those of all processes to the first core, and the others are idle.
    (tmp_path / "in").mkdir()
    for name in "abcd":
        (tmp_path / "in" / name).write_bytes(sample("CT_small.dcm"))
    policy, _ = load_policy("basic").resolve()
    batch_job = BatchJob(policy, job_of(str(tmp_path / "out"), key_file, policy))
    batches = [Batch(source.uri[-1], (source,)) for source in storage_of(str(tmp_path)).list(str(tmp_path / "in"))]
    seen = set()
    for event in supervise(batch_job, batches, 2, run_worker):
        if isinstance(event, BatchDone):
            workers = (worker for server in multiprocessing.active_children() for worker in children_of(server.pid))
            for task in (task for worker in workers for task in Path(f"/proc/{worker}/task").iterdir()):
                with contextlib.suppress(ProcessLookupError):  # A thread may end while it is looked at.
                    seen.add(frozenset(os.sched_getaffinity(int(task.name))))
    assert seen == {frozenset(os.sched_getaffinity(0))}


def test_a_graph_that_fails_has_a_documented_code(tmp_path, key_file, monkeypatch):
    def fail(*_):
        raise RuntimeError("Quistberg")

    monkeypatch.setattr(worker, "run_batch", fail)
    policy = quick_policy()
    batch_job = BatchJob(policy, job_of(str(tmp_path / "out"), key_file, policy))
    receiving, sending = multiprocessing.Pipe()
    assert worker._run_and_report(sending, batch_job, Batch("a", ())) == BatchFailed(EffaceError.code)
    assert not receiving.poll()


@pytest.mark.parametrize("series", ["agree", "alone"])
def test_beam_may_check_the_types_of_all_elements(tmp_path, key_file, series):
    (tmp_path / "in").mkdir()
    for number, data in enumerate((sample("CT_small.dcm"), sample("examples_overlay.dcm"), b"no DICOM")):
        (tmp_path / "in" / str(number)).write_bytes(data)
    policy = quick_policy()
    policy = dataclasses.replace(policy, ocr=dataclasses.replace(policy.ocr, series=series))
    job = job_of(str(tmp_path / "out"), key_file, policy, vault=str(tmp_path / "vault"))
    sources = tuple(storage_of(str(tmp_path)).list(str(tmp_path / "in")))
    worker.run_batch(BatchJob(policy, job, ("--runtime_type_check",)), Batch("a", sources))
    assert [row["code"] for row in table(job.output, "failures")] == ["not_dicom"]
    assert len(table(job.output, "instances")) == 2
