import io

import numpy as np
import pytest
from PIL import Image

from efface.transforms.core.errors import EffaceError, FrameDecodeError, HiddenBytesError, PixelLayoutError
from efface.transforms.dicom.codestreams.jpeg import precision, strip
from support.codestreams import TOKEN, is_shown_alike, jpeg, jpeg_ls_frame, picture, places, segment

JPEG = {
    "colour": jpeg(),
    "grey": jpeg(1),
    "full chroma": jpeg(quality=95, subsampling=0),
    "half chroma": jpeg(subsampling=1, optimize=True),
    "restarts by row": jpeg(restart_marker_rows=1),
    "restarts by block": jpeg(1, restart_marker_blocks=3),
    "RGB": jpeg(keep_rgb=True),
}
PROGRESSIVE = jpeg(progressive=True)
JPEG_LS = {
    "8 bit": jpeg_ls_frame(),
    "16 bit": jpeg_ls_frame(dtype=np.uint16),
    "by line": jpeg_ls_frame(3, interleave=1),
    "by sample": jpeg_ls_frame(3, interleave=2),
}
FRAMES = {**JPEG, "progressive": PROGRESSIVE, **JPEG_LS}
SCAN, QUANTIZATION, HUFFMAN, COMMENT = 0xDA, 0xDB, 0xC4, 0xFE
BEGINNINGS = [b"JFIF\0\1\1\0\0\1\0\1\0\0", b"JFXX\0", b"Adobe\0d\0\0\0\0\0", b"SPIFF\0", b"mrfx\0", b"Exif\0\0", b"\0\1"]


def kind_of(frame):
    return "jpeg_ls" if b"\xff\xf7" in frame else "jpeg"


def inserted(frame, offset, foreign):
    return frame[:offset] + foreign + frame[offset:]


def boundaries(frame):
    return [start for marker, start, _ in places(frame) if marker] + [len(frame)]


def is_in(token, frame):
    return token[:4] in frame or token[-4:] in frame


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.parametrize("tail", [b"", b"\0"])
def test_a_frame_of_an_encoder_is_returned_as_the_same_object(name, tail):
    frame = FRAMES[name] + tail
    assert strip(frame) is frame


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.parametrize("marker", [COMMENT, *range(0xE0, 0xF0), 0xF0, 0xFD], ids=hex)
def test_comments_and_application_data_are_removed_everywhere(name, marker):
    frame = FRAMES[name]
    for offset in boundaries(frame):
        assert strip(inserted(frame, offset, segment(marker, TOKEN))) == frame


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_application_data_that_begin_like_a_known_kind_are_removed(name, beginning):
    frame = FRAMES[name]
    for marker in (COMMENT, 0xE0, 0xE1, 0xE8, 0xEE):
        for offset in boundaries(frame):
            stripped = strip(inserted(frame, offset, segment(marker, beginning + TOKEN)))
            assert not is_in(TOKEN, stripped)
            assert len(stripped) < len(frame) + 20


@pytest.mark.parametrize("name", FRAMES)
def test_bytes_between_segments_are_removed(name):
    frame = FRAMES[name]
    ends_of_data = {end for marker, _, end in places(frame) if not marker}
    for offset in set(boundaries(frame)) - ends_of_data:
        assert strip(inserted(frame, offset, TOKEN)) == frame


@pytest.mark.parametrize("name", FRAMES)
def test_bytes_at_the_end_of_a_segment_are_removed(name):
    frame = FRAMES[name]
    for marker, start, end in places(frame):
        if marker not in (0, 0xD9):
            longer = segment(marker, frame[start + 4 : end] + TOKEN)
            stripped = strip(frame[:start] + longer + frame[end:])
            assert not is_in(TOKEN, stripped)
            assert is_shown_alike(kind_of(frame), frame, stripped)


@pytest.mark.parametrize("name", [*JPEG, "progressive"])
def test_bytes_behind_the_last_block_of_an_interval_are_removed(name):
    frame = FRAMES[name]
    restarts = [at for at in range(len(frame) - 1) if frame[at] == 0xFF and 0xD0 <= frame[at + 1] <= 0xD7]
    for offset in [*restarts, *(end for marker, _, end in places(frame) if not marker)]:
        for token in (TOKEN, b"\xff\0" + TOKEN.replace(b" ", b"\xff\0"), TOKEN.decode().encode("utf-16-le")):
            altered = inserted(frame, offset, token)
            assert strip(altered) == frame
    assert is_shown_alike("jpeg", inserted(frame, len(frame) - 2, TOKEN), frame)


@pytest.mark.parametrize("seed", range(12))
def test_scans_of_any_picture_are_followed_to_their_end(seed):
    rng = np.random.default_rng(seed)
    rows, columns = rng.integers(1, 90, 2)
    steps = rng.normal(size=(rows, columns, 3)).cumsum(axis=seed % 2) * rng.integers(1, 60)
    options = {"progressive": bool(seed % 3), "quality": int(rng.integers(5, 100)), "subsampling": seed % 3}
    if seed % 4 == 0:
        options["restart_marker_blocks"] = int(rng.integers(1, 20))
    buffer = io.BytesIO()
    Image.fromarray((steps + 128).clip(0, 255).astype(np.uint8)).save(buffer, "jpeg", **options)
    frame = buffer.getvalue()
    assert strip(frame) is frame
    assert strip(inserted(frame, len(frame) - 2, TOKEN)) == frame


@pytest.mark.parametrize("name", JPEG)
def test_restart_intervals_behind_the_last_are_removed(name):
    frame = JPEG[name]
    assert strip(frame[:-2] + b"\xff\xd0" + TOKEN + b"\xff\xd1" + TOKEN + frame[-2:]) == frame


def test_scans_of_one_component_each_are_followed_to_their_end():
    grey = JPEG["grey"]
    start = grey.index(b"\xff\xda")
    header = grey[:start].replace(
        b"\xff\xc0\0\x0b\x08\0\x34\0\x3c\1\1\x11\0", b"\xff\xc0\0\x0e\x08\0\x34\0\x3c\2\1\x11\0\2\x11\0"
    )
    first = grey[start:-2]
    second = first.replace(b"\xff\xda\0\x08\1\1", b"\xff\xda\0\x08\1\2")
    frame = header + first + second + grey[-2:]
    assert strip(frame) is frame
    assert strip(header + first + TOKEN + second + TOKEN + grey[-2:]) == frame


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.parametrize("share", [0.6, 0.9, 1.0])
def test_a_frame_without_its_end_is_refused(name, share):
    """Decoders show what there is of it, some of them grey and some the frame before."""
    frame = FRAMES[name][:-2]
    with pytest.raises(EffaceError):
        strip(frame[: int(share * len(frame))])


@pytest.mark.parametrize("name", JPEG)
def test_tables_that_no_scan_uses_are_removed(name):
    frame = JPEG[name]
    quantization = segment(QUANTIZATION, b"\3" + (TOKEN * 4)[:64])
    huffman = segment(HUFFMAN, b"\x13" + bytes(15) + b"\x10" + TOKEN[:16])
    for offset in boundaries(frame)[:-1]:
        assert strip(inserted(frame, offset, quantization + huffman)) == frame


def test_a_table_that_is_replaced_before_its_scan_is_removed():
    frame = JPEG["grey"]
    assert strip(inserted(frame, 2, segment(QUANTIZATION, b"\0" + (TOKEN * 4)[:64]))) == frame


def test_the_colour_transform_of_adobe_stays():
    frame = JPEG["RGB"]
    at = frame.index(b"\xff\xee")
    assert strip(inserted(frame, at, segment(0xEE, b"Adobe\0d\0\0\0\0\1" + TOKEN))) == frame


def test_a_thumbnail_is_removed():
    frame = JPEG["colour"]
    assert frame[:20] == b"\xff\xd8" + segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
    altered = frame[:2] + segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\2\2" + bytes(12)) + frame[20:]
    assert strip(altered) == frame


def test_the_colour_transform_of_jpeg_ls_stays():
    frame = inserted(JPEG_LS["by line"], 2, segment(0xE8, b"mrfx\1"))
    assert strip(frame) is frame


def test_encoder_names_are_kept():
    frame = inserted(JPEG["grey"], 2, segment(COMMENT, b"LEAD Technologies Inc. V1.01\0"))
    assert strip(frame) is frame


@pytest.mark.parametrize("name", FRAMES)
def test_a_second_picture_is_refused(name):
    frame = FRAMES[name]
    for altered in (frame + frame, frame + TOKEN + frame, frame + b"\0" + JPEG["grey"], frame[:-2] + frame):
        with pytest.raises(PixelLayoutError):
            strip(altered)


@pytest.mark.parametrize("name", FRAMES)
def test_a_scan_that_overwrites_another_is_refused(name):
    frame = FRAMES[name]
    header = [frame[start:end] for marker, start, end in places(frame) if marker == SCAN][-1]
    with pytest.raises(HiddenBytesError):
        strip(frame[:-2] + header + TOKEN + frame[-2:])


def test_a_mapping_table_is_refused_if_used_and_removed_if_not():
    frame = JPEG_LS["8 bit"]
    table = segment(0xF8, b"\2\1\1" + TOKEN)
    assert strip(inserted(frame, 2, table)) == frame
    used = frame.replace(b"\xff\xda\0\x08\1\1\0", b"\xff\xda\0\x08\1\1\1")
    with pytest.raises(HiddenBytesError):
        strip(inserted(used, 2, table))


@pytest.mark.parametrize("marker", [0x02, 0xBF, 0xDE, 0xDF, 0xC5], ids=hex)
def test_structures_that_cannot_be_followed_are_refused(marker):
    with pytest.raises(HiddenBytesError):
        strip(inserted(JPEG["grey"], 2, segment(marker, TOKEN)))


@pytest.mark.parametrize("frame", [b"\xff\xd8", b"\xff\xd8\xff\xd9", JPEG["grey"][:100], b"\xff\xd8" + TOKEN])
def test_a_frame_without_a_scan_is_refused(frame):
    with pytest.raises(FrameDecodeError):
        strip(frame)


@pytest.mark.parametrize("name", FRAMES)
def test_a_damaged_frame_raises_only_expected_errors(name):
    frame, rng = FRAMES[name], np.random.default_rng(3)
    for _ in range(60):
        damaged = bytearray(frame[: rng.integers(2, len(frame))] if rng.random() < 0.3 else frame)
        for _ in range(rng.integers(0, 4)):
            damaged[rng.integers(len(damaged))] = rng.integers(256)
        precision(bytes(damaged))
        try:
            strip(bytes(damaged))
        except EffaceError:
            continue


def test_precision_is_that_of_the_frame_header():
    assert {precision(frame) for frame in (*JPEG.values(), PROGRESSIVE, JPEG_LS["8 bit"])} == {8}
    assert precision(JPEG_LS["16 bit"]) == int(picture(1, np.uint16).max()).bit_length()
    assert precision(b"\xff\xd8") is None
    assert precision(JPEG["grey"][:30]) is None
