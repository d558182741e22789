"""The reason codes of findings and their meanings. `docs/reasons.md` lists them."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """The reason of a finding."""

    HEADER_NAME = "header_name"
    HEADER_ID = "header_id"
    HEADER_DATE = "header_date"
    HEADER_PLACE = "header_place"
    HEADER_PHONE = "header_phone"
    PATTERN_DATE = "pattern_date"
    PATTERN_TIME = "pattern_time"
    PATTERN_AGE = "pattern_age"
    PATTERN_ID = "pattern_id"
    PATTERN_PHONE = "pattern_phone"
    PATTERN_ADDRESS = "pattern_address"
    PATTERN_PERSON = "pattern_person"
    PATTERN_PLACE = "pattern_place"
    NAME_MODEL = "name_model"
    POLICY_WORD = "policy_word"
    POLICY_KEEPS_NOTHING = "policy_keeps_nothing"
    BAR_CODE = "bar_code"
    FACE = "face"
    SLIDE_LABEL = "slide_label"
    UNREADABLE_TEXT = "unreadable_text"
    UNKNOWN_TEXT = "unknown_text"
    LABELLED_VALUE = "labelled_value"
    NOTHING_FOUND = "nothing_found"
    LEXICON = "lexicon"
    LABEL = "label"
    MARKER = "marker"
    NUMBER = "number"
    NOT_TEXT = "not_text"
    DECISION = "decision"


MEANINGS = {
    Reason.HEADER_NAME: "a name of this instance's own header",
    Reason.HEADER_ID: "an identifier of this instance's own header",
    Reason.HEADER_DATE: "a date of this instance's own header",
    Reason.HEADER_PLACE: "an institution, department or address of this instance's own header",
    Reason.HEADER_PHONE: "a telephone number of this instance's own header",
    Reason.PATTERN_DATE: "looks like a date",
    Reason.PATTERN_TIME: "looks like a time of day",
    Reason.PATTERN_AGE: "looks like an age",
    Reason.PATTERN_ID: "looks like an identifier: many digits, or digits and letters mixed",
    Reason.PATTERN_PHONE: "looks like a telephone number, an e-mail address or a web address",
    Reason.PATTERN_ADDRESS: "looks like a postal address",
    Reason.PATTERN_PERSON: "a label or title that goes with a person",
    Reason.PATTERN_PLACE: "a word that goes with an institution",
    Reason.NAME_MODEL: "the name model found a person, place or identifier",
    Reason.POLICY_WORD: "a word that the policy names",
    Reason.POLICY_KEEPS_NOTHING: "the policy keeps no text",
    Reason.BAR_CODE: "a bar code, with its caption",
    Reason.FACE: "a face; kept where the policy says so",
    Reason.SLIDE_LABEL: "the label of a slide, which a drawn one replaces",
    Reason.UNREADABLE_TEXT: "text was found and could not be read with confidence",
    Reason.UNKNOWN_TEXT: "nothing recognises this text, so it does not stay",
    Reason.LABELLED_VALUE: "stands beside or below the label of an identifying value",
    Reason.NOTHING_FOUND: "kept: a free text in which nothing identifies",
    Reason.LEXICON: "kept: every word is a clinical or acquisition term",
    Reason.LABEL: "kept: the label of an identifying value, without the value",
    Reason.MARKER: "kept: a laterality or orientation marker",
    Reason.NUMBER: "kept: a short number, with or without a unit",
    Reason.NOT_TEXT: "kept: far too large and too short to be a line of text",
    Reason.DECISION: "a person decided so, or the policy names the place (docs/decisions.md)",
}
