"""A published Instance: what the audit and the vault are written from."""

from __future__ import annotations

from dataclasses import dataclass, field

from .evidence import Evidence


@dataclass(frozen=True, slots=True)
class AttributeAction:
    """The action on one Attribute.

    Attributes:
        path: Tags and item numbers, such as "00400275[0].00400007"; no value, no private creator.
        action: The applied letter of PS3.15 Table E.1-1a: D Z X K C U.
        rule: The rule that asked for it: "E.1-1", the name of an option, "private", "unlisted", "override", ...
    """

    path: str
    action: str
    rule: str


@dataclass(frozen=True, slots=True)
class OutputNames:
    """The Patient ID and UIDs that name an output. Originals in this form may only go to the vault."""

    patient_id: str
    study_instance_uid: str
    series_instance_uid: str
    sop_instance_uid: str

    @property
    def path(self) -> str:
        """The output's place below `instances/`."""
        return f"{self.patient_id}/{self.study_instance_uid}/{self.series_instance_uid}/{self.sop_instance_uid}.dcm"


@dataclass(frozen=True, slots=True)
class Linkage:
    """The link from an output to its source: identifying, for the vault alone.

    Attributes:
        originals: The original Patient ID and UIDs.
        uids: (original, new) of every UID that was replaced.
        offset_days: The days by which the dates of the patient move where a profile moves dates.
    """

    originals: OutputNames = field(repr=False)
    uids: tuple[tuple[str, str], ...] = field(repr=False)
    offset_days: int = field(repr=False)


@dataclass(frozen=True, slots=True)
class Published:
    """A published instance: everything that the audit and the vault record, without its bytes.

    Attributes:
        patient_ref: Keyed hash of the Patient ID alone, by which a withdrawn patient's instances are found; "" for a blank ID.
        issuer_ref: Keyed hash of Issuer of Patient ID, "" for none.
        pixel_method: How the pixel data were written: "none", "unchanged", "in_place", "reencoded" or "transcoded".
        carriers: (carrier, its treatment): the proof of coverage of the instance.
        already_existed: The output existed with the same bytes.
    """

    evidence: Evidence
    names: OutputNames
    linkage: Linkage = field(repr=False)
    patient_ref: str
    issuer_ref: str
    transfer_syntax_uid: str
    pixel_method: str
    actions: tuple[AttributeAction, ...]
    carriers: tuple[tuple[str, str], ...]
    output_bytes: int
    output_sha256: str
    already_existed: bool
    rewrite_msec: int = 0

    @property
    def ref(self) -> str:
        return self.evidence.ref
