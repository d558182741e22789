"""The score of a de-identifier as one self-contained page."""

from __future__ import annotations

import shlex
from collections import Counter

from ..certify.checks import Check
from ..certify.trial import Trial
from .templates import fill_template

_SHOWN = 3
"""Failures of one category that are shown."""


def certify_page(trial: Trial) -> str:
    """The page of a trial. It needs no network, and prints in grey."""
    return fill_template(
        "certify.html.j2",
        command=shlex.join(trial.command),
        trial=trial,
        promises=trial.score.promises(),
        categories=dict(sorted(trial.score.rows().items())),
        failures=_first_failures(trial),
    )


def _first_failures(trial: Trial) -> list[Check]:
    shown: list[Check] = []
    counts: Counter[tuple[str, str]] = Counter()
    for check in trial.score.failures():
        row = check.group, check.category
        counts[row] += 1
        if counts[row] <= _SHOWN:
            shown.append(check)
    return shown
