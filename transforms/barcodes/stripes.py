"""Finds the bars of linear codes by their shape, so that a code that no decoder reads is found as well.

Where there are bars, all edges run one way. That is seen in the structure tensor of a small window: its coherence is near 1
there, and far lower on text, speckle and tissue. A single edge of bone or of a frame is coherent as well; so each place is
levelled, and its profile across the bars must be that of a code: many edges, two levels, bars of more than one width, and all
of its rows alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

Grey = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class StripeThresholds:
    """What are the bars of a code. Set on drawn codes over speckle and over frames of pydicom-data, and on such frames alone.

    Attributes:
        window_px: Side of the window of the structure tensor.
        min_place_coherence: From this coherence on most edges of a place run one way: a part of it is bars ...
        min_coherence: ... and from this one on all edges of a window do.
        min_bars_share: Share of a place that such windows take up.
        max_rise: Square of the mean slope of a place over its mean square: edges of bars go up and down in turn, and drawn
            codes have 0.01 at most. Half of the edges of bodies and bones have more.
        turns_deg: By how much the direction of sloping bars may be off.
        min_length_px: Length of a code, across its bars.
        min_height_px: Height of its bars.
        part_of_edges: Edges in the part of a code that the screen saw: 91 of 92 drawn codes have as many in one such part, and
            one in ten of the places of CT and MR images whose edges run one way.
        part_two_level: As `min_two_level`, for this part.
        min_edges: Edges of the shortest code: EAN-8 has 43, three characters of Code 39 have 49; a damaged one has fewer.
        part_edges: More edges beside a gap are a part of the same code.
        min_explained: Share of the variance of the place that the mean of its rows explains.
        min_explained_inside: The same, which is enough, without ...
        margin_share: ... this share of its rows above and below: a caption is near, and may be like them.
        min_two_level: How near to its darkest or brightest level the profile is, on average, 0 to 1.
        min_spread: Standard deviation of the widths over their mean, of the bars and of the gaps: rulers and grids have one.
        max_width_ratio: Width of the widest bar over that of a narrow one, which is 4; a quiet zone is wider.
        min_likeness: Correlation of a row with the profile from which on it shows the same bars.
        max_height_share: Height of bars on either side of the row that a decoder read, of the length of the code.
        band_px: Rows of a band, in which the bars of a place are looked for.
        scratch_share: Rows that may differ between two that do not, as a share of the length of the code.
        level_window_px: Width of the window of the profile in which the darkest and the brightest bar are looked for.
        min_range: Grey levels between them from which on it shows bars.
    """

    window_px: int = 16
    min_place_coherence: float = 0.35
    min_coherence: float = 0.6
    min_bars_share: float = 0.3
    turns_deg: tuple[float, ...] = (0, -2, 2, -4, 4)
    max_rise: float = 0.02
    min_length_px: int = 28
    min_height_px: int = 10
    part_of_edges: int = 8
    part_two_level: float = 0.3
    min_edges: int = 20
    part_edges: int = 16
    min_explained: float = 0.8
    min_explained_inside: float = 0.93
    margin_share: float = 0.2
    min_two_level: float = 0.5
    min_spread: float = 0.3
    max_width_ratio: float = 5.5
    min_likeness: float = 0.5
    max_height_share: float = 1.0
    band_px: int = 6
    scratch_share: float = 0.06
    level_window_px: int = 23
    min_range: float = 12.0


THRESHOLDS = StripeThresholds()


class Stripes(NamedTuple):
    """Bars on a picture.

    Attributes:
        corners: (4, 2): column and row of each corner.
        score: Share of the variance that the profile explains, 0 to 1.
    """

    corners: npt.NDArray[np.float32]
    score: float


class Profile(NamedTuple):
    """What the profile across some bars is like; see `StripeThresholds`."""

    edges: int
    two_level: float
    spread: float

    @property
    def is_code(self) -> bool:
        return (
            self.edges >= THRESHOLDS.min_edges
            and self.two_level >= THRESHOLDS.min_two_level
            and self.spread >= THRESHOLDS.min_spread
        )


_Rows = tuple[int, int, npt.NDArray[np.bool_]]
_NO_ROWS: _Rows = (0, 0, np.zeros(0, bool))
Rectangle = tuple[tuple[float, float], tuple[float, float], float]
"""As of `cv2.minAreaRect`: centre, size, angle."""


class Directions(NamedTuple):
    """Which way the edges of a place run: sums over cells, (rows, columns) each.

    Attributes:
        energy: Of the slopes.
        difference, mixed: The double angle of their direction, weighted by their energy.
        across, down: The slopes themselves.
    """

    energy: npt.NDArray[np.float32]
    difference: npt.NDArray[np.float32]
    mixed: npt.NDArray[np.float32]
    across: npt.NDArray[np.float32]
    down: npt.NDArray[np.float32]

    @property
    def double_angle(self) -> tuple[float, float]:
        return float(self.difference.sum()), float(self.mixed.sum())

    @property
    def coherence(self) -> float:
        """0 where edges run all ways, or two that are at right angles, to 1 where all run one way."""
        return float(np.hypot(*self.double_angle)) / max(float(self.energy.sum()), 1e-6)


def directions_of(part: Grey, cells: npt.NDArray[np.bool_], *, is_fine: bool = False) -> Directions:
    """Which way the edges of some cells of a place run.

    Args:
        part: The place, (rows, columns).
        cells: (rows, columns) of cells.
        is_fine: See `_fine_slopes`.
    """
    across, down = _fine_slopes(part) if is_fine else (plane.astype(np.float32) for plane in cv2.spatialGradient(part))
    xx, yy, xy, x, y = (
        np.asarray(cv2.resize(plane, cells.shape[::-1], interpolation=cv2.INTER_AREA) * cells, np.float32)
        for plane in (across * across, down * down, across * down, across, down)
    )
    return Directions(xx + yy, xx - yy, 2 * xy, x, y)


def bars_rectangle(edges: Directions, cells: npt.NDArray[np.bool_], cell_px: int) -> Rectangle | None:
    """The rectangle around the bars of a place, its first side across them; None where most of its edges run another way.

    Args:
        edges: Of the place.
        cells: Which cells of it belong to the candidate, (rows, columns) of cells.
        cell_px: Side of a cell.
    """
    if edges.coherence <= THRESHOLDS.min_place_coherence:
        return None
    # The captions of a code, and what lies around it, have edges of other directions.
    along, beside = edges.double_angle
    towards = cv2.blur((edges.difference * along + edges.mixed * beside) / np.float32(np.hypot(along, beside)), (3, 3))
    is_bars = cells & (towards >= THRESHOLDS.min_coherence * cv2.blur(edges.energy, (3, 3)))
    count = int(is_bars.sum())
    rise = float(edges.across[is_bars].sum()) ** 2 + float(edges.down[is_bars].sum()) ** 2
    is_share = count >= THRESHOLDS.min_bars_share * int(cells.sum())
    if not is_share or rise > THRESHOLDS.max_rise * float(edges.energy[is_bars].sum()) * count:
        return None
    return _rectangle(is_bars, float(np.degrees(0.5 * np.arctan2(beside, along)) % 180), cell_px)


def _fine_slopes(part: Grey) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """How values rise across and down within squares of two pixels, (rows, columns) each.

    Usual kernels leave out the pixel in the middle: bars of one pixel are flat to them. Of sloping bars they see more.
    """
    values = part.astype(np.float32)
    across, down = np.zeros_like(values), np.zeros_like(values)
    beside, below = values[:, 1:] - values[:, :-1], values[1:] - values[:-1]
    across[:-1, :-1], down[:-1, :-1] = beside[1:] + beside[:-1], below[:, 1:] + below[:, :-1]
    return across, down


def _rectangle(cells: npt.NDArray[np.bool_], direction: float, cell: int) -> Rectangle:
    """The rectangle around the cells of a place whose first side has a direction."""
    down, across = np.nonzero(cells)
    along = np.array([np.cos(np.radians(direction)), np.sin(np.radians(direction))])
    beside = np.array([-along[1], along[0]])
    points = cell * (np.stack([across, down], axis=1) + 0.5)
    # Some cells of an end stick out.
    half = np.array([-cell / 2, cell / 2])
    first, second = (_middle_range(points @ axis) + half for axis in (along, beside))
    center = along * first.mean() + beside * second.mean()
    return (float(center[0]), float(center[1])), (float(np.ptp(first)), float(np.ptp(second))), direction


def _middle_range(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Their first and last percentile, (2,), between the two nearest values: `np.percentile` takes twenty times as long."""
    ordered = np.sort(values)
    return np.asarray(np.interp(np.array([0.01, 0.99]) * (len(ordered) - 1), np.arange(len(ordered)), ordered))


def levelled(grey: Grey, rectangle: Rectangle) -> Grey:
    """The inside of a rectangle as a picture whose columns run along the bars."""
    columns, rows = _size(rectangle)
    matrix = _to_level(rectangle)
    return np.asarray(cv2.warpAffine(grey, matrix, (columns, rows), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE))


def moved(rectangle: Rectangle, by: tuple[float, float], factor: float) -> Rectangle:
    """A rectangle of a part of a reduced picture, on the picture."""
    (x, y), (width, height), angle = rectangle
    return ((x + by[0]) * factor, (y + by[1]) * factor), (width * factor, height * factor), angle


def with_room(rectangle: Rectangle, room_px: float) -> Rectangle:
    """A rectangle with room for the ends of a code of which the screen saw a part."""
    center, (width, height), angle = rectangle
    return center, (width + 2 * room_px, height), angle


def with_best_angle(grey: Grey, rectangle: Rectangle) -> Rectangle:
    """A rectangle turned so that its columns differ most: the edges of narrow bars seem to run nearer to an axis."""
    center, size, angle = rectangle
    if min(angle % 90, 90 - angle % 90) < 1:
        return rectangle
    turned = [(center, size, angle + turn) for turn in THRESHOLDS.turns_deg]
    return max(turned, key=lambda one: float(levelled(grey, one).mean(axis=0).var()))


def to_picture(places: npt.NDArray[np.float64], rectangle: Rectangle) -> npt.NDArray[np.float32]:
    """Places of the levelled picture of a rectangle, (n, 2), on the picture itself."""
    back = cv2.invertAffineTransform(_to_level(rectangle))
    return (places @ back[:, :2].T + back[:, 2]).astype(np.float32)


def _size(rectangle: Rectangle) -> tuple[int, int]:
    return max(1, round(rectangle[1][0])), max(1, round(rectangle[1][1]))


def _to_level(rectangle: Rectangle) -> npt.NDArray[np.float64]:
    """(2, 3): from a place on the picture to the levelled picture of a rectangle."""
    (x, y), _, angle = rectangle
    columns, rows = _size(rectangle)
    matrix = np.asarray(cv2.getRotationMatrix2D((x, y), angle, 1.0), np.float64)
    matrix[:, 2] += np.array([columns / 2 - x, rows / 2 - y])
    return matrix


def bars_in(grey: Grey, rectangle: Rectangle) -> Stripes | None:
    """The bars in a rectangle, and where they end; None where it shows none."""
    center, (width, height), angle = rectangle
    if width < THRESHOLDS.min_length_px or height < THRESHOLDS.min_height_px:
        return None
    around = (center, (width + THRESHOLDS.window_px, height + 2 * THRESHOLDS.window_px), angle)
    level = levelled(grey, around).astype(np.float32)
    top, bottom, is_alike = _rows_of_bars(level)
    if bottom - top < THRESHOLDS.min_height_px:
        return None
    start, end, profile = _longest_code(level[top:bottom][is_alike].mean(axis=0))
    bars = level[top:bottom, start:end]
    margin = round(THRESHOLDS.margin_share * (bottom - top))
    middle = slice(margin, bottom - top - margin)
    explained = _explained_share(bars[is_alike])
    is_explained = (
        explained >= THRESHOLDS.min_explained
        or _explained_share(bars[middle][is_alike[middle]]) >= THRESHOLDS.min_explained_inside
    )
    is_long = end - start >= THRESHOLDS.min_length_px
    if not (is_long and profile is not None and profile.is_code and is_explained):
        return None
    corners = np.array([[start, top], [end, top], [end, bottom], [start, bottom]], np.float64)
    return Stripes(to_picture(corners, around), explained)


def _explained_share(bars: npt.NDArray[np.float32]) -> float:
    total = float(bars.var()) if bars.size else 0.0
    return float(bars.mean(axis=0).var()) / total if total else 0.0


def _rows_of_bars(level: npt.NDArray[np.float32]) -> _Rows:
    """The rows of a levelled place that show the same bars; none where it shows no bars."""
    band = _best_band(level)
    if band is None:
        return _NO_ROWS
    middle, profile = band
    first, last, _ = _longest_code(profile)
    return _alike_rows(level[:, first:last], profile[first:last], middle) if last > first else _NO_ROWS


def bars_around(grey: Grey, corners: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The corners of a whole code, of which a decoder read some rows: where its bars end is looked for.

    Args:
        grey: (rows, columns).
        corners: (4, 2), as of `decoder.Decoded`.

    Returns:
        (4, 2), as of `Stripes`.
    """
    start, end = (corners[0] + corners[3]) / 2, (corners[1] + corners[2]) / 2
    across = end - start
    length = float(np.linalg.norm(across))
    if length < 1:
        return corners
    angle = float(np.degrees(np.arctan2(across[1], across[0])))
    center = (start + end) / 2
    around = ((float(center[0]), float(center[1])), (length, 2 * THRESHOLDS.max_height_share * length), angle)
    level = levelled(grey, around).astype(np.float32)
    middle = level.shape[0] // 2
    profile = level[middle - 1 : middle + 2].mean(axis=0)
    top, bottom, _ = _alike_rows(level, profile, middle)
    columns = level.shape[1]
    return to_picture(np.array([[0, top], [columns, top], [columns, bottom], [0, bottom]], np.float64), around)


def shows_part_of_code(grey: Grey, rectangle: Rectangle) -> bool:
    """Whether a rectangle shows as many edges as a part of a code has."""
    _, edges = _bands(levelled(grey, rectangle).astype(np.float32), THRESHOLDS.part_two_level)
    return int(edges.max()) >= THRESHOLDS.part_of_edges


def _best_band(level: npt.NDArray[np.float32]) -> tuple[int, npt.NDArray[np.float32]] | None:
    """The middle row and the profile of the band of rows that shows most bars; None where none shows enough.

    A place may be higher than its code.
    """
    bands, edges = _bands(level, THRESHOLDS.min_two_level)
    best, height = int(np.argmax(edges)), level.shape[0] // len(bands)
    return (best * height + height // 2, bands[best]) if edges[best] >= THRESHOLDS.min_edges else None


def _bands(level: npt.NDArray[np.float32], least_two_level: float) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """The profiles of the bands of rows of a levelled place, (bands, columns), and how many edges each shows.

    Args:
        level: (rows, columns).
        least_two_level: As of `StripeThresholds.min_two_level`; bands of less show none.
    """
    count = max(1, level.shape[0] // THRESHOLDS.band_px)
    height = level.shape[0] // count
    bands = level[: count * height].reshape(count, height, -1).mean(axis=1)
    shares = _shares(bands)
    is_bright = shares > 0.5
    edges = (is_bright[:, 1:] != is_bright[:, :-1]).sum(axis=1)
    edges[np.abs(2 * shares - 1).mean(axis=1) < least_two_level] = 0  # Noise has more edges than bars.
    return bands, edges


def _shares(profiles: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """How bright each place of some profiles is between the darkest and the brightest bar around it, 0 to 1.

    Args:
        profiles: (profiles, columns).
    """
    reach = np.ones((1, THRESHOLDS.level_window_px), np.uint8)
    low, high = cv2.erode(profiles, reach), cv2.dilate(profiles, reach)
    range_ = high - low
    shares = (profiles - low) / np.maximum(range_, 1.0)
    shares[range_ < THRESHOLDS.min_range] = 0
    return np.asarray(shares, np.float32)


def _alike_rows(level: npt.NDArray[np.float32], profile: npt.NDArray[np.float32], middle: int) -> _Rows:
    """The rows around the middle one that show the same bars as a profile; a scratch through them is passed over.

    Returns:
        The first row, the row behind the last one, and which of them are alike.
    """
    deviations = level - level.mean(axis=1, keepdims=True)
    reference = profile - profile.mean()
    norms = np.linalg.norm(deviations, axis=1) * np.linalg.norm(reference)
    is_alike = (deviations @ reference > THRESHOLDS.min_likeness * norms) & (np.ptp(level, axis=1) > THRESHOLDS.min_range)
    gap = max(2, round(THRESHOLDS.scratch_share * level.shape[1]))
    top = middle - _reach(is_alike[middle::-1], gap) + 1
    bottom = middle + _reach(is_alike[middle:], gap)
    return top, bottom, is_alike[top:bottom]


def _reach(is_alike: npt.NDArray[np.bool_], gap: int) -> int:
    """How far rows are alike, with gaps of less than some rows."""
    alike = np.flatnonzero(is_alike)
    if not alike.size:
        return 0
    wide = np.flatnonzero(np.diff(alike, prepend=-1) > gap)
    return int(alike[wide[0] - 1] + 1 if wide.size and wide[0] else 0 if wide.size else alike[-1] + 1)


def _longest_code(profile: npt.NDArray[np.float32]) -> tuple[int, int, Profile | None]:
    """The columns of a profile between which most edges follow each other without a gap, and what the profile is like there.

    A quiet zone is a gap: it is wider than any bar.
    """
    share = _shares(profile[None])[0]
    turns = np.flatnonzero((share[1:] > 0.5) != (share[:-1] > 0.5))
    if len(turns) < THRESHOLDS.min_edges:
        return 0, 0, None
    crossings = turns + (0.5 - share[turns]) / (share[turns + 1] - share[turns])
    widths = np.diff(crossings)
    is_gap = widths > THRESHOLDS.max_width_ratio * max(float(np.percentile(widths, 25)), 1.0)
    ends = np.concatenate([[-1], np.flatnonzero(is_gap), [len(widths)]])
    longest = int(np.argmax(np.diff(ends)))
    first, last = int(ends[longest]) + 1, int(ends[longest + 1])
    inside = widths[first:last]
    # A scratch across the bars is a gap as well; what lies behind it belongs to the code.
    parts = np.flatnonzero(np.diff(ends) > min(THRESHOLDS.part_edges, last - first))
    start, end = int(turns[int(ends[parts[0]]) + 1]), int(turns[int(ends[parts[-1] + 1])]) + 2
    if len(inside) < THRESHOLDS.min_edges:
        return start, end, None
    two_level = float(np.abs(2 * share[start:end] - 1).mean())
    spread = min(float(widths.std() / widths.mean()) for widths in (inside[::2], inside[1::2]))
    return start, end, Profile(len(inside) + 1, two_level, spread)
