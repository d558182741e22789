from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from efface.transforms.audit.history import History, existing_outputs, outputs_of_other_runs, recorded_instances
from efface.transforms.audit.schemas import INSTANCES
from efface.transforms.storage import join_uri, storage_of
from support.published import VERSIONS, row, write_run


@pytest.fixture
def output(tmp_path):
    return str(tmp_path)


def output_of(history, ref, version):
    """The output of a version of a source, or None."""
    [claim] = history.claims_of(np.array([ref.encode()]), np.array([version.encode()])).tolist()
    return None if claim < 0 else history.claims["output"][claim].as_py()


def test_history_without_audit_is_empty(output):
    history = History(output, VERSIONS)
    assert history.claims.num_rows == 0
    assert output_of(history, "A", "1") is None
    assert not history.is_of_other_key("KEY1").any()
    assert len(existing_outputs(output)) == 0


def test_claim_requires_equal_source_and_versions(output):
    write_run(output, "1", [row("A"), row("B", "7")])
    history = History(output, VERSIONS)
    assert output_of(history, "A", "1") == "P/A.dcm"
    assert output_of(history, "B", "7") == "P/B.dcm"
    assert output_of(history, "A", "2") is None
    assert output_of(history, "C", "1") is None
    for changed in ({"policy": "basic-meta1-pixels2"}, {"models": "engine 2"}, {"key_id": "KEY2"}):
        assert output_of(History(output, replace(VERSIONS, **changed)), "A", "1") is None


def test_pixel_rules_do_not_affect_instances_without_frames(output):
    write_run(output, "1", [row("IMAGE"), row("REPORT", frames=0)])
    for changed in ({"policy": "basic-meta1-pixels2"}, {"models": "engine 2"}):
        history = History(output, replace(VERSIONS, **changed))
        assert output_of(history, "IMAGE", "1") is None
        assert output_of(history, "REPORT", "1")
    for changed in ({"policy": "basic-meta2-pixels1"}, {"policy": "tcia-meta1-pixels1"}, {"key_id": "KEY2"}):
        assert output_of(History(output, replace(VERSIONS, **changed)), "REPORT", "1") is None


def test_last_row_of_a_source_counts(output):
    write_run(output, "1", [row("A"), row("B")])
    write_run(output, "2", [row("A", "2")])
    write_run(output, "3", [row("B", verdict="removed")])
    history = History(output, VERSIONS)
    assert output_of(history, "A", "2")
    assert output_of(history, "A", "1") is None
    assert output_of(history, "B", "1") is None
    assert history.claims["ref"].to_pylist() == ["A"]


def test_renamed_output_is_not_removed(output):
    write_run(output, "1", [row("A")])
    write_run(output, "2", [row("A", verdict="removed")], name="deleted")
    write_run(output, "2", [row("A", "2", output="P/new.dcm")])
    assert output_of(History(output, VERSIONS), "A", "2") == "P/new.dcm"


def test_older_output_is_kept_until_it_is_removed(output):
    write_run(output, "1", [row("A")])
    write_run(output, "2", [row("A", "2", output="P/new.dcm")], is_complete=False)
    history = History(output, VERSIONS)
    assert history.claims["output"].to_pylist() == ["P/A.dcm", "P/new.dcm"]
    assert history.is_last.tolist() == [False, True]
    write_run(output, "3", [row("A", verdict="removed")], name="deleted")
    history = History(output, VERSIONS)
    assert history.claims["output"].to_pylist() == ["P/new.dcm"]
    assert output_of(history, "A", "2") == "P/new.dcm"


def test_other_key_is_seen_until_its_last_output_is_removed(output):
    other = replace(VERSIONS, key_id="KEY2")
    write_run(output, "1", [row("A", versions=other)], is_complete=False)
    write_run(output, "2", [row("B")])
    assert History(output, VERSIONS).is_of_other_key("KEY1").any()
    write_run(output, "3", [row("A", verdict="removed")])
    assert not History(output, VERSIONS).is_of_other_key("KEY1").any()


def test_missing_column_is_null_and_unknown_column_is_ignored(output, tmp_path):
    write_run(output, "1", [row("A")])
    [file] = tmp_path.rglob("*.parquet")
    changed = pq.read_table(file).drop_columns(["issuer_ref"]).append_column("source_bytes", pa.array([7]))
    pq.write_table(changed, file)
    assert "source_bytes" not in INSTANCES.names
    assert History(output, VERSIONS).claims["issuer_ref"].to_pylist() == [None]


def test_outputs_of_other_runs(output):
    write_run(output, "1", [row("A") | {"output_sha256": "d1"}])
    write_run(output, "2", [row("B") | {"output_sha256": "d2"}, row("C", verdict="removed")])
    recorded = outputs_of_other_runs(output, "1")
    assert recorded.paths == {"P/B.dcm", "P/C.dcm"}
    assert recorded.digests == {"d2"}


def test_existing_outputs_are_relative_paths(output, tmp_path):
    for name in ("P/1/2/3.dcm", "P/1/2/4.dcm"):
        (tmp_path / "instances" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "instances" / name).write_bytes(b"x")
    for spelled in (output, f"{tmp_path.parent}//{tmp_path.name}/./"):
        assert existing_outputs(spelled).to_pylist() == ["P/1/2/3.dcm", "P/1/2/4.dcm"]


def written(output, path, size_bytes=4):
    uri = join_uri(output, "instances", path)
    storage_of(uri).write(uri, bytes(size_bytes))


def recorded(output):
    return [one.path for one in recorded_instances(output)[0]]


def test_recorded_instances_are_published_and_stand_there(output):
    write_run(output, "1", [row("A"), row("B"), row("C"), row("GONE")])
    write_run(output, "2", [row("C", verdict="removed"), row("D", verdict="unchanged")], is_complete=False)
    for name in "DCBA":
        written(output, f"P/{name}.dcm")
    written(output, "P/unknown.dcm")
    assert recorded(output) == ["P/A.dcm", "P/B.dcm", "P/D.dcm"]
    assert recorded_instances(output)[1] == 1


def test_of_the_outputs_of_a_source_the_newest_is_recorded(output):
    """An older one stands there where a run was cut off before it removed it."""
    write_run(output, "1", [row("A", output="OLD/A.dcm"), row("B", output="SHARED/X.dcm")])
    write_run(output, "2", [row("A", output="NEW/A.dcm"), row("C", output="SHARED/X.dcm")])
    for path in ("OLD/A.dcm", "NEW/A.dcm", "SHARED/X.dcm"):
        written(output, path)
    assert recorded(output) == ["NEW/A.dcm", "SHARED/X.dcm"]


def test_an_object_of_another_size_than_published_is_not_recorded(output):
    write_run(output, "1", [row("A") | {"output_bytes": 4}, row("B") | {"output_bytes": 5}])
    written(output, "P/A.dcm")
    written(output, "P/B.dcm")
    assert recorded(output) == ["P/A.dcm"]
    write_run(output, "2", [row("B", "2") | {"output_bytes": 4}])
    assert recorded(output) == ["P/A.dcm", "P/B.dcm"]


def test_an_output_without_audit_has_no_recorded_instances(output):
    written(output, "P/A.dcm")
    assert recorded(output) == []
