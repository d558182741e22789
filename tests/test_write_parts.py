"""Rows end in one file of their table each, whatever writes the file."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.testing.util import assert_that, equal_to

from efface.transforms.write_parts import WriteParts, WrittenFile
from support.steps import graph


@dataclasses.dataclass(frozen=True)
class LinesPart:
    """Writes rows as lines, each in its table's file of a shard."""

    folder: str

    def write(self, table: str, shard: int, rows: Iterable[Any]) -> WrittenFile:
        lines = sorted(row["ref"] if isinstance(row, dict) else row[0] for row in rows)
        Path(self.folder, f"{table}-{shard}").write_text("\n".join(lines))
        return "audit", f"{table}-{shard}"


@pytest.mark.parametrize("shards", [1, 3])
def test_every_row_ends_in_one_file_of_its_table(tmp_path: Path, shards: int) -> None:
    rows: list[tuple[str, Any]] = [("one", {"ref": f"R{number}"}) for number in range(30)]
    rows += [("other", (f"T{number}", "x")) for number in range(30)]
    names = {f"{table}-{shard}" for table in ("one", "other") for shard in range(shards)}
    with graph() as pipeline:
        given = pipeline | beam.Create(rows).with_output_types(tuple[str, Any])
        assert_that(given | WriteParts(LinesPart(str(tmp_path)), shards), equal_to([("audit", name) for name in names]))
    assert {path.name for path in tmp_path.iterdir()} == names
    lines = Counter((path.name[:-2], line) for path in tmp_path.iterdir() for line in path.read_text().splitlines())
    assert lines == {(table, row["ref"] if isinstance(row, dict) else row[0]): 1 for table, row in rows}


def test_nothing_writes_nothing(tmp_path: Path) -> None:
    with graph() as pipeline:
        given = pipeline | beam.Create([]).with_output_types(tuple[str, Any])
        assert_that(given | WriteParts(LinesPart(str(tmp_path))), equal_to([]))
    assert not list(tmp_path.iterdir())


class BrokenPart:
    def write(self, table: str, shard: int, rows: Iterable[Any]) -> WrittenFile:
        raise OSError("no place")


def test_a_file_that_cannot_be_written_fails_the_run() -> None:
    with pytest.raises(Exception, match="no place"), graph() as pipeline:
        _ = pipeline | beam.Create([("one", {"ref": "R"})]).with_output_types(tuple[str, Any]) | WriteParts(BrokenPart())
