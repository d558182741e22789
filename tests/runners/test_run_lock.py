"""The lock of an output."""

import itertools
import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from efface.runners import lock_owner
from efface.runners import run_lock as run_lock_module
from efface.runners.run_lock import LockLostError, OutputBusyError, run_lock
from efface.transforms.audit.layout import lock_uri
from efface.transforms.storage import storage_of
from efface.transforms.storage.local import LocalStorage
from support.processes import are_gone, wait_until


def lock_in(output):
    return Path(output, "audit", "runs", "running.json")


def test_the_second_run_is_refused_with_the_name_of_the_first(tmp_path):
    with run_lock(str(tmp_path), "first"), pytest.raises(OutputBusyError, match="first"), run_lock(str(tmp_path), "second"):
        pass
    assert not lock_in(tmp_path).exists()
    with run_lock(str(tmp_path), "third"):
        assert json.loads(lock_in(tmp_path).read_text())["run"] == "third"


def test_the_lock_is_released_when_the_run_fails(tmp_path):
    with pytest.raises(ZeroDivisionError), run_lock(str(tmp_path), "first"):
        raise ZeroDivisionError
    assert not lock_in(tmp_path).exists()


def lock_of_a_dead_run(output):
    """The content of a lock whose process is gone without releasing it."""
    script = (
        "import os, sys; from efface.runners.run_lock import run_lock; lock = run_lock(sys.argv[1], 'first');"
        "lock.__enter__(); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", script, str(output)], check=True)
    return json.loads(lock_in(output).read_text())


def put(output, lock):
    lock_in(output).write_text(json.dumps(lock))


def long_ago():
    return (datetime.now(UTC) - timedelta(hours=1)).isoformat()


def take_over(output):
    with run_lock(str(output), "second"):
        assert json.loads(lock_in(output).read_text())["run"] == "second"


def test_the_lock_of_a_killed_process_is_taken_over_at_once(tmp_path):
    lock_of_a_dead_run(tmp_path)
    take_over(tmp_path)


def test_a_restarted_container_goes_on_at_once(tmp_path):
    lock = lock_of_a_dead_run(tmp_path)
    # The same host name and process id, which is now this process.
    put(tmp_path, lock | {"pid": os.getpid()})
    take_over(tmp_path)
    put(tmp_path, lock | {"pid": os.getpid(), "pid_namespace": 1})
    take_over(tmp_path)


def test_a_process_that_nobody_has_waited_for_is_dead(tmp_path):
    with run_lock(str(tmp_path), "first"):
        lock = json.loads(lock_in(tmp_path).read_text())
    zombie = subprocess.Popen(["sleep", "600"])
    started = lock_owner._state_and_start(zombie.pid)[1]
    put(tmp_path, lock | {"pid": zombie.pid, "started": started})
    with pytest.raises(OutputBusyError, match="first"), run_lock(str(tmp_path), "second"):
        pass
    zombie.kill()
    wait_until(lambda: are_gone([zombie.pid]))
    take_over(tmp_path)
    zombie.wait()


def test_the_lock_of_a_living_process_is_never_taken_over(tmp_path):
    with run_lock(str(tmp_path), "first"):
        lock = json.loads(lock_in(tmp_path).read_text())
        for change in ({}, {"heard": long_ago()}, {"pid_namespace": 1}, {"pid_namespace": 1, "heard": long_ago()}):
            put(tmp_path, lock | change)
            with pytest.raises(OutputBusyError, match="first"), run_lock(str(tmp_path), "second"):
                pass


@pytest.mark.parametrize(
    "change", [{"host": "elsewhere"}, {"boot": "another"}, {"boot": ""}, {"pid_namespace": 1, "claim": ""}, {"boot": None}]
)
def test_an_owner_of_whom_nothing_can_be_told_here_is_respected_for_ten_minutes(tmp_path, change):
    lock = lock_of_a_dead_run(tmp_path) | change
    lock = {name: value for name, value in lock.items() if value is not None}  # As earlier versions wrote it.
    put(tmp_path, lock)
    with pytest.raises(OutputBusyError, match=r"first.*10 minutes"), run_lock(str(tmp_path), "second"):
        pass
    put(tmp_path, lock | {"heard": long_ago()})
    take_over(tmp_path)


def test_what_is_no_lock_is_replaced(tmp_path):
    lock_of_a_dead_run(tmp_path)
    for content in ("half a no", "[]", '"x"', "{}"):
        lock_in(tmp_path).write_text(content)
        take_over(tmp_path)


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(run_lock_module, "TIMES", replace(run_lock_module.TIMES, renew_every_sec=0.1, look_every_sec=0.1))


def until_interrupted():
    for _ in range(1200):
        time.sleep(0.1)


def test_a_run_renews_its_lock(tmp_path, quick):
    with run_lock(str(tmp_path), "first"):
        before = lock_in(tmp_path).read_text()
        wait_until(lambda: lock_in(tmp_path).read_text() != before)


@pytest.mark.parametrize("content", ["another", None])
def test_a_run_whose_lock_is_no_longer_its_own_stops_and_leaves_it(tmp_path, quick, content):
    with pytest.raises(LockLostError), run_lock(str(tmp_path), "first"):
        if content:
            storage_of(str(tmp_path)).write(str(lock_in(tmp_path)), b"another", replace=True)
        else:
            lock_in(tmp_path).unlink()
        until_interrupted()
    assert (lock_in(tmp_path).read_text() if content else lock_in(tmp_path).exists()) == (content or False)


def test_a_run_that_cannot_renew_its_lock_stops_before_another_may_take_it_over(tmp_path, monkeypatch):
    assert (
        run_lock_module.TIMES.stop_after_sec + 2 * run_lock_module.TIMES.renew_every_sec <= run_lock_module.TIMES.dead_after_sec
    )
    times = replace(run_lock_module.TIMES, renew_every_sec=0.1, look_every_sec=0.1, stop_after_sec=1.0)
    monkeypatch.setattr(run_lock_module, "TIMES", times)
    with pytest.raises(LockLostError), run_lock(str(tmp_path), "first"), monkeypatch.context() as broken:
        broken.setattr(LocalStorage, "find", lambda *_: 1 / 0)
        until_interrupted()


def test_a_lock_that_is_lost_in_another_thread_is_told_at_the_end(tmp_path, quick):
    def work():
        with run_lock(str(tmp_path), "first"):
            lock_in(tmp_path).unlink()
            time.sleep(2)

    with ThreadPoolExecutor(1) as pool, pytest.raises(LockLostError):
        pool.submit(work).result()


def test_a_storage_that_fails_at_the_end_hides_no_result(tmp_path, monkeypatch):
    with pytest.raises(KeyboardInterrupt), run_lock(str(tmp_path), "first"):
        monkeypatch.setattr(LocalStorage, "find", lambda *_: 1 / 0)
        raise KeyboardInterrupt


def test_an_interruption_releases_the_lock(tmp_path):
    with pytest.raises(KeyboardInterrupt), run_lock(str(tmp_path), "first"):
        raise KeyboardInterrupt
    assert not lock_in(tmp_path).exists()


@pytest.mark.parametrize("place", ["local", "gs"])
def test_one_of_several_runs_takes_over_a_dead_lock(place, tmp_path, request):
    output = str(tmp_path) if place == "local" else request.getfixturevalue("bucket")
    storage_of(output).write(lock_uri(output), b"half a no")
    begun, is_over = threading.Barrier(4), threading.Event()

    def attempt(number):
        begun.wait()
        try:
            with run_lock(output, f"run {number}"):
                is_over.wait(30)
                return True
        except OutputBusyError:
            return False

    with ThreadPoolExecutor(4) as pool:
        tried = [pool.submit(attempt, number) for number in range(4)]
        refused = [one.result() for one in itertools.islice(as_completed(tried), 3)]
        is_over.set()
    assert refused == [False] * 3
    assert sum(one.result() for one in tried) == 1


def test_a_lock_in_a_bucket(bucket):
    with run_lock(bucket, "first"), pytest.raises(OutputBusyError, match="first"), run_lock(bucket, "second"):
        pass
    with run_lock(bucket, "third"):
        pass
