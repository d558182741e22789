"""The header may ask for more effort; nothing exempts a frame."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.core.box import Box
from efface.transforms.core.instance import Instance, PixelFacts, Source, UltrasoundRegion
from efface.transforms.core.search_plan import Effort, SearchPlan, Tier
from efface.transforms.pixels.effort import is_suspect, plan_search

CT, US = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.6.1"
WHOLE = Box(0, 0, 640, 480)
FACTS = PixelFacts("PixelData", 480, 640, 1, 1, "MONOCHROME2", 8, 8, False)
SLICE = Instance("R", Source("", 0, ""), CT, "1.2", "1.2.840.10008.1.2.1", "CT", FACTS)


@pytest.mark.parametrize(
    "told",
    [
        {"is_marked": True},
        {"sop_class_uid": US},
        {"sop_class_uid": "1.2.840.10008.5.1.4.1.1.7"},
        {"modality": "OT"},
        {"image_type": ("DERIVED", "SECONDARY", "SCREEN SAVE")},
        {"image_type": ("ORIGINAL", "SECONDARY")},
    ],
)
def test_the_header_raises_the_effort(told: dict) -> None:
    assert not is_suspect(SLICE)
    assert is_suspect(replace(SLICE, **told))
    assert plan_search(replace(SLICE, **told), "auto", 0.0, "full") == SearchPlan()


efforts, insides = st.sampled_from(["auto", "full", "prefilter"]), st.sampled_from(["full", "prefilter"])


@given(efforts, st.floats(0, 1), insides, st.booleans(), st.sampled_from([CT, US]), st.floats(0, 1))
def test_every_part_of_every_frame_is_looked_at(
    effort: str, share: float, inside: str, is_marked: bool, sop_class_uid: str, draw: float
) -> None:
    region = UltrasoundRegion(Box(100, 50, 700, 400), 1, 1)
    instance = replace(SLICE, is_marked=is_marked, sop_class_uid=sop_class_uid, regions=(region,), draw=draw)
    look = plan_search(instance, effort, share, inside)
    if look.effort is Effort.PREFILTER:
        assert (look.tier, look.prefiltered) == (Tier.SAMPLED, (WHOLE,))
    else:
        assert look.prefiltered in ((), (Box(100, 50, 640, 400),))
    assert all(box == box.clip(640, 480) and box.area_px for box in look.prefiltered)


def test_the_sampled_tier_is_read_in_full_at_its_rate() -> None:
    looks = [plan_search(replace(SLICE, draw=number / 1000), "auto", 0.05, "full") for number in range(1000)]
    assert {look.tier for look in looks} == {Tier.SAMPLED}
    assert sum(look.effort is Effort.FULL for look in looks) == 50


def test_inside_of_ultrasound_regions_a_glance_may_do_and_outside_it_never_does() -> None:
    regions = (UltrasoundRegion(Box(0, 100, 640, 480), 1, 1), UltrasoundRegion(Box(900, 0, 950, 10), 1, 1))
    instance = replace(SLICE, sop_class_uid=US, regions=regions)
    assert plan_search(instance, "auto", 0.0, "prefilter") == SearchPlan(prefiltered=(Box(0, 100, 640, 480),))
    assert plan_search(instance, "auto", 0.0, "full") == SearchPlan()
