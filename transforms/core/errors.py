"""Expected failures, one class a reason code, and the record of a failure in the graph.

A code is part of the contract with users: the audit and the documents name it, so it is never renamed. A message names the
broken rule and never a value of the data, since messages reach logs and the audit. `docs/reasons.md` lists every code and what
to do about it (a test compares the two).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


class EffaceError(Exception):
    """Base of every expected failure. `code` is its stable name; the code of the base is that of unexpected errors.

    `output_uid` is the pseudonym of the SOP Instance UID where the header was read, so that people can decide about a failure.
    """

    code: ClassVar[str] = "internal"
    output_uid: str = ""


class NotDicomError(EffaceError):
    """The object is not DICOM: it begins with neither file meta nor a data set."""

    code = "not_dicom"


class DicomdirError(EffaceError):
    """A DICOMDIR: an index over other files, with their identifiers. A new one can be made for the output."""

    code = "dicomdir"


class StructureError(EffaceError):
    """The structure of the data set is broken: a wrong length, a sequence that never ends, a cut file."""

    code = "structure"


class InflationLimitError(EffaceError):
    """A deflated data set inflates to more than 1 GiB, or to more than 64 MiB and 200 times its deflated size.

    An archive, or a member of one, has limits of its own (`storage.archives`).
    """

    code = "inflation_limit"


class ArchiveError(EffaceError):
    """An archive, or a member of one, cannot be read: damaged, encrypted, in another archive, or compressed in another way."""

    code = "archive"


class DicomdirReferenceError(EffaceError):
    """The DICOMDIR that is the input names a file that is missing or lies outside of its folder, or cannot be read itself."""

    code = "dicomdir_reference"


class SopClassError(EffaceError):
    """The SOP Class is missing, or no Storage SOP Class of the standard, so the content of the instance is unknown."""

    code = "sop_class"


class CarrierError(EffaceError):
    """The instance holds identifiers in a form that efface cannot clean, such as an encapsulated document."""

    code = "carrier"


class PatientIdentityError(EffaceError):
    """The patient of the instance is unknown, or it names more than one."""

    code = "patient_identity"


class UnmappedPatientError(EffaceError):
    """The patient is not in the table of patients, and the policy publishes only those who are."""

    code = "unmapped_patient"

    def __init__(self, message: str, patient_ref: str = "") -> None:
        super().__init__(message)
        self.patient_ref = patient_ref  # `Pseudonyms.patient_ref`, by which these patients are counted


class SharedPatientIdError(EffaceError):
    """Two people have one Patient ID: instances with another name, and another sex or date of birth."""

    code = "shared_patient_id"


class SeveralPatientIdsError(EffaceError):
    """One person has several Patient IDs: name, date of birth and sex are the same."""

    code = "several_patient_ids"


class InstanceIdentityError(EffaceError):
    """SOP, Series or Study Instance UID is missing, so the output has no name."""

    code = "instance_identity"


class TransferSyntaxError(EffaceError):
    """The transfer syntax is private, or one that efface does not read."""

    code = "transfer_syntax"


class FrameDecodeError(EffaceError):
    """A Frame does not decode, or its shape contradicts the header."""

    code = "frame_decode"


class FrameEncodeError(EffaceError):
    """A redacted Frame cannot be written without loss."""

    code = "frame_encode"


class PixelFactsError(EffaceError):
    """The Image Pixel module is incomplete or contradicts itself, or claims too many Frames."""

    code = "pixel_facts"


class PixelLayoutError(EffaceError):
    """The header contradicts the pixel data, so that viewers show different pictures."""

    code = "pixel_layout"


class ReadersDisagreeError(EffaceError):
    """Two readers of different code make different pictures of a Frame, or only one can read it."""

    code = "readers_disagree"


class HiddenBytesError(EffaceError):
    """A compressed Frame holds bytes that no decoder shows, and they cannot be removed."""

    code = "hidden_bytes"


class VoiWindowsError(EffaceError):
    """More than eight windows and tables show a Frame differently, or a lookup table cannot be applied."""

    code = "voi_windows"


class SlideLabelError(EffaceError):
    """The image shows the label of a slide. Its bar codes and handwriting are not searched for."""

    code = "slide_label"


class FaceError(EffaceError):
    """A photograph shows a face, and the policy does not say that faces are blanked or kept."""

    code = "face"


class TextDetectionError(EffaceError):
    """The text engine failed on a Frame, so it is unknown whether the Frame shows text."""

    code = "text_detection"


class ClassificationError(EffaceError):
    """The text was read, but cannot be classified."""

    code = "classification"


class TileCountError(EffaceError):
    """The join received another number of tiles than the instance has."""

    code = "tile_count"


class WithdrawnError(EffaceError):
    """The patient is on the withdrawal list: no instance of the patient is published."""

    code = "withdrawn"

    def __init__(self, message: str, patient_ref: str = "") -> None:
        super().__init__(message)
        self.patient_ref = patient_ref  # `Pseudonyms.patient_ref`, by which the audit shows which entries of the list matched


class NotSelectedError(EffaceError):
    """The policy leaves the instance out: `select`."""

    code = "not_selected"


class RejectedError(EffaceError):
    """A person decided that the instance is not published."""

    code = "rejected"


class ResidualIdentifierError(EffaceError):
    """Verification found an identifier of the source in the output, which is not published."""

    code = "residual_identifier"


class VerificationError(EffaceError):
    """Verification found that the Frames of the output differ from the source outside the boxes."""

    code = "verification"


class TextLeftError(EffaceError):
    """A second look at the output found text that must not stay."""

    code = "text_left"


class SourceChangedError(EffaceError):
    """The source changed or vanished between listing and reading."""

    code = "source_changed"


class SourceReadError(EffaceError):
    """The source cannot be read (permission, network)."""

    code = "source_read"


class DeadlineError(EffaceError):
    """The work on the instance did not end in the time that its size allows. The next run tries again."""

    code = "deadline"


class OutputConflictError(EffaceError):
    """Another source with other content claims the same SOP Instance UID, or an object with other content has the name."""

    code = "output_conflict"


class SupersededError(EffaceError):
    """A newer source with the same SOP Instance UID and other content is published in its place."""

    code = "superseded"


class OutputWriteError(EffaceError):
    """The output cannot be written (permission, space, network)."""

    code = "output_write"


class TemporarySpaceError(EffaceError):
    """The temporary files of the instance cannot be written (space, permission), or are larger than the limit."""

    code = "temporary_space"


class MemoryLackError(EffaceError):
    """The process has too little memory for the instance."""

    code = "memory"


class WorkerDiedError(EffaceError):
    """The instance ended every process that worked on it, most often for lack of memory."""

    code = "worker_died"


class ModelError(Exception):
    """A model cannot be loaded. No failure of an instance: it ends the job, and the message says what to do."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An instance that is not published, and why.

    Attributes:
        code: Of an `EffaceError`.
        patient_ref: Keyed hash of the Patient ID of a patient who withdrew or is not in the table; "" for any other failure.
        detail: The broken rule: the message of an `EffaceError`, which holds no value of the data.
        sop_instance_uid: What the output would have; "" where no header was read.
    """

    ref: str
    stage: str
    code: str
    patient_ref: str = ""
    detail: str = ""
    sop_instance_uid: str = ""
