"""Small objects with planted names in every carrier, and what bends them: `make fuzz` looks for endings that break a promise.

The corpus holds the first object of each ending: of each reason in words, and of each way to write pixel data. A new one is
kept, so that later runs begin from it.
"""

from __future__ import annotations

import argparse
import faulthandler
import hashlib
import io
import lzma
import random
import resource
import signal
import struct
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate, encapsulate_extended
from pydicom.sequence import Sequence

from efface.pipeline.policy import load_policy
from efface.transforms.dicom.serialize import serialize
from efface.transforms.metadata.icc_profile import srgb
from support import codestreams
from support.all_steps import CODES, Ending, Steps
from support.corpus import minimal
from support.samples import sample

CORPUS = Path(__file__).parents[1] / "fuzz_corpus.zip"
CORPUS_BYTES = 200_000
NAME = "Plantagenet"
"""The patient's surname. It must not be in an output, wherever it stood, as long as the header has it."""
MEMORY_BYTES = 1 << 30
"""What one object may add to the memory of the process."""
_PATIENCE_SEC, _HANG_SEC = 60, 300
_SMALL_BYTES = 12_000
_ENTRY_BYTES = 300
"""What the directory of the archive takes for an object."""
_INTERESTING = (
    *(0, 1, 2, 7, 8, 0x7F, 0x80, 0xFE, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF),
    *(0x7FFFFFFF, 0x80000000, 0xFFFFFFFF),
)
_ITEM, _ITEM_END, _END = b"\xfe\xff\x00\xe0\xff\xff\xff\xff", b"\xfe\xff\x0d\xe0\0\0\0\0", b"\xfe\xff\xdd\xe0\0\0\0\0"
_TOKENS = (
    *(_ITEM, _ITEM_END, _END, b"\xfe\xff\x00\xe0\x04\0\0\0", b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff", b"SQ\0\0", b"UN\0\0"),
    *(b"\xe0\x7f\x10\x00OB\0\0\xff\xff\xff\xff", b"\xe0\x7f\x08\x00OF\0\0\x08\0\0\0", b"\x02\0\x10\0UI", b"DICM", b"OW", b"\\"),
    *(b"\xff\xd8\xff\xe0", b"\xff\xd9", b"\xff\xda\0\x08", b"\xff\xfe\0\x0dPlantagenet", b"\xff\xef\0\x0dPlantagenet"),
    *(
        b"\xff\x4f\xff\x51",
        b"\xff\x90\0\x0a",
        b"\xff\x93",
        b"\xff\x64\0\x0fPlantagenet",
        b"\0\0\0\x0cjP  ",
        b"jp2c",
        b"\xff\xf7",
    ),
    *(b"Plantagenet^Zebulon", "Plantagenet".encode("utf-16-le"), b"1.2.840.10008.1.2.5\0", b"1.2.840.10008.1.2.1.99"),
    *(b"-1", b"nan", b"1e400", b"ISO 2022 IR 87", b"\x1b$B", b"\0" * 16, b"\xff" * 16),
)


def seeds() -> Iterator[bytes]:
    """Images of every kind of encoding and other objects, each with the name in all carriers that it has."""
    grey, colour = codestreams.picture(1), codestreams.picture(3)
    deep = codestreams.picture(1, np.uint16)
    native = "1.2.840.10008.1.2"
    for syntax in (native, f"{native}.1", f"{native}.2", f"{native}.1.99"):
        order = ">" if syntax.endswith(".2.2") or syntax == f"{native}.2" else "<"
        yield _image(syntax, deep.astype(f"{order}u2").tobytes(), deep, "MONOCHROME2")
    yield _image(f"{native}.1", colour.tobytes() + NAME.encode(), colour, "RGB")
    yield _image(f"{native}.1", np.packbits(grey > 60, bitorder="little").tobytes(), grey, "MONOCHROME2", bits=1)
    comment = codestreams.segment(0xFE, NAME.encode())
    jpeg = codestreams.jpeg(1)
    yield _image(f"{native}.4.50", [jpeg[:2] + comment + jpeg[2:] + NAME.encode()] * 2, grey, "MONOCHROME2")
    yield _image(f"{native}.4.50", [codestreams.jpeg(3, progressive=True)], colour, "YBR_FULL_422")
    yield _image(f"{native}.4.80", [codestreams.jpeg_ls_frame()] * 2, grey, "MONOCHROME2", table="extended")
    yield _image(f"{native}.4.90", [codestreams.jpeg_2000(1)] * 2, grey, "MONOCHROME2", table="none")
    yield _image(f"{native}.4.90", [codestreams.jpeg_2000(3, is_file=True)], colour, "YBR_RCT")
    yield _image(f"{native}.4.201", [codestreams.HTJ2K], np.zeros((20, 24), np.uint8), "MONOCHROME2")
    yield _image(f"{native}.5", [codestreams.rle(grey) + NAME.encode() + b"\0"] * 2, grey, "MONOCHROME2")
    for name in ("test-SR.dcm", "rtplan.dcm", "waveform_ecg.dcm"):
        dataset = pydicom.dcmread(io.BytesIO(sample(name)))
        dataset.PatientName, dataset.PatientID = "Plantagenet^Zebulon", "PLNT-770143"
        if "WaveformSequence" in dataset:
            del dataset.WaveformSequence[1:]
            del dataset.WaveformSequence[0].WaveformData
        data = serialize(dataset, transfer_syntax_uid=str(dataset.file_meta.TransferSyntaxUID))
        if len(data) <= _SMALL_BYTES:
            yield data


def _image(
    syntax: str, value: bytes | list[bytes], like: np.ndarray, photometric: str, *, bits: int = 0, table: str = "basic"
) -> bytes:
    dataset = minimal("1.2.840.10008.5.1.4.1.1.7")
    dataset.Rows, dataset.Columns = like.shape[:2]
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1 if like.ndim == 2 else 3, photometric
    dataset.BitsAllocated = dataset.BitsStored = bits or 8 * like.dtype.itemsize
    dataset.HighBit, dataset.PixelRepresentation = dataset.BitsStored - 1, 0
    if like.ndim == 3:
        dataset.PlanarConfiguration = 0
    dataset.StudyDescription, dataset.PatientBirthDate = f"axial {NAME}", "19310217"
    dataset.ICCProfile = srgb().replace(b"\0N\0o\0n\0e", b"\0P\0l\0a\0n")
    dataset.add_new(0x00091001, "UN", NAME.encode() + b"\0")
    dataset.add_new(0x60000022, "LO", NAME)
    dataset.WindowCenter, dataset.WindowWidth = ["40", "80"], ["400", "80"]
    item, inner = Dataset(), Dataset()
    inner.ReferencedSOPInstanceUID, inner.ImageComments = "1.2.3.4", NAME
    item.ReferencedImageSequence = Sequence([inner])
    dataset.RequestAttributesSequence = Sequence([item])
    if isinstance(value, bytes):
        dataset.PixelData = value + b"\0" * (len(value) % 2)
    else:
        dataset.NumberOfFrames = len(value)
        even = [frame + b"\0" * (len(frame) % 2) for frame in value]
        if table == "extended":
            dataset.PixelData, dataset.ExtendedOffsetTable, dataset.ExtendedOffsetTableLengths = encapsulate_extended(even)
        else:
            dataset.PixelData = encapsulate(even, has_bot=table == "basic")
        dataset["PixelData"].is_undefined_length = True
    dataset["PixelData"].VR = "OB" if dataset.BitsAllocated <= 8 else "OW"
    dataset.file_meta.TransferSyntaxUID = syntax
    return serialize(dataset, transfer_syntax_uid=syntax)


def mutate(data: bytes, other: bytes, dice: random.Random) -> bytes:
    """The object with one to four changes."""
    bent = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 4))):
        if len(bent) > 140:
            dice.choice(_CHANGES)(bent, other, dice)
    return bytes(bent[: 4 * _SMALL_BYTES])


def _place(data: bytearray, dice: random.Random) -> int:
    """A place behind the preamble; often where an element, an item or a segment begins."""
    at = dice.randrange(128, len(data) - 8)
    mark = dice.choice((b"", b"", b"\0", b"US", b"SQ", b"UN", b"OB", b"\xfe\xff", b"\xff", b"\xe0\x7f", b"\x28\0"))
    found = data.find(mark, at) if mark else at
    return found if 0 <= found < len(data) - 8 else at


def _flip(data: bytearray, other: bytes, dice: random.Random) -> None:
    data[_place(data, dice)] ^= 1 << dice.randrange(8)


def _number(data: bytearray, other: bytes, dice: random.Random) -> None:
    at, code = _place(data, dice), dice.choice(("<H", "<L", ">H", ">L", "B"))
    size = struct.calcsize(code)
    data[at : at + size] = struct.pack(code, dice.choice(_INTERESTING) % (1 << 8 * size))


def _token(data: bytearray, other: bytes, dice: random.Random) -> None:
    at, token = _place(data, dice), dice.choice(_TOKENS)
    data[at : at + dice.choice((0, len(token)))] = token


def _delete(data: bytearray, other: bytes, dice: random.Random) -> None:
    at = _place(data, dice)
    del data[at : at + dice.choice((1, 2, 4, 8, 12, 100))]


def _repeat(data: bytearray, other: bytes, dice: random.Random) -> None:
    at = _place(data, dice)
    data[at:at] = data[at : at + dice.choice((2, 8, 12, 40, 400))] * dice.choice((1, 1, 2, 40))


def _cut(data: bytearray, other: bytes, dice: random.Random) -> None:
    del data[dice.randrange(132, len(data)) :]


def _splice(data: bytearray, other: bytes, dice: random.Random) -> None:
    start, at = dice.randrange(len(other)), _place(data, dice)
    data[at:at] = other[start : start + dice.choice((8, 60, 600))]


def _nest(data: bytearray, other: bytes, dice: random.Random) -> None:
    at, depth = _place(data, dice), dice.choice((2, 31, 33, 200))
    vr = dice.choice((b"SQ", b"UN"))
    begin = b"\x20\x00\x75\x02" + vr + b"\0\0\xff\xff\xff\xff" + _ITEM
    data[at:at] = begin * depth + (_ITEM_END + _END) * depth


_CHANGES: tuple[Callable[[bytearray, bytes, random.Random], None], ...] = (
    *(_flip, _flip, _number, _number, _number, _token, _token),
    *(_delete, _repeat, _cut, _splice, _nest),
)


def broken_promise(data: bytes, ending: Ending) -> str:
    """What an ending breaks; "" for none."""
    if ending.code and ending.code not in CODES:
        return f"the code {ending.code} is not documented"
    if ending.rewritten is None:
        return ""
    written = _without_native_cells(ending.rewritten.data).lower()
    spellings = [NAME.lower().encode(codec) for codec in ("ascii", "utf-16-le", "utf-16-be")]
    return "the patient's name is in the output" if _is_of_patient(data) and any(one in written for one in spellings) else ""


def _without_native_cells(data: bytes) -> bytes:
    """A published object, inflated, without native pixel data: their values are shown as grey, whatever they would spell."""
    dataset, out = pydicom.dcmread(io.BytesIO(data)), io.BytesIO()
    if not dataset.file_meta.TransferSyntaxUID.is_encapsulated and "PixelData" in dataset:
        del dataset.PixelData
    if dataset.file_meta.TransferSyntaxUID.is_deflated:
        dataset.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    dataset.save_as(out)
    return out.getvalue()


def _is_of_patient(data: bytes) -> bool:
    try:
        return NAME in str(pydicom.dcmread(io.BytesIO(data), stop_before_pixels=True, force=True).PatientName)
    except Exception:
        return False


def signature(ending: Ending) -> str:
    """What makes two endings the same."""
    if ending.rewritten is None:
        return f"{ending.code}: {ending.reason}"
    return f"published: {ending.rewritten.pixel_method} {ending.rewritten.transfer_syntax_uid}"


def read_corpus() -> dict[str, bytes]:
    """Name -> object."""
    with zipfile.ZipFile(CORPUS) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_corpus(objects: dict[str, bytes]) -> None:
    """Write the same bytes for the same objects."""
    with zipfile.ZipFile(CORPUS, "w", zipfile.ZIP_LZMA) as archive:
        for name, data in sorted(objects.items()):
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_LZMA)


@contextmanager
def patience() -> Iterator[None]:
    """End what takes too long: with an exception where Python runs, and with the stacks and the process elsewhere."""

    def give_up(*_: object) -> None:
        raise TimeoutError("one object takes too long")

    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(_PATIENCE_SEC)
    faulthandler.dump_traceback_later(_HANG_SEC, exit=True)
    try:
        yield
    finally:
        signal.alarm(0)
        faulthandler.cancel_dump_traceback_later()


def try_object(steps: Steps, data: bytes, *, cleans: bool) -> tuple[str, str]:
    """The signature of its ending, and what this breaks."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        with patience():
            ending = steps.end_of(data, load_policy("tcia" if cleans else "basic"), cleans)
    except Exception as error:
        return "raised", f"{type(error).__name__} is raised"
    grown_bytes = 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    return signature(ending), broken_promise(data, ending) or ("too much memory" if grown_bytes > MEMORY_BYTES else "")


def main() -> None:
    """Fuzz for some minutes; exits with 1 where a promise is broken, and keeps the object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--broken", type=Path, default=Path("build/fuzz"), help="folder for objects that break a promise")
    options = parser.parse_args()
    dice, corpus = random.Random(options.seed), read_corpus() if CORPUS.exists() else {}
    known, pool = {name.partition("-")[2] for name in corpus}, [*seeds(), *corpus.values()]
    size = sum(len(lzma.compress(data)) for data in corpus.values())
    ends, count, broken = time.monotonic() + 60 * options.minutes, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        steps, first = Steps(Path(folder)), iter(list(seeds()))
        while time.monotonic() < ends:
            data = next(first, None) or mutate(dice.choice(pool), dice.choice(pool), dice)
            count += 1
            found, fault = try_object(steps, data, cleans=count % 2 == 0)
            digest = hashlib.sha256(found.encode()).hexdigest()[:12]
            if fault:
                broken += 1
                options.broken.mkdir(parents=True, exist_ok=True)
                (options.broken / f"{count}.dcm").write_bytes(data)
                print(f"{count}: {fault} ({options.broken / f'{count}.dcm'})", flush=True)
            elif digest not in known and size + len(packed := lzma.compress(data)) <= CORPUS_BYTES - _ENTRY_BYTES * len(corpus):
                size += len(packed)
                known.add(digest)
                pool.append(data)
                corpus[f"{found.partition(':')[0]}-{digest}"] = data
                print(f"{count}: {found}", flush=True)
    write_corpus(corpus)
    print(f"{count} objects, {len(corpus)} endings, {broken} broken promises, corpus of {CORPUS.stat().st_size} bytes")
    sys.exit(bool(broken))


if __name__ == "__main__":
    main()
