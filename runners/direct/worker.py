"""One worker process: takes a batch, runs the graph over it, says so, takes the next. Its models stay loaded."""

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


def run_batch(order: BatchJob, batch: Batch) -> None:
    """Run the graph over one batch in this process."""
    options = pipeline_options(list(order.beam_flags))
    # What a larger batch published before its worker died is no other source's: it may be replaced.
    job = replace(order.job, part=batch.part, began_sec=max(order.job.began_sec, batch.began_sec))
    with beam.Pipeline(runner=local_runner(options), options=options) as pipeline:
        sources = pipeline | "List batch" >> beam.Create(list(batch.sources)).with_output_types(Source)
        _ = sources | "De-identify" >> Deidentify(order.policy, job)


def work(connection: Connection, order: BatchJob) -> None:
    """The main function of a worker process. Ends when the supervisor closes the connection."""
    logging.disable(logging.WARNING)  # Libraries log values of the data; what a user needs to know is in the audit.
    configure()
    try:
        load_models(order.policy.ocr if order.policy.cleans_pixels else None, order.policy.phi.model)
    except ModelError as error:
        connection.send(Refused(str(error)))
        return
    connection.send(Ready())
    while True:
        try:
            batch: Batch = connection.recv()
        except EOFError:
            return
        connection.send(_run_and_tell(connection, order, batch))


def _run_and_tell(connection: Connection, order: BatchJob, batch: Batch) -> Finished | Broken:
    before, over = ENDED.total(), threading.Event()

    def tell() -> None:
        while not over.wait(_LIVE_EVERY_SEC):
            connection.send(Live(ENDED.total() - before))

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        run_batch(order, batch)
        return Finished()
    except Exception as error:
        return Broken(type(error).__name__)
    finally:
        over.set()
        teller.join()
