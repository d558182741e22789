"""The progress of a run on a terminal and in a log."""

import io
import os
from pathlib import Path

import pytest
import tqdm.std

from efface.runners.cli.progress import ProgressDisplay
from efface.runners.phases import Phase


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def clock(monkeypatch):
    """A function that sets the time in seconds; it is 100 at the start."""
    now_sec = [100.0]
    monkeypatch.setattr(tqdm.std, "time", lambda: now_sec[0])
    return lambda sec: now_sec.__setitem__(0, sec)


def test_a_log_gets_a_line_for_each_phase_and_now_and_then_one_with_the_time_left(clock):
    stream = io.StringIO()
    with ProgressDisplay(stream) as display:
        display.begin(Phase.STARTING)
        clock(105.0)
        display.tick()
        display.begin(Phase.DEIDENTIFYING, 200, 10)
        for sec, done in ((106, 20), (107, 30), (115, 110), (120, 200)):
            clock(float(sec))
            display.show(done, 1)
            if done in (20, 110):
                display.tick()
        display.begin(Phase.FINALIZING)
    assert stream.getvalue().splitlines() == [
        "starting the workers and loading the models",
        "de-identifying: 20 of 200 done, 1 quarantined, 10.0/s, 00:18 left",
        "de-identifying: 110 of 200 done, 1 quarantined, 10.0/s, 00:09 left",
        "de-identifying: 200 of 200 done, 1 quarantined, 12.7/s",
        "finalizing",
    ]


def test_time_is_only_counted_from_the_first_worker_on(clock):
    stream = io.StringIO()
    with ProgressDisplay(stream) as display:
        display.begin(Phase.STARTING)
        clock(500.0)
        display.begin(Phase.DEIDENTIFYING, 4)
        clock(501.0)
        display.show(2, 0)
        display.tick()
        clock(502.0)
    assert "2 of 4 done, 0 quarantined, 2.0/s, 00:01 left\n" in stream.getvalue()


def test_a_log_without_progress_says_nothing_about_rate_and_nothing_twice(clock):
    stream = io.StringIO()
    with ProgressDisplay(stream) as display:
        display.begin(Phase.DEIDENTIFYING, 10, 5)
        for sec in (110, 120, 130):
            clock(float(sec))
            display.show(5, 0)
            display.tick()
    assert stream.getvalue() == "de-identifying: 5 of 10 done, 0 quarantined\n"


def test_a_log_names_a_quick_phase_only_when_it_lasts():
    stream = io.StringIO()
    with ProgressDisplay(stream) as display:
        display.begin(Phase.LISTING)
        display.begin(Phase.HISTORY)
        display.tick()
        display.tick()
    assert stream.getvalue() == "reading the history\n"


def test_a_terminal_shows_one_line_and_clears_it(clock):
    stream = Terminal()
    with ProgressDisplay(stream) as display:
        display.begin(Phase.STARTING)
        clock(103.0)
        display.tick()
        display.begin(Phase.DEIDENTIFYING, 4)
        clock(105.0)
        display.show(3, 1)
    lines = stream.getvalue().split("\r")
    assert "\n" not in stream.getvalue()
    assert "starting the workers and loading the models [00:03]" in lines
    [counted] = {line for line in lines if "3 of 4" in line}
    assert counted.startswith("de-identifying:  75%|")
    assert counted.endswith("| 3 of 4, 1 quarantined [00:02, 00:00 left]")
    assert not lines[-1].strip()


def test_a_terminal_without_a_size_shows_the_line_too():
    """Such as one that a container has."""
    ours, theirs = os.openpty()
    with os.fdopen(theirs, "w") as stream, ProgressDisplay(stream) as display:
        display.begin(Phase.STARTING)
    shown = os.read(ours, 1000).decode()
    os.close(ours)
    assert "starting the workers and loading the models [00:00]" in shown


def test_work_that_went_back_to_the_queue_is_not_done(clock):
    stream = io.StringIO()
    with ProgressDisplay(stream) as display:
        display.begin(Phase.DEIDENTIFYING, 10)
        clock(101.0)
        display.show(8, 0)
        display.show(4, 0)
    assert stream.getvalue() == "de-identifying: 4 of 10 done, 0 quarantined, 4.0/s, 00:01 left\n"


def test_a_log_that_cannot_be_written_does_not_end_the_run():
    with Path("/dev/full").open("w", encoding="utf-8") as stream:
        with ProgressDisplay(stream) as display:
            display.begin(Phase.STARTING)
            display.tell("a message")
            display.begin(Phase.DEIDENTIFYING, 2, 0)
            display.show(1, 0)
            display.tick()
        stream.flush()  # As Python does when it ends, with an exit code of its own where that fails.


def test_a_terminal_that_is_gone_does_not_end_the_run():
    ours, theirs = os.openpty()
    with os.fdopen(theirs, "w", encoding="utf-8") as stream, ProgressDisplay(stream) as display:
        display.begin(Phase.DEIDENTIFYING, 2, 0)
        os.close(ours)
        display.tick()
        display.show(2, 0)
