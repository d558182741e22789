"""What travels between the steps: small, frozen, picklable records. Pixels never do; a step that needs them reads them.

Fields that may hold an identifier are kept out of `repr`, so that no log line or traceback shows them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from .geometry import Box


@dataclass(frozen=True, slots=True)
class Source:
    """One stored object as the listing saw it.

    Attributes:
        uri: Where it lies (`/path`, `gs://bucket/name`, ...). Paths often hold names: identifying.
        size_bytes: Its size.
        version: What changes when its content does: the generation of an object store, mtime in ns and size of a local file.
    """

    uri: str = field(repr=False)
    size_bytes: int
    version: str


class TermKind(StrEnum):
    """What an identifying header value is, which decides how text is matched with it."""

    NAME = "name"
    ID = "id"
    DATE = "date"
    PLACE = "place"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Term:
    """One identifying value of an instance's own header, as written there (PN with carets, DA as YYYYMMDD)."""

    kind: TermKind
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PixelFacts:
    """The Image Pixel module as the header states it (PS3.3 C.7.6.3).

    Attributes:
        attribute: Keyword of the element that holds the pixels: PixelData, FloatPixelData or DoubleFloatPixelData.
        frames: Number of Frames, 1 when absent.
        padding_value: Pixel Padding Value in stored values, or None.
        is_lossy: The frames were compressed with loss, now or earlier.
    """

    attribute: str
    rows: int
    columns: int
    frames: int
    samples_per_pixel: int
    photometric_interpretation: str
    bits_allocated: int
    bits_stored: int
    is_signed: bool
    padding_value: int | None = None
    is_lossy: bool = False


@dataclass(frozen=True, slots=True)
class UltrasoundRegion:
    """One item of Sequence of Ultrasound Regions (PS3.3 C.8.5.5): where anatomy is, never where text is not."""

    box: Box
    spatial_format: int
    data_type: int


@dataclass(frozen=True, slots=True)
class OverlayPlane:
    """One overlay plane of an instance (PS3.3 C.9.2): its group, 0x6000 to 0x601E, and its size."""

    group: int
    rows: int
    columns: int
    frames: int


@dataclass(frozen=True, slots=True)
class Instance:
    """One SOP Instance: where it is stored and the header facts that later steps need.

    Attributes:
        ref: Keyed hash of the source URI; the only name of the instance in logs, counters and audit tables.
        sop_instance_uid: The original UID: identifying.
        pixels: None for instances without pixel data.
        terms: The identifying values of this instance's header, for matching with recognised text: identifying.
        series_instance_uid: The original UID, "" for none: identifying.
        image_type: The values of Image Type, as far as they are code strings.
        is_marked: The header itself says that the pixels hold burned-in annotation.
        draw: A number from 0 to 1 by key and SOP Instance UID, by which samples are drawn.
        overlays: The overlay planes that can be read.
    """

    ref: str
    source: Source
    sop_class_uid: str
    sop_instance_uid: str = field(repr=False)
    transfer_syntax_uid: str
    modality: str
    pixels: PixelFacts | None
    regions: tuple[UltrasoundRegion, ...] = ()
    terms: tuple[Term, ...] = field(default=(), repr=False)
    series_instance_uid: str = field(default="", repr=False)
    image_type: tuple[str, ...] = ()
    is_marked: bool = False
    draw: float = 1.0
    overlays: tuple[OverlayPlane, ...] = ()


class Tier(StrEnum):
    """What the header makes of an instance: whether its pixels are read in full, or samples of its kind are."""

    FULL = "full"
    SAMPLED = "sampled"


class Effort(StrEnum):
    """How a frame is searched: all of it by the text engine, or by the engine only where a glance saw that text may be."""

    FULL = "full"
    GLANCE = "glance"


DOUBT = 0.2
"""From this score of the glance network on there may be text."""


@dataclass(frozen=True, slots=True)
class Look:
    """How the frames of an instance are looked at.

    Attributes:
        glanced: The parts of its frames where a glance decides where the engine looks.
    """

    tier: Tier = Tier.FULL
    effort: Effort = Effort.FULL
    glanced: tuple[Box, ...] = ()


class Projection(StrEnum):
    """How the frames of a tile become one picture."""

    NONE = "none"
    MAXIMUM = "maximum"
    MEDIAN = "median"


@dataclass(frozen=True, slots=True)
class Tile:
    """A part of one frame, or of several frames projected into one, to be read for text, by reference.

    Attributes:
        index: 0, 1, ... within the instance.
        shown: The 0-based frames that are read.
        projection: How several of them become one picture.
        frames: The 0-based frames that what is found holds for.
        box: The part to read, in pixels of the frame.
        glanced: Parts of the frame where a glance decides where the engine looks.
        overlay: The plane whose frames are meant instead of the instance's own, or None.
    """

    instance: Instance
    index: int
    shown: tuple[int, ...]
    projection: Projection
    frames: tuple[int, ...]
    box: Box
    glanced: tuple[Box, ...] = ()
    overlay: OverlayPlane | None = None

    @property
    def ref(self) -> str:
        return self.instance.ref


SURE_SCORE = 0.8
"""From this confidence on a reading can be believed."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text that an engine found.

    Attributes:
        box: In pixels of the frame, not padded, clipped to the frame.
        text: What was read, "" when it was only detected: identifying.
        score: The engine's confidence in the text, 0 to 1.
        engine: Name of the engine in the registry.
        view: Which rendering of the frame it was read on ("stored", "window", "colour", ...).
        is_vertical: The line runs top to bottom or bottom to top, where recognition cannot be relied on.
        glance: How sure the glance network is that there is text, 0 to 1; 1 where none looked.
    """

    box: Box
    text: str = field(repr=False)
    score: float
    engine: str
    view: str
    is_vertical: bool = False
    glance: float = 1.0


class Verdict(StrEnum):
    """What happens to a text region."""

    REDACT = "redact"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Finding:
    """One text region with its verdict and the reason for it. Holds no text: it is what the audit shows.

    Attributes:
        frames: The 0-based frames it holds for.
        box: The region in pixels of the frame; for REDACT it is padded already, and exactly what is filled.
        reason: Why: "header_name", "pattern_date", "lexicon", "unknown_text", ... (see transforms/phi).
        rule: Which rule, term list or model said so, with its version where it has one.
        score: Confidence of whatever decided, 0 to 1.
        glance: How sure the glance network is that there is text, 0 to 1.
        overlay: The group of the overlay plane whose frames and pixels are meant; 0 for the instance's own.
    """

    frames: tuple[int, ...]
    box: Box
    verdict: Verdict
    reason: str
    rule: str
    score: float
    engine: str = ""
    view: str = ""
    glance: float = 1.0
    overlay: int = 0


@dataclass(frozen=True, slots=True)
class Failure:
    """An instance that is not published, and why.

    Attributes:
        code: Of an `EffaceError`.
        patient_ref: Keyed hash of the Patient ID of whoever withdrew, "" for any other failure.
        detail: Which rule was broken, in words that hold nothing of the data: the message of an `EffaceError`.
    """

    ref: str
    stage: str
    code: str
    patient_ref: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class TileText:
    """What the text engine found on one tile, or why it could not."""

    tile: Tile
    lines: tuple[TextLine, ...] = ()
    failure: Failure | None = None
    ocr_msec: int = 0


@dataclass(frozen=True, slots=True)
class TileFindings:
    """The verdicts on one tile, or the failure that keeps its instance from being published."""

    ref: str
    index: int
    findings: tuple[Finding, ...] = ()
    failure: Failure | None = None
    ocr_msec: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """An instance and the number of tiles that were sent out for it: what the join counts against."""

    instance: Instance
    tiles: int
    look: Look = field(default_factory=Look)

    @property
    def ref(self) -> str:
        return self.instance.ref


@dataclass(frozen=True, slots=True)
class Evidence:
    """An instance with everything that was found in all of its tiles: what the rewrite acts on."""

    instance: Instance
    tiles: int
    findings: tuple[Finding, ...]
    ocr_msec: int = 0
    look: Look = field(default_factory=Look)

    @property
    def ref(self) -> str:
        return self.instance.ref


@dataclass(frozen=True, slots=True)
class AttributeAction:
    """One attribute that was acted on.

    Attributes:
        path: Tags and item numbers, such as "00400275[0].00400007"; no value, no private creator.
        action: The letter of PS3.15 Table E.1-1a that was applied: D Z X K C U.
        rule: What asked for it: "E.1-1", an option's name, "private", "vr_net", "override", ...
    """

    path: str
    action: str
    rule: str


@dataclass(frozen=True, slots=True)
class Names:
    """The pseudonyms that name an output, and the originals that only the vault may hold."""

    patient_id: str
    study_instance_uid: str
    series_instance_uid: str
    sop_instance_uid: str

    @property
    def path(self) -> str:
        """The output's place below `instances/`."""
        return f"{self.patient_id}/{self.study_instance_uid}/{self.series_instance_uid}/{self.sop_instance_uid}.dcm"


@dataclass(frozen=True, slots=True)
class Linkage:
    """What leads from an output back to its source: identifying, for the vault alone.

    Attributes:
        originals: The original counterparts of the output's `Names` (patient ID and UIDs).
        uids: (original, new) of every UID that was replaced.
        offset_days: By how many days the patient's dates move where a profile moves them.
    """

    originals: Names = field(repr=False)
    uids: tuple[tuple[str, str], ...] = field(repr=False)
    offset_days: int = field(repr=False)


@dataclass(frozen=True, slots=True)
class Published:
    """A published instance: everything the audit and the vault tell about it, without its bytes.

    Attributes:
        patient_ref: Keyed hash of the Patient ID alone, by which a withdrawn patient's instances are found; "" for a blank ID.
        issuer_ref: Keyed hash of Issuer of Patient ID, "" for none.
        pixel_method: How the pixel data got here: "none", "unchanged", "in_place", "reencoded" or "transcoded".
        carriers: (carrier, what became of it): the instance's coverage proof.
        was_there: The same bytes stood there before.
    """

    evidence: Evidence
    names: Names
    linkage: Linkage = field(repr=False)
    patient_ref: str
    issuer_ref: str
    transfer_syntax_uid: str
    pixel_method: str
    actions: tuple[AttributeAction, ...]
    carriers: tuple[tuple[str, str], ...]
    output_bytes: int
    output_sha256: str
    was_there: bool
    rewrite_msec: int = 0

    @property
    def ref(self) -> str:
        return self.evidence.ref
