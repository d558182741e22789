import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.storage.local import LocalStorage
from efface.transforms.storage.uris import fixed_prefix, is_below, is_local, join_uri, may_match_below, sibling_uri, split_uri


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
    ("pattern", "prefix", "expected"),
    [
        (".", "out", True),
        ("in", "out", False),
        ("in", "in/out", True),
        ("in/a", "in", True),
        ("nothing*", "out", False),
        ("o*", "out", True),
        ("*", "out", True),
        ("*.dcm", "out", False),
        ("*.dcm", "x.dcm/out", True),
        ("**/*.dcm", "out", True),
        ("in/**", "out", False),
        ("in/**", "in/a/b", True),
        ("*/in/*.dcm", "out", True),
        ("*/in/*.dcm", "out/instances", False),
        ("*/*.dcm", "out/instances", False),
        ("*/*", "out/instances", True),
        ("./o*/../*.dcm", "out", True),
        ("[ab]/*", "b/out", True),
        ("[ab]/*", "c/out", False),
        ("/nowhere/*", "out", False),
        ("gs://b/in/*.dcm", "gs://b/out", False),
        ("gs://b/*.dcm", "gs://b/out", True),
        ("gs://b/i*/x", "gs://b/in/out", True),
        ("gs://b/o?t*", "gs://b/out", True),
        ("gs://b/o?*x/y", "gs://b/out", True),
        ("gs://b/x[1]", "gs://b/x[1]/out", True),
        ("gs://b/x[1]", "gs://b/x1/out", False),
        ("gs://b/x[1]/a", "gs://b/x[1]", True),
        ("gs://b/*", "gs://c/out", False),
        ("gs://b/*", "out", False),
    ],
)
def test_a_pattern_holds_a_place_that_its_shape_may_match(tmp_path, monkeypatch, pattern, prefix, expected):
    monkeypatch.chdir(tmp_path)
    assert may_match_below(pattern, prefix) is expected
    if is_local(pattern) and is_local(prefix):
        assert may_match_below(str(tmp_path / pattern), prefix) is expected


PARTS = st.lists(st.sampled_from(["a", "b", "ab"]), min_size=1, max_size=3)
PATTERN = st.lists(st.sampled_from(["a", "b", "a*", "?", "*", "**", "[ab]"]), min_size=1, max_size=3)


@given(PATTERN, PARTS, PARTS)
def test_what_a_listing_finds_below_a_place_may_be_matched_there(tmp_path_factory, pattern, place, below):
    root = tmp_path_factory.mktemp("root")
    file = root.joinpath(*place, *below, "file")
    file.parent.mkdir(parents=True)
    file.touch()
    listed = [source.uri for source in LocalStorage().list(str(root.joinpath(*pattern)))]
    if str(file) in listed:
        assert may_match_below(str(root.joinpath(*pattern)), str(root.joinpath(*place)))


@pytest.mark.parametrize(
    ("path", "expected"),
    [("x", "gs://b/policies/x"), ("./x", "gs://b/policies/x"), ("../x y", "gs://b/x y"), ("/all/x", "gs://b/all/x")],
)
def test_a_relative_path_is_found_beside_an_object(path, expected):
    assert sibling_uri("gs://b/policies/site.yaml", path) == expected
