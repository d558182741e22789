"""Texts of instances in, evidence out. No recognised text leaves this step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import apache_beam as beam

from .core.evidence import Evidence, InstanceText
from .instance.judge_text import judge_instance
from .instance.models import load_models
from .phi.settings import PhiSettings
from .step import Outcome, StepFn, apply_step


class _JudgeFn(StepFn):
    stage = "judge_text"

    def __init__(self, settings: PhiSettings, is_enabled: bool) -> None:
        self.settings, self.is_enabled = settings, is_enabled

    def load(self) -> None:
        if self.is_enabled:
            load_models(None, self.settings.model)

    def handle(self, element: InstanceText) -> Iterator[Evidence]:
        yield judge_instance(element, self.settings)


@dataclass
class JudgeText(beam.PTransform[beam.PCollection[InstanceText], Outcome[Evidence]]):
    """Decides for every line whether it may stay, by the instance's own header, patterns, lexicon and name model.

    Args:
        settings: What may stay.
        is_enabled: False for a policy that leaves the pixels alone: no model is loaded, since there is no text.
    """

    settings: PhiSettings
    is_enabled: bool = True

    def expand(self, texts: beam.PCollection[InstanceText]) -> Outcome[Evidence]:
        return apply_step(texts, _JudgeFn(self.settings, self.is_enabled), InstanceText, Evidence)
