"""What `efface policy check` says of the models of a policy."""

import shutil
import sys
from pathlib import Path

import pytest

from efface.pipeline.check_models import check_models
from efface.pipeline.policy import PolicyError, load_policy, parse_policy
from efface.runners.cli.main import main
from efface.transforms.storage import storage_of
from support.name_model import pinned


def refusal(text: str) -> str:
    with pytest.raises(PolicyError) as error:
        check_models(parse_policy(text))
    return str(error.value)


def test_what_needs_no_folder_is_there() -> None:
    for name in ("basic", "tcia"):
        assert check_models(load_policy(name)) == load_policy(name)
    for engine in ("easyocr", "rapidocr", "both"):
        check_models(parse_policy(f"ocr: {{engine: {engine}}}"))


def test_a_model_gets_its_digest(name_model: Path) -> None:
    policy = check_models(parse_policy(f"text: {{model: {{folder: {name_model}}}}}"))
    assert policy.phi.model == pinned(name_model)
    assert check_models(policy) == policy


def test_a_model_in_a_bucket_is_found(name_model: Path, bucket: str) -> None:
    for path in name_model.iterdir():
        storage_of(bucket).write(f"{bucket}/names/{path.name}", path.read_bytes())
    assert check_models(parse_policy(f"text: {{model: {{folder: '{bucket}/names'}}}}")).phi.model == pinned(f"{bucket}/names")
    assert "no file in it" in refusal(f"text: {{model: {{folder: '{bucket}/missing'}}}}")


def test_a_folder_that_is_missing_or_incomplete_is_refused(name_model: Path, tmp_path: Path) -> None:
    assert "text.model.folder: there is no file in it" in refusal(f"text: {{model: {{folder: {tmp_path / 'missing'}}}}}")
    shutil.copytree(name_model, tmp_path / "model")
    text = f"text: {{model: {{folder: {tmp_path / 'model'}}}}}"
    check_models(parse_policy(text))
    (tmp_path / "model" / "model.safetensors").unlink()
    assert refusal(text).startswith("text.model.folder: it lacks weights (model.safetensors);")


def test_other_files_than_the_pinned_ones_are_refused_with_their_digest(name_model: Path) -> None:
    text = f"text: {{model: {{folder: {name_model}, sha256: {'a' * 64}}}}}"
    assert refusal(text).endswith(pinned(name_model).sha256)


@pytest.mark.parametrize("engine", ["auto", "easyocr", "both"])
def test_a_folder_without_the_weights_is_refused(tmp_path: Path, engine: str) -> None:
    assert "craft_mlt_25k.pth" in refusal(f"ocr: {{engine: {engine}, weights: {tmp_path}}}")


@pytest.mark.parametrize(
    "text", ["ocr: {engine: rapidocr, weights: /missing}", "{pixels: none, ocr: {engine: easyocr, weights: /missing}}"]
)
def test_weights_that_nobody_loads_are_not_looked_for(text: str) -> None:
    check_models(parse_policy(text))


def test_missing_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "easyocr", None)
    monkeypatch.setitem(sys.modules, "transformers", None)
    for text in ("ocr: {engine: easyocr}", "ocr: {device: cuda}"):
        assert 'easyocr (pip install "efface[gpu]")' in refusal(text)
    assert 'transformers (pip install "efface[gpu]")' in refusal(f"text: {{model: {{hub: a/b, revision: {'a' * 40}}}}}")
    check_models(load_policy("basic"))


def test_the_command_prints_the_digest_and_refuses_a_missing_folder(
    name_model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(f"text: {{model: {{folder: {name_model}}}}}")
    assert main(["policy", "check", str(file)]) == 0
    assert f"sha256: {pinned(name_model).sha256}" in capsys.readouterr().out
    file.write_text("text: {model: {folder: /missing}}")
    assert main(["policy", "check", str(file)]) == 2
    assert "text.model.folder" in capsys.readouterr().err
