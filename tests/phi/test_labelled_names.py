from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.phi.rules import Rule
from support.identifying import rules_of, without_identifying

NAMES = [
    "Quillfeather",
    "Oakhollow",
    "Brathwaite",
    "Tamworthy",
    "Szczepanik",
    "Yıldırımhan",
    "Grosskreutz",
    "O'Shaughnessy",
    "Ojukwu-Tamm",
]
SURE_FRAMES = [
    "Referred by {}", "Radiologist: {}", "Dr. {} reviewed", "Technologist = {}", "scanned by {} at noon",
    "Mrs. {}, chest",
    "Zuweiser: {}", "Befundet durch {}", "Frau {} nüchtern", "Pat.: {}", "MTRA: {}",
    "Médecin traitant : {}", "adressé par {}", "Mme {} à jeun", "Lu par {}",
    "Médico solicitante: {}", "remitido por {}", "Sra. {} en ayunas", "Paciente: {}",
    "Medico curante: {}", "refertato da {}", "Sig.ra {} a digiuno", "Cognome: {}",
    "Verwezen door {}", "Radioloog: {}", "Mevr. {} nuchter", "Patiënt: {}",
    "Patient's name: {}", "Reading physician: {}", "signature: {}", "Electronically signed by Dr {}", "mother's name: {}",
]  # fmt: skip


@given(st.sampled_from(NAMES), st.sampled_from(SURE_FRAMES), st.sampled_from([str, str.upper, str.lower]))
def test_a_name_behind_a_label_or_a_title_goes_in_any_case(name: str, frame: str, written: Callable[[str], str]) -> None:
    assert without_identifying(written(frame.format(name))) == written(frame).format("_")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Radiologist: A. Quillfeather MD", "Radiologist: _ MD"),
        ("Quillfeather, MD", "_, MD"),
        ("T. Quillfeather, M.D.", "_, M.D."),
        ("J Quillfeather RN assisted", "_ RN assisted"),
        ("A. Quillfeather (radiographer)", "_ (radiographer)"),
        ("Tobias Quillfeather, radiologist", "_, radiologist"),
        ("k. quillfeather, rt", "_, rt"),
        ("Prof. Dr. med. Hans-Peter Quillfeather", "Prof. Dr. med. _"),
        ("Dr. van der Quill", "Dr. _"),
        ("Dr. Quillfeather US THYROID LIMITED", "Dr. _ US THYROID LIMITED"),
        ("Referring: QUILLFEATHER^TOBIAS^J", "Referring: _"),
        ("Technologist: Quillfeather, Tobias; chest", "Technologist: _; chest"),
        ("Reported by Drs. Quillfeather and Oakhollow", "Reported by Drs. _ and _"),
        ("nurse Joy gave contrast", "nurse _ gave contrast"),
        ("son Peter interpreted", "son _ interpreted"),
        ("operator JS", "operator _"),
        ("tech: kb", "tech: _"),
        ("user: mquill2", "user: _"),
        ("typed by q.quill", "typed by _"),
        ("Dr. Young, Dr. White", "Dr. _, Dr. _"),
        ("Dr Ma", "Dr _"),
        ("Пациент: Иванов", "Пациент: _"),
        ("患者：山田太郎", "患者：_"),
        ("환자: 김철수", "환자: _"),
        ("المريض: محمد علي", "المريض: _"),
        ("Patient Sihombing seen", "Patient Sihombing seen"),  # Like "Patient Positioning".
        ("patient Sihombing seen", "patient _ seen"),
        ("spoke to Quillfeather about it", "spoke to _ about it"),
        ("i.A. Quillfeather", "i.A. _"),
        ("dictated: Quillfeather", "dictated: _"),
        ("initials QB, login qquill", "initials _, login _"),
        ("佐藤先生 CT", "_先生 CT"),
        ("山田様", "_様"),
        ("김철수 환자", "_ 환자"),
        ("née Quillfeather", "née _"),
    ],
)
def test_what_goes_is_the_name_alone(text: str, left: str) -> None:
    assert without_identifying(text) == left


CLINICAL = [
    "Patient supine, arms raised", "patient tolerated the procedure well", "Patient Positioning Device", "Patient Name",
    "PATIENT MOVED",
    "Patient refused contrast", "patient post-operative", "Nurse present", "nurse helps", "Tech repeated scan",
    "TECHNOLOGIST NOTES",
    "technologist noted motion", "Operator dependent", "Referred by GP", "Referred by outside hospital",
    "Read by radiologist",
    "reviewed by the multidisciplinary team", "confirmed by biopsy", "limited by body habitus", "Dr. left", "DR CHEST PA",
    "DR 60 dB",
    "MR ENTEROGRAPHY", "MRS VOXEL", "TE 30 ms. Siemens", "5 Fr. Judkins", "M. Bechterew bekannt", "V.a. M. Crohn",
    "M. biceps",
    "Contact dermatitis", "Protocol name: Abdomen", "Series name: AX T2", "Radiologist: none", "Physician notified",
    "Doctor on call",
    "Befundet von zwei Ärzten", "Patientin nüchtern", "Überwiesen von auswärts", "Pat. unruhig", "Arzt informiert",
    "Adressé par les urgences", "examen réalisé par voie veineuse", "Patient agité", "Médecin prévenu",
    "Remitido por urgencias", "Paciente colaborador", "Técnica: cortes de 5 mm", "Médico informado",
    "Inviato dal pronto soccorso", "Paziente collaborante", "Eseguito da tecnico",
    "Verwezen door huisarts", "Aangevraagd door de polikliniek", "Patiënt kon niet stilliggen", "Arts geïnformeerd",
    "son examen", "per rectum", "c/o pain", "called for help", "Ankle Weber, RT", "FA, MD", "CHEST PA",
]  # fmt: skip


@pytest.mark.parametrize("text", CLINICAL)
def test_clinical_words_beside_a_label_are_no_names(text: str) -> None:
    assert without_identifying(text) == text


def test_each_kind_of_label_has_its_rule() -> None:
    assert rules_of("Dr. Quillfeather") == {Rule.TITLED_NAME}
    assert rules_of("Quillfeather, MD") == {Rule.TITLED_NAME}
    assert rules_of("Radiologist: Quillfeather") == {Rule.LABELLED_NAME}
    assert rules_of("Radiologist Quillfeather") == {Rule.ROLE_NAME}


def test_few_code_meanings_look_like_labelled_names() -> None:
    """The code meanings of pydicom behind a label: what is found are breeds, and methods that are called after people."""
    from pydicom.sr._concepts_dict import concepts

    meanings = {meaning for codes in concepts.values() for terms in codes.values() for meaning, _ in terms.values()}
    assert sum(bool(rules_of(meaning) & {Rule.TITLED_NAME, Rule.LABELLED_NAME, Rule.ROLE_NAME}) for meaning in meanings) < 5


@pytest.mark.parametrize("kept", ["Liver right lobe", "Kein Erguss", "W 400 C 40"])
@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Quillfeather, Anna, radiologist", "_, radiologist"), ("QUILLFEATHER, ANNA, radiologist", "_, radiologist"),
        ("Tamm-Øvre, Anna, radiologist", "_, radiologist"), ("윤, 경수, radiologist", "_, radiologist"),
        ("Arts: Tamm-van Oakhollow, Anna", "Arts: _"),
        ("Médico: q. derecho", "Médico: _"), ("Referred by q. they", "Referred by _"),
        ("Médico: ramona tamm-vicente", "Médico: _"), ("Operator: s\u0327ener, i\u0307lkay", "Operator: _"),
        ("Radiologist: Quillfeather Zorbing", "Radiologist: _"),
    ],
)  # fmt: skip
def test_all_parts_of_a_name_go_within_their_clause(kept: str, text: str, left: str) -> None:
    for frame in (f"{kept}. {{}}", f"{{}}; {kept}"):
        assert without_identifying(frame.format(text)) == frame.format(left)


@pytest.mark.parametrize(
    "text", ["Nurse: informed at once", "Radiologist: see report below", "Name: unknown", "Liver, spleen, radiologist"]
)
def test_words_behind_a_label_stay(text: str) -> None:
    assert without_identifying(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Referring physician [T. Quillfeather]", "Referring physician [_]"),
        ("Ordering provider\tQuillfeather, Anna", "Ordering provider\t_"),
        ("Attending Physician of Record: Quillfeather", "Attending Physician of Record: _"),
        ("Technologist - Quillfeather", "Technologist - _"),
        ("Called to J. Quillfeather", "Called to _"),
        ("Request from Quill, Anna", "Request from _"),
        ("w/ Thomas", "w/ _"),
        ("on behalf of T. Quillfeather", "on behalf of _"),
        ("Wife (Joan)", "Wife (_)"),
        ("her husband, Thomas, left", "her husband, _, left"),
        ("Thank you, Gregory", "Thank you, _"),
        ("Dear Thomas,", "Dear _,"),
        ("Sincerely, A. Quillfeather", "Sincerely, _"),
        ("Quillfeather (referrer)", "_ (referrer)"),
        ("T. Quillfeather, consultant radiologist", "_, consultant radiologist"),
        ("T. Quillfeather PA-C", "_ PA-C"),
        ("T. Quillfeather, DNP", "_, DNP"),
        ("T. Quillfeather, PGY-3", "_, PGY-3"),
        ("T. Quillfeather reviewed the images", "_ reviewed the images"),
        ("Volunteer: F. Quillfeather", "Volunteer: _"),
        ("z. Hd. Quillfeather", "z. Hd. _"),
        ("Vertretungsarzt Quillfeather", "Vertretungsarzt _"),
        ("gez. Quillfeather", "gez. _"),
        ("Personne de confiance : Quillfeather", "Personne de confiance : _"),
        ("à la demande de Quillfeather", "à la demande de _"),
        ("Fdo.: Quillfeather", "Fdo.: _"), ("Sig.na Quillfeather", "Sig.na _"), ("T.a.v. Quillfeather", "T.a.v. _"),
        ("Remitterande läkare: Quillfeather", "Remitterande läkare: _"),
        ("Lekarz kierujący: Quillfeather", "Lekarz kierujący: _"),
        ("İsteyen hekim: Quillfeather", "İsteyen hekim: _"),
        ("г-жа Иванова", "г-жа _"),
        ("Ιατρός: Παπαδόπουλος", "Ιατρός: _"),
        ("الطبيب المعالج: محمد علي", "الطبيب المعالج: _"), ('ד"ר כהן', 'ד"ר _'), ("רופא מפנה: כהן", "רופא מפנה: _"),
        ("Referred by Go", "Referred by _"), ("Operator: LI, LIN", "Operator: _"),
    ],
)  # fmt: skip
def test_names_go_in_the_forms_of_letters_lists_and_other_languages(text: str, left: str) -> None:
    assert without_identifying(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "Scanned by protocol",
        "Documented by photographs",
        "mother deceased",
        "student athlete with knee pain",
        "Time to Peak",
        "RT Beam Energy",
        "PA: normal",
        "Thanks for referring this patient",
        "Dear colleague,",
        "Known as diabetic",
        "w/ contrast",
        "Under fluoroscopic guidance",
        "from L4 to S1",
        "A. Carotis frei",
        "patent V. Cava",
        "Mutter: Mammakarzinom",
        "i.V. Kontrastmittel",
        "Interne : ménisque normal",
        "Opis: bez zmian",
        "Пациент: без жалоб",
        "ασθενής νηστικός",
        "المريض: بدون شكوى",
        "pacient klidný",
    ],
)  # fmt: skip
def test_clinical_words_stay_in_the_same_forms(text: str) -> None:
    assert without_identifying(text) == text
