"""The rows of the vault: every source leads to its output, and a retry writes the same files."""

from __future__ import annotations

from pathlib import Path

import apache_beam as beam
import numpy as np
import pytest
from apache_beam.testing.util import assert_that, equal_to

from efface.transforms.audit.vault import VAULT_COLUMNS, from_csv
from efface.transforms.core.evidence import Evidence
from efface.transforms.core.instance import Source
from efface.transforms.core.published import Linkage, OutputNames, Published
from efface.transforms.storage.key_source import KeySource
from efface.transforms.write_vault import WriteVault
from support.steps import graph, instance_of, pictured, stored

PICTURE = np.zeros((8, 8), np.uint8)


def published(folder: Path, ref: str) -> Published:
    """An instance as a run published it, of a patient of its own."""
    instance = instance_of(stored(folder, pictured(PICTURE), f"{ref}.dcm"), ref)
    new, old = (
        OutputNames(f"P{ref}", "2.25.1", "2.25.2", f"2.25.3{ref}"),
        OutputNames(f"ID {ref}", "1.2.1", "1.2.2", f"1.2.3{ref}"),
    )
    linkage = Linkage(old, (("1.2.1", "2.25.1"),), 7)
    return Published(
        evidence=Evidence(instance, 1, ()),
        names=new,
        linkage=linkage,
        patient_ref="",
        issuer_ref="",
        transfer_syntax_uid="1.2.840.10008.1.2.1",
        pixel_method="unchanged",
        actions=(),
        carriers=(),
        output_bytes=1,
        output_sha256="",
        already_existed=False,
    )


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def rows(vault: Path, table: str) -> list[tuple[str, ...]]:
    return sorted(row for path in (vault / "parts" / table).iterdir() for row in from_csv(path.read_bytes()))


@pytest.fixture
def key(key_file: Path) -> KeySource:
    return KeySource(str(key_file))


def test_every_source_leads_to_its_output_and_a_retry_writes_the_same(tmp_path: Path, key: KeySource) -> None:
    vaults = [tmp_path / "vault", tmp_path / "again"]
    records = [published(tmp_path, ref) for ref in "AB"]
    sources = [record.evidence.instance.source for record in records]
    with graph() as pipeline:
        given = pipeline | beam.Create([*records, *sources])
        assert_that(
            given | "Write" >> WriteVault(str(vaults[0]), key, "run-1", "000000"),
            equal_to([("vault", f"{table}/run-1-part-000000-00000.csv") for table in VAULT_COLUMNS]),
        )
        for name, vault in zip(("over it", "elsewhere"), vaults, strict=True):
            _ = given | f"Spread {name}" >> beam.Reshuffle() | f"Write {name}" >> WriteVault(str(vault), key, "run-1", "000000")
    assert files(vaults[0]) == files(vaults[1])
    assert [row[:4] for row in rows(vaults[0], "instances")] == [
        (source.uri, record.names.path, f"1.2.3{ref}", f"2.25.3{ref}")
        for source, record, ref in zip(sources, records, "AB", strict=True)
    ]
    assert rows(vaults[0], "patients") == [("ID A", "PA", "7"), ("ID B", "PB", "7")]
    assert rows(vaults[0], "uids") == [("1.2.1", "2.25.1")]
    assert rows(vaults[0], "refs") == sorted((key.pseudonyms().ref(source.uri), source.uri) for source in sources)


def test_shards_share_no_file_and_lose_no_row(tmp_path: Path, key: KeySource) -> None:
    sources = [Source(f"/in/{number}.dcm", 1, "1") for number in range(40)]
    with graph() as pipeline:
        _ = pipeline | beam.Create(sources) | WriteVault(str(tmp_path), key, "run-1", "000000", shards=3)
    names = sorted(path.name for path in (tmp_path / "parts" / "refs").iterdir())
    assert names == [f"run-1-part-000000-{shard:05d}.csv" for shard in range(3)]
    assert sorted(row[1] for row in rows(tmp_path, "refs")) == sorted(source.uri for source in sources)


def test_a_file_name_that_is_not_in_utf_8_is_in_the_vault(tmp_path: Path, key: KeySource) -> None:
    source = Source("/in/M\udcfcller.dcm", 1, "1")  # As Python spells a name in Latin-1.
    with graph() as pipeline:
        _ = pipeline | beam.Create([source]) | WriteVault(str(tmp_path), key, "run-1", "000000")
    assert [row[1] for row in rows(tmp_path, "refs")] == [source.uri]


def test_nothing_writes_nothing(tmp_path: Path, key: KeySource) -> None:
    with graph() as pipeline:
        sources = pipeline | beam.Create([]).with_output_types(Source)
        assert_that(sources | WriteVault(str(tmp_path), key, "run-1", "000000"), equal_to([]))
    assert not files(tmp_path)
