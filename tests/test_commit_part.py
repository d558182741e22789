"""A part is committed once, after all of its files."""

from __future__ import annotations

from pathlib import Path

import apache_beam as beam
import pytest
from apache_beam.testing.util import assert_that, equal_to

from efface.transforms.audit.marks import Mark, read_marks
from efface.transforms.audit.schemas import SCHEMA_VERSION
from efface.transforms.commit_part import CommitPart
from efface.transforms.write_parts import WrittenFile
from support.steps import graph

FILES = [("audit", "failures/b.parquet"), ("vault", "refs/b.csv"), ("audit", "instances/a.parquet")]


@pytest.mark.parametrize("files", [FILES, []])
def test_the_mark_names_every_file_and_a_retry_writes_the_same(tmp_path: Path, files: list[WrittenFile]) -> None:
    for _ in range(2):
        with graph() as pipeline:
            given = pipeline | beam.Create(files).with_output_types(WrittenFile)
            assert_that(given | CommitPart(str(tmp_path), "run-1", "a"), equal_to(["a"]))
    audit, vault = (frozenset(name for where, name in files if where == one) for one in ("audit", "vault"))
    assert read_marks(str(tmp_path)) == {"run-1": Mark(audit, vault, frozenset({str(SCHEMA_VERSION)}))}
