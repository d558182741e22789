"""Boxes grow to what changes, once, before anything is filled: the audit and the verification know them."""

import io
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import JPEGBaseline8Bit, JPEGLSLossless, SecondaryCaptureImageStorage

from efface.transforms.core.box import Box
from efface.transforms.core.decisions import Action, Decided, Decision, Scope
from efface.transforms.core.errors import VerificationError
from efface.transforms.core.evidence import Evidence, Finding, Verdict
from efface.transforms.core.instance import Instance, PixelFacts, Source
from efface.transforms.dicom.frame_reader import FrameReader
from efface.transforms.dicom.frame_verifier import verify_pixels
from efface.transforms.instance.apply_decisions import decided_evidence
from efface.transforms.instance.grow_boxes import grown_findings
from efface.transforms.instance.rewrite import redact_pixels
from efface.transforms.pixels.redact import boxes_by_frame
from support.codestreams import places
from support.frames import encapsulated_dataset, read, write
from support.samples import sample

ROWS, COLUMNS = 96, 112
BOX = Box(34, 20, 60, 33)
FINDING = Finding((0, 1), BOX, Verdict.REDACT, "header_name", "name", 1.0)


def without_its_last_codes(frame: bytes) -> bytes:
    return frame[: len(frame) * 9 // 10] + b"\xff\xd9"


def without_its_last_scans(frame: bytes) -> bytes:
    """A progressive Frame with the first scans alone, which do not have the lowest bits: decoders smooth what they show."""
    return frame[: [start for marker, start, _ in places(frame) if marker == 0xDA][3]] + b"\xff\xd9"


def with_first_frame(data: bytes, changed: Callable[[bytes], bytes]) -> bytes:
    """The clip with its first Frame changed."""
    dataset = read(data)
    frames = list(generate_frames(dataset.PixelData, number_of_frames=2))
    frames[0] = changed(frames[0])
    dataset.PixelData = encapsulate([frame + b"\0" * (len(frame) % 2) for frame in frames])
    dataset["PixelData"].is_undefined_length = True
    return write(dataset)


def clip(subsampling: tuple[int, ...] = (0, 0), **options: object) -> bytes:
    """A JPEG clip in colours, a Frame for each kind of subsampling."""
    frames = []
    for number, kind in enumerate(subsampling):
        down, across = np.mgrid[:ROWS, :COLUMNS]
        noise = np.random.default_rng(number).integers(0, 40, (ROWS, COLUMNS))
        picture = np.stack([down + noise, across + noise, 200 - noise], axis=-1).astype(np.uint8)
        buffer = io.BytesIO()
        Image.fromarray(picture).save(buffer, "jpeg", subsampling=kind, **options)
        frames.append(buffer.getvalue())
    dataset = encapsulated_dataset(frames, picture, JPEGBaseline8Bit, 0)
    dataset.PhotometricInterpretation = "YBR_FULL_422" if 1 in subsampling else "YBR_FULL"
    dataset.SOPClassUID, dataset.SOPInstanceUID = SecondaryCaptureImageStorage, "1.2.3"
    return write(dataset)


def redacted(data: bytes, findings: tuple[Finding, ...]) -> tuple[bytes, str]:
    dataset = read(data)
    method = redact_pixels(dataset, findings)
    return write(dataset), method


def decided(data: bytes, decision: Decision, *findings: Finding) -> Evidence:
    """What is filled in a clip after a decision."""
    facts = PixelFacts("PixelData", ROWS, COLUMNS, 2, 3, "RGB", 8, 8, is_signed=False)
    instance = Instance("R", Source("memory://x", 1, "1"), "1", "1", "1", "OT", facts, decided=Decided((decision,), "D"))
    return decided_evidence(data, Evidence(instance, 1, findings))


@pytest.mark.parametrize("name", ["MR_small.dcm", "MR_small_RLE.dcm", "MR_small_jp2klossless.dcm"])
def test_where_single_pixels_change_the_box_stays(name: str) -> None:
    findings = (replace(FINDING, frames=(0,), box=Box(3, 4, 20, 12)),)
    assert grown_findings(sample(name), findings) == findings


def test_what_is_kept_and_overlay_planes_stay() -> None:
    findings = (replace(FINDING, verdict=Verdict.KEEP), replace(FINDING, overlay=0x6000))
    assert grown_findings(clip(), findings) == findings


@pytest.mark.parametrize(
    ("kind", "box"), [(0, Box(32, 16, 64, 40)), (1, Box(31, 16, 65, 40)), (2, Box(31, 15, 65, 49))], ids=["444", "422", "420"]
)
def test_the_box_grows_to_whole_mcus_and_their_fringe(kind: int, box: Box) -> None:
    data = clip((kind, kind))
    [grown] = grown_findings(data, (FINDING,))
    assert grown == replace(FINDING, box=box)
    out, method = redacted(data, (grown,))
    assert method == "blanked"
    verify_pixels(read(data), read(out), boxes_by_frame([grown]))


def test_frames_with_other_mcus_get_findings_of_their_own() -> None:
    data = clip((0, 2, 0))
    findings = grown_findings(data, (replace(FINDING, frames=(0, 1, 2)),))
    assert [(one.frames, one.box) for one in findings] == [((0, 2), Box(32, 16, 64, 40)), ((1,), Box(31, 15, 65, 49))]
    verify_pixels(read(data), read(redacted(data, findings)[0]), boxes_by_frame(findings))


@pytest.mark.parametrize("kind", [0, 1, 2])
def test_a_box_that_did_not_grow_is_refused(kind: int) -> None:
    data = clip((kind, kind))
    out, _ = redacted(data, grown_findings(data, (FINDING,)))
    with pytest.raises(VerificationError):
        verify_pixels(read(data), read(out), boxes_by_frame([FINDING]))
    with pytest.raises(VerificationError):
        verify_pixels(read(data), read(redacted(data, (FINDING,))[0]), boxes_by_frame([FINDING]))


@pytest.mark.parametrize(
    ("options", "changed"),
    [({}, without_its_last_codes), ({"progressive": True}, without_its_last_scans)],
    ids=["cut", "smoothed"],
)
def test_a_clip_whose_blocks_depend_on_others_is_stored_without_a_loss(
    options: dict[str, object], changed: Callable[[bytes], bytes]
) -> None:
    data = with_first_frame(clip(**options), changed)
    findings = grown_findings(data, (FINDING,))
    out, method = redacted(data, findings)
    after = read(out)
    assert (method, after.file_meta.TransferSyntaxUID) == ("transcoded", JPEGLSLossless)
    assert after.PhotometricInterpretation == "YBR_FULL"
    verify_pixels(read(data), after, boxes_by_frame(findings))


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_rows": 1}], ids=str)
def test_a_blanked_clip_keeps_its_encoding_and_its_size(options: dict[str, object]) -> None:
    data = clip((1, 1, 1), **options)
    before = read(data)
    out, _ = redacted(data, grown_findings(data, (FINDING,)))
    after = read(out)
    assert after.file_meta.TransferSyntaxUID == JPEGBaseline8Bit
    assert (after.PhotometricInterpretation, after.LossyImageCompression) == (before.PhotometricInterpretation, "01")
    frames = [list(generate_frames(one.PixelData, number_of_frames=3)) for one in (before, after)]
    assert frames[0][2] == frames[1][2]
    assert len(out) < 1.01 * len(data)
    shown = FrameReader(after).display(0)[BOX.top : BOX.bottom, BOX.left : BOX.right]
    assert (shown == shown[0, 0]).all()
    darkest = FrameReader(before).display(0).sum(axis=2, dtype=int).min()
    assert shown[0, 0].sum(dtype=int) <= darkest + 24  # The quantization of a DC coefficient.


def test_a_decision_means_the_boxes_that_the_audit_shows() -> None:
    data, upper = clip((2, 2)), replace(FINDING, reason="unknown_text", box=Box(34, 18, 60, 25))
    lower = replace(upper, box=Box(34, 27, 60, 34))
    shown_upper, shown_lower = (one.box for one in grown_findings(data, (upper, lower)))
    assert lower.box.intersection(shown_upper).area_px > 0.75 * lower.box.area_px  # What was found would be meant.
    evidence = decided(data, Decision(Scope.INSTANCE, "1.2", Action.KEEP, (), shown_upper), upper, lower)
    assert boxes_by_frame(evidence.findings) == {0: (shown_lower,), 1: (shown_lower,)}


def test_a_decided_box_grows_as_well() -> None:
    data = clip((2, 2))
    evidence = decided(data, Decision(Scope.INSTANCE, "1.2", Action.REDACT, (), BOX))
    assert boxes_by_frame(evidence.findings) == boxes_by_frame(grown_findings(data, (FINDING,)))
