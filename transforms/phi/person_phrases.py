"""What comes between a verb or a noun and the name of a person: "referred by", "spoke to", "at the request of".

All words are in lower case, sorted by language.
"""

from __future__ import annotations

from ..core.word_lists import words_of

_BY_WORDS = {
    "by": """referred read seen performed signed dictated reported reviewed requested ordered scanned done verified approved
        entered examined interpreted transcribed typed acquired taken prescribed supervised checked authorised authorized
        admitted assessed attended booked called confirmed countersigned authenticated edited imported uploaded created
        prepared sent submitted validated finalised finalized recorded consented cannulated injected positioned assisted
        escorted accompanied brought operated informed notified treated contoured planned drawn segmented annotated measured
        labelled labeled marked completed processed updated modified witnessed obtained administered documented evaluated
        discharged registered scheduled imaged screened repeated given logged placed inserted written ref refd req reqd perf
        rpt overread over-read cosigned co-signed esigned e-signed acknowledged received accepted rejected cleared proofread
        corrected amended addended addendum protocolled protocoled vetted triaged telephoned phoned reread re-read consulted
        merged archived exported contours started translation delivered collected drawn anesthetized sedated
        intubated removed relayed handed signed-off changed saved exported
        released calculated contacted advised recommended initiated led run staffed printed reconstructed performed-by
        read prelim preliminary dictation interpretation back accompanied in clinic translated instructed
        initialed initialled attested certified
        pronounced discovered observed asked""",
    "von durch": """befundet untersucht überwiesen ueberwiesen zugewiesen angefordert durchgeführt durchgefuehrt erstellt
        unterschrieben gezeichnet diktiert geschrieben freigegeben validiert vidiert aufgenommen angeordnet geplant konturiert
        bestätigt beurteilt gelesen gesehen behandelt betreut begleitet gescannt gemessen markiert eingewiesen bearbeitet
        geprüft kontrolliert operiert assistiert dokumentiert verfasst abgezeichnet unterzeichnet begutachtet indiziert
        eingegeben gebucht bestellt aufgeklärt injiziert punktiert gelegt mitgebracht begleitung angemeldet veranlasst
        vorgestellt eingeholt namens auftrag signiert dokumentiert befundung zweitbefund überweisung zuweisung
        anforderung diktat freigabe eingesandt gesendet übermittelt
        ausgewertet gelagert abgenommen archiviert importiert geändert gestellt""",
    "par": """adressé adressée adresse adressee demandé demandée demande prescrit prescrite réalisé réalisée realise realisee
        effectué effectuée lu lue relu relue interprété interprétée signé signée validé validée vu vue dicté dictée examiné
        examinée envoyé envoyée fait faite rédigé rédigée accompagné accompagnée suivi suivie contouré opéré opérée tapé tapée
        saisi saisie transmis transmise contresigné contrôlé vérifié électroniquement rendu compte-rendu indiqué posé piqué
        injecté perfusé pratiqué assuré reçu reçue téléphoné annoté segmenté modifié créé corrigé orienté orientée hospitalisé
        dépisté""",
    "por": """remitido remitida solicitado solicitada realizado realizada informado informada firmado firmada leído leido
        visto vista revisado revisada enviado enviada derivado derivada validado validada dictado dictada explorado examinado
        examinada pedido pedida indicado indicada atendido atendida acompañado acompañada referenciado requisitado
        requisitada assinado assinada laudado laudada feito feita encaminhado encaminhada transcrito transcrita valorado
        valorada elaborado elaborada redactado redactada supervisado supervisada operado operada canalizado
        efectuado efectuada interpretado interpretada electrónicamente digitalmente avisado controlado corregido citado
        relatado relatada executado executada digitado digitada avaliado avaliada acompanhado acompanhada prescrito prescrita
        traído anotado segmentado creado modificado confirmado referido referida""",
    "da dal dalla dai dallo dall": """inviato inviata richiesto richiesta refertato refertata eseguito eseguita
        firmato firmata
        letto letta visto vista visitato visitata prescritto prescritta validato validata redatto redatta operato operata
        accompagnato accompagnata dettato dettata trascritto trascritta digitalmente elettronicamente valutato valutata
        controllato seguito seguita indicato proposto effettuato effettuata compilato verificato approvato segnalato
        supervisionato misurato annotato segmentato modificato creato ricoverato assistito portato""",
    "door": """verwezen aangevraagd uitgevoerd gezien verslagen beoordeeld gelezen ondertekend gescand gemaakt ingevoerd
        goedgekeurd gecontroleerd onderzocht behandeld ingestuurd gedicteerd begeleid geautoriseerd getypt geaccordeerd
        verslag vastgelegd geopereerd aangemeld ingeboekt bewerkt geschreven gevraagd geprikt ingespoten opgenomen
        geannoteerd gewijzigd gefiatteerd nagekeken verricht gebracht vergezeld voorgeschreven""",
    "av af": """remitterad utförd utfört granskad granskat signerad signerat bedömd bedömt dikterad dikterat skriven undersökt
        undersökts opererad henvist utført beskrevet undersøgt undersøgt henviset udført signert vurdert vurderet tolket
        diktert dikteret skrevet godkendt godkjent kontrollert kontrolleret rekvirert rekvireret ordinerad ordinert ledsaget
        fulgt beställd remiss""",
    "przez": """skierowany skierowana wykonane opisane wykonano opisano wykonany wykonana opisany zlecone zlecony zatwierdzone
        zatwierdzony podpisany podpisane badany badana konsultowany konsultowana sprawdzone oceniony""",
    "de": """trimis trimisă recomandat recomandată efectuat efectuată interpretat interpretată semnat semnată consultat
        consultată validat validată dictat redactat indicat""",
}
BY: dict[str, frozenset[str]] = {
    by: frozenset(words_of(participles)) for words, participles in _BY_WORDS.items() for by in words.split()
}
"""What comes between a participle and the name of who did it, and the participles in front of it."""
AGENTS = frozenset(("by", "von", "durch", "par", "por", "door", "przez"))
"""Of these, what stands in front of a person behind other words as well, if a name shows its case: "IV by Miller"."""

_TO_WORDS = {
    "to": """questions reply handed handover over message report spoke speaking talked reported given relayed conveyed
        communicated
        phoned faxed sent addressed copied
        handed called
        telephoned emailed e-mailed mailed passed discussed transmitted texted messaged paged notified copy copies report
        reports results through forwarded escalated delivered referred findings attention verbally presented assigned related
        married belongs released transferred""",
    "with": """spoke speaking talked discussed discuss reviewed communicated confirmed spoken checked liaised shared consulted
        agreed correlated discussion conversation conferred consensus conjunction read accompanied attended here arrived
        message came lives together escorted presented""",
    "from": """opinion sought request requests requested received referral referred referrals letter call called
        message results fax email
        thanks info information consent history heard note phoned telephoned transferred consult""",
    "of": """request care baby mother father son daughter wife husband parent behalf brother sister spouse practice discretion
        attention supervision direction infant newborn partner guardian guidance referral signature initials name twin child
        patient patients case office relative neighbour neighbor friend bedside offspring""",
    "for": "images prepared covering signed locum dictating scribing proxy interpreting consent",
    "under": "admitted seen care treated followed listed booked registered",
    "as": "known logged registered listed in identified",
    "again": "thanks cheers you",
    "mit": """besprochen gesprochen telefoniert rücksprache absprache konsens besprechung diskutiert abgestimmt zusammen
        gemeinsam konferiert abgesprochen telefonat rs gespräch""",
    "bei": "vorgestellt anruf",
    "an": """telefonisch mitgeteilt info weitergegeben befund gefaxt kopie übermittelt durchgegeben weitergeleitet bericht
        befundübermittlung anruf mitteilung gemeldet übergeben gesendet brief""",
    "avec": "téléphonique échange discuté parlé vu discutée téléphoné concertation accord revu relu vue",
    "à": """transmis transmise transmises communiqué communiqués communiquée communiquées copie téléphoné
        téléphonés annoncé
        confié résultat résultats donné donnés faxé envoyé adressé remis remise signalé""",
    "auprès": "avis pris",
    "a": """avisado avisada avisa informa informado comunicado comunicada comunica avisó comunicato comunicata riferito
        trasmesso consegnato inviato transmitido copia llamado entregado notificado remitido contactado telefonato
        segnalato""",
    "con": """comenta hablo habla hablado comentado discusso parlato comentada hablada consultado discutido contactado
        discussa concordato
        condiviso consultato confrontato acordado conversado colloquio sentito""",
    "com": "discutido discutida falado conversado contacto contato comentado discutiu",
    "met": "besproken overlegd overleg gesproken gebeld samen vergezeld afgestemd telefonisch",
    "aan": "doorgebeld doorgegeven meegedeeld gemeld gefaxt kopie gebeld verstuurd gegeven verslag overgedragen",
    "med": """diskuterat samrått samråd konferert diskutert diskuteret konfereret talat snakket drøftet drøftat diskuterad
        konfererat samtale kontakt""",
    "van": "verzoek opdracht brief naam patiënt",
    "till": "ringt meddelat svar kopia",
    "til": "ringt meddelt svar kopi meldt",
    "från": "remiss remitterad",
    "fra": "henvist henvisning henviset",
    "с": "обсуждено согласовано консультация",
    "z": "konsultowano omówiono uzgodniono",
    "s": "konzultováno prodiskutováno konzultované",
    "ile": "görüşüldü",
}
TO: dict[str, frozenset[str]] = {to: frozenset(words_of(verbs)) for to, verbs in _TO_WORDS.items()}
"""What comes between a verb and the name of whom one spoke to, and the verbs in front of it."""
_DE_WORDS = """prescription présence demande secrétariat auprès attention petición atención solicitud richiesta attenzione cargo
    pedido cuidado
    référence signature nom servicio consulta hijo hija madre padre esposa esposo marido fils fille mère père épouse femme
    lettre courrier carta cuidados responsabilidad referto lettera figlio figlia moglie marito parte conto"""
OF_PERSONS = frozenset(words_of(_DE_WORDS))
OF_WORDS = frozenset(("de", "du", "del", "della", "di", "d"))
"""Romance "of": a person follows behind `OF_PERSONS`, with a capital: "à la demande de Miller"."""
VERBS = frozenset(
    words_of("""
    call named ask calls
    called informed notified paged contacted telephoned phoned emailed consulted signed per informiert angerufen
    prévenu texted messaged alerted via esigned notifying ring rang met asked told covering informing calling
    benachrichtigt verständigt kontaktiert avisado avisada avvisato avvisata contattato sentito contactado appelé appelée
    contacté contactée averti prévenue gebeld meddelat informerat kontaktat ringt ringde underrettet
    informado informada chamado formerly alias aka
    """)
)
"""In front of a name that has a capital."""
