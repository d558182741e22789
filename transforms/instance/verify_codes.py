"""Looks once more for bar codes on the Frames that were written."""

from __future__ import annotations

from dataclasses import dataclass

from pydicom.dataset import FileDataset

from ..barcodes.second_reader import shows_readable_code
from ..core.errors import ResidualIdentifierError
from ..core.evidence import Evidence
from ..core.instance import PixelFacts
from ..core.search_plan import Tier
from ..dicom.frame_reader import FrameReader
from ..phi.reasons import Reason
from ..pixels.renderings import render_frame


@dataclass(frozen=True)
class LastLook:
    """Limits of the last look.

    Attributes:
        most_frames: Frames of a clip that are looked at, evenly spread over those with a code: it stands on all of them.
    """

    most_frames: int = 8


LIMITS = LastLook()


def verify_no_codes(written: FileDataset, facts: PixelFacts, evidence: Evidence) -> None:
    """Prove that no bar code can be read on the Frames on which codes were filled, nor on the first one where text is likely.

    Raises:
        ResidualIdentifierError: One can be read.
        EffaceError: See `FrameReader` and `render_frame`.
    """
    frames = _frames_to_look_at(evidence)
    if not frames:
        return
    reader = FrameReader(written)
    for frame in frames:
        for view in render_frame(reader.display(frame), facts, reader.greyscale_transforms(frame)):
            if shows_readable_code(view.image):
                raise ResidualIdentifierError("a bar code can still be read on a frame that was written")


def _frames_to_look_at(evidence: Evidence) -> list[int]:
    filled = (one for one in evidence.findings if one.reason == Reason.BAR_CODE and not one.overlay)
    frames = sorted({frame for finding in filled for frame in finding.frames})
    chosen = set(frames[:: -(-len(frames) // LIMITS.most_frames)] if frames else ())
    is_read_in_full = evidence.tiles > 0 and evidence.search.tier is Tier.FULL
    return sorted(chosen | ({0} if is_read_in_full else set()))
