"""Tells by its form that a long word of a text is derived or compounded from others, and so is no name.

Every report has words that no list holds, since the languages of reports make new ones of known parts. Names have some of the
same endings (`Nascimento`, `Schilling`), so with a capital only the endings count that names seldom have. In small letters,
as few names are written, more endings do, and prefixes of terms.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .spellings import plain


@dataclass(frozen=True)
class FormThresholds:
    """How long a word is at least that its form explains.

    Measured on 30,989 names of 76 locales of @faker-js/faker: `_CAPITALISED` explains 4 that no list holds.

    Attributes:
        capitalised: With a capital, by its ending.
        small: In small letters, by its ending.
        prefixed: In small letters, by its prefix, with the prefix.
        longest: A longer run of letters is no word.
    """

    capitalised: int = 9
    small: int = 6
    prefixed: int = 9
    longest: int = 48


THRESHOLDS = FormThresholds()


def _ending(*endings: str) -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(endings)})$")


_CAPITALISED = _ending(
    r"[ITS]ZION[EI]|SSION[EI]|A[CT]IONE?S?|[CT]ION(?:ES)?|MENTE|[AI]MENT[OI]|[AI]MIENTOS?|EMENTS?|IDAD(?:ES)?|IBILIDAD",
    r"IBILITA|IBILITE|IERUNG(?:EN)?|KEIT(?:EN)?|HEIT(?:EN)?|UNGEN|IGUNG|ISCHE[NRSM]?|LICHE[NRSM]?|IERTE[NRSM]?",
    r"BARE[NRSM]?|FOERMIGE?[NRSM]?|HEID|HEDEN|ITEIT(?:EN)?|ATIES?|LIJKE?|EERDE?",
    r"OLOGI(?:E|A|QUE|CO|CA|SCH|CAL)|OSCOPI(?:E|A)|GRAPHI(?:E|QUE)|GRAF(?:IA|IE|ICO|ICA)|ECTOMI(?:E|A|ES)|EKTOMIEN?",
    r"OSTOMI(?:E|A)|OTOMI(?:E|A)|OPATHI(?:E|A|EN)|OPATI(?:E|A)|OPLASTI(?:E|A|K|KEN)|ITIS|ABLES?|IBLES?",
    r"ECTOM(?:Y|IES)|OSTOM(?:Y|IES)|OTOM(?:Y|IES)|OPLAST(?:Y|IES)|OPATH(?:Y|IES)|OGRAPHY|OSCOPY|OMEGAL(?:Y|IE|IA)|LISTHES[IE]S",
    r"OSCLEROS(?:IS|E)|SKLEROSE[NS]?|STENOS(?:IS|E|EN|I)|NEKROS(?:E|EN)|ISMUS|ITAET(?:EN)?|BILDUNG|STELLUNG|FRAKTUR(?:EN)?",
    r"(?:[AEIOU]C|[EO]R|SCH|BL|[DT])OM(?:E|EN)|KARZINOM[EN]?S?|SCHWELLUNG|BLUTUNG|DILATATION|VERSCHLUSS|ERGUSS|LAESION(?:EN)?|STRUKTUR(?:EN)?",
    r"ZEICHEN|VERLAUF|BEFUND|WEISE|SEITIGE?[NRSM]?|ARTIGE?[NRSM]?|GRADIGE?[NRSM]?|MAESSIGE?[NRSM]?|BEDINGTE?[NRSM]?",
)
"""Endings that make a long word of the languages of reports a derived one, however it is written."""
_SMALL = _ending(
    # English
    r"[^AEIOU]ED|[AEIOU][^AEIOU]{1,2}ED|ATED|IZED|ISED|[^AEIOU]ING|[AEIOU]TING|LY|[ST]IONS?|NESS|MENTS?|[AI]B(?:LE|LY|ILITY)|OUS(?:LY)?",
    r"IVE(?:LY)?|IT(?:Y|IES)|[^O]IC|ICAL(?:LY)?|ALLY|LESS|FUL|ISMS?|URES?|IZE|ISE|EN[CT](?:E|Y|IES)|AN[CT](?:E|Y|IES)|[AE]NT|IFORM|[AEI]ARY|ORY",
    r"[NRTLD]AL|ULAR|[AEIOU]LAR|OID(?:AL)?|OS[EI]S|ITIDES|OMAS?|OMATA|OMATOUS|EMIA|URIA|PATH(?:Y|IES|IC)|TROPH(?:Y|IC)|GENIC|LYSIS|LYTIC|PLASIA",
    # German: adjectives, participles and adverbs
    r"(?:IG|LICH|ISCH|HAFT|LOS|BAR|SAM|ARM|REICH|FREI|END|IERT|FOERMIG|FORMIG|ARTIG|SEITIG|GRADIG|MASSIG|MAESSIG|WERTIG|BEDINGT|BETONT|BASIERT)"
    r"(?:E[NRSM]?)?",
    r"[^AEIOU]TE[NRSM]?|WEISE|WAERTS|WARTS|UNG(?:EN|S)?|IEREN",
    # Dutch
    r"(?:IG|LIJK|ISCH|ACHTIG|VORMIG|BAAR|END|EERD|MATIG|ZIJDIG|DELIG)(?:ER|E)?|LOZE?|LOOS|INGEN|EREN|ATIES?|SELS?|TJES?|JES",
    # French
    r"(?:[EIU]E?S?|ANT|ENT|ABLE|IBLE|IQUE|EUX|EUSE|IF|IVE|AL|ALE|AIRE|IEN|IENNE|EUR|ENCE|ANCE|AGE|URE|ITE|OSE|OME|OIDE|ISME|TRICE)S?",
    r"AUX|ER|ERA|AIT|ERENT|EMENT|AMMENT|PHIES?|TOMIES?|PATHIES?|SCOPIES?|MEGALIE",
    # Spanish
    r"(?:AD|ID|IV|OS|IC|ARI|ORI|OIDE|ITIC|OTIC|LAR|TORI|IZAD)[OA]S?|(?:ANTE|ENTE|ABLE|IBLE|CION|SION|DAD|ISMO|NCIA|TUD|CIA)S?|CIONES|SIONES|DADES",
    r"(?:N|R|T|L|D|I|U)AL(?:ES)?|ULAR(?:ES)?|ANDO|IENDO|ARON|IERON|ABAN?|MIENTOS?|MENTE|OMAS?|OSIS|PATIAS?|GRAFIAS?|SCOPIAS?|TOMIAS?|MEGALIA",
    # Italian
    r"(?:[AIU]T|IV|OS|IC|ARI|ORI|TIC|LAR)[OAIE]|ICHE|(?:ANT|ENT)[EI]|[AE]NZ[AE]|BIL[EI]|[TSG]ION[EI]|MENT[OI]|MENTE|(?:N|R|T|L|D|I|U)AL[EI]|OLAR[EI]",
    r"ITA|ANDO|ENDO|ISM[OI]|OM[AI]|OSI|ITE|ITI|PATIE|GRAFIE|TOMIE|SCOPIE|URA|URE|ETT[OAIE]",
)
"""Endings that make a word in small letters one of those languages."""
_PREFIX = re.compile(
    r"(?:HYPER|HYPO|IPER|IPO|SUB|SOTTO|RETRO|PERI|PARA|INTRA|EXTRA|TRANS|TRAS|SUPRA|SOPRA|INFRA|INTER|POST|PRE|PRAE|ANTE(?:RO)?|POSTERO|LATERO"
    r"|MEDIO|DORSO|VENTRO|KRANIO|CRANIO|KARDIO|CARDIO|PLEURO|OSTEO|CHONDRO|CONDRO|FIBRO|BRONCHO|BRONCO|PNEUMO|NEUMO|HEMI|EMI|MICRO|MIKRO|MACRO"
    r"|MAKRO|MULTI|POLY|POLI|PSEUDO|SEUDO|NEO|ENDO|EPI|ISO|HETERO|ETERO|HOMO|OMO|ULTRA|SEMI|MONO|BI|TRI|UNI|NON|ANTI|AUTO|RADIO|NEURO|VASO|ANGIO"
    r"|VENO|ARTERIO|LYMPHO|LIMFO|LINFO|HEPATO|EPATO|SPLENO|NEPHRO|NEFRO|PYELO|PIELO|URO|GASTRO|ENTERO|COLO|RECTO|CHOLE|COLE|MYO|MIO|TENO|ARTHRO"
    r"|ARTRO|SPONDYLO|ESPONDILO|SPONDILO|CERVICO|ZERVIKO|THORACO|THORAKO|TORACO|LUMBO|LOMBO|SACRO|ILIO|FEMORO|TIBIO|CORTICO|KORTIKO|ATRIO"
    r"|VENTRICULO|MEDIASTINO|DENSITO|ECHO|ECO|SONO|MAMMO|GALACTO|HYSTERO|HISTERO|ISTERO|SALPINGO|CYSTO|CISTO|UEBER|UNTER|OBER|NIEDER|HOCH|VOR"
    r"|NACH|MIT|RUECK|DURCH|ABGE|AUFGE|AUSGE|EINGE|ANGE|VORGE|NACHGE|ZUGE|ONDER|BOVEN|RECHTER|LINKER|VOORSTE|ACHTER|BINNEN|BUITEN)"
)
"""What terms of these languages begin with."""


def has_ending_of_a_word(word: str) -> bool:
    """Whether a long word, in any case, has an ending of derived words, which some names have as well."""
    return _is_one(shown := plain(word), THRESHOLDS.capitalised) and _CAPITALISED.search(shown) is not None


def is_derived_in_small_letters(word: str) -> bool:
    """Whether a word in small letters has an ending or a beginning that says that it is derived from others."""
    shown = plain(word)
    if not word.islower() or not _is_one(shown, THRESHOLDS.small):
        return False
    return _SMALL.search(shown) is not None or (len(shown) >= THRESHOLDS.prefixed and _PREFIX.match(shown) is not None)


def _is_one(shown: str, letters: int) -> bool:
    return letters <= len(shown) <= THRESHOLDS.longest and shown.isalpha() and shown.isascii()
