"""A published Instance: what the audit and the vault are written from."""

from __future__ import annotations

from dataclasses import dataclass, field

from .evidence import Evidence


@dataclass(frozen=True, slots=True)
class AttributeAction:
    """One attribute that was acted on.

    Attributes:
        path: Tags and item numbers, such as "00400275[0].00400007"; no value, no private creator.
        action: The letter of PS3.15 Table E.1-1a that was applied: D Z X K C U.
        rule: What asked for it: "E.1-1", an option's name, "private", "unlisted", "override", ...
    """

    path: str
    action: str
    rule: str


@dataclass(frozen=True, slots=True)
class OutputNames:
    """The pseudonyms that name an output, and the originals that only the vault may hold."""

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
        originals: The original counterparts of the output's `OutputNames` (patient ID and UIDs).
        uids: (original, new) of every UID that was replaced.
        offset_days: By how many days the patient's dates move where a profile moves them.
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
        pixel_method: How the pixel data got here: "none", "unchanged", "in_place", "reencoded" or "transcoded".
        carriers: (carrier, what became of it): the instance's coverage proof.
        already_existed: The same bytes stood there before.
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
