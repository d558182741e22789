"""The sample is drawn by the key, from every stratum, and bounds what it says it bounds."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from efface.pipeline.certify.intervals import images_needed
from efface.pipeline.review.gallery import Entry
from efface.pipeline.review.sampling import bound_reached, draw_images
from efface.transforms.core.pseudonyms import Pseudonyms

KEY = Pseudonyms(b"k" * 32)


def entries(counts):
    """So many images of each modality, and one instance without a picture and one source in quarantine."""
    images = [
        Entry(f"{modality}{number}", "path", f"2.25.{modality}{number}", modality=str(modality), frames=1)
        for modality, count in enumerate(counts)
        for number in range(count)
    ]
    return [Entry("q", code="structure"), *images, Entry("sr", "path", "2.25.9", modality="SR")]


@given(st.floats(0.001, 0.5))
def test_no_miss_among_the_images_needed_shows_the_bound_and_one_image_fewer_does_not(bound):
    needed = images_needed(bound)
    assert (1 - bound) ** needed <= 0.05 * (1 + 1e-9)
    assert (1 - bound) ** (needed - 1) > 0.05 * (1 - 1e-9)
    assert needed <= 3 / bound + 1


@given(st.lists(st.integers(1, 40), min_size=1, max_size=6), st.floats(0.02, 0.5))
def test_every_stratum_is_drawn_from_and_the_whole_sample_shows_the_bound(counts, bound):
    all_of_them = entries(counts)
    drawn = draw_images(all_of_them, bound, KEY)
    assert {all_of_them[number].modality for number in drawn} == {str(modality) for modality in range(len(counts))}
    assert all(all_of_them[number].frames for number in drawn)
    reached = bound_reached(all_of_them, drawn, 0)
    assert reached.counted >= min(images_needed(bound), sum(counts))
    assert reached.upper_share <= bound + 1e-9


def test_a_sample_is_the_same_each_time_grows_with_the_bound_and_needs_the_key():
    all_of_them = entries([300, 20])
    coarse, fine = draw_images(all_of_them, 0.1, KEY), draw_images(all_of_them, 0.05, KEY)
    assert coarse == draw_images(all_of_them, 0.1, KEY)
    assert set(coarse) < set(fine)
    assert coarse != draw_images(all_of_them, 0.1, Pseudonyms(b"l" * 32))


def test_a_stratum_that_nobody_looked_at_leaves_no_bound():
    all_of_them = entries([50, 50])
    of_the_first = [number for number in draw_images(all_of_them, 0.1, KEY) if all_of_them[number].modality == "0"]
    assert bound_reached(all_of_them, of_the_first, 0).upper_share == 1.0


def test_all_images_looked_at_leave_no_doubt():
    all_of_them = entries([6, 4])
    seen = draw_images(all_of_them, 0.001, KEY)
    assert bound_reached(all_of_them, seen, 1).upper_share == 0.1


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=2, max_size=2), st.integers(0, 10_000))
def test_the_bound_holds_in_19_of_20_samples_whatever_the_strata_are_like(missed, seed):
    """Drawn at random instead of by the key: the share of samples whose bound is too low."""
    all_of_them = entries([120, 30])
    strata = [[n for n, entry in enumerate(all_of_them) if entry.modality == str(number)] for number in (0, 1)]
    wrong = {number for stratum, count in zip(strata, missed, strict=True) for number in stratum[:count]}
    needed, dice, too_low, tries = images_needed(0.1), np.random.default_rng(seed), 0, 300
    for _ in range(tries):
        drawn = [int(n) for stratum in strata for n in dice.permutation(stratum)[: -(-needed * len(stratum) // 150)]]
        found = bound_reached(all_of_them, set(drawn), sum(number in wrong for number in drawn))
        too_low += found.upper_share < len(wrong) / 150
    assert too_low <= tries * 0.05 + 4 * (tries * 0.05 * 0.95) ** 0.5


def test_a_bound_is_a_share():
    for bound in (0.0, 1.0, 3.0):
        with pytest.raises(ValueError, match="between 0 and 1"):
            images_needed(bound)


def test_nothing_is_drawn_where_there_is_no_image():
    assert draw_images([Entry("q", code="structure")], 0.1, KEY) == []
    assert dataclasses.asdict(bound_reached([], [], 0))["upper_share"] == 1.0
