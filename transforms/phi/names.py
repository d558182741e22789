"""Finds names in text by a transformers token-classification model."""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from ..core.packages import missing_packages

_TOKENIZERS = ("tokenizer.json", "vocab.txt", "vocab.json", "spm.model", "spiece.model", "sentencepiece.bpe.model")
_WEIGHTS = re.compile(r"(model|pytorch_model)(-\d+-of-\d+)?\.(safetensors|bin)")
_KEPT_LABELS = frozenset({"O", "LABEL_0"})
_BATCH_SIZE = 32


def missing_for_names() -> str:
    """The packages of the name model that are not installed, and how to install them; "" when all are."""
    return missing_packages({"torch": "torch", "transformers": "transformers"}, extra="gpu")


def missing_model_files(names: Collection[str]) -> list[str]:
    """What a folder with files of these names lacks of a model and its tokenizer as transformers saves them."""
    parts = {
        "config.json": "config.json" in names,
        "a tokenizer (tokenizer.json or vocab.txt)": any(name in names for name in _TOKENIZERS),
        "weights (model.safetensors)": any(_WEIGHTS.fullmatch(name) for name in names),
    }
    return [part for part, is_there in parts.items() if not is_there]


class NameRecognizer:
    """A loaded model. Calling it gives, for each text, the label of the surest name, place or identifier in it, or None.

    Args:
        folder: Holds the model and its tokenizer as transformers saves them.

    Raises:
        OSError, ValueError: They cannot be loaded; the message of transformers says why.
    """

    def __init__(self, folder: str | Path) -> None:
        import torch
        from transformers import AutoModelForTokenClassification, AutoTokenizer, pipeline

        device = 0 if torch.cuda.is_available() else -1
        self._find: Any = pipeline(
            "token-classification",
            model=AutoModelForTokenClassification.from_pretrained(folder, local_files_only=True),
            tokenizer=AutoTokenizer.from_pretrained(folder, local_files_only=True),
            aggregation_strategy="simple",
            device=device,
            batch_size=_BATCH_SIZE,
        )
        self._lock = threading.Lock()  # A tokenizer of the library must not be used by two threads at once.

    def __call__(self, texts: Sequence[str]) -> list[str | None]:
        return [_surest(entities) for entities in self._named(texts)]

    def find_spans(self, text: str) -> list[tuple[int, int]]:
        """Half-open ranges of characters of the names, places and identifiers in a text."""
        [entities] = self._named([text])
        return [(int(entity["start"]), int(entity["end"])) for entity in entities]

    def _named(self, texts: Sequence[str]) -> list[list[dict[str, Any]]]:
        with self._lock:
            found = self._find(list(texts)) if texts else []
        return [[entity for entity in entities if entity["entity_group"] not in _KEPT_LABELS] for entities in found]


def _surest(entities: Sequence[dict[str, Any]]) -> str | None:
    return str(max(entities, key=lambda entity: entity["score"])["entity_group"]) if entities else None


_loaded: dict[str, NameRecognizer] = {}
_loading = threading.Lock()


def load_recognizer(folder: str, version: str) -> NameRecognizer:
    """The model in a local folder, loaded at the first call and shared by all threads of the process from then on.

    Args:
        folder: Where it is now; another version may have been there before.
        version: `ModelSource.version`.
    """
    with _loading:
        if version not in _loaded:
            _loaded[version] = NameRecognizer(folder)
        return _loaded[version]
