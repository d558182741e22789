import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.phi.whole_addresses import find_whole_addresses
from support.identifying import without_identifying

ADDRESSES = [
    # Number first
    "14 Lê Lợi, Thành phố Huế 531204", "7 Trần Hưng Đạo, TP. Nha Trang 650318", "88 Averof, Kalamata 241 33",
    "61 nab. Ozernaya, d. Vytegra 162914", "12 ul. Sadovaya, g. Ostrov (Pskov.) 181352", "9 Mapo, Suwonsi paldalgu 16248",
    # Number behind the street
    "Kara Bridge No:17, 35214 Aydınburgh", "Öztürk Mews No:203, 06541 Yıldızmouth",
    "ул. Садовая 12, г. Остров 181352", "пр. Победы 7, п. Вытегра 162914", "춘천시 소양 33 (24341)",
    "12 شارع الجلاء طنطا 31527", "〒604-8571 上京区一条町3-4", "22 Larkspur Mills, New Quillford ZQ7 4TB",
    # Long codes, a country's letters in front of the code, flats
    "Kossuth utca 86., H-2030 Veszprém", "דרך השלום 22, נהריה, 4863118",
    "Strada Plopilor Nr. 94 Bl. 18 Sc. 3, Cugir-Gara, 646861",
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("kept", ["W 400 C 40", "Liver right lobe", "Kein Erguss", "Sin derrame", "Geen vocht", "Chest AP"])
@pytest.mark.parametrize("frame", ["{}. _", "_; {}", "{}\n_"])
def test_an_address_goes_and_the_clinical_words_stay(address: str, kept: str, frame: str) -> None:
    frame = frame.format(kept)
    assert without_identifying(frame.replace("_", address)) == frame


@pytest.mark.parametrize(
    "text",
    [
        "TR 5000 TE 100 12345", "Leukozyten 12, Thrombozyten 250000", "Eisen 12, Ferritin 10000, Transferrin 3",
        "Nodule 4 mm, image 112, series 3, count 12345", "Titer 1:32, Antikörper 10240, Borrelien 3",
        "Raumforderung in Segment 7, Größe 12 mm, 34567 Bilder", "Abb. 3, Tab. 4, Fig. 5, Befund 12345",
        "conta 12345 piastrine, leucociti 12", "Le patient a une lésion de 12 mm, segment 4, 123456",
    ],
)  # fmt: skip
def test_results_and_settings_are_no_addresses(text: str) -> None:
    assert list(find_whole_addresses(text)) == []


@given(st.text(alphabet="Aab. ,;(1234567890)\n〒-", max_size=200))
def test_an_address_lies_within_the_text(text: str) -> None:
    assert all(0 <= found.start < found.end <= len(text) for found in find_whole_addresses(text))
