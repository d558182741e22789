"""Signals, and the loss of the lock, while workers are in the middle of a batch: with the command's own processes."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from efface.runners.cli.exit_codes import MEANINGS, ExitCode
from efface.runners.cli.signals import Interrupted, signals_interrupt
from efface.transforms.storage import storage_of
from support.processes import are_gone, wait_until
from support.samples import sample

COMMAND = """
import dataclasses, signal, sys
from efface.runners import run_lock
from efface.runners.cli.main import main
from efface.runners.direct import run
from support.worker_processes import running_others

run_lock.TIMES = dataclasses.replace(run_lock.TIMES, renew_every_sec=1.0)
run.run_worker = running_others
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # The tests may run under `nohup`, and in the background of a shell.
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def command(tmp_path, key_file):
    """`efface run` whose worker is stuck and has started another process, and the ids of these two."""
    source, policy = tmp_path / "source", tmp_path / "policy.yaml"
    source.write_bytes(sample("CT_small.dcm"))
    policy.write_text("pixels: none\n")
    arguments = ["run", f"--input={source}", f"--output={tmp_path / 'out'}", f"--key-file={key_file}", f"--policy={policy}"]
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, *arguments],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_until(lambda: source.read_bytes().endswith(b"\n") or process.poll() is not None)
        yield process, [int(pid) for pid in source.read_text().split()]
    finally:
        process.kill()
        process.wait()


def lock_in(folder):
    return folder / "out" / "audit" / "runs" / "running.json"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (signal.SIGTERM, ExitCode.TERMINATED),
        (signal.SIGINT, ExitCode.INTERRUPTED),
        (signal.SIGHUP, ExitCode.HUNG_UP),
    ],
)
def test_a_signal_ends_the_workers_and_releases_the_lock(command, tmp_path, number, code):
    process, workers = command
    assert lock_in(tmp_path).exists()
    process.send_signal(number)
    process.send_signal(number)  # `timeout` sends two.
    _, error = process.communicate()
    assert process.returncode == code == 128 + number
    assert error.splitlines()[-1] == f"efface: {MEANINGS[code]}"
    assert "Traceback" not in error
    wait_until(lambda: are_gone(workers))
    assert not lock_in(tmp_path).exists()


def test_a_run_that_lost_its_lock_ends_its_workers_and_has_an_exit_code_of_its_own(command, tmp_path):
    process, workers = command
    lock = lock_in(tmp_path)
    other = json.dumps({**json.loads(lock.read_text()), "run": "another"}).encode()
    storage_of(str(lock)).write(str(lock), other, replace=True)
    _, error = process.communicate()
    assert process.returncode == ExitCode.LOCK_LOST
    assert "no longer has the lock" in error.splitlines()[-1]
    assert "Traceback" not in error
    wait_until(lambda: are_gone(workers))
    assert lock.read_bytes() == other
    assert not (tmp_path / "out" / "instances").exists()


def test_a_killed_run_leaves_a_lock_that_the_next_one_takes_over(command, tmp_path, key_file):
    process, workers = command
    process.kill()
    process.wait()
    wait_until(lambda: are_gone(workers))
    assert lock_in(tmp_path).exists()
    (tmp_path / "source").write_bytes(sample("CT_small.dcm"))
    arguments = [f"--input={tmp_path / 'source'}", f"--output={tmp_path / 'out'}", f"--key-file={key_file}"]
    again = [sys.executable, "-m", "efface.runners.cli.main", "run", *arguments, f"--policy={tmp_path / 'policy.yaml'}"]
    assert subprocess.run(again, check=False).returncode == ExitCode.OK
    assert not lock_in(tmp_path).exists()


def test_a_signal_that_was_ignored_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with signals_interrupt():
            signal.raise_signal(signal.SIGHUP)
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_handlers_are_as_before_after_a_command():
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(Interrupted) as caught, signals_interrupt():
        signal.raise_signal(signal.SIGTERM)
    assert caught.value.number == signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_command_in_another_thread_leaves_signals_alone():
    seen = []

    def work():
        with signals_interrupt():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [signal.getsignal(signal.SIGTERM)]
