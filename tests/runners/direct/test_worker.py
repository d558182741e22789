"""A worker process with its models."""

import contextlib
import multiprocessing
import os
from pathlib import Path

import pytest

from efface.pipeline.policy import load_policy
from efface.runners.direct.messages import Batch, BatchJob
from efface.runners.direct.supervisor import BatchDone, supervise
from efface.runners.direct.worker import run_worker
from efface.transforms.storage import storage_of
from support.runs import job_of
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
            for task in (
                task for child in multiprocessing.active_children() for task in Path(f"/proc/{child.pid}/task").iterdir()
            ):
                with contextlib.suppress(ProcessLookupError):  # A thread may end while it is looked at.
                    seen.add(frozenset(os.sched_getaffinity(int(task.name))))
    assert seen == {frozenset(os.sched_getaffinity(0))}
