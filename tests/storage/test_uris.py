import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.storage.uris import fixed_prefix, is_below, is_local, join_uri, sibling_uri, split_uri


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


@pytest.mark.parametrize(
    ("path", "expected"),
    [("x", "gs://b/policies/x"), ("./x", "gs://b/policies/x"), ("../x y", "gs://b/x y"), ("/all/x", "gs://b/all/x")],
)
def test_a_relative_path_is_found_beside_an_object(path, expected):
    assert sibling_uri("gs://b/policies/site.yaml", path) == expected
