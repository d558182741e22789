"""Tells which instances are photographs, on which faces are looked for."""

from __future__ import annotations

from ..core.instance import Instance

_PHOTOGRAPHS = frozenset(
    {
        "1.2.840.10008.5.1.4.1.1.77.1.1",  # VL Endoscopic
        "1.2.840.10008.5.1.4.1.1.77.1.4",  # VL Photographic
        "1.2.840.10008.5.1.4.1.1.77.1.5.1",  # Ophthalmic Photography
        "1.2.840.10008.5.1.4.1.1.77.1.5.2",
        "1.2.840.10008.5.1.4.1.1.77.1.7",  # Dermoscopic Photography
    }
)
_CAPTURES = frozenset(
    {
        "1.2.840.10008.5.1.4.1.1.7",  # Secondary Capture, also of several Frames
        "1.2.840.10008.5.1.4.1.1.7.2",
        "1.2.840.10008.5.1.4.1.1.7.4",
    }
)
_MODALITIES = frozenset({"XC", "DMS", "ES", "OP"})


def is_photograph(instance: Instance) -> bool:
    """Whether an instance shows what a camera saw: by SOP Class and Modality, and a capture in colours.

    Captures in colours are also renderings of the skin from CT and MR, which show a face.
    """
    if instance.pixels is None:
        return False
    has_colours = instance.pixels.samples_per_pixel == 3 or instance.pixels.photometric_interpretation == "PALETTE COLOR"
    return (
        instance.sop_class_uid in _PHOTOGRAPHS
        or instance.modality in _MODALITIES
        or (instance.sop_class_uid in _CAPTURES and has_colours)
    )
