"""Compressed frames made by encoders at hand, and the pixels that several decoders show of them."""

import base64
import io
import warnings
from functools import cache

import cv2
import imagecodecs
import jpeg_ls
import numpy as np
import openjpeg
from PIL import Image
from pydicom.pixels import get_encoder
from pydicom.uid import RLELossless

ROWS, COLUMNS = 52, 60
TOKEN = b"Doe^Jane 19570412"
"""Invented. Of an odd length, so that whatever is counted in pairs is left over."""
HTJ2K = base64.b64decode(
    "/0//UQApQAAAAAAYAAAAFAAAAAAAAAAAAAAAGAAAABQAAAAAAAAAAAABBwEB/1AACAACAAAAAv9SAAwAAgABAAIEBEAB/1wACiBIUFBQSEhI/5AACgAA"
    "AAABXAAB/5PALpDRm0p70YxfIoQ4v9iGt76YVEnjs7GEI+QAvbOuRCAXAAAHPADAFswBbUAWsLAL4SLK9z4SYkOxwRyA/hlYT1foAAkCmgAABnFLEGyV"
    "v1znp5RSShm/k312s4AQkOs8AJXUfWnR/pBHLHKGgCP7O22YglJDOADAL0eAXpMAu9CKoigQkQysZljVLMg6FBXKVQdCiTsJzuGL97kCNg+9S0RFxISu"
    "nlBAHy4AGVvUAgT+DxT0oAQEghu1EoFQkaRZaSbKUys2AUEYI7WCAI0Nc4MkITLobECo4yPGRHail8Fysx4Lrk4AEIvAIGYcBD0CAAAA+A9Ak9+yT37J"
    "PZef9+22zspZStWNLLEix3JBvAH9W0UVWWZMMMcgzJVHq/dxHNpoFPN4B1c1ZyWkVOJ1k3DLUOccm+8zHtMP61q3ts7DcAxEeorLyJlJcLMB/9k="
)
"""20 rows and 24 columns as OpenJPH writes them, for no encoder of HTJ2K is at hand."""


def picture(samples: int = 3, dtype: type = np.uint8) -> np.ndarray:
    """A gradient with noise in its upper half: some blocks of an encoder are empty, some are full."""
    rng = np.random.default_rng(7)
    across, down = np.arange(COLUMNS)[None, :, None], np.arange(ROWS)[:, None, None]
    pixels = across + down + np.arange(samples) * 20 + rng.integers(0, 60, (ROWS, COLUMNS, samples)) * (down < ROWS // 2)
    pixels = pixels.astype(dtype) * (1 if dtype is np.uint8 else 13)
    return pixels[:, :, 0] if samples == 1 else pixels


@cache
def jpeg(samples: int = 3, **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture(samples)).save(buffer, "jpeg", **options)
    return buffer.getvalue()


@cache
def jpeg_2000(samples: int = 3, dtype: type = np.uint8, is_file: bool = False, **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture(samples, dtype)).save(buffer, "jpeg2000", no_jp2=not is_file, **options)
    return buffer.getvalue()


@cache
def jpeg_ls_frame(samples: int = 1, dtype: type = np.uint8, interleave: int = 0) -> bytes:
    return bytes(jpeg_ls.encode_array(picture(samples, dtype), interleave_mode=interleave))


def rle(pixels: np.ndarray) -> bytes:
    return get_encoder(RLELossless).encode(
        pixels,
        rows=pixels.shape[0],
        columns=pixels.shape[1],
        number_of_frames=1,
        samples_per_pixel=1 if pixels.ndim == 2 else pixels.shape[2],
        photometric_interpretation="MONOCHROME2" if pixels.ndim == 2 else "RGB",
        bits_allocated=pixels.dtype.itemsize * 8,
        bits_stored=pixels.dtype.itemsize * 8,
        pixel_representation=0,
        planar_configuration=0,
    )


def shown_by_pillow(frame: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(frame)) as image:
        return np.asarray(image)


def shown_by_opencv(frame: bytes) -> np.ndarray | None:
    return cv2.imdecode(np.frombuffer(frame, np.uint8), cv2.IMREAD_UNCHANGED)


DECODERS = {
    "jpeg": (shown_by_pillow, shown_by_opencv, imagecodecs.jpeg8_decode),
    "jpeg_ls": (lambda frame: jpeg_ls.decode(np.frombuffer(frame, np.uint8)), imagecodecs.jpegls_decode),
    "jpeg_2000": (shown_by_pillow, openjpeg.decode),
}


def is_shown_alike(kind: str, before: bytes, after: bytes) -> bool:
    """Whether every decoder that shows the frame before shows the same pixels after."""
    return all(_is_alike(decode, before, after) for decode in DECODERS[kind])


def _is_alike(decode, before: bytes, after: bytes) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            expected = decode(before)
        except Exception:
            return True
        return np.array_equal(expected, decode(after))


def segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2, "big") + content


def places(frame: bytes, offset: int = 2) -> list[tuple[int, int, int]]:
    """Marker, start and end of each segment of a JPEG, JPEG-LS or JPEG 2000 codestream, and of the data between them (0)."""
    found = []
    while offset < len(frame):
        marker = frame[offset + 1]
        if marker == 0xD9:
            return [*found, (marker, offset, offset + 2)]
        end = offset + 2 + (0 if marker == 0x93 else int.from_bytes(frame[offset + 2 : offset + 4], "big"))
        found.append((marker, offset, end))
        offset = end
        if marker in (0xDA, 0x93):
            while frame[offset] != 0xFF or frame[offset + 1] < 0x90 or 0xD0 <= frame[offset + 1] <= 0xD7:
                offset += 1
            found.append((0, end, offset))
    return found
