"""Runs batches on N worker processes. A worker that dies costs a retry of its batch and nothing else.

Beam's own `multi_processing` mode is not used: its driver waits forever once a worker is gone.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import pickle
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from efface.transforms.core.errors import WorkerDiedError

from ..quiet_logs import quiet_logs
from .messages import Batch, BatchFailed, BatchFinished, BatchJob, InstancesDone, Ready, StartFailed


@dataclass(frozen=True)
class RetryLimits:
    """When the supervisor stops retrying.

    Attributes:
        deaths_before_split: Workers that die on a batch before it is split in halves: one retry tells an unlucky death, such
            as one for lack of memory, from an instance that kills every worker.
        failed_starts: Workers that end, one after the other, before they are ready. Three loads of the models without success
            are no accident.
    """

    deaths_before_split: int = 2
    failed_starts: int = 3


LIMITS = RetryLimits()


@dataclass(frozen=True)
class BatchDone:
    """A batch is done and audited."""

    batch: Batch


@dataclass(frozen=True)
class WorkerReady:
    """A worker has loaded its models."""


@dataclass(frozen=True)
class InFlight:
    """Number of instances that are done in unfinished batches. It follows the other events of a moment."""

    done: int


@dataclass(frozen=True)
class BatchLost:
    """A worker died on a batch, which returns to the queue, whole or in two halves. Its audit must be deleted."""

    batch: Batch


@dataclass(frozen=True)
class InstanceLost:
    """A single instance killed every worker that took it. It must be quarantined with this code."""

    batch: Batch
    code: str


Target = Callable[[Connection, BatchJob], None]
"""The main function of a worker process."""

Event = WorkerReady | BatchDone | InFlight | BatchLost | InstanceLost


class WorkerStartError(RuntimeError):
    """The workers cannot start, for example because a model is missing. The message says what to do."""


@dataclass
class _Worker:
    process: SpawnProcess
    connection: Connection
    batch: Batch | None = None
    is_ready: bool = False
    instances_done: int = 0


def supervise(batch_job: BatchJob, batches: Sequence[Batch], max_workers: int, target: Target) -> Iterator[Event]:
    """Run every batch to its end on at most `max_workers` processes that run `target`.

    Raises:
        WorkerStartError: A worker could not start.
    """
    queue = deque(batches)
    workers: list[_Worker] = []
    failed_starts = 0
    try:
        while queue or any(worker.batch for worker in workers):
            while len(workers) < min(max_workers, len(queue) + sum(worker.batch is not None for worker in workers)):
                workers.append(_start_worker(batch_job, target))
            _assign_batches(workers, queue)
            ready = wait([handle for worker in workers for handle in (worker.connection, worker.process.sentinel)])
            for worker in list(workers):
                # Checked once, before its messages are read: all messages of a dead worker are then in the pipe.
                is_dead = not worker.process.is_alive()
                if is_dead or worker.connection in ready:
                    yield from _read_messages(worker, queue)
                if is_dead:
                    workers.remove(worker)
                    if worker.batch is not None:
                        yield from _requeue(worker.batch, queue, WorkerDiedError.code)
                    failed_starts = 0 if worker.is_ready else failed_starts + 1
            if failed_starts >= LIMITS.failed_starts:
                raise WorkerStartError(
                    "worker processes end before they are ready: check that there is enough memory for their models"
                )
            yield InFlight(sum(worker.instances_done for worker in workers))
    finally:
        for worker in workers:
            worker.connection.close()
            worker.process.terminate()
        for worker in workers:
            worker.process.join()


def _start_worker(batch_job: BatchJob, target: Target) -> _Worker:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_run_target, args=(theirs, pickle.dumps((target, batch_job))), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _run_target(connection: Connection, pickled: bytes) -> None:
    """Run the main function of a worker. Unpickling it imports Beam."""
    with quiet_logs():
        target, batch_job = pickle.loads(pickled)
        target(connection, batch_job)


def _assign_batches(workers: list[_Worker], queue: deque[Batch]) -> None:
    for worker in workers:
        if worker.is_ready and worker.batch is None and queue:
            worker.batch = queue.popleft()
            worker.instances_done = 0
            # The worker may have died while it was idle. Its sentinel reports that, and the batch is requeued.
            with contextlib.suppress(OSError):
                worker.connection.send(worker.batch)


def _read_messages(worker: _Worker, queue: deque[Batch]) -> Iterator[Event]:
    try:
        while worker.connection.poll():
            message = worker.connection.recv()
            match message:
                case Ready():
                    worker.is_ready = True
                    yield WorkerReady()
                case StartFailed():
                    raise WorkerStartError(message.message)
                case InstancesDone():
                    worker.instances_done = message.count
                case BatchFinished() if worker.batch is not None:
                    yield BatchDone(worker.batch)
                    worker.batch, worker.instances_done = None, 0
                case BatchFailed() if worker.batch is not None:
                    yield from _requeue(worker.batch, queue, message.code)
                    worker.batch, worker.instances_done = None, 0
    except (EOFError, OSError):
        worker.process.join()


def _requeue(batch: Batch, queue: deque[Batch], code: str) -> Iterator[Event]:
    """Retry the batch once; split it when it kills again; give up on an instance that kills alone."""
    deaths = batch.deaths + 1
    yield BatchLost(batch)
    if deaths < LIMITS.deaths_before_split:
        queue.appendleft(replace(batch, deaths=deaths))
    elif len(batch.sources) > 1:
        middle = len(batch.sources) // 2
        for name, half in (("b", batch.sources[middle:]), ("a", batch.sources[:middle])):
            # The sources of a half were tried twice, so it is split at its first death. A single instance gets a retry.
            half_deaths = 0 if len(half) == 1 else LIMITS.deaths_before_split - 1
            queue.appendleft(Batch(batch.part + name, half, half_deaths, began_sec=time.time()))
    else:
        yield InstanceLost(batch, code)
