import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.storage.local import LocalStorage
from efface.transforms.storage.uris import (
    absolute,
    fixed_prefix,
    has_archive_name,
    is_below,
    is_local,
    join_uri,
    may_match_below,
    member_uri,
    sibling_uri,
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
        ("az://b/i*", "abfss://b@account.dfs.core.windows.net/in/out", True),
        ("abfs://b@account.dfs.core.windows.net/in", "az://b/in/out", True),
        ("s3://b/in", "az://b/in/out", False),
        ("GS://b/in", "gs://b/in/out", True),
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
    for name in ("a.zip", "A.ZIP", "a.tar", "a.tar.gz", "a.tgz", "a.tar.bz2", "a.tar.xz", "a.tar.zst", "a.7z", "a.rar"):
        assert has_archive_name(f"gs://b/{name}")
    assert not has_archive_name("/in/a.gz") and not has_archive_name("/in/a.zip.dcm") and not has_archive_name("/a.zip/x")


def test_local_paths_become_absolute_and_uris_stay(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for path in ("a/b", "./a/b", "a//b/", "x/../a/b", f"{tmp_path}/a/b"):
        assert absolute(path) == f"{tmp_path}/a/b"
    assert absolute("a*/[b]") == f"{tmp_path}/a*/[b]"
    for name in ("./1", "../../1", "a//b", "/abs", "a/.", "", "x/../y!2"):
        assert absolute(f"x/.././/a.tar!/{name}") == f"{tmp_path}/a.tar!/{name}"
        assert absolute(f"gs://b/a.tar!/{name}") == f"gs://b/a.tar!/{name}"
    (tmp_path / "folder!").mkdir()
    assert [absolute(path) for path in ("folder!/../a", "!/../a", "b/!/../a")] == [
        f"{tmp_path}/a",
        f"{tmp_path}/a",
        f"{tmp_path}/b/a",
    ]
    assert [absolute(uri) for uri in ("/", "gs://b/../x", "/../x", "//x")] == ["/", "gs://b/../x", "/x", "/x"]
