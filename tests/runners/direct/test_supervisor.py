"""The supervisor, with worker processes that die, fail and refuse."""

import multiprocessing
import threading
import time
from collections import Counter
from multiprocessing.context import SpawnProcess

import pytest

from efface.runners.direct.messages import Batch, split_into_batches
from efface.runners.direct.supervisor import (
    BatchDone,
    BatchLost,
    InFlight,
    InstanceLost,
    WorkerReady,
    WorkerStartError,
    supervise,
)
from efface.transforms.core.instance import Source
from support.worker_processes import dying_at_start, refusing, sleeping, working


def sources(names):
    return [Source(str(name), 10, "1") for name in names]


def finished(events):
    """(sources done, quarantined sources with their codes, number of lost batches)."""
    done, quarantined, lost = Counter(), {}, 0
    for event in events:
        match event:
            case BatchDone(batch):
                done.update(source.uri for source in batch.sources)
            case InstanceLost(batch, code):
                [source] = batch.sources
                quarantined[source.uri] = code
            case BatchLost():
                lost += 1
    return done, quarantined, lost


@pytest.mark.parametrize("workers", [1, 2])
def test_every_source_is_processed_once(workers):
    names = [f"s{number}" for number in range(23)]
    done, quarantined, lost = finished(supervise(None, split_into_batches(sources(names), 4, 10**9), workers, working))
    assert done == Counter(names)
    assert not quarantined
    assert not lost


def test_an_instance_that_kills_workers_is_quarantined_alone():
    names = [f"s{number}" for number in range(8)] + ["poison-1"] + [f"t{number}" for number in range(7)]
    done, quarantined, _ = finished(supervise(None, split_into_batches(sources(names), 16, 10**9), 2, working))
    assert quarantined == {"poison-1": "worker_died"}
    assert done == Counter(name for name in names if name != "poison-1")


def test_a_death_that_is_noticed_late_loses_nothing(monkeypatch):
    is_alive, seen_dead = SpawnProcess.is_alive, set()

    def is_alive_for_one_call_more(process):
        was_seen = process.pid in seen_dead
        if not is_alive(process):
            seen_dead.add(process.pid)
        return not was_seen

    monkeypatch.setattr(SpawnProcess, "is_alive", is_alive_for_one_call_more)
    done, quarantined, _ = finished(supervise(None, split_into_batches(sources(["a", "poison", "b"]), 16, 10**9), 1, working))
    assert quarantined == {"poison": "worker_died"}
    assert done == Counter(["a", "b"])


def test_an_instance_that_makes_the_graph_fail_is_quarantined_alone():
    done, quarantined, _ = finished(supervise(None, split_into_batches(sources(["a", "broken", "b"]), 16, 10**9), 1, working))
    assert quarantined == {"broken": "internal"}
    assert done == Counter(["a", "b"])


def test_a_single_death_costs_one_retry(tmp_path):
    names = ["a", tmp_path / "once", "b"]
    done, quarantined, lost = finished(supervise(None, split_into_batches(sources(names), 16, 10**9), 1, working))
    assert done == Counter(map(str, names))
    assert (quarantined, lost) == ({}, 1)


def test_workers_that_cannot_start_end_the_run():
    with pytest.raises(WorkerStartError, match="the model is missing"):
        list(supervise(None, split_into_batches(sources("ab"), 1, 10), 2, refusing))
    with pytest.raises(WorkerStartError, match="memory"):
        list(supervise(None, split_into_batches(sources("ab"), 1, 10), 2, dying_at_start))


def test_closing_the_events_ends_all_processes():
    events = supervise(None, split_into_batches(sources("ab"), 1, 10), 2, sleeping)
    while not isinstance(next(events), WorkerReady):
        pass
    events.close()
    assert not multiprocessing.active_children()


def test_a_killed_worker_loses_nothing():
    def kill_one():
        for _ in range(200):
            time.sleep(0.05)
            for child in multiprocessing.active_children():
                child.kill()
                return

    names = [f"s{number}" for number in range(40)]
    killer = threading.Thread(target=kill_one)
    killer.start()
    done, quarantined, _ = finished(supervise(None, split_into_batches(sources(names), 1, 10), 2, working))
    killer.join()
    assert done == Counter(names)
    assert not quarantined


def test_work_is_reported_after_a_worker_is_ready():
    events = list(supervise(None, split_into_batches(sources("abc"), 1, 10), 1, working))
    ready = events.index(WorkerReady())
    assert {type(event) for event in events[:ready]} <= {InFlight}
    assert sum(isinstance(event, BatchDone) for event in events[ready:]) == 3


def test_batches_are_bounded_in_number_and_bytes():
    batches = split_into_batches([Source(str(n), size, "1") for n, size in enumerate([5, 5, 5, 40, 1, 1, 1, 1])], 3, 12)
    assert [len(batch.sources) for batch in batches] == [2, 1, 1, 3, 1]
    assert len({batch.part for batch in batches}) == len(batches)
    assert split_into_batches([], 3, 12) == []
    assert Batch("a", ()).deaths == 0
