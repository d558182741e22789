"""Which images a person must look at, so that no miss among them bounds the share of images with a miss.

Of each stratum (modality and device) the same share is drawn, rounded up. With no miss among n images the chance of that is
then at most that of n images drawn from all, whatever the strata are like (a mean of logarithms is at most the logarithm of
the mean), so the exact limit of Clopper and Pearson for n images holds.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from efface.transforms.core.pseudonyms import Pseudonyms

from ..certify.intervals import images_needed
from .gallery import Entry

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Bound:
    """What is known of the images of an output after a part of the sample was looked at.

    Attributes:
        images: Published instances with Frames.
        seen: How many of the drawn ones were looked at.
        missed: How many of these still show what identifies.
        counted: Images drawn from all that would show as much: of each stratum, at least this share was seen.
        upper_share: Upper limit of the share of images with a miss, 0 to 1, at 95 %.
    """

    images: int
    seen: int
    missed: int
    counted: int
    upper_share: float


def draw_images(entries: Sequence[Entry], bound: float, pseudonyms: Pseudonyms) -> list[int]:
    """The images to look at. One key draws the same ones each time, and a smaller bound only adds to them.

    Args:
        entries: What there is. Only published instances with Frames are drawn.
        bound: The share to show, 0 to 1.
        pseudonyms: Of the key, without which nobody can tell which images will be looked at.

    Returns:
        Indices of `entries`, in order.

    Raises:
        ValueError: See `images_needed`.
    """
    needed = images_needed(bound, CONFIDENCE)
    strata = _strata(entries)
    images = sum(map(len, strata))
    drawn = []
    for stratum in strata:
        stratum.sort(key=lambda index: pseudonyms.token("review-sample", entries[index].sop_instance_uid, 26))
        drawn += stratum[: -(-needed * len(stratum) // images)]
    return sorted(drawn)


def bound_reached(entries: Sequence[Entry], seen: Collection[int], missed: int) -> Bound:
    """The bound after some of the drawn images were looked at.

    Args:
        entries: What there is.
        seen: Indices of the drawn images that were looked at.
        missed: How many of them still show what identifies.
    """
    from efface.transforms.audit.miss_rate import upper_share  # It imports scipy, which takes longer than to read an audit.

    strata = _strata(entries)
    images = sum(map(len, strata))
    counted = min((sum(index in seen for index in stratum) * images // len(stratum) for stratum in strata), default=0)
    share = missed / images if counted == images and images else upper_share(min(missed, counted), counted, CONFIDENCE)
    return Bound(images, len(seen), missed, counted, share)


def _strata(entries: Sequence[Entry]) -> list[list[int]]:
    """The indices of the images of each modality and device."""
    strata: dict[tuple[str, str], list[int]] = {}
    for index, entry in enumerate(entries):
        if entry.is_published and entry.frames:
            strata.setdefault((entry.modality, entry.device), []).append(index)
    return list(strata.values())
