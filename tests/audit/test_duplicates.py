"""Of several sources with one output, only the one with the bytes of the output counts as published, in any order."""

import hashlib

import pytest

from efface.transforms.audit.duplicates import settle_duplicates
from efface.transforms.audit.layout import instance_uri
from efface.transforms.storage import storage_of
from support.published import row, write_run
from support.runs import table

PATH = "P/1/2/3.dcm"


def claim(ref, data):
    return row(ref, output=PATH) | {"output_sha256": hashlib.sha256(data).hexdigest()}


@pytest.fixture
def output(tmp_path):
    uri = instance_uri(str(tmp_path), PATH)
    storage_of(uri).write(uri, b"winner")
    return str(tmp_path)


@pytest.mark.parametrize("parts", [("AB", "C"), ("C", "BA"), ("ABC",), ("A", "B", "C")])
def test_source_with_the_bytes_of_the_output_is_published(output, parts):
    data = {"A": b"loser", "B": b"winner", "C": b"other loser"}
    for number, refs in enumerate(parts):
        write_run(output, "1", [claim(ref, data[ref]) for ref in refs] + [row(f"X{number}")], name=f"part-{number}")
    assert settle_duplicates(output, "1", {PATH}) == {"A": "published", "C": "published"}
    assert {found["ref"] for found in table(output, "instances")} == {"B", *(f"X{number}" for number in range(len(parts)))}
    failed = [(found["ref"], found["verdict"], found["code"]) for found in table(output, "failures")]
    assert sorted(failed) == [(ref, "quarantined", "output_conflict") for ref in "AC"]
    assert settle_duplicates(output, "1", {PATH}) == {}


def test_without_output_no_source_is_published(output):
    storage_of(output).delete(instance_uri(output, PATH))
    write_run(output, "1", [claim("A", b"a"), claim("B", b"b")])
    assert set(settle_duplicates(output, "1", {PATH})) == {"A", "B"}


def test_uncontested_outputs_are_not_checked(output):
    write_run(output, "1", [claim("A", b"loser")])
    assert settle_duplicates(output, "1", set()) == {}
    assert len(table(output, "instances")) == 1
