import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from efface.transforms.core.box import Box
from efface.transforms.core.errors import ModelError
from efface.transforms.core.evidence import Verdict
from efface.transforms.core.text_line import TextLine
from efface.transforms.instance.models import load_name_recognizer
from efface.transforms.phi.clean_text import TextCleaner
from efface.transforms.phi.free_text import FreeTextSettings
from efface.transforms.phi.judge import judge_readings
from efface.transforms.phi.name_entities import NameEntity
from efface.transforms.phi.names import NameRecognizer
from efface.transforms.phi.settings import ModelSource, PhiSettings
from efface.transforms.phi.transformers_names import TransformersNames, missing_model_files
from efface.transforms.storage import storage_of
from support.name_model import pinned


def test_a_model_tells_names_from_other_words(name_model: Path) -> None:
    recognizer = NameRecognizer(TransformersNames(name_model))
    assert recognizer(["LIVER LOBE", "Haugen, left", "supine", "gain 50 KOWALSKA"]) == [None, "PATIENT", None, "PATIENT"]
    assert recognizer([]) == []


def test_a_model_says_where_the_name_stands(name_model: Path) -> None:
    recognizer = NameRecognizer(TransformersNames(name_model))
    assert recognizer.find_spans("left Okafor liver") == [(5, 11)]
    assert recognizer.find_spans("left kidney") == []


def test_a_model_is_loaded_once_a_process(name_model: Path) -> None:
    source = pinned(name_model)
    assert load_name_recognizer(source) is load_name_recognizer(pinned(name_model))


def test_a_model_may_lie_in_a_bucket(name_model: Path, bucket: str) -> None:
    for path in name_model.iterdir():
        storage_of(bucket).write(f"{bucket}/models/names/{path.name}", path.read_bytes())
    recognizer = load_name_recognizer(pinned(f"{bucket}/models/names"))
    assert recognizer is not None
    assert recognizer(["okafor", "liver"]) == ["PATIENT", None]


def test_no_policy_no_model() -> None:
    assert load_name_recognizer(None) is None


def test_a_missing_model_is_an_error(tmp_path: Path) -> None:
    with pytest.raises((OSError, ValueError)):
        TransformersNames(tmp_path)


def test_another_model_under_the_same_path_is_refused(name_model: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(name_model, folder)
    source = pinned(folder)
    (folder / "config.json").write_text((folder / "config.json").read_text() + " ")
    with pytest.raises(ModelError, match="not the pinned ones"):
        load_name_recognizer(source)


def test_a_model_that_took_the_place_of_another_one_is_loaded(name_model: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(name_model, folder)
    (folder / "README.md").write_text("first")
    first = pinned(folder)
    recognizer = load_name_recognizer(first)
    (folder / "README.md").write_text("second")
    assert load_name_recognizer(pinned(folder)) is not recognizer
    assert load_name_recognizer(first) is recognizer


def test_a_folder_without_a_digest_is_not_loaded(name_model: Path) -> None:
    with pytest.raises(ModelError, match=r"Policy\.resolve"):
        load_name_recognizer(ModelSource(folder=str(name_model)))


def test_missing_packages_and_their_extra_are_named(name_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(ModelError, match=r'transformers \(pip install "efface\[gpu\]"\)'):
        load_name_recognizer(pinned(name_model))


@pytest.mark.parametrize(
    "names",
    [
        ("config.json", "tokenizer.json", "model.safetensors"),
        ("config.json", "vocab.txt", "pytorch_model.bin", "README.md"),
        ("config.json", "vocab.json", "merges.txt", "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"),
    ],
)
def test_a_folder_that_is_complete_lacks_nothing(names: tuple[str, ...]) -> None:
    assert missing_model_files(names) == []


def test_what_a_folder_lacks_is_named(name_model: Path) -> None:
    written = [path.name for path in name_model.iterdir()]
    assert missing_model_files(written) == []
    assert [len(missing_model_files([])), len(missing_model_files(["config.json", "weights/model.safetensors"]))] == [3, 2]


def everything(texts: Sequence[str]) -> list[list[NameEntity]]:
    """A model that takes all of every text for a name."""
    return [[NameEntity(0, len(text), "ALL", 0.9)] for text in texts]


def test_no_model_redacts_what_the_lists_know() -> None:
    recognizer = NameRecognizer(everything)
    assert recognizer.find_spans("LIVER, left kidney 5 cm") == []
    assert recognizer.find_spans("LIVER Haugen 50") == [(6, 12)]
    assert recognizer(["LIVER", "long axis", "Haugen"]) == [None, "ALL", "ALL"]


def test_a_model_is_asked_once_about_each_text_and_about_many_at_once() -> None:
    asked: list[list[str]] = []

    def count(texts: Sequence[str]) -> list[list[NameEntity]]:
        asked.append(list(texts))
        return everything(texts)

    recognizer = NameRecognizer(count)
    for _ in range(2):
        assert recognizer(["Okafor", "Okafor", "liver", "Haugen"]) == ["ALL", "ALL", None, "ALL"]
    assert sorted(map(sorted, asked)) == [["Haugen", "Okafor"]]


def test_a_long_text_is_asked_about_in_pieces() -> None:
    text = "liver " * 200 + "Okafor " + "x" * 3000
    recognizer = NameRecognizer(everything)
    assert text[slice(*min(recognizer.find_spans(text)))] == "Okafor"
    assert max(end for _, end in recognizer.find_spans(text)) == len(text)


def test_no_model_redacts_what_a_policy_keeps() -> None:
    recognizer = NameRecognizer(everything)
    lines = [TextLine(Box(0, 0, 90, 9), "LIVER Okafor", 1.0, "", "")]
    kept = PhiSettings(keep_words=("okafor",))
    assert judge_readings(lines, (), kept, recognizer).verdict is Verdict.KEEP
    cleaner = TextCleaner((), None, recognizer.find_spans, free_text=FreeTextSettings(keep_words=("okafor", "haugen sign")))
    assert cleaner.clean_text("liver Okafor, Haugen sign, Haugen") == "liver Okafor, Haugen sign"
