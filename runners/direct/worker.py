"""One worker process: runs the graph over one batch after the other. Its models stay loaded."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from multiprocessing.connection import Connection

import apache_beam as beam

from efface.pipeline.deidentify import Deidentify
from efface.transforms.core.errors import ModelError
from efface.transforms.core.instance import Source
from efface.transforms.dicom.configuration import configure
from efface.transforms.instance.models import load_models
from efface.transforms.step import ENDED

from .messages import Batch, BatchJob, Broken, Finished, Live, Ready, Refused
from .options import local_runner, pipeline_options

_LIVE_EVERY_SEC = 1.0


def run_batch(batch_job: BatchJob, batch: Batch) -> None:
    """Run the graph over one batch in this process."""
    options = pipeline_options(list(batch_job.beam_flags))
    # What a larger batch published before its worker died is no other source's: it may be replaced.
    job = replace(batch_job.job, part=batch.part, began_sec=max(batch_job.job.began_sec, batch.began_sec))
    with beam.Pipeline(runner=local_runner(options), options=options) as pipeline:
        sources = pipeline | "List batch" >> beam.Create(list(batch.sources)).with_output_types(Source)
        _ = sources | "De-identify" >> Deidentify(batch_job.policy, job)


def work(connection: Connection, batch_job: BatchJob) -> None:
    """The main function of a worker process. Ends when the supervisor closes the connection."""
    logging.disable(logging.WARNING)  # Libraries log values of the data; what a user needs to know is in the audit.
    configure()
    try:
        load_models(batch_job.policy.ocr if batch_job.policy.cleans_pixels else None, batch_job.policy.phi.model)
    except ModelError as error:
        connection.send(Refused(str(error)))
        return
    connection.send(Ready())
    while True:
        try:
            batch: Batch = connection.recv()
        except EOFError:
            return
        connection.send(_run_and_report(connection, batch_job, batch))


def _run_and_report(connection: Connection, batch_job: BatchJob, batch: Batch) -> Finished | Broken:
    before, over = ENDED.total(), threading.Event()

    def report_progress() -> None:
        while not over.wait(_LIVE_EVERY_SEC):
            connection.send(Live(ENDED.total() - before))

    reporter = threading.Thread(target=report_progress, daemon=True)
    reporter.start()
    try:
        run_batch(batch_job, batch)
        return Finished()
    except Exception as error:
        return Broken(type(error).__name__)
    finally:
        over.set()
        reporter.join()
