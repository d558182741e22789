"""Expected failures, one class a reason code, and the record that stands for one in the graph.

A code is part of the product's contract: it stands in the quarantine table and in the docs, so it is never renamed.
Messages are for engineers reading a traceback; they name the rule that was broken and never a value of the data, because
what a message holds ends up in logs. `docs/reasons.md` lists every code and what to do about it (a test compares the two).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


class EffaceError(Exception):
    """Base of every expected failure; `code` is its stable name, and that of the base stands for what nobody expected."""

    code: ClassVar[str] = "internal"


class NotDicomError(EffaceError):
    """The object is not DICOM: no file meta, and no data set can be read at its start."""

    code = "not_dicom"


class DicomdirError(EffaceError):
    """A DICOMDIR: an index over other files, full of their identifiers; a new one can be made over the output."""

    code = "dicomdir"


class StructureError(EffaceError):
    """The data set's structure cannot be trusted: a length that lies, a sequence that never ends, a cut file."""

    code = "structure"


class InflationLimitError(EffaceError):
    """A deflated data set inflates to more than 1 GiB, or to more than 64 MiB and 200 times its deflated size."""

    code = "inflation_limit"


class SopClassError(EffaceError):
    """The SOP Class is missing, private or unknown, so nobody can say what the instance holds."""

    code = "sop_class"


class CarrierError(EffaceError):
    """The instance carries identifiers in a form that efface cannot clean (an encapsulated document, for example)."""

    code = "carrier"


class PatientIdentityError(EffaceError):
    """The patient of the instance is unknown, or it names more than one."""

    code = "patient_identity"


class InstanceIdentityError(EffaceError):
    """SOP, Series or Study Instance UID is missing, so the output can have no name."""

    code = "instance_identity"


class TransferSyntaxError(EffaceError):
    """The transfer syntax is unknown, or no installed codec decodes it."""

    code = "transfer_syntax"


class FrameDecodeError(EffaceError):
    """A frame does not decode, or decodes to another shape than the header states."""

    code = "frame_decode"


class FrameEncodeError(EffaceError):
    """A redacted frame cannot be written without damage: no lossless form of it is known."""

    code = "frame_encode"


class PixelFactsError(EffaceError):
    """The Image Pixel module is incomplete or contradicts itself, or claims more frames than an image has."""

    code = "pixel_facts"


class PixelLayoutError(EffaceError):
    """The header contradicts the pixel data, so that viewers show different pictures."""

    code = "pixel_layout"


class HiddenBytesError(EffaceError):
    """A compressed frame holds bytes that no decoder shows, and they cannot be taken out."""

    code = "hidden_bytes"


class VoiWindowsError(EffaceError):
    """A frame is shown in more than eight ways that differ, or by a lookup table that cannot be applied."""

    code = "voi_windows"


class SlideLabelError(EffaceError):
    """The image shows the label of a slide: its bar codes and handwriting are not looked for."""

    code = "slide_label"


class TextDetectionError(EffaceError):
    """The text engine failed on a frame. No evidence is not evidence of no text."""

    code = "text_detection"


class ClassificationError(EffaceError):
    """The text was read, but could not be classified."""

    code = "classification"


class TileCountError(EffaceError):
    """The join got another number of tiles than the instance sent out."""

    code = "tile_count"


class WithdrawnError(EffaceError):
    """The patient is on the list of those who withdrew: nothing of theirs is published."""

    code = "withdrawn"

    def __init__(self, message: str, patient_ref: str = "") -> None:
        super().__init__(message)
        self.patient_ref = patient_ref  # `Pseudonyms.patient_ref`, by which the audit shows which entries of the list matched


class ResidualIdentifierError(EffaceError):
    """Verification found an identifier of the source in the bytes that were to be published."""

    code = "residual_identifier"


class VerificationError(EffaceError):
    """Verification found that the written object is not what the plan says (frame count, untouched frames, boxes)."""

    code = "verification"


class SourceChangedError(EffaceError):
    """The source changed or vanished between listing and reading."""

    code = "source_changed"


class SourceReadError(EffaceError):
    """The source cannot be read (permission, network)."""

    code = "source_read"


class OutputConflictError(EffaceError):
    """Another object already stands under the output's name with other content: two sources claim one SOP Instance UID."""

    code = "output_conflict"


class OutputWriteError(EffaceError):
    """The output cannot be written (permission, space, network)."""

    code = "output_write"


class ModelError(Exception):
    """A model cannot be loaded. No failure of an instance: it ends the job, and the message says what to do."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An instance that is not published, and why.

    Attributes:
        code: Of an `EffaceError`.
        patient_ref: Keyed hash of the Patient ID of whoever withdrew, "" for any other failure.
        detail: Which rule was broken, in words that hold nothing of the data: the message of an `EffaceError`.
    """

    ref: str
    stage: str
    code: str
    patient_ref: str = ""
    detail: str = ""
