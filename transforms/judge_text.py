"""Texts of instances in, evidence out. No recognised text leaves this step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import apache_beam as beam

from .core.evidence import Evidence, InstanceText
from .core.visual_features import DEFAULTS, FeatureSettings
from .instance.judge_text import judge_instance
from .instance.models import load_models
from .phi.settings import PhiSettings
from .step import Outcome, StepFn, apply_step


class _JudgeFn(StepFn):
    stage = "judge_text"

    def __init__(self, settings: PhiSettings, features: FeatureSettings) -> None:
        self.settings, self.features = settings, features

    def load(self) -> None:
        load_models(None, self.settings.model)

    def handle(self, element: InstanceText) -> Iterator[Evidence]:
        yield judge_instance(element, self.settings, self.features)


@dataclass
class JudgeText(beam.PTransform[beam.PCollection[InstanceText], Outcome[Evidence]]):
    """Decides for every line whether it may stay, by the instance's own header, patterns, lexicon and name model.

    Args:
        settings: What may stay.
        features: What happens to faces.
    """

    settings: PhiSettings
    features: FeatureSettings = DEFAULTS

    def expand(self, texts: beam.PCollection[InstanceText]) -> Outcome[Evidence]:
        return apply_step(texts, _JudgeFn(self.settings, self.features), InstanceText, Evidence)
