"""Columns describe themselves, in the schemas and in the files of the audit."""

from __future__ import annotations

import io
import json
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from efface.transforms.audit.rows import to_parquet
from efface.transforms.audit.run_plan import ISSUERS, OBSOLETE
from efface.transforms.audit.schemas import DESCRIPTION, SCHEMA_VERSION, TABLES

SCHEMAS = TABLES | {"plans/obsolete": OBSOLETE, "plans/issuers": ISSUERS}
COLUMNS = [pytest.param(field, id=f"{table}.{field.name}") for table, schema in SCHEMAS.items() for field in schema]


@pytest.mark.parametrize("field", COLUMNS)
def test_every_column_has_a_description(field: pa.Field) -> None:
    text = field.metadata[DESCRIPTION].decode()
    assert len(text) > 5
    assert text == text.strip()
    assert "\n" not in text
    assert field.name.islower()


def test_a_name_has_one_type() -> None:
    types: dict[str, set[pa.DataType]] = {}
    for schema in SCHEMAS.values():
        for field in schema:
            types.setdefault(field.name, set()).add(field.type)
    assert {name for name, found in types.items() if len(found) > 1} == set()


def test_duckdb_reads_the_version_and_the_descriptions(tmp_path: Path) -> None:
    file = tmp_path / "part.parquet"
    file.write_bytes(to_parquet(TABLES["failures"], []))
    query = f"select decode(key), decode(value) from parquet_kv_metadata('{file}') where decode(key) like 'efface.%'"
    found = dict(duckdb.sql(query).fetchall())
    assert found["efface.schema"] == str(SCHEMA_VERSION)
    assert json.loads(found["efface.columns"])["code"] == "reason code"


@pytest.mark.parametrize("table", TABLES)
def test_a_file_holds_the_descriptions_of_its_columns(table: str) -> None:
    written = pq.read_schema(io.BytesIO(to_parquet(TABLES[table], [])))
    assert [field.metadata[DESCRIPTION] for field in written] == [field.metadata[DESCRIPTION] for field in TABLES[table]]
