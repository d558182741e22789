"""Reads the published instances of an output, series by series, from their own headers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from pydicom.multival import MultiValue

from efface.transforms.audit.history import RecordedInstance, recorded_instances
from efface.transforms.core.errors import EffaceError, InstanceIdentityError, PixelFactsError
from efface.transforms.core.instance import PixelFacts, Source
from efface.transforms.core.malformed import malformed
from efface.transforms.core.published import OutputNames
from efface.transforms.dicom.parse import describe_instance, read_header
from efface.transforms.instance.open import open_source
from efface.transforms.storage import is_local

MISSING = "missing"
"""Why an instance is left out that the audit records and that does not stand in the output as it says."""
NO_PIXELS = "no_pixels"
"""Why an instance is left out that holds no picture, such as a report or a presentation state."""
ACQUISITION = {
    "PatientSex": "patient_sex",
    "PatientAge": "patient_age",
    "StudyDate": "study_date",
    "StudyTime": "study_time",
    "StudyDescription": "study_description",
    "SeriesNumber": "series_number",
    "SeriesDescription": "series_description",
    "ProtocolName": "protocol_name",
    "SequenceName": "sequence_name",
    "ScanningSequence": "scanning_sequence",
    "SequenceVariant": "sequence_variant",
    "ImageType": "image_type",
    "BodyPartExamined": "body_part_examined",
    "AcquisitionNumber": "acquisition_number",
    "AcquisitionTime": "acquisition_time",
    "EchoNumbers": "echo_number",
    "EchoTime": "echo_time_msec",
    "RepetitionTime": "repetition_time_msec",
    "InversionTime": "inversion_time_msec",
    "FlipAngle": "flip_angle_deg",
    "SliceThickness": "slice_thickness_mm",
    "InPlanePhaseEncodingDirection": "in_plane_phase_encoding_direction",
    "ContrastBolusAgent": "contrast_bolus_agent",
    "MagneticFieldStrength": "magnetic_field_strength_tesla",
    "Manufacturer": "manufacturer",
    "ManufacturerModelName": "manufacturer_model_name",
}
"""Keyword -> column: what tools that arrange a data set by BIDS decide by. All of it is what the profile left."""
_READERS = 8
"""Headers of a bucket that are read at the same time."""


@dataclass(frozen=True, slots=True)
class PublishedInstance:
    """A published instance with pixels, by its own header.

    Attributes:
        source: The published file.
        body_part: Body Part Examined, "" for none.
        number: Instance Number, None for none.
        orientation: Image Orientation (Patient): the direction cosines of rows and columns; () for none.
        position_mm: Image Position (Patient); () for none.
        acquisition: The columns of `ACQUISITION`, "" for what is not in the header.
    """

    source: Source
    names: OutputNames
    modality: str
    sop_class_uid: str
    body_part: str
    pixels: PixelFacts
    number: int | None
    orientation: tuple[float, ...]
    position_mm: tuple[float, ...]
    acquisition: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Series:
    """The published instances with pixels of one series, in order of Instance Number."""

    instances: tuple[PublishedInstance, ...]

    @property
    def names(self) -> OutputNames:
        """Of its first instance."""
        return self.instances[0].names

    @property
    def folder(self) -> str:
        """The path of the series below `instances/`. Under a layout, a folder may hold several series."""
        folder = self.names.path.rpartition("/")[0]
        return f"{folder}/{self.names.series_instance_uid}" if self.names.layout_path else folder

    @property
    def frames(self) -> int:
        """The Frames of all instances."""
        return sum(instance.pixels.frames for instance in self.instances)

    @property
    def is_stack(self) -> bool:
        """Whether it is one volume: parallel slices of one size, each with a number and a place of its own."""
        first, count = self.instances[0], len(self.instances)
        return (
            count > 1
            and self.frames == count
            and len(first.orientation) == 6
            and len({(one.orientation, one.pixels.rows, one.pixels.columns) for one in self.instances}) == 1
            and len({one.position_mm for one in self.instances if len(one.position_mm) == 3}) == count
            and len({one.number for one in self.instances if one.number is not None}) == count
        )


def read_series(output: str, left_out: Counter[str], on_progress: Callable[[int, int], None]) -> Iterator[Series]:
    """The series of an output, in order of their paths. Only instances that the audit records are read.

    Args:
        left_out: Gets one for each instance that is missing, has no pixels or cannot be read, by its reason.
        on_progress: Called after each series with the number of instances so far and of all.
    """
    recorded, missing = recorded_instances(output)
    left_out[MISSING] += missing
    read, done = _read_or_reason, 0
    with ThreadPoolExecutor(1 if is_local(output) else _READERS) as pool:
        by_series: dict[str, list[RecordedInstance]] = {}
        for one in recorded:
            by_series.setdefault(one.series_instance_uid or one.path.rpartition("/")[0], []).append(one)
        for instances_of_one in by_series.values():
            results = list(pool.map(read, instances_of_one))
            left_out.update(result for result in results if isinstance(result, str))
            instances = [result for result in results if isinstance(result, PublishedInstance)]
            if instances:
                yield Series(tuple(sorted(instances, key=_order)))
            done += len(results)
            on_progress(done, len(recorded))


def _order(instance: PublishedInstance) -> tuple[int, str]:
    return instance.number or 0, instance.names.sop_instance_uid


def _read_or_reason(recorded: RecordedInstance) -> PublishedInstance | str:
    try:
        return _read(recorded.source, recorded) or NO_PIXELS
    except EffaceError as error:
        return error.code


def _read(source: Source, recorded: RecordedInstance) -> PublishedInstance | None:
    """The instance of a published file, or None without pixels.

    Raises:
        InstanceIdentityError: It is not the instance that its name says.
        EffaceError: See `read_header` and `describe_instance`.
    """
    with open_source(source) as file:
        header = read_header(file)
    facts = describe_instance(header, source, "", (), takes_slide_labels=True)
    if facts.pixels is None:
        return None
    with malformed(PixelFactsError):
        keywords = ("PatientID", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")
        names = OutputNames(*(_text(header.get(keyword)) for keyword in keywords))
        if names.sop_instance_uid != recorded.sop_instance_uid if recorded.sop_instance_uid else names.path != recorded.path:
            raise InstanceIdentityError("the header of a published file names another instance than its path")
        is_default = names.path == recorded.path
        return PublishedInstance(
            source,
            names if is_default else replace(names, layout_path=recorded.path),
            facts.modality,
            facts.sop_class_uid,
            _text(header.get("BodyPartExamined")),
            facts.pixels,
            _integer(header.get("InstanceNumber")),
            _numbers(header.get("ImageOrientationPatient")),
            _numbers(header.get("ImagePositionPatient")),
            {column: _listed(header.get(keyword)) for keyword, column in ACQUISITION.items()},
        )


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip("\0 ")


def _listed(value: Any) -> str:
    several = value if isinstance(value, MultiValue | list) else [value]
    return "\\".join(map(_text, several))


def _integer(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def _numbers(value: Any) -> tuple[float, ...]:
    try:
        return tuple(float(number) for number in value or ())
    except (TypeError, ValueError):
        return ()
