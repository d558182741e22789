"""Large instances take turns, whichever processes work on them."""

from __future__ import annotations

import multiprocessing
from multiprocessing.synchronize import Event

import pytest

from efface.transforms.core import memory_share
from efface.transforms.core.memory_share import BUDGET_VARIABLE, LIMITS, budget_bytes, share_of_memory

UNIT = LIMITS.unit_bytes
LARGE = 2 * UNIT
WAIT_SEC = 60


@pytest.fixture(autouse=True)
def room_for_three_units(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv(BUDGET_VARIABLE, str(3 * UNIT // 1_000_000 + 1))


def _hold(size_bytes: int, has_it: Event, may_end: Event) -> None:
    with share_of_memory(size_bytes):
        has_it.set()
        may_end.wait(WAIT_SEC)


class Holder:
    """Another process that holds a share until it is told to end."""

    def __init__(self, size_bytes: int) -> None:
        context = multiprocessing.get_context("fork")
        self.has_it, self.may_end = context.Event(), context.Event()
        self.process = context.Process(target=_hold, args=(size_bytes, self.has_it, self.may_end))
        self.process.start()

    def __enter__(self) -> Holder:
        return self

    def __exit__(self, *about: object) -> None:
        if self.process.is_alive():  # An event waits for every process that waits for it.
            self.may_end.set()
        self.process.join(WAIT_SEC)


def test_what_does_not_fit_beside_another_waits_for_its_end():
    with Holder(LARGE) as first, Holder(LARGE) as second:
        holders = [first, second]
        while not any(holder.has_it.wait(0.01) for holder in holders):
            pass
        [has_it] = [holder for holder in holders if holder.has_it.is_set()]
        [waits] = [holder for holder in holders if holder is not has_it]
        assert not waits.has_it.wait(1)
        has_it.may_end.set()
        assert waits.has_it.wait(WAIT_SEC)


def test_what_fits_beside_another_does_not_wait(monkeypatch):
    monkeypatch.setenv(BUDGET_VARIABLE, str(4 * UNIT // 1_000_000 + 1))
    with Holder(LARGE) as first:
        assert first.has_it.wait(WAIT_SEC)
        with share_of_memory(LARGE):
            assert first.process.is_alive()


def test_a_process_that_is_killed_gives_its_share_back():
    with Holder(3 * UNIT) as first:
        assert first.has_it.wait(WAIT_SEC)
        assert first.process.pid is not None
        first.process.kill()
        first.process.join(WAIT_SEC)
        with share_of_memory(3 * UNIT):
            pass


def test_more_than_all_is_all():
    with share_of_memory(100 * UNIT):
        pass


def test_the_budget_is_given_or_a_part_of_the_memory(monkeypatch):
    monkeypatch.setenv(BUDGET_VARIABLE, "512")
    assert budget_bytes() == 512_000_000
    monkeypatch.delenv(BUDGET_VARIABLE)
    assert 0 < budget_bytes() <= memory_share._machine_bytes()


def test_without_a_place_for_locks_nothing_waits(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    with share_of_memory(100 * UNIT):
        pass
