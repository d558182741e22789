"""The part of a policy that says which text may stay."""

from __future__ import annotations

from dataclasses import dataclass

KEEPS = ("clinical", "nothing")


@dataclass(frozen=True)
class ModelSource:
    """The place of a transformers token-classification model.

    Args:
        hub: Its id on a model hub; then `revision` pins what it is.
        revision: A commit of the hub.
        folder: A local folder or a `gs://` prefix that holds it instead.

    Raises:
        ValueError: Neither or both are given, or the revision is missing.
    """

    hub: str = ""
    revision: str = ""
    folder: str = ""

    def __post_init__(self) -> None:
        if not all(isinstance(value, str) for value in (self.hub, self.revision, self.folder)):
            raise ValueError("hub, revision and folder are texts")
        if bool(self.hub) == bool(self.folder):
            raise ValueError("give either hub with revision, or folder")
        if bool(self.hub) != bool(self.revision):
            raise ValueError("a hub id needs a revision: without one the model could change under the same policy")

    @property
    def version(self) -> str:
        """The version for the audit. Never the path of a folder, whose content is not pinned."""
        return f"{self.hub}@{self.revision}" if self.hub else "model folder"


@dataclass(frozen=True)
class PhiSettings:
    """Which text may stay.

    Attributes:
        keep: "clinical" (text that the lexicon of clinical and acquisition terms covers) or "nothing".
        keep_words: Words of the user's own that may stay as well.
        redact_words: Words that never stay, whatever else is known about them.
        model: A model that finds names in text that would stay, or None.
        min_score: Text that was read with a lower confidence, 0 to 1, does not stay.
        padding_px: A box is grown by at least so many pixels on every side before it is filled.
        padding_share: ... and by at least this share of its height.
    """

    keep: str = "clinical"
    keep_words: tuple[str, ...] = ()
    redact_words: tuple[str, ...] = ()
    model: ModelSource | None = None
    min_score: float = 0.5
    padding_px: int = 2
    padding_share: float = 0.15

    def __post_init__(self) -> None:
        if self.keep not in KEEPS:
            raise ValueError(f"keep: {self.keep!r} is not one of: {', '.join(KEEPS)}")
        if not 0 <= self.min_score <= 1:
            raise ValueError("min_score: give a number from 0 to 1")
        if self.padding_px < 0 or self.padding_share < 0:
            raise ValueError("padding_px and padding_share: give no negative number")
