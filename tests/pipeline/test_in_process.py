"""One file and one data set in this process: what a run over them would give, and nothing left behind."""

from __future__ import annotations

import copy
import dataclasses
import os
import pickle
import subprocess
import sys
import zipfile
from pathlib import Path

import cv2
import pydicom
import pytest

import efface
from efface.pipeline.demo.data import planted_identifiers, write_demo_data
from efface.transforms.core.errors import ModelError
from efface.transforms.core.pseudonyms import Pseudonyms
from efface.transforms.instance.process_settings import settings_of_efface
from support.runs import deidentify_here, instances, quick_policy, table

KEY = bytes.fromhex("00112233445566778899aabbccddeeff" * 2)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The files of the demonstration."""
    return write_demo_data(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def screen(demo: list[Path]) -> Path:
    """A screen full of text."""
    return next(path for path in demo if path.name == "screen.dcm")


def of_a_run(
    source: Path, output: Path, key_file: Path, policy: efface.Policy
) -> tuple[dict[str, bytes], dict[str, list[dict]]]:
    deidentify_here(str(source), str(output), key_file, policy)
    return instances(str(output)), {
        name: table(str(output), name) for name in ("instances", "findings", "attributes", "failures")
    }


@pytest.mark.parametrize("name", ["basic", "tcia"])
def test_files_get_the_verdicts_and_bytes_of_a_run(name: str, demo: list[Path], tmp_path: Path, key_file: Path) -> None:
    policy, folder = quick_policy(name), Path(os.path.commonpath(demo))
    deidentify_here(str(folder), str(tmp_path / "run"), key_file, policy)
    written = instances(str(tmp_path / "run"))
    audit = {name: table(str(tmp_path / "run"), name) for name in ("findings", "attributes", "failures")}
    for path in demo:
        report = efface.deidentify_file(path, f"{tmp_path}/here/", policy, key=key_file, on_quarantine="return")
        failure = [row for row in audit["failures"] if row["ref"] == report.ref]
        assert [(row["verdict"], row["code"], row["detail"]) for row in failure] == (
            [] if report.is_published else [(report.verdict, report.code, report.reason)]
        )
        rows = [row for row in audit["findings"] if row["ref"] == report.ref]
        assert sorted((row["reason"], row["verdict"], row["left"], row["top"]) for row in rows) == sorted(
            (box.reason, box.verdict, box.box.left, box.box.top) for box in report.boxes
        )
        actions = {(row["tag_path"], row["action"], row["rule"]) for row in audit["attributes"] if row["ref"] == report.ref}
        assert actions == {(action.path, action.action, action.rule) for action in report.actions}
    here = {f"/{path.relative_to(tmp_path / 'here')}": path.read_bytes() for path in (tmp_path / "here").rglob("*.dcm")}
    assert here == written
    assert len(here) > 8


def test_the_real_engine_gives_the_bytes_of_the_command(screen: Path, tmp_path: Path, key_file: Path) -> None:
    command = [Path(sys.executable).parent / "efface", "run", "--input", screen, "--output", tmp_path / "out"]
    subprocess.run([*command, "--key-file", key_file, "--workers", "1"], check=True, capture_output=True, timeout=300)
    report = efface.deidentify_file(screen, tmp_path / "here.dcm", key=KEY)
    assert instances(str(tmp_path / "out")) == {f"/{report.output}": (tmp_path / "here.dcm").read_bytes()}
    assert {"header_name", "header_id"} <= {box.reason for box in report.redacted}
    [row] = table(str(tmp_path / "out"), "instances")
    assert (row["ref"], row["policy"], row["models"], row["key_id"]) == (
        report.ref,
        report.policy,
        report.models,
        report.key_id,
    )


def test_a_relative_path_and_a_member_of_an_archive_are_sources(
    screen: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(screen.parent)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(screen, "us/1.dcm")
    named = (screen, screen.name, f"{tmp_path}/a.zip!/us/1.dcm")
    reports = [efface.deidentify_file(name, tmp_path / "out.dcm", quick_policy(), key=KEY) for name in named]
    assert reports[0] == reports[1] == dataclasses.replace(reports[2], ref=reports[0].ref)
    assert reports[2].ref != reports[0].ref
    for name, code in ((tmp_path / "a.zip", "archive"), (tmp_path, "source_read")):
        report = efface.deidentify_file(name, tmp_path / "2.dcm", quick_policy(), key=KEY, on_quarantine="return")
        assert (report.code, "list it" in report.reason) == (code, True)


def test_a_data_set_becomes_what_its_file_becomes(screen: Path, tmp_path: Path) -> None:
    dataset = pydicom.dcmread(screen)
    before = copy.deepcopy(dataset)
    new, report = efface.deidentify(dataset, quick_policy(), key=KEY)
    from_file = efface.deidentify_file(screen, tmp_path / "here.dcm", quick_policy(), key=KEY)
    assert new == pydicom.dcmread(tmp_path / "here.dcm")
    assert report == dataclasses.replace(from_file, ref="")
    assert dataset == before


def test_a_data_set_without_file_meta_is_an_instance_too(screen: Path) -> None:
    dataset = pydicom.dcmread(screen)
    del dataset.file_meta
    bare = pydicom.Dataset(dataset)
    new, report = efface.deidentify(bare, quick_policy(), key=KEY)
    assert new is not None
    assert report.is_published
    assert new.SOPInstanceUID == Pseudonyms(KEY).uid(dataset.SOPInstanceUID)


def test_no_report_holds_an_identifier(demo: list[Path], tmp_path: Path) -> None:
    reports = [efface.deidentify_file(path, tmp_path, key=KEY, on_quarantine="return") for path in demo]
    said = "\n".join(f"{report} {report!r} {report.to_json()}" for report in reports)
    assert not [identifier for identifier in (*planted_identifiers(), "Quistberg", "Ollerenshaw") if identifier in said]
    assert [efface.Report.from_json(report.to_json()) for report in reports] == reports


def test_a_quarantined_file_is_an_error_with_its_code_and_leaves_nothing(screen: Path, tmp_path: Path) -> None:
    (tmp_path / "Doe^Jane.dcm").write_bytes(screen.read_bytes()[:-9])
    with pytest.raises(efface.Quarantined, match=r"quarantined [A-Z2-7]{26}: structure") as caught:
        efface.deidentify_file(tmp_path / "Doe^Jane.dcm", tmp_path / "out.dcm", quick_policy(), key=KEY)
    assert caught.value.code == "structure"
    assert "Jane" not in f"{caught.value} {caught.value!r}"
    assert caught.value.__cause__ is None
    assert [path.name for path in tmp_path.iterdir()] == ["Doe^Jane.dcm"]
    assert pickle.loads(pickle.dumps(caught.value)).code == "structure"
    with pytest.raises(efface.Quarantined) as skipped:
        efface.deidentify_file(tmp_path / "none.dcm", tmp_path / "out.dcm", quick_policy(), key=KEY)
    assert skipped.value.code == "source_read"


def test_a_data_set_that_cannot_be_written_is_quarantined() -> None:
    dataset = pydicom.Dataset()
    dataset.PatientName = "Doe^Jane"
    assert efface.deidentify(dataset, quick_policy(), key=KEY, on_quarantine="return")[0] is None
    with pytest.raises(efface.Quarantined) as caught:
        efface.deidentify(dataset, quick_policy(), key=KEY)
    assert "Jane" not in str(caught.value)


def test_a_file_with_other_content_is_never_replaced(screen: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.dcm"
    assert efface.deidentify_file(screen, target, quick_policy(), key=KEY).is_published
    assert efface.deidentify_file(screen, target, quick_policy(), key=KEY).is_published
    with pytest.raises(efface.Quarantined) as caught:
        efface.deidentify_file(screen, target, quick_policy(), key=b"o" * 32)
    assert caught.value.code == "output_conflict"
    before = screen.read_bytes()
    with pytest.raises(efface.Quarantined):
        efface.deidentify_file(screen, screen, quick_policy(), key=KEY)
    assert screen.read_bytes() == before


def test_a_policy_file_and_a_key_that_changed_count_at_once(
    screen: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions, outputs = set(), set()
    for number, pixels in enumerate(("none", "clean")):
        (tmp_path / "policy.yaml").write_text(f"pixels: {pixels}\nocr: {{engine: fake, device: cpu}}")
        monkeypatch.setenv("EFFACE_KEY", str(number) * 64)
        report = efface.deidentify_file(screen, f"{tmp_path}/{number}.dcm", str(tmp_path / "policy.yaml"))
        versions.add(report.policy)
        outputs.add(report.output)
    assert len(versions) == len(outputs) == 2


def test_the_process_stays_as_it_was(screen: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    monkeypatch.setattr(pydicom.config.settings, "_reading_validation_mode", pydicom.config.RAISE)
    threads = cv2.getNumThreads()
    cv2.setNumThreads(2)
    try:
        efface.deidentify_file(screen, tmp_path / "out.dcm", key=KEY)
        assert os.environ["OMP_NUM_THREADS"] == "3"
        assert pydicom.config.settings.reading_validation_mode == pydicom.config.RAISE
        assert cv2.getNumThreads() == 2
    finally:
        cv2.setNumThreads(threads)


def test_blocks_that_overlap_restore_once(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = pydicom.config.settings
    monkeypatch.setattr(settings, "_reading_validation_mode", pydicom.config.RAISE)
    first, second = settings_of_efface(), settings_of_efface()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert settings.reading_validation_mode == pydicom.config.IGNORE
    second.__exit__(None, None, None)
    assert settings.reading_validation_mode == pydicom.config.RAISE


def test_a_model_that_cannot_load_is_no_quarantine(screen: Path, tmp_path: Path) -> None:
    policy = dataclasses.replace(
        quick_policy(), ocr=dataclasses.replace(quick_policy().ocr, engine="easyocr", weights=str(tmp_path))
    )
    with pytest.raises(ModelError, match="the text engine easyocr cannot start"):
        efface.deidentify_file(screen, tmp_path / "out.dcm", policy, key=KEY, on_quarantine="return")


@pytest.mark.parametrize("key", [b"short", "no-such-file"])
def test_a_key_that_cannot_be_used_is_an_error(key: bytes | str, screen: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="key"):
        efface.deidentify_file(screen, tmp_path / "out.dcm", quick_policy(), key=key)


def test_a_key_is_its_file_or_the_content_of_it(screen: Path, tmp_path: Path, key_file: Path) -> None:
    keys = (key_file, str(key_file), key_file.read_bytes(), KEY)
    reports = [efface.deidentify_file(screen, tmp_path / "out.dcm", quick_policy(), key=key) for key in keys]
    assert len({report.key_id for report in reports}) == 1


def test_paths_and_texts_name_policies(screen: Path, tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text("pixels: none")
    for policy in (tmp_path / "policy.yaml", str(tmp_path / "policy.yaml")):
        assert efface.deidentify_file(screen, tmp_path / "out.dcm", policy, key=KEY).is_published


def test_a_wrong_type_is_an_error_that_says_so(screen: Path) -> None:
    with pytest.raises(TypeError, match="deidentify_file"):
        efface.deidentify(str(screen), key=KEY)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="target"):
        efface.deidentify_file(screen, "", quick_policy(), key=KEY)


def test_neither_beam_nor_a_server_is_loaded(screen: Path, tmp_path: Path) -> None:
    code = (
        "import sys, efface\n"
        f"efface.deidentify_file({str(screen)!r}, {str(tmp_path / 'out.dcm')!r}, 'tcia', key=b'k' * 32)\n"
        "print({'apache_beam', 'google.cloud.storage', 'transformers'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "set()"
    assert done.stderr == ""


def test_a_mistyped_wish_is_refused_before_any_work(screen: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="did you mean 'return'"):
        efface.deidentify_file(screen, tmp_path / "out.dcm", quick_policy(), key=KEY, on_quarantine="retrun")  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []
