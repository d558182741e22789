import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.storage.uris import (
    absolute,
    fixed_prefix,
    has_archive_name,
    is_below,
    is_local,
    join_uri,
    member_uri,
    split_member_uri,
    split_uri,
)


@given(st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=4), st.integers(0, 4))
def test_is_below_compares_whole_names(parts, cut):
    for root in ("/data", "gs://bucket"):
        place = join_uri(root, *parts)
        assert is_below(place, join_uri(root, *parts[:cut]))
        assert not is_below(place + "x", place)


def test_fixed_prefix_ends_at_the_first_wildcard(tmp_path):
    assert fixed_prefix("gs://b/x/*/y") == "gs://b/x"
    assert fixed_prefix("/data/in*") == "/data"
    odd = tmp_path / "scan[1]"
    odd.mkdir()
    assert fixed_prefix(str(odd)) == str(odd)


@pytest.mark.parametrize(("uri", "expected"), [("/data/x", True), ("data:x", True), ("gs://b/x", False), ("S3://b/x", False)])
def test_path_without_scheme_is_local(uri, expected):
    assert is_local(uri) is expected


def test_split_uri_returns_bucket_and_name():
    assert [split_uri(uri) for uri in ("gs://b/x/y z", "gs://b", "gs://b/")] == [("b", "x/y z"), ("b", ""), ("b", "")]


@given(st.text(), st.text(), st.integers(1, 3), st.integers(1, 3))
def test_member_uris_are_of_one_member(one, other, first, second):
    """Whatever the name holds, the container is found again, and nothing in the URI moves a cursor."""
    uris = [member_uri("/in/x!/a.zip", name, number) for name, number in ((one, first), (other, second))]
    assert (uris[0] == uris[1]) == ((one, first) == (other, second))
    assert all(split_member_uri(uri)[0] == "/in/x!/a.zip" for uri in uris)
    assert split_member_uri(uris[0])[1] == split_member_uri(member_uri("b", one))[1]
    assert not any(character < " " for uri in uris for character in uri)


def test_member_uris_show_the_name():
    assert member_uri("gs://b/a.zip", "Müller/1.dcm", 2) == "gs://b/a.zip!/Müller/1.dcm!2"
    assert split_member_uri("gs://b/a.dcm") == ("", "gs://b/a.dcm")


def test_archives_are_named_by_their_suffix():
    for name in ("a.zip", "A.ZIP", "a.tar", "a.tar.gz", "a.tgz", "a.tar.bz2"):
        assert has_archive_name(f"gs://b/{name}")
    assert not has_archive_name("/in/a.gz") and not has_archive_name("/in/a.zip.dcm") and not has_archive_name("/a.zip/x")


def test_local_paths_become_absolute_and_uris_stay(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for path in ("a/b", "./a/b", "a//b/", "x/../a/b", f"{tmp_path}/a/b"):
        assert absolute(path) == f"{tmp_path}/a/b"
    assert absolute("a*/[b]") == f"{tmp_path}/a*/[b]"
    assert [absolute(uri) for uri in ("/", "gs://b/../x", "/../x", "//x")] == ["/", "gs://b/../x", "/x", "/x"]
