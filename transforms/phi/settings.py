"""The part of a policy that says which text may stay."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..core.choices import require_one_of

KEEPS = ("clinical", "nothing")
SHIPPED_MODEL = "shipped"
"""What a policy calls the name model that ships with efface."""
NETWORK_SHA256 = "1e6b681300a97589f6c3fc3e6277ec763ff6c5ab42edb1aeb06afb4a80a66795"
"""The digest of its weights, `name_network.onnx`."""


@dataclass(frozen=True)
class ModelSource:
    """The place of a name model: the one that ships with efface, or a token-classification model of transformers.

    Args:
        shipped: It is the one that ships with efface, which pins it itself.
        hub: Its id on a model hub; then `revision` pins what it is.
        revision: The commit of the hub, 40 hexadecimal digits; a branch or a tag may move.
        folder: A local folder or the prefix of a bucket that holds it instead; then `sha256` pins what it is.
        sha256: The digest of the folder (`storage.model_folders.folder_digest`), or "" while it is not known.

    Raises:
        ValueError: Neither or both are given, or what pins one is missing, malformed, or given with the other.
    """

    hub: str = ""
    revision: str = ""
    folder: str = ""
    sha256: str = ""
    shipped: bool = False

    def __post_init__(self) -> None:
        if self.shipped:
            if self.hub or self.folder or self.revision or self.sha256:
                raise ValueError("the shipped model has no place and no digest of its own")
            return
        if not all(isinstance(value, str) for value in (self.hub, self.revision, self.folder, self.sha256)):
            raise ValueError("hub, revision, folder and sha256 are texts; write them in quotes")
        if bool(self.hub) == bool(self.folder) or (self.hub and self.sha256) or (self.folder and self.revision):
            raise ValueError("give either hub with revision, or folder, with sha256 or without")
        if self.hub and not re.fullmatch("[0-9a-f]{40}", self.revision):
            raise ValueError(
                "revision: give the hash of a commit, 40 hexadecimal digits; a branch such as main, or a tag, may move, "
                "and the model would change under the same policy"
            )
        if self.sha256 and not re.fullmatch("[0-9a-f]{64}", self.sha256):
            raise ValueError("sha256: give 64 hexadecimal digits; `efface policy check` prints those of the folder")

    @property
    def version(self) -> str:
        """The version for the audit: what was loaded and never where it lay. Equal versions are equal files.

        Raises:
            ValueError: The digest of the folder is not known.
        """
        if self.shipped:
            return f"shipped@{NETWORK_SHA256}"
        if self.folder and not self.sha256:
            raise ValueError("the digest of the model's folder is not known; Policy.resolve() finds it")
        return f"{self.hub}@{self.revision}" if self.hub else f"folder@{self.sha256}"


@dataclass(frozen=True)
class PhiSettings:
    """Which text may stay.

    Attributes:
        keep: "clinical" (text that the lexicon of clinical and acquisition terms covers) or "nothing".
        keep_words: Words of the user's own that may stay as well.
        keep_phrases: Phrases of the user's own that may stay: their words explain each other where the whole phrase stands.
        redact_words: Words that never stay, whatever else is known about them.
        model: A model that finds names in text that would stay, or None.
        min_score: Text that was read with a lower confidence, 0 to 1, does not stay.
        padding_px: A box is grown by at least so many pixels on every side before it is filled.
        padding_share: ... and by at least this share of its height.
    """

    keep: str = "clinical"
    keep_words: tuple[str, ...] = ()
    keep_phrases: tuple[str, ...] = ()
    redact_words: tuple[str, ...] = ()
    model: ModelSource | None = ModelSource(shipped=True)
    min_score: float = 0.5
    padding_px: int = 2
    padding_share: float = 0.15

    @property
    def kept_in_text(self) -> tuple[str, ...]:
        """The words and phrases of the user's own that stay in free text."""
        return (*self.keep_words, *self.keep_phrases)

    def __post_init__(self) -> None:
        require_one_of("keep", self.keep, KEEPS)
        if not 0 <= self.min_score <= 1:
            raise ValueError("min_score: give a number from 0 to 1")
        if self.padding_px < 0 or self.padding_share < 0:
            raise ValueError("padding_px and padding_share: give no negative number")
