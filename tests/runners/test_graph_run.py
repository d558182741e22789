"""A run that is one graph of the caller's own: complete for every command that reads its output later."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.testing.util import assert_that, equal_to

import efface
from efface.runners.refresh_plan import KeyMismatchError
from efface.runners.run_lock import OutputBusyError
from efface.transforms.audit.run_plan import unfinished_runs
from efface.transforms.storage.key_source import KeyUnavailableError
from support.runs import instances, quick_policy, table
from support.samples import sample
from support.steps import graph

SAMPLES = ("CT_small.dcm", "rtplan.dcm")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two instances, and one file that is cut off."""
    (tmp_path / "in").mkdir()
    for name in SAMPLES:
        (tmp_path / "in" / name).write_bytes(sample(name))
    (tmp_path / "in" / "cut.dcm").write_bytes(sample("CT_small.dcm")[:9000])
    return tmp_path


def own_graph(folder: Path, key_file: Path, policy: efface.Policy | None = None, *patterns: str) -> dict[str, Any]:
    """Run a graph over a folder, and return its run file."""
    with (
        efface.open_run(policy or quick_policy(), output=folder / "out", key=key_file, shards=2) as run,
        graph() as pipeline,
    ):
        listed = patterns or (str(folder / "in"),)
        sources = pipeline | beam.Create(listed).with_output_types(str) | efface.ListSources()
        done = sources | efface.Deidentify(run.policy, run.job)
        _ = done.written | efface.CompleteRun(run, sources)
    return json.loads((folder / "out" / "audit" / "runs" / f"{run.job.run_id}.json").read_text())


def test_the_run_is_complete_and_the_next_one_finds_its_outputs(folder: Path, key_file: Path) -> None:
    report = own_graph(folder, key_file)
    assert (report["counts"]["listed"], report["counts"]["published"], report["counts"]["quarantined"]) == (3, 2, 1)
    assert report["codes"] == {"structure": 1}
    assert unfinished_runs(str(folder / "out")) == {}
    assert {row["policy"] for row in table(str(folder / "out"), "instances")} == {report["policy"]}
    before = instances(str(folder / "out"))
    assert own_graph(folder, key_file)["counts"]["unchanged"] == 2
    assert instances(str(folder / "out")) == before


def test_what_an_earlier_run_made_in_another_way_stays(folder: Path, key_file: Path) -> None:
    own_graph(folder, key_file)
    before = instances(str(folder / "out"))
    report = own_graph(folder, key_file, quick_policy("tcia"))
    assert report["codes"] == {"output_conflict": 2, "structure": 1}
    assert instances(str(folder / "out")) == before


def test_no_source_is_a_complete_run_too(folder: Path, key_file: Path) -> None:
    assert own_graph(folder, key_file, None, str(folder / "none"))["counts"]["listed"] == 0


def test_a_run_whose_audit_lacks_a_source_stays_incomplete(folder: Path, key_file: Path) -> None:
    output = str(folder / "out")
    with (
        pytest.raises(RuntimeError, match="does not account for every source"),
        efface.open_run(quick_policy(), output=output, key=key_file) as run,
        graph() as pipeline,
    ):
        sources = pipeline | beam.Create([str(folder / "in")]) | efface.ListSources()
        done = sources | efface.Deidentify(run.policy, run.job)
        _ = done.written | efface.CompleteRun(run, 4)
    assert set(unfinished_runs(output)) == {run.job.run_id}
    assert own_graph(folder, key_file)["counts"]["unchanged"] == 2
    assert unfinished_runs(output) == {}


def test_two_runs_at_once_and_another_key_are_refused(folder: Path, key_file: Path, tmp_path: Path) -> None:
    output = folder / "out"
    own_graph(folder, key_file)
    with efface.open_run(quick_policy(), output=output, key=key_file), pytest.raises(OutputBusyError):
        own_graph(folder, key_file)
    (tmp_path / "other").write_text("ff" * 32)
    with pytest.raises(KeyMismatchError), efface.open_run(quick_policy(), output=output, key=tmp_path / "other"):
        pass
    with pytest.raises(KeyUnavailableError), efface.open_run(quick_policy(), output=output, key=tmp_path / "none"):
        pass


def test_the_results_of_a_graph_have_the_reports_of_single_files(folder: Path, key_file: Path) -> None:
    expected = [
        dataclasses.asdict(
            efface.deidentify_file(path, f"{folder}/here/", quick_policy(), key=key_file, on_quarantine="return")
        )
        for path in (folder / "in").iterdir()
    ]
    with efface.open_run(quick_policy(), output=folder / "out", key=key_file) as run, graph() as pipeline:
        uris = [str(path) for path in (folder / "in").iterdir()]
        done = pipeline | beam.Create(uris) | efface.FindSources() | efface.Deidentify(run.policy, run.job)
        reports = (done.published, done.failed) | beam.Flatten() | beam.Map(efface.report_of, run.job.versions)
        assert_that(reports | beam.Map(dataclasses.asdict), equal_to(expected))
