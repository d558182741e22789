"""The rules of the judge: each has a name, which the audit and `efface classify` show. `docs/reasons.md` lists them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .reasons import Reason


class Rule(StrEnum):
    """What decided about a text, or about a part of one."""

    HEADER_NAME = "header_name"
    HEADER_ID = "header_id"
    HEADER_DATE = "header_date"
    HEADER_PLACE = "header_place"
    HEADER_PHONE = "header_phone"
    DATE = "date"
    DATE_LABEL = "date_label"
    TIME = "time"
    GREAT_AGE = "great_age"
    AGE = "age"
    EMAIL = "email"
    WEB_ADDRESS = "web_address"
    NETWORK_ADDRESS = "network_address"
    PHONE = "phone"
    LABELLED_PHONE = "labelled_phone"
    SOCIAL_SECURITY_NUMBER = "social_security_number"
    NATIONAL_NUMBER = "national_number"
    BANK_ACCOUNT = "bank_account"
    PAYMENT_CARD = "payment_card"
    PERSON_NUMBER = "person_number"
    LABELLED_NUMBER = "labelled_number"
    DEVICE_NUMBER = "device_number"
    NUMBER_GROUPS = "number_groups"
    LONG_NUMBER = "long_number"
    MIXED_CODE = "mixed_code"
    UID = "uid"
    STREET_ADDRESS = "street_address"
    POSTAL_TOWN = "postal_town"
    INSTITUTION = "institution"
    WARD = "ward"
    TITLED_NAME = "titled_name"
    INITIAL_AND_NAME = "initial_and_name"
    LABELLED_NAME = "labelled_name"
    ROLE_NAME = "role_name"
    FULL_NAME = "full_name"
    PERSON_LABEL = "person_label"
    NAME_MODEL = "name_model"
    POLICY_WORD = "policy_word"
    POLICY_KEEPS_NOTHING = "policy_keeps_nothing"
    CODE_DECODED = "code_decoded"
    CODE_DAMAGED = "code_damaged"
    CODE_BARS = "code_bars"
    CODE_CAPTION = "code_caption"
    FACE = "face"
    SLIDE_LABEL = "slide_label"
    UNREADABLE = "unreadable"
    UNKNOWN_WORD = "unknown_word"
    UNKNOWN_NUMBER = "unknown_number"
    LABELLED_VALUE = "labelled_value"
    LINE_OF_BLOCK = "line_of_block"
    FREE_TEXT = "free_text"
    TERM = "term"
    AMBIGUOUS_TERM = "ambiguous_term"
    POLICY_KEEPS_WORD = "policy_keeps_word"
    LABEL = "label"
    MARKER = "marker"
    MEASURE = "measure"
    SCALE = "scale"
    SHORT_NUMBER = "short_number"
    SIZE = "size"
    REGION = "region"
    DECIDED_BOX = "decided_box"
    DECIDED_KEEP = "decided_keep"


RULES: dict[Rule, tuple[Reason, str]] = {
    Rule.HEADER_NAME: (Reason.HEADER_NAME, "a name of the instance's own header, in any spelling"),
    Rule.HEADER_ID: (Reason.HEADER_ID, "an identifier of the header, with any separators"),
    Rule.HEADER_DATE: (Reason.HEADER_DATE, "a date of the header, in any spelling"),
    Rule.HEADER_PLACE: (Reason.HEADER_PLACE, "an institution, department or address of the header"),
    Rule.HEADER_PHONE: (Reason.HEADER_PHONE, "a telephone number of the header"),
    Rule.DATE: (Reason.PATTERN_DATE, "a date in one of the usual spellings"),
    Rule.DATE_LABEL: (Reason.PATTERN_DATE, "the label of a date with digits behind it, or of a birth"),
    Rule.TIME: (Reason.PATTERN_TIME, "a time of day"),
    Rule.GREAT_AGE: (Reason.PATTERN_AGE, "an age over 89"),
    Rule.AGE: (Reason.PATTERN_AGE, "an age; on pictures every age goes"),
    Rule.EMAIL: (Reason.PATTERN_PHONE, "an e-mail address"),
    Rule.WEB_ADDRESS: (Reason.PATTERN_PHONE, "a web address"),
    Rule.NETWORK_ADDRESS: (Reason.PATTERN_PHONE, "an address of a computer: IPv4, IPv6 or MAC"),
    Rule.PHONE: (Reason.PATTERN_PHONE, "a telephone number, or the label of one"),
    Rule.LABELLED_PHONE: (Reason.PATTERN_PHONE, "a number behind the label of a telephone, an extension or a pager"),
    Rule.SOCIAL_SECURITY_NUMBER: (Reason.PATTERN_ID, "a social security number of the United States"),
    Rule.NATIONAL_NUMBER: (Reason.PATTERN_ID, "a number that a country gives to people, by its form and check digit"),
    Rule.BANK_ACCOUNT: (Reason.PATTERN_ID, "an international bank account number (IBAN) with right check digits"),
    Rule.PAYMENT_CARD: (Reason.PATTERN_ID, "the number of a payment card with a right check digit"),
    Rule.PERSON_NUMBER: (Reason.PATTERN_ID, "a number behind the label of a patient, an insurance or a document of identity"),
    Rule.LABELLED_NUMBER: (Reason.PATTERN_ID, "a number behind the label of a case, an order or another identifier"),
    Rule.DEVICE_NUMBER: (Reason.PATTERN_ID, "the serial number of a device, or the number of a vehicle, behind its label"),
    Rule.NUMBER_GROUPS: (Reason.PATTERN_ID, "groups of seven or more digits with no unit between them"),
    Rule.LONG_NUMBER: (Reason.PATTERN_ID, "five or more digits in a row without a unit"),
    Rule.MIXED_CODE: (Reason.PATTERN_ID, "a code of letters and digits that no setting is written like"),
    Rule.UID: (Reason.PATTERN_ID, "a UID"),
    Rule.STREET_ADDRESS: (Reason.PATTERN_ADDRESS, "a postal address, or a part of one"),
    Rule.POSTAL_TOWN: (Reason.PATTERN_ADDRESS, "a postal code with its town"),
    Rule.INSTITUTION: (Reason.PATTERN_PLACE, "the name of a hospital, a practice or a university"),
    Rule.WARD: (Reason.PATTERN_PLACE, "a ward, a room, a bed or a department"),
    Rule.TITLED_NAME: (Reason.PATTERN_PERSON, "a name behind a title, or in front of a degree or a profession"),
    Rule.INITIAL_AND_NAME: (Reason.PATTERN_PERSON, "an initial with a dot in front of a capitalised word"),
    Rule.LABELLED_NAME: (Reason.PATTERN_PERSON, "a name behind a label that goes with a person"),
    Rule.ROLE_NAME: (Reason.PATTERN_PERSON, "a name beside the word for a patient, a relative or a member of the staff"),
    Rule.FULL_NAME: (Reason.PATTERN_PERSON, "a frequent given name next to a frequent surname"),
    Rule.PERSON_LABEL: (Reason.PATTERN_PERSON, "a label or title that goes with a person"),
    Rule.NAME_MODEL: (Reason.NAME_MODEL, "the name model found a person, place or identifier"),
    Rule.POLICY_WORD: (Reason.POLICY_WORD, "a word or pattern that the policy removes"),
    Rule.POLICY_KEEPS_NOTHING: (Reason.POLICY_KEEPS_NOTHING, "the policy keeps no text"),
    Rule.CODE_DECODED: (Reason.BAR_CODE, "a bar code that can be decoded"),
    Rule.CODE_DAMAGED: (Reason.BAR_CODE, "a code of two dimensions that is too damaged to be decoded"),
    Rule.CODE_BARS: (Reason.BAR_CODE, "bars of several widths, as of a linear code"),
    Rule.CODE_CAPTION: (Reason.BAR_CODE, "text at the edge of a bar code"),
    Rule.FACE: (Reason.FACE, "the network found a face on a photograph"),
    Rule.SLIDE_LABEL: (Reason.SLIDE_LABEL, "the image is the label of a slide"),
    Rule.UNREADABLE: (Reason.UNREADABLE_TEXT, "read with too low a score to be believed"),
    Rule.UNKNOWN_WORD: (Reason.UNKNOWN_TEXT, "a word that no list explains"),
    Rule.UNKNOWN_NUMBER: (Reason.UNKNOWN_TEXT, "a number that no unit, label, scale or form explains"),
    Rule.LABELLED_VALUE: (Reason.LABELLED_VALUE, "what stands beside or below the label of an identifying value"),
    Rule.LINE_OF_BLOCK: (Reason.UNREADABLE_TEXT, "a line that is missing between two labelled ones of an evenly spaced block"),
    Rule.FREE_TEXT: (Reason.NOTHING_FOUND, "kept: no rule finds anything in this free text"),
    Rule.TERM: (Reason.LEXICON, "kept: every word is a clinical or acquisition term"),
    Rule.AMBIGUOUS_TERM: (Reason.LEXICON, "kept: a word that is also a surname, beside an unambiguous term"),
    Rule.POLICY_KEEPS_WORD: (Reason.LEXICON, "kept: a word that the policy keeps"),
    Rule.LABEL: (Reason.LABEL, "kept: the label of an identifying value; the value went"),
    Rule.MARKER: (Reason.MARKER, "kept: a marker of laterality or orientation"),
    Rule.MEASURE: (
        Reason.NUMBER,
        "kept: a number with a unit, the label of a setting, or the form of a size, ratio or decimal",
    ),
    Rule.SCALE: (Reason.NUMBER, "kept: one of at least three evenly spaced numbers, in a line, a row or a column"),
    Rule.SHORT_NUMBER: (Reason.NUMBER, "kept: up to three digits that stand alone, or two beside a term"),
    Rule.SIZE: (Reason.NOT_TEXT, "kept: far too large and too short to be a line of text"),
    Rule.REGION: (Reason.DECISION, "a box for all images of the device"),
    Rule.DECIDED_BOX: (Reason.DECISION, "a box that a person added for the instance or its series"),
    Rule.DECIDED_KEEP: (Reason.DECISION, "kept: a person decided that what is there may stay"),
}
"""Each rule -> the reason that it gives, and what it means."""


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """A part of a text that identifies: a half-open range of characters, and the rule that says so."""

    start: int
    end: int
    rule: Rule

    @property
    def span(self) -> tuple[int, int]:
        return self.start, self.end

    @property
    def reason(self) -> Reason:
        return RULES[self.rule][0]
