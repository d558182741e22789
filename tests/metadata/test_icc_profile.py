"""ICC profiles give the same colours afterwards, and no text of theirs travels."""

import io
import struct
from pathlib import Path

import highdicom
import numpy as np
import pydicom.data
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from efface.pipeline.policy import load_policy
from efface.transforms.dicom.codestreams import strip_hidden_bytes
from efface.transforms.metadata.icc_profile import rebuild, srgb
from efface.transforms.metadata.walk import scrub_dataset
from support.codestreams import picture
from support.corpus import minimal, pseudonyms

NAME = b"Plantagenet"
WIDE = NAME.decode().encode("utf-16-be")
HEADER = slice(0, 128)
SAMPLES = {
    "matrix, version 2": Path(pydicom.data.get_testdata_file("crayons.icc")).read_bytes(),
    "matrix, version 4": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
    "tables, version 4": (Path(highdicom.__file__).parent / "_icc_profiles" / "sRGB_v4_ICC_preference.icc").read_bytes(),
    "own": srgb(),
}
PIXELS = Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8))


def shown(profile, intent):
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    target = ImageCms.createProfile("sRGB")
    return np.asarray(ImageCms.profileToProfile(PIXELS, source, target, outputMode="RGB", renderingIntent=intent))


def tags(profile):
    count = struct.unpack_from(">I", profile, 128)[0]
    return [struct.unpack_from(">4sII", profile, 132 + 12 * number) for number in range(count)]


def with_tag(profile, name, content):
    """The profile with one tag more, its content behind all others and a name in the gap before it."""
    moved = [(tag, offset + 12, size) for tag, offset, size in tags(profile)]
    body = profile[132 + 12 * len(moved) :] + NAME + bytes(5)
    body += bytes(-(132 + 12 * len(moved) + 12 + len(body)) % 4)
    moved.append((name, 132 + 12 * len(moved) + 12 + len(body), len(content)))
    table = struct.pack(">I", len(moved)) + b"".join(struct.pack(">4sII", *tag) for tag in moved)
    whole = profile[4:128] + table + body + content
    return struct.pack(">I", len(whole) + 4) + whole


@pytest.mark.parametrize("name", SAMPLES)
def test_colours_stay_and_no_text_travels(name):
    source = SAMPLES[name]
    named = bytearray(with_tag(source, b"PriV", b"text\0\0\0\0" + NAME + b"\0"))
    for field in (4, 40, 48, 52, 80):  # CMM, platform, manufacturer, model, creator
        named[field : field + 4] = NAME[:4]
    named[100:111] = NAME
    rebuilt = rebuild(bytes(named))
    assert rebuilt is not None and NAME in named
    for planted in (NAME, WIDE, NAME[:4], b"lcms", b"Kodak", b"International Color Consortium"):
        assert planted not in rebuilt
    assert all(np.array_equal(shown(source, intent), shown(rebuilt, intent)) for intent in range(4))
    assert rebuild(rebuilt) == rebuilt
    assert int.from_bytes(rebuilt[:4], "big") == len(rebuilt)


def test_descriptions_are_neutral_in_every_language():
    record = struct.pack(">II2s2sII", 1, 12, b"de", b"DE", len(WIDE), 28)
    source = with_tag(SAMPLES["matrix, version 4"], b"dmnd", b"mluc\0\0\0\0" + record + WIDE)
    assert WIDE in source
    assert WIDE not in (rebuild(source) or WIDE)


@pytest.mark.parametrize(
    "curve",
    [
        b"curv\0\0\0\0" + struct.pack(">I", 11) + WIDE,  # A curve that spells.
        b"curv\0\0\0\0" + struct.pack(">I", 1) + b"\2\x33" + NAME,  # Bytes behind a curve.
        b"text\0\0\0\0" + NAME,
        b"para\0\0\0\0\0\7",
        b"curv",
    ],
)
def test_a_profile_whose_curve_holds_anything_else_is_not_read(curve):
    source = SAMPLES["matrix, version 4"]
    name, offset, size = next(tag for tag in tags(source) if tag[0] == b"rTRC")
    entry = struct.pack(">4sII", name, offset, size)
    assert rebuild(source) is not None
    assert rebuild(source.replace(entry, struct.pack(">4sII", name, len(source), len(curve))) + curve) is None


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted(SAMPLES)), st.lists(st.tuples(st.integers(0, 700), st.integers(0, 255)), max_size=8), st.integers(0)
)
def test_any_bytes_are_rebuilt_or_refused(name, changes, length):
    data = bytearray(SAMPLES[name][: 1 + length % len(SAMPLES[name])] if length else SAMPLES[name])
    for at, value in changes:
        data[at % len(data)] = value
    rebuilt = rebuild(bytes(data))
    assert rebuilt is None or rebuild(rebuilt) == rebuilt


@pytest.mark.parametrize("policy", ["basic", "tcia"])
def test_profiles_are_rebuilt_at_every_level(policy):
    dataset, item = minimal("1.2.840.10008.5.1.4.1.1.77.1.6"), Dataset()
    dataset.ICCProfile = with_tag(SAMPLES["matrix, version 2"], b"PriV", NAME)
    item.OpticalPathIdentifier, item.ICCProfile = "1", b"written by " + NAME + b"\0"
    dataset.OpticalPathSequence = Sequence([item])
    scrubbed = scrub_dataset(dataset, load_policy(policy).profile, pseudonyms(), pixels_cleaned=False)
    assert NAME not in dataset.ICCProfile
    assert np.array_equal(shown(dataset.ICCProfile, 0), shown(SAMPLES["matrix, version 2"], 0))
    assert dataset.OpticalPathSequence[0].ICCProfile == srgb()
    assert "00282000" in {action.path for action in scrubbed.actions}


@pytest.mark.parametrize("kind", ["jpeg", "jpeg2000"])
def test_profiles_within_codestreams_do_not_travel(kind):
    buffer = io.BytesIO()
    Image.fromarray(picture()).save(buffer, kind, icc_profile=with_tag(SAMPLES["matrix, version 2"], b"PriV", NAME))
    frame = buffer.getvalue()
    rows, columns, samples = picture().shape
    options = {"rows": rows, "columns": columns, "samples_per_pixel": samples, "bits_allocated": 8}
    syntax = "1.2.840.10008.1.2.4.50" if kind == "jpeg" else "1.2.840.10008.1.2.4.90"
    stripped = strip_hidden_bytes(frame, syntax, **options)
    assert b"acsp" not in stripped and NAME not in stripped
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(stripped))), np.asarray(Image.open(io.BytesIO(frame))))
