"""The text of an instance in, its evidence out. No recognised text leaves this step."""

from __future__ import annotations

from collections.abc import Iterator

from ..core.evidence import Evidence, InstanceText
from ..core.visual_features import FeatureSettings
from ..instance.judge_text import judge_instance
from ..instance.models import load_models
from ..phi.settings import PhiSettings
from .step import Step


class JudgeInstance(Step):
    """Decides for every line whether it may stay.

    Args:
        settings: What may stay.
        features: What happens to faces.
    """

    stage = "judge_text"

    def __init__(self, settings: PhiSettings, features: FeatureSettings) -> None:
        self.settings, self.features = settings, features

    def load(self) -> None:
        load_models(None, self.settings.model)

    def handle(self, element: InstanceText) -> Iterator[Evidence]:
        yield judge_instance(element, self.settings, self.features)
