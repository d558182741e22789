"""What a launcher wrote into manifests is what the workers read."""

from __future__ import annotations

import csv
import io
from dataclasses import astuple
from pathlib import Path

import apache_beam as beam
import pytest
from apache_beam.testing.util import assert_that, equal_to

from efface.transforms.core.instance import Source
from efface.transforms.read_manifest import ReadManifest
from efface.transforms.storage import storage_of, with_members
from support.archives import archive_of
from support.steps import graph

NAMES = (
    "/in/1.dcm",
    "gs://bucket/a b/Müller^Jürgen.dcm",
    '/in/with "quotes", commas and\na line break.dcm',
    "/in/bytes that are no UTF-8 \udcff.dcm",
)


def manifest(folder: Path, name: str, sources: list[Source]) -> str:
    """Write a manifest as the launcher does."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(map(astuple, sources))
    path = folder / name
    path.write_bytes(text.getvalue().encode("utf-8", "surrogateescape"))
    return str(path)


def test_every_row_is_a_source_whatever_its_path_holds(tmp_path: Path) -> None:
    sources = [Source(name, 10**11 + number, f"1709{number}-77") for number, name in enumerate(NAMES)]
    uris = [manifest(tmp_path, "1.csv", sources[:3]), manifest(tmp_path, "2.csv", sources[3:])]
    uris.append(manifest(tmp_path, "empty.csv", []))
    with graph() as pipeline:
        assert_that(pipeline | beam.Create(uris) | ReadManifest(), equal_to(sources))


def test_no_manifest_is_no_source_and_a_retried_one_gives_the_same(tmp_path: Path) -> None:
    source = Source(NAMES[0], 1, "1")
    uri = manifest(tmp_path, "1.csv", [source])
    with graph() as pipeline:
        none = pipeline | "None" >> beam.Create([]).with_output_types(str) | "Read none" >> ReadManifest()
        assert_that(none, equal_to([]), label="Empty")
        twice = pipeline | "Twice" >> beam.Create([uri, uri]) | "Read twice" >> ReadManifest()
        assert_that(twice, equal_to([source, source]), label="Retried")


def test_a_row_that_is_an_archive_gives_its_members(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(archive_of(".zip", [("1", b"one"), ("2", b"two")]))
    archive = storage_of(str(tmp_path)).find(str(tmp_path / "a.zip"))
    assert archive is not None
    members = with_members(archive)
    assert len(members) == 2
    uris = [manifest(tmp_path, "1.csv", [archive]), manifest(tmp_path, "2.csv", members)]
    with graph() as pipeline:
        assert_that(pipeline | beam.Create(uris) | ReadManifest(), equal_to(members * 2))


def test_a_manifest_that_is_gone_ends_the_run(tmp_path: Path) -> None:
    """Its sources would be lost without a trace."""
    uri = str(tmp_path / "Plantagenet.csv")
    with pytest.raises(Exception, match="a manifest is gone") as caught, graph() as pipeline:
        _ = pipeline | beam.Create([uri]) | ReadManifest()
    assert "Plantagenet" not in str(caught.value)
