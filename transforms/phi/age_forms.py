"""The forms of ages, as regular expressions for folded text: numbers, their units, and what stands before and after them."""

from __future__ import annotations

import re

from .dates.calendar_names import alternatives
from .number_words import EAST_ASIAN_NINETY_OR_MORE, NINETY_OR_MORE

_ENDS = r"(?![^\W_])"
_YEARS = (
    r"y(?!\s?[=:]|-?axis|\s\d++(?!\s?[mwd]))(?:(?:ea)?r(?:'?s)?)?\.?(?:[\s-]{0,2}(?:old|of\sage))?|y\.?\s?/?\s?o\.?a?[mf]?|y[smf]"
    r"|jahren?|jahrige?[rnms]?|ans|anos|anni|ani|jaar|jarige?|jr\.?|arig[ae]?|letni\w{0,3}|yas(?:inda)?|лет|года?|летн\w{1,3}|eves|vuotias"
    r"|歳|才|岁|歲|세|살"
)
_JOULE_OR_YEARS = r"(?P<joule>j\.|j(?=\s?[,;/)]|\s?\Z|\s[wm](?![^\W_])))"
"""Behind a number, J is the German year, and an energy as well."""
_MONTHS = r"months?|mos?|mths?|monate?n?|mois|mes(?:es|i)|maanden|か月|ヶ月|カ月|个月|個月|개월"
_WEEKS = r"weeks?|wks?|wochen?|semaines?|semanas?|settimane|weken|週|周|주"
_WHOLE_DAYS = r"days?|tage?n?|jours?|dias|giorni|dagen|日|天|일"
_FINER_UNIT = rf"(?:{_MONTHS}|{_WEEKS}|{_WHOLE_DAYS}|m|w|d)"
_FINER = rf"(?:[\s,]{{0,2}}(?:(?:and|und|et|y|e|en)\s)?\d{{1,2}}[\s-]?{_FINER_UNIT}\.?(?:\sold)?{_ENDS}){{0,2}}"
UNIT = re.compile(
    rf"\+?(?:\sand\sa\shalf)?[\s-]{{0,3}}(?:(?P<Y>{_YEARS}|{_JOULE_OR_YEARS})|(?P<M>{_MONTHS})|(?P<W>{_WEEKS})|(?P<D>{_WHOLE_DAYS}))"
    rf"(?:{_ENDS}|(?<=[歳才岁歲세살月週周주日天일]))(?P<old>[\s-]old{_ENDS})?(?P<finer>{_FINER})"
)
"""A unit behind a number, by its letter in AS, and what follows in finer units."""
_TO = r"\s?(?:-|to|bis|a|al|tot|und|and|et|en|y|e|or)\s?"
RANGE = re.compile(rf"{_TO}\d{{1,3}}")
"""The rest of a range of which the number is the first."""
BIRTHDAY = re.compile(
    r"(?:st|nd|rd|th|e|eme|\.|\.?[oaº°ª])?\s?(?:birthday|geburtstag|lebensjahr\w{0,2}|anniversaire|cumpleanos|compleanno|verjaardag"
    rf"|levensjaar|aniversario){_ENDS}"
)

_LABELS = """
    age aged ages patientage pat.age ptage turned turning alter lebensalter alters agee edad eta leeftijd idade wiek alder
    возраст
"""
_EAST_ASIAN_LABELS = "年齢 年齡 年龄 나이 연령"
_EVENTS = "diagnosis exam examination scan study imaging onset presentation surgery visit time death acquisition"
_UNIT_IN_BRACKETS = r"(?:[(\[](?:in\s)?(?:years?|yrs?|y|jahren?|ans|anos|anni|歳|岁)[)\]])?"
_FILLERS = r"(?:(?:is|of|was|about|approx\.?|approximately|ca\.?|around|over|de|di|von|van|uber|al|to|between)\s){0,2}"
LABEL_BEFORE = re.compile(
    rf"(?:(?<![^\W\d_]){alternatives(_LABELS.split())}(?![^\W\d_])|{alternatives(_EAST_ASIAN_LABELS.split())}|(?<![^\W_])di\sanni)"
    rf"[_\s]?{_UNIT_IN_BRACKETS}(?:\s?(?:at|on|of|when)\s(?:the\s)?{alternatives(_EVENTS.split())})?\s?[:=#,;-]?\s?{_FILLERS}"
    rf"[~><=]{{0,2}}\s?(?:\d{{1,3}}\+?{_TO})?\Z|(?<![^\W_])(?:he|she|patient|pt)\s(?:is|was)\s(?:now\s)?(?:an?\s)?\Z"
)
FETAL_BEFORE = re.compile(
    r"(?:gestation\w{0,3}|gest\.?|menstrual|fetal|foetal|fetus|ga|composite|ultrasound|bone)\s(?:age)?[^.;]{0,16}\Z"
)
"""Ages that are measurements: of a fetus or a bone."""
_SEX_WORDS = """
    female male woman man lady gentleman frau mann weiblich mannlich maennlich femme homme mujer hombre varon masculino femenino
    feminino donna uomo maschio femmina vrouw
"""
_SEX = alternatives(_SEX_WORDS.split())
SEX_AFTER = re.compile(rf"\+?(?:[\s,/;(-]{{0,2}}{_SEX}|(?P<gap>[\s,/-]{{0,2}})(?P<letter>[mf♀♂]))(?![^\W_]|[./]\d)")
SEX_BEFORE = re.compile(rf"(?<![^\W_])(?:{_SEX}[\s,:;/-]{{0,3}}|(?P<letter>[mf])(?P<gap>[\s,:/-]{{1,2}})|[♀♂]\s?)\Z")
VITALS_BEFORE = re.compile(
    r"(?<![^\W_])(?:temp\w{0,8}|fever\w{0,3}|febrile|tmax|t|hr|bp|rr|pulse|spo2|sats?|o2|p|te|tr|fa|to)[\s.:=]{0,3}(?:(?:of|to|at)\s)?\Z"
)
"""What degrees Fahrenheit and settings stand behind."""
ENERGY_BEFORE = re.compile(r"(?:shock|cardiover|defib|biphas|laser|energ|puls)[^.;]{0,24}\Z")

_BEGINS = r"(?<!\d\d)(?<!\d[.,:/]\d)(?!(?<=0)\d{3})"
_FRACTION = r"(?:[.,]\d{1,2}|½)?(?!\d)(?![.,:]\d)"
NUMBER = re.compile(rf"\d{_BEGINS}\d{{0,4}}{_FRACTION}")
GREAT_NUMBER = re.compile(rf"\d{_BEGINS}(?:(?<=9)\d|(?<=[01])\d\d|\d{{3,4}}){_FRACTION}")
"""A number that can be an age over 89 in some unit."""
AS_CODE = re.compile(r"(?<![\d^])(?P<n>0\d\d|1[0-2]\d)(?P<u>[dwmy])(?![^\W\d_])")
GREAT_WORDS = re.compile(
    r"ninet|hundred|nonag|centen|neunzig|hundert|vingt|nonante|cent|novant|noventa|cien|cem|negentig|honderd|九|百|90|100"
)
"""What every text has a part of in which `WORDS` finds something."""
_NOUNS = (
    r"nonagenarians?|(?:super)?centenarians?|nonagenaires?|centenaires?|nonagenari[oae]s?|centenari[ae]s?|nonagenarier(?:in)?"
    r"|(?:ultra)?novant\w{0,9}enn[ei]|negentigers?(?!\sjaren)|neunziger(?:in)?(?!\sjahre)|hundertjahrige?[rn]?"
)
_WORD_LABELS = r"aged?|alter|im\salter\svon|edad(?:\sde)?|eta(?:\sdi)?|leeftijd(?:\svan)?|idade(?:\sde)?|agee?\sde"
WORDS = re.compile(
    rf"(?<![^\W_])(?P<number>{NINETY_OR_MORE})[\s-]{{0,2}}(?:{_YEARS}){_ENDS}"
    rf"|(?P<east_asian>{EAST_ASIAN_NINETY_OR_MORE})\s?[歳才岁歲세살]"
    rf"|(?<![^\W_])(?:{_WORD_LABELS})\s?(?:of\s|[:=]\s?)?(?P<labelled>{NINETY_OR_MORE}){_ENDS}"
    rf"|(?<![^\W_])(?P<noun>{_NOUNS}){_ENDS}"
    rf"|(?<![^\W_])(?:his|her|their)\s(?:early\s|mid[\s-]?|late\s)?(?P<decade>'?(?:9|10)0'?s|nineties|hundreds){_ENDS}"
    rf"|(?<![^\W_])(?:early|mid|late)[\s-]{{1,2}}(?P<part>nineties){_ENDS}"
    rf"|(?<![^\W_])(?:seinen|ihren)\s(?:fruhen\s|spaten\s)?(?P<dative>90ern|neunzigern){_ENDS}"
    r"|(?<![^\W_])(?:anfang|mitte|ende)\s(?P<about>neunzig|90)(?![^\W_]|[+%]|[.,/]\d|\s?er\sjahre)"
)
"""Ages over 89 that are no number in digits; the one group that matches is what becomes 90+."""
