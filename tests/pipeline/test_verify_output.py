"""An output is compared with its audit, by whoever received it."""

import dataclasses
import json
import shutil
from pathlib import Path

import pytest

from efface.pipeline.verify_output import verify_output
from efface.runners.cli.main import main
from efface.transforms.storage import join_uri, storage_of
from support.runs import quick_policy, refresh_here
from support.samples import sample

NAMES = ("CT_small.dcm", "MR_small.dcm", "rtdose_1frame.dcm", "rtplan.dcm", "test-SR.dcm")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of two runs, of which the second removed an instance and replaced another one."""
    folder = tmp_path_factory.mktemp("published")
    (folder / "key").write_text("00112233445566778899aabbccddeeff" * 2)
    (folder / "in").mkdir()
    for name in NAMES:
        (folder / "in" / name).write_bytes(sample(name))
    policy = dataclasses.replace(quick_policy(), cleans_pixels=False)
    refresh_here(str(folder / "in"), str(folder / "out"), folder / "key", policy, run_id="1")
    (folder / "in" / "test-SR.dcm").unlink()
    shutil.copy(folder / "in" / "CT_small.dcm", folder / "in" / "copy.dcm")
    tcia = dataclasses.replace(quick_policy("tcia"), cleans_pixels=False)
    refresh_here(str(folder / "in"), str(folder / "out"), folder / "key", tcia, run_id="2", deletes_removed=True)
    return folder / "out"


@pytest.fixture(params=["local", "bucket"])
def received(request: pytest.FixtureRequest, tmp_path: Path, published: Path) -> str:
    """A copy of instances and audit alone."""
    if request.param == "local":
        shutil.copytree(published, tmp_path / "copy")
        return str(tmp_path / "copy")
    bucket = request.getfixturevalue("bucket")
    for path in published.rglob("*"):
        if path.is_file():
            storage_of(bucket).write(f"{bucket}/{path.relative_to(published)}", path.read_bytes())
    return str(bucket)


def outputs(prefix: str) -> list[str]:
    return [source.uri for source in storage_of(prefix).list(join_uri(prefix, "instances"))]


def path_of(prefix: str, uri: str) -> str:
    return uri.removeprefix(join_uri(prefix, "instances")).strip("/")


def test_an_output_that_is_as_recorded_passes(received: str, capsys) -> None:
    assert main(["verify", received]) == 0
    assert capsys.readouterr().out.startswith(
        "4 instances in the audit: 0 missing, 0 changed, 0 unreadable, 0 surplus, 0 renamed; "
    )
    found = verify_output(received)
    assert found.is_as_recorded
    assert found.bytes == sum(len(storage_of(uri).read(uri) or b"") for uri in outputs(received))


def test_what_is_missing_changed_or_surplus_is_named(received: str, capsys) -> None:
    storage, (first, second, third, _) = storage_of(received), outputs(received)
    gone = path_of(received, first)
    storage.delete(first)
    one_bit = bytearray(storage.read(second) or b"")
    one_bit[-1] ^= 1
    storage.write(second, bytes(one_bit), replace=True)
    storage.write(third, b"short", replace=True)
    extra = join_uri(received, "instances", "X", "extra.dcm")
    storage.write(extra, b"extra")
    assert main(["verify", received, "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert told["missing"] == [gone]
    assert told["changed"] == [path_of(received, uri) for uri in (second, third)]
    assert (told["surplus"], told["recorded"], told["exit_code"]) == (["X/extra.dcm"], 4, 3)
    assert main(["verify", received]) == 3
    assert f"missing: {gone}\n" in capsys.readouterr().out


def test_a_renamed_instance_is_told_from_a_lost_and_a_strange_one(received: str, capsys) -> None:
    storage, (first, second, *_) = storage_of(received), outputs(received)
    data = storage.read(first) or b""
    storage.delete(first)
    storage.delete(second)
    new = join_uri(received, "instances", "Z", "other.dcm")
    for uri, content in ((new, data), (join_uri(received, "instances", "Z", "same size.dcm"), b"x" * len(data))):
        storage.write(uri, content)
    found = verify_output(received)
    assert found.renamed == {path_of(received, first): "Z/other.dcm"}
    assert (found.missing, found.surplus) == ([path_of(received, second)], ["Z/same size.dcm"])
    assert main(["verify", received]) == 3
    assert f"renamed: {path_of(received, first)} is now Z/other.dcm\n" in capsys.readouterr().out


def test_a_run_that_is_not_complete_is_told(received: str, capsys) -> None:
    storage = storage_of(received)
    storage.delete(join_uri(received, "audit", "runs", "2.json"))
    assert main(["verify", received]) == 3
    assert "run 2 is not complete" in capsys.readouterr().out


def test_what_is_no_output_is_refused(tmp_path: Path, capsys) -> None:
    assert main(["verify", str(tmp_path)]) == 2
    assert "no run has written its output there" in capsys.readouterr().err


def test_many_paths_are_cut_for_people(published: Path, tmp_path: Path, capsys) -> None:
    shutil.copytree(published, tmp_path / "copy")
    for number in range(25):
        (tmp_path / "copy" / "instances" / f"extra-{number}").write_bytes(b"x")
    assert main(["verify", str(tmp_path / "copy")]) == 3
    told = capsys.readouterr().out
    assert told.count("surplus: extra-") == 20
    assert "surplus: 5 more (--json names all)" in told
