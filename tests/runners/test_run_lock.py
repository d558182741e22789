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


def note_in(output):
    return Path(output, "audit", "runs", "running.json")


def test_the_second_run_is_told_who_is_at_work(tmp_path):
    with run_lock(str(tmp_path), "first"), pytest.raises(OutputBusyError, match="first"), run_lock(str(tmp_path), "second"):
        pass
    assert not note_in(tmp_path).exists()
    with run_lock(str(tmp_path), "third"):
        assert json.loads(note_in(tmp_path).read_text())["run"] == "third"


def test_it_is_let_go_when_the_run_breaks(tmp_path):
    with pytest.raises(ZeroDivisionError), run_lock(str(tmp_path), "first"):
        raise ZeroDivisionError
    assert not note_in(tmp_path).exists()


@pytest.mark.parametrize("change", [{"pid": "dead"}, {"host": "elsewhere", "heard": "long ago"}, None])
def test_a_dead_run_is_taken_over(tmp_path, change):
    with run_lock(str(tmp_path), "first"):
        note = json.loads(note_in(tmp_path).read_text())
    if change is not None:
        dead = subprocess.run(
            [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True
        )
        old = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
        note |= {name: {"dead": int(dead.stdout), "long ago": old}.get(value, value) for name, value in change.items()}
    note_in(tmp_path).write_text(json.dumps(note) if change else "half a no")
    with run_lock(str(tmp_path), "second"):
        assert json.loads(note_in(tmp_path).read_text())["run"] == "second"


def test_a_silent_run_elsewhere_is_believed_for_a_while(tmp_path):
    with run_lock(str(tmp_path), "first"):
        note = json.loads(note_in(tmp_path).read_text())
    note_in(tmp_path).write_text(json.dumps(note | {"host": "elsewhere", "pid": 1}))
    with pytest.raises(OutputBusyError, match="first"), run_lock(str(tmp_path), "second"):
        pass


@pytest.mark.parametrize("place", ["local", "gs"])
def test_of_several_who_take_over_a_dead_run_one_does(place, tmp_path, request):
    output = str(tmp_path) if place == "local" else request.getfixturevalue("bucket")
    storage_of(output).write(lock_uri(output), b"half a no")
    begun, over = threading.Barrier(4), threading.Event()

    def attempt(number):
        begun.wait()
        try:
            with run_lock(output, f"run {number}"):
                over.wait(30)
                return True
        except OutputBusyError:
            return False

    with ThreadPoolExecutor(4) as pool:
        tried = [pool.submit(attempt, number) for number in range(4)]
        refused = [one.result() for one in itertools.islice(as_completed(tried), 3)]
        over.set()
    assert refused == [False] * 3
    assert sum(one.result() for one in tried) == 1


def test_it_holds_in_a_bucket_as_well(bucket):
    with run_lock(bucket, "first"), pytest.raises(OutputBusyError, match="first"), run_lock(bucket, "second"):
        pass
    with run_lock(bucket, "third"):
        pass
