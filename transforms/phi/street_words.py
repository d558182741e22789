"""Words that streets are called with, by where they stand: in front of the name, behind it, or as the end of its last word."""

from __future__ import annotations

from ..core.word_lists import words_of

SURE_BEHIND = frozenset(
    words_of("""
    street avenue ave road boulevard blvd rd highway hwy parkway pkwy crescent turnpike expressway freeway
    """)
)
"""Behind a name, as good as always of a street."""
BEHIND = SURE_BEHIND | frozenset(
    words_of("""
    st drive dr lane ln way court ct place pl square sq terrace circle cir trail plaza alley row crossing village
    mews manor manors glen islands island mountains mountain shores shore springs spring isle meadows meadow
    motorway park pike prairie ranch river throughway viaduct estates estate gardens garden groves grove harbors
    harbor heights hills hill lakes lake close walk walks gate rise green view loop run route path knoll knolls
    ridge bluff cove creek crest dale falls flats forest forge fork forks fort gateway greens haven hollow inlet
    junction landing locks lodge mall mill mills mission mount neck orchard oval overpass passage pine pines plain
    plains points port ports ramp rapids rest roads shoal shoals skyway spur spurs squares station stravenue stream
    streets summit track trafficway tunnel underpass union unions valley valleys views villages ville vista well
    wells bend beach bottom branch brook brooks burg burgs bypass camp canyon cape causeway center centers circles
    cliff cliffs club common corner corners course courts coves crossroad crossroads dam drives extension extensions
    field fields ferry ford fords key keys light lights quay arcade interchange subway esplanade promenade marg
    nagar ganj chowk
    """)
)
"""Behind a name in English and in India; a number stands in front of both."""
IN_FRONT = frozenset(
    words_of("""
    rue avenue boulevard bd blvd bld chemin impasse allée allee allées faubourg résidence lotissement venelle
    sentier esplanade calle avenida avda plaza plza pza paseo camino carretera ctra travesía travesia glorieta
    urbanización rambla alameda callejón pasaje pasadizo viale piazza piazzale vicolo contrada borgo lungomare rua
    travessa praça rodovia ladeira ul ulica aleja plac osiedle tér
    """)
)
"""In front of a name in Romance and Slavic languages."""
MAYBE_IN_FRONT = frozenset(
    words_of("""
    place cours route square passage villa cité acceso vial polígono corso largo strada via canale rotonda stretto
    incrocio cl c r av ave rond cuesta quai ronda cañada vía pl al os estrada quadra vila viela jardim parque
    condomínio sítio sitio chácara estação lagoa lago morro fazenda loteamento conjunto residencial setor trevo
    recanto trecho passarela favela feira distrito colônia praia pátio vale núcleo vereda viaduto campo área
    aeroporto esplanada
    """)
)
"""They are also terms or common words: a capital follows, and a number."""
SURE_ENDS = tuple(
    words_of("""
    straße strasse str. gasse allee platz chaussee damm straat laan gracht plein kade singel dijk steeg gatan vägen
    gaten veien katu bulevardi stræde gränd torget steenweg utca boulevard
    """)
)
"""Ends of compounds that are streets: "Lindenstraße"."""
ENDS = (
    *SURE_ENDS,
    *words_of("""
    weg ring hof steig pfad markt graben zeile stiege kai ufer promenade dreef baan lei pad väg vej gade veg vei
    gate gata kuja polku ntie stigen backen brink wal dam erf gaarde woerd akker weide wegje straatje pleintje hofje
    vaart kamp
    """),
)
"""Ends of compounds that are streets, but also other things: "Zugangsweg", "Beckenring"."""
NO_STREETS = frozenset(
    words_of("""
    zugang zugangs rettungs fluchtungs becken gallen atem luft harn leitungs übertragungs infektions verdauungs herz
    klappen mitral aorten detektor dichtungs lymph rachen schluss muskel faser knorpel mess strahlen bestrahlungs
    seh hör nerven reiz leit transport lauf geh um aus ab zu vor rück heim arbeits wasser fried bahn hauptbahn kirch
    park scan fuß fuss rad gummi blei kunst o-ring gast bauern trans daten bild signal therapie behandlungs lungen
    tränen luftröhren spei speise nasen urin blut haupt neben quer stich mittel seiten irr um- weit arbeit end
    anfahrts zufahrts
    """)
)
"""What stands before "weg", "ring" or "hof" in words that are no streets."""
NAMED_ALONE = frozenset(
    words_of("""
    straße strasse str platz allee allé alle weg laan plein markt ring damm ufer park hof gate gata gatan veg vei
    väg katu street
    """)
)
"""They also stand alone behind a name: "Karl Johans gate"."""
FIRST_WORDS = frozenset(
    words_of("""
    am an der im in zum zur auf dem unter den alter alte altes neuer neue kleine große grosse obere untere hinter
    vor bei beim oude nieuwe grote korte lange het de la le du des rue del della gamla stora lilla lille store nørre
    sønder øster vester norra södra östra västra
    """)
)
"""Words in capitals or small letters that begin the name of a street."""
UNITS = (
    r"(?:apt|apartment|suite|ste|unit|flat|studio|floor|room|rm|bldg|building|lot|box|piso|pta|puerta|esc|escalera|bajo"
    r"|int|interno"
    r"|appartamento|appt|appartement|appartment|bât|bâtiment|étage|scala|piano|wohnung|whg|top|stiege|bus|h[.]?no|(?-i:[Aa]p)"
    r"|casa|bloco|andar|lgh|m)"
)
"""Parts of a house."""
