"""URIs in, one source each out: what is there in its version, and what is not there as a failure of the next step."""

from __future__ import annotations

from pathlib import Path

import apache_beam as beam
import pytest
from apache_beam.testing.util import assert_that, equal_to

from efface.transforms.core.instance import Source
from efface.transforms.find_sources import FindSources
from efface.transforms.read_instances import ReadInstances
from efface.transforms.storage import storage_of
from efface.transforms.storage.key_source import KeySource
from support.samples import sample
from support.steps import graph


@pytest.mark.parametrize("place", ["local", "bucket"])
def test_a_missing_object_fails(place: str, tmp_path: Path, bucket: str, key_file: Path) -> None:
    """Each URI is one source, however often it is named; wildcards are letters of a name."""
    folder = bucket if place == "bucket" else str(tmp_path)
    storage_of(folder).write(f"{folder}/a[1]*.dcm", sample("CT_small.dcm"))
    uris = [f"{folder}/a[1]*.dcm", f"{folder}/gone.dcm", f"{folder}/a[1]*.dcm"]
    found = storage_of(folder).find(uris[0])
    with graph() as pipeline:
        sources = pipeline | beam.Create(uris) | FindSources()
        there = sources | "There" >> beam.Filter(lambda source: source.size_bytes > 0)
        assert_that(there, equal_to([found]), label="found")
        read = sources | ReadInstances(KeySource(str(key_file)))
        assert_that(read.passed | beam.Map(lambda instance: instance.modality), equal_to(["CT"]), label="read")
        codes = read.failed | "Code" >> beam.Map(lambda failure: failure.code)
        assert_that(codes, equal_to(["source_changed"]), label="failed")


def test_a_folder_and_an_unreadable_name_are_no_objects(tmp_path: Path) -> None:
    uris = [str(tmp_path), f"{tmp_path}/{'x' * 300}"]
    with graph() as pipeline:
        sources = pipeline | beam.Create(uris) | FindSources()
        assert_that(sources, equal_to([Source(uri, 0, "1") for uri in uris]))


def test_an_unknown_scheme_is_an_error_of_the_graph() -> None:
    with pytest.raises(Exception, match="no storage has this scheme"), graph() as pipeline:
        _ = pipeline | beam.Create(["ftp://host/a.dcm"]) | FindSources()
