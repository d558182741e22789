"""What a picture shows besides text by which a person can be told: bar codes and faces."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .box import Box
from .choices import require_one_of

CHOICES = {"faces": ("quarantine", "blank", "keep"), "slide_labels": ("quarantine", "replace")}
"""What the settings of these names may say."""


@dataclass(frozen=True)
class FeatureSettings:
    """What happens to what a picture shows besides text. Bar codes are always blanked.

    Attributes:
        faces: Of photographs: "quarantine" (the instance is not published), "blank" or "keep".
        slide_labels: Images of the label of a slide: "quarantine", or "replace" by a drawn label with the pseudonym.
    """

    faces: str = "quarantine"
    slide_labels: str = "quarantine"

    def __post_init__(self) -> None:
        for name, allowed in CHOICES.items():
            require_one_of(name, getattr(self, name), allowed)


class FeatureKind(StrEnum):
    """What was found. The names are those of reasons and rules (`phi.reasons`, `phi.rules`)."""

    BAR_CODE = "bar_code"
    FACE = "face"


@dataclass(frozen=True, slots=True)
class VisualFeature:
    """A bar code or a face on a picture. Holds nothing of what a code says.

    Attributes:
        box: In pixels of the Frame, exactly what is filled, clipped to the Frame.
        rule: What found it, by the name of a rule (`phi.rules`).
        score: How sure it is, 0 to 1.
        engine: What found it.
        rendering: Which rendering of the Frame it was found on.
    """

    kind: FeatureKind
    box: Box
    rule: str
    score: float
    engine: str
    rendering: str
