"""A content is used in one way, wherever it is."""

from __future__ import annotations

import hashlib
import io
import os
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.core import file_bytes
from efface.transforms.core.errors import TemporarySpaceError
from efface.transforms.core.file_bytes import FileBytes, Spool, chunks, joined, part_of, sha256_of, stream_of

PLACES = st.integers(-40, 40)


@given(st.binary(max_size=40), st.integers(0, 10), PLACES, PLACES)
def test_a_part_of_a_file_has_the_length_the_ranges_and_the_stream_of_its_bytes(data, offset, start, stop):
    in_file = FileBytes(io.BytesIO(b"x" * offset + data + b"y"), offset, len(data))
    assert len(in_file) == len(data)
    assert in_file[start:stop] == data[start:stop]
    assert in_file.read() == data
    first, size = sorted((abs(start), abs(stop)))
    assert part_of(in_file, first, size)[:] == part_of(data, first, size)
    assert stream_of(in_file).read(5) == stream_of(data).read(5)


@pytest.fixture(params=[1 << 20, 4])
def memory_bytes(request, monkeypatch):
    """Everything is small, and nothing is."""
    monkeypatch.setattr(file_bytes, "MEMORY_BYTES", request.param)
    monkeypatch.setattr(file_bytes, "CHUNK_BYTES", 3)
    return request.param


def test_what_is_spooled_is_the_same_in_memory_and_in_a_file(memory_bytes):
    content = joined([b"abc", b"", b"defgh", joined([b"ijklmnop"])])
    assert content[:] == b"abcdefghijklmnop"
    assert isinstance(content, bytes) == (memory_bytes > len(content))
    assert sha256_of(content) == hashlib.sha256(b"abcdefghijklmnop").hexdigest()
    assert b"".join(chunks(content)) == content[:]


def test_pieces_overlap_so_that_nothing_short_is_torn_apart(memory_bytes):
    content = joined([bytes(range(50))])
    pieces = list(chunks(content, overlap_bytes=2))
    for pair in pairwise(range(50)):
        assert any(bytes(pair) in piece for piece in pieces)


def test_a_place_that_was_left_free_is_filled_later(memory_bytes):
    spool = Spool()
    spool.write(bytes(4))
    spool.write(b"frame")
    spool.seek(2)
    spool.write(b"ab")
    assert spool.read(0, 4) == b"\0\0ab"
    assert spool.content(2)[:] == b"abframe"


@pytest.mark.usefixtures("memory_bytes")
def test_a_content_beyond_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(file_bytes, "LIMITS", file_bytes.SpoolLimits(max_bytes=8))
    spool = Spool()
    spool.write(b"12345678")
    with pytest.raises(TemporarySpaceError):
        spool.write(b"9")


def test_a_temporary_file_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(file_bytes, "MEMORY_BYTES", 4)
    content = joined([b"123456789"])
    assert not os.listdir(tmp_path)  # noqa: PTH208
    assert content[:] == b"123456789"


def test_where_no_temporary_file_can_be_written_the_instance_fails(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    monkeypatch.setattr(file_bytes, "MEMORY_BYTES", 4)
    with pytest.raises(TemporarySpaceError) as caught:
        joined([b"123456789"])
    assert str(tmp_path) not in str(caught.value)


def test_a_file_that_is_cut_off_while_it_is_read_is_no_shorter_content(tmp_path):
    path = tmp_path / "one"
    path.write_bytes(bytes(10))
    with path.open("rb", buffering=0) as file:
        content = FileBytes(file)
        path.write_bytes(bytes(5))
        with pytest.raises(OSError, match="cut off"):
            content[2:8]
