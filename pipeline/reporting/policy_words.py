"""A policy in words, for people who decide about data and do not read YAML.

It repeats no text of a site: words, patterns and values of a policy may identify, so they are counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from efface.pipeline.policy import Policy
from efface.transforms.metadata.profile import Option, Profile
from efface.transforms.metadata.tables import editions


class Statement(NamedTuple):
    """What a policy says about one topic."""

    topic: str
    text: str


OPTIONS = {
    Option.RETAIN_SAFE_PRIVATE: (
        "Retain Safe Private",
        "private attributes stay that a list knows, if their values have the form that the list asks for",
    ),
    Option.RETAIN_UIDS: ("Retain UIDs", "UIDs stay as they are, so that an instance can be looked up where it comes from"),
    Option.RETAIN_DEVICE_IDENTITY: ("Retain Device Identity", "names and serial numbers of devices stay"),
    Option.RETAIN_INSTITUTION_IDENTITY: ("Retain Institution Identity", "institutions and departments stay"),
    Option.RETAIN_PATIENT_CHARACTERISTICS: (
        "Retain Patient Characteristics",
        "age, sex, size, weight and what describes the patient stay; ages over 89 years become 90",
    ),
    Option.RETAIN_LONG_FULL_DATES: ("Retain Longitudinal Temporal Information with Full Dates", "dates stay as they are"),
    Option.RETAIN_LONG_MODIFIED_DATES: (
        "Retain Longitudinal Temporal Information with Modified Dates",
        "all dates of one patient move by one secret number of weeks, so that intervals and weekdays stay",
    ),
    Option.CLEAN_DESCRIPTORS: ("Clean Descriptors", "descriptions and comments stay without what identifies"),
    Option.CLEAN_STRUCTURED_CONTENT: ("Clean Structured Content", "reports stay without what identifies"),
    Option.CLEAN_GRAPHICS: ("Clean Graphics", "overlays and drawn annotations stay without what identifies"),
}
"""Option -> its name in PS3.15 E.3, and what it comes to here."""

_FREE_TEXT = {
    "closed": "every word goes that no list of clinical and acquisition terms holds, beside all that the rules find",
    "names": "what the rules find goes, and of other words those that may be names",
    "rules": "what the rules find goes: names with a label or a title, numbers, addresses, dates",
}
_FACES = {
    "quarantine": "a photograph that shows a face is not published",
    "blank": "faces on photographs are filled",
    "keep": "faces on photographs stay",
}
_LABELS = {
    "quarantine": "images of the label of a slide are not published",
    "replace": "a drawn label with the pseudonym takes the place of the image of a slide's label",
}
_ISSUERS = {
    "ignored": "one Patient ID is one patient, whoever issued it",
    "counts": "another Issuer of Patient ID makes another patient",
}


def policy_in_words(policy: Policy) -> tuple[Statement, ...]:
    """What a policy does, topic by topic."""
    return tuple(_statements(policy))


def _statements(policy: Policy) -> Iterator[Statement]:
    profile = policy.profile
    edition = editions()["ps3_15_e1_1"]
    yield Statement("Profile", f"The Basic Application Level Confidentiality Profile, PS3.15 Annex E, edition {edition}.")
    for option in Option:
        if option in profile.options:
            name, meaning = OPTIONS[option]
            yield Statement(f"Option {name}", _sentence(meaning))
    yield Statement("Dates", dates_in_words(profile))
    yield Statement("Patients and UIDs", _names(profile))
    yield Statement("Free text in the header", f"Where it stays, {_FREE_TEXT[profile.free_text]}.")
    yield Statement("Private attributes", _private(profile))
    if profile.overrides or profile.text_rules:
        yield Statement(
            "Exceptions",
            f"{len(profile.overrides)} attributes follow a rule of the policy in place of the profile's, and "
            f"{len(profile.text_rules)} patterns of the site are removed from every text.",
        )
    yield from _about_pixels(policy)
    rules = len(policy.selection.leave_out) + len(policy.selection.only)
    if rules:
        yield Statement("Choice of instances", f"{rules} rules say which instances are taken; the others are not selected.")


def dates_in_words(profile: Profile) -> str:
    """What happens to dates."""
    precision = "" if profile.date_precision == "day" else f", of which only the {profile.date_precision} is told"
    if Option.RETAIN_LONG_FULL_DATES in profile.options:
        return f"Dates stay as they are{precision}."
    if Option.RETAIN_LONG_MODIFIED_DATES in profile.options:
        return (
            "Dates of one patient move by one offset, a multiple of seven days that the key decides, so that intervals and "
            f"weekdays stay{precision}."
        )
    return "Dates are removed, or replaced by one that says nothing where the standard wants a value."


def _names(profile: Profile) -> str:
    uids = "UIDs stay." if Option.RETAIN_UIDS in profile.options else "UIDs are replaced; references between instances resolve."
    table = f" A table gives {len(profile.patients)} patients their new IDs." if profile.patients else ""
    others = " Patients who are not in it are not published." if profile.requires_line else ""
    return f"Names and IDs are keyed pseudonyms: {_ISSUERS[profile.issuer]}. {uids}{table}{others}"


def _private(profile: Profile) -> str:
    kept = len(profile.private_keep)
    of_site = f" The site keeps {kept} more that it has looked at." if kept else ""
    if Option.RETAIN_SAFE_PRIVATE in profile.options:
        return f"Those go that no list knows.{of_site}"
    return f"All of them go{', but for those of the site' if kept else ''}.{of_site}"


def _about_pixels(policy: Policy) -> Iterator[Statement]:
    if not policy.cleans_pixels:
        yield Statement("Pixels", "They are not looked at, and the output does not claim that they show no text.")
        return
    kept = "text stays that reads as clinical or technical, unless the header says that it names somebody"
    if policy.phi.keep == "nothing":
        kept = "no text stays"
    yield Statement("Pixels", f"Every frame is searched for text; {kept}. What goes is filled; every other pixel stays.")
    words = len(policy.phi.kept_in_text) + len(policy.phi.redact_words)
    if words:
        yield Statement("Words of the site", f"{words} words or phrases of the site stay, or go, beside the lists.")
    effort = {
        "full": "All of each frame is read",
        "sampled": "A small network says where text may be, and the engine reads there",
        "auto": "Where the header makes text likely all is read; elsewhere a small network says where text may be",
    }[policy.ocr.effort]
    sample = "" if policy.ocr.effort == "full" else f"; {policy.ocr.sampled_share:.1%} of these are read in full"
    yield Statement("Search", f"{effort}{sample}.")
    yield Statement(
        "Second look",
        "What was written is read again where something was filled, and on "
        f"{policy.ocr.second_look:.1%} of all other instances; text that must not stay stops the instance.",
    )
    yield Statement("Names", "A network looks for names too." if policy.phi.model else "No network looks for names.")
    faces, labels = _FACES[policy.features.faces], _LABELS[policy.features.slide_labels]
    yield Statement("Faces", f"{_sentence(faces)} A head on CT or MR is not defaced.")
    yield Statement("Labels of slides", _sentence(labels))


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
