"""Finds telephone numbers by their form, and numbers behind the label of a telephone, an extension or a pager."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..core.word_lists import words_of
from .finders import Finders
from .rules import Found, Rule

_PHONE = re.compile(
    r"(?=[\d+(])(?:"  # Most characters begin none of them.
    r"(?<![\d.])(?:\+?\d{1,3}[-. ])?(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-.]\d{4}(?!\d|\.\d)"
    r"|(?<![\d.])(?:\+|\(\+|\b00(?=[1-9]\d))"
    r"\d{1,3}[-. ()/]{0,3}(?:\(0\))?[-. (]{0,2}\d[\d ()./–-]{5,18}\d"  # with a country's code
    r"|(?<!\w)\d{3}-\d{4}(?![\d-])"  # without area
    r"|(?<![\w.,/(-])\(0\d{0,5}\)[ ]?\d{1,5}(?:[ /.-]{1,3}\d{2,8}){0,5}(?!\w|,\d)"
    r"|(?<![\w.,/(-])\(\d{2,5}\)[ -]?\d{3,5}[ -]\d{3,4}(?!\w|,\d)"
    r"|(?<![\w.,/-])0\d{1,5}[ ]?[/–-][ ]?\d{2,9}(?:[ -]\d{1,6}){0,4}(?!\w|[,.]\d)"
    r"|(?<![\w.,/-])0[1-9]\d{0,3}(?:[ .-]\d{2,4}){2,5}(?![\w-]|[,.]\d)"
    r"|(?<![\w.,/-])0[1-9]\d{2,4}[ ]\d{5,8}(?![\w-]|[,.]\d)"
    r"|(?<![\w.,/-])[689]\d{2}(?:[ .-]\d{2}){3}(?![\w-]|[,.]\d)|(?<![\w.,/-])[689]\d{2}([ .-])\d{3}\1\d{3}(?![\w-]|[,.]\d)"
    r"|(?<![\w.,/-])1[3-9]\d([ -])\d{4}\2\d{4}(?![\w-]|[,.]\d)|(?<![\w.,/-])[6-9]\d{4}[ -]\d{5}(?![\w-]|[,.]\d))"
)
_BEHIND_PHONE = re.compile(r"[ ]?(?:x|ext\.?|extn\.?|extension|#|durchwahl|poste|toestel|dw)[ .:-]{0,2}\d{1,6}(?!\w)", re.I)
_EXTENSION = re.compile(r"(?<![\w.,])(?<!\d )[xX](?!\d?000|\d{2}00)\d{4,5}(?![\w.,]\d|[\w%])")

_FEWEST_OF_SUBSCRIBER = 7
_LABELS_BY_FEWEST_DIGITS = {
    2: """内線 内線番号 内线 分机 分机号 내선 내선번호 تحويلة שלוחה внутр вн доб εσωτ
        pager beeper bleep blp pieper seintoestel bip
        vaktmobil durchwahl nebenstelle dect toestel anexo interno poste apparat app""",
    3: """ext extn extension extensión extensao anknytning ramal tst piepser funk funknummer hausruf hausapparat
        kurzwahl rückruf phs nst vocera ascom busca buscapersonas cicalino zoemer sökare dahili wew wewn linka
        klapka mellék voicemail mailbox""",
    4: """intern linea calling reception switchboard centralino växel sekretariat sekr secrétariat secretaría
        segreteria empfang telefonzentrale tel tél tlf tfno telf telephone phone fax telefax telefon téléphone
        telefono teléfono telefone telefoon telefonnummer telefoonnummer handy handynummer rufnummer gsm natel móvil
        movil cellulare mobiel mobil hotline whatsapp sms fixe landline telecopie télécopie тел телефон факс 電話 电话
        電話番号 手机 전화 هاتف sein ph dial call callback ring puhelin telefonisch fon int""",
    6: "mobile mob cell portable cel line",
}
_FEWEST_DIGITS = {word: fewest for fewest, words in _LABELS_BY_FEWEST_DIGITS.items() for word in words_of(words)}
"""The label of a telephone -> the fewest digits behind it that are a number: "extension" and others are also terms."""
_MOST_DIGITS = 18
_BEHIND_LABEL = re.compile(
    r"(?:\.|-)?(?:(?:nummer|number|no|nr|num)\b)?"
    r"(?:[ ]{1,2}(?:no|nr|number|numéro|numero|número|nummer|num|n°|nº|box|home|work|mobile|office|direct|is|me|at|on|back"
    r"|him|her)\b\.?){0,3}"
    r"[\s:#=.：]{0,4}(?:(?<=[\s:.])[-–])?(?P<digits>[+(]{0,2}\d(?:[ ()./–-]{0,3}+\d){0,17}+)(?![\w%°]|[.,]\d)",
    re.I,
)


def find_phones(text: str) -> Iterator[Found]:
    """Telephone numbers by their form.

    Args:
        text: Without dates and scales, whose digits stand in groups as well.
    """
    for found in _PHONE.finditer(text):
        if sum(map(str.isdigit, found.group())) >= _FEWEST_OF_SUBSCRIBER:
            extension = _BEHIND_PHONE.match(text, found.end())
            yield Found(found.start(), extension.end() if extension else found.end(), Rule.PHONE)


def find_labelled_phone(text: str, start: int, end: int) -> Iterator[Found]:
    """The number behind one word, if the word is the label of a telephone, a fax or a pager."""
    word = text[start:end].lower()
    if word == "x":
        if found := _EXTENSION.match(text, start):
            yield Found(*found.span(), Rule.LABELLED_PHONE)
        return
    found = _BEHIND_LABEL.match(text, end)
    if found is None:
        return
    digits = found["digits"]
    count = sum(map(str.isdigit, digits))
    if word == "ph" and "." in digits and count < _FEWEST_OF_SUBSCRIBER:  # pH 7.35
        return
    if _FEWEST_DIGITS[word] <= count <= _MOST_DIGITS:
        start = found.start("digits")
        yield Found(start, start + len(digits), Rule.LABELLED_PHONE)


FINDERS: Finders = dict.fromkeys((*_FEWEST_DIGITS, "x"), (find_labelled_phone,))
"""Each word, in lower case, that a telephone number may stand behind."""
