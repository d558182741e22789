"""Finds names in text by a token-classification model of transformers."""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from ..core.packages import missing_packages
from .name_entities import NameEntity

_TOKENIZERS = ("tokenizer.json", "vocab.txt", "vocab.json", "spm.model", "spiece.model", "sentencepiece.bpe.model")
_WEIGHTS = re.compile(r"(model|pytorch_model)(-\d+-of-\d+)?\.(safetensors|bin)")
_KEPT_LABELS = frozenset({"O", "LABEL_0"})
_BATCH_SIZE = 32


def missing_for_names() -> str:
    """The packages of such a model that are not installed, and how to install them; "" when all are."""
    return missing_packages({"torch": "torch", "transformers": "transformers"}, extra="gpu")


def missing_model_files(names: Collection[str]) -> list[str]:
    """What a folder with files of these names lacks of a model and its tokenizer as transformers saves them."""
    parts = {
        "config.json": "config.json" in names,
        "a tokenizer (tokenizer.json or vocab.txt)": any(name in names for name in _TOKENIZERS),
        "weights (model.safetensors)": any(_WEIGHTS.fullmatch(name) for name in names),
    }
    return [part for part, is_there in parts.items() if not is_there]


class TransformersNames:
    """A loaded model, on the first GPU where there is one.

    Args:
        folder: Holds the model and its tokenizer as transformers saves them.

    Raises:
        OSError, ValueError: They cannot be loaded; the message of transformers says why.
    """

    def __init__(self, folder: str | Path) -> None:
        import torch
        from transformers import AutoModelForTokenClassification, AutoTokenizer, pipeline

        self._find: Any = pipeline(
            "token-classification",
            model=AutoModelForTokenClassification.from_pretrained(folder, local_files_only=True),
            tokenizer=AutoTokenizer.from_pretrained(folder, local_files_only=True),
            aggregation_strategy="simple",
            device=0 if torch.cuda.is_available() else -1,
            batch_size=_BATCH_SIZE,
        )
        self._lock = threading.Lock()  # A tokenizer of the library must not be used by two threads at once.

    def __call__(self, texts: Sequence[str]) -> list[list[NameEntity]]:
        with self._lock:
            found = self._find(list(texts)) if texts else []
        return [[_entity(one) for one in entities if one["entity_group"] not in _KEPT_LABELS] for entities in found]


def _entity(found: dict[str, Any]) -> NameEntity:
    return NameEntity(int(found["start"]), int(found["end"]), str(found["entity_group"]), float(found["score"]))
