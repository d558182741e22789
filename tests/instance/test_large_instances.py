"""A large instance stays in files, and ends as it would in memory."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from efface.transforms.core import file_bytes
from efface.transforms.core.box import Box
from efface.transforms.core.errors import EffaceError, SourceChangedError
from efface.transforms.core.evidence import Evidence, Finding, Verdict
from efface.transforms.core.file_bytes import Content, FileBytes, sha256_of, stream_of
from efface.transforms.dicom.configuration import configure
from efface.transforms.dicom.frame_reader import FrameReader
from efface.transforms.dicom.frame_verifier import verify_pixels
from efface.transforms.dicom.parse import read_dataset
from efface.transforms.dicom.serialize import serialize
from efface.transforms.instance import open as opened
from efface.transforms.instance.describe import read_instance
from efface.transforms.instance.grow_boxes import grown_findings
from efface.transforms.instance.open import source_content
from efface.transforms.instance.rewrite import RewriteSettings, redact_pixels, rewrite_instance
from efface.transforms.instance.verify import verify_instance
from efface.transforms.metadata.profile import Profile
from efface.transforms.pixels.redact import boxes_by_frame
from efface.transforms.storage import storage_of
from support.corpus import pseudonyms
from support.samples import SAMPLES, sample

LARGEST_BYTES = 150_000
NAMES = sorted(name for name, path in SAMPLES.items() if path.stat().st_size <= LARGEST_BYTES)


@pytest.fixture
def tiny_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is too large for memory."""
    monkeypatch.setattr(file_bytes, "MEMORY_BYTES", 64)
    monkeypatch.setattr(file_bytes, "CHUNK_BYTES", 1000)
    monkeypatch.setattr(opened, "WHOLE_BYTES", 64)


def ending(content: Content) -> tuple[str, str]:
    """What becomes of the pixels: the method and the digest of what is written, or the class of the error."""
    try:
        dataset = read_dataset(stream_of(content))
        reader = FrameReader(dataset)
        box = Box(0, 0, max(1, reader.columns // 2), max(1, reader.rows // 3))
        finding = Finding((0, len(reader) - 1), box, Verdict.REDACT, "header_name", "name", 1.0)
        findings = grown_findings(content, (finding,))
        method = redact_pixels(dataset, findings)
        written = serialize(dataset, transfer_syntax_uid=str(dataset.file_meta.TransferSyntaxUID))
        verify_pixels(read_dataset(stream_of(content)), read_dataset(stream_of(written)), boxes_by_frame(findings))
    except EffaceError as error:
        return type(error).__name__, ""
    return method, sha256_of(written)


@pytest.mark.parametrize("name", NAMES)
def test_an_instance_in_a_file_is_written_as_the_same_one_in_memory(name: str, request: pytest.FixtureRequest) -> None:
    configure()
    data = sample(name)
    expected = ending(data)
    request.getfixturevalue("tiny_memory")
    assert ending(FileBytes(io.BytesIO(data))) == expected


@pytest.mark.parametrize("name", ["emri_small.dcm", "emri_small_RLE.dcm", "color3d_jpeg_baseline.dcm", "MR_small_implicit.dcm"])
def test_a_large_stored_instance_is_rewritten_and_verified(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    configure()
    Path(tmp_path, "one").write_bytes(sample(name))
    [source] = storage_of(str(tmp_path)).list(str(tmp_path))
    instance = read_instance(source, pseudonyms())
    finding = Finding((0,), Box(2, 2, 20, 10), Verdict.REDACT, "header_name", "name", 1.0)
    evidence = Evidence(instance, 1, grown_findings(sample(name), (finding,)))
    settings, digests = RewriteSettings(Profile()), set()
    for is_large in (False, True):
        if is_large:
            request.getfixturevalue("tiny_memory")
        data = source_content(source)
        rewritten = rewrite_instance(data, evidence, settings, pseudonyms())
        verify_instance(data, rewritten.data, evidence, settings)
        assert isinstance(data, FileBytes) == isinstance(rewritten.data, FileBytes) == is_large
        digests.add(sha256_of(rewritten.data))
    assert len(digests) == 1


@pytest.mark.usefixtures("tiny_memory")
def test_a_source_that_is_no_local_file_is_copied_once() -> None:
    storage_of("memory://x").write("memory://x/large", sample("CT_small.dcm"))
    [source] = storage_of("memory://x").list("memory://x")
    content = source_content(source)
    storage_of("memory://x").delete("memory://x/large")
    assert isinstance(content, FileBytes)
    assert content[:] == sample("CT_small.dcm")


@pytest.mark.usefixtures("tiny_memory")
def test_a_source_that_shrinks_while_it_is_read_has_changed(tmp_path: Path) -> None:
    configure()
    Path(tmp_path, "one").write_bytes(sample("CT_small.dcm"))
    [source] = storage_of(str(tmp_path)).list(str(tmp_path))
    evidence = Evidence(read_instance(source, pseudonyms()), 1, ())
    reader, content = opened.open_instance(source), source_content(source)
    os.truncate(source.uri, 20_000)
    with pytest.raises(SourceChangedError):
        reader.display(0)
    with pytest.raises(SourceChangedError):
        rewrite_instance(content, evidence, RewriteSettings(Profile()), pseudonyms())
