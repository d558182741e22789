"""Objects that are read at the same time come in order."""

import threading

import pytest

from efface.transforms.storage.parallel import in_parallel


def test_results_are_in_order_and_several_are_worked_on_at_once():
    together = threading.Barrier(2, timeout=60)

    def read(number: int) -> int:
        if number in (3, 4):
            together.wait()
        return -number

    assert list(in_parallel(read, range(200))) == [-number for number in range(200)]
    assert list(in_parallel(read, [])) == []


def test_an_error_stands_where_its_result_would():
    results = in_parallel(lambda number: 1 // number, [1, 1, 0, 1])
    assert [next(results), next(results)] == [1, 1]
    with pytest.raises(ZeroDivisionError):
        next(results)
    with pytest.raises(StopIteration):
        next(results)


def test_few_results_wait_for_a_reader_who_takes_his_time():
    asked = []
    results = in_parallel(asked.append, range(1000))
    next(results)
    assert len(asked) < 100
    results.close()
