"""The progress line on a terminal and in a log."""

import io

import pytest

from efface.runners.cli import progress
from efface.runners.cli.progress import ProgressLine, format_duration


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def clock(monkeypatch):
    """A function that sets the time in seconds; it is 100 at the start."""
    now_sec = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now_sec[0])
    return lambda sec: now_sec.__setitem__(0, sec)


def test_a_log_gets_a_line_every_ten_seconds_and_at_the_end(clock):
    stream = io.StringIO()
    line = ProgressLine(stream)
    for sec, done in ((101, 20), (105, 30), (109, 40), (111, 120), (112, 200)):
        clock(float(sec))
        line.update(200, 10, done, 1)
    line.close()
    assert stream.getvalue().splitlines() == [
        "20 of 200 done, 1 quarantined, 10.0/s, about 18 s left",
        "120 of 200 done, 1 quarantined, 10.0/s, about 8 s left",
        "200 of 200 done, 1 quarantined, 15.8/s",
    ]


def test_a_terminal_shows_one_line_that_changes(clock):
    stream = Terminal()
    line = ProgressLine(stream)
    for sec, done in ((101, 1), (101.4, 2), (102, 3)):
        clock(float(sec))
        line.update(4, 0, done, 0)
    line.close()
    first, second, third = stream.getvalue().split("\r\033[K")
    assert first == ""
    assert second.startswith("1 of 4 done")
    assert third.startswith("3 of 4 done") and third.endswith("\n")


def test_nothing_is_shown_twice(clock):
    stream = io.StringIO()
    line = ProgressLine(stream)
    for sec in (101, 200, 300):
        clock(float(sec))
        line.update(10, 5, 5, 0)
    assert stream.getvalue() == "5 of 10 done, 0 quarantined, 0.0/s\n"


def test_a_line_that_was_never_shown_is_not_ended():
    stream = Terminal()
    ProgressLine(stream).close()
    assert stream.getvalue() == ""


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (3599, "59 min 59 s"), (3600, "1 h 00 min"), (90_061, "25 h 01 min")],
)
def test_a_duration_is_rounded_to_its_unit(seconds, text):
    assert format_duration(seconds) == text
