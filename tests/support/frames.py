"""Data sets whose Frames are read, filled and written."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy.typing as npt
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate

from efface.transforms.core.box import Box
from efface.transforms.dicom.frame_reader import FrameReader
from efface.transforms.dicom.frame_writer import replace_frames
from efface.transforms.dicom.parse import read_dataset
from efface.transforms.dicom.serialize import serialize

UNDECODABLE = {
    "JPEG2000-embedded-sequence-delimiter.dcm",  # Fragments without a codestream.
    "rtplan_truncated.dcm",
    "MR_truncated.dcm",
    "emri_small_jpeg_2k_lossless_too_short.dcm",
}
"""Samples of pydicom with pixel data that cannot be decoded."""


def read(data: bytes) -> FileDataset:
    """The data set of a stored object."""
    return read_dataset(io.BytesIO(data))


def write(dataset: FileDataset) -> bytes:
    """The data set as a stored object, in its own transfer syntax."""
    return serialize(dataset, transfer_syntax_uid=dataset.file_meta.TransferSyntaxUID)


def fill_boxes(data: bytes, boxes_by_frame: Mapping[int, Sequence[Box]]) -> tuple[bytes, str]:
    """The object with each box filled with the value of the first pixel, and the method of `replace_frames`.

    In JPEG of 8 bits the boxes are grown to whole MCUs, see `grown_boxes`.
    """
    dataset = read(data)
    reader, boxes_by_frame = FrameReader(dataset), grown_boxes(data, boxes_by_frame)
    changed = {index: _filled(reader, index, boxes) for index, boxes in boxes_by_frame.items()}
    method = replace_frames(dataset, changed, boxes_by_frame)
    return write(dataset), method


def grown_boxes(data: bytes, boxes_by_frame: Mapping[int, Sequence[Box]]) -> dict[int, tuple[Box, ...]]:
    """The boxes that change where these have to be filled."""
    reader, grown = FrameReader(read(data)), {}
    for index, boxes in boxes_by_frame.items():
        units = reader.blank_units(index)
        grown[index] = tuple(units.grown(box, reader.columns, reader.rows) if units else box for box in boxes)
    return grown


def _filled(reader: FrameReader, index: int, boxes: Sequence[Box]) -> npt.NDArray[Any]:
    frame = reader.stored(index).copy()
    for box in boxes:
        frame[box.top : box.bottom, box.left : box.right] = frame[0, 0]
    return frame


def encapsulated_dataset(frames: Sequence[bytes], like: npt.NDArray[Any], syntax: str, planar: int) -> FileDataset:
    """An image of encoded Frames, with the shape and depth of an array and its planar configuration."""
    dataset = FileDataset(None, {}, file_meta=FileMetaDataset())
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.Rows, dataset.Columns = like.shape[:2]
    dataset.NumberOfFrames = len(frames)
    dataset.SamplesPerPixel = 1 if like.ndim == 2 else like.shape[2]
    dataset.PhotometricInterpretation = "MONOCHROME2" if dataset.SamplesPerPixel == 1 else "RGB"
    dataset.PlanarConfiguration = planar
    dataset.BitsAllocated = dataset.BitsStored = 8 * like.dtype.itemsize
    dataset.PixelRepresentation = int(like.dtype.kind == "i")
    dataset.PixelData = encapsulate([frame + b"\0" * (len(frame) % 2) for frame in frames])
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    return dataset
