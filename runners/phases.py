"""The phases of a run, and what shows them to a user."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol


class Phase(StrEnum):
    """What a run does, in the words that a user reads."""

    LISTING = "listing the input"
    MODELS = "looking up the models"
    HISTORY = "reading the history"
    STARTING = "starting the workers and loading the models"
    DEIDENTIFYING = "de-identifying"
    FINALIZING = "finalizing"
    SENDING = "sending the job to the engine"
    WAITING = "waiting for the engine"


class Progress(Protocol):
    """Shows how far a run is."""

    def begin(self, phase: Phase, total: int = 0, done: int = 0) -> None:
        """Show the next phase.

        Args:
            phase: The phase.
            total: Number of sources, or 0 for a phase that does not count.
            done: Sources that are done before the phase begins.
        """

    def tell(self, message: str) -> None:
        """Show a line that stays."""

    def show(self, done: int, quarantined: int) -> None:
        """Show how many sources are done, and how many of them are quarantined."""
