import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from efface.pipeline.certify.intervals import at_least, at_most, share_of
from efface.pipeline.certify.tables import count_shares, table


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    [  # Clopper and Pearson at 95 %, from published tables.
        (0, 10, 0.0, 0.3085),
        (10, 10, 0.6915, 1.0),
        (1, 20, 0.0013, 0.2487),
        (5, 10, 0.1871, 0.8129),
        (81, 263, 0.2527, 0.3676),
    ],
)
def test_known_intervals(hits, count, low, high):
    share = share_of(hits, count)
    assert (share.low, share.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


@given(
    st.integers(1, 400).flatmap(lambda count: st.tuples(st.integers(0, count), st.just(count))),
    st.sampled_from([0.9, 0.95, 0.99]),
)
def test_as_scipy_has_it(counted, confidence):
    hits, count = counted
    share, expected = share_of(hits, count, confidence), binomtest(hits, count).proportion_ci(confidence)
    assert (share.low, share.high) == (pytest.approx(expected.low, abs=1e-9), pytest.approx(expected.high, abs=1e-9))


@given(st.integers(1, 200), st.integers(0, 200), st.floats(0, 1))
def test_the_tails_are_the_whole(count, hits, share):
    hits = min(hits, count - 1)
    assert math.isclose(at_most(hits, count, share) + at_least(hits + 1, count, share), 1, abs_tol=1e-9)


def test_nothing_counted_says_nothing():
    share = share_of(0, 0)
    assert (share.low, share.high) == (0, 1)
    assert math.isnan(share.value)


@pytest.mark.parametrize(("hits", "count"), [(2, 1), (-1, 1)])
def test_impossible_counts_are_refused(hits, count):
    with pytest.raises(ValueError, match="hits"):
        share_of(hits, count)


def test_a_table_has_a_row_for_each_kind_in_their_order():
    shares = count_shares([("b", True), ("a", False), ("b", False)])
    assert [row.split(" | ")[0] for row in table("kind", shares).splitlines()] == [
        "| kind",
        "|---|---|---|---|---|",
        "| b",
        "| a",
    ]
    assert "| b | 1 | 2 | 50.00% |" in table("kind", shares)
