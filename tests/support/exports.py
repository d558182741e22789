"""Reads exports for tests, by the libraries of trainers where these have a reader."""

import csv
import itertools
import json
import tarfile
from pathlib import Path

import pydicom

from efface.pipeline.export.split import Split

SPLIT = "50/25/25"
"""Training and test have patients of the test data."""
KINDS = [
    ("monai", "dicom"),
    ("monai", "nifti"),
    ("monai", "png"),
    ("csv", "png"),
    ("csv", "nifti"),
    ("csv", "dicom"),
    ("webdataset", "png"),
    ("webdataset", "nifti"),
]


def rows(folder):
    """The rows of a table."""
    with (folder / "instances.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def published(output):
    """(SOP Instance UID, Series Instance UID) -> data set of every published instance."""
    datasets = map(pydicom.dcmread, Path(output, "instances").rglob("*.dcm"))
    return {(dataset.SOPInstanceUID, dataset.SeriesInstanceUID): dataset for dataset in datasets}


def with_pixels(output):
    """Those of them with pixels."""
    return {uids: dataset for uids, dataset in published(output).items() if "PixelData" in dataset}


def published_file(output, is_wanted):
    """The path of a published instance by a condition on its data set."""
    return next(path for path in sorted(Path(output).rglob("*.dcm")) if is_wanted(pydicom.dcmread(path)))


def files(folder):
    """Relative path -> bytes of every file."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def samples(folder):
    """(split, sample) of every shard, by the reader of WebDataset; pictures and compressed files are decoded."""
    import webdataset

    for split in Split:
        for shard in sorted(folder.glob(f"{split}/shard-*.tar")):
            yield from ((split, sample) for sample in webdataset.WebDataset(str(shard), shardshuffle=False).decode("pil"))


def names_in(shard):
    """The names of the files of a shard."""
    with tarfile.open(shard) as tar:
        return tar.getnames()


def monai_entries(folder):
    """Split -> entries, by the reader of MONAI, which fails on an empty list of the split "test"."""
    from monai.data import load_decathlon_datalist

    path = folder / "dataset.json"
    listed = json.loads(path.read_text())
    return {split: load_decathlon_datalist(path, data_list_key=split) if listed[split] else [] for split in Split}


def monai_images(folder):
    """The path of every image of a list."""
    return [Path(entry["image"]) for entry in itertools.chain(*monai_entries(folder).values())]
