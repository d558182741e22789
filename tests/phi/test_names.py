from pathlib import Path

import pytest

from efface.transforms.instance.models import load_name_recognizer
from efface.transforms.phi.names import NameRecognizer, load_recognizer
from efface.transforms.phi.settings import ModelSource
from efface.transforms.storage import storage_of


def test_a_model_tells_names_from_other_words(name_model: Path) -> None:
    recognizer = NameRecognizer(name_model)
    assert recognizer(["LIVER LOBE", "Haugen, left", "supine", "gain 50 KOWALSKA"]) == [None, "PATIENT", None, "PATIENT"]
    assert recognizer([]) == []


def test_a_model_says_where_the_name_stands(name_model: Path) -> None:
    assert NameRecognizer(name_model).find_spans("left Okafor liver") == [(5, 11)]
    assert NameRecognizer(name_model).find_spans("left kidney") == []


def test_a_model_is_loaded_once_a_process(name_model: Path) -> None:
    assert load_recognizer(str(name_model)) is load_name_recognizer(ModelSource(folder=str(name_model)))


def test_a_model_may_lie_in_a_bucket(name_model: Path, bucket: str) -> None:
    for path in name_model.iterdir():
        storage_of(bucket).write(f"{bucket}/models/names/{path.name}", path.read_bytes())
    recognizer = load_name_recognizer(ModelSource(folder=f"{bucket}/models/names"))
    assert recognizer is not None
    assert recognizer(["okafor", "liver"]) == ["PATIENT", None]


def test_no_policy_no_model() -> None:
    assert load_name_recognizer(None) is None


def test_a_missing_model_is_an_error(tmp_path: Path) -> None:
    with pytest.raises((OSError, ValueError)):
        NameRecognizer(tmp_path)
