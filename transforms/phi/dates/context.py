"""What stands before and after a number in a folded text and says whether it is a date: labels, versions, units."""

from __future__ import annotations

import re

from .calendar_names import EAST_ASIAN_WEEKDAYS, WEEKDAY, alternatives

_WINDOW = 40
"""How many characters before a number are looked at."""
_MOST_YEARS = 3
_DOTTED_DAY = re.compile(r"\d{1,2}\.\s?\d{1,2}\.")

_BIRTH = """
    dob d.o.b d/o/b born birth birthday birthdate bday bdate geb geb.dat geboren geburt geburtsdatum geburtstag gebdat
    jahrgang jg ne nee naissance naiss nacido nacida nacimiento nac nato nata nascita nascido nascida nascimento
    geboorte geboortedatum fodt fodd
"""
_BIRTH_EAST_ASIAN = "生年月日 生まれ 出生 出生日期 생년월일"
_LABELS = """
    date dates dated dat datum untersuchungsdatum aufnahmedatum studiendatum befunddatum fecha dtd d.d dd lmp lnmp edd
    edc opdatum studydate examdate scandate acqdate seriesdate contentdate acquisitiondate
"""
_EAST_ASIAN = f"{_BIRTH_EAST_ASIAN} 日期 日付 撮影日 検査日 检查日期 受付日 날짜 검사일 촬영일"
_DAY_WORDS_ABROAD = "vom am zum den seit le du depuis el del desde hasta il dal op sinds vanaf em do"
"""Of languages that write a decimal number with a comma."""
_DAY_WORDS = f"{_DAY_WORDS_ABROAD} on since until till from bis tot ate um"
_YEAR_WORDS = """
    in since from until till through during after before year years yr circa ca about around dated early late mid end
    begin beginning start spring summer autumn fall winter anno between back half diagnosed dx operated surgery prior
    previous seit ab bis vor nach anfang mitte ende jahr jahre jahres jahrgang fruhjahr fruhling sommer herbst op ed
    zuletzt en depuis des avant apres debut fin annee annees jusqu'en courant mi desde hasta antes despues ano anos
    principios finales mediados nel dal del dall'anno anni inizio fine prima dopo entro sinds vanaf tot voor na jaar
    eind medio em ate depois inicio fim final
"""
_FILLERS = "on the am den der dem le la el il op em in im am a an de del di da of year jahr jahre an anno o"
_GAP = r"[\s.:=,#_'\"(\[-]{0,4}"
_NARROW_GAP = r"[\s,'(~-]{0,3}"


def _before(words: str, east_asian: str, gap: str = _GAP) -> re.Pattern[str]:
    """What stands right before the end of a text: whole words, or East Asian ones, which have no boundary."""
    filler = rf"(?:{alternatives(_FILLERS.split())}[\s.:]{{1,3}}){{0,3}}"
    return re.compile(
        rf"(?<![^\W\d_]){alternatives(words.split())}(?![^\W_]){gap}{filler}\Z|{alternatives(east_asian.split())}{_GAP}\Z"
    )


_BEFORE_BIRTH = _before(_BIRTH, _BIRTH_EAST_ASIAN)
_BIRTH_SIGN = re.compile(r"(?<![\w*)\]])\*\s?\Z")
_BEFORE_LABELLED = _before(_LABELS + _BIRTH, _EAST_ASIAN)
_BEFORE_DAY = _before(_LABELS + _BIRTH + _DAY_WORDS, _EAST_ASIAN)
_BEFORE_DAY_ABROAD = _before(_LABELS + _BIRTH + _DAY_WORDS_ABROAD, _EAST_ASIAN)
_BEFORE_YEAR = _before(_YEAR_WORDS, _EAST_ASIAN, _NARROW_GAP)
_YEAR_BEFORE = re.compile(r"(?<!\d)(?:19|20)\d\d\s?(?:-|/|,|to|and|or|until|through|bis|und|et|a|au|al|y|e|tot|en|ate)\s?\Z")
_WEEKDAY_BEFORE = re.compile(
    rf"(?<![^\W_])(?P<name>{WEEKDAY})(?![^\W_])\.?\s?,?\s?(?:(?:the|den|der|dem|le|el|il|de|d)\s)?\s?\Z"
    rf"|[(（]?(?:{EAST_ASIAN_WEEKDAYS})[)）]?,?\s?\Z"
)
_RANGE_BEFORE = re.compile(
    r"(?<![^\W_])(?<!\d[.,/-])\d{1,2}(?:st|nd|rd|th)?(?:\.?[-+/&]|\.\s?[-+/&]\s?|(?:[./]\d{1,2}\.?)\s?-\s?"
    r"|\.?\s(?:to|and|bis|und|et|au|al|y|e|t/m|tot|en|through|until)\s(?:the\s)?)\Z"
)
_VERSIONS = """
    v ver vers version rev revision release rel build firmware fw sw software numaris syngo kernel python matlab dicom
    niix dcm2niix fsl spm itk vtk ants freesurfer api patch driver iso iec rfc level levels section sect sec table tab
    fig figure eq eqs equation chapter kapitel abschnitt item step paragraph para appendix clause te tr ti fa fov etl
    ratio score grade phase phases slice slices segment segments seg segs rib ribs
"""
_VERSION_BEFORE = re.compile(
    rf"(?<![^\W\d_])(?:{alternatives(_VERSIONS.split())}|syngo[ .]\w{{1,6}})[\s.:=_#(-]{{0,3}}\Z|[<>=]\s?\Z"
)
_COUNTERS = """
    te tr ti tr/te te/tr w l c ww wl wc w/l matrix fov im img image images se ser series sl slice slices fr frm frame
    frames scan scans no nr of page p view loc echo b bw hu gain step score ratio model mod somatom magnetom x acc id
    mrn kw cw week wk woche kalenderwoche semaine semana settimana weeknummer
"""
_COUNTER_BEFORE = re.compile(rf"(?<![^\W_]){alternatives(_COUNTERS.split())}[\s.:=_#(]{{0,3}}\Z|[#=<>~^*]\s?\Z")
_EDITIONS = """
    guideline guidelines criteria classification edition version standard consensus tnm rads who esc acr aha ajcc uicc
    nccn eular recist cheson fleischner mcdonald leitlinie leitlinien kriterien klassifikation criteres criterios
    criteri iso iec din model release software windows office statement recommendation recommendations reference al
"""
_EDITION_BEFORE = re.compile(rf"(?<![^\W\d_]){alternatives(_EDITIONS.split())}(?![^\W\d_])[^.;]{{0,24}}\Z")
_MEASURES = "mm cm ms msec sec min mins hrs hz khz mhz kv kvp mas gy cgy mgy mg kg ml bpm mmhg hu"
_COUNTED = """
    mms cms s h hr hour hours minute minutes kev mev ma cc mcg secs slice slices image images view views frame frames
    phase phases pixel pixels px voxel voxels day days week weeks wk wks month months year years yr yrs tag tage tagen
    wochen monate monaten jahre jahren lb lbs pounds inch inches feet ft fps db ppm mci mbq mmol deg degrees times cases
    patients points scans series fraction fractions fx unit units iu
"""
_MEASURE_AFTER = re.compile(rf"\s?{alternatives(_MEASURES.split())}(?![^\W_])|\s?[%°‰]")
_COUNTED_AFTER = re.compile(rf"\s?{alternatives((_MEASURES + _COUNTED).split())}(?![^\W_])|\s?[%°‰]")


def _stands_before(pattern: re.Pattern[str], shown: str, end: int) -> re.Match[str] | None:
    return pattern.search(shown, max(0, end - _WINDOW), end)


def has_birth_label(shown: str, start: int) -> bool:
    """Whether the label of a birth, or the star that stands for it, is right before a position of a folded text."""
    return any(_stands_before(pattern, shown, start) for pattern in (_BEFORE_BIRTH, _BIRTH_SIGN))


def has_date_label(shown: str, start: int) -> bool:
    """Whether the label of a date stands right before."""
    return _stands_before(_BEFORE_LABELLED, shown, start) is not None


def has_day_cue(shown: str, start: int, *, decimal_points: bool = True) -> bool:
    """Whether a label, a preposition or a weekday right before says that a day follows.

    Args:
        decimal_points: Prepositions of languages that write decimal numbers with a point count as well.
    """
    if _stands_before(_BEFORE_DAY if decimal_points else _BEFORE_DAY_ABROAD, shown, start):
        return True
    weekday = _stands_before(_WEEKDAY_BEFORE, shown, start)
    if weekday is None:
        return False
    # Two letters are a weekday before a day in dots alone, as in German: MI is also an index, and MA a current.
    name = weekday["name"] or "日曜日"
    is_punctuated = weekday.group().strip() != name
    return len(name) > 2 or is_punctuated or _DOTTED_DAY.match(shown, start) is not None


def has_year_cue(shown: str, start: int) -> bool:
    """Whether a word right before, or before another year, makes a number a year, and it is not the year of an edition."""
    for _ in range(_MOST_YEARS):
        if _stands_before(_BEFORE_LABELLED, shown, start):
            return True
        year = _stands_before(_YEAR_BEFORE, shown, start)
        if year is None:
            break
        start = year.start()
    return _stands_before(_BEFORE_YEAR, shown, start) is not None and _stands_before(_EDITION_BEFORE, shown, start) is None


def weekday_start(shown: str, start: int) -> int:
    """Where a weekday that stands right before begins; `start` where none does."""
    found = _stands_before(_WEEKDAY_BEFORE, shown, start)
    return start if found is None else found.start()


def range_start(shown: str, start: int) -> int:
    """Where the first day of a range ("17.-20.") that stands right before begins; `start` where none does."""
    found = _stands_before(_RANGE_BEFORE, shown, start)
    return start if found is None else found.start()


def is_version(shown: str, start: int) -> bool:
    """Whether the word right before counts versions, sections or segments, or names a setting."""
    return _stands_before(_VERSION_BEFORE, shown, start) is not None


def is_counted(shown: str, start: int) -> bool:
    """Whether the word or sign right before counts images or names a setting."""
    return _stands_before(_COUNTER_BEFORE, shown, start) is not None


def has_measure(shown: str, end: int) -> bool:
    """Whether a unit of measure follows that nothing else is written like."""
    return _MEASURE_AFTER.match(shown, end) is not None


def has_unit(shown: str, end: int) -> bool:
    """Whether a unit of measure follows, or what is counted."""
    return _COUNTED_AFTER.match(shown, end) is not None
