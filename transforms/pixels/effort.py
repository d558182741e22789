"""How hard an instance is looked at for text. The header may ask for more; nothing exempts a frame."""

from __future__ import annotations

from ..core.box import Box
from ..core.instance import Instance
from ..core.search_plan import Effort, SearchPlan, Tier

_QUIET_CLASSES = frozenset(
    {
        "1.2.840.10008.5.1.4.1.1.1",  # Computed Radiography
        "1.2.840.10008.5.1.4.1.1.1.1",  # Digital X-Ray, for presentation and for processing
        "1.2.840.10008.5.1.4.1.1.1.1.1",
        "1.2.840.10008.5.1.4.1.1.1.2",  # Digital Mammography
        "1.2.840.10008.5.1.4.1.1.1.2.1",
        "1.2.840.10008.5.1.4.1.1.1.3",  # Digital Intra-Oral X-Ray
        "1.2.840.10008.5.1.4.1.1.1.3.1",
        "1.2.840.10008.5.1.4.1.1.2",  # CT
        "1.2.840.10008.5.1.4.1.1.2.1",
        "1.2.840.10008.5.1.4.1.1.2.2",
        "1.2.840.10008.5.1.4.1.1.4",  # MR
        "1.2.840.10008.5.1.4.1.1.4.1",
        "1.2.840.10008.5.1.4.1.1.4.3",
        "1.2.840.10008.5.1.4.1.1.4.4",
        "1.2.840.10008.5.1.4.1.1.13.1.3",  # Breast Tomosynthesis
        "1.2.840.10008.5.1.4.1.1.20",  # Nuclear Medicine
        "1.2.840.10008.5.1.4.1.1.128",  # PET
        "1.2.840.10008.5.1.4.1.1.128.1",
        "1.2.840.10008.5.1.4.1.1.130",
        "1.2.840.10008.5.1.4.1.1.66.4",  # Segmentation
        "1.2.840.10008.5.1.4.1.1.30",  # Parametric Map
        "1.2.840.10008.5.1.4.1.1.481.2",  # RT Dose
    }
)
"""SOP classes whose pixels come from a detector or from a computation, and are seldom written on (PS3.4 B.5)."""

_LOUD_MODALITIES = frozenset({"DOC", "ES", "GM", "OT", "SC", "US", "IVUS", "XA", "RF", "XC"})
_LOUD_TYPES = frozenset({"SECONDARY", "SCREEN SAVE", "SCREEN", "CAPTURE", "DOSE", "DOSE_INFO", "RESULT", "REPORT"})


def is_suspect(instance: Instance) -> bool:
    """Whether the header gives a reason to expect text on the frames: by SOP class, modality, Image Type or its own word.

    That a header says there is none counts for nothing: it is often wrong.
    """
    return (
        instance.is_marked
        or instance.sop_class_uid not in _QUIET_CLASSES
        or instance.modality in _LOUD_MODALITIES
        or any(value in _LOUD_TYPES for value in instance.image_type)
    )


def plan_search(instance: Instance, effort: str, sampled_share: float, inside_regions: str) -> SearchPlan:
    """How the frames of an instance are looked at.

    Args:
        effort: "full" for everything, "prefilter" for everything, or "auto": what is suspect in full, the rest sampled.
        sampled_share: The share of the sampled tier, 0 to 1, that is read in full nevertheless, which bounds what the prefilter
            misses. The instances are drawn by key.
        inside_regions: How the inside of ultrasound regions, which hold anatomy (PS3.3 C.8.5.5), is searched: "prefilter" or
            "full". Outside of them everything is read in full.
    """
    if instance.pixels is None:
        return SearchPlan()
    whole = Box(0, 0, instance.pixels.columns, instance.pixels.rows)
    if effort == "full" or (effort == "auto" and is_suspect(instance)):
        if inside_regions != "prefilter":
            return SearchPlan()
        inside = (region.box.clip(whole.right, whole.bottom) for region in instance.regions)
        return SearchPlan(prefiltered=tuple(sorted({box for box in inside if box.area_px})))
    if instance.draw < sampled_share:
        return SearchPlan(Tier.SAMPLED)
    return SearchPlan(Tier.SAMPLED, Effort.PREFILTER, (whole,))
