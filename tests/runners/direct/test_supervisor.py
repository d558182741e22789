"""The supervisor, with worker processes that die, fail and refuse."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from efface.runners.direct import deadlines, supervisor
from efface.runners.direct.fork_server import ForkedProcess, ForkServer
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
from support.processes import are_gone, children_of, wait_until
from support.worker_processes import (
    dying_at_start,
    hanging_at_end,
    hanging_at_start,
    refusing,
    running_others,
    sleeping,
    working,
)


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


def test_a_fork_server_serves_until_its_owner_closes_it():
    with ForkServer(working.__module__) as server:
        for _ in range(2):
            done, _, _ = finished(supervise(None, split_into_batches(sources("ab"), 1, 10**9), 1, working, server))
            assert done == Counter("ab")


def test_an_instance_that_kills_workers_is_quarantined_alone():
    names = [f"s{number}" for number in range(8)] + ["poison-1"] + [f"t{number}" for number in range(7)]
    done, quarantined, _ = finished(supervise(None, split_into_batches(sources(names), 16, 10**9), 2, working))
    assert quarantined == {"poison-1": "worker_died"}
    assert done == Counter(name for name in names if name != "poison-1")


def test_a_death_that_is_noticed_late_loses_nothing(monkeypatch):
    is_alive, seen_dead = ForkedProcess.is_alive, set()

    def is_alive_for_one_call_more(process):
        was_seen = process.pid in seen_dead
        if not is_alive(process):
            seen_dead.add(process.pid)
        return not was_seen

    monkeypatch.setattr(ForkedProcess, "is_alive", is_alive_for_one_call_more)
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


@pytest.fixture
def quick(monkeypatch):
    """Sets limits that tests can wait for."""

    def set_limits(**limits_sec):
        monkeypatch.setattr(deadlines, "LIMITS", replace(deadlines.LIMITS, **limits_sec))

    return set_limits


def test_a_worker_without_a_sign_of_life_is_ended(quick):
    quick(silent_sec=3.0)
    done, quarantined, lost = finished(supervise(None, split_into_batches(sources(["a", "silent"]), 16, 10**9), 1, working))
    assert quarantined == {"silent": "deadline"}
    assert done == Counter("a")
    assert lost == 4  # The batch twice, and its half twice.


def test_an_instance_that_misses_its_deadline_is_quarantined_and_costs_the_others_one_retry(quick):
    quick(batch_sec=4.0, instance_sec=0.0)
    names = ["a", "b", "endless", "c", "d"]
    done, quarantined, lost = finished(supervise(None, split_into_batches(sources(names), 16, 10**9), 1, working))
    assert quarantined == {"endless": "deadline"}
    assert done == Counter("abcd")
    assert lost == 2


def test_a_worker_that_waits_for_too_long_is_late_and_one_that_computes_is_not(quick):
    quick(wait_sec=8.0)
    names = ["a", "endless", "b"]
    done, quarantined, lost = finished(supervise(None, split_into_batches(sources(names), 16, 10**9), 1, working))
    assert (done, quarantined, lost) == (Counter("ab"), {"endless": "deadline"}, 2)
    done, quarantined, lost = finished(supervise(None, split_into_batches(sources(["long"]), 16, 10**9), 1, working))
    assert (done, quarantined, lost) == (Counter(["long"]), {}, 0)


def test_an_instance_that_computes_for_ever_costs_the_time_of_a_step_and_others_go_on(quick):
    quick(step_cpu_sec=30.0)
    names = ["a", "burning", "b", "long"]
    done, quarantined, lost = finished(supervise(None, split_into_batches(sources(names), 16, 10**9), 2, working))
    assert (done, quarantined, lost) == (Counter(["a", "b", "long"]), {"burning": "deadline"}, 2)


def test_a_worker_that_lets_no_thread_run_is_ended_with_what_it_started(quick, tmp_path):
    quick(silent_sec=3.0)
    pids = tmp_path / "pids"
    events = supervise(None, [Batch("0", tuple(sources([pids])))], 1, running_others)
    assert next(event for event in events if isinstance(event, BatchLost)).batch.part == "0"
    wait_until(lambda: are_gone(map(int, pids.read_text().split())))
    events.close()


def test_a_worker_that_hangs_on_its_way_out_is_ended():
    _, quarantined, _ = finished(supervise(None, split_into_batches(sources("a"), 1, 10), 1, hanging_at_end))
    assert quarantined == {"a": "worker_died"}


def test_workers_that_never_get_ready_end_the_run(quick):
    quick(start_sec=2.0)
    with pytest.raises(WorkerStartError, match="memory"):
        list(supervise(None, split_into_batches(sources("a"), 1, 10), 1, hanging_at_start))
    assert not multiprocessing.active_children()


def test_time_in_which_the_supervisor_stood_still_counts_for_nobody(monkeypatch):
    seconds = iter([100.0, 101.0, 4000.0, 4000.5])
    monkeypatch.setattr(supervisor, "time", SimpleNamespace(monotonic=lambda: next(seconds)))
    clock = supervisor._Clock()
    assert [clock.look() for _ in range(3)] == [1.0, 6.0, 6.5]


def test_a_deadline_grows_with_number_and_size():
    limits = deadlines.LIMITS
    assert deadlines.longest_wait_sec([Source("a", 500_000, "1")] * 2) == limits.wait_sec + 100
    assert deadlines.deadline_sec([]) == limits.batch_sec
    assert deadlines.longest_step_cpu_sec([Source("a", 200_000, "1"), Source("b", 0, "1")]) == limits.step_cpu_sec + 2
    assert deadlines.deadline_sec([Source("a", 200_000, "1")]) == limits.batch_sec + limits.instance_sec + 2
    assert deadlines.deadline_sec([Source("a", 0, "1")] * 3) == limits.batch_sec + 3 * limits.instance_sec


@pytest.mark.parametrize("is_stopped", [False, True])
def test_workers_and_what_they_started_end_when_the_supervisor_is_killed(tmp_path, is_stopped):
    script = (
        "import sys; from efface.runners.direct.messages import Batch; from efface.runners.direct.supervisor import supervise;"
        "from efface.transforms.core.instance import Source; from support.worker_processes import running_others;"
        "list(supervise(None, [Batch('0', (Source(sys.argv[1], 1, '1'),))], 1, running_others))"
    )
    pids = tmp_path / "pids"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    launcher = subprocess.Popen([sys.executable, "-c", script, str(pids)], env=environment)
    wait_until(lambda: pids.exists() and pids.read_text().endswith("\n"))
    worker, other = map(int, pids.read_text().split())
    if is_stopped:
        os.kill(worker, signal.SIGSTOP)
    launcher.kill()
    launcher.wait()
    wait_until(lambda: are_gone([worker, other]))


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
            for server in multiprocessing.active_children():
                for worker in children_of(server.pid):
                    os.kill(worker, signal.SIGKILL)
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
