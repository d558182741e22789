"""Chooses how an instance is searched for text. The header may ask for more; no Frame is exempt."""

from __future__ import annotations

from ..core.box import Box
from ..core.instance import Instance
from ..core.search_plan import Effort, SearchPlan, Tier

_SELDOM_ANNOTATED_CLASSES = frozenset(
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
"""SOP Classes whose pixels come from a detector or a computation, and seldom show text (PS3.4 B.5)."""

_OFTEN_ANNOTATED_MODALITIES = frozenset({"DOC", "ES", "GM", "OT", "SC", "US", "IVUS", "XA", "RF", "XC"})
_OFTEN_ANNOTATED_TYPES = frozenset({"SECONDARY", "SCREEN SAVE", "SCREEN", "CAPTURE", "DOSE", "DOSE_INFO", "RESULT", "REPORT"})


def expects_text(instance: Instance) -> bool:
    """Whether SOP Class, Modality, Image Type or Burned In Annotation give a reason to expect text on the Frames.

    A header's claim of no burned-in text is ignored: it is often wrong.
    """
    return (
        instance.has_burned_in_annotation
        or instance.sop_class_uid not in _SELDOM_ANNOTATED_CLASSES
        or instance.modality in _OFTEN_ANNOTATED_MODALITIES
        or any(value in _OFTEN_ANNOTATED_TYPES for value in instance.image_type)
    )


def plan_search(instance: Instance, effort: str, sampled_share: float, inside_regions: str) -> SearchPlan:
    """Plan how the Frames of an instance are searched.

    Args:
        effort: The tier of all instances, "full" or "sampled"; or "auto": full where `expects_text`, sampled elsewhere.
        sampled_share: The share of the sampled tier, 0 to 1, that is read in full, to bound what the prefilter misses. The
            instances are drawn by key.
        inside_regions: How the inside of ultrasound regions, which hold anatomy (PS3.3 C.8.5.5), is searched: "prefilter" or
            "full". Outside of them everything is read in full.
    """
    if instance.pixels is None:
        return SearchPlan()
    whole = Box(0, 0, instance.pixels.columns, instance.pixels.rows)
    if effort == "full" or (effort == "auto" and expects_text(instance)):
        if inside_regions != "prefilter":
            return SearchPlan()
        inside = (region.box.clip(whole.right, whole.bottom) for region in instance.regions)
        return SearchPlan(prefiltered=tuple(sorted({box for box in inside if box.area_px})))
    if instance.draw < sampled_share:
        return SearchPlan(Tier.SAMPLED)
    return SearchPlan(Tier.SAMPLED, Effort.PREFILTER, (whole,))
