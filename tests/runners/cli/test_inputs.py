"""`efface run` over the same files as a folder, as archives and as a medium: the same instances, and one refresh for all."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from efface.pipeline.demo.data import write_demo_data
from efface.pipeline.policy import parse_policy
from efface.runners.cli.main import main
from efface.transforms.storage import storage_of
from support.archives import archive_of
from support.media import dicomdir
from support.runs import instances, refresh_here, table

POLICY = parse_policy("pixels: none")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo data as a folder, as archives and as a medium with a DICOMDIR, and what a run makes of the folder."""
    site = tmp_path_factory.mktemp("site")
    files = write_demo_data(site / "in")
    content = [(str(path.relative_to(site / "in")), path.read_bytes()) for path in files]
    for suffix in (".zip", ".tar", ".tar.gz"):
        (site / f"a{suffix}").write_bytes(archive_of(suffix, content))
    (site / "medium" / "images").mkdir(parents=True)
    for number, (_, data) in enumerate(content):
        (site / "medium" / "images" / f"im{number}").write_bytes(data)
    (site / "medium" / "DICOMDIR").write_bytes(dicomdir(*(["IMAGES", f"IM{number}"] for number in range(len(content)))))
    (site / "key").write_text("00112233445566778899aabbccddeeff" * 2)
    (site / "policy.yaml").write_text("pixels: none\n")
    assert run(site, "in", "expected") == 3
    return site


def run(site: Path, source: str, output: str, *more: str) -> int:
    places = [f"--input={site / source}", f"--output={site / output}", f"--policy={site / 'policy.yaml'}"]
    return main(["run", *places, f"--key-file={site / 'key'}", "--workers=1", *more])


@pytest.fixture
def refresh(site: Path, tmp_path: Path) -> Callable[..., dict]:
    """Refreshes one output in this process."""
    runs = iter(range(100))
    return lambda source, **how: refresh_here(
        str(source), str(tmp_path / "out"), site / "key", POLICY, run_id=f"run-{next(runs)}", **how
    )


@pytest.mark.parametrize("source", ["a.zip", "a.tar.gz", "medium/DICOMDIR"])
def test_a_run_over_any_form_gives_the_same_instances(site: Path, source: str) -> None:
    output = source.replace("/", "-")
    assert run(site, source, f"out-{output}", f"--vault={site / 'vault'}-{output}") == 3
    assert instances(str(site / f"out-{output}")) == instances(str(site / "expected"))
    with Path(f"{site / 'vault'}-{output}", "refs.csv").open(encoding="utf-8", newline="") as file:
        uris = {row["ref"]: row["source"] for row in csv.DictReader(file)}
    prefix = f"{site / source}!/" if source.startswith("a") else f"{site / 'medium'}/"
    assert {row["ref"] for row in table(str(site / f"out-{output}"), "instances")} <= set(uris)
    assert all(uri.startswith(prefix) for uri in uris.values())


def test_a_bucket_gives_the_same_instances(site: Path, bucket: str, tmp_path: Path, refresh: Callable[..., dict]) -> None:
    for name in ("a.zip", "a.tar"):
        storage_of(bucket).write(f"{bucket}/in/{name}", (site / name).read_bytes())
    counts = refresh(f"{bucket}/in")["counts"]
    assert counts["listed"] == 2 * len([path for path in (site / "in").rglob("*") if path.is_file()])
    assert instances(str(tmp_path / "out")) == instances(str(site / "expected"))


def test_members_are_refreshed_as_files_are(site: Path, tmp_path: Path, refresh: Callable[..., dict]) -> None:
    content = [(path.name, path.read_bytes()) for path in sorted((site / "in" / "ct").iterdir())]
    archive = tmp_path / "in" / "a.tar"
    archive.parent.mkdir()
    archive.write_bytes(archive_of(".tar", content))
    assert refresh(archive.parent)["counts"]["published"] == 2
    assert refresh(archive.parent)["counts"]["unchanged"] == 2
    assert len(table(str(tmp_path / "out"), "instances")) == 2  # Nothing was done again.
    archive.write_bytes(archive_of(".tar", content[:1]))
    counts = refresh(archive.parent, deletes_removed=True)["counts"]
    assert (counts["listed"], counts["removed"]) == (1, 1)
    assert len(instances(str(tmp_path / "out"))) == 1


def test_a_run_says_that_it_removes_nothing_since_it_could_not_list_all(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = site / "x" / "Quistberg.zip"
    archive.parent.mkdir()
    archive.write_bytes(archive_of(".zip", [("x", b"x")])[:-15])
    for option, is_said in (("delete", True), ("keep", False)):
        assert run(site, "x", f"out-{option}", f"--on-removed={option}") == 3
        said = capsys.readouterr().out
        assert ("could not be listed" in said) == is_said
        assert "Quistberg" not in said


def test_what_cannot_be_read_is_a_failure_beside_the_rest(site: Path, tmp_path: Path, refresh: Callable[..., dict]) -> None:
    (tmp_path / "in").mkdir()
    for suffix in (".zip", ".tar.gz"):
        inner = archive_of(suffix, [("Quistberg/x.dcm", b"x")])
        (tmp_path / "in" / f"Quistberg{suffix}").write_bytes(archive_of(suffix, [(f"Quistberg{suffix}", inner)]))
        (tmp_path / "in" / f"Quistberg-damaged{suffix}").write_bytes(archive_of(suffix, [("x", b"x")])[:-15])
    (tmp_path / "in" / "no-archive.zip").write_bytes(b"text")
    assert refresh(tmp_path / "in")["codes"] == {"archive": 5}
    failures = table(str(tmp_path / "out"), "failures")
    assert "Quistberg" not in repr(failures)
    assert {row["detail"] for row in failures if row["code"] == "archive"} >= {"an archive inside of an archive is not opened"}


def test_a_folder_is_one_input_by_its_relative_and_its_absolute_path(
    site: Path, tmp_path: Path, refresh: Callable[..., dict], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(site)
    assert refresh("in/ct")["counts"]["published"] == 2
    for same in (site / "in" / "ct", "./in/ct/", "in/../in/ct", "in/ct/*"):
        counts = refresh(same, deletes_removed=True)["counts"]
        assert (counts["unchanged"], counts["removed"]) == (2, 0)
    assert len(table(str(tmp_path / "out"), "instances")) == 2  # Nothing was done again.
