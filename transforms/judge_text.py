"""Texts of instances in, evidence out. No recognised text leaves this step."""

from __future__ import annotations

from dataclasses import dataclass

import apache_beam as beam

from .core.evidence import Evidence, InstanceText
from .core.visual_features import DEFAULTS, FeatureSettings
from .phi.settings import PhiSettings
from .step import Outcome, apply_step
from .steps.judge_instance import JudgeInstance


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
        return apply_step(texts, JudgeInstance(self.settings, self.features), InstanceText, Evidence)
