"""The lock of an output."""

import itertools
import json
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from efface.runners.run_lock import OutputBusyError, run_lock
from efface.transforms.audit.layout import lock_uri
from efface.transforms.storage import storage_of


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


@pytest.mark.parametrize("change", [{"pid": "dead"}, {"host": "elsewhere", "heard": "long ago"}, None])
def test_the_lock_of_a_dead_run_is_taken_over(tmp_path, change):
    with run_lock(str(tmp_path), "first"):
        lock = json.loads(lock_in(tmp_path).read_text())
    if change is not None:
        dead = subprocess.run(
            [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True
        )
        old = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
        lock |= {name: {"dead": int(dead.stdout), "long ago": old}.get(value, value) for name, value in change.items()}
    lock_in(tmp_path).write_text(json.dumps(lock) if change else "half a no")
    with run_lock(str(tmp_path), "second"):
        assert json.loads(lock_in(tmp_path).read_text())["run"] == "second"


def test_the_lock_of_another_machine_is_respected_for_ten_minutes(tmp_path):
    with run_lock(str(tmp_path), "first"):
        lock = json.loads(lock_in(tmp_path).read_text())
    lock_in(tmp_path).write_text(json.dumps(lock | {"host": "elsewhere", "pid": 1}))
    with pytest.raises(OutputBusyError, match="first"), run_lock(str(tmp_path), "second"):
        pass


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
