"""`efface scan`: shows the text on frames that a run would redact or keep."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from efface.pipeline.policy import load_policy
from efface.pipeline.scan import draw_boxes, scan_source
from efface.transforms.audit.rows import SKIPPED_CODES
from efface.transforms.core.errors import ModelError
from efface.transforms.core.failures import NOT_FAILURES, explain_failure
from efface.transforms.dicom.configuration import configure
from efface.transforms.instance.models import load_models

from ..direct.supervisor import WorkerStartError
from .errors import PictureError, UsageError
from .exit_codes import ExitCode
from .locations import list_input
from .tables import print_table

if TYPE_CHECKING:
    from PIL.Image import Image


def run(arguments: Namespace) -> int:
    """Print or draw the text on all frames of the files."""
    configure()
    policy = load_policy(arguments.policy)
    sources, quarantined = list_input(arguments.files), 0
    if arguments.png:
        try:
            Path(arguments.png).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"the pictures cannot be written ({error.strerror})") from None
    try:
        policy, _ = policy.resolve()
        load_models(policy.ocr, policy.phi.model)
    except ModelError as error:
        raise WorkerStartError(str(error)) from None
    for number, source in enumerate(sources, 1):
        try:
            boxes = scan_source(source, policy, with_text=arguments.show_text)
            if arguments.png:
                for frame, picture in draw_boxes(source, boxes):
                    # Source names may identify a patient, so a picture is named after the position of its source.
                    _save_picture(picture, Path(arguments.png, f"{number:04d}-{frame:04d}.png"))
        except (*NOT_FAILURES, PictureError):
            raise
        except BaseException as error:
            code, reason = explain_failure(error)
            quarantined += code not in SKIPPED_CODES
            print(f"{source.uri}: {code} ({reason})", file=sys.stderr)
            continue
        if arguments.json:
            for box in boxes:
                print(box.as_json())
        else:
            print(f"{source.uri}: {len(boxes)} boxes" if boxes else f"{source.uri}: no text")
            print_table([box.as_row() for box in boxes], indent="  ")
    return ExitCode.QUARANTINED if quarantined else ExitCode.OK


def _save_picture(picture: Image, path: Path) -> None:
    try:
        picture.save(path)
    except OSError as error:
        raise PictureError(f"the pictures cannot be written ({error.strerror or type(error).__name__})") from None
