from pathlib import Path

import pyarrow.parquet as pq

from efface.transforms.audit.compaction import compact_audit
from efface.transforms.audit.history import History
from support.published import VERSIONS, row, write_run


def files(output):
    return sorted(str(path.relative_to(output)) for path in Path(output, "audit", "instances").rglob("*.parquet"))


def test_complete_run_is_merged_in_order(tmp_path):
    output = str(tmp_path)
    for part in range(5):
        write_run(output, "1", [row(f"R{part}{n}") for n in range(3)], name=f"part-{part:06d}-00000")
    write_run(output, "2", [row("A", verdict="removed")], name="deleted")
    write_run(output, "2", [row("A", "2")])
    before = History(output, VERSIONS)
    assert compact_audit(output) == (7, 2)
    assert files(output) == ["audit/instances/run=1/all.parquet", "audit/instances/run=2/all.parquet"]
    after = History(output, VERSIONS)
    assert after.claims.num_rows == before.claims.num_rows == 16
    assert after.claims.equals(before.claims)
    assert pq.read_table(tmp_path / "audit" / "instances").num_rows == 17
    assert compact_audit(output) == (2, 2)


def test_incomplete_run_is_not_merged(tmp_path):
    for part in range(2):
        write_run(str(tmp_path), "1", [row(f"R{part}")], name=f"part-{part}", is_complete=False)
    assert compact_audit(str(tmp_path)) == (2, 2)
    assert len(files(tmp_path)) == 2


def test_interrupted_compaction_is_completed(tmp_path):
    output = str(tmp_path)
    for part in range(2):
        write_run(output, "1", [row(f"R{part}")], name=f"part-{part}")
    kept = tmp_path / "audit" / "instances" / "run=1" / "part-0.parquet"
    data = kept.read_bytes()
    compact_audit(output)
    kept.write_bytes(data)
    assert History(output, VERSIONS).claims.num_rows == 2
    assert compact_audit(output) == (1, 1)
    assert not kept.exists()
    assert History(output, VERSIONS).claims.num_rows == 2
