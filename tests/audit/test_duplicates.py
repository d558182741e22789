"""Of several sources with one SOP Instance UID and other content, which one is published does not depend on their order."""

import hashlib
import itertools

import pytest

from efface.transforms.audit.duplicates import delete_contested, settle_duplicates
from efface.transforms.audit.layout import contested_uri, instance_uri
from efface.transforms.audit.run_plan import ended_claims
from efface.transforms.storage import storage_of
from support.published import row, write_run
from support.runs import instances, table

UID = "2.25.3"
PATH = "P/1/2/3.dcm"
DATA = {"A": b"one", "B": b"another", "C": b"a third", "copy of B": b"another"}


def claim(ref, path=PATH):
    return row(ref, output=path) | {"output_sha256": digest(ref), "sop_instance_uid": UID}


def digest(ref):
    return hashlib.sha256(DATA[ref]).hexdigest()


def stand(output, ref, path=PATH):
    uri = instance_uri(output, path)
    storage_of(uri).write(uri, DATA[ref], replace=True)


def put_aside(output, *refs):
    for ref in refs:
        uri = contested_uri(output, "1", UID, digest(ref))
        storage_of(uri).write(uri, DATA[ref], replace=True)


@pytest.fixture
def output(tmp_path):
    return str(tmp_path)


def in_order(output, order):
    """What workers leave that publish one source after another, each with a file of its own."""
    for number, ref in enumerate(order):
        write_run(output, "1", [claim(ref), row(f"X{number}")], name=f"part-{number}")
    stand(output, order[0])
    put_aside(output, *order[1:])


def failed(output):
    return {found["ref"]: (found["verdict"], found["code"]) for found in table(output, "failures")}


def refs(output):
    return {found["ref"] for found in table(output, "instances") if not found["ref"].startswith("X")}


@pytest.mark.parametrize("order", list(itertools.permutations("ABC")), ids="".join)
def test_without_ranks_none_is_published(output, order):
    in_order(output, order)
    settled = settle_duplicates(output, "1", {UID})
    assert settled.displaced == dict.fromkeys("ABC", ("published", "output_conflict"))
    assert (instances(output), refs(output)) == ({}, set())
    assert failed(output) == dict.fromkeys("ABC", ("quarantined", "output_conflict"))
    assert settle_duplicates(output, "1", {UID}).displaced == {}


@pytest.mark.parametrize("order", list(itertools.permutations("ABC")), ids="".join)
@pytest.mark.parametrize("newest", "ABC")
def test_with_ranks_the_newest_is_published(output, order, newest):
    in_order(output, order)
    ranks = {ref: number for number, ref in enumerate(sorted("ABC", key=lambda ref: ref == newest))}
    settled = settle_duplicates(output, "1", set(), read_ranks=lambda: ranks)
    assert settled.displaced == {ref: ("published", "superseded") for ref in "ABC" if ref != newest}
    assert list(instances(output).values()) == [DATA[newest]]
    assert refs(output) == {newest}
    assert failed(output) == {ref: ("skipped", "superseded") for ref in "ABC" if ref != newest}
    delete_contested(output, "1")
    assert settle_duplicates(output, "1", {UID}, read_ranks=lambda: ranks).displaced == {}
    assert list(instances(output).values()) == [DATA[newest]]


def test_of_several_that_are_equally_new_none_is_published(output):
    in_order(output, "ABC")
    settled = settle_duplicates(output, "1", {UID}, read_ranks=lambda: {"A": 0, "B": 1, "C": 1})
    assert settled.displaced == dict.fromkeys("ABC", ("published", "output_conflict"))
    assert instances(output) == {}


@pytest.mark.parametrize("ranks", [None, {"B": 1, "copy of B": 0}])
def test_copies_of_one_content_are_no_conflict(output, ranks):
    stand(output, "B")
    write_run(output, "1", [claim("B"), claim("copy of B")])
    assert settle_duplicates(output, "1", {UID}, read_ranks=ranks and (lambda: ranks)).displaced == {}
    assert refs(output) == {"B", "copy of B"}


@pytest.mark.parametrize(
    ("ranks", "published"), [({"A": 0, "B": 1}, "B"), ({"A": 1, "B": 0}, "A"), ({"B": 0}, "B"), (None, "A")]
)
def test_what_an_earlier_run_published_gives_way_to_the_newer_one_alone(output, ranks, published):
    """Without ranks a worker would have refused B, and nothing of it would be there."""
    write_run(output, "0", [claim("A")])
    stand(output, "A")
    if ranks:
        write_run(output, "1", [claim("B")])
        put_aside(output, "B")
    settled = settle_duplicates(output, "1", set(), read_ranks=ranks and (lambda: ranks))
    assert list(instances(output).values()) == [DATA[published]]
    assert settled.superseded == ([("A", PATH)] if published == "B" else [])
    assert settled.displaced == ({"B": ("published", "superseded")} if ranks and published == "A" else {})


def test_an_earlier_claim_that_ends_does_not_count(output):
    write_run(output, "0", [claim("A")])
    write_run(output, "1", [claim("B")])
    stand(output, "B")
    settled = settle_duplicates(output, "1", {UID}, read_ranks=lambda: {"A": 1, "B": 0}, leaving=ended_claims([("A", PATH)]))
    assert (settled.displaced, settled.superseded) == ({}, [])


@pytest.mark.parametrize("ranks", [None, {"A": 0, "B": 1}, {"A": 1, "B": 0}])
def test_paths_of_one_uid_may_differ(output, ranks):
    write_run(output, "0", [claim("A", "P/one.dcm")])
    write_run(output, "1", [claim("B", "P/another.dcm")])
    stand(output, "A", "P/one.dcm")
    stand(output, "B", "P/another.dcm")
    settled = settle_duplicates(output, "1", set(), read_ranks=ranks and (lambda: ranks))
    newer = "B" if ranks and ranks["B"] else "A"
    assert list(instances(output).values()) == [DATA[newer]]
    assert settled.superseded == ([("A", "P/one.dcm")] if newer == "B" else [])
    assert settled.displaced.keys() == ({"B"} if newer == "A" else set())


def test_a_winner_of_which_nothing_is_left_is_not_claimed_to_be_published(output):
    write_run(output, "1", [claim("A"), claim("B")])
    stand(output, "A")
    settled = settle_duplicates(output, "1", {UID}, read_ranks=lambda: {"A": 0, "B": 1})
    assert settled.displaced.keys() == {"A", "B"}
    assert instances(output) == {}


def test_uncontested_outputs_are_not_checked(output):
    write_run(output, "1", [claim("A")])
    assert settle_duplicates(output, "1", set()).displaced == {}
    assert len(table(output, "instances")) == 1
