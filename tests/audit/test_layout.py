import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.audit import layout

RUN = "20260102T030405Z-00ff"
ROOT = Path(__file__).parents[2]
NAMES = {"audit", "instances", "parts", "plans", "runs"}
PREFIXES = ["/data/run=x/audit", "gs://bucket/runs/plans"]


@pytest.mark.parametrize("output", PREFIXES)
def test_listed_names_are_parsed(output):
    part = layout.part_uri(output, "findings", RUN, "000001", 2)
    assert part == f"{output}/audit/findings/run={RUN}/part-000001-00002.parquet"
    assert layout.run_of(part) == layout.run_of(part.rpartition("/")[0]) == RUN
    assert layout.is_table_file(part)
    assert layout.run_of_run_file(layout.run_uri(output, RUN)) == RUN
    assert layout.run_of_run_file(layout.lock_uri(output)) is None
    assert layout.run_of_run_file(f"{layout.runs_prefix(output)}/.efface-x.tmp") is None
    assert layout.run_of_plan(layout.plan_uri(output, RUN, "obsolete"), "obsolete") == RUN
    assert layout.run_of_plan(layout.plan_uri(output, RUN, "issuers"), "obsolete") is None
    assert layout.instance_path(output, layout.instance_uri(output, "P/1/2/3.dcm")) == "P/1/2/3.dcm"


def test_removed_rows_sort_before_published_rows():
    deleted, part = layout.deleted_uri("/o", RUN), layout.part_uri("/o", "instances", RUN, "000000")
    assert deleted < part
    assert all(uri.startswith(layout.partition_prefix("/o", "instances", RUN) + "/") for uri in (deleted, part))


@pytest.mark.parametrize("folder", ["pipeline", "runners", "transforms"])
def test_only_layout_spells_the_names(folder):
    for path in (ROOT / folder).rglob("*.py"):
        name = str(path.relative_to(ROOT))
        if name != "transforms/audit/layout.py":
            tree = ast.parse(path.read_text(encoding="utf-8"))
            spelled = {word for word in constants(tree) if "run=" in word} | (set(joined(tree)) & NAMES)
            assert not spelled, name


def joined(tree):
    """Every constant that is joined to a prefix."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "join_uri":
            yield from (word for argument in call.args for word in constants(argument))


def constants(tree):
    return (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))


@given(st.text(), st.integers(1, 50))
def test_shard_is_in_range_and_stable(value, shards):
    assert 0 <= layout.shard_of(value, shards) < shards
    assert layout.shard_of(value, shards) == layout.shard_of(value, shards)


def test_rows_use_all_shards():
    assert {layout.shard_of(f"ref {number}", 4) for number in range(100)} == {0, 1, 2, 3}
