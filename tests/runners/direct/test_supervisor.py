import multiprocessing
import threading
import time
from collections import Counter
from multiprocessing.context import SpawnProcess

import pytest

from efface.runners.direct.messages import Batch, batches
from efface.runners.direct.supervisor import BatchDone, BatchLost, InstanceLost, Progress, WorkerRefusedError, supervise
from efface.transforms.core.instance import Source
from support import workers as fake_workers


def sources(names):
    return [Source(str(name), 10, "1") for name in names]


def finished(events):
    """(sources through, sources given up with their codes, batches lost)."""
    done, given_up, lost = Counter(), {}, 0
    for event in events:
        match event:
            case BatchDone(batch):
                done.update(source.uri for source in batch.sources)
            case InstanceLost(batch, code):
                [source] = batch.sources
                given_up[source.uri] = code
            case BatchLost():
                lost += 1
    return done, given_up, lost


@pytest.mark.parametrize("workers", [1, 2])
def test_every_source_is_worked_on_once(workers):
    names = [f"s{number}" for number in range(23)]
    done, given_up, lost = finished(supervise(None, batches(sources(names), 4, 10**9), workers, fake_workers.dutiful))
    assert done == Counter(names)
    assert not given_up
    assert not lost


def test_a_poisonous_instance_is_found_and_given_up_alone():
    names = [f"s{number}" for number in range(8)] + ["poison-1"] + [f"t{number}" for number in range(7)]
    done, given_up, _ = finished(supervise(None, batches(sources(names), 16, 10**9), 2, fake_workers.dutiful))
    assert given_up == {"poison-1": "worker_died"}
    assert done == Counter(name for name in names if name != "poison-1")


def test_a_worker_that_dies_between_two_looks_at_it_loses_nothing(monkeypatch):
    is_alive, seen_dead = SpawnProcess.is_alive, set()

    def is_alive_for_one_look_longer(process):
        was_seen = process.pid in seen_dead
        if not is_alive(process):
            seen_dead.add(process.pid)
        return not was_seen

    monkeypatch.setattr(SpawnProcess, "is_alive", is_alive_for_one_look_longer)
    done, given_up, _ = finished(supervise(None, batches(sources(["a", "poison", "b"]), 16, 10**9), 1, fake_workers.dutiful))
    assert given_up == {"poison": "worker_died"}
    assert done == Counter(["a", "b"])


def test_a_graph_that_breaks_is_narrowed_down_as_well():
    done, given_up, _ = finished(supervise(None, batches(sources(["a", "broken", "b"]), 16, 10**9), 1, fake_workers.dutiful))
    assert given_up == {"broken": "ValueError"}
    assert done == Counter(["a", "b"])


def test_a_death_that_does_not_repeat_costs_one_retry(tmp_path):
    names = ["a", tmp_path / "once", "b"]
    done, given_up, lost = finished(supervise(None, batches(sources(names), 16, 10**9), 1, fake_workers.dutiful))
    assert done == Counter(map(str, names))
    assert (given_up, lost) == ({}, 1)


def test_workers_that_cannot_start_end_the_run():
    with pytest.raises(WorkerRefusedError, match="the model is missing"):
        list(supervise(None, batches(sources("ab"), 1, 10), 2, fake_workers.refusing))
    with pytest.raises(WorkerRefusedError, match="memory"):
        list(supervise(None, batches(sources("ab"), 1, 10), 2, fake_workers.stillborn))


def test_who_stops_listening_leaves_no_process_behind():
    events = supervise(None, batches(sources("ab"), 1, 10), 2, fake_workers.sleepy)
    assert isinstance(next(events), Progress)
    events.close()
    assert not multiprocessing.active_children()


def test_a_worker_killed_from_outside_loses_nothing():
    def kill_one():
        for _ in range(200):
            time.sleep(0.05)
            for child in multiprocessing.active_children():
                child.kill()
                return

    names = [f"s{number}" for number in range(40)]
    killer = threading.Thread(target=kill_one)
    killer.start()
    done, given_up, _ = finished(supervise(None, batches(sources(names), 1, 10), 2, fake_workers.dutiful))
    killer.join()
    assert done == Counter(names)
    assert not given_up


def test_batches_are_bounded_in_number_and_bytes():
    cut = batches([Source(str(n), size, "1") for n, size in enumerate([5, 5, 5, 40, 1, 1, 1, 1])], 3, 12)
    assert [len(batch.sources) for batch in cut] == [2, 1, 1, 3, 1]
    assert len({batch.part for batch in cut}) == len(cut)
    assert batches([], 3, 12) == []
    assert Batch("a", ()).deaths == 0
