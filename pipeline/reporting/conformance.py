"""The part of a DICOM Conformance Statement on confidentiality, made from a policy and the tables that efface applies.

The parts and columns are those of PS3.2 N.8.4.4 (Table N.8-7) and N.11.2.6 (Table N.11-6).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from importlib import metadata
from typing import NamedTuple

from efface.pipeline.policy import Policy
from efface.transforms.audit.rows import verdict_of
from efface.transforms.core.failure_texts import FAILURE_TEXTS
from efface.transforms.dicom.transfer_syntaxes import readable_transfer_syntaxes
from efface.transforms.metadata.actions import dummy_bytes
from efface.transforms.metadata.elements import attribute_name, known_vr
from efface.transforms.metadata.handlers.listed import planned_actions
from efface.transforms.metadata.patient_identity import PATIENT_ID, PATIENT_NAME
from efface.transforms.metadata.private_rules import private_rules
from efface.transforms.metadata.profile import Option, Profile
from efface.transforms.metadata.tables import editions, read_table
from efface.transforms.metadata.unlisted_attributes import HANDLING_BY_VR, Handling

from .policy_words import OPTIONS, dates_in_words, policy_in_words
from .templates import fill_template

ACTION_CODES = {
    "D": "replace with a value of non-zero length that says nothing and fits the VR",
    "Z": "replace with a value of zero length",
    "X": "remove",
    "K": "keep; items of sequences are cleaned",
    "C": "clean: keep what does not identify",
    "U": "replace with a UID that is the same for the same UID",
    "R": "replace with a value that the policy gives",
    "Z/D": "Z, or D where the IOD needs a value (Type 1)",
    "X/Z": "X, or Z where the IOD needs the attribute (Type 2)",
    "X/D": "X, or D where the IOD needs a value (Type 1)",
    "X/Z/D": "X, or Z or D where the IOD needs it (Type 2, Type 1)",
    "X/Z/U*": "X; where the IOD needs the sequence (Type 1 or 2), its UIDs are replaced (U)",
}
"""Action code of PS3.15 Table E.1-1a -> what it comes to here."""
HANDLINGS = {
    Handling.BINARY: "kept, unless it equals or spells an identifier of the header",
    Handling.FORM: "kept where it has the form of its VR, else judged as a short text",
    Handling.LABEL: "kept without what identifies; by the rules for free text where its keyword says that people type it",
    Handling.TEXT: "free text: what identifies goes",
    Handling.DATE: "as the dates of the profile",
    Handling.TIME: "kept",
    Handling.AGE: "kept; over 89 years it becomes 90",
    Handling.UID: "replaced, unless it is of the standard or UIDs are retained",
    Handling.ITEMS: "its items are treated alike",
    Handling.REPLACE: "replaced with a dummy value",
    Handling.REMOVE: "removed",
}
"""How a value of an attribute that Table E.1-1 does not list is handled."""
_HEADS = ("Attribute Name", "Tag", "Action", "Encrypted", "Comments")
_NO = "N"


class Table(NamedTuple):
    """A table of the statement."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Section(NamedTuple):
    """A part of the statement: its title, sentences and tables."""

    title: str
    sentences: tuple[str, ...]
    tables: tuple[Table, ...] = ()


def conformance_sections(policy: Policy) -> tuple[Section, ...]:
    """The parts of the statement.

    Args:
        policy: A checked policy. Words, patterns and values of a site are counted, and not repeated.
    """
    about = policy_in_words(policy)
    return (
        _profiles(policy),
        Section("The policy in words", (), (Table("What the policy says", ("Topic", "Statement"), about),)),
        _attributes(policy),
        _private(policy.profile),
        _references(policy.profile),
        Section(
            "Pixel Data",
            (
                *(text for topic, text in about if topic in ("Pixels", "Search", "Second look", "Faces", "Labels of slides")),
                "Changed Frames are written in the transfer syntax of the source where that is lossless, else as JPEG-LS "
                "Lossless. Burned In Annotation becomes NO where the pixels were searched.",
            ),
            (
                Table(
                    "Transfer syntaxes that are read",
                    ("Name", "UID"),
                    tuple((uid.name, str(uid)) for uid in readable_transfer_syntaxes()),
                ),
            ),
        ),
        Section(
            "What Is Not Published",
            ("An instance that cannot be de-identified with certainty, or whose output fails its check, is quarantined.",),
            (
                Table(
                    "Reasons",
                    ("Code", "Meaning"),
                    tuple((code, text.meaning) for code, text in FAILURE_TEXTS.items() if verdict_of(code) == "quarantined"),
                ),
            ),
        ),
    )


def _profiles(policy: Policy) -> Section:
    handlings = tuple((vr, HANDLINGS[handling]) for vr, handling in sorted(HANDLING_BY_VR.items()))
    return Section(
        "Attribute Confidentiality Profiles (PS3.2 N.8.4.4)",
        (
            f"efface {metadata.version('efface')} de-identifies files. It has no Application Entity on the network, and does "
            "not re-identify.",
            "Attributes that a later edition of the standard adds are in no table. Their VR decides, as the table below says; "
            "an attribute of unknown VR is removed. Pixel data, ICC profiles, waveforms and some tables of numbers have rules "
            "of their own. An override of the policy decides otherwise, for one attribute.",
        ),
        (
            Table(
                "Table N.8-7. Attribute Confidentiality Profiles",
                ("Profile", "Option", "AE", "De-identifier", "Re-identifier", "Configurable"),
                tuple(_option_rows(policy)),
            ),
            Table("Attributes that Table E.1-1 does not list, by VR", ("VR", "What happens"), handlings),
        ),
    )


def _attributes(policy: Policy) -> Section:
    rows = tuple(attribute_rows(policy))
    counts = Counter(action for _, _, action, *_ in rows)
    tables = ", ".join(f"{name} ({edition})" for name, edition in editions().items())
    return Section(
        "Attribute Confidentiality Details (PS3.2 N.11.2.6)",
        (
            "Every attribute of PS3.15 Table E.1-1 is listed, and every other one for which the policy has a rule. Actions "
            "hold at every level of the data set. Where a code has several letters, the Type of the attribute in its IOD "
            "decides.",
            f"Tables that are applied: {tables}.",
        ),
        (
            Table(
                "Actions",
                ("Action", "Meaning", "Attributes"),
                tuple((code, meaning, str(counts[code])) for code, meaning in ACTION_CODES.items() if counts[code]),
            ),
            Table("Table N.11-6. De-identified Elements and Actions", _HEADS, rows),
        ),
    )


def _private(profile: Profile) -> Section:
    rows = tuple(private_rows(profile))
    heads = ("Private creator", "Element", "VR", "Action", "Form of the value", "Comments")
    return Section(
        "Private Attributes",
        (
            f"{len(rows)} private attributes stay, where private creator, element, VR and form are as listed. Their values are "
            "cleaned by their VR. All other private attributes are removed.",
        ),
        (Table("Private attributes that stay", heads, rows),) if rows else (),
    )


def _references(profile: Profile) -> Section:
    uids = (
        "UIDs stay as they are."
        if Option.RETAIN_UIDS in profile.options
        else "UIDs are replaced by UIDs below 2.25, which a keyed hash (HMAC-SHA256) makes from the originals: one UID has one "
        "replacement in all Studies and in every run with the same key, in whatever order instances are processed. UIDs that "
        "the standard defines stay."
    )
    return Section(
        "Referential Integrity, UIDs and Dates",
        (
            uids,
            "Patient ID and Patient's Name are replaced by a keyed pseudonym, the same for one patient under one key.",
            dates_in_words(profile),
            "Encrypted Attributes Data Sets (0400,0500) are neither made nor read; those of a source are removed.",
        ),
    )


def attribute_rows(policy: Policy) -> Iterator[tuple[str, ...]]:
    """The rows of Table N.11-6, in order of the tags: name, tag, action, whether it can be encrypted, comments."""
    profile = policy.profile
    names = {row["tag"]: row["name"] for row in read_table("ps3_15_e1_1")["rows"]}
    reasons = {override.tag: override.reason for override in profile.overrides if not override.creator}
    rows: dict[str, tuple[str, ...]] = {}
    for tag, (planned, rule) in planned_actions(profile).items():
        digits, is_patient = f"{tag:08X}", tag in (PATIENT_ID, PATIENT_NAME) and planned != "X"
        action = "D" if is_patient else planned
        value = "keyed pseudonym" if is_patient else _value(tag, action)
        comment = "; ".join(filter(None, (_rule(rule, reasons.get(digits, "")), value)))
        rows[digits] = (names.get(digits) or attribute_name(tag), f"({digits[:4]},{digits[4:]})", action, _NO, comment)
    for row in read_table("ps3_15_e1_1")["rows"]:
        if row["tag"].upper() not in rows:
            rows[row["tag"]] = _group_row(row["tag"], row["name"], policy)
    return (rows[digits] for digits in sorted(rows))


def private_rows(profile: Profile) -> Iterator[tuple[str, ...]]:
    """Private attributes that stay: creator, element, VR, action, form, what it is and what asks for it."""
    meanings = {
        (int(row["group"], 16), row["creator"], int(row["element"], 16)): row.get("meaning") or row.get("name", "")
        for name in ("ps3_15_e3_10_1", "physics_private")
        for row in read_table(name)["rows"]
    }
    reasons = {kept.key: kept.reason for kept in profile.private_keep}
    for key, rule in sorted(private_rules(profile).items()):
        group, creator, element = key
        if rule.action != "X":
            comment = reasons.get(key) or meanings.get(key) or _rule(rule.rule, "")
            yield creator, f"({group:04X},xx{element:02X})", rule.vr or "as declared", rule.action, rule.form or "any", comment


def conformance_page(policy: Policy) -> str:
    """The statement as one page of HTML."""
    return fill_template("conformance.html.j2", policy=policy.name, sections=conformance_sections(policy))


def conformance_markdown(policy: Policy) -> str:
    """The statement in Markdown."""
    return fill_template("conformance.md.j2", policy=policy.name, sections=conformance_sections(policy))


def _option_rows(policy: Policy) -> Iterator[tuple[str, ...]]:
    profile = "Basic Application Level Confidentiality"
    supported = {name: option in policy.profile.options for option, (name, _) in OPTIONS.items()}
    supported |= {"Basic Profile": True, "Clean Pixel Data": policy.cleans_pixels, "Clean Recognizable Visual Features": False}
    for option in (*_FIRST_OPTIONS, *(name for name in reversed(list(supported)) if name not in _FIRST_OPTIONS)):
        can = "N" if option == "Clean Recognizable Visual Features" else "Y"
        yield profile, option, "ALL", "Y" if supported[option] else "N", _NO, can


_FIRST_OPTIONS = ("Basic Profile", "Clean Pixel Data", "Clean Recognizable Visual Features")


def _rule(rule: str, reason: str) -> str:
    if rule == "E.1-1":
        return ""
    option = next((name for option, (name, _) in OPTIONS.items() if option == rule), "")
    return f"{option} Option" if option else f"policy: {reason}" if reason else rule


def _value(tag: int, action: str) -> str:
    """How the value comes about that takes the place of the original one."""
    vr = known_vr(tag)
    if "D" in action and vr not in ("SQ", "UI"):
        dummy = dummy_bytes(vr)
        return f'dummy value "{dummy.decode("ascii")}"' if dummy.isascii() and dummy.strip(b"\0") else "dummy value 0"
    if action == "C" and vr in ("DA", "DT"):
        return "moved by the offset of the patient"
    return ""


def _group_row(tag: str, name: str, policy: Policy) -> tuple[str, ...]:
    """The row of a repeating group, or of private attributes."""
    if tag == "private":
        keeps = Option.RETAIN_SAFE_PRIVATE in policy.profile.options or policy.profile.private_keep
        return name, "(gggg,eeee), gggg odd", "C" if keeps else "X", _NO, "see Private Attributes" if keeps else ""
    is_cleaned = tag == "60xx3000" and policy.cleans_overlays
    comment = "read for text as frames are, and stays without what must go" if is_cleaned else ""
    return name, f"({tag[:4]},{tag[4:]})", "C" if is_cleaned else "X", _NO, comment
