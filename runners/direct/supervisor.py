"""N worker processes over a list of batches. A dead worker costs a retry of its batch and nothing else.

Beam's own `multi_processing` mode is not used: its driver waits for ever when a worker dies.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from .messages import Batch, BatchJob, Broken, Finished, Live, Ready, Refused

_DEATHS_BEFORE_SPLIT = 2
_FALSE_STARTS = 3


@dataclass(frozen=True)
class BatchDone:
    """A batch is done and audited."""

    batch: Batch


@dataclass(frozen=True)
class Progress:
    """Instances that are done in unfinished batches."""

    in_flight_done: int


@dataclass(frozen=True)
class BatchLost:
    """A worker died over a batch, which goes back to the queue: whole, or in two halves. Its audit is deleted."""

    batch: Batch


@dataclass(frozen=True)
class InstanceLost:
    """A single instance has killed every worker that took it: it is to be quarantined with this code."""

    batch: Batch
    code: str


Target = Callable[[Connection, BatchJob], None]

Event = BatchDone | Progress | BatchLost | InstanceLost


class WorkerRefusedError(RuntimeError):
    """The workers cannot start (a model is missing, for example); the message says what to do."""


@dataclass
class _Worker:
    process: SpawnProcess
    connection: Connection
    batch: Batch | None = None
    is_ready: bool = False
    live_done: int = 0


def supervise(batch_job: BatchJob, batches: Sequence[Batch], worker_count: int, target: Target) -> Iterator[Event]:
    """Run every batch to its end, on at most `worker_count` processes that run `target`.

    Raises:
        WorkerRefusedError: A worker could not start.
    """
    queue = deque(batches)
    workers: list[_Worker] = []
    false_starts = 0
    try:
        while queue or any(worker.batch for worker in workers):
            while len(workers) < min(worker_count, len(queue) + sum(worker.batch is not None for worker in workers)):
                workers.append(_start(batch_job, target))
            _hand_out(workers, queue)
            ready = wait([thing for worker in workers for thing in (worker.connection, worker.process.sentinel)])
            for worker in list(workers):
                # Asked once, before the messages are read: those of a dead worker are then complete.
                is_dead = not worker.process.is_alive()
                if is_dead or worker.connection in ready:
                    yield from _listen(worker, queue)
                if is_dead:
                    workers.remove(worker)
                    if worker.batch is not None:
                        yield from _give_back(worker.batch, queue, "worker_died")
                    false_starts = 0 if worker.is_ready else false_starts + 1
            if false_starts >= _FALSE_STARTS:
                raise WorkerRefusedError("worker processes end before they are ready: is there memory enough for their models?")
            yield Progress(sum(worker.live_done for worker in workers))
    finally:
        for worker in workers:
            worker.connection.close()
            worker.process.terminate()
        for worker in workers:
            worker.process.join()


def _start(batch_job: BatchJob, target: Target) -> _Worker:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=target, args=(theirs, batch_job), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _hand_out(workers: list[_Worker], queue: deque[Batch]) -> None:
    for worker in workers:
        if worker.is_ready and worker.batch is None and queue:
            worker.batch = queue.popleft()
            worker.live_done = 0
            # If the worker died while it was idle, its sentinel says so, and the batch goes back to the queue.
            with contextlib.suppress(OSError):
                worker.connection.send(worker.batch)


def _listen(worker: _Worker, queue: deque[Batch]) -> Iterator[Event]:
    try:
        while worker.connection.poll():
            message = worker.connection.recv()
            match message:
                case Ready():
                    worker.is_ready = True
                case Refused():
                    raise WorkerRefusedError(message.message)
                case Live():
                    worker.live_done = message.done
                case Finished() if worker.batch is not None:
                    yield BatchDone(worker.batch)
                    worker.batch, worker.live_done = None, 0
                case Broken() if worker.batch is not None:
                    yield from _give_back(worker.batch, queue, message.code)
                    worker.batch, worker.live_done = None, 0
    except (EOFError, OSError):
        worker.process.join()


def _give_back(batch: Batch, queue: deque[Batch], code: str) -> Iterator[Event]:
    """Retry the batch once; halve it when it kills again; give up on an instance that kills alone."""
    deaths = batch.deaths + 1
    yield BatchLost(batch)
    if deaths < _DEATHS_BEFORE_SPLIT:
        queue.appendleft(replace(batch, deaths=deaths))
    elif len(batch.sources) > 1:
        middle = len(batch.sources) // 2
        for name, half in (("b", batch.sources[middle:]), ("a", batch.sources[:middle])):
            # A half is split again at its first death, for it has been here twice; an instance alone gets its retry.
            half_deaths = 0 if len(half) == 1 else _DEATHS_BEFORE_SPLIT - 1
            queue.appendleft(Batch(batch.part + name, half, half_deaths, began_sec=time.time()))
    else:
        yield InstanceLost(batch, code)
