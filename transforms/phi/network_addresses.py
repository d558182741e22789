"""Finds e-mail addresses, web addresses, and addresses of computers, each around the sign that it cannot be without."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .rules import Found, Rule
from .versions import follows_version

_DOMAINS = (
    r"com|org|net|edu|gov|info|biz|eu|uk|de|fr|es|nl|ch|be|dk|fi|pl|cz|ie|pt|ca|au|nz|jp|cn|br|nhs|health|hospital"
    r"|clinic|local|lan|intern"
    r"|internal|localdomain"
)
_DOT = r"(?:\.|[ ]?[\[({][ ]?(?:dot|punkt|point|punto)[ ]?[\])}][ ]?|[ ](?:dot|punkt|point|punto)[ ])"
_AT_SIGN = re.compile(r"[@＠﹫]")
_SPELLED_AT_SIGN = re.compile(r"[\[({<][ ]?(?i:at|arroba|chez|ät|klammeraffe|@)[ ]?[\])}>]")
_AT = re.compile(r" (?:at|AT|At) (?=[\w-]{2,63}[ ]?(?:\.\w|[Dd]ot|DOT|[Pp]unkt|[\[({]))")
_LOCAL_PART = re.compile(r"[\w.+%'-]+(?:[ ](?:dot|punkt)[ ][\w-]+){0,3}$")
_DOMAIN = re.compile(rf"[\w-]++(?:{_DOT}[\w-]++)*", re.I)
_HAS_DOT = re.compile(rf"{_DOT}[\w-]{{2,63}}$", re.I)
_LONGEST_LOCAL_PART = 64

_URL = re.compile(r"(?:https?|s?ftp|dicom|file|ldaps?|smb|nfs|ssh|s3|gs|wss?|rtsp|git|dicomweb)$", re.I)
_END_OF_SENTENCE = ".,;:!?)]}>\"'"
_REST = re.compile(r"\S+")
_WWW = re.compile(r"[Ww][Ww][Ww]\.\S+")
_TOP_DOMAIN = re.compile(rf"\.(?i:{_DOMAINS})(?:\.uk|\.au|\.br|\.jp)?(?![\w-]|\.\w)(?:/\S*+)?")
_SHORT_LINK = re.compile(
    r"(?<![\w@./-])[\w-]{1,40}\.(?:ly|me|io|be|co|gl|tv|app|link|to|gg|in|it|ru|se|no|at|us|xyz|online|site|dev|cloud|page|ai)"
    r"/[\w?=&%#./-]{2,200}"
)
_HOST = re.compile(r"(?:[A-Za-z0-9][\w-]{0,62}\.){0,4}[A-Za-z0-9][\w-]{0,62}$")
_SHARE = re.compile(r"\\\\[\w.$-]{2,}(?:\\[\w.$ -]{1,80})*")

_BYTE = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_IPV4 = re.compile(rf"(?<![\w.-])(?P<four>(?:{_BYTE}\.){{3}}{_BYTE})(?:/\d{{1,2}}|:\d{{2,5}})?(?![\w-]|\.\d)")
_IPV4_CLUE = re.compile(r"\.\d{1,3}\.\d{1,3}\.\d")
_HEX_CLUE = re.compile(r":[0-9A-Fa-f]{0,4}:|-[0-9A-Fa-f]{2}-[0-9A-Fa-f]{2}-[0-9A-Fa-f]{2}-|\.[0-9A-Fa-f]{4}\.")
_HEX_ADDRESS = re.compile(
    r"(?<![\w:.-])[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4,6}[0-9A-Fa-f]{2}(?![\w:-])"
    r"|(?<![\w.])(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}(?!\w|\.\w)"
    r"|(?<![\w:.])(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}(?![\w:])"
    r"|(?<![\w:.])(?=[0-9A-Fa-f:]{0,40}(?:[A-Fa-f]|\d{3}))(?:[0-9A-Fa-f]{1,4}:){1,6}(?::[0-9A-Fa-f]{1,4}){1,6}(?![\w:])"
)
_BEFORE_ADDRESS = re.compile(
    r"(?:\b(?:ip(?:v4)?(?:[ -]addr(?:ess|esse)?)?|address|adresse|host|server|node|ping|pacs|gateway|dns|port|from)"
    r"|@)[\s:=]{0,3}$",
    re.I,
)
_LABEL_ROOM = 24
_SMALL = 10


def find_network_addresses(text: str) -> Iterator[Found]:
    """E-mail addresses, also with their sign spelled, web addresses, names of hosts, and IPv4, IPv6 and MAC addresses."""
    for signs in (_AT_SIGN, _SPELLED_AT_SIGN, _AT):
        for sign in signs.finditer(text):
            yield from _email(text, sign.start(), sign.end())
    if "." in text or ":" in text or "-" in text or "\\" in text:
        yield from _web_addresses(text)
        yield from _computers(text)


def _email(text: str, sign: int, behind: int) -> Iterator[Found]:
    """The address around a sign; only the plain sign may stand in front of a name without a dot."""
    is_plain = (
        text[sign : behind + 1].strip() == text[sign : behind + 1] and behind - sign == 1 and text[sign - 1 : sign] != " "
    )
    sign -= text[sign - 1 : sign] == " "
    behind += text[behind : behind + 1] == " "
    start = sign
    while start and (text[start - 1].isalnum() or text[start - 1] in "_.+%'-"):
        start -= 1
    spelled = _LOCAL_PART.search(text, max(0, start - _LONGEST_LOCAL_PART), sign)
    start = min(start, spelled.start() if spelled and " dot " in spelled.group().lower() else start)
    domain = _DOMAIN.match(text, behind)
    if domain is None or start == sign:
        return
    if not any(map(str.isalpha, domain.group())) and _IPV4.fullmatch(domain.group()) is None:
        return
    if is_plain or _HAS_DOT.search(domain.group()):
        yield Found(start, domain.end(), Rule.EMAIL)


def _web_addresses(text: str) -> Iterator[Found]:
    position = text.find("://")
    while position >= 0:
        scheme = _URL.search(text, max(0, position - 6), position)
        rest = _REST.match(text, position)
        if scheme and rest and len(rest.group()) > len("://"):
            yield _web_address(text, scheme.start(), rest.end())
        position = text.find("://", rest.end() if rest else position + 1)
    if "ww." in text or "WW." in text:
        yield from (_web_address(text, *found.span()) for found in _WWW.finditer(text))
    yield from (_web_address(text, *found.span()) for found in _SHORT_LINK.finditer(text))
    for top in _TOP_DOMAIN.finditer(text):
        host = _HOST.search(text, max(0, top.start() - 120), top.start())
        if host is not None and (
            host.start() == 0 or (text[host.start() - 1] not in "_.@/-" and not text[host.start() - 1].isalnum())
        ):
            yield _web_address(text, host.start(), top.end())
    if "\\\\" in text:
        yield from (Found(*found.span(), Rule.WEB_ADDRESS) for found in _SHARE.finditer(text))


def _web_address(text: str, start: int, end: int) -> Found:
    """An address without the signs behind it that are of the sentence."""
    return Found(start, start + len(text[start:end].rstrip(_END_OF_SENTENCE)), Rule.WEB_ADDRESS)


def _computers(text: str) -> Iterator[Found]:
    for clue in _IPV4_CLUE.finditer(text):
        found = _IPV4.search(text, max(0, clue.start() - 3))
        if found is None:
            break
        if found.start() > clue.start():
            continue
        if not _is_version(text, found.start(), found["four"]):
            yield Found(*found.span(), Rule.NETWORK_ADDRESS)
    end = 0
    for clue in _HEX_CLUE.finditer(text):
        if clue.start() >= end:
            end = clue.end() + 45
            found = _HEX_ADDRESS.search(text, max(0, clue.start() - 5), end)
            if found is not None:
                yield Found(*found.span(), Rule.NETWORK_ADDRESS)


def _is_version(text: str, start: int, four: str) -> bool:
    """Whether four numbers are the version of a product, or a section of a document, and no address."""
    if _BEFORE_ADDRESS.search(text, max(0, start - _LABEL_ROOM), start) is not None:
        return False
    numbers = [int(number) for number in four.split(".")]
    return follows_version(text, start) or max(numbers) < _SMALL or numbers[0] == 0 or numbers[:2] in ([1, 2], [1, 3])
