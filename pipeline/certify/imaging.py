"""Images of the kinds that hospitals send: their frames, and the attributes that their SOP classes require."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydicom.uid import (
    UID,
    ComputedRadiographyImageStorage,
    CTImageStorage,
    DigitalMammographyXRayImageStorageForPresentation,
    DigitalXRayImageStorageForPresentation,
    EnhancedMRImageStorage,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLosslessSV1,
    JPEGLSLossless,
    MRImageStorage,
    NuclearMedicineImageStorage,
    PositronEmissionTomographyImageStorage,
    RLELossless,
    SecondaryCaptureImageStorage,
    UltrasoundImageStorage,
    UltrasoundMultiFrameImageStorage,
    VLPhotographicImageStorage,
    XRayAngiographicImageStorage,
)

from .captions import Captions
from .dice import Dice
from .headers import Series
from .phrases import Kept, phrase
from .pictures import Picture, Pixels, body, sector, texture
from .tree import Day, Item, Uid

_NATIVE = (ExplicitVRLittleEndian, ImplicitVRLittleEndian)
_GREY = (*_NATIVE, RLELossless, JPEGLosslessSV1, JPEGLSLossless, JPEG2000Lossless)
_COLOUR = (ExplicitVRLittleEndian, RLELossless, JPEGBaseline8Bit, JPEG2000Lossless)
PATIENT_ORIENTATION = ["L", "P"]


@dataclass(frozen=True)
class ImageKind:
    """How instances of a SOP class are made.

    Attributes:
        sop_class: UID.
        modality: Value of Modality.
        syntaxes: Transfer syntaxes to choose from.
        captions: How much is written on them.
        draw: Makes the frames.
        bits_stored: Of the frames.
        describe: Adds the attributes of its modules.
    """

    sop_class: UID
    modality: str
    syntaxes: Sequence[UID]
    captions: Captions
    draw: Callable[[Dice], Picture]
    bits_stored: int
    describe: Callable[[Item, Series, Dice], None]


def _grey(rows: int, columns: int, frames: int, dtype: type, low: int, high: int, shape: str) -> Callable[[Dice], Picture]:
    """Frames of one sample a pixel; outside of the body or the sector is the lowest value."""

    def draw(dice: Dice) -> Picture:
        inside = body(rows, columns) if shape == "body" else sector(rows, columns)
        values = low + texture(frames, rows, columns, dice).astype(np.int64) * (high - low) * 8 // 2550
        return Picture.of(np.where(inside, values, low).astype(dtype), low, high)

    return draw


def _colour(rows: int, columns: int, frames: int, shape: str) -> Callable[[Dice], Picture]:
    """Frames of three samples a pixel."""

    def draw(dice: Dice) -> Picture:
        if shape == "screen":
            values: Pixels = np.full((frames, rows, columns), dice.pick((16, 28, 40)), np.uint8)
            return Picture.of(np.repeat(values[..., None], 3, axis=3), 0, 255)
        inside = sector(rows, columns) if shape == "sector" else body(rows, columns)
        values = np.where(inside, texture(frames, rows, columns, dice) * 7 // 10, 4)
        tint = np.array([10, 8, 7] if shape == "skin" else [10, 10, 10])
        return Picture.of((values[..., None] * tint // 10).astype(np.uint8), 0, 255)

    return draw


def _technique(item: Item, values: dict[str, str]) -> None:
    """Settings of the equipment, which have to stay."""
    for keyword, value in values.items():
        item.put(keyword, phrase(Kept(value, "technique")))


def _place_in_space(item: Item, series: Series, dice: Dice) -> None:
    position = dice.whole(-2000, 2000)
    item.put("FrameOfReferenceUID", Uid(series.study.frame_of_reference, is_reference=True))
    item.put("PositionReferenceIndicator", "")
    item.put("ImagePositionPatient", [-160, -160, position / 10])
    item.put("ImageOrientationPatient", [1, 0, 0, 0, 1, 0])
    item.put("PixelSpacing", [1, 1])
    _technique(item, {"SliceThickness": dice.pick(("1.25", "3", "5")), "SliceLocation": str(position / 10)})


def _ct(item: Item, series: Series, dice: Dice) -> None:
    _place_in_space(item, series, dice)
    item.put_all(
        {"ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"], "RescaleIntercept": -1024, "RescaleSlope": 1, "RescaleType": "HU"}
    )
    item.put_all({"WindowCenter": 40, "WindowWidth": 400, "PatientPosition": "HFS", "AcquisitionNumber": 1})
    _technique(
        item, {"KVP": dice.pick(("80", "100", "120")), "XRayTubeCurrent": str(dice.whole(80, 400)), "ConvolutionKernel": "B30f"}
    )


def _mr(item: Item, series: Series, dice: Dice) -> None:
    _place_in_space(item, series, dice)
    item.put_all(
        {
            "ImageType": ["ORIGINAL", "PRIMARY", "M"],
            "PatientPosition": "HFS",
            "SequenceVariant": "SK",
            "ScanOptions": "",
            "EchoTrainLength": 1,
        }
    )
    _technique(item, {"ScanningSequence": "SE", "MRAcquisitionType": "2D", "MagneticFieldStrength": dice.pick(("1.5", "3"))})
    _technique(item, {"EchoTime": str(dice.whole(8, 120)), "RepetitionTime": str(dice.whole(400, 6000)), "FlipAngle": "90"})
    item.put_private(
        0x0019, "SIEMENS MR HEADER", 0x0C, "IS", phrase(Kept(str(dice.pick((0, 500, 1000))), "private physics")), "safe private"
    )
    direction = phrase(Kept("0.5\\0.25\\0.125", "private physics"))
    item.put_private(0x0019, "SIEMENS MR HEADER", 0x0E, "FD", direction, "safe private")


def _enhanced_mr(item: Item, series: Series, dice: Dice) -> None:
    frames = 3
    dimension = Item()
    dimension.put("DimensionOrganizationUID", Uid(f"{series.uid}1"[:60]))
    item.put("FrameOfReferenceUID", Uid(series.study.frame_of_reference, is_reference=True))
    item.put("PositionReferenceIndicator", "")
    item.put_all(
        {"ImageType": ["DERIVED", "PRIMARY", "ANATOMY", "NONE"], "NumberOfFrames": frames, "ContentQualification": "PRODUCT"}
    )
    item.put_all(
        {"PixelPresentation": "MONOCHROME", "VolumetricProperties": "VOLUME", "VolumeBasedCalculationTechnique": "NONE"}
    )
    item.put_all(
        {"ComplexImageComponent": "MAGNITUDE", "AcquisitionContrast": "T2", "KSpaceFiltering": "NONE", "ResonantNucleus": "1H"}
    )
    item.put_all({"BurnedInAnnotation": "NO", "LossyImageCompression": "00", "PresentationLUTShape": "IDENTITY"})
    _technique(item, {"MagneticFieldStrength": "3", "AcquisitionDuration": "180", "EchoPulseSequence": "SPIN"})
    item.put("DimensionOrganizationSequence", [dimension])
    item.put_all({"ManufacturerModelName": "Model 3", "DeviceSerialNumber": "7", "SoftwareVersions": "2.1"})
    item.put_all({"ContentTime": series.study.time, "SharedFunctionalGroupsSequence": [_shared_groups()]})
    for number in range(frames):
        group, content, plane, orientation, measures = (Item() for _ in range(5))
        content.put_all({"FrameAcquisitionNumber": 1, "StackID": "1", "InStackPositionNumber": number + 1})
        content.put("FrameAcquisitionDateTime", Day(series.study.day, series.study.time))
        content.put("FrameReferenceDateTime", Day(series.study.day, series.study.time))
        plane.put("ImagePositionPatient", [0, 0, 3 * number])
        orientation.put("ImageOrientationPatient", [1, 0, 0, 0, 1, 0])
        measures.put_all({"PixelSpacing": [1, 1], "SliceThickness": 3})
        group.put_all({"FrameContentSequence": [content], "PlanePositionSequence": [plane]})
        group.put_all({"PlaneOrientationSequence": [orientation], "PixelMeasuresSequence": [measures]})
        item.items_of("PerFrameFunctionalGroupsSequence").append(group)


def _shared_groups() -> Item:
    """What all frames of an Enhanced MR instance share."""
    shared, anatomy, values, kind, timing, echo, averages = (Item() for _ in range(7))
    region = Item()
    region.put_all({"CodeValue": "12738006", "CodingSchemeDesignator": "SCT", "CodeMeaning": "Brain"})
    anatomy.put_all({"FrameLaterality": "U", "AnatomicRegionSequence": [region]})
    values.put_all({"RescaleIntercept": 0, "RescaleSlope": 1, "RescaleType": "US"})
    kind.put_all({"FrameType": ["DERIVED", "PRIMARY", "ANATOMY", "NONE"], "PixelPresentation": "MONOCHROME"})
    kind.put_all({"VolumetricProperties": "VOLUME", "VolumeBasedCalculationTechnique": "NONE"})
    kind.put_all({"ComplexImageComponent": "MAGNITUDE", "AcquisitionContrast": "T2"})
    timing.put_all({"RepetitionTime": 4200, "FlipAngle": 90, "EchoTrainLength": 12})
    echo.put("EffectiveEchoTime", 96.0)
    averages.put("NumberOfAverages", 2)
    shared.put_all({"FrameAnatomySequence": [anatomy], "PixelValueTransformationSequence": [values]})
    shared.put_all({"MRImageFrameTypeSequence": [kind], "MRTimingAndRelatedParametersSequence": [timing]})
    shared.put_all({"MREchoSequence": [echo], "MRAveragesSequence": [averages]})
    return shared


def _pet(item: Item, series: Series, dice: Dice) -> None:
    _place_in_space(item, series, dice)
    drug, code = Item(), Item()
    code.put_all({"CodeValue": "C-B1031", "CodingSchemeDesignator": "SRT", "CodeMeaning": "Fluorodeoxyglucose F^18^"})
    drug.put_all({"Radiopharmaceutical": "FDG", "RadiopharmaceuticalCodeSequence": [code], "RadionuclideHalfLife": 6586.2})
    drug.put("RadiopharmaceuticalStartDateTime", Day(series.study.day, series.study.time))
    drug.put("RadionuclideTotalDose", phrase(Kept(str(dice.whole(200, 400) * 1_000_000), "technique")))
    drug.put("RadionuclideCodeSequence", [])
    item.put("RadiopharmaceuticalInformationSequence", [drug])
    item.put_all({"PatientOrientationCodeSequence": [], "PatientGantryRelationshipCodeSequence": [], "DecayFactor": 1})
    item.put("ActualFrameDuration", 180_000)
    item.put_all(
        {"ImageType": ["ORIGINAL", "PRIMARY"], "Units": "BQML", "CountsSource": "EMISSION", "SeriesType": ["STATIC", "IMAGE"]}
    )
    item.put_all(
        {
            "NumberOfSlices": 1,
            "ImageIndex": 1,
            "DecayCorrection": "START",
            "CorrectedImage": ["DECY", "ATTN"],
            "CollimatorType": "",
        }
    )
    item.put_all({"FrameReferenceTime": 0, "RescaleIntercept": 0, "RescaleSlope": 1, "AcquisitionTime": series.study.time})
    item.put("AcquisitionDate", Day(series.study.day))
    factor = phrase(Kept(f"0.000{dice.whole(100, 900)}", "private physics"))
    item.put_private(0x7053, "Philips PET Private Group", 0x00, "DS", factor, "safe private")


def _projection(item: Item, series: Series, dice: Dice) -> None:
    item.put_all({"ImageType": ["ORIGINAL", "PRIMARY"], "PatientOrientation": PATIENT_ORIENTATION, "BurnedInAnnotation": "YES"})
    _technique(
        item,
        {"BodyPartExamined": dice.pick(("CHEST", "KNEE", "PELVIS")), "ViewPosition": "AP", "KVP": "70", "ExposureTime": "12"},
    )


def _cr(item: Item, series: Series, dice: Dice) -> None:
    _projection(item, series, dice)
    item.put("PhotometricInterpretation", "MONOCHROME1")


def _dx(item: Item, series: Series, dice: Dice) -> None:
    _projection(item, series, dice)
    item.put_all(
        {
            "PresentationIntentType": "FOR PRESENTATION",
            "PixelIntensityRelationship": "LOG",
            "PixelIntensityRelationshipSign": -1,
        }
    )
    item.put_all({"RescaleIntercept": 0, "RescaleSlope": 1, "RescaleType": "US", "PresentationLUTShape": "IDENTITY"})
    item.put_all(
        {"LossyImageCompression": "00", "ImageLaterality": "U", "DetectorType": "DIRECT", "ImagerPixelSpacing": [0.14, 0.14]}
    )
    region = Item()
    region.put_all({"CodeValue": "51185008", "CodingSchemeDesignator": "SCT", "CodeMeaning": "Chest"})
    item.put_all({"AnatomicRegionSequence": [region], "AcquisitionContextSequence": [], "PositionerType": "NONE"})
    item.put_all({"WindowCenter": 2000, "WindowWidth": 4000})


def _mg(item: Item, series: Series, dice: Dice) -> None:
    _dx(item, series, dice)
    view = Item()
    view.put_all({"CodeValue": "399368009", "CodingSchemeDesignator": "SCT", "CodeMeaning": "medio-lateral oblique"})
    view.put("ViewModifierCodeSequence", [])
    item.put_all(
        {"ViewCodeSequence": [view], "ImageLaterality": "L", "OrganExposed": "BREAST", "PositionerType": "MAMMOGRAPHIC"}
    )
    _technique(item, {"BodyPartExamined": "BREAST", "CompressionForce": str(dice.whole(60, 160))})


def _nm(item: Item, series: Series, dice: Dice) -> None:
    detector = Item()
    detector.put_all({"CollimatorType": "PARA", "FocalDistance": "", "ImagePositionPatient": "", "ImageOrientationPatient": ""})
    item.put_all(
        {
            "ImageType": ["ORIGINAL", "PRIMARY", "STATIC", "EMISSION"],
            "NumberOfFrames": 2,
            "FrameIncrementPointer": [0x00540010, 0x00540020],
        }
    )
    item.put("PixelSpacing", [2, 2])
    item.put_all({"DetectorVector": [1, 2], "NumberOfDetectors": 2, "EnergyWindowVector": [1, 1], "NumberOfEnergyWindows": 1})
    item.put_all(
        {
            "DetectorInformationSequence": [detector],
            "RadiopharmaceuticalInformationSequence": [],
            "PatientOrientationCodeSequence": [],
        }
    )
    item.put_all(
        {"PatientGantryRelationshipCodeSequence": [], "EnergyWindowInformationSequence": [], "CountsAccumulated": 100_000}
    )
    _technique(item, {"ActualFrameDuration": str(dice.whole(100, 9000))})


def _us(item: Item, series: Series, dice: Dice) -> None:
    region = Item()
    region.put_all(
        {"RegionSpatialFormat": 1, "RegionDataType": 1, "RegionFlags": 0, "RegionLocationMinX0": 60, "RegionLocationMinY0": 40}
    )
    region.put_all(
        {"RegionLocationMaxX1": 420, "RegionLocationMaxY1": 340, "PhysicalUnitsXDirection": 3, "PhysicalUnitsYDirection": 3}
    )
    region.put_all({"PhysicalDeltaX": 0.05, "PhysicalDeltaY": 0.05})
    item.put_all({"ImageType": ["ORIGINAL", "PRIMARY"], "PatientOrientation": "", "SequenceOfUltrasoundRegions": [region]})
    item.put("LossyImageCompression", "00")
    _technique(item, {"TransducerType": "CURVED LINEAR", "MechanicalIndex": f"0.{dice.whole(4, 9)}"})


def _cine(item: Item, series: Series, dice: Dice) -> None:
    _us(item, series, dice)
    item.put_all({"FrameIncrementPointer": 0x00181063, "NumberOfFrames": 4})
    _technique(item, {"FrameTime": str(dice.whole(20, 60))})


def _sc(item: Item, series: Series, dice: Dice) -> None:
    item.put_all({"ConversionType": "WSD", "PatientOrientation": "", "ImageType": ["DERIVED", "SECONDARY"]})


def _photograph(item: Item, series: Series, dice: Dice) -> None:
    item.put_all({"ImageType": ["ORIGINAL", "PRIMARY"], "PatientOrientation": "", "AcquisitionContextSequence": []})
    item.put_all({"LossyImageCompression": "00", "Laterality": ""})


def _xa(item: Item, series: Series, dice: Dice) -> None:
    item.put_all(
        {"ImageType": ["ORIGINAL", "PRIMARY", "SINGLE PLANE"], "PixelIntensityRelationship": "LIN", "NumberOfFrames": 3}
    )
    item.put_all(
        {"FrameIncrementPointer": 0x00181063, "PatientOrientation": "", "RadiationSetting": "SC", "XRayTubeCurrent": 400}
    )
    item.put_all({"ExposureTime": 8, "PositionerMotion": "STATIC", "PositionerSecondaryAngle": 0})
    _technique(item, {"FrameTime": "66", "KVP": str(dice.whole(60, 110)), "PositionerPrimaryAngle": str(dice.whole(-90, 90))})


def _table(*rows: tuple[str, Any]) -> dict[str, ImageKind]:
    return {name: ImageKind(*row) for name, row in rows}


_FEW, _SOME, _MANY = Captions(2, 2, 0.4), Captions(3, 2, 0.9), Captions(5, 4)
IMAGES = _table(
    ("CT", (CTImageStorage, "CT", _GREY, _FEW, _grey(320, 320, 1, np.int16, -1000, 1400, "body"), 16, _ct)),
    ("MR", (MRImageStorage, "MR", _GREY, _FEW, _grey(256, 256, 1, np.uint16, 0, 1500, "body"), 12, _mr)),
    (
        "Enhanced MR",
        (EnhancedMRImageStorage, "MR", _GREY, _FEW, _grey(192, 192, 3, np.uint16, 0, 1500, "body"), 12, _enhanced_mr),
    ),
    (
        "PET",
        (PositronEmissionTomographyImageStorage, "PT", _NATIVE, _FEW, _grey(168, 168, 1, np.uint16, 0, 9000, "body"), 16, _pet),
    ),
    ("CR", (ComputedRadiographyImageStorage, "CR", _GREY, _SOME, _grey(640, 560, 1, np.uint16, 0, 1000, "body"), 10, _cr)),
    (
        "DX",
        (DigitalXRayImageStorageForPresentation, "DX", _GREY, _SOME, _grey(600, 512, 1, np.uint16, 0, 4000, "body"), 12, _dx),
    ),
    (
        "MG",
        (
            DigitalMammographyXRayImageStorageForPresentation,
            "MG",
            _GREY,
            _SOME,
            _grey(640, 480, 1, np.uint16, 0, 4000, "body"),
            12,
            _mg,
        ),
    ),
    ("NM", (NuclearMedicineImageStorage, "NM", _NATIVE, _FEW, _grey(256, 256, 2, np.uint16, 0, 2000, "body"), 16, _nm)),
    ("XA", (XRayAngiographicImageStorage, "XA", _GREY, _SOME, _grey(400, 400, 3, np.uint8, 0, 250, "body"), 8, _xa)),
    ("US", (UltrasoundImageStorage, "US", _COLOUR, _MANY, _colour(380, 500, 1, "sector"), 8, _us)),
    ("US clip", (UltrasoundMultiFrameImageStorage, "US", _COLOUR, _MANY, _colour(360, 480, 4, "sector"), 8, _cine)),
    ("SC", (SecondaryCaptureImageStorage, "OT", _COLOUR, _MANY, _colour(400, 520, 1, "screen"), 8, _sc)),
    ("Photograph", (VLPhotographicImageStorage, "XC", _COLOUR, _SOME, _colour(420, 560, 1, "skin"), 8, _photograph)),
)
"""Name of a kind -> how its instances are made."""
