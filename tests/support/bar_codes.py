"""Bar codes whose place is known: drawn from a seed on a picture, upright, turned, small, faint, inverted or damaged."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from efface.transforms.core.box import Box, bounding_box

_FORMATS = {
    "Code128": 6,
    "Code39": 4,
    "Code93": 2,
    "Codabar": 2,
    "ITF": 2,
    "EAN13": 2,
    "EAN8": 1,
    "UPCA": 1,
    "PDF417": 3,
    "QRCode": 5,
    "MicroQRCode": 1,
    "DataMatrix": 4,
    "Aztec": 3,
}
"""Symbology -> how often it is drawn; labels of patients and of samples are mostly Code 128, QR code and Data Matrix."""
LINEAR = ("Code128", "Code39", "Code93", "Codabar", "ITF", "EAN13", "EAN8", "UPCA")
_DIGITS_OF = {"EAN13": 12, "EAN8": 7, "UPCA": 11, "ITF": 10, "Codabar": 9}


@dataclass(frozen=True)
class Look:
    """How a code is drawn.

    Attributes:
        module_px: Pixels of the narrowest bar or of a module; a part of a pixel blurs its edges as a camera does.
        contrast: Grey levels between bars and ground, of 255.
        is_inverted: Light bars on a dark ground.
        angle: Degrees against the clock.
        blur_px: Standard deviation of the blur.
        noise: Standard deviation of the noise, in grey levels.
        damage_share: Share of the code that a scratch hides.
        has_caption: Whether the content stands below it in letters.
        height_px: Of a linear code.
        jpeg_quality: Of the JPEG stream that it went through; 0 for none.
        cut_share: Share of its length that lies beyond the edge of the picture.
    """

    module_px: float = 2
    contrast: int = 200
    is_inverted: bool = False
    angle: float = 0.0
    blur_px: float = 0.0
    noise: float = 0.0
    damage_share: float = 0.0
    has_caption: bool = True
    height_px: int = 50
    jpeg_quality: int = 0
    cut_share: float = 0.0


@dataclass(frozen=True)
class PlantedCode:
    """A code on a picture.

    Attributes:
        symbol: The corners of the bars or modules, (4, 2) columns and rows.
        box: Around the corners.
        caption: Around the letters below it; empty without any.
    """

    format: str
    content: str
    symbol: np.ndarray
    box: Box
    caption: Box
    look: Look


def draw_format(random: np.random.Generator) -> str:
    """One of the symbologies, as often as it is used."""
    weights = np.array(list(_FORMATS.values()), float)
    return str(random.choice(list(_FORMATS), p=weights / weights.sum()))


def draw_content(format_: str, random: np.random.Generator) -> str:
    """A number of an examination or a patient, such as the symbology can hold."""
    if format_ in _DIGITS_OF:
        digits = "".join(map(str, random.integers(0, 10, _DIGITS_OF[format_])))
        return f"A{digits}B" if format_ == "Codabar" else digits
    if format_ == "MicroQRCode":
        return "".join(map(str, random.integers(0, 10, int(random.integers(6, 12)))))
    letters = "".join(random.choice(list("ABCDEFGHJKLMNPRSTUVWXYZ"), int(random.integers(1, 4))))
    number = "".join(map(str, random.integers(0, 10, int(random.integers(5, 10)))))
    return letters + number if format_ in LINEAR else f"{letters}^{number}|19{number[:2]}0101"


def plant_code(picture: np.ndarray, format_: str, content: str, look: Look, random: np.random.Generator) -> PlantedCode | None:
    """Draw a code on a free place of a picture, in place; None where it does not fit.

    Args:
        picture: (rows, columns) or (rows, columns, 3) of uint8.
    """
    label, share, symbol, caption = _label(format_, content, look)
    turned, inside, corners, caption_corners = _turned(label, share, symbol, caption, look.angle)
    rows, columns = turned.shape
    if look.cut_share:
        cut = round(look.cut_share * columns)
        turned, inside, columns = turned[:, cut:], inside[:, cut:], columns - cut
        corners, caption_corners = corners - (cut, 0), caption_corners - (cut, 0)
    room_down, room_across = picture.shape[0] - rows, picture.shape[1] - columns
    if min(room_down, room_across) < 0:
        return None
    top, left = int(random.integers(0, room_down + 1)), int(random.integers(0, room_across + 1))
    if look.cut_share:
        left = 0
    if look.blur_px:
        turned = cv2.GaussianBlur(turned, (0, 0), look.blur_px)
    dark = int(random.integers(0, 256 - look.contrast))
    ink = turned if not look.is_inverted else 1 - turned
    values = dark + look.contrast * ink
    if look.noise:
        values = values + random.normal(0, look.noise, values.shape)
    window = picture[top : top + rows, left : left + columns]
    if picture.ndim == 3:
        values, inside = values[..., None], inside[..., None]
    window[...] = np.clip(window * (1 - inside) + values * inside, 0, 255).round().astype(np.uint8)
    if look.jpeg_quality:
        encoded = cv2.imencode(".jpg", window, [cv2.IMWRITE_JPEG_QUALITY, look.jpeg_quality])[1]
        window[...] = cv2.imdecode(encoded, cv2.IMREAD_UNCHANGED)
    shift = np.array([left, top])
    whole = Box(0, 0, picture.shape[1], picture.shape[0])
    box = bounding_box(map(tuple, corners + shift)).intersection(whole)
    caption_box = bounding_box(map(tuple, caption_corners + shift)) if len(caption_corners) else Box(0, 0, 0, 0)
    caption_box = caption_box.intersection(whole)
    return PlantedCode(format_, content, corners + shift, box, caption_box, look)


def _label(format_: str, content: str, look: Look) -> tuple[np.ndarray, np.ndarray, Box, Box]:
    """A code with its quiet zone, 0 for a bar and 1 for the ground; what it covers; the symbol and the caption on it."""
    barcode = zxingcpp.create_barcode(content, getattr(zxingcpp.BarcodeFormat, format_))
    modules = np.asarray(barcode.to_image(scale=1, add_quiet_zones=False)) > 127
    if format_ in LINEAR:
        modules = np.repeat(modules[:1], max(1, round(look.height_px / look.module_px)), axis=0)
    ink = _enlarged(modules, look.module_px)
    if look.damage_share:
        _scratch(ink, look.damage_share, seed=len(content))
    quiet = round((10 if format_ in LINEAR else 4) * look.module_px)
    font = ImageFont.load_default(max(9, min(16, round(5 * look.module_px))))
    text_rows = (int(font.getbbox("Ag")[3]) + 8) if look.has_caption else 0
    label = np.ones((ink.shape[0] + 2 * quiet + text_rows, ink.shape[1] + 2 * quiet), np.float32)
    symbol = Box(quiet, quiet, quiet + ink.shape[1], quiet + ink.shape[0])
    label[symbol.top : symbol.bottom, symbol.left : symbol.right] = ink
    caption = Box(0, 0, 0, 0)
    if look.has_caption:
        canvas = Image.new("L", (label.shape[1], text_rows), 0)
        width = int(font.getlength(content))
        at = max(1, (label.shape[1] - width) // 2)
        ImageDraw.Draw(canvas).text((at, 2), content, fill=255, font=font)
        text = np.asarray(canvas, np.float32) / 255
        place = symbol.bottom + 2
        label[place : place + text_rows] = 1 - text[: label.shape[0] - place]
        caption = Box(at, place + 2, min(label.shape[1], at + width), place + text_rows - 6)
    return label, np.ones_like(label), symbol, caption


def _enlarged(modules: np.ndarray, module_px: float) -> np.ndarray:
    """The modules in pixels; a pixel on the edge of one is a mixture."""
    fine = modules.repeat(16, 0).repeat(16, 1).astype(np.float32)
    size = max(1, round(modules.shape[1] * module_px)), max(1, round(modules.shape[0] * module_px))
    return np.asarray(cv2.resize(fine, size, interpolation=cv2.INTER_AREA), np.float32)


def _scratch(ink: np.ndarray, share: float, seed: int) -> None:
    """Hide a part of a code below a stripe of the ground, across all of it or down one place."""
    rows, columns = ink.shape
    width = max(1, round(share * columns))
    left = seed * 37 % max(1, columns - width)
    ink[:, left : left + width] = 1
    height = max(1, round(share * rows))
    top = seed * 53 % max(1, rows - height)
    ink[top : top + height] = 0.5


def _turned(
    label: np.ndarray, share: np.ndarray, symbol: Box, caption: Box, angle: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rows, columns = label.shape
    matrix = cv2.getRotationMatrix2D((columns / 2, rows / 2), angle, 1.0)
    cosine, sine = abs(matrix[0, 0]), abs(matrix[0, 1])
    width, height = int(np.ceil(rows * sine + columns * cosine - 1e-6)), int(np.ceil(rows * cosine + columns * sine - 1e-6))
    matrix[:, 2] += (width / 2 - columns / 2, height / 2 - rows / 2)
    turned = cv2.warpAffine(label, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=1.0)
    inside = cv2.warpAffine(share, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=0.0)
    return turned, inside, _moved(symbol, matrix), _moved(caption, matrix) if caption.area_px else np.empty((0, 2))


def _moved(box: Box, matrix: np.ndarray) -> np.ndarray:
    corners = np.array([[box.left, box.top], [box.right, box.top], [box.right, box.bottom], [box.left, box.bottom]], float)
    return corners @ matrix[:, :2].T + matrix[:, 2]
