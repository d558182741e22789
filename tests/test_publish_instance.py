"""Each object stands whole under its final name; of two that claim one name, which one stands depends on no order."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import apache_beam as beam
import numpy as np
import pyarrow as pa
import pytest
from apache_beam.testing.util import assert_that, equal_to

from efface.transforms.audit.run_plan import OBSOLETE, RunPlan, write_run_plan
from efface.transforms.core.counters import Counter
from efface.transforms.core.evidence import Evidence
from efface.transforms.core.instance import HeaderIdentifier, IdentifierKind
from efface.transforms.core.meters import ENDED
from efface.transforms.core.published import Published
from efface.transforms.instance.rewrite import RewriteSettings
from efface.transforms.metadata.profile import Profile
from efface.transforms.publish_instance import PublishInstance
from efface.transforms.step import Outcome
from efface.transforms.storage.key_source import KeySource
from support.published import row, write_run
from support.runs import instances
from support.steps import counted, failures, graph, instance_of, leaks, pictured, stored

STAGES = ("rewrite_instance", "verify_instance", "publish_instance")
STAGE = STAGES[-1]
LATER_SEC = 4e9
"""A run that begins then finds everything older than itself."""
PICTURE = np.random.default_rng(3).integers(1, 255, (12, 16), dtype=np.uint8)


@dataclass(frozen=True)
class Case:
    """One source that is published to an output of its own.

    Attributes:
        is_refused: Whether it has to end in conflict.
    """

    output: Path
    evidence: Evidence
    is_refused: bool = False
    run_id: str = "run-2"
    began_sec: float = 0.0


class Desk:
    """Publishes sources of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.key = folder, KeySource(str(folder / "key"))
        (folder / "key").write_text("00112233445566778899aabbccddeeff" * 2)

    def evidence(self, ref: str, number: int = 1, **attributes: Any) -> Evidence:
        """Of a source of its own. Sources of one number claim one output, and other attributes tell them apart."""
        source = stored(self.folder, pictured(PICTURE, number, **attributes), f"{ref}.dcm")
        return Evidence(instance_of(source, ref), 1, ())

    def publish(self, pipeline: beam.Pipeline, output: Path, *evidence: Evidence, **run: Any) -> Outcome[Published]:
        label = f"to {output.name}"
        given = pipeline | f"Given {label}" >> beam.Create(list(evidence)).with_output_types(Evidence)
        step = PublishInstance(RewriteSettings(Profile()), self.key, str(output), **{"run_id": "run-1", **run})
        return given | f"Publish {label}" >> step

    def run(self, *cases: Case) -> None:
        with graph() as pipeline:
            failed = [
                self.publish(pipeline, case.output, case.evidence, run_id=case.run_id, began_sec=case.began_sec).failed
                for case in cases
            ]
            expected = [(case.evidence.ref, STAGE, "output_conflict") for case in cases if case.is_refused]
            assert_that(failed | beam.Flatten(), failures(*expected))


@dataclass(frozen=True)
class Rivals:
    """Two sources that claim one output with other content.

    Attributes:
        path: Of the output, below `instances/`.
        contents: ref -> what the output holds where the source has no rival.
    """

    desk: Desk
    one: Evidence
    other: Evidence
    path: str
    contents: dict[str, bytes]

    @property
    def orders(self) -> tuple[tuple[Evidence, Evidence], ...]:
        return (self.one, self.other), (self.other, self.one)

    def stand(self, output: Path, which: Evidence, *, run_id: str = "") -> Path:
        """Let an output stand where an earlier bundle or run would have published it, and the audit of that run tell of it."""
        place = output / "instances" / self.path
        place.parent.mkdir(parents=True)
        place.write_bytes(self.contents[which.ref])
        if run_id:
            write_run(str(output), run_id, [row(which.ref, output=self.path)])
        return output


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture(scope="module")
def rivals(tmp_path_factory: pytest.TempPathFactory) -> Rivals:
    folder = tmp_path_factory.mktemp("rivals")
    desk = Desk(folder)
    one, other = desk.evidence("A", SliceThickness=1), desk.evidence("B", SliceThickness=2)
    desk.run(Case(folder / "A", one), Case(folder / "B", other))
    assert instances(str(folder / "A")).keys() == instances(str(folder / "B")).keys()
    [path] = instances(str(folder / "A"))
    contents = {ref: standing(folder / ref) for ref in ("A", "B")}
    assert contents["A"] != contents["B"]
    return Rivals(desk, one, other, path.removeprefix("/"), contents)


def published(output: Path, *refs: str, already_existed: Sequence[bool]) -> Callable[[Iterable[Published]], None]:
    """For `assert_that`: these refs, each described as what stands under its name."""

    def check(actual: Iterable[Published]) -> None:
        instances = list(actual)
        assert sorted(one.ref for one in instances) == sorted(refs)
        assert sorted(one.already_existed for one in instances) == sorted(already_existed)
        for one in instances:
            data = (output / "instances" / one.names.path).read_bytes()
            assert (one.output_bytes, one.output_sha256) == (len(data), hashlib.sha256(data).hexdigest())
            assert not leaks(repr(one).replace(".dcm", ""))

    return check


def standing(output: Path) -> bytes:
    """The only object that stands there; nothing else does, not even half of it."""
    [path] = [path for path in (output / "instances").rglob("*") if path.is_file()]
    return path.read_bytes()


def test_what_is_published_stands_there_whole_and_a_retry_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    output = tmp_path / "out"
    evidence = [desk.evidence("A", 1), desk.evidence("B", 2)]
    with graph() as pipeline:
        outcome = desk.publish(pipeline, output, *evidence, evidence[0])
        check = published(output, "A", "B", "A", already_existed=(False, False, True))
        assert_that(outcome.passed, check, label="Passed")
        assert_that(outcome.failed, failures(), label="Failed")
    before = instances(str(output))
    assert len(before) == 2
    assert counted(pipeline, STAGE) == {Counter.PASSED: 3, Counter.BYTES_WRITTEN: sum(map(len, before.values()))}
    with graph() as pipeline:
        outcome = desk.publish(pipeline, output, *evidence, run_id="run-2", began_sec=LATER_SEC)
        assert_that(outcome.passed, published(output, "A", "B", already_existed=(True, True)), label="Passed")
        assert_that(outcome.failed, failures(), label="Failed")
    assert instances(str(output)) == before
    assert counted(pipeline, STAGE)[Counter.BYTES_WRITTEN] == 0


def test_nothing_gives_nothing(desk: Desk, tmp_path: Path) -> None:
    with graph() as pipeline:
        outcome = desk.publish(pipeline, tmp_path / "out")
        assert_that(outcome.passed, equal_to([]), label="Passed")
        assert_that(outcome.failed, failures(), label="Failed")
    assert not (tmp_path / "out").exists()


def test_what_cannot_be_written_fails_alone(desk: Desk, tmp_path: Path) -> None:
    output, other = tmp_path / "out", desk.evidence("B", 2, PatientID="PLNT-2")
    desk.run(Case(tmp_path / "elsewhere", other))
    [path] = instances(str(tmp_path / "elsewhere"))
    (output / "instances").mkdir(parents=True)
    (output / "instances" / path.split("/")[1]).write_bytes(b"a file where the patient's folder would be")
    with graph() as pipeline:
        outcome = desk.publish(pipeline, output, desk.evidence("A"), other)
        assert_that(outcome.passed, published(output, "A", already_existed=(False,)), label="Passed")
        assert_that(outcome.failed, failures(("B", STAGE, "output_write")), label="Failed")


def test_each_stage_of_the_step_fails_and_counts_under_its_own_name(desk: Desk, rivals: Rivals, tmp_path: Path) -> None:
    output = rivals.stand(tmp_path / "out", rivals.one, run_id="run-1")
    good, changed = (desk.evidence(ref, number) for number, ref in enumerate(("GOOD", "CHANGED"), 2))
    named = desk.evidence("NAMED", 4, KVP="77014325")
    changed = with_instance(changed, source=replace(changed.instance.source, version="another"))
    named = with_instance(named, identifiers=(HeaderIdentifier(IdentifierKind.ID, "77014325"),))
    before = ENDED.copy()
    with graph() as pipeline:
        outcome = desk.publish(pipeline, output, good, changed, named, rivals.other, run_id="run-2")
        assert_that(outcome.passed, published(output, "GOOD", already_existed=(False,)), label="Passed")
        codes = ("source_changed", "residual_identifier", "output_conflict")
        refs = ("CHANGED", "NAMED", rivals.other.ref)
        assert_that(outcome.failed, failures(*zip(refs, STAGES, codes, strict=True)), label="Failed")
    for stage, passed in zip(STAGES, (3, 2, 1), strict=True):
        counters = counted(pipeline, stage)
        assert (counters[Counter.PASSED], counters[Counter.FAILED]) == (passed, 1)
    assert ENDED - before == {"rewrite_instance": 1, "verify_instance": 1, "publish_instance": 2}


def with_instance(evidence: Evidence, **changes: Any) -> Evidence:
    return replace(evidence, instance=replace(evidence.instance, **changes))


def test_of_two_sources_of_a_run_with_one_name_the_second_is_put_aside(rivals: Rivals, tmp_path: Path) -> None:
    cases = [Case(rivals.stand(tmp_path / later.ref, earlier), later) for earlier, later in rivals.orders]
    rivals.desk.run(*cases)
    for (earlier, later), case in zip(rivals.orders, cases, strict=True):
        assert standing(case.output) == rivals.contents[earlier.ref]
        [aside] = (case.output / "audit" / "contested" / case.run_id).iterdir()
        assert aside.read_bytes() == rivals.contents[later.ref]


def test_where_the_newest_counts_a_source_beside_an_earlier_output_is_put_aside(rivals: Rivals, tmp_path: Path) -> None:
    output = rivals.stand(tmp_path / "out", rivals.one, run_id="run-1")
    with graph() as pipeline:
        outcome = rivals.desk.publish(pipeline, output, rivals.other, run_id="run-2", on_conflict="newest")
        assert_that(outcome.failed, failures())
    assert standing(output) == rivals.contents[rivals.one.ref]
    [aside] = (output / "audit" / "contested" / "run-2").iterdir()
    assert aside.read_bytes() == rivals.contents[rivals.other.ref]


def test_what_an_earlier_run_made_of_another_source_stays(rivals: Rivals, tmp_path: Path) -> None:
    cases = {}
    for earlier, later in rivals.orders:
        output = rivals.stand(tmp_path / earlier.ref, earlier, run_id="run-1")
        cases[earlier.ref] = Case(output, later, is_refused=True, began_sec=LATER_SEC)
    rivals.desk.run(*cases.values())
    assert {ref: standing(case.output) for ref, case in cases.items()} == rivals.contents


def test_what_the_plan_of_the_run_lets_go_is_displaced_and_nothing_else(rivals: Rivals, tmp_path: Path) -> None:
    cases = []
    for earlier, later in rivals.orders:
        for is_held in (False, True):
            output = rivals.stand(tmp_path / str(len(cases)), earlier, run_id="run-1")
            leaving = [{"ref": earlier.ref, "output": rivals.path, "has_other_source": is_held, "exists": True}]
            write_run_plan(str(output), "run-2", "KEY", RunPlan(pa.Table.from_pylist(leaving, OBSOLETE)))
            cases.append(Case(output, later, is_refused=is_held, run_id="run-2", began_sec=LATER_SEC))
    rivals.desk.run(*cases)
    for case in cases:
        assert (standing(case.output) == rivals.contents[case.evidence.ref]) != case.is_refused


def test_what_an_interrupted_run_left_is_replaced(rivals: Rivals, tmp_path: Path) -> None:
    """No audit tells of it, and it stood there before this run began."""
    cases = [Case(rivals.stand(tmp_path / later.ref, earlier), later, began_sec=LATER_SEC) for earlier, later in rivals.orders]
    rivals.desk.run(*cases)
    assert {case.evidence.ref: standing(case.output) for case in cases} == rivals.contents
