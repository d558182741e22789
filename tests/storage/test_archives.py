"""Untrusted archives: each member is read as it is, and whatever is wrong is a source that fails with a code."""

from __future__ import annotations

import os
import random
import struct
import tarfile
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from efface.transforms.core.errors import (
    ArchiveError,
    EffaceError,
    InflationLimitError,
    SourceChangedError,
)
from efface.transforms.core.inflation_limits import InflationLimits
from efface.transforms.core.instance import Source
from efface.transforms.storage import archives, inflated_tar, join_uri, open_listed, storage_of, with_members
from support.archives import ZIP_METHODS, archive_of, streamed, tarred, zipped
from support.forks import in_fork

SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2")
CONTENT = (
    ("ct/1.dcm", os.urandom(3000)),
    ("ct/Müller^Jürgen 100%!.dcm", b"abc" * 2000),
    ("empty", b""),
    ("large", os.urandom(1 << 20)),
)
SMALL = CONTENT[:3]


def put(place: str | Path, name: str, data: bytes) -> Source:
    """Store an object, and list it as a storage does."""
    uri = join_uri(str(place), name)
    storage_of(uri).write(uri, data, replace=True)
    source = storage_of(uri).find(uri)
    assert source is not None
    return source


def read(source: Source) -> bytes:
    with open_listed(source) as file:
        return file.read()


def failure(source: Source) -> str:
    """The code with which a source fails, "" when it does not."""
    try:
        read(source)
    except EffaceError as error:
        assert "/" not in str(error)
        return error.code
    return ""


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    inflated_tar._kept_of.cache_clear()


@pytest.fixture(params=["local", "gs"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path) if request.param == "local" else request.getfixturevalue("bucket")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_members_are_sources(place: str, suffix: str) -> None:
    archive = put(place, f"a{suffix.upper()}", archive_of(suffix, CONTENT))
    members = with_members(archive)
    assert [member.size_bytes for member in members] == [len(data) for _, data in CONTENT]
    assert [read(member) for member in members] == [data for _, data in CONTENT]
    assert members[0].uri == f"{archive.uri}!/ct/1.dcm"
    assert members[1].uri == f"{archive.uri}!/ct/Müller^Jürgen 100%25%21.dcm"


@pytest.mark.parametrize("method", ZIP_METHODS)
@pytest.mark.parametrize("in_memory_bytes", [1 << 20, 10])
def test_a_member_is_a_stream_with_any_position(
    tmp_path: Path, method: str, in_memory_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In memory, in a temporary file, or in ranges of the archive."""
    monkeypatch.setattr(archives, "LIMITS", replace(archives.LIMITS, in_memory_bytes=in_memory_bytes))
    [member, *_] = with_members(put(tmp_path, "a.zip", zipped(CONTENT, ZIP_METHODS[method])))
    data = CONTENT[0][1]
    with open_listed(member) as file:
        for at in (2900, 0, 17):
            assert file.seek(at) == at
            assert file.read(200) == data[at : at + 200]
        assert file.seek(-5, os.SEEK_END) == len(data) - 5
        assert file.read() == data[-5:]


def test_an_object_is_an_archive_by_name_and_content(tmp_path: Path) -> None:
    dicom = bytes(128) + b"DICM" + bytes(1000)
    for name, data in (("a.zip", dicom), ("b.tar.xz", dicom), ("c.7z", dicom), ("d.dcm", zipped(CONTENT)), ("e", tarred(()))):
        source = put(tmp_path, name, data)
        assert with_members(source) == [source]
    assert len(with_members(put(tmp_path, "f.tar", archive_of(".tgz", CONTENT)))) == len(CONTENT)
    assert with_members(put(tmp_path, "g.zip", zipped(()))) == []


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_no_other_version_is_read(place: str, suffix: str) -> None:
    archive = put(place, f"a{suffix}", archive_of(suffix, SMALL))
    before = with_members(archive)
    put(place, f"a{suffix}", archive_of(suffix, [*SMALL, ("more", b"more")]))
    assert {failure(member) for member in before} == {SourceChangedError.code}
    found = storage_of(archive.uri).find(archive.uri)
    assert found is not None
    after = with_members(found)
    assert [member.uri for member in after[:3]] == [member.uri for member in before]
    assert not {member.version for member in after} & {member.version for member in before}


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_names_lead_nowhere_and_stay_distinguishable(tmp_path: Path, suffix: str) -> None:
    names = ("../../up", "/etc/passwd", "a", "a", "a!2", "x.zip!/a", "..", "C:\\a", "a\x1b[31m", "a")
    content = [(name, str(number).encode()) for number, name in enumerate(names)]
    (tmp_path / "in").mkdir()
    members = with_members(put(tmp_path / "in", f"a{suffix}", archive_of(suffix, content)))
    assert [read(member) for member in members] == [data for _, data in content]
    assert len({member.uri for member in members}) == len(names)
    assert not [member for member in members if not member.uri.isprintable()]
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")] == ["in", f"in/a{suffix}"]


@pytest.mark.parametrize("suffix", SUFFIXES[1:])
def test_folders_links_and_devices_are_no_sources(tmp_path: Path, suffix: str) -> None:
    special = []
    for kind in (tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE):
        member = tarfile.TarInfo("special")
        member.type, member.linkname = kind, "/etc/passwd"
        special.append(member)
    members = with_members(put(tmp_path, f"a{suffix}", tarred(SMALL, suffix, special)))
    assert [read(member) for member in members] == [data for _, data in SMALL]


def test_a_link_in_a_zip_is_its_text_and_is_not_followed(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("folder/", b"")
    assert [read(member) for member in with_members(put(tmp_path, "a.zip", (tmp_path / "a.zip").read_bytes()))] == [
        b"/etc/passwd"
    ]


def test_a_sparse_file_fails(tmp_path: Path) -> None:
    sparse = tarfile.TarInfo("sparse")
    sparse.type = tarfile.GNUTYPE_SPARSE
    member, *others = with_members(put(tmp_path, "a.tar", tarred((), more=[sparse])))
    assert (failure(member), others) == (ArchiveError.code, [])


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("inner", [".zip", ".tar", ".tgz", ".tar.xz"])
def test_an_archive_in_an_archive_is_not_opened(tmp_path: Path, suffix: str, inner: str) -> None:
    content = [(f"inner{inner}", archive_of(inner, SMALL)), (f"inner{inner}", b"text"), ("x", b"x")]
    members = with_members(put(tmp_path, f"a{suffix}", archive_of(suffix, content)))
    assert [failure(member) for member in members] == [ArchiveError.code, ArchiveError.code, ""]


def encrypted(data: bytes) -> bytes:
    """A ZIP archive that says that its members are encrypted."""
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        parts = data.split(signature)
        data = signature.join([parts[0], *(part[: at - 4] + b"\1" + part[at - 3 :] for part in parts[1:])])
    return data


def overlapping(data: bytes) -> bytes:
    """A ZIP archive all of whose entries lead to its first member."""
    parts = data.split(b"PK\x01\x02")
    return b"PK\x01\x02".join([parts[0], *(part[:38] + bytes(4) + part[42:] for part in parts[1:])])


def unlisting(data: bytes, at: int) -> bytes:
    """A ZIP archive whose directory leaves out one of its members, and says so."""
    entries = data[: data.rindex(b"PK\x05\x06")].split(b"PK\x01\x02")[1:]
    members = data[: data.index(b"PK\x01\x02")]
    directory = b"".join(b"PK\x01\x02" + entry for number, entry in enumerate(entries) if number != at)
    count = len(entries) - 1
    return members + directory + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(directory), len(members), 0)


@pytest.mark.parametrize(
    ("name", "data", "codes"),
    [
        ("encrypted.zip", encrypted(zipped(SMALL)), ["archive"] * 3),
        ("lzma.zip", zipped(SMALL, zipfile.ZIP_LZMA), ["archive"] * 3),
        ("overlapping.zip", overlapping(zipped(SMALL)), ["archive"]),
        ("cut.zip", zipped(SMALL)[:-30], ["archive"]),
        ("no-end.zip", zipped(SMALL)[:-18] + bytes(18), ["archive"]),
        ("no-directory.zip", zipped(SMALL)[:-10] + bytes(4) + zipped(SMALL)[-6:], ["archive"]),
        ("directory.zip", zipped(SMALL).replace(b"PK\x01\x02", b"PK\x01\x03"), ["archive"]),
        ("prefix.zip", b"MZ" + bytes(5000) + zipped(SMALL), ["", "", ""]),
        ("prefix-of-any-kind.zip", b"PK\x03" + os.urandom(500).replace(b"P", b"p") + zipped(SMALL), ["", "", ""]),
        ("described.zip", streamed(SMALL), ["", "", ""]),
        ("attributes.zip", zipped(SMALL, attributes=os.urandom(28).replace(b"P", b"p")), ["", "", ""]),
        ("joined.zip", zipped(SMALL) + zipped(SMALL), ["archive"]),
        ("joined-streams.zip", streamed(SMALL) + streamed(SMALL), ["archive"]),
        ("joined-to-half.zip", zipped(SMALL) + zipped(SMALL)[:-22], ["archive"]),
        ("joined-to-none.zip", zipped(SMALL) + zipped(()), ["archive"]),
        *((f"unlisted-{at}.zip", unlisting(zipped(SMALL), at), ["archive"]) for at in range(3)),
        *((f"unlisted-{at}-described.zip", unlisting(streamed(SMALL), at), ["archive"]) for at in range(3)),
        ("cut.tar", tarred(SMALL)[:5000], ["archive"]),
        ("no-end.tar", tarred(SMALL)[:-9216], ["archive"]),
        ("header.tar", tarred(SMALL).replace(b"empty\0", b"Empty\0"), ["archive"]),
        ("first-header.tar", b"x" + tarred(SMALL)[1:], ["archive"]),
        ("gap.tar", tarred(SMALL)[:3584] + bytes(512) + tarred(SMALL)[4096:], ["archive"]),
        ("cut.tgz", tarred(SMALL, ".tgz")[:-100], ["archive"]),
        ("checksum.tgz", tarred(SMALL, ".tgz")[:-8] + bytes(8), ["archive"]),
        ("no-tar.tar.gz", archive_of(".tgz", SMALL)[:3], ["archive"]),
        ("a.tar.xz", tarred(SMALL, ".tar.xz"), ["archive"]),
        ("a.tar.zst", b"\x28\xb5\x2f\xfd" + os.urandom(1000), ["archive"]),
        ("a.7z", b"7z\xbc\xaf\x27\x1c" + os.urandom(1000), ["archive"]),
        ("A.RAR", b"Rar!\x1a\x07" + os.urandom(1000), ["archive"]),
        ("zeros-first.tar", bytes(512) + tarred(SMALL), ["archive"]),
        ("bit.tar.gz", b"\x1e" + tarred(SMALL, ".tar.gz")[1:], ["archive"]),
        ("bit.tar", b"x" + tarred(SMALL)[1:257] + bytes(8) + tarred(SMALL)[265:], ["archive"]),
        ("ends.zip", zipped(SMALL)[30:-22], ["archive"]),
        ("text.zip", b"text", ["archive"]),
        ("short.tar", bytes(132), ["archive"]),
        ("empty.tgz", b"", ["archive"]),
    ],
)
def test_what_is_wrong_with_an_archive_is_a_code(tmp_path: Path, name: str, data: bytes, codes: list[str]) -> None:
    assert [failure(member) for member in with_members(put(tmp_path, name, data))] == codes


@pytest.mark.parametrize("method", ZIP_METHODS)
@pytest.mark.parametrize("in_memory_bytes", [1 << 20, 10])
def test_a_wrong_checksum_is_never_read_over(
    tmp_path: Path, method: str, in_memory_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "LIMITS", replace(archives.LIMITS, in_memory_bytes=in_memory_bytes))
    data = bytearray(zipped(CONTENT[:1], ZIP_METHODS[method]))
    data[1500] ^= 1
    [member] = with_members(put(tmp_path, "a.zip", bytes(data)))
    assert failure(member) == ArchiveError.code


@pytest.mark.parametrize(
    ("suffix", "limit", "code"),
    [
        (".zip", {"max_members": 2}, "archive"),
        (".tar", {"max_members": 2}, "archive"),
        (".tgz", {"max_members": 2}, "archive"),
        (".zip", {"directory_bytes": 100}, "archive"),
        (".zip", {"zip": InflationLimits(max_bytes=5000)}, "inflation_limit"),
        (".zip", {"zip": InflationLimits(any_ratio_bytes=0, max_ratio=1)}, "inflation_limit"),
        (".tgz", {"tar": InflationLimits(max_bytes=5000)}, "inflation_limit"),
        (".tar.bz2", {"tar": InflationLimits(any_ratio_bytes=0, max_ratio=2)}, "inflation_limit"),
    ],
)
def test_an_archive_beyond_a_limit_is_one_source(
    tmp_path: Path, suffix: str, limit: dict, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = put(tmp_path, f"a{suffix}", archive_of(suffix, SMALL))
    assert len(with_members(archive)) == 3
    monkeypatch.setattr(archives, "LIMITS", replace(archives.LIMITS, **limit))
    [source] = with_members(archive)
    assert source.uri == f"{archive.uri}!/"
    assert failure(source) == code
    monkeypatch.undo()
    assert failure(source) == ArchiveError.code  # The run that listed it counts one source.


def test_a_member_beyond_its_limit_fails_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "LIMITS", replace(archives.LIMITS, member=InflationLimits(any_ratio_bytes=0, max_ratio=50)))
    members = with_members(put(tmp_path, "a.zip", zipped([("bomb", bytes(10_000)), ("x", os.urandom(100))])))
    assert [failure(member) for member in members] == [InflationLimitError.code, ""]


def test_a_long_header_is_not_read(tmp_path: Path) -> None:
    """Before its name, a member can have a header of any size, which is read into memory at once."""
    data = tarred([("x", b"")])
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, 2 << 20
    data = header.tobuf() + bytes(2 << 20) + data
    [source] = with_members(put(tmp_path, "a.tar", data))
    with pytest.raises(ArchiveError, match="too large"):
        open_listed(source)


def test_a_map_of_holes_without_end_is_not_read(tmp_path: Path) -> None:
    header = tarfile.TarInfo("x")
    header.size = 4 << 20
    pax = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "x", "GNU.sparse.realsize": "1"}
    header.pax_headers = pax
    start = header.create_pax_header(header.get_info(), "utf-8")
    data = start + b"9999999999\n" + b"1\n" * (2 << 20) + bytes(1 << 14)
    [source] = with_members(put(tmp_path, "a.tar", data))
    with pytest.raises(ArchiveError, match="too large"):
        open_listed(source)


def test_a_prefix_without_end_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = put(tmp_path, "a.zip", bytes(2000) + zipped(SMALL))
    assert len(with_members(archive)) == 3
    monkeypatch.setattr(archives, "LIMITS", replace(archives.LIMITS, gap_bytes=1000))
    assert [failure(source) for source in with_members(archive)] == [ArchiveError.code]


def test_padding_without_end_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = put(tmp_path, "a.tar", tarred(SMALL) + bytes(1 << 20))
    assert len(with_members(archive)) == 3
    monkeypatch.setattr(archives, "LIMITS", replace(archives.LIMITS, padding_bytes=1 << 19, chunk_bytes=1 << 10))
    assert [failure(source) for source in with_members(archive)] == [ArchiveError.code]


def test_headers_in_headers_end(tmp_path: Path) -> None:
    header = tarfile.TarInfo("x")
    header.type = tarfile.XHDTYPE
    data = header.tobuf() * 5000 + tarred([("x", b"")])
    assert [failure(source) for source in with_members(put(tmp_path, "a.tar", data))] == [ArchiveError.code]


@pytest.mark.parametrize("size", [-512, -1 << 40])
def test_a_member_of_negative_size_ends_no_run(tmp_path: Path, size: int) -> None:
    header = bytearray(tarfile.TarInfo("x").tobuf(tarfile.GNU_FORMAT))
    header[124:136] = b"\xff" + size.to_bytes(11, "big", signed=True)
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    extended = tarfile.TarInfo("y").create_pax_header(
        {**tarfile.TarInfo("y").get_info(), "size": size, "name": "é" * 200}, "utf-8"
    )
    for start in (bytes(header), extended):
        source, *others = with_members(put(tmp_path, "a.tar", start + tarred(SMALL)))
        assert (failure(source), others) == (ArchiveError.code, [])


def test_a_compressed_tar_is_inflated_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    members = with_members(put(tmp_path, "a.tgz", tarred(CONTENT, ".tgz")))
    begun = []
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    begin = inflated_tar.Inflating.__init__
    monkeypatch.setattr(inflated_tar.Inflating, "__init__", lambda self, *how: begun.append(self) or begin(self, *how))
    order = random.Random(1)
    for member in order.sample(members * 3, 12):
        assert read(member) == dict(CONTENT)[member.uri.partition("!/")[2].replace("%25%21", "%!")]
    assert len(begun) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["a.tgz"]


@pytest.mark.parametrize("suffix", [".tgz", ".tar.bz2"])
def test_what_an_archive_was_overwritten_with_is_not_read(tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In place, after its first member was opened: the open handle leads to the new content."""
    monkeypatch.setattr(archives, "LIMITS", replace(archives.LIMITS, chunk_bytes=1 << 10))
    old, new = ([(str(number), os.urandom(100_000)) for number in range(20)] for _ in range(2))
    first, *others = with_members(put(tmp_path, f"a{suffix}", tarred(old, suffix)))
    with open_listed(first) as begun:
        assert begun.read(1000) == old[0][1][:1000]
        (tmp_path / f"a{suffix}").write_bytes(tarred(new, suffix))
        os.utime(tmp_path / f"a{suffix}", (1, 1))
        assert {failure(member) for member in others} == {SourceChangedError.code}
        assert begun.read() == old[0][1][1000:]  # It was inflated before.


def test_a_fork_inflates_an_archive_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that it shared with its parent would also share its position: the wrong member would be read."""
    monkeypatch.setattr(archives, "LIMITS", replace(archives.LIMITS, chunk_bytes=1 << 10))
    content = [(str(number), os.urandom(50_000)) for number in range(20)]
    members = with_members(put(tmp_path, "a.tgz", tarred(content, ".tgz")))
    data = [data for _, data in content]
    begun = open_listed(members[1])
    assert read(members[0]) == data[0]
    assert in_fork(lambda: [read(members[at]) for at in (9, 0)]) == [data[9], data[0]]
    assert in_fork(lambda: failure_of(begun)) == ArchiveError.code
    assert [read(member) for member in members] == data
    assert in_fork(lambda: [read(member) for member in members]) == data


def failure_of(stream: BinaryIO) -> str:
    with pytest.raises(EffaceError) as caught:
        stream.read()
    return caught.value.code


def test_an_archive_that_cannot_be_opened_is_one_source(tmp_path: Path) -> None:
    archive = put(tmp_path, "a.zip", zipped(SMALL))
    [source] = with_members(replace(archive, version="1-1"))
    assert failure(source) == SourceChangedError.code


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, bytes]:
    """An archive with some bits turned, a piece cut out, its end cut off, or numbers in it that cannot be."""
    suffix = draw(st.sampled_from(SUFFIXES))
    content = [(name, bytes(range(256)) * 3) for name in ("a", "b/c", "b/d")]
    data = bytearray(
        zipped(content, draw(st.sampled_from(list(ZIP_METHODS.values())))) if suffix == ".zip" else archive_of(suffix, content)
    )
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(data) - 8))
        match draw(st.sampled_from(("bit", "number", "zeros", "cut", "end"))):
            case "bit":
                data[at] ^= 1 << draw(st.integers(0, 7))
            case "number":
                data[at : at + 4] = struct.pack("<L", draw(st.sampled_from((0, 1, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF))))
            case "zeros":
                data[at : at + 512] = bytes(len(data[at : at + 512]))
            case "cut":
                del data[at : at + draw(st.integers(1, 600))]
            case _:
                del data[max(at, 512) :]
        if len(data) < 600:
            break
    return suffix, bytes(data)


@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(damaged())
def test_no_damage_loses_a_source(tmp_path_factory: pytest.TempPathFactory, archive: tuple[str, bytes]) -> None:
    """It is no more than a code."""
    inflated_tar._kept_of.cache_clear()
    suffix, data = archive
    source = put(tmp_path_factory.getbasetemp(), f"damaged{suffix}", data)
    members = with_members(source)
    codes = [failure(member) for member in members]
    assert set(codes) <= {"", "archive", "inflation_limit", "source_read"}
    assert len(members) == 3 or "archive" in codes or "inflation_limit" in codes
