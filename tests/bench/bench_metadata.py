"""Metadata alone: files per CPU second of efface against pydicom reading and writing the same files, taken in turns.

Every sample that both can do is done from bytes to bytes. One core's time is compared, so a busy machine hardly matters.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable

import pydicom

from efface.pipeline.policy import load_policy
from efface.transforms.core.errors import EffaceError
from efface.transforms.core.pseudonyms import Pseudonyms
from efface.transforms.dicom.parse import read_dataset
from efface.transforms.dicom.serialize import serialize
from efface.transforms.metadata.profile import Profile
from efface.transforms.metadata.walk import scrub_dataset
from support.samples import SAMPLES, sample

ROUNDS = 15
_MAX_BYTES = 1_000_000
"""Larger samples measure how fast pixels are copied, not how fast metadata is."""


def main() -> None:
    ways: dict[str, Callable[[bytes], bytes]] = {"dcmread + save_as": plain}
    for name in ("basic", "tcia"):
        profile = load_policy(name).profile
        ways[f"efface, {name}"] = lambda data, profile=profile: clean(data, profile)
    files = [data for data in map(sample, SAMPLES) if len(data) <= _MAX_BYTES and all(map(works(data), ways.values()))]
    seconds = dict.fromkeys(ways, 0.0)
    for _ in range(ROUNDS):
        for data in files:
            for name, way in ways.items():
                unseen = bytes(bytearray(data))  # What was read before is found again by its identity.
                started_sec = time.process_time()
                way(unseen)
                seconds[name] += time.process_time() - started_sec
    first = next(iter(seconds.values()))
    print(f"{len(files)} files, {ROUNDS} rounds\n\n| | files per CPU second | of pydicom's |\n|---|---|---|")
    for name, sec in seconds.items():
        print(f"| {name} | {len(files) * ROUNDS / sec:.0f} | {first / sec:.2f} |")


def plain(data: bytes) -> bytes:
    out = io.BytesIO()
    pydicom.dcmread(io.BytesIO(data)).save_as(out)
    return out.getvalue()


def clean(data: bytes, profile: Profile) -> bytes:
    dataset = read_dataset(io.BytesIO(data))
    scrub_dataset(dataset, profile, Pseudonyms(b"bench" * 8), pixels_cleaned=True)
    return serialize(dataset, transfer_syntax_uid=dataset.file_meta.TransferSyntaxUID)


def works(data: bytes) -> Callable[[Callable[[bytes], bytes]], bool]:
    def tried(way: Callable[[bytes], bytes]) -> bool:
        try:
            return bool(way(data))
        except (EffaceError, AttributeError, TypeError, ValueError, KeyError, pydicom.errors.InvalidDicomError):
            return False

    return tried


if __name__ == "__main__":
    main()
