"""Finds accounts of messengers and networks, names of computers and of their users' folders, and codes of banks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..core.word_lists import words_of
from .finders import Finders
from .rules import Found, Rule

_SERVICES = frozenset(
    words_of("""
    telegram skype twitter instagram insta facebook fb wechat weixin viber threema discord slack tiktok linkedin mastodon
    snapchat snap kakao kakaotalk messenger imessage facetime icq jabber xmpp bluesky reddit youtube vimeo xing researchgate
    username userid login benutzername utilisateur usuario github gitlab whatsapp doximity siilo matrix
    """)
)
_DOUBTFUL_SERVICES = frozenset(words_of("signal line teams zoom webex matrix slack snap messenger handle"))
"""They are words as well: a sign of an account must follow."""
_ACCOUNT = re.compile(
    r"[ ]{0,2}(?:(?:id|handle|name|user|username|account|konto|nick|profile?|live)\b)?[ ]{0,2}(?P<sign>[:：=][ ]{0,2})?"
    r"(?:live:)?(?P<value>@?[A-Za-z][\w.-]{2,40}|@[\w.-]{2,40})(?<![.-])",
    re.I,
)
_HANDLE = re.compile(r"(?<![\w@.+/])@[A-Za-z_](?:[\w.]{2,30})(?<!\.)(?!\w|@)")
_EAST_ASIAN_ACCOUNT = re.compile(
    r"(?:微信号?|微博|QQ号?|ライン|LINE|카카오톡|카톡)[ ]?(?:ID|号)?[ ]?[:：][ ]?(?P<value>[\w.@-]{3,40})"
)
_HOSTS = frozenset(
    words_of(
        "host hostname server servername workstation computer computername pc aet aetitle title machine ae pacs printer"
        " drucker rechner"
    )
)
_SURE_HOSTS = frozenset(("hostname", "aet", "aetitle", "servername", "computername", "title"))
_HOST = re.compile(
    r"[ ]{0,2}(?:(?:name|id)\b)?[ ]{0,2}(?P<sign>[:=#][ ]{0,2})?"
    r"(?P<value>(?=[\w-]{0,30}[\d_-])[A-Za-z][\w-]{3,40}(?:\.[\w-]{2,30}){0,4})"
    r"(?![\w-])",
    re.I,
)
_PATHS = re.compile(
    r"(?<![\w/:.])(?:[A-Za-z]:[\\/](?:[\w .$~-]{1,60}[\\/]){1,12}[\w.$~-]{0,60}"
    r"|/(?:home|Users|export/home|mnt/home|data|media|mnt|nas|scratch|share|srv)/[\w.-]{1,40}(?:/[\w .-]{0,60}[\w.-]){0,12}/?"
    r"|//[A-Za-z][\w.-]{2,40}(?:/[\w.$-]{1,60}){1,12})"
)
_BANK_CODE = re.compile(
    r"[ ]{0,2}(?:code\b)?[ ]{0,2}[:=]?[ ]{0,2}(?P<value>[A-Z]{4}[ ]?[A-Z]{2}[ ]?[A-Z0-9]{2}(?:[ ]?[A-Z0-9]{3})?)(?!\w)"
)
_SORT_CODE = re.compile(r"[ -]code[ ]{0,2}[:=]?[ ]{0,2}(?P<value>\d{2}[- ]?\d{2}[- ]?\d{2})(?![\w-])", re.I)
_MASKED = re.compile(r"(?<![\w])(?:[xX*]{3}-[xX*]{2}-\d{4}|(?:[xX*]{4}[ -]?){1,3}\d{4})(?!\w)")


def _find_account(text: str, start: int, end: int) -> Iterator[Found]:
    found = _ACCOUNT.match(text, end)
    if found is None:
        return
    value, word = found["value"], text[start:end].lower()
    is_spelled = any(char in "@_.0123456789" for char in value[:-1]) or value[-1].isdigit()
    needs_more = word in _DOUBTFUL_SERVICES
    if value[0] == "@" or (is_spelled and not needs_more) or (found["sign"] and not needs_more and value[0].islower()):
        yield Found(*found.span("value"), Rule.WEB_ADDRESS)


def _find_host(text: str, start: int, end: int) -> Iterator[Found]:
    word = text[start:end].lower()
    if word == "title" and text[max(0, start - 3) : start].upper() != "AE ":
        return
    found = _HOST.match(text, end)
    has_sign = found is not None and found["sign"] is not None and word != "machine"
    if found is not None and (has_sign or word in _SURE_HOSTS or "-" in found["value"] or "_" in found["value"]):
        yield Found(*found.span("value"), Rule.NETWORK_ADDRESS)


_SECRET = re.compile(
    r"[ ]{0,2}(?:is[ ]|ist[ ])?[:=][ ]{0,2}(?P<value>\S{3,60})|[ ](?P<digits>\d{4,8})(?![\w.,/-]|[ ]?[A-Za-z%])"
)


def _find_secret(text: str, start: int, end: int) -> Iterator[Found]:
    """What stands behind "password:" or "PIN"."""
    found = _SECRET.match(text, end)
    if found is not None and (any(map(str.isdigit, found.group())) or text[start:end].lower() != "pin"):
        yield Found(*found.span("value" if found["value"] else "digits"), Rule.LABELLED_NUMBER)


def _find_bank(text: str, start: int, end: int) -> Iterator[Found]:
    pattern = _SORT_CODE if text[start:end].lower() == "sort" else _BANK_CODE
    if found := pattern.match(text, end):
        yield Found(*found.span("value"), Rule.BANK_ACCOUNT)


def find_accounts(text: str) -> Iterator[Found]:
    """Accounts behind an at sign, folders of users, and numbers of which all but the last digits are hidden."""
    if "@" in text:
        yield from (Found(*found.span(), Rule.WEB_ADDRESS) for found in _HANDLE.finditer(text))
    if "/" in text or "\\" in text:
        yield from (Found(*found.span(), Rule.WEB_ADDRESS) for found in _PATHS.finditer(text))
    if "xx" in text or "XX" in text or "**" in text:
        yield from (Found(*found.span(), Rule.SOCIAL_SECURITY_NUMBER) for found in _MASKED.finditer(text))


def find_east_asian_accounts(text: str) -> Iterator[Found]:
    """Accounts behind the names of Chinese, Japanese and Korean messengers."""
    yield from (Found(*found.span("value"), Rule.WEB_ADDRESS) for found in _EAST_ASIAN_ACCOUNT.finditer(text))


FINDERS: Finders = {
    **dict.fromkeys(_SERVICES | _DOUBTFUL_SERVICES, (_find_account,)),
    **dict.fromkeys(_HOSTS, (_find_host,)),
    **dict.fromkeys(
        ("password", "passwort", "kennwort", "passwd", "pwd", "contraseña", "wachtwoord", "passe", "pin"), (_find_secret,)
    ),
    **dict.fromkeys(("bic", "swift", "sort"), (_find_bank,)),
}
"""Each word, in lower case, that an account, a computer or a bank may stand behind."""
