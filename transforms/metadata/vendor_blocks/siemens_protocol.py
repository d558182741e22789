"""The measurement protocol of Siemens MR (MrPhoenixProtocol): lines `name = value` between two marks, in a text of any kind.

Lines stay whose name is on the list and whose value is a number, and the few texts that have a closed form. The rest goes: the
protocol holds the name of the patient, names of files, dates, UIDs and whatever somebody typed.

Source: the text itself, and the names that dcm2niix reads of it (`siemensCsaAscii`).
"""

from __future__ import annotations

import re

_BEGIN = re.compile(rb"### ASCCONV BEGIN[^\r\n]{0,200}###")
_END = b"### ASCCONV END ###"
_MAX_LINES = 20_000
_LINE = re.compile(rb"([A-Za-z][A-Za-z0-9_.\[\]]{0,120})[ \t]{0,80}=[ \t]{0,80}([^\r\n#]{0,200})")
_NUMBER = re.compile(rb"[-+]?(?:0x[0-9A-Fa-f]{1,16}|[0-9]{1,20}(?:\.[0-9]{0,20})?(?:[eE][-+]?[0-9]{1,3})?)")
_NAMES = re.compile(
    r"s(?:KSpace|FastImaging|SliceArray|GroupArray|Pat|PatSpec|Diffusion|Asl|PrepPulses|SliceAcceleration|RSatArray|AngioSpec"
    r"|SpecPara|RXSPEC)\.[A-Za-z0-9_.\[\]]{1,110}"
    r"|sGRADSPEC\.(?:asGPAData\[\d\]\.)?(?:lOffset[XYZ]|alShimCurrent\[\d{1,2}\]|ucMode|flMaxGrad\w{0,8})"
    r"|sW[iI][pP]MemBlock\.a[ld]Free\[\d{1,3}\]"
    r"|sTXSPEC\.asNucleusInfo\[\d\]\.(?:flReferenceAmplitude|flAmplitudeCorrection)"
    r"|sProtConsistencyInfo\.(?:flNominalB0|ulConvFromVersion)"
    r"|al(?:TR|TE|TI|TD)\[\d{1,3}\]|adFlipAngleDegree\[\d{1,3}\]|dFlipAngleDegree"
    r"|l(?:Contrasts|InvContrasts|CombinedEchoes|Averages|Repetitions|DelayTimeInTR|ScanTimeSec|TotalScanTimeSec|EPIFactor)"
    r"|dAveragesDouble|ulVersion"
    r"|uc(?:CoilCombineMode|ReadOutMode|MultiSliceMode|ReconstructionMode|SequenceType|MotionCorr|Dixon|InversionMode)"
)
"""Names of numbers: the geometry, the timing and the readout. What calibrates one machine is none of them."""

_COILS = r"(?:[A-Za-z]:)?[A-Z]{1,3}\d{0,3}[A-Z]{0,2}(?:[-,]\d{1,3}){0,8}"
_WORDS = (
    r"(?:ep2d|ep3d|bold|diff|se|pace|moco|asl|pasl|pcasl|fid|fl|flash|gre|field|mapping|tfl|mgh|epinav|me|mp2rage|wip\d{0,4}|wip"
    r"|tse|tirm|haste|tfi|trufi|space|vfl|spc|tgse|svs|csi|fwf|sms|mb|cmrr|mbep2d|mbep|vepcasl|fairest|to|jw|dwi|dti|perf|adc"
    r"|resolve|swi|fl3d|ns|vibe|medic|ce|tof|simple|ui|phc|advdiff|stimbold|rfmri|bipolar|ex|nav|qspace|[0-9]{1,4}[a-z]?)"
)
_TEXTS = {
    b"sCoilSelectMeas.sCoilStringForConversion": re.compile(rf"(?:{_COILS}(?:;{_COILS}){{0,16}})?"),
    b"sProtConsistencyInfo.tMeasuredBaselineString": re.compile(r"N4_V[A-Z]\d{2}[A-Z]?_LATEST_\d{8}"),
    b"sProtConsistencyInfo.tBaselineString": re.compile(r"N4_V[A-Z]\d{2}[A-Z]?_LATEST_\d{8}"),
    b"sCoilElementID.tCoilID": re.compile(
        r"(?:Head|Neck|Body|Spine|Matrix|Breast|Knee|Flex|Large|Small|Loop|Shoulder|Wrist|Foot|Ankle|Peripheral|Angio|TCS|TxRx"
        r"|Tx|Rx|CP|QED|Nova|Array|[_-]|\d{1,2}(?!\d)){1,8}",
        re.IGNORECASE,
    ),
    b"tSequenceFileName": re.compile(rf"%(?:SiemensSeq|CustomerSeq)%\\{_WORDS}(?:_{_WORDS}){{0,8}}", re.IGNORECASE),
}
"""Names of texts -> the closed form of each. A sequence of a site's own may be called after a person: only known words stay."""


_WITHIN = re.compile(rb"^[A-Za-z]{1,40}\.(?:[A-Za-z]{1,40}(?:\[\d{1,3}\])?\.){0,4}(?=sCoilElementID\.)")
"""What stands before the name of a coil: its place in the lists of coils."""


def rebuild(data: bytes) -> bytes | None:
    """The text between the marks with the lines of the list, in their order; None if there is no such text or line.

    A name that stands twice stays once. The text begins with a line break, since readers pass over its first byte.
    """
    begin = _BEGIN.search(data)
    if begin is None:
        return None
    end = data.find(_END[:15], begin.end())
    lines: dict[bytes, bytes] = {}
    for line in data[begin.end() : None if end < 0 else end].splitlines()[:_MAX_LINES]:
        found = _LINE.match(line.strip())
        if found is None or found[1] in lines:
            continue
        value = found[2].strip()
        if _stays(found[1], value):
            lines[found[1]] = value
    if not lines:
        return None
    body = b"".join(name + b"\t = \t" + value + b"\n" for name, value in lines.items())
    return b"\n### ASCCONV BEGIN ###\n" + body + _END + b"\n"


def _stays(name: bytes, value: bytes) -> bool:
    form = _TEXTS.get(_WITHIN.sub(b"", name))
    if form is not None:
        return form.fullmatch(value.strip(b'"').decode("latin-1")) is not None
    return _NUMBER.fullmatch(value) is not None and _NAMES.fullmatch(name.decode("ascii")) is not None
