"""Does dcm2niix make the same of a series before and after efface?

Each folder on the command line is a data set: it is converted, de-identified without a look at its pixels, and converted again.
Without a folder, the synthetic series of the tests are compared. What differs is named: volumes that are lost or new, voxels,
b-values and vectors, and fields of the JSON that tell how the image was made.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from pathlib import Path

from efface.pipeline.policy import load_policy
from efface.transforms.core.errors import EffaceError
from efface.transforms.dicom.configuration import configure
from efface.transforms.dicom.parse import read_dataset
from efface.transforms.dicom.serialize import serialize
from efface.transforms.metadata.profile import Profile
from efface.transforms.metadata.walk import scrub_dataset
from support.conversion import convert, differences, pairs
from support.corpus import pseudonyms
from support.mr_series import SERIES


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--policy", default="tcia")
    options = parser.parse_args()
    configure()
    profile = load_policy(options.policy).profile
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        different = [folder for folder in options.folders or _synthetic(work / "made") if _compare(folder, profile, work)]
    print(f"{len(different)} data sets differ")
    return 1 if different else 0


def _synthetic(folder: Path) -> list[Path]:
    for name, make in SERIES.items():
        make(folder / name)
    return sorted(folder.iterdir())


def _compare(folder: Path, profile: Profile, work: Path) -> bool:
    cleaned = work / "cleaned" / folder.name
    cleaned.mkdir(parents=True)
    refused = [path for path in sorted(folder.rglob("*")) if path.is_file() and not _deidentify(path, cleaned, profile)]
    before = convert(folder, work / "before" / folder.name)
    after = convert(cleaned, work / "after" / folder.name)
    found = differences(before, after)
    renamed = sum(old != new for old, new in pairs(before, after).items())
    print(f"{folder.name}: {len(before)} volumes, {len(refused)} files refused, {len(found)} differences, {renamed} renamed")
    for line in found:
        print(f"  {line}")
    return bool(found)


def _deidentify(path: Path, target: Path, profile: Profile) -> bool:
    try:
        dataset = read_dataset(io.BytesIO(path.read_bytes()))
        scrub_dataset(dataset, profile, pseudonyms(), pixels_cleaned=False)
        (target / f"{len(list(target.iterdir()))}.dcm").write_bytes(
            serialize(dataset, transfer_syntax_uid=dataset.file_meta.TransferSyntaxUID)
        )
    except EffaceError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
