import pytest

from efface.pipeline.deidentify import Job
from efface.runners.refresh_plan import plan_refresh, read_withdrawn, remove_outputs
from efface.transforms.core.identity import Pseudonyms
from efface.transforms.core.records import Source
from efface.transforms.history import History
from efface.transforms.key_source import KeySource
from support.published import VERSIONS, row, write_run

PSEUDONYMS = Pseudonyms(b"k" * 32)


def ref(uri):
    return PSEUDONYMS.ref(uri)


@pytest.fixture
def output(tmp_path):
    write_run(str(tmp_path), "1", [row(ref("a")), row(ref("b")), row(ref("gone")), row(ref("c"), patient_ref="Q")])
    for name in ("a", "b", "gone"):
        path = tmp_path / "instances" / "P" / f"{ref(name)}.dcm"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return str(tmp_path)


def planned(output, sources, **told):
    return plan_refresh(sources, History(output, VERSIONS), PSEUDONYMS, **told)


def test_only_what_changed_is_done(output):
    sources = [Source("a", 1, "1"), Source("b", 1, "2"), Source("new", 1, "1"), Source("c", 1, "1")]
    plan = planned(output, sources)
    assert [source.uri for source in plan.waiting] == ["b", "new"]
    assert [source.replaces for source in plan.waiting] == [f"P/{ref('b')}.dcm", ""]
    assert plan.known == 2
    assert plan.superseded == {ref("b"): f"P/{ref('b')}.dcm"}
    assert plan.removed == {}
    assert len(planned(output, sources, redo=True).waiting) == 4


def test_what_is_gone_is_removed_only_on_demand(output):
    sources = [Source(name, 1, "1") for name in "abc"]
    assert planned(output, sources).removed == {}
    assert planned(output, sources, deletes_removed=True).removed == {ref("gone"): f"P/{ref('gone')}.dcm"}


def test_who_withdrew_is_removed_and_read_again_to_be_left_out(output, tmp_path):
    plan = planned(output, [Source("a", 1, "1"), Source("c", 1, "1")], withdrawn=frozenset({"Q"}))
    assert plan.removed == {ref("c"): f"Q/{ref('c')}.dcm"}
    assert [source.uri for source in plan.waiting] == ["c"]
    listed = tmp_path / "list"
    listed.write_text("# who withdrew\n 1234 \n\n5678\n")
    assert read_withdrawn(str(listed), PSEUDONYMS) == {PSEUDONYMS.patient_ref("1234"), PSEUDONYMS.patient_ref("5678")}


def test_deleted_outputs_are_told_and_what_took_their_name_stays(output, tmp_path):
    job = Job(output, "", KeySource(), "2", "", 1, VERSIONS)
    outputs = {ref(name): f"P/{ref(name)}.dcm" for name in ("a", "gone")}
    assert remove_outputs(job, outputs, kept=[outputs[ref("a")]]) == 1
    assert {path.name for path in (tmp_path / "instances" / "P").iterdir()} == {f"{ref('a')}.dcm", f"{ref('b')}.dcm"}
    history = History(output, VERSIONS)
    assert not history.is_done(ref("gone"), "1")
    assert history.is_done(ref("a"), "1")
    assert remove_outputs(job, {}) == 0
