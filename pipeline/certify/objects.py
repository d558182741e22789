"""Instances that are no images: reports, presentation states, plans of radiotherapy, curves and segmentations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from pydicom.uid import (
    UID,
    ComprehensiveSRStorage,
    GrayscaleSoftcopyPresentationStateStorage,
    KeyObjectSelectionDocumentStorage,
    RTPlanStorage,
    RTStructureSetStorage,
    SegmentationStorage,
    TwelveLeadECGWaveformStorage,
)

from .dice import Dice
from .headers import Series, Study
from .phrases import Kept, Part, Phrase, Secret, phrase
from .remarks import GREAT_AGE
from .tree import Day, Encoded, Item, Uid

_LEADS = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")
_SAMPLES = 200
_GRID = 32
ORGANS = ("Heart", "Lung_L", "SpinalCord", "PTV_50", "Bladder", "Parotid_R")


@dataclass(frozen=True)
class Reference:
    """An instance that others refer to."""

    kind: str
    sop_class: str
    uid: str
    series_uid: str


@dataclass(frozen=True)
class ObjectKind:
    """How instances of a SOP class without frames are made."""

    sop_class: UID
    modality: str
    describe: Callable[[Item, Series, Sequence[Reference], Dice], None]


def _sr(item: Item, series: Series, known: Sequence[Reference], dice: Dice) -> None:
    study, writer = series.study, series.study.writer
    item.put_all({"CompletionFlag": "COMPLETE", "VerificationFlag": "VERIFIED", "ContentTime": study.time})
    verifier, predecessor = Item(), Item()
    verifier.put("VerifyingObserverName", _person(study))
    verifier.put("VerifyingOrganization", phrase(_place(study), instead="-"))
    verifier.put("VerificationDateTime", Day(study.day, study.time))
    verifier.put("VerifyingObserverIdentificationCodeSequence", [])
    item.put("VerifyingObserverSequence", [verifier])
    item.put_all({"PerformedProcedureCodeSequence": [], "ReferencedPerformedProcedureStepSequence": []})
    if known:
        item.put("CurrentRequestedProcedureEvidenceSequence", [_evidence(study, known)])
    predecessor.put("InstanceCreationDate", Day(study.day))
    item.put_all({"ValueType": "CONTAINER", "ContinuityOfContent": "SEPARATE"})
    item.put("ConceptNameCodeSequence", [_code("18748-4", "LN", "Diagnostic Imaging Report")])
    great = writer.age(dice, dice.whole(GREAT_AGE, 103))
    years = great.parts[0] if isinstance(great, Secret) else "90"
    birth = Secret(f"{study.patient.birth:%Y%m%d}", "birth date", "DICOM", (), study.patient.culture.name)
    content = [
        _content(
            "HAS OBS CONTEXT", "PNAME", _code("121008", "DCM", "Person Observer Name"), "PersonName", _person(study), "SR PNAME"
        ),
        _content("HAS OBS CONTEXT", "PNAME", _code("121029", "DCM", "Subject Name"), "PersonName", _patient(study), "SR PNAME"),
        _content("HAS OBS CONTEXT", "TEXT", _code("121030", "DCM", "Subject ID"), "TextValue", _number(study), "SR TEXT"),
        _content(
            "HAS OBS CONTEXT",
            "DATE",
            _code("121031", "DCM", "Subject Birth Date"),
            "Date",
            phrase(birth, instead="19000101"),
            "SR DATE",
        ),
        _age(years, study),
        _content(
            "CONTAINS", "TEXT", _code("121071", "DCM", "Finding"), "TextValue", _not_empty(writer.remark(dice)), "SR TEXT"
        ),
        _content(
            "CONTAINS",
            "TEXT",
            _code("121106", "DCM", "Comment"),
            "TextValue",
            _not_empty(writer.labelled_name(dice)),
            "SR TEXT",
        ),
        _content("CONTAINS", "TEXT", _code("121111", "DCM", "Summary"), "TextValue", writer.clinical(dice), "SR TEXT"),
        _content(
            "CONTAINS",
            "DATETIME",
            _code("111536", "DCM", "Datetime of last menstrual period"),
            "DateTime",
            Day(study.day, study.time),
            "SR DATETIME",
        ),
        _content(
            "CONTAINS",
            "UIDREF",
            _code("121126", "DCM", "Algorithm Identifier"),
            "UID",
            Uid(study.frame_of_reference, True),
            "SR UIDREF",
        ),
        _specimen(study, dice),
    ]
    if known:
        content.append(_image(known[0]))
    content.append(_nested(study, dice))
    item.put("ContentSequence", content)


def _ko(item: Item, series: Series, known: Sequence[Reference], dice: Dice) -> None:
    study = series.study
    item.put_all({"ContentTime": study.time, "ReferencedPerformedProcedureStepSequence": [], "ValueType": "CONTAINER"})
    item.put_all({"ContinuityOfContent": "SEPARATE", "ConceptNameCodeSequence": [_code("113000", "DCM", "Of Interest")]})
    item.put("CurrentRequestedProcedureEvidenceSequence", [_evidence(study, known)] if known else [])
    remark = _not_empty(study.writer.remark(dice))
    content = [_content("CONTAINS", "TEXT", _code("113012", "DCM", "Key Object Description"), "TextValue", remark, "KO TEXT")]
    item.put("ContentSequence", content + [_image(one) for one in known[:2]])


def _gsps(item: Item, series: Series, known: Sequence[Reference], dice: Dice) -> None:
    study, writer = series.study, series.study.writer
    item.put_all({"ContentLabel": "KEYNOTES", "PresentationCreationTime": study.time})
    item.put("PresentationCreationDate", Day(study.day))
    item.put("ContentDescription", _mixed(series.description, writer.header_name(dice), 64), "GSPS label")
    item.put("ContentCreatorName", _person(study))
    referenced, image, area, layer, note = (Item() for _ in range(5))
    images = [one for one in known if one.kind in ("MR", "CT", "Enhanced MR")][:1]
    for one in images:
        image.put_all({"ReferencedSOPClassUID": one.sop_class, "ReferencedSOPInstanceUID": Uid(one.uid, True)})
        referenced.put_all({"SeriesInstanceUID": Uid(one.series_uid, True), "ReferencedImageSequence": [image]})
    item.put("ReferencedSeriesSequence", [referenced] if images else [])
    text = dice.pick((writer.remark(dice), writer.labelled_name(dice), phrase(writer.header_name(dice))))
    note.put_all({"AnchorPointAnnotationUnits": "PIXEL", "AnchorPoint": [20, 20], "AnchorPointVisibility": "N"})
    note.put("UnformattedTextValue", _not_empty(text), "GSPS text")
    measured = Item()
    measured.put_all({"AnchorPointAnnotationUnits": "PIXEL", "AnchorPoint": [60, 60], "AnchorPointVisibility": "N"})
    measured.put("UnformattedTextValue", phrase(Kept("Length 14.2 mm", "clinical text")), "GSPS text")
    annotation = Item()
    name = _upper(study, 16)
    label = name if name else phrase(Kept("LAYER1", "descriptor"))
    annotation.put("GraphicLayer", label, "GSPS layer")
    annotation.put("TextObjectSequence", [note, measured])
    layer.put_all({"GraphicLayerOrder": 1})
    layer.put("GraphicLayer", label, "GSPS layer")
    layer.put("GraphicLayerDescription", _mixed("Measurements", writer.header_number(dice), 64), "GSPS layer")
    area.put_all({"DisplayedAreaTopLeftHandCorner": [1, 1], "DisplayedAreaBottomRightHandCorner": [256, 256]})
    area.put_all({"PresentationSizeMode": "SCALE TO FIT", "PresentationPixelAspectRatio": [1, 1]})
    item.put_all(
        {"GraphicAnnotationSequence": [annotation], "GraphicLayerSequence": [layer], "DisplayedAreaSelectionSequence": [area]}
    )
    item.put("PresentationLUTShape", "IDENTITY")


def _structure_set(item: Item, series: Series, known: Sequence[Reference], dice: Dice) -> None:
    study, writer = series.study, series.study.writer
    item.put("StructureSetLabel", _mixed("Plan A", writer.header_name(dice), 16), "RT label")
    item.put("StructureSetName", _mixed("Pelvis", writer.header_number(dice), 64), "RT label")
    item.put("StructureSetDescription", writer.remark(dice), "RT description")
    item.put_all({"StructureSetDate": Day(study.day), "StructureSetTime": study.time, "PositionReferenceIndicator": ""})
    item.put("FrameOfReferenceUID", Uid(study.frame_of_reference, True))
    frame = Item()
    frame.put("FrameOfReferenceUID", Uid(study.frame_of_reference, True))
    if known:
        frame.put("RTReferencedStudySequence", [_referenced_study(study, known)])
    item.put("ReferencedFrameOfReferenceSequence", [frame])
    names: list[Phrase] = [phrase(Kept(organ, "descriptor")) for organ in dice.order(ORGANS)[:3]]
    names.append(_mixed("PTV", writer.header_name(dice), 64))
    for number, name in enumerate(names, 1):
        region, contour, observed = Item(), Item(), Item()
        region.put_all({"ROINumber": number, "ReferencedFrameOfReferenceUID": Uid(study.frame_of_reference, True)})
        region.put("ROIName", name, "RT label")
        region.put("ROIGenerationAlgorithm", "MANUAL")
        contour.put("ReferencedROINumber", number)
        observed.put_all({"ObservationNumber": number, "ReferencedROINumber": number, "RTROIInterpretedType": "ORGAN"})
        observed.put("ROIInterpreter", _person(study))
        observed.put("ROIObservationLabel", phrase(Kept(dice.pick(ORGANS), "descriptor")), "RT label")
        for keyword, below in (
            ("StructureSetROISequence", region),
            ("ROIContourSequence", contour),
            ("RTROIObservationsSequence", observed),
        ):
            item.items_of(keyword).append(below)
    item.put("ApprovalStatus", "APPROVED")
    item.put_all({"ReviewDate": Day(study.day), "ReviewTime": study.time})
    item.put("ReviewerName", _person(study))


def _plan(item: Item, series: Series, known: Sequence[Reference], dice: Dice) -> None:
    study, writer = series.study, series.study.writer
    item.put("RTPlanLabel", _mixed("Prostate", writer.header_name(dice), 16), "RT label")
    item.put("RTPlanName", _mixed("Boost", writer.header_number(dice), 64), "RT label")
    item.put("RTPlanDescription", writer.remark(dice), "RT description")
    item.put_all({"RTPlanDate": Day(study.day), "RTPlanTime": study.time, "RTPlanGeometry": "PATIENT"})
    item.put("PlanIntent", "CURATIVE")
    for one in [one for one in known if one.kind == "RT Structure Set"][:1]:
        structure = Item()
        structure.put_all({"ReferencedSOPClassUID": one.sop_class, "ReferencedSOPInstanceUID": Uid(one.uid, True)})
        item.put("ReferencedStructureSetSequence", [structure])
    group, beam = Item(), Item()
    group.put_all(
        {"FractionGroupNumber": 1, "NumberOfFractionsPlanned": 25, "NumberOfBeams": 1, "NumberOfBrachyApplicationSetups": 0}
    )
    beam.put_all({"BeamNumber": 1, "BeamType": "STATIC", "RadiationType": "PHOTON", "TreatmentMachineName": "LINAC 2"})
    device, point = Item(), Item()
    device.put_all({"RTBeamLimitingDeviceType": "X", "NumberOfLeafJawPairs": 1})
    point.put_all({"ControlPointIndex": 0, "CumulativeMetersetWeight": 0, "NominalBeamEnergy": 6})
    beam.put_all({"BeamLimitingDeviceSequence": [device], "ControlPointSequence": [point, point], "NumberOfControlPoints": 2})
    beam.put_all({f"NumberOf{name}": 0 for name in ("Wedges", "Compensators", "Boli", "Blocks")})
    beam.put("FinalCumulativeMetersetWeight", 1)
    beam.put("BeamName", _mixed("AP", writer.header_name(dice), 64), "RT label")
    beam.put("BeamDescription", writer.remark(dice), "RT description")
    item.put_all({"FractionGroupSequence": [group], "BeamSequence": [beam]})


def _ecg(item: Item, series: Series, known: Sequence[Reference], dice: Dice) -> None:
    study, writer = series.study, series.study.writer
    item.put_all({"AcquisitionContextSequence": [], "ContentTime": study.time})
    waveform = Item()
    waveform.put_all(
        {"MultiplexGroupTimeOffset": 0, "WaveformOriginality": "ORIGINAL", "NumberOfWaveformChannels": len(_LEADS)}
    )
    waveform.put_all({"NumberOfWaveformSamples": _SAMPLES, "SamplingFrequency": 500})
    waveform.put("MultiplexGroupLabel", _mixed("RHYTHM", writer.header_name(dice), 16), "waveform label")
    for number, lead in enumerate(_LEADS):
        channel = Item()
        channel.put("ChannelSourceSequence", [_code(f"2:{number + 1}", "MDC", f"Lead {lead}")])
        named = _mixed(lead, writer.header_number(dice), 16) if number == 3 else phrase(Kept(lead, "descriptor"))
        channel.put("ChannelLabel", named, "waveform label")
        channel.put_all({"WaveformBitsStored": 16, "ChannelSensitivity": 1, "ChannelSensitivityCorrectionFactor": 1})
        channel.put_all({"ChannelBaseline": 0, "ChannelTimeSkew": 0})
        channel.put("ChannelSensitivityUnitsSequence", [_code("uV", "UCUM", "microvolt")])
        waveform.items_of("ChannelDefinitionSequence").append(channel)
    samples = np.random.RandomState(dice.whole(0, 2**31 - 1)).random_sample((_SAMPLES, len(_LEADS)))
    waveform.put_all({"WaveformBitsAllocated": 16, "WaveformSampleInterpretation": "SS"})
    waveform.put("WaveformData", ((samples - 0.5) * 900).astype("<i2").tobytes(), vr="OW")
    item.put("WaveformSequence", [waveform])
    for text in (writer.remark(dice), writer.labelled_name(dice), writer.clinical(dice)):
        note = Item()
        note.put("UnformattedTextValue", _not_empty(text), "waveform annotation")
        note.put_all({"ReferencedWaveformChannels": [1, 1], "AnnotationGroupNumber": 1})
        item.items_of("WaveformAnnotationSequence").append(note)
    filler = bytes(dice.whole(128, 255) for _ in range(24))
    item.put_private(0x0029, "HARBORLIGHT 2.1", 0x44, "OB", Encoded(phrase(writer.header_name(dice)), "utf-8", filler, filler))


def _segmentation(item: Item, series: Series, known: Sequence[Reference], dice: Dice) -> None:
    study, writer = series.study, series.study.writer
    item.put_all(
        {
            "ContentLabel": "SEGMENTS",
            "ContentTime": study.time,
            "ImageType": ["DERIVED", "PRIMARY"],
            "SegmentationType": "BINARY",
        }
    )
    item.put("ContentDescription", _mixed("Liver", writer.header_name(dice), 64), "SEG label")
    item.put("ContentCreatorName", _person(study))
    item.put("FrameOfReferenceUID", Uid(study.frame_of_reference, True))
    item.put("PositionReferenceIndicator", "")
    segment, referenced, group = Item(), Item(), Item()
    segment.put_all({"SegmentNumber": 1, "SegmentAlgorithmType": "MANUAL"})
    segment.put("SegmentLabel", _mixed("Lesion 1", writer.header_number(dice), 64), "SEG label")
    segment.put("SegmentDescription", writer.remark(dice), "SEG description")
    segment.put("SegmentedPropertyCategoryCodeSequence", [_code("49755003", "SCT", "Morphologically Altered Structure")])
    segment.put("SegmentedPropertyTypeCodeSequence", [_code("108369006", "SCT", "Neoplasm")])
    item.put("SegmentSequence", [segment])
    for one in known[:1]:
        image = Item()
        image.put_all({"ReferencedSOPClassUID": one.sop_class, "ReferencedSOPInstanceUID": Uid(one.uid, True)})
        referenced.put_all({"SeriesInstanceUID": Uid(one.series_uid, True), "ReferencedInstanceSequence": [image]})
    item.put("ReferencedSeriesSequence", [referenced] if known else [])
    identification = Item()
    identification.put("ReferencedSegmentNumber", 1)
    group.put("SegmentIdentificationSequence", [identification])
    shared, content, measures, plane, orientation = (Item() for _ in range(5))
    content.put("DimensionIndexValues", [1])
    measures.put_all({"PixelSpacing": [1, 1], "SliceThickness": 3})
    plane.put("ImagePositionPatient", [0, 0, 0])
    orientation.put("ImageOrientationPatient", [1, 0, 0, 0, 1, 0])
    group.put_all({"FrameContentSequence": [content], "PlanePositionSequence": [plane], "DerivationImageSequence": []})
    shared.put_all({"PixelMeasuresSequence": [measures], "PlaneOrientationSequence": [orientation]})
    item.put_all({"ManufacturerModelName": "Model 3", "DeviceSerialNumber": "7", "SoftwareVersions": "2.1"})
    item.put("PatientOrientation", "")
    item.put_all(
        {"SharedFunctionalGroupsSequence": [shared], "PerFrameFunctionalGroupsSequence": [group], "LossyImageCompression": "00"}
    )
    item.put_all(
        {"SamplesPerPixel": 1, "PhotometricInterpretation": "MONOCHROME2", "NumberOfFrames": 1, "Rows": _GRID, "Columns": _GRID}
    )
    item.put_all({"BitsAllocated": 1, "BitsStored": 1, "HighBit": 0, "PixelRepresentation": 0})
    mask = np.random.RandomState(dice.whole(0, 2**31 - 1)).random_sample(_GRID * _GRID) < 0.2
    item.put("PixelData", np.packbits(mask, bitorder="little").tobytes(), vr="OB")


def _content(relation: str, value_type: str, concept: Item, keyword: str, value: object, carrier: str) -> Item:
    item = Item()
    item.put_all({"RelationshipType": relation, "ValueType": value_type, "ConceptNameCodeSequence": [concept]})
    item.put(keyword, value, carrier)
    return item


def _age(years: str, study: Study) -> Item:
    """A measured age over 89, which is what the standard caps nowhere."""
    number, measured = Item(), Item()
    digits = "".join(sign for sign in years if sign.isdigit()) or "97"
    secret = Secret(digits, "age over 89", "SR NUM", (), study.patient.culture.name)
    measured.put("NumericValue", phrase(secret, instead="90"), "SR NUM")
    measured.put("MeasurementUnitsCodeSequence", [_code("a", "UCUM", "year")])
    number.put_all({"RelationshipType": "HAS OBS CONTEXT", "ValueType": "NUM"})
    number.put_all({"ConceptNameCodeSequence": [_code("121033", "DCM", "Subject Age")], "MeasuredValueSequence": [measured]})
    return number


def _specimen(study: Study, dice: Dice) -> Item:
    number = dice.fill("S%#-#####")
    secret = Secret(number, "specimen", "SR TEXT", (), study.patient.culture.name)
    return _content(
        "HAS OBS CONTEXT",
        "TEXT",
        _code("121041", "DCM", "Specimen Identifier"),
        "TextValue",
        phrase(secret, instead="S1"),
        "SR TEXT",
    )


def _nested(study: Study, dice: Dice) -> Item:
    """Containers within containers, with a text at the deepest, and a code whose meaning names the patient."""
    writer = study.writer
    code = Item()
    code.put_all({"CodeValue": "P17", "CodingSchemeDesignator": "99HARBOR"})
    code.put("CodeMeaning", _mixed("Local finding", writer.header_name(dice), 64), "SR code meaning")
    coded = _content("CONTAINS", "CODE", _code("121071", "DCM", "Finding"), "ConceptCodeSequence", [code], "")
    text = _content(
        "CONTAINS", "TEXT", _code("121071", "DCM", "Finding"), "TextValue", _not_empty(writer.remark(dice)), "SR TEXT"
    )
    inner = [coded, text]
    for _ in range(3):
        container = Item()
        container.put_all({"RelationshipType": "CONTAINS", "ValueType": "CONTAINER", "ContinuityOfContent": "SEPARATE"})
        container.put_all({"ConceptNameCodeSequence": [_code("121070", "DCM", "Findings")], "ContentSequence": inner})
        inner = [container]
    return inner[0]


def _image(one: Reference) -> Item:
    item, image = Item(), Item()
    image.put_all({"ReferencedSOPClassUID": one.sop_class, "ReferencedSOPInstanceUID": Uid(one.uid, True)})
    item.put_all({"RelationshipType": "CONTAINS", "ValueType": "IMAGE", "ReferencedSOPSequence": [image]})
    return item


def _evidence(study: Study, known: Sequence[Reference]) -> Item:
    evidence = Item()
    evidence.put("StudyInstanceUID", Uid(study.uid, True))
    for one in known:
        series, image = Item(), Item()
        image.put_all({"ReferencedSOPClassUID": one.sop_class, "ReferencedSOPInstanceUID": Uid(one.uid, True)})
        series.put_all({"SeriesInstanceUID": Uid(one.series_uid, True), "ReferencedSOPSequence": [image]})
        evidence.items_of("ReferencedSeriesSequence").append(series)
    return evidence


def _referenced_study(study: Study, known: Sequence[Reference]) -> Item:
    referenced, series, image = Item(), Item(), Item()
    image.put_all({"ReferencedSOPClassUID": known[0].sop_class, "ReferencedSOPInstanceUID": Uid(known[0].uid, True)})
    series.put_all({"SeriesInstanceUID": Uid(known[0].series_uid, True), "ContourImageSequence": [image]})
    referenced.put_all({"ReferencedSOPClassUID": "1.2.840.10008.3.1.2.3.1", "ReferencedSOPInstanceUID": Uid(study.uid, True)})
    referenced.put("RTReferencedSeriesSequence", [series])
    return referenced


def _code(value: str, scheme: str, meaning: str) -> Item:
    code = Item()
    code.put_all({"CodeValue": value, "CodingSchemeDesignator": scheme, "CodeMeaning": meaning})
    return code


def _mixed(kept: str, hidden: Part, limit: int) -> Phrase:
    """A label with an identifier behind it, where there is room for it."""
    parts = (Kept(kept, "descriptor beside an identifier"), " ", hidden)
    is_one_line = not isinstance(hidden, str) and not set(hidden.text) & set("\r\n\\")
    return phrase(*parts) if is_one_line and len(Phrase(parts).written) <= limit else phrase(Kept(kept, "descriptor"))


def _not_empty(text: Phrase) -> Phrase:
    """With a right output that is not empty: the attribute is of Type 1."""
    return text if text.answer(0) else Phrase(text.parts, "-")


def _upper(study: Study, limit: int) -> Phrase | None:
    """The family's name as a code string, where it can be one."""
    family = study.patient.name.family.upper()
    is_code = family.isascii() and family.replace(" ", "").isalpha() and len(family) <= limit
    secret = Secret(family, "name of the patient", "capitals", (), study.patient.culture.name)
    return phrase(secret, instead="LAYER1") if is_code else None


def _person(study: Study) -> Phrase:
    name, culture = study.reading, study.patient.culture.name
    secret = Secret(f"{name.family}^{name.given}", "name of another person", "header", (name.family, name.given), culture)
    return phrase(secret, instead="PERSON")


def _patient(study: Study) -> Phrase:
    patient = study.patient
    text = patient.name.in_header(with_native=patient.is_native)
    return phrase(Secret(text, "name of the patient", "header", patient.shown_names, patient.culture.name), instead="PSEUDONYM")


def _number(study: Study) -> Phrase:
    patient = study.patient
    return phrase(Secret(patient.patient_id, "number of the patient", "header", (), patient.culture.name), instead="PSEUDONYM")


def _place(study: Study) -> Secret:
    hospital = study.patient.spelled_place(study.patient.hospital)
    text = hospital.text[:64].strip()
    return Secret(
        text, "hospital", "header", tuple(part for part in hospital.parts if part in text), study.patient.culture.name
    )


OBJECTS = {
    "SR": ObjectKind(ComprehensiveSRStorage, "SR", _sr),
    "Key Object": ObjectKind(KeyObjectSelectionDocumentStorage, "KO", _ko),
    "Presentation State": ObjectKind(GrayscaleSoftcopyPresentationStateStorage, "PR", _gsps),
    "RT Structure Set": ObjectKind(RTStructureSetStorage, "RTSTRUCT", _structure_set),
    "RT Plan": ObjectKind(RTPlanStorage, "RTPLAN", _plan),
    "ECG": ObjectKind(TwelveLeadECGWaveformStorage, "ECG", _ecg),
    "Segmentation": ObjectKind(SegmentationStorage, "SEG", _segmentation),
}
"""Name of a kind -> how its instances are made."""
