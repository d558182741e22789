"""The name network that ships."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from efface.transforms.core.errors import ModelError
from efface.transforms.instance import models
from efface.transforms.phi.name_characters import CHARACTERS, as_numbers
from efface.transforms.phi.name_network import NETWORK, NameNetwork
from efface.transforms.phi.settings import ModelSource

SHIPPED = ModelSource(shipped=True)
TEXTS = ["chest for Thorvald Brekkhus", "", "KOWALCZYK^ZBIGNIEW", "supine, hyperdense", "x" * 300]


@pytest.fixture(scope="module")
def network() -> NameNetwork:
    return NameNetwork()


def test_it_tells_names_from_clinical_words(network: NameNetwork) -> None:
    texts = [
        "chest for Thorvald Brekkhus",
        "as discussed with ESPERANZA GUTIERREZ",
        "cholangiopancreatography of the hepatic duct",
    ]
    found = [
        [text[entity.start : entity.end] for entity in entities] for text, entities in zip(texts, network(texts), strict=True)
    ]
    assert found == [["Thorvald", "Brekkhus"], ["ESPERANZA", "GUTIERREZ"], []]


def test_a_text_gets_the_same_answer_alone_and_among_others(network: NameNetwork) -> None:
    together = network(TEXTS * 9)
    assert together[: len(TEXTS)] == together[-len(TEXTS) :]
    for text, entities in zip(TEXTS, together, strict=False):
        [alone] = network([text])
        assert [(one.start, one.end) for one in alone] == [(one.start, one.end) for one in entities]


def test_onnx_runtime_computes_what_openvino_computes(network: NameNetwork) -> None:
    session = onnxruntime.InferenceSession(NETWORK.read_bytes())
    numbers = as_numbers("seen by Thorvald Brekkhus; chest")[None]
    [scores] = session.run(None, {"characters": numbers})
    assert np.abs(scores - network._score(numbers)).max() < 1e-3


@pytest.mark.parametrize("text", ["Ångström", "Nguyễn", "王 Ж \u0301 ½ 5", "\ud800", "\0\n\t", "O’Shea"])
def test_every_character_has_a_number(text: str) -> None:
    numbers = as_numbers(text)
    assert len(numbers) == len(text)
    assert all(0 < number < CHARACTERS for number in numbers)


def test_accents_do_not_count_and_cases_do() -> None:
    assert list(as_numbers("Ångström")) == list(as_numbers("Angstrom"))
    assert list(as_numbers("A1")) != list(as_numbers("a1"))
    assert list(as_numbers("17")) == list(as_numbers("20"))


def test_only_the_pinned_weights_are_loaded(tmp_path: Path) -> None:
    (tmp_path / "other.onnx").write_bytes(b"other")
    with pytest.raises(ValueError, match="not the pinned file"):
        NameNetwork(tmp_path / "other.onnx")


def test_weights_that_cannot_be_loaded_are_a_model_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> NameNetwork:
        raise FileNotFoundError("name_network.onnx")

    monkeypatch.setattr(models, "NameNetwork", missing)
    monkeypatch.setattr("efface.transforms.phi.names._loaded", {})
    with pytest.raises(ModelError, match="name model cannot be loaded"):
        models.load_name_recognizer(SHIPPED)


def test_the_recognizer_of_the_policy_is_loaded_once_and_redacts_names_alone() -> None:
    recognizer = models.load_name_recognizer(SHIPPED)
    assert recognizer is not None
    assert recognizer is models.load_name_recognizer(SHIPPED)
    assert recognizer(["LIVER LOBE", "left kidney 5 cm", "repeat for Brekkhus"]) == [None, None, "NAME"]


def test_it_has_no_place() -> None:
    with pytest.raises(ValueError, match="no place"):
        ModelSource(shipped=True, folder="names")
