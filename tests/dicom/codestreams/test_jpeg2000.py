import struct

import numpy as np
import pytest

from efface.transforms.core.errors import EffaceError, FrameDecodeError, HiddenBytesError, PixelLayoutError
from efface.transforms.dicom.codestreams.jpeg2000 import precision, strip
from support.codestreams import HTJ2K, TOKEN, is_shown_alike, jpeg_2000, picture, places, segment, shown_by_pillow

FRAMES = {
    "colour": jpeg_2000(),
    "grey": jpeg_2000(1),
    "16 bit": jpeg_2000(1, np.uint16),
    "lossy": jpeg_2000(irreversible=True, quality_layers=(20, 5)),
    "tiles": jpeg_2000(tile_size=(32, 32), num_resolutions=3),
    "packet lengths": jpeg_2000(1, tile_size=(32, 32), plt=True),
    "precincts": jpeg_2000(1, precinct_size=(32, 32), progression="RPCL"),
    "high throughput": HTJ2K,
}
SOT, SOD, COMMENT, SIZE, TILE_LENGTHS, PACKET_LENGTHS = 0x90, 0x93, 0x64, 0x51, 0x55, 0x58


def inserted(frame, offset, foreign):
    """The Frame with foreign bytes. The length of a tile-part includes those inside of it."""
    for marker, start, _ in places(frame):
        if marker == SOT:
            length = int.from_bytes(frame[start + 6 : start + 10], "big")
            if start + 12 <= offset < start + length:
                new_length = (length + len(foreign)).to_bytes(4, "big")
                return frame[: start + 6] + new_length + frame[start + 10 : offset] + foreign + frame[offset:]
    return frame[:offset] + foreign + frame[offset:]


def header_places(frame, *without):
    """The offsets of marker segments in the headers of the Frame and its tile-parts, without the first."""
    return [start for marker, start, _ in places(frame) if marker not in (0, SIZE, 0xD9, *without)]


def starts_of_tile_parts(frame):
    return [start for marker, start, _ in places(frame) if marker == SOT]


def with_longer_tile_part(frame, start):
    """The Frame with the token behind the packets of the tile-part at `start`."""
    length = int.from_bytes(frame[start + 6 : start + 10], "big")
    new_length = (length + len(TOKEN)).to_bytes(4, "big")
    return frame[: start + 6] + new_length + frame[start + 10 : start + length] + TOKEN + frame[start + length :]


def with_tile_lengths(frame, form=">BI"):
    """The Frame with a TLM segment."""
    starts = starts_of_tile_parts(frame)
    lengths = [int.from_bytes(frame[start + 6 : start + 10], "big") for start in starts]
    content = b"\0" + (b"\x50" if form == ">BI" else b"\x10")
    content += b"".join(struct.pack(form, index, length) for index, length in enumerate(lengths))
    return frame[: starts[0]] + segment(TILE_LENGTHS, content) + frame[starts[0] :]


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.parametrize("tail", [b"", b"\0"])
def test_a_frame_of_an_encoder_is_returned_as_the_same_object(name, tail):
    frame = FRAMES[name] + tail
    assert strip(frame) is frame


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.parametrize(
    "foreign", [segment(COMMENT, b"\0\1" + TOKEN), segment(0x63, TOKEN), segment(0x80, TOKEN), b"\xff\x30"]
)
def test_comments_and_unknown_segments_are_removed_from_every_header(name, foreign):
    frame = FRAMES[name]
    for offset in header_places(frame):
        altered = inserted(frame, offset, foreign)
        assert strip(altered) == frame
    assert is_shown_alike("jpeg_2000", altered, frame)


@pytest.mark.parametrize("name", FRAMES)
def test_bytes_at_the_end_of_a_segment_are_removed(name):
    frame = FRAMES[name]
    for marker, start, end in places(frame):
        if marker in (0, SOT, SOD, 0xD9):
            continue
        altered = inserted(frame, end, TOKEN)
        altered = altered[: start + 2] + (end - start - 2 + len(TOKEN)).to_bytes(2, "big") + altered[start + 4 :]
        stripped = strip(altered)
        assert TOKEN not in stripped
        assert is_shown_alike("jpeg_2000", frame, stripped)


@pytest.mark.parametrize("name", FRAMES)
def test_bytes_between_and_behind_tile_parts_are_removed(name):
    frame = FRAMES[name]
    for offset in [*starts_of_tile_parts(frame)[1:], len(frame) - 2, len(frame)]:
        assert strip(frame[:offset] + TOKEN + frame[offset:]) == frame


@pytest.mark.parametrize("name", FRAMES)
def test_bytes_behind_the_end_are_removed_even_if_the_last_tile_part_claims_them(name):
    frame = FRAMES[name]
    last = starts_of_tile_parts(frame)[-1]
    length = int.from_bytes(frame[last + 6 : last + 10], "big") + 2 + len(TOKEN)
    altered = frame[: last + 6] + length.to_bytes(4, "big") + frame[last + 10 :] + TOKEN
    assert strip(altered) == frame
    assert strip(altered + frame[-2:]) == frame


@pytest.mark.parametrize("name", FRAMES)
def test_a_last_tile_part_without_a_length_ends_with_the_codestream(name):
    frame = FRAMES[name]
    last = starts_of_tile_parts(frame)[-1]
    open_ended = frame[: last + 6] + bytes(4) + frame[last + 10 :]
    assert strip(open_ended) is open_ended
    assert strip(open_ended + TOKEN) == open_ended
    altered = open_ended[: last + 12] + segment(COMMENT, TOKEN) + open_ended[last + 12 :]
    assert strip(altered) == open_ended


@pytest.mark.parametrize("name", FRAMES)
def test_bytes_behind_the_last_packet_of_a_tile_are_refused(name):
    frame = FRAMES[name]
    for start in starts_of_tile_parts(frame):
        with pytest.raises(HiddenBytesError):
            strip(with_longer_tile_part(frame, start))


@pytest.mark.parametrize("progression", ["LRCP", "RLCP", "RPCL", "PCRL", "CPRL"])
@pytest.mark.parametrize("tile_size", [None, (40, 23)])
@pytest.mark.parametrize("precinct_size", [None, (32, 16)])
@pytest.mark.parametrize("quality_layers", [None, (30, 10, 2)])
def test_packets_are_followed_in_every_order(progression, tile_size, precinct_size, quality_layers):
    options = {"tile_size": tile_size, "precinct_size": precinct_size, "quality_layers": quality_layers}
    chosen = {name: value for name, value in options.items() if value}
    if tile_size:
        chosen["offset"] = (5, 3)
    frame = jpeg_2000(progression=progression, num_resolutions=3, codeblock_size=(16, 8), **chosen)
    assert strip(frame) is frame
    with pytest.raises(HiddenBytesError):
        strip(with_longer_tile_part(frame, starts_of_tile_parts(frame)[-1]))


def test_progression_changes_are_followed():
    """One POC entry equal to the COD segment; two that split the resolutions."""
    frame = jpeg_2000(1, num_resolutions=3)
    at = starts_of_tile_parts(frame)[0]
    whole = segment(0x5F, struct.pack(">BBHBBB", 0, 0, 1, 33, 1, 0))
    split = segment(0x5F, struct.pack(">BBHBBBBBHBBB", 0, 0, 1, 1, 1, 2, 0, 0, 1, 33, 1, 0))
    for altered in (inserted(frame, at, whole), inserted(frame, at, split)):
        assert strip(altered) is altered
        assert is_shown_alike("jpeg_2000", frame, altered)
        with pytest.raises(HiddenBytesError):
            strip(with_longer_tile_part(altered, starts_of_tile_parts(altered)[-1]))
    with pytest.raises(HiddenBytesError):
        strip(inserted(frame, at, segment(0x5F, TOKEN)))


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.parametrize("share", [0.6, 0.9, 1.0])
def test_a_frame_without_its_end_is_refused(name, share):
    """Decoders show what there is of it, some of them grey and some the frame before."""
    frame = FRAMES[name][:-2]
    with pytest.raises(EffaceError):
        strip(frame[: int(share * len(frame))])


@pytest.mark.parametrize("form", [">BI", ">BH"])
def test_tile_lengths_are_updated(form):
    frame = with_tile_lengths(FRAMES["tiles"], form)
    assert strip(frame) is frame
    lengthened = FRAMES["tiles"]
    for start in reversed(starts_of_tile_parts(lengthened)):
        lengthened = inserted(lengthened, start + 12, segment(COMMENT, TOKEN))
    assert strip(with_tile_lengths(lengthened, form)) == frame


def test_wrong_tile_lengths_are_removed():
    frame = FRAMES["tiles"]
    start = starts_of_tile_parts(frame)[0]
    assert strip(frame[:start] + segment(TILE_LENGTHS, b"\0\x50" + TOKEN) + frame[start:]) == frame


def test_wrong_packet_lengths_are_removed():
    frame = FRAMES["colour"]
    altered = inserted(frame, starts_of_tile_parts(frame)[0] + 12, segment(PACKET_LENGTHS, b"\0" + TOKEN))
    assert strip(altered) == frame


def test_encoder_names_are_kept():
    frame = FRAMES["grey"]
    named = inserted(frame, starts_of_tile_parts(frame)[0], segment(COMMENT, b"\0\1Kakadu-v7.2"))
    assert strip(named) is named


def test_repeated_settings_are_refused():
    frame = FRAMES["grey"]
    for marker, start, end in places(frame):
        if marker in (0x52, 0x5C):
            with pytest.raises(HiddenBytesError):
                strip(inserted(frame, end, frame[start:end]))
    with pytest.raises(HiddenBytesError):
        strip(inserted(frame, starts_of_tile_parts(frame)[0], segment(0x5D, b"\7\x22" + TOKEN)))


@pytest.mark.parametrize("marker", [0x60, 0x61, 0x74, 0x77], ids=hex)
def test_structures_that_cannot_be_followed_are_refused(marker):
    frame = FRAMES["grey"]
    with pytest.raises(HiddenBytesError):
        strip(inserted(frame, starts_of_tile_parts(frame)[0], segment(marker, TOKEN)))


def test_too_many_components_in_too_many_tiles_are_refused():
    frame = FRAMES["grey"]
    _, start, end = next(place for place in places(frame) if place[0] == SIZE)
    size = frame[start + 4 : end - 5] + struct.pack(">H", 16384) + frame[end - 3 : end] * 16384
    tiles = b"".join(b"\xff\x90\0\x0a" + struct.pack(">HIBB", tile, 14, 0, 1) + b"\xff\x93" for tile in range(17))
    with pytest.raises(HiddenBytesError, match="components"):
        strip(frame[:start] + segment(SIZE, size) + tiles + frame[-2:])


def test_bytes_in_a_header_that_are_no_segment_are_refused():
    frame = FRAMES["tiles"]
    for offset in header_places(frame, SOT):
        with pytest.raises(HiddenBytesError):
            strip(inserted(frame, offset, TOKEN))


def test_a_repeated_tile_part_is_refused():
    frame = FRAMES["tiles"]
    first, second = starts_of_tile_parts(frame)[:2]
    with pytest.raises(HiddenBytesError):
        strip(frame[:second] + frame[first:second] + frame[second:])


@pytest.mark.parametrize("name", FRAMES)
def test_a_second_picture_is_refused(name):
    frame = FRAMES[name]
    for altered in (frame + frame, frame + TOKEN + frame, frame[:-2] + frame):
        with pytest.raises(PixelLayoutError):
            strip(altered)


@pytest.mark.parametrize("samples", [1, 3])
def test_only_the_codestream_of_a_jp2_file_stays(samples):
    frame, codestream = jpeg_2000(samples, is_file=True), jpeg_2000(samples)
    assert strip(frame) == codestream
    assert strip(frame + struct.pack(">I4s", 8 + len(TOKEN), b"uuid") + TOKEN) == codestream
    assert is_shown_alike("jpeg_2000", frame, codestream)
    assert precision(frame) == 8


@pytest.mark.parametrize("kind", [b"pclr", b"cmap", b"cdef", b"xml "])
def test_a_jp2_header_that_changes_the_picture_is_refused(kind):
    frame = jpeg_2000(is_file=True)
    start = frame.index(b"jp2h") - 4
    length = int.from_bytes(frame[start : start + 4], "big")
    box = struct.pack(">I4s", 8 + len(TOKEN), kind) + TOKEN
    new_box = (length + len(box)).to_bytes(4, "big") + frame[start + 4 : start + length] + box
    with pytest.raises(HiddenBytesError):
        strip(frame[:start] + new_box + frame[start + length :])


def test_a_jp2_file_of_two_codestreams_is_refused():
    frame = jpeg_2000(is_file=True)
    box = struct.pack(">I4s", 8 + len(FRAMES["grey"]), b"jp2c") + FRAMES["grey"]
    with pytest.raises(PixelLayoutError):
        strip(frame + box)


@pytest.mark.parametrize("size", [4, 20, 60, 120])
def test_a_frame_without_a_complete_header_is_refused(size):
    with pytest.raises(FrameDecodeError):
        strip(FRAMES["colour"][:size])


@pytest.mark.parametrize("name", [*FRAMES, "file"])
def test_a_damaged_frame_raises_only_expected_errors(name):
    frame, rng = FRAMES.get(name) or jpeg_2000(is_file=True), np.random.default_rng(4)
    for _ in range(100):
        damaged = bytearray(frame[: rng.integers(12, len(frame))] if rng.random() < 0.3 else frame)
        for _ in range(rng.integers(0, 4)):
            damaged[rng.integers(12, min(len(damaged), 200) + 1) % len(damaged)] = rng.integers(256)
        precision(bytes(damaged))
        try:
            strip(bytes(damaged))
        except EffaceError:
            continue


def test_precision_is_that_of_the_size_segment():
    assert {name: precision(frame) for name, frame in FRAMES.items()} == {
        name: 16 if name == "16 bit" else 8 for name in FRAMES
    }
    assert precision(FRAMES["grey"][:30]) is None


def test_the_frames_of_these_tests_are_lossless_where_they_should_be():
    assert np.array_equal(shown_by_pillow(FRAMES["colour"]), picture())
