"""Words that go with the name of a person in many languages: titles, professions, relatives, fields of forms.

All are in lower case, sorted by language. A label of several words stands under the one that the name may follow: "worker" for
"social worker". Verbs and prepositions ("referred by", "spoke to") stand in `person_phrases`, degrees in `degrees`.
"""

from __future__ import annotations

from ..core.word_lists import words_of

TITLES = frozenset(
    words_of("""
    dr drs dra doctor docteur doktor dottor dottore dottoressa dott prof professor professeur professore profesor
    mister herr herrn hr frau fr mme mlle mmes melle monsieur madame mademoiselle señor señora señorita srta sra dña
    doña signor signora signore signorina sig meneer mevrouw mevr mw dhr heer senhor senhora д-р доктор проф господин госпожа
    mr mrs ms miss m mx sir lady lord sr pr don dona lic mag pd rev κ κα
    doctora doutor doutora dra dtra profa professora profesora professoressa
    capt cpt sgt cpl pvt maj sgtmaj hon priv prim dipl doz
    frøken fröken fru frk hra rva rouva herra
    pan pani pán paní mudr mddr mvdr phdr judr rndr mgr bc lek hab
    sayın bay bayan uzm doç
    dl dna dnul domnul doamna domnișoara
    г-н г-жа гн гжа пан пані κύριος κυρία κος κυρ δρ
    الدكتور دكتور الدكتورة السيد السيدة الأستاذ الآنسة د أ
    """)
)
"""In front of a name."""
CAPITALISED_TITLES = frozenset(
    words_of("""
    hr fr m sir lady lord sr pr don dona lic mag pd rev sig
    capt cpt sgt cpl pvt maj fru frk hra rva bay dl dna pan mx hon priv prim dipl doz
    """)
)
"""They count as they are written, with a capital: in another case they are words or units."""
TERMS_AS_TITLES = frozenset(("mr", "mrs", "ms", "miss", "dr"))
"""In capitals or small letters they are also modalities, units and verbs."""
DOUBTFUL_TITLES = frozenset(
    (
        "lt",
        "col",
        "major",
        "master",
        "brother",
        "sister",
        "officer",
        "nurse",
        "matron",
        "prince",
        "d",
        "general",
        "private",
        "pc",
    )
)
"""Also sides, parts of organs or relatives: an initial or a frequent name must follow, in any case."""
TITLES_WITH_DOT = frozenset(("lek", "bc", "mgr", "д", "г", "κ", "د", "أ", "dl", "dna", "doç", "uzm", "d"))
"""Single letters and short words that are a title with a full stop alone, or with a name in capitals behind."""
TITLES_OF_NAMES = frozenset(words_of("sr don dona rev capt cpt sgt cpl pvt maj fru frk hra rva bay pan sig mx"))
"""In capitals or small letters an initial or a frequent name must follow them."""

_RELATIVES = frozenset(
    words_of("""
    godmother godfather grandchild grandparent poa
    relative relatives kind kindes ehegatte ehegattin pflegemutter pflegevater notfallkontakt enfant contacto contatto
    intestatario γυναίκα дитя ребенок
    patient patients pt pts client guardian contact spouse wife husband mother father mom mum dad mummy daddy son daughter
    brother partner nok kin uncle aunt cousin nephew niece grandson granddaughter grandmother grandfather grandma grandpa
    stepmother stepfather stepson stepdaughter fiance fiancee boyfriend girlfriend neighbour neighbor friend caregiver carer
    interpreter translator parent parents sibling twin in-law chaperone escort witness donor recipient insured guarantor
    policyholder subscriber beneficiary dependant dependent proxy surrogate foster

    patientin pat ehefrau ehemann gatte gattin mutter vater eltern sohn tochter bruder betreuer betreuerin lebensgefährte
    lebensgefährtin lebenspartner lebenspartnerin partnerin ansprechpartner ansprechpartnerin angehörige angehöriger
    angehörigen kontaktperson bezugsperson erziehungsberechtigte erziehungsberechtigter sorgeberechtigte sorgeberechtigter
    vormund dolmetscher dolmetscherin begleitperson begleiter begleiterin großmutter grossmutter großvater grossvater oma opa
    enkel enkelin onkel tante neffe nichte cousine schwager schwägerin schwiegersohn schwiegertochter schwiegermutter
    schwiegervater nachbar nachbarin freund freundin bevollmächtigte bevollmächtigter versicherter versicherte klient
    klientin kindsmutter kindsvater verlobte verlobter

    patiente épouse époux mari femme conjoint conjointe compagne compagnon concubin concubine mère père maman papa parents
    fils fille frère sœur soeur proche tuteur tutrice curateur curatrice accompagnant accompagnante accompagnateur interprète
    aidant aidante oncle neveu nièce voisin voisine ami amie assuré assurée beau-frère belle-sœur belle-fille

    paciente esposa esposo marido mujer madre padre padres hijo hija hermano hermana familiar familiares acompañante
    cuidador cuidadora intérprete pareja conviviente cónyuge tutor tutora tía tío abuela abuelo nieto nieta sobrino sobrina
    yerno nuera suegra suegro cuñado cuñada vecino vecina amigo amiga novio novia

    utente doente mãe pai filho filha irmão irmã mulher cônjuge companheiro companheira acompanhante responsável cuidador
    cuidadora avó avô tio tia primo prima neto neta vizinho vizinha

    paziente assistito assistita moglie marito coniuge convivente compagno compagna figlio figlia fratello sorella parente
    familiare accompagnatore accompagnatrice badante tutore tutrice nonna nonno zio zia nipote cognato cognata suocera
    genero nuora vicino vicina amico amica genitore genitori

    patiënt patiënte cliënt cliënte echtgenote echtgenoot partner vriendin vriend moeder vader ouder ouders zoon dochter broer
    zus zuster contactpersoon contactpersonen mantelzorger mantelzorgster begeleider begeleidster tolk voogd
    vertegenwoordiger oma opa oom tante neef nicht buurman buurvrouw kleinzoon kleindochter schoonzoon schoondochter
    bewindvoerder verzekerde

    hustru maka make sambo mamma pappa mor far son dotter dotra syster bror anhörig anhöriga närstående tolk moder fader
    pasient pasienten kone mann ektefelle samboer sønn datter søster pårørende tolken
    ægtefælle hustruen søn moderen faderen
    potilas puoliso vaimo mies äiti isä poika tytär veli sisar omainen tulkki lähiomainen
    pacjent pacjentka pacjenta pacjentki żona mąż matka ojciec syn córka brat siostra opiekun opiekunka
    pacient pacientka pacienta pacientky manželka manžel otec dcera bratr dědeček babička zákonný opatrovník
    beteg páciens feleség férj anyja apja anya apa lánya fia testvére hozzátartozó gondviselő
    pacientă soția soție soț soțul fiul fiica mama tata fratele sora aparținător aparținătorul însoțitor tutore
    hasta hastanın eşi annesi babası anne baba oğlu kızı kardeşi yakını refakatçi refakatçisi vasisi vasi tercüman
    пациент пациентка пациента пациентки муж жена супруг супруга мать отец сын дочь брат сестра больной больная больного
    родственник родственница опекун представитель сопровождающий мама папа пацієнт пацієнтка пацієнта чоловік дружина хворий
    хвора мати батько син дочка
    ασθενής ασθενούς σύζυγος μητέρα πατέρας γιος κόρη αδελφός αδελφή συγγενής κηδεμόνας συνοδός
    """)
)
ENDS_OF_PROFESSIONS = (
    *("ologist", "grapher", "iatrist", "iatrician", "alist", "therapist", "metrist"),
    *(
        "arzt",
        "ärztin",
        "aerztin",
        "chirurg",
        "chirurgin",
        "ologe",
        "ologin",
        "schwester",
        "pfleger",
        "pflegerin",
        "assistentin",
    ),
    *(
        "assistent",
        "operateur",
        "ersteller",
        "schreiber",
        "behandler",
        "physiker",
        "therapeut",
        "therapeutin",
        "schülerin",
        "schüler",
    ),
    *("mutter", "vater", "eltern", "mädchen", "kontakt", "angestellte", "angestellter", "medizinphysik"),
    *("läkare", "sköterska", "lege", "læge", "pleier", "plejerske", "lääkäri", "hoitaja"),
    *("arts", "behandelaar", "laborant", "laborante", "verpleegkundige", "verpleger", "moeder", "vader"),
    *(
        "chirurgien",
        "chirurgienne",
        "ologue",
        "thérapeute",
        "chirurgo",
        "ologo",
        "ologa",
        "cirujano",
        "cirujana",
        "ólogo",
        "óloga",
    ),
    *("лаборант", "лог", "хирург", "врач", "сестра"),
)
"""Compounds that end so are professions or relatives: "Vertretungsarzt", "neuroradiologist", "Jourläkare"."""
STAFF = frozenset(
    words_of("""
    physio locum houseman reader reviewer supv attg opr godparent
    mammographer proceduralist interventionalist analyst observer annotator rater participant volunteer owner detective pastor
    rabbi sheikh imam dame lieutenant corporal sergeant captain colonel
    rta instrumentierende medizinphysik befundersteller befundschreiber verantwortlicher vagthavende vakthavende
    praticien orthopédiste exécutant technicien technicienne jefe enf téc broeder
    operatör undersökare undersøker rekvirent ansvarig ansvarlig
    initials login username
    physician physicians doctor doctors clinician radiologist radiologists technologist technologists technician tech techs
    radiographer radiographers sonographer sonographers echocardiographer operator operators nurse attending registrar
    resident
    fellow consultant surgeon surgeons cardiologist oncologist neurologist neuroradiologist neurosurgeon anesthesiologist
    anaesthesiologist anaesthetist anesthetist orthopedist pediatrician paediatrician pathologist cytopathologist
    cytotechnologist urologist gynecologist gynaecologist obstetrician dermatologist rheumatologist pulmonologist
    hematologist haematologist nephrologist endocrinologist gastroenterologist hepatologist ophthalmologist optometrist
    psychiatrist psychologist internist intensivist hospitalist geriatrician radiotherapist therapist physiotherapist
    pharmacist dentist orthodontist midwife referrer requester requestor prescriber intern extern matron sister
    receptionist secretary practitioner provider clinicians physicist dosimetrist planner perfusionist phlebotomist
    paramedic scribe stenographer typist transcriptionist scheduler clerk coordinator worker caseworker counselor counsellor
    dietitian dietician chaplain porter trainee student preceptor supervisor proctor mentor examiner interpreter reporter
    verifier approver cosigner co-signer signatory author reviewer investigator subinvestigator sponsor monitor lawyer
    attorney solicitor coroner employer manager director chief colleague scrub circulator assistant orderly aide
    hygienist audiologist podiatrist chiropractor osteopath

    arzt ärztin aerztin ärzte hausarzt hausärztin radiologe radiologin radiologen oberarzt oberärztin oberaerztin
    chefarzt chefärztin assistenzarzt assistenzärztin stationsarzt stationsärztin facharzt fachärztin dienstarzt
    bereitschaftsarzt notarzt notärztin belegarzt amtsarzt betriebsarzt kinderarzt kinderärztin frauenarzt frauenärztin
    mtra mta mtr mfa krankenschwester schwester pfleger pflegerin krankenpfleger krankenpflegerin pflegekraft
    pflegefachkraft gesundheitspfleger hebamme überweiser überweiserin ueberweiser zuweiser zuweiserin einsender einsenderin
    einweiser einweiserin veranlasser befunder befunderin erstbefunder zweitbefunder untersucher untersucherin bediener
    bedienerin anforderer anforderin auftraggeber auftraggeberin operateur operateurin anästhesist anästhesistin narkosearzt
    kardiologe kardiologin chirurg chirurgin orthopäde orthopädin neurologe neurologin onkologe onkologin urologe urologin
    gynäkologe gynäkologin internist internistin pathologe pathologin psychologe psychologin strahlentherapeut
    strahlentherapeutin physiker physikerin medizinphysiker physiotherapeut physiotherapeutin psychiater schreibkraft
    schreibdienst sekretärin sekretär diensthabender diensthabende pjler pjlerin famulant famulantin praktikant praktikantin
    student studentin auszubildende auszubildender azubi bearbeiter bearbeiterin verfasser verfasserin sachbearbeiter
    sachbearbeiterin ersteller prüfer prüferin studienleiter prüfarzt prüfärztin kollege kollegin vertreter vertreterin
    vertretung assistent assistentin arzthelferin arzthelfer sprechstundenhilfe

    médecin medecin radiologue manipulateur manipulatrice infirmier infirmière infirmiere opérateur opératrice prescripteur
    prescriptrice demandeur demandeuse cardiologue chirurgien chirurgienne neurologue pneumologue gynécologue urologue
    pédiatre rhumatologue oncologue dermatologue anesthésiste réanimateur psychiatre psychologue urgentiste généraliste
    gastro-entérologue endocrinologue ophtalmologue correspondant correspondante interne externe étudiant étudiante
    kinésithérapeute kiné sage-femme maïeuticien aide-soignante aide-soignant brancardier brancardière secrétaire
    échographiste physicien physicienne dosimétriste rédacteur rédactrice signataire validateur remplaçant remplaçante
    confrère consœur consoeur praticien praticienne adressant référent référente pharmacien pharmacienne dentiste
    stagiaire externe chef assistante sociale

    médico médica medico medica radiólogo radióloga radiologo radiologa técnico técnica tecnico tecnica enfermero enfermera
    operador operadora facultativo facultativa cirujano cirujana cardiólogo cardióloga neurólogo neuróloga oncólogo oncóloga
    traumatólogo traumatóloga ginecólogo ginecóloga urólogo uróloga pediatra internista anestesista anestesiólogo
    patólogo psicólogo psiquiatra fisioterapeuta matrona comadrona auxiliar celador celadora residente adjunto adjunta
    solicitante peticionario peticionaria remitente prescriptor informante firmante redactor secretaria administrativo
    administrativa becario estudiante odontólogo farmacéutico colega investigador investigadora

    enfermeiro enfermeira radiologista cirurgião cirurgiã anestesista requisitante assistente operador técnico auxiliar
    fisioterapeuta parteira interno estagiário estagiária residente encaminhador relator laudador ecografista

    tsrm infermiere infermiera operatore operatrice chirurgo cardiologo neurologo oncologo ortopedico ortopedica ginecologo
    ginecologa urologo pediatra anestesista ostetrica ostetrico caposala coordinatore coordinatrice specializzando
    specializzanda tirocinante curante inviante richiedente refertante refertatore esecutore esecutrice prescrittore
    prescrittrice firmatario segretaria fisico fisioterapista psicologo farmacista collega borsista dirigente

    arts huisarts radioloog laborant laborante verpleegkundige verpleegster verpleger verwijzer aanvrager specialist
    cardioloog chirurg neuroloog oncoloog uroloog gynaecoloog kinderarts internist longarts patholoog anesthesist
    anesthesioloog operateur behandelaar uitvoerder echografist echoscopist verloskundige vroedvrouw fysiotherapeut
    doktersassistente doktersassistent apotheker tandarts secretaresse co-assistent coassistent assistent arts-assistent
    verslaglegger supervisor aios anios mbb'er mbber klinisch fysicus onderzoeker

    läkare läkaren överläkare distriktsläkare underläkare remittent remitterande radiolog röntgenläkare sjuksköterska
    undersköterska röntgensjuksköterska barnmorska kirurg ortoped kardiolog sekreterare sjukgymnast
    lege legen fastlege overlege turnuslege henviser sykepleier radiograf radiografen jordmor kirurgen lis-lege
    læge lægen overlæge afdelingslæge reservelæge praktiserende sygeplejerske sygeplejersken jordemoder bioanalytiker sosu
    sekretær henvisende
    lääkäri ylilääkäri erikoislääkäri radiologi röntgenhoitaja sairaanhoitaja hoitaja lähettäjä kirurgi kätilö lausuja
    lekarz lekarka lekarza technik pielęgniarka pielęgniarz położna chirurg ordynator radiolog zlecający kierujący opisujący
    lékař lékařka lékaře lekár lekárka laborant laborantka asistent asistentka sestra sestřička radiolog chirurg
    orvos orvosa háziorvos leletező radiológus asszisztens nővér ápoló ápolónő szakorvos beutaló beküldő kezelőorvos operátor
    sebész
    medic medicul asistent asistentă asistenta chirurg radiolog infirmieră moașă rezident
    hekim doktor doktoru hekimi radyolog uzman uzmanı teknisyen teknisyeni tekniker teknikeri hemşire hemşiresi cerrah
    raporlayan asistan ebe
    врач врача рентгенолог радиолог лаборант рентгенолаборант рентгенлаборант медсестра медбрат хирург кардиолог невролог
    онколог терапевт акушерка фельдшер заведующий заведующая исполнитель ординатор интерн санитарка оператор
    лікар лікарка лікаря рентгенолаборант медсестра хірург
    γιατρός ιατρός ιατρού ακτινολόγος ακτινοδιαγνώστης τεχνολόγος χειριστής νοσηλευτής νοσηλεύτρια νοσοκόμα χειρουργός μαία
    ειδικευόμενος παραπέμπων
    """)
)
ROLES = STAFF | _RELATIVES
"""Beside a name, or in front of a sign and a name."""

_PATIENTS = frozenset(
    words_of("""
    patient patients pt pts patientin pat patiente paciente paziente patiënt patiënte
    """)
)
_LOOSE_STAFF = frozenset(
    words_of("""
    student trainee worker monitor sponsor director manager chief assistant colleague client contact friend reporter reviewer
    investigator scribe aide orderly porter clerk planner secretary scrub supervisor mentor examiner employer interne externe
    interno externo assistent asistent technik chef vertretung referent auxiliar residente adjunto tutor fisico dirigente
    """)
)
NEEDS_CAPITAL = (_RELATIVES - _PATIENTS) | _LOOSE_STAFF
"""Without a sign, a name in small letters or capitals throughout must be a frequent one: "mother deceased"."""

FIELDS = frozenset(
    words_of("""
    name names surname forename firstname lastname fullname patientname familyname givenname middlename maidenname alias aka
    nickname reader readers reviewers dictator user signed signature esigned e-signed electronically finalised finalized
    cosigned countersigned authenticated approved verified transcribed typed dictated to from cc bcc attn attention
    fao recipient sender addressee ref referral referring ordering requesting performing interpreting reporting admitting md
    phys rad radiol req oper perf attg sono scanner scannedby readby referredby reportedby cons assigned owner editor
    interpretation assisting anesthesia anaesthesia consent vet signoff preliminary source emergency narkose assistenz
    aufklärung
    einwilligung signiert signatur verantwortlich fachangestellte relecture lecture informé responsable elaboró revisó validó
    realizó firmó firmado refertazione supervisie akkoord yazan vyšetřil zapsala zapsal обследовал обследовала дал узи
    המטפל הרופא המפנה
    att dict trans informant identity
    holder proband person persons
    personne persona pessoa persoon osoba лицо особа kontaktowa primario interprete staff crew team contacts regards
    sincerely copy copies by per via witnessed

    nachname vorname familienname geburtsname mädchenname patientenname rufname zuname hausname befundet diktiert diktat
    diktatzeichen geschrieben vidiert vidierung freigegeben freigabe unterschrift unterzeichnet unterzeichner gezeichnet gez
    sgd benutzer benutzerin anwender durchführung durchgeführt operiert informiert benachrichtigt erstellt geprüft
    sekretariat verteiler kopie nachrichtlich ärzte

    nom noms prénom prenom prénoms utilisateur identité auteur auteure signé signe dictée dicté rédigé validé saisi
    destinataire
    expéditeur copie copies prévenu cadre manip

    nombre nombres apellido apellidos usuario usuária firmado firma fdo elaborado realizado informado dictado validado
    informa solicita realiza copia destinatario autor autora titular

    nome cognome nominativo firmato utente autore redattore destinatario

    sobrenome apelido assinado assinatura laudo médicos utilizador realizado solicitado validado requisitado

    naam voornaam achternaam roepnaam meisjesnaam geboortenaam gebruiker ondertekend getekend verslag gemaakt auteur
    paraaf

    namn förnamn efternamn signatur signerat signerad sign granskare
    navn fornavn etternavn efternavn signert kopi
    nimi sukunimi etunimi lausunut
    imię nazwisko imie opisał opisała wykonał wykonała podpis zlecił zleciła skierował skierowała opis
    jméno příjmení meno priezvisko popsal popsala odeslal odeslala provedl provedla indikoval popis
    név neve neve: nume prenume numele prenumele nombre
    adı soyadı ad soyad adi soyadi isim isteyen gönderen onaylayan
    фио имя фамилия отчество направил направила описал описала выполнил выполнила подпись исполнил проверил направивший
    піб ім'я прізвище
    όνομα ονοματεπώνυμο επώνυμο ονομα επωνυμο ονοματεπωνυμο

    المريض المريضة اسم الاسم الطبيب الطبيبة المعالج المحول الفني الفنية الممرض الممرضة الجراح الجراحة الأشعة الزوجة الزوج
    الأم الأب الابن الابنة المستشار الأخصائي أخصائي فني طبيب ممرضة مريض مريضة المرافق الوصي
    שם רופא רופאה הרופא רדיולוג רדיולוגית טכנאי טכנאית אח אחות מטופל מטופלת המטופל חולה החולה משפחה פרטי מנתח מפנה מטפל
    אישה בעל אם אב בן בת אשה הורה מלווה חתימה
    """)
)
"""In front of a sign (: or =) and a name alone; participles count as well: "dictated: Miller"."""

WITHOUT_SIGN = frozenset(
    words_of("""
    sgd att consult signature dict trans
    fyi namens vyšetřil zapsala zapsal обследовал обследовала дал validó kenntnis auftrag vertretung akkoord
    attn attention fao cc bcc ref refd phys rad radiol req oper perf sono cons diktat gez gezeichnet unterzeichnet rücksprache
    fdo firmado signé firmato getekend signerat signert opisał opisała wykonał wykonała skierował zlecił popsal
    popsala odeslal
    provedl направил описал описала выполнил выполнила исполнил signed read kopie copie copia osoba
    """)
)
"""Of the fields, what a name follows without a sign as well, in a form that shows that it is one."""
ABBREVIATIONS = frozenset(
    words_of("""
    mo sn ot poa att bb bg
    pcp gp rt np pa pi rn app crna hcp poc aprn lvn lpn sw cns spr sho ho fy
    ha ca oa oä aä pj fä fa überw ausf
    mer merm ide manip ipa mar phu pum
    ter tsid due map mir tcae tel dir
    mmg oss tsrm
    mbb ha aios anios spv
    ssk bma öl dsk usk
    """)
)
"""Short forms of professions that are also clinical terms or words: a name in a form that shows it must follow."""
DOUBTFUL_ABBREVIATIONS = frozenset(
    words_of("mo sn ot rt np pa pi rn app hcp poc lpn sw cns spr mer ipa mar phu ter due map mir tel dir fa ho fy sho")
)
"""Of these, without a sign a name of two parts must follow: "RT Beam Energy"."""

_NO_PERSON = frozenset(
    words_of("""
    study series protocol file procedure exam scan image device station host machine model brand trade product coil
    sequence program application software hospital facility institution clinic department company test drug code
    generic class folder group layer server database template manufacturer structure organ site roi contour plan
    project trial sponsor body part system tracer isotope report country street town city district ward room bank school
    insurance agent medication medicine item event field column tag variable parameter
    """)
)
NOT_BEFORE_NAME = _NO_PERSON | frozenset(
    words_of("""
    protokoll serien studien geräte du de del della des van het
    """)
)
"""Before the field "name" they say that no person is named: "protocol name: knee"."""

QUALIFIERS = frozenset(
    words_of("""
    in law officer safety off radio rayos superior enfermería professionale hospitalier servicio emergencia source last
    first a b c
    médico interne narkose
    of record the on call oncall duty in charge for radiology imaging and first last full family given middle maiden legal
    birth name names initials identity id user care primary assistant associate second secondary senior chief responsible
    person signature to notify contact number one two practitioner provider physician specialist nurse date main
    boy girl twin contact e-mail representative trainee today shift

    für radiologie innere chirurgie vom dienst in leitung der des die am im und patienten patientin frau herr name
    hauptbehandelnd verantwortlich zuständig

    traitant traitante traitants prescripteur référent référente demandeur adresseur adressant de du la des le d famille
    garde santé confiance à prévenir contacter naissance jeune fille usage marital patient patiente prénom nom et en service
    chef remplaçant principal sénior responsable complet

    solicitante tratante remitente peticionario prescriptor responsable de del la cabecera familia guardia contacto legal
    paciente apellidos apellido nombre y el referente informante completo radiología primer segundo

    assistente responsável requisitante da do mãe pai completo radiologia e social

    riferimento curante richiedente prescrittore inviante responsabile di base famiglia guardia esecutore refertatore
    refertante
    paziente e cognome nome del della riferimento turno reparto

    behandelnd behandelend anforderende aanvragend verwijzend van het patiënt dienst wettelijk

    läkare patientens fullständigt
    pasientens fulde
    kontaktowa kierujący kierująca opisujący prowadzący zlecający rtg pacjenta i nazwisko
    odesílající pacienta ošetřující radiologický
    orvos páciens
    trimițător curant radiolog familie și pacientului pacient prenume
    adı soyadı hekim doktor adi soyadi
    контактное отделением отделения пациента больного врача врач рентгенолог
    ασθενούς ιατρός και
    المعالج المحول الأشعة المريض الطبيب المسؤول الكامل
    משפחה פרטי מלא המטופל מפנה מטפל החולה
    """)
)
"""They may stand between a label and its sign: "Attending Physician of Record:", "Médecin traitant :"."""

MAIDEN_NAMES = frozenset(
    words_of("""
    née nee geb geborene geborener nacida nata nascida geboren
    """)
)
"""In front of the name of birth, with a capital alone."""

GREETINGS = frozenset(
    words_of("""
    thx ta bw kr rgds submitted abrazo amicalement fede groetjes vänligen vous
    dear hi hello hey thanks thank you cheers regards wishes sincerely faithfully truly respectfully cordially best yours
    lieber liebe geehrter geehrte geehrten hallo danke dank grüße grüsse grüßen grüssen gruß gruss mfg hochachtungsvoll vg lg
    cher chère chers merci cordialement salutations confraternellement amitiés bonjour respectueusement
    estimado estimada querido querida gracias atentamente saludo saludos cordialmente apreciado apreciada atte
    caro cara gentile egregio gentilissimo gentilissima grazie saluti cordialmente egr gent ciao spettabile
    beste lieve geachte groet groeten bedankt hoogachtend mvg vriendelijke
    hej hälsning hälsningar tack hilsen mvh hei takk kære tak terveisin terveiset kiitos
    atenciosamente cumprimentos obrigado obrigada prezado prezada respeitosamente exmo exma abraço
    szanowny szanowna poważaniem pozdrawiam pozdravem vážený vážená děkuji üdvözlettel tisztelt köszönöm
    stimate stimată mulțumesc saygılarımla teşekkürler saygılar merhaba
    уважаемый уважаемая уважением спасибо шановний шановна повагою εκτίμηση αγαπητέ αγαπητή ευχαριστώ
    """)
)
"""In front of the name of whom a letter is to or from, with or without a comma."""
