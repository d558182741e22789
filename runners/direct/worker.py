"""A worker process: de-identifies one batch after another and reports to the supervisor. Its models stay loaded."""

from __future__ import annotations

import contextlib
import gc
import threading
import time
from dataclasses import replace
from multiprocessing.connection import Connection

from efface.pipeline.deidentify_batch import deidentify_batch
from efface.transforms.core.errors import ModelError
from efface.transforms.core.failures import describe_failure
from efface.transforms.core.meters import COUNTED, ENDED
from efface.transforms.dicom.configuration import configure
from efface.transforms.instance.models import load_models

from .messages import Batch, BatchFailed, BatchFinished, BatchJob, InstancesDone, Ready, StartFailed

_REPORT_EVERY_SEC = 1.0
_COLLECTED_FROM = 50_000
"""New objects of Python from which on those are looked for that refer to each other, where no pictures are read: none of them
holds pixels, and while caches fill, looking at 700 takes a tenth of the time of small instances."""


def run_batch(batch_job: BatchJob, batch: Batch) -> None:
    """De-identify one batch in this process: by the steps in a row, or on Beam's local runner where Beam has options."""
    # A larger batch may have published some of these sources before its worker died. Such outputs may be replaced.
    job = replace(batch_job.job, part=batch.part, began_sec=max(batch_job.job.began_sec, batch.began_sec))
    if batch_job.beam_flags:
        from .graph import run_graph  # It imports Beam, which takes seconds.

        run_graph(batch.sources, batch_job.policy, job, batch_job.beam_flags)
    else:
        deidentify_batch(batch.sources, batch_job.policy, job)


def run_worker(connection: Connection, batch_job: BatchJob) -> None:
    """The main function of a worker process. Returns when the supervisor closes the connection. Its logs are quiet."""
    configure()
    try:
        policy = batch_job.policy
        load_models(policy.ocr if policy.cleans_pixels else None, policy.phi.model)
    except ModelError as error:
        connection.send(StartFailed(str(error)))
        return
    connection.send(Ready())
    if not policy.cleans_pixels:
        gc.freeze()  # What is loaded stays.
        gc.set_threshold(_COLLECTED_FROM)
    while True:
        try:
            batch: Batch = connection.recv()
        except EOFError:
            return
        connection.send(_run_and_report(connection, batch_job, batch))


def _run_and_report(connection: Connection, batch_job: BatchJob, batch: Batch) -> BatchFinished | BatchFailed:
    done_before, is_over = ENDED.total(), threading.Event()

    def report_progress() -> None:
        with contextlib.suppress(OSError):  # The supervisor is gone, and soon this process is.
            while not is_over.wait(_REPORT_EVERY_SEC):
                connection.send(InstancesDone(ENDED.total() - done_before, time.process_time(), COUNTED.total()))

    reporter = threading.Thread(target=report_progress, daemon=True)
    reporter.start()
    try:
        run_batch(batch_job, batch)
        return BatchFinished()
    except Exception as error:
        return BatchFailed(describe_failure("", "worker", error).code)
    finally:
        is_over.set()
        reporter.join()
