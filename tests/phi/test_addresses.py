import pytest

from support.identifying import rules_of, without_identifying

ADDRESSES = [
    # United States, Canada, United Kingdom, Australia
    "4471 Juniper Street, Boston, MA 02114", "742 Evergreen Terrace Springfield IL 62704",
    "123 Main St Apt 4B, Boston, MA 02114",
    "4471 W 12th St", "12 oak street", "12 Oak Street, Larkspur", "Baker Street", "221B Baker Street, London NW1 6XE",
    "South Isaiah 00797",
    "Boston MA 02114", "Boston, Massachusetts 02114", "P.O. Box 4471", "NW1 6XE", "14 Acacia Avenue, Croydon, CR0 1AB",
    "K1A 0B1",
    "Flat 3, 12 Larkspur Close, Croydon, CR0 1AB", "Sydney NSW 2000",
    # Germany, Austria, Switzerland
    "Lindenstraße 14, 10115 Berlin", "Lindenstr. 14", "Hauptstrasse 5a", "Am Markt 5, 50667 Köln",
    "Unter den Linden 77, 10117 Berlin",
    "Königsallee 12", "Mühlenweg 3", "Bahnhofstrasse 12, 8001 Zürich", "CH-8001 Zürich", "1010 Wien", "10115 Berlin",
    "D-50667 Köln",
    "Anna-Seghers-Ring 7", "Postfach 4471",
    # France, Spain, Italy, Portugal
    "12 rue de la Paix, 75002 Paris", "12, rue de la paix", "8 place de la République, 69001 Lyon",
    "12 bis avenue Victor Hugo", "75002 Paris",
    "Calle Mayor 5, 28013 Madrid", "Calle Mayor, 5", "C/ Mayor 5, 3º B", "Avda. de la Constitución 12", "28013 Madrid",
    "Via Roma 12, 20121 Milano", "via Roma 12", "Piazza Garibaldi 3", "Corso Vittorio Emanuele II 15, 10123 Torino",
    "Rua Augusta 123, 01305-000 São Paulo",
    # Netherlands, Belgium, Nordics, Poland
    "Keizersgracht 123, 1015 CJ Amsterdam", "Keizersgracht 123", "1015 CJ Amsterdam", "Dorpsstraat 12",
    "Drottninggatan 12, 111 51 Stockholm",
    "Karl Johans gate 12", "Vestergade 12, 8000 Aarhus", "ul. Długa 12, 00-950 Warszawa",
    # East Asia
    "東京都新宿区西新宿2-8-1", "北京市朝阳区建国路88号",
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("frame", ["{}", "knee left; {}", "at {}, knee", "({})"])
def test_an_address_goes_whole(address: str, frame: str) -> None:
    left = without_identifying(frame.format(address))
    assert left.replace("__", "_") in (
        frame.format("_"),
        frame.format("_ ").strip(),
        frame.format("_").replace(", knee", " knee"),
    )


@pytest.mark.parametrize("separator", [", ", "\n", ",\n", " "])
def test_the_lines_of_an_address_may_stand_in_any_way(separator: str) -> None:
    for lines in (
        ["Lindenstraße 14", "10115 Berlin"],
        ["742 Evergreen Terrace", "Springfield, IL 62704"],
        ["12 rue Lepic", "75018 Paris"],
    ):
        assert not {"Lindenstraße", "Evergreen", "Lepic"} & set(without_identifying(separator.join(lines)).split())


@pytest.mark.parametrize(
    "text",
    [
        "3 way stopcock", "access via 5 F sheath", "via CT 12", "Vía biliar de 6 mm", "Via biliare 6 mm",
        "in corso di terapia", "tratto largo 12 mm",
        "Mise en place de 2 stents", "Au cours de la phase 2", "Passage de 50 ml", "canale stretto 12 mm", "Zugangsweg 3",
        "Beckenring 2 Frakturen",
        "Rettungsweg 2 frei", "Atemweg 1", "Monitoring 24 h", "ring 3", "circle of Willis", "Street drugs",
        "Park position", "Route d'abord 2",
        "L4 5TH", "T2 3D FLAIR", "TR 4500 Contrast", "1500 HU", "1024 Matrix", "1200 Bilder", "2000 MS", "PA 2 views",
        "CT 40 keV", "3D SPGR POST Dr.",
        "500 ML", "512 512 Axial", "b 1000 Trace", "Station 7 node", "3 Plane Loc", "12345 MBq", "5 mm gap",
        "4 Chamber View", "2 Point Dixon",
        "largo 12 mm", "Platz 3", "weg 2", "Hof", "3 Hills",
    ],
)  # fmt: skip
def test_settings_and_terms_are_no_addresses(text: str) -> None:
    assert not {"street_address", "postal_town"} & rules_of(text)
