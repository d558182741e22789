from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from efface.transforms.audit.history import History, outputs_of_other_runs, standing_outputs
from efface.transforms.audit.schemas import INSTANCES
from support.published import VERSIONS, row, write_run


@pytest.fixture
def output(tmp_path):
    return str(tmp_path)


def done_at(history, ref, version):
    """The output that a version of a source is published under, or None."""
    [claim] = history.claims_of(np.array([ref.encode()]), np.array([version.encode()])).tolist()
    return None if claim < 0 else history.claims["output"][claim].as_py()


def test_an_output_without_audit_has_no_history(output):
    history = History(output, VERSIONS)
    assert history.claims.num_rows == 0
    assert done_at(history, "A", "1") is None
    assert not history.holds_other_keys("KEY1")
    assert len(standing_outputs(output)) == 0


def test_only_the_same_version_made_the_same_way_is_done(output):
    write_run(output, "1", [row("A"), row("B", "7")])
    history = History(output, VERSIONS)
    assert done_at(history, "A", "1") == "P/A.dcm"
    assert done_at(history, "B", "7") == "P/B.dcm"
    assert done_at(history, "A", "2") is None
    assert done_at(history, "C", "1") is None
    for changed in ({"policy": "basic-meta1-pixels2"}, {"models": "engine 2"}, {"key_id": "KEY2"}):
        assert done_at(History(output, replace(VERSIONS, **changed)), "A", "1") is None


def test_what_a_policy_says_about_pixels_leaves_instances_without_frames_alone(output):
    write_run(output, "1", [row("IMAGE"), row("REPORT", frames=0)])
    for changed in ({"policy": "basic-meta1-pixels2"}, {"models": "engine 2"}):
        history = History(output, replace(VERSIONS, **changed))
        assert done_at(history, "IMAGE", "1") is None
        assert done_at(history, "REPORT", "1")
    for changed in ({"policy": "basic-meta2-pixels1"}, {"policy": "tcia-meta1-pixels1"}, {"key_id": "KEY2"}):
        assert done_at(History(output, replace(VERSIONS, **changed)), "REPORT", "1") is None


def test_the_last_word_counts(output):
    write_run(output, "1", [row("A"), row("B")])
    write_run(output, "2", [row("A", "2")])
    write_run(output, "3", [row("B", verdict="removed")])
    history = History(output, VERSIONS)
    assert done_at(history, "A", "2")
    assert done_at(history, "A", "1") is None
    assert done_at(history, "B", "1") is None
    assert history.claims["ref"].to_pylist() == ["A"]


def test_an_output_that_was_deleted_for_a_new_name_is_no_removal(output):
    write_run(output, "1", [row("A")])
    write_run(output, "2", [row("A", verdict="removed")], name="deleted")
    write_run(output, "2", [row("A", "2", output="P/new.dcm")])
    assert done_at(History(output, VERSIONS), "A", "2") == "P/new.dcm"


def test_an_older_output_that_nobody_took_away_is_not_forgotten(output):
    write_run(output, "1", [row("A")])
    write_run(output, "2", [row("A", "2", output="P/new.dcm")], is_complete=False)
    history = History(output, VERSIONS)
    assert history.claims["output"].to_pylist() == ["P/A.dcm", "P/new.dcm"]
    assert history.is_last.tolist() == [False, True]
    write_run(output, "3", [row("A", verdict="removed")], name="deleted")
    history = History(output, VERSIONS)
    assert history.claims["output"].to_pylist() == ["P/new.dcm"]
    assert done_at(history, "A", "2") == "P/new.dcm"


def test_another_key_is_seen_until_its_last_output_is_removed(output):
    other = replace(VERSIONS, key_id="KEY2")
    write_run(output, "1", [row("A", versions=other)], is_complete=False)
    write_run(output, "2", [row("B")])
    assert History(output, VERSIONS).holds_other_keys("KEY1")
    write_run(output, "3", [row("A", verdict="removed")])
    assert not History(output, VERSIONS).holds_other_keys("KEY1")


def test_a_column_that_an_older_run_did_not_write_is_empty(output, tmp_path):
    write_run(output, "1", [row("A")])
    [file] = tmp_path.rglob("*.parquet")
    older = pq.read_table(file).drop_columns(["issuer_ref"]).append_column("source_bytes", pa.array([7]))
    pq.write_table(older, file)
    assert "source_bytes" not in INSTANCES.names
    assert History(output, VERSIONS).claims["issuer_ref"].to_pylist() == [None]


def test_what_other_runs_tell_is_told_once(output):
    write_run(output, "1", [row("A") | {"output_sha256": "d1"}])
    write_run(output, "2", [row("B") | {"output_sha256": "d2"}, row("C", verdict="removed")])
    told = outputs_of_other_runs(output, "1")
    assert told.outputs == {"P/B.dcm", "P/C.dcm"}
    assert told.digests == {"d2"}


def test_what_stands_there_is_listed_by_its_place(output, tmp_path):
    for name in ("P/1/2/3.dcm", "P/1/2/4.dcm"):
        (tmp_path / "instances" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "instances" / name).write_bytes(b"x")
    for spelled in (output, f"{tmp_path.parent}//{tmp_path.name}/./"):
        assert standing_outputs(spelled).to_pylist() == ["P/1/2/3.dcm", "P/1/2/4.dcm"]
