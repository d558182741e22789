"""The header can raise the effort; no Frame is exempt."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.core.box import Box
from efface.transforms.core.instance import Instance, PixelFacts, Source, UltrasoundRegion
from efface.transforms.core.search_plan import Effort, SearchPlan, Tier
from efface.transforms.pixels.effort import expects_text, plan_search

CT, US = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.6.1"
WHOLE = Box(0, 0, 640, 480)
FACTS = PixelFacts("PixelData", 480, 640, 1, 1, "MONOCHROME2", 8, 8, False)
SLICE = Instance("R", Source("", 0, ""), CT, "1.2", "1.2.840.10008.1.2.1", "CT", FACTS)


@pytest.mark.parametrize(
    "facts",
    [
        {"has_burned_in_annotation": True},
        {"sop_class_uid": US},
        {"sop_class_uid": "1.2.840.10008.5.1.4.1.1.7"},
        {"modality": "OT"},
        {"image_type": ("DERIVED", "SECONDARY", "SCREEN SAVE")},
        {"image_type": ("ORIGINAL", "SECONDARY")},
    ],
)
def test_the_header_raises_the_effort(facts: dict) -> None:
    assert not expects_text(SLICE)
    assert expects_text(replace(SLICE, **facts))
    assert plan_search(replace(SLICE, **facts), "auto", 0.0, "full") == SearchPlan()


efforts, insides = st.sampled_from(["auto", "full", "sampled"]), st.sampled_from(["full", "prefilter"])


@given(efforts, st.floats(0, 1), insides, st.booleans(), st.sampled_from([CT, US]), st.floats(0, 1))
def test_every_part_of_every_frame_is_searched(
    effort: str, share: float, inside: str, has_burned_in_annotation: bool, sop_class_uid: str, draw: float
) -> None:
    region = UltrasoundRegion(Box(100, 50, 700, 400), 1, 1)
    instance = replace(
        SLICE, has_burned_in_annotation=has_burned_in_annotation, sop_class_uid=sop_class_uid, regions=(region,), draw=draw
    )
    search = plan_search(instance, effort, share, inside)
    if search.effort is Effort.PREFILTER:
        assert (search.tier, search.prefiltered) == (Tier.SAMPLED, (WHOLE,))
    else:
        assert search.prefiltered in ((), (Box(100, 50, 640, 400),))
    assert all(box == box.clip(640, 480) and box.area_px for box in search.prefiltered)


def test_the_sampled_tier_is_read_in_full_at_its_rate() -> None:
    searches = [plan_search(replace(SLICE, draw=number / 1000), "auto", 0.05, "full") for number in range(1000)]
    assert {search.tier for search in searches} == {Tier.SAMPLED}
    assert sum(search.effort is Effort.FULL for search in searches) == 50


def test_inside_of_ultrasound_regions_the_prefilter_may_decide_and_never_outside() -> None:
    regions = (UltrasoundRegion(Box(0, 100, 640, 480), 1, 1), UltrasoundRegion(Box(900, 0, 950, 10), 1, 1))
    instance = replace(SLICE, sop_class_uid=US, regions=regions)
    assert plan_search(instance, "auto", 0.0, "prefilter") == SearchPlan(prefiltered=(Box(0, 100, 640, 480),))
    assert plan_search(instance, "auto", 0.0, "full") == SearchPlan()
