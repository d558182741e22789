"""Finds numbers behind the label of a patient, an insurance, a document, a case, a device or a vehicle, in many languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ..core.word_lists import words_of
from .lexicon import UNIT
from .rules import Found, Rule

_NOUNS_OF_PERSONS = frozenset(
    words_of("""
    patient patients pt medical record hospital hosp insurance policy member subscriber beneficiary group social
    security health national tax passport identity insured licence license driver drivers employee staff account
    acct pat unit chart nhs chi medicare medicaid pension identification student military veteran patiënt patiente
    patientin dossier sécurité sociale assuré adhérent mutuelle police passeport identité historia clínica clinica
    póliza afiliación tarjeta sanitaria seguridad expediente pasaporte paciente asegurado cartella tessera polizza
    assicurato passaporto paziente codice fiscale documento identità polis paspoort verzekering verzekerde klant
    rekening conto cuenta compte konto kunden beneficiario utente sns contribuinte cartão prontuário registro
    """)
)
_NOUNS = _NOUNS_OF_PERSONS | frozenset(
    words_of("""
    case order request requisition visit encounter accession acc claim invoice billing bill file exam examination
    study specimen sample lab laboratory report referral document ticket reference ref registration admission
    episode certificate appointment confirmation transaction receipt barcode placer filler req job
    authorization authorisation auth approval demande examen
    prélèvement séjour venue commande facture référence ordonnance accueil solicitud petición peticion pedido
    estudio muestra factura referencia ingreso cita informe richiesta accettazione ricovero esame campione fattura
    nosografico prenotazione referto aanvraag opname bezoek factuur onderzoek afspraak exame guia requisição
    atendimento fall auftrag aufnahme
    """)
)
_NO = r"(?:no|nr|num|number|nummer|numéro|numero|número|id|identifier|code|#|n[°º]|№)"
_HEADS_OF_PERSONS = words_of("""
    versicherten versicherungs krankenversicherten krankenversicherungs krankenkassen kassen mitglieds konto policen steuer
    steueridentifikations ausweis personalausweis reisepass pass patienten pat kranken rentenversicherungs sozialversicherungs
    identifikations personal kunden versicherung identitäts patiënt patient polis verzekerings verzekerden burgerservice dossier
    paspoort klant rekening person fødsels cpr journal lid zorgverzekerings
    """)
_HEADS_OF_CASES = words_of("""
    fall auftrags aufnahme behandlungs untersuchungs proben labor rechnungs vertrags akten akzessions anforderungs einsender
    betriebsstätten arzt barcode vorgangs beleg termin bestell order aanvraag opname bezoek onderzoeks factuur referentie remiss
    prøve accessie
    """)
"""In front of "nummer", "nr" and "id" in German, Dutch and Nordic compounds."""
_PERSON_LABELS = frozenset(
    words_of("""
    mrn pid ssn nhs chi ahv avs oasi bsn cpf nir nif dni nie cip nuhsa nhc ipp nip niss insz inss kvnr kvnummer tfn
    aadhaar passport passeport pasaporte passaporto paspoort reisepass personalausweis iban bic konto nino hcn ohip
    dvla svnr cpr hicn mbi upi pesel egn rodné rrn mykad nric curp rfc rut fiscale personnummer fødselsnummer
    burgerservicenummer rijksregisternummer patid patnr patno patientid patientnr fallid steuernummer steuerid
    sozialversicherungsnummer kartennummer kontonummer medicare medicaid postnr postnummer rg
    """)
) | {head + tail for head in _HEADS_OF_PERSONS for tail in ("nummer", "nr", "id", "kennung")}
_OTHER_LABELS = frozenset(
    words_of("""
    fin csn acc accession accessionnumber accno ordernr ordernumber caseid caseno visitid encounterid studyid
    auftragsid npi gmc dea lanr bsnr finess rpps riziv inami adeli
    """)
) | {head + tail for head in _HEADS_OF_CASES for tail in ("nummer", "nr", "id")}
_DEVICE_LABELS = frozenset(
    words_of("""
    serial sn seriennummer seriennr serienummer gerätenummer geräteseriennummer inventarnummer inventarnr
    chargennummer fahrgestellnummer vin id asset matricola identification identifier
    """)
)
_PLATE_LABELS = frozenset(
    words_of("""
    kennzeichen kfz immatriculation plaque matrícula matricula targa kenteken plate registreringsnummer
    rejestracyjny nummernschild autokennzeichen
    """)
)
_NUMBER_WORDS = frozenset(
    words_of("""
    n no nº numéro numero número num nr number
    """)
)

# A value may begin anywhere in a run of letters, and its digit may come late: both are bounded or cannot be entered twice.
_IN_NUMBER = r"(?:(?!\d)[\w./-]){0,200}+\d[\w./-]*+"
_VALUE = re.compile(
    rf"(?:[A-Z]{{1,4}}[ ](?=\d))?{_IN_NUMBER}(?:[ ](?:\d{{2,}}[A-Z]?|\d(?=[ ]\d))(?![\w.,/]|[ ]?(?i:{UNIT})\b)){{0,6}}(?<!\.)"
)
_SIGN = re.compile(r"\s*+[.:=#：]\s*+[#：:]?\s*+")
_TAIL = re.compile(
    rf"(?:[-‐/ ]{{0,2}}(?i:{_NO})(?![^\W\d_])\.?)?(?P<of>[ ](?i:of|de|du|der|des|di|da|van|card|karte|carte)(?:[ ](?i:la"
    rf"|l'|los|las))?[ ]\w{{2,20}})?",
    re.I,
)
_NUMBER_LABEL = re.compile(rf"\.?[-‐ ]{{0,2}}(?P<no>(?i:{_NO}|n\.)(?![^\W\d_])\.?)", re.I)
_BETWEEN_NOUNS = re.compile(r"[ ]{1,2}(?:(?:of|de|du|del|di|da|la|le|van|d)[ '’]{1,2}){0,2}(?=[^\W\d_])")
_NOUN = re.compile(r"[^\W\d_]{2,30}")
_PLATE = re.compile(r"[A-ZÄÖÜ0-9]{1,4}(?:[ -]?[A-ZÄÖÜ0-9]{1,5}){1,3}(?![\w])", re.I)


_FEWEST_BEHIND = {"mrn": 2, "pid": 2, "rg": 7}
"""Fewest letters and digits of a number; where it is not three."""


def find_labelled_number(text: str, start: int, end: int) -> Iterator[Found]:
    """The number behind one word, if the word begins the label of one.

    Args:
        text: Any text.
        start, end: Half-open range of characters of a word: letters alone.
    """
    word = text[start:end].lower()
    if word in _PERSON_LABELS or word in _OTHER_LABELS:
        rule = Rule.PERSON_NUMBER if word in _PERSON_LABELS else Rule.LABELLED_NUMBER
        yield from _behind_own_label(text, end, word, rule)
    if word in _DEVICE_LABELS:
        yield from _of_device(text, end, word)
    if word in _PLATE_LABELS:
        yield from _plate(text, start, end, word)
    if word in _NUMBER_WORDS:
        yield from _behind_number_of(text, end)
    elif word in _NOUNS:
        yield from _behind_noun(text, end, word)


def _behind_own_label(text: str, end: int, word: str, rule: Rule) -> Iterator[Found]:
    """MRN, passport: what follows is the number, with a sign or the word "number" or without."""
    tail = _TAIL.match(text, end)
    position = tail.end() if tail else end
    if word in (
        "acc",
        "accession",
        "chi",
        "nie",
        "konto",
        "pass",
        "id",
        "fin",
        "dea",
        "pat",
        "fiscale",
    ):  # Words of their own, or terms.
        has_number_word = tail is not None and re.search(_NO, tail.group(), re.I) is not None
        if not has_number_word and _SIGN.match(text, position) is None:
            return
    yield from _value(text, position, rule, fewest=_FEWEST_BEHIND.get(word, 3))


def _value(text: str, position: int, rule: Rule, *, fewest: int) -> Iterator[Found]:
    sign = _SIGN.match(text, position) or re.compile(r"\s{0,3}#\s?|\s{1,3}(?:(?:is|ist|est|es|was|è)\s{1,3})?").match(
        text, position
    )
    if sign is None:
        return
    found = _VALUE.match(text, sign.end())
    if found is None:
        return
    value = found.group()
    has_date = re.fullmatch(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}", value) is not None
    if sum(map(str.isalnum, value)) >= fewest and not has_date:
        yield Found(*found.span(), rule)


def _behind_noun(text: str, end: int, noun: str) -> Iterator[Found]:
    """Case no. 12, medical record number: 12."""
    is_person, position = noun in _NOUNS_OF_PERSONS, end
    for _ in range(3):
        label = _NUMBER_LABEL.match(text, position)
        if label is not None:
            rule = Rule.PERSON_NUMBER if is_person else Rule.LABELLED_NUMBER
            after = label.end()
            if tail := re.compile(r"[ ](?:of|de|du|del|di|des|der|van)[ ][\w ]{2,30}?(?=\s?[:=])").match(text, after):
                after = tail.end()
            yield from _value(text, after - label.group().endswith("#"), rule, fewest=2)
            return
        between = _BETWEEN_NOUNS.match(text, position)
        following = _NOUN.match(text, between.end()) if between else None
        if following is None or following.group().lower() not in _NOUNS:
            break
        position = following.end()
    if position > end or noun in (
        "accession",
        "acc",
        "case",
        "policy",
        "order",
        "requisition",
        "passport",
        "encounter",
        "dossier",
        "account",
        "póliza",
        "polizza",
        "expediente",
        "claim",
        "req",
    ):
        sign = _SIGN.match(text, position) or re.compile(r"[ ]?#[ ]?(?=\w)|[ ](?=\d{4})").match(text, position)
        if sign is not None and "." not in sign.group():
            yield from _value(text, position, Rule.PERSON_NUMBER if is_person else Rule.LABELLED_NUMBER, fewest=3)


def _behind_number_of(text: str, end: int) -> Iterator[Found]:
    """N° de dossier 12, número de historia clínica: 12."""
    position = re.compile(r"[°ºo.]?\.?").match(text, end).end()  # type: ignore[union-attr]
    nouns: list[str] = []
    for _ in range(4):
        between = re.compile(r"[ ]{0,2}(?:(?:of|de|du|del|di|da|la|le|van|della|des|do|d|l)[ '’]{1,2}){0,2}(?=[^\W\d_])").match(
            text, position
        )
        following = _NOUN.match(text, between.end()) if between else None
        if following is None or (following.group().lower() not in _NOUNS and following.group().lower() not in _PERSON_LABELS):
            break
        nouns.append(following.group().lower())
        position = following.end()
    if nouns:
        rule = (
            Rule.PERSON_NUMBER
            if any(noun in _NOUNS_OF_PERSONS or noun in _PERSON_LABELS for noun in nouns)
            else Rule.LABELLED_NUMBER
        )
        yield from _value(text, position, rule, fewest=2)


def _of_device(text: str, end: int, word: str) -> Iterator[Found]:
    label = _NUMBER_LABEL.match(text, end)
    position = label.end() if label else end
    sign = _SIGN.match(text, position)
    if word in ("id", "identification", "identifier"):
        if sign is not None:
            yield from _value(text, position, Rule.LABELLED_NUMBER, fewest=3)
        return
    found = _VALUE.match(text, sign.end() if sign else _skip_spaces(text, position))
    if found is None or (
        label is None
        and sign is None
        and word not in ("seriennummer", "seriennr", "serienummer", "vin", "gerätenummer", "fahrgestellnummer")
    ):
        return
    if sum(map(str.isalnum, found.group())) >= 5 and sum(map(str.isdigit, found.group())) >= 3:
        yield Found(*found.span(), Rule.DEVICE_NUMBER)


def _skip_spaces(text: str, position: int) -> int:
    while text[position : position + 1] == " ":
        position += 1
    return position


def _plate(text: str, start: int, end: int, word: str) -> Iterator[Found]:
    if word == "plate" and not re.search(
        r"(?:licen[cs]e|number|registration|vehicle|car)[ ]$", text[max(0, start - 16) : start], re.I
    ):
        return
    tail = re.compile(r"(?:[ ](?:no|nr|number|numéro|numero)\b\.?)?(?:\s?[:=]\s?|[ ])").match(text, end)
    found = _PLATE.match(text, tail.end()) if tail else None
    if found and any(map(str.isdigit, found.group())):
        yield Found(*found.span(), Rule.DEVICE_NUMBER)


_FIXED = re.compile(r"(?<![^\W_])S/N[ ]?[:#.=]?[ ]?(?=[\w-]{5})(?P<value>(?=(?:[\w-]{0,20}?\d){3})[\w-]{5,30})", re.I)


def find_serial_numbers(text: str) -> Iterator[Found]:
    """What stands behind "S/N", which is also the ratio of signal to noise: a short number or a decimal one stays."""
    if "S/N" in text or "s/n" in text:
        yield from (
            Found(*found.span("value"), Rule.DEVICE_NUMBER)
            for found in _FIXED.finditer(text)
            if not re.match(r"[.,]\d", text[found.end() : found.end() + 2])
        )


FINDERS: dict[str, tuple[Callable[[str, int, int], Iterator[Found]], ...]] = dict.fromkeys(
    _PERSON_LABELS | _OTHER_LABELS | _DEVICE_LABELS | _PLATE_LABELS | _NUMBER_WORDS | _NOUNS, (find_labelled_number,)
)
"""Each word, in lower case, that begins the label of a number."""
