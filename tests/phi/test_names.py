import shutil
import sys
from pathlib import Path

import pytest

from efface.transforms.core.errors import ModelError
from efface.transforms.instance.models import load_name_recognizer
from efface.transforms.phi.names import NameRecognizer, load_recognizer, missing_model_files
from efface.transforms.phi.settings import ModelSource
from efface.transforms.storage import storage_of
from support.name_model import pinned


def test_a_model_tells_names_from_other_words(name_model: Path) -> None:
    recognizer = NameRecognizer(name_model)
    assert recognizer(["LIVER LOBE", "Haugen, left", "supine", "gain 50 KOWALSKA"]) == [None, "PATIENT", None, "PATIENT"]
    assert recognizer([]) == []


def test_a_model_says_where_the_name_stands(name_model: Path) -> None:
    assert NameRecognizer(name_model).find_spans("left Okafor liver") == [(5, 11)]
    assert NameRecognizer(name_model).find_spans("left kidney") == []


def test_a_model_is_loaded_once_a_process(name_model: Path) -> None:
    source = pinned(name_model)
    assert load_recognizer(str(name_model), source.version) is load_name_recognizer(source)


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
        NameRecognizer(tmp_path)


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
