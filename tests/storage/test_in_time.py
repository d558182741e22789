"""A call that is late ends in an error, and one whose bytes arrive goes on."""

import threading

import pytest

from efface.transforms.storage.in_time import in_time


def test_a_result_and_an_error_are_those_of_the_call():
    assert in_time(lambda: 7, 60) == 7
    with pytest.raises(ZeroDivisionError):
        in_time(lambda: 1 // 0, 60)

    def refuse():
        raise TimeoutError("of the client")

    with pytest.raises(TimeoutError, match="of the client"):
        in_time(refuse, 60, lambda: 100)


def test_a_call_without_an_end_is_left():
    never = threading.Event()
    with pytest.raises(TimeoutError):
        in_time(never.wait, 0.1)
    never.set()


def test_a_call_goes_on_while_enough_arrives():
    is_over, looks = threading.Event(), iter(range(10, 1000, 10))

    def received():
        number = next(looks)
        if number == 50:
            is_over.set()
        return number

    assert in_time(is_over.wait, 0.1, received, 10)
    with pytest.raises(TimeoutError):
        in_time(threading.Event().wait, 0.1, lambda: 9, 10)
