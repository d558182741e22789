from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.core.box import Box
from efface.transforms.core.errors import TextDetectionError
from efface.transforms.core.instance import Instance, OverlayPlane, PixelFacts, Source, UltrasoundRegion
from efface.transforms.core.search_plan import Projection
from efface.transforms.core.voi import GreyscaleTransform, LookupTable, Rescale, Window
from efface.transforms.pixels.tiles import plan_overlay_tiles, plan_tiles


def instance(frames, regions=()):
    facts = PixelFacts("PixelData", 30, 40, frames, 1, "MONOCHROME2", 8, 8, False) if frames else None
    return Instance("REF", Source("/x", 1, "1"), "1.2", "1.2.3", "1.2.840.10008.1.2.1", "US", facts, regions)


def show(frame):
    return np.full((30, 40), frame, np.uint8)


digests = st.lists(st.sampled_from([bytes([value]) for value in range(12)]), min_size=1, max_size=30)


@given(digests)
def test_frame_by_frame_each_frame_has_one_tile_shared_by_equal_frames(digests):
    tiles = plan_tiles(instance(len(digests)), digests, show, "every_frame")
    assert sorted(frame for tile in tiles for frame in tile.frames) == list(range(len(digests)))
    assert all(len({digests[frame] for frame in tile.frames}) == 1 for tile in tiles)
    assert all(tile.projection is Projection.NONE and len(tile.source_frames) == 1 for tile in tiles)
    assert len(tiles) == len(set(digests))
    assert [tile.index for tile in tiles] == list(range(len(tiles)))


@given(digests, st.sampled_from(["windows", "clip"]))
def test_every_frame_is_in_a_tile_that_holds_for_it(digests, cine):
    tiles = plan_tiles(instance(len(digests)), digests, show, cine)
    shown_by = {
        digest
        for tile in tiles
        if tile.projection is not Projection.MEDIAN
        for digest in (digests[f] for f in tile.source_frames)
    }
    assert shown_by == set(digests)
    assert all(set(tile.source_frames) <= set(tile.frames) for tile in tiles)
    assert len(tiles) <= len(set(digests))
    if cine == "clip":
        assert all(tile.frames == tuple(range(len(digests))) for tile in tiles)


@pytest.mark.parametrize("cine", ["windows", "clip", "every_frame"])
def test_no_region_exempts_a_part_of_a_frame(cine):
    regions = (UltrasoundRegion(Box(10, 10, 20, 20), 1, 1),)
    [tile] = plan_tiles(instance(1, regions), [b""], show, cine)
    assert tile.box == Box(0, 0, 40, 30)


def test_too_large_pictures_are_refused_before_a_frame_is_decoded():
    facts = PixelFacts("PixelData", 65_535, 65_535, 8, 1, "MONOCHROME2", 8, 8, False)
    huge = replace(instance(8), pixels=facts, overlays=(OverlayPlane(0x6000, 65_535, 65_535, 1),))

    def show_nothing(frame):
        raise AssertionError(frame)

    with pytest.raises(TextDetectionError):
        plan_tiles(huge, [bytes([index]) for index in range(8)], show_nothing)
    with pytest.raises(TextDetectionError):
        plan_overlay_tiles(huge, 0)


def test_an_instance_without_pixels_has_no_tiles():
    assert plan_tiles(instance(0), [], show) == ()


transforms = st.sampled_from(
    [
        (),
        (GreyscaleTransform(Rescale(), Window(0, 5)),),
        (GreyscaleTransform(Rescale(), Window(3, 9)), GreyscaleTransform(Rescale(), Window(0, 5))),
        (GreyscaleTransform(Rescale(), LookupTable(0, bytes([0, 0, 9, 0, 0, 0]))),),
    ]
)


@given(st.lists(st.tuples(st.sampled_from([bytes([value]) for value in range(12)]), transforms), min_size=1, max_size=30))
def test_only_frames_with_the_same_transforms_are_projected(frames):
    digests, transforms = ([frame[place] for frame in frames] for place in (0, 1))
    tiles = plan_tiles(instance(len(frames)), digests, show, transforms=transforms.__getitem__)
    assert all(len({transforms[frame] for frame in tile.source_frames}) == 1 for tile in tiles)
    read = {frames[frame] for tile in tiles if tile.projection is not Projection.MEDIAN for frame in tile.source_frames}
    assert read == set(frames)
    for tile in tiles:
        if tile.projection is Projection.NONE:
            assert {digests[frame] for frame in tile.frames} == {digests[tile.source_frames[0]]}
            assert len(tile.frames) == digests.count(digests[tile.source_frames[0]])
        if not all(one.is_monotone for one in transforms[tile.source_frames[0]]):
            assert tile.projection is Projection.NONE
    assert [tile.index for tile in tiles] == list(range(len(tiles)))
