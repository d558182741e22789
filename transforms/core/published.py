"""The record of a published Instance, from which the audit and the vault are written."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from .evidence import Evidence


@dataclass(frozen=True, slots=True)
class AttributeAction:
    """An action on one attribute.

    Attributes:
        path: Tags and item numbers, such as "00400275[0].00400007"; no value, no private creator.
        action: The letter of PS3.15 Table E.1-1a that was applied: D Z X K C U; or R, a value that the policy gives.
        rule: What asked for the action: "E.1-1", an option's name, "private", "unlisted", "override", ...
    """

    path: str
    action: str
    rule: str

    def __reduce__(self) -> tuple[type[AttributeAction], tuple[str, str, str]]:
        # An instance has hundreds, and what a dataclass with slots does by itself takes twice as long.
        return AttributeAction, (self.path, self.action, self.rule)


@dataclass(frozen=True, slots=True)
class OutputNames:
    """Patient ID and UIDs that name an output: pseudonyms, or their originals, which only the vault may hold.

    Attributes:
        layout_path: The path that a layout gives the output (`instance.output_layout`); "" for the default one.
    """

    patient_id: str
    study_instance_uid: str
    series_instance_uid: str
    sop_instance_uid: str
    layout_path: str = ""

    @property
    def path(self) -> str:
        """The output's path below `instances/`: by the layout of the policy, or the four names."""
        return (
            self.layout_path
            or f"{self.patient_id}/{self.study_instance_uid}/{self.series_instance_uid}/{self.sop_instance_uid}.dcm"
        )

    @property
    def study_number(self) -> str:
        """Eight digits that stand for the pseudonym of the study, where 44 letters are too many."""
        return f"{int.from_bytes(hashlib.sha256(self.study_instance_uid.encode()).digest()[:8], 'big') % 10**8:08d}"


@dataclass(frozen=True, slots=True)
class Linkage:
    """Leads from an output back to its source: identifying, for the vault alone.

    Attributes:
        originals: The originals of the output's names.
        uids: (original, new) of every UID that was replaced.
        offset_days: Days by which the patient's dates are shifted where a profile shifts them.
    """

    originals: OutputNames = field(repr=False)
    uids: tuple[tuple[str, str], ...] = field(repr=False)
    offset_days: int = field(repr=False)


@dataclass(frozen=True, slots=True)
class PersonRefs:
    """Keyed hashes of what a header says about the person, "" for nothing, to find people who share an ID or have several.

    Attributes:
        name_ref, birth_date_ref, sex_ref: Of one fact and the new Patient ID: patients cannot be compared by them.
        person_ref: Of name, date of birth and sex together, where all are known.
    """

    name_ref: str = ""
    birth_date_ref: str = ""
    sex_ref: str = ""
    person_ref: str = ""


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """What device and what kind of image an output is of, by its own header, not by that of the source.

    Attributes:
        manufacturer, manufacturer_model_name: As the output spells them; "" for none.
        image_type: The values of Image Type, separated by backslashes; "" for none.
        rows, columns: Size of a Frame in pixels; 0 for none.
    """

    manufacturer: str = ""
    manufacturer_model_name: str = ""
    image_type: str = ""
    rows: int = 0
    columns: int = 0


@dataclass(frozen=True, slots=True)
class Published:
    """A published instance: all data of the audit and the vault about it, without its bytes.

    Attributes:
        patient_ref: Keyed hash of the Patient ID alone, to find the instances of a withdrawn patient; "" for a blank ID.
        issuer_ref: Keyed hash of Issuer of Patient ID; "" without one.
        patient_id_ref: Keyed hash of the Patient ID as it is spelled; "" for a blank ID.
        mapping_ref: Keyed hash of the patient's line in the table of patients; "" for a patient who is not in it.
        person: Keyed hashes of what the header says about the person.
        device: What device and what kind of image the output is of.
        pixel_method: How the pixel data was written: "none", "unchanged", "in_place", "reencoded", "blanked"
            or "transcoded".
        carriers: (carrier of identifiers, what was done with it).
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
    patient_id_ref: str = ""
    mapping_ref: str = ""
    person: PersonRefs = PersonRefs()
    device: DeviceFacts = DeviceFacts()

    @property
    def ref(self) -> str:
        return self.evidence.ref


@dataclass(frozen=True)
class Versions:
    """What an output depends on besides its source.

    Attributes:
        policy: The policy's version, without what the next two say.
        models: Of the text engine and of the name model.
        key_id: The public name of the key.
        selection, layout: Keyed hashes of which instances the policy takes, and of what it calls the outputs; "" for all, and
            for the default. They decide nothing inside of an output.
    """

    policy: str
    models: str
    key_id: str
    selection: str = ""
    layout: str = ""

    @property
    def metadata_part(self) -> str:
        """The policy's version without its last part, the version of the pixel rules (see `Policy.version`)."""
        return self.policy.rpartition("-")[0] + "-"
