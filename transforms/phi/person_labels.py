"""Words that go with the name of a person in many languages: titles, professions, relatives, fields of forms, "referred by".

All are in lower case. A label of several words stands under its first one.
"""

from __future__ import annotations

from ..core.word_lists import words_of

TITLES = frozenset(
    words_of("""
    dr drs dra doctor docteur doktor dottor dottore dottoressa dott prof professor professeur professore profesor
    mister herr herrn hr frau fr mme mlle mmes monsieur madame mademoiselle señor señora señorita srta sra dña
    doña signor signora signore sig meneer mevrouw mevr mw dhr heer senhor senhora д-р доктор проф господин госпожа
    mr mrs ms miss m sir lady lord sr pr don dona lic mag pd rev κ κα
    """)
)
"""In front of a name."""
CAPITALISED_TITLES = frozenset(
    words_of("""
    hr fr m sir lady lord sr pr don dona lic mag pd rev sig κ κα
    """)
)
"""They count as they are written, with a capital: in another case they are words or units."""
TERMS_AS_TITLES = frozenset(("mr", "mrs", "ms", "miss", "dr"))
"""In capitals or small letters they are also modalities, units and verbs."""

_PATIENTS_AND_RELATIVES = frozenset(
    words_of("""
    patient patients pt pts guardian contact spouse wife husband mother father mom mum dad son daughter brother
    partner nok kin uncle aunt cousin nephew niece grandson granddaughter grandmother grandfather stepmother
    stepfather fiance fiancee neighbour neighbor friend caregiver carer interpreter patientin pat ehefrau ehemann
    mutter vater sohn tochter bruder betreuer betreuerin lebensgefährte lebensgefährtin ansprechpartner patiente
    épouse époux mari mère père fils fille frère sœur paciente esposa esposo marido madre padre hijo hija hermano
    hermana utente doente mãe filho filha irmão irmã paziente moglie marito figlio figlia fratello sorella patiënt
    patiënte echtgenote echtgenoot moeder vader zoon dochter broer zus contactpersoon пациент пациентка муж жена
    мать отец сын дочь больной больная пацієнт пацієнтка pacjent pacjentka pacient pacientka potilas hasta ασθενής
    beteg
    """)
)
STAFF = frozenset(
    words_of("""
    initials login username
    physician doctor radiologist technologist technician tech techs radiographer sonographer operator nurse
    attending registrar resident fellow consultant surgeon cardiologist oncologist neurologist anesthesiologist
    anaesthetist orthopedist pediatrician pathologist urologist gynecologist dermatologist therapist physiotherapist
    pharmacist dentist midwife referrer requester requestor prescriber intern matron sister receptionist secretary
    arzt ärztin aerztin hausarzt hausärztin radiologe radiologin oberarzt oberärztin oa chefarzt chefärztin
    assistenzarzt assistenzärztin stationsarzt facharzt mtra mta mtr mfa krankenschwester schwester pfleger
    pflegerin krankenpfleger überweiser ueberweiser zuweiser zuweiserin einsender einweiser befunder befunderin
    untersucher untersucherin bediener anforderer kardiologe kardiologin chirurg chirurgin orthopäde orthopädin
    neurologe neurologin onkologe médecin medecin radiologue manipulateur manipulatrice infirmier infirmière
    infirmiere opérateur prescripteur cardiologue chirurgien chirurgienne neurologue correspondant interne
    kinésithérapeute médico médica medico medica radiólogo radióloga radiologo radiologa técnico técnica tecnico
    tecnica enfermero enfermera enfermeiro enfermeira operador operadora facultativo cirujano cirujana cardiólogo
    cardióloga tsrm infermiere infermiera operatore operatrice chirurgo cardiologo arts huisarts radioloog laborant
    laborante verpleegkundige verwijzer aanvrager specialist cardioloog врач рентгенолог лаборант рентгенолаборант
    медсестра хирург лікар lekarz lékař lekár technik läkare remittent sjuksköterska röntgensjuksköterska läge læge
    lege sykepleier sygeplejerske radiograf lääkäri hoitaja hekim doktor γιατρός ιατρός orvos
    """)
)
ROLES = STAFF | _PATIENTS_AND_RELATIVES
"""Beside a name, or in front of a sign and a name."""

FIELDS = frozenset(
    words_of("""
    name names surname forename firstname lastname fullname patientname nom prénom prenom nombre nombres apellido
    apellidos nome cognome sobrenome naam voornaam achternaam vorname nachname familienname geburtsname
    patientenname reader readers author reviewer reviewers transcriptionist typist dictator user username login
    signed signature signatory signé signe firmado firma firmato ondertekend unterschrift unterzeichnet gezeichnet
    gez sgd initials benutzer anwender utilisateur usuario usuária gebruiker utente utilizador to from cc attn
    attention fao recipient sender ref referral referring ordering requesting performing interpreting reporting md
    phys rad radiol req oper op perf attg sono assistant scanner scannedby readby referredby autor auteur autore
    verfasser schreibkraft фио имя фамилия отчество направил направила imię nazwisko imie jméno příjmení namn
    förnamn efternamn navn fornavn etternavn efternavn nimi sukunimi etunimi adı soyadı όνομα ονοματεπώνυμο επώνυμο
    név 患者 氏名 姓名 名前 医師 医生 担当 担当医 主治医 技師 放射線技師 読影医 読影者 依頼医 病人 患者氏名 患者名 患者姓名
    操作者 환자 환자명 이름 성명 의사 담당의 المريض المريضة
    اسم الاسم الطبيب
    """)
)
"""In front of a sign (: or =) and a name alone; participles count as well: "dictated: Miller"."""
_NO_PERSON = frozenset(
    words_of("""
    study series protocol file procedure exam scan image device station host machine model brand trade product coil
    sequence program application software hospital facility institution clinic department company test drug code
    generic class folder group layer server database template manufacturer structure organ site roi contour plan
    project trial sponsor body part system tracer isotope
    """)
)
NOT_BEFORE_NAME = _NO_PERSON | frozenset(
    words_of("""
    protokoll serien studien geräte du de del della des van het
    """)
)
"""Before the field "name" they say that no person is named: "protocol name: knee"."""

MAIDEN_NAMES = frozenset(
    words_of("""
    née nee geb geborene geborener nacida nata nascida geboren
    """)
)
"""In front of the name of birth, with a capital alone."""

_BY_WORDS = {
    "by": """referred read seen performed signed dictated reported reviewed requested ordered scanned done verified approved
        entered examined interpreted transcribed typed acquired taken prescribed supervised checked authorised authorized
        admitted assessed attended booked called confirmed countersigned authenticated edited imported uploaded created
        prepared sent submitted validated finalised finalized recorded consented cannulated injected positioned assisted
        escorted accompanied brought operated informed notified treated contoured planned drawn segmented annotated measured
        labelled labeled marked completed processed updated modified witnessed obtained administered documented evaluated
        discharged registered scheduled imaged screened repeated given logged placed inserted written ref refd req reqd perf
        rpt""",
    "von durch": """befundet untersucht überwiesen ueberwiesen zugewiesen angefordert durchgeführt durchgefuehrt erstellt
        unterschrieben gezeichnet diktiert geschrieben freigegeben validiert vidiert aufgenommen angeordnet geplant konturiert
        bestätigt beurteilt gelesen gesehen behandelt betreut begleitet gescannt gemessen markiert eingewiesen""",
    "par": """adressé adressée adresse adressee demandé demandée demande prescrit prescrite réalisé réalisée realise realisee
        effectué effectuée lu lue relu interprété interprétée signé signée validé validée vu vue dicté dictée examiné examinée
        envoyé envoyée fait faite rédigé accompagné accompagnée suivi suivie contouré opéré opérée""",
    "por": """remitido remitida solicitado solicitada realizado realizada informado informada firmado firmada leído leido
        visto vista revisado revisada enviado enviada derivado derivada validado validada dictado explorado examinado
        examinada pedido pedida indicado atendido atendida acompañado acompañada referenciado requisitado assinado laudado
        feito encaminhado encaminhada""",
    "da dal dalla dai": """inviato inviata richiesto richiesta refertato refertata eseguito eseguita firmato firmata letto
        letta visto vista visitato visitata prescritto prescritta validato validata redatto operato operata accompagnato
        accompagnata""",
    "door": """verwezen aangevraagd uitgevoerd gezien verslagen beoordeeld gelezen ondertekend gescand gemaakt ingevoerd
        goedgekeurd gecontroleerd onderzocht behandeld ingestuurd gedicteerd begeleid geautoriseerd""",
    "av af": "remitterad utförd granskad signerad henvist utført beskrevet undersökt henviset udført",
    "przez": "skierowany skierowana wykonane opisane",
}
BY: dict[str, frozenset[str]] = {
    by: frozenset(words_of(participles)) for words, participles in _BY_WORDS.items() for by in words.split()
}
"""What comes between a participle and the name of who did it, and the participles in front of it."""

_TO_WORDS = {
    "to": "spoke speaking talked reported given relayed conveyed communicated phoned faxed sent addressed copied handed",
    "with": "spoke speaking talked discussed discuss reviewed communicated confirmed spoken checked liaised",
    "mit": "besprochen gesprochen telefoniert rücksprache",
    "avec": "discuté parlé vu",
    "con": "hablado comentado discusso parlato comentada",
    "met": "besproken overlegd overleg gesproken",
}
TO: dict[str, frozenset[str]] = {to: frozenset(verbs.split()) for to, verbs in _TO_WORDS.items()}
"""What comes between a verb and the name of whom one spoke to, and the verbs in front of it."""
VERBS = frozenset(
    words_of("""
    called informed notified paged contacted telephoned phoned emailed consulted signed per informiert angerufen
    prévenu
    """)
)
"""In front of a name that has a capital."""

PROFESSIONS_BEHIND = frozenset(
    words_of("""
    md phd rn frcr facr mbbs mbchb mrcp frcs frcp frcpc rdms rvt rdcs cnmt crnp bsn msn lpn dds dmd dphil bsc msc
    arrt mtra mta mtr rt do esq franzcr franzcp fsir
    """)
)
"""Degrees and professions behind a name."""
