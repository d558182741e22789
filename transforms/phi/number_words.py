"""Numbers in words, as regular expressions for folded text: days of a month, and numbers of years from ninety."""

from __future__ import annotations

from ..core.word_lists import words_of

_DAYS = {
    "en": """
        first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
        sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth
        twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first
    """,
    "fr": """
        premier deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit
        dix-neuf vingt vingt-deux vingt-trois vingt-quatre vingt-cinq vingt-six vingt-sept vingt-huit vingt-neuf trente
    """,
    "es": """
        primero uno dos tres cuatro cinco seis siete ocho nueve diez doce trece catorce quince dieciseis diecisiete
        dieciocho diecinueve veinte veintiuno veintidos veintitres veinticuatro veinticinco veintiseis veintisiete
        veintiocho veintinueve treinta
    """,
    "it": """
        primo tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici diciassette
        diciotto diciannove venti ventuno ventidue ventitre ventiquattro venticinque ventisei ventisette ventotto
        ventinove trenta trentuno
    """,
    "nl": """
        eerste tweede derde vierde vijfde zesde zevende achtste negende tiende een twee drie vier vijf zes zeven acht
        negen tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien twintig eenentwintig
        tweeentwintig drieentwintig vierentwintig vijfentwintig zesentwintig zevenentwintig achtentwintig
        negenentwintig dertig eenendertig
    """,
    "pt": "primeiro dois quatro sete oito dez doze treze quatorze dezesseis dezessete dezoito dezenove vinte",
}
"""Italian "due" and Spanish "once" are left out: they are English words."""
_GERMAN_STEMS = """
    ers zwei drit vier funf sechs sieb ach neun zehn elf zwolf dreizehn vierzehn funfzehn sechzehn siebzehn achtzehn
    neunzehn zwanzigs einundzwanzigs zweiundzwanzigs dreiundzwanzigs vierundzwanzigs funfundzwanzigs sechsundzwanzigs
    siebenundzwanzigs achtundzwanzigs neunundzwanzigs dreissigs einunddreissigs
"""
_DUTCH_ENDINGS = (("dertig", "ste"), ("twintig", "ste"), ("tien", "de"), ("elf", "de"), ("twaalf", "de"))
DAY_WORDS: tuple[str, ...] = (
    *(word for words in _DAYS.values() for word in words_of(words)),
    *(word + added for word in words_of(_DAYS["nl"]) for ending, added in _DUTCH_ENDINGS if word.endswith(ending)),
    *(stem + ending for stem in words_of(_GERMAN_STEMS) for ending in ("te", "ten", "ter")),
)
"""Days of a month as English, German and Dutch ordinals, and as numbers in five other languages."""

_SMALL = {
    "en": "one two three four five six seven eight nine ten eleven twelve",
    "de": "eins ein zwei drei vier funf sechs sieben acht neun zehn elf zwolf",
    "fr": "un une deux trois quatre cinq six sept huit neuf dix onze douze",
    "es": "uno una un dos tres cuatro cinco seis siete ocho nueve diez once doce",
    "it": "uno un due tre quattro cinque sei sette otto nove dieci undici dodici",
    "nl": "een twee drie vier vijf zes zeven acht negen tien elf twaalf",
    "pt": "um uma dois duas tres quatro cinco seis sete oito nove dez onze doze",
}
_ONE = {language: f"(?:{'|'.join(sorted(words.split(), key=len, reverse=True))})" for language, words in _SMALL.items()}
NINETY_OR_MORE = "|".join(
    (
        rf"ninety(?:[\s-]{_ONE['en']})?|(?:an?|one)[\s-]hundred(?:[\s-](?:and[\s-])?{_ONE['en']})?",
        rf"(?:{_ONE['de']}und)?neunzig|(?:ein)?hundert(?:(?:und)?{_ONE['de']})?",
        rf"quatre[\s-]vingts?[\s-](?:dix|onze|douze|treize|quatorze|quinze|seize)(?:[\s-](?:sept|huit|neuf))?"
        rf"|nonante(?:[\s-](?:et[\s-])?{_ONE['fr']})?|cent(?:[\s-]{_ONE['fr']})?",
        rf"noventa(?:\s?y\s?{_ONE['es']}|\se\s{_ONE['pt']})?|cien(?:to)?(?:\s{_ONE['es']})?|cem|cento\se\s{_ONE['pt']}",
        rf"novant(?:a{_ONE['it']}|uno|un|otto|a)|cento?{_ONE['it']}|cento",
        rf"(?:{_ONE['nl']}en)?negentig|honderd(?:en)?{_ONE['nl']}?",
    )
)
"""The numbers from 90 to 112 in English, German, French, Spanish, Portuguese, Italian and Dutch."""
EAST_ASIAN_NINETY_OR_MORE = "九十[一二三四五六七八九]?|一?百[零〇一]?十?[一二三四五六七八九]?"
"""The same in Chinese and Japanese."""
