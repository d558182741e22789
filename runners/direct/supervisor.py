"""Runs batches on N worker processes. A worker that dies costs a retry of its batch and nothing else.

A worker that gives no sign of life, or does not end its batch in time, is killed. Every worker leads a process group, which is
killed as a whole: by the supervisor, or by the kernel once the supervisor is gone (`fork_server.py`).

Beam's own `multi_processing` mode is not used: its driver waits forever once a worker is gone.
"""

from __future__ import annotations

import contextlib
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait

from efface.transforms.core.errors import DeadlineError, WorkerDiedError

from . import deadlines
from .fork_server import ForkedProcess, ForkServer
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
class _Intervals:
    """How the supervisor looks at its workers.

    Attributes:
        check_sec: Longest time between two looks.
        longest_sec: What two looks count at most. The supervisor itself may have been stopped in between, as in a paused
            container, and then its workers were too.
    """

    check_sec: float = 1.0
    longest_sec: float = 5.0


_INTERVALS = _Intervals()


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
    """A worker died on a batch, which returns to the queue, whole or in parts. Its audit must be deleted."""

    batch: Batch


@dataclass(frozen=True)
class InstanceLost:
    """A single instance killed every worker that took it, or missed its deadline. It must be quarantined with this code."""

    batch: Batch
    code: str


Target = Callable[[Connection, BatchJob], None]
"""The main function of a worker process."""

Event = WorkerReady | BatchDone | InFlight | BatchLost | InstanceLost


class WorkerStartError(RuntimeError):
    """The workers cannot start, for example because a model is missing. The message says what to do."""


@dataclass
class _Worker:
    """A worker process.

    Attributes:
        since_sec: When it was started or got its batch, by the clock of the supervisor.
        heard_sec: When it sent its last message, or got its batch.
        worked_sec: When it was last seen to compute, had ended another instance, or got its batch.
        cpu_sec: Its CPU time then.
        counted: Times that its steps had counted something by its last message.
        step_cpu_sec: CPU time since that number grew last, in this batch.
        last_cpu_sec: Its CPU time by its last message in this batch.
        is_late: Whether it has missed the deadline of its batch or of a step, or waits for too long.
        code: Of an instance that dies with it.
    """

    process: ForkedProcess
    connection: Connection
    since_sec: float
    heard_sec: float = 0.0
    worked_sec: float = 0.0
    cpu_sec: float = 0.0
    counted: int = 0
    step_cpu_sec: float = 0.0
    last_cpu_sec: float | None = None
    batch: Batch | None = None
    is_ready: bool = False
    instances_done: int = 0
    is_late: bool = False
    code: str = WorkerDiedError.code

    def take(self, batch: Batch, now_sec: float) -> None:
        self.batch, self.instances_done = batch, 0
        self.since_sec = self.heard_sec = self.worked_sec = now_sec
        self.step_cpu_sec, self.last_cpu_sec = 0.0, None
        # In a thread, since a large batch fills the pipe to a worker that is stopped.
        threading.Thread(target=_send, args=(self.connection, batch), daemon=True).start()

    def note(self, done: InstancesDone, now_sec: float) -> None:
        if done.count > self.instances_done or done.cpu_sec - self.cpu_sec >= deadlines.LIMITS.working_cpu_sec:
            self.worked_sec, self.cpu_sec = now_sec, done.cpu_sec
        spent_sec = 0.0 if self.last_cpu_sec is None else done.cpu_sec - self.last_cpu_sec
        self.step_cpu_sec = self.step_cpu_sec + spent_sec if done.counted == self.counted else 0.0
        self.instances_done, self.counted, self.last_cpu_sec = done.count, done.counted, done.cpu_sec


class _Clock:
    """The time that has passed for the workers, in seconds."""

    def __init__(self) -> None:
        self.now_sec, self._looked_sec = 0.0, time.monotonic()

    def look(self) -> float:
        before, self._looked_sec = self._looked_sec, time.monotonic()
        self.now_sec += min(self._looked_sec - before, _INTERVALS.longest_sec)
        return self.now_sec


def supervise(
    batch_job: BatchJob,
    batches: Sequence[Batch],
    max_workers: int,
    target: Target,
    fork_server: ForkServer | None = None,
) -> Generator[Event]:
    """Run every batch to its end on at most `max_workers` processes that run `target`.

    Args:
        batch_job, batches, max_workers, target: As above.
        fork_server: What starts the processes. None for one of this call alone, which has imported the module of `target`.

    Raises:
        WorkerStartError: A worker could not start.
    """
    with contextlib.nullcontext(fork_server) if fork_server else ForkServer(target.__module__) as server:
        yield from _supervise(batch_job, batches, max_workers, target, server)


def _supervise(
    batch_job: BatchJob, batches: Sequence[Batch], max_workers: int, target: Target, fork_server: ForkServer
) -> Iterator[Event]:
    queue = deque(batches)
    workers: list[_Worker] = []
    failed_starts, clock = 0, _Clock()
    try:
        while queue or any(worker.batch for worker in workers):
            while len(workers) < min(max_workers, len(queue) + sum(worker.batch is not None for worker in workers)):
                workers.append(_start_worker(fork_server, batch_job, target, clock.now_sec))
            for worker in workers:
                if worker.is_ready and worker.batch is None and queue:
                    worker.take(queue.popleft(), clock.now_sec)
            handles = [handle for worker in workers for handle in (worker.connection, worker.process.sentinel)]
            ready = wait(handles, _INTERVALS.check_sec)
            now_sec = clock.look()
            for worker in list(workers):
                # Checked once, before its messages are read: all messages of a dead worker are then in the pipe.
                is_dead = not worker.process.is_alive()
                if is_dead or worker.connection in ready:
                    yield from _read_messages(worker, queue, now_sec)
                if is_dead:
                    workers.remove(worker)
                    yield from _bury(fork_server, worker, queue)
                    failed_starts = 0 if worker.is_ready else failed_starts + 1
                else:
                    _end_if_overdue(worker, now_sec)
            if failed_starts >= LIMITS.failed_starts:
                raise WorkerStartError(
                    "worker processes end, or wait too long, before they are ready: "
                    "check that there is enough memory for their models"
                )
            yield InFlight(sum(worker.instances_done for worker in workers))
    finally:
        for worker in workers:
            worker.process.end()
            worker.connection.close()
        for worker in workers:
            fork_server.release(worker.process)


def _bury(fork_server: ForkServer, worker: _Worker, queue: deque[Batch]) -> Iterator[Event]:
    worker.process.end()
    fork_server.release(worker.process)
    if worker.batch is not None:
        yield from _requeue(worker.batch, queue, worker.code, is_late=worker.is_late)


def _end_if_overdue(worker: _Worker, now_sec: float) -> None:
    """Kill a worker that is stuck. What it has sent until then still counts."""
    limits, is_stuck = deadlines.LIMITS, False
    if not worker.is_ready:
        is_stuck = now_sec - worker.since_sec > limits.start_sec
    elif worker.batch is not None:
        sources = worker.batch.sources
        taken_sec, waited_sec = now_sec - worker.since_sec, now_sec - worker.worked_sec
        worker.is_late = (
            taken_sec > deadlines.deadline_sec(sources)
            or waited_sec > deadlines.longest_wait_sec(sources)
            or worker.step_cpu_sec > deadlines.longest_step_cpu_sec(sources)
        )
        is_stuck = now_sec - worker.heard_sec > limits.silent_sec
    if is_stuck or worker.is_late:
        worker.code = DeadlineError.code
        worker.process.end()


def _start_worker(fork_server: ForkServer, batch_job: BatchJob, target: Target, now_sec: float) -> _Worker:
    process, connection = fork_server.start(target, batch_job)
    return _Worker(process, connection, now_sec)


def _send(connection: Connection, batch: Batch) -> None:
    # The worker may die, or may have died while it was idle. Its sentinel reports that, and the batch is requeued.
    with contextlib.suppress(OSError):
        connection.send(batch)


def _read_messages(worker: _Worker, queue: deque[Batch], now_sec: float) -> Iterator[Event]:
    try:
        while worker.connection.poll():
            message = worker.connection.recv()
            worker.heard_sec = now_sec
            match message:
                case Ready():
                    worker.is_ready = True
                    yield WorkerReady()
                case StartFailed():
                    raise WorkerStartError(message.message)
                case InstancesDone():
                    worker.note(message, now_sec)
                case BatchFinished() if worker.batch is not None:
                    yield BatchDone(worker.batch)
                    worker.batch, worker.instances_done = None, 0
                case BatchFailed() if worker.batch is not None:
                    yield from _requeue(worker.batch, queue, message.code)
                    worker.batch, worker.instances_done = None, 0
    except (EOFError, OSError):
        worker.process.end()  # It may hang on its way out.
        worker.process.join()


def _requeue(batch: Batch, queue: deque[Batch], code: str, *, is_late: bool = False) -> Iterator[Event]:
    """Retry the batch once; split it when it kills again; give up on an instance that kills alone.

    A late batch is split at once, and into its instances: each other try would take as long again.
    """
    deaths = batch.deaths + 1
    yield BatchLost(batch)
    if deaths < LIMITS.deaths_before_split and not is_late:
        queue.appendleft(replace(batch, deaths=deaths))
    elif len(batch.sources) > 1:
        size = 1 if is_late else math.ceil(len(batch.sources) / 2)
        for number in reversed(range(math.ceil(len(batch.sources) / size))):
            part = batch.sources[number * size : (number + 1) * size]
            # The sources of a half were tried twice, so it is split at its first death. A single instance gets a retry.
            part_deaths = 0 if len(part) == 1 else LIMITS.deaths_before_split - 1
            queue.appendleft(Batch(f"{batch.part}-{number}", part, part_deaths, began_sec=time.time()))
    else:
        yield InstanceLost(batch, code)
