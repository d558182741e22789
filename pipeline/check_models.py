"""Looks whether the models of a policy are there, without loading or downloading any."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from efface.transforms.core.packages import missing_packages
from efface.transforms.ocr.base import EngineError, OcrSettings
from efface.transforms.ocr.packages import check_packages
from efface.transforms.ocr.weights import check_weights
from efface.transforms.phi.settings import ModelSource
from efface.transforms.phi.transformers_names import missing_for_names, missing_model_files
from efface.transforms.storage.model_folders import folder_digest, model_files

from .policy import Policy, PolicyError

_AUTO = {"cuda": "easyocr", "cpu": "rapidocr", "auto": "rapidocr"}
"""Device -> what "auto" means there. Whether there is a GPU is asked when a run begins: torch, which knows, loads slowly."""


def check_models(policy: Policy) -> Policy:
    """Look whether everything is there that the policy loads on this machine.

    A model of a hub is not asked for, and neither are weights that EasyOCR would download.

    Returns:
        The policy with the digest of the name model's folder, so that it has a version.

    Raises:
        PolicyError: A package, a folder or a file of a model is missing, or files are not the pinned ones.
    """
    if policy.cleans_pixels:
        try:
            _check_engine(policy.ocr)
        except EngineError as error:
            raise PolicyError(f"ocr: {error}") from None
    if policy.phi.model is not None and not policy.phi.model.shipped:
        _check_name_model(policy.phi.model)
    return policy.with_pinned_model()


def _check_engine(settings: OcrSettings) -> None:
    check_packages(replace(settings, engine=_AUTO[settings.device] if settings.engine == "auto" else settings.engine))
    may_be_easyocr = settings.engine in ("auto", "easyocr", "both") and not missing_packages({"torch": "torch"})
    if settings.weights in ("offline", "download") or not may_be_easyocr:
        return
    from efface.transforms.ocr.engines.easyocr import WEIGHTS

    for name, sha256 in WEIGHTS.items():
        check_weights(Path(settings.weights) / name, sha256)


def _check_name_model(model: ModelSource) -> None:
    if missing := missing_for_names():
        raise PolicyError(f"text.model needs what is {missing}")
    if not model.folder:
        return
    try:
        files = model_files(model.folder)
        found = folder_digest(model.folder) if model.sha256 else ""
    except Exception as error:  # Whatever a bucket's client raises.
        raise PolicyError(f"text.model.folder: there is no file in it, or it cannot be read ({type(error).__name__})") from None
    if lacks := missing_model_files(files):
        raise PolicyError(f"text.model.folder: it lacks {', '.join(lacks)}; give the folder that save_pretrained wrote")
    if found != model.sha256:
        raise PolicyError(f"text.model.sha256: the files of the folder are other ones; their digest is {found}")
