"""Settings and measurements on pictures whose form is that of something else as well: a time, a date, an age, a code.

Each form names its label, its unit or its neighbour: "TA 2:35" is the time of an acquisition, "LT BREAST 2:00" a place on the
breast, "b=1000" a b-value, "Tc-99m" an isotope, "3.0/0.3" a thickness and a gap.
"""

from __future__ import annotations

import re

_BEGINS = r"(?<![\w.,:/-])"
_ENDS = r"(?![\w]|[.,:/-]?\d|[:/]\w)"
_IS = r"\s?[:=]?\s?"
_SMALL = r"\d{1,2}\.\d{1,3}"
_RATE = (
    r"(?:mm|cm|m|ml|l|g|mg|ug|mcg|kg|w|hz|khz|mgy|gy|ugy|mbq|bq|mmol|iu|u|k|mas|pulses|counts|ct)"
    r"/(?:s|sec|min|h|hr|kg|ml|l|dl|mm|cm|m2|px|pix|pixel|line|frame|rot|div)"
)
"""Units that are a quotient."""
_ISOTOPES = (
    r"tc-?99m|i-?1(?:2[345]|31)|f-?18(?=[\s-](?:fdg|naf|psma|fet|dopa|fch|choline|flor|flu)\w{0,12})|ga-?6[78]|in-?111|tl-?201"
    r"|lu-?177|xe-?133|kr-?81m|rb-?82|n-?13(?=\s(?:ammonia|nh3))|o-?15(?=\s(?:water|h2o))|cu-?64|zr-?89|ra-?223|sm-?153|sr-?89|cr-?51"
    r"|99m-?tc|1(?:2[345]|31)-?i|18-?f-?(?=fdg|naf|psma|fet|dopa)|6[78]-?ga|111-?in|201-?tl|177-?lu"
)
"""F-18 alone may be a woman of 18 years, and "Y-90" or "N-13" are as short as the name of a room."""
_BREAST = r"(?:breast|brst|mamma|brust|sein|seno|mama|borst|axilla|cmfn|fn|n\d)"
_CLOCK = r"(?:1[0-2]|0?[1-9]):[03]0(?!\s?[ap]\.?m|:)"
_FORMS = (
    rf"(?:tc?a|acq\w{{0,8}}(?:\stime)?|scan\stime|td|exp(?:osure)?\stime|fluoro(?:\stime)?){_IS}\d{{1,2}}:\d\d"
    rf"(?:\s?(?:min|s|sec|m))?{_ENDS}",  # how long it took
    rf"{_CLOCK}(?=.{{0,40}}\b{_BREAST}\b)",
    rf"(?<=breast\s){_CLOCK}|(?<=brst\s){_CLOCK}|(?<=brust\s){_CLOCK}|(?<=borst\s){_CLOCK}|(?<=sein\s[dg]\s){_CLOCK}"
    rf"|(?<=breast\s(?:lt|rt)\s){_CLOCK}|(?<=breast\s[lr]\s){_CLOCK}|(?<=axilla\s){_CLOCK}",
    r"\d{1,2}\s?o['’]?\s?clock\b",
    rf"(?:\d{{1,2}}(?:\.\d)?\s?(?:cm\s?)?(?:cm)?fn|fn\s?\d{{1,2}}(?:\.\d)?\s?(?:cm)?){_ENDS}",  # centimetres from the nipple
    rf"(?:[ea]?ga|aua|lmp|cua)(?:\([a-z]{{2,8}}\))?{_IS}\d{{1,2}}w(?:\s?\dd)?{_ENDS}|\d{{1,2}}w\s?\dd{_ENDS}",  # 45w is a woman
    rf"b(?:-?val(?:ue)?)?(?:\s?=\s?|:\s?|\s)?(?:0|(?!19[2-9]0|20[0-2]0)[1-9]?\d{{0,2}}[05]0){_ENDS}",
    rf"b(?:-?val(?:ue)?\s?[:=]?\s?|\s?=\s?)2000{_ENDS}",  # Somebody born in 2000 is "b 2000".
    rf"(?:{_ISOTOPES}){_ENDS}",
    rf"(?:t[12]\*?|t2star|t1rho|ecv|adc){_IS}(?!(?:19|20)\d\d(?!\s?ms))\d{{1,4}}(?:\s?ms)?{_ENDS}",
    rf"(?:s[plt]|thk|thick|slice|gap|sp)?{_IS}{_SMALL}\s?(?:mm|thk|sp)?\s?/\s?-?{_SMALL}\s?(?:mm|sp)?{_ENDS}",
    rf"(?:s[plt]|et|td|zf){_IS}-?\d{{1,3}}\.\d{{1,2}}\s?(?:mm|cm|s)?{_ENDS}",
    rf"(?:mat(?:rix)?|acq|rec)?{_IS}\d{{2,4}}\s?[x*×]\s?\d{{1,4}}(?:\s?[x*×]\s?\d{{1,4}})?(?:\s?[a-z]{{0,2}}m)?{_ENDS}",
    rf"mat(?:rix)?{_IS}\d{{2,3}}\s?/\s?\d{{2,3}}{_ENDS}",
    rf"x\s?\d{{1,2}}(?:\.\d{{1,2}})?{_ENDS}",
    rf"(?:pos(?:ition)?|loc|sl|tp)?{_IS}[ahfisplr]\s?-?\d{{1,3}}\.\d{{1,2}}\s?(?:mm)?{_ENDS}",  # where a slice lies
    rf"(?:\d\s)?[dvzgcapelx](?!['’]){_IS}\d{{1,3}}\.\d{{1,2}}\s?(?:mm|cm2?|ml|%|m/s|cm/s|mhz)?{_ENDS}",
    rf"(?:\d\s)?[dvgclt]{_IS}\d{{1,3}}\s?(?:mm|cm|ml|%|db){_ENDS}",
    rf"\d{{1,3}}(?:\.\d)?\s?(?:-|to|bis)\s?\d{{1,3}}(?:\.\d)?\s?(?:mm|cm|ml|hu|hz|mhz|kv|%|ms|s|g/ml){_ENDS}",
    rf"\d{{1,3}}\s?%\s?-\s?\d{{1,3}}\s?%{_ENDS}",
    rf"\d\.\d-\d{{1,2}}\.\d{_ENDS}",
    rf"[-+]?\d{{1,4}}(?:\.\d{{1,3}})?\s?(?:-\s?\d{{1,3}}(?:\.\d)?\s?)?{_RATE}2?{_ENDS}",
    rf"(?:[ct]\d{{1,2}}|l[1-5]|th\d{{1,2}})/(?:[clst]|th)?\d{{1,2}}{_ENDS}",  # a disc between two vertebrae
    rf"(?:b[lrv]|h[rcv]|qr|u[br]|bf|sa|sd)\d\d[a-z]?(?:/\d)?{_ENDS}|[bhiqtu]\d\d[a-z](?:/\d)?{_ENDS}",  # a kernel
    rf"(?:[lr]ao|cran?|caud?|cranial|caudal){_IS}\d{{1,2}}(?:\.\d)?\s?(?:deg|°)?{_ENDS}",  # the angles of a projection
    rf"dr{_IS}\d{{2,3}}\s?(?:db|/\s?\d|%)?{_ENDS}",  # the dynamic range of ultrasound
    rf"(?:sp|gp|rp|ap|vp|mi|ti[bcs]){_IS}\d{{1,2}}\.\d{{1,2}}{_ENDS}",
)
_FORM = re.compile(rf"{_BEGINS}(?:{'|'.join(_FORMS)})", re.I)


def find_setting_forms(text: str) -> list[tuple[int, int]]:
    """Half-open ranges of characters of a line that are a setting or a measurement by their form."""
    return [found.span() for found in _FORM.finditer(text) if found.end() > found.start()]


def blank_setting_forms(text: str) -> str:
    """The text with "=" in place of settings and measurements. Each character keeps its place."""
    return _FORM.sub(lambda found: "=" * len(found.group()), text)
