from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.core.geometry import Box
from efface.transforms.core.records import Instance, PixelFacts, Source, UltrasoundRegion
from efface.transforms.pixels.tiles import plan_tiles


def instance(frames, regions=()):
    facts = PixelFacts("PixelData", 30, 40, frames, 1, "MONOCHROME2", 8, 8, False) if frames else None
    return Instance("REF", Source("/x", 1, "1"), "1.2", "1.2.3", "1.2.840.10008.1.2.1", "US", facts, regions)


@given(st.lists(st.sampled_from([b"a", b"b", b"c"]), min_size=1, max_size=30))
def test_every_frame_is_in_one_tile_and_equal_frames_share_it(digests):
    tiles = plan_tiles(instance(len(digests)), digests)
    assert sorted(frame for tile in tiles for frame in tile.frames) == list(range(len(digests)))
    assert all(len({digests[frame] for frame in tile.frames}) == 1 for tile in tiles)
    assert len(tiles) == len(set(digests))
    assert [tile.index for tile in tiles] == list(range(len(tiles)))


def test_nothing_is_left_out_because_of_a_region():
    regions = (UltrasoundRegion(Box(10, 10, 20, 20), 1, 1),)
    [tile] = plan_tiles(instance(1, regions), [b""])
    assert tile.box == Box(0, 0, 40, 30)


def test_no_pixels_no_tiles():
    assert plan_tiles(instance(0), []) == ()
