"""The audit's tables: the type and the meaning of each column. No column ever holds an identifier or recognised text."""

from __future__ import annotations

import pyarrow as pa

SCHEMA_VERSION = 2
"""Written into every file of the audit. An output of another version is refused, never mixed."""
VERSION_KEY = b"efface.schema"


class AuditVersionError(ValueError):
    """The audit of an output has another schema version; the message says what to do."""


def check_version(metadata: dict[bytes, bytes] | None) -> None:
    """Check the version in the metadata of a Parquet file of the audit.

    Raises:
        AuditVersionError: It is not `SCHEMA_VERSION`. The first version wrote none.
    """
    found = (metadata or {}).get(VERSION_KEY, b"1").decode("ascii", "replace")
    if found != str(SCHEMA_VERSION):
        raise AuditVersionError(
            f"the audit of this output has schema version {found}, and this efface writes version {SCHEMA_VERSION}: "
            "give the run a new output, or use the efface that wrote this one"
        )


def _column(name: str, kind: pa.DataType, description: str, *, nullable: bool = True) -> pa.Field:
    return pa.field(name, kind, nullable, {"description": description})


_TEXT, _NUMBER, _MSEC = pa.string(), pa.int32(), pa.int64()
_REF = _column("ref", _TEXT, "public name of the source: a keyed hash of its URI", nullable=False)

INSTANCES = pa.schema(
    [
        _REF,
        _column(
            "verdict",
            _TEXT,
            "published; unchanged when the same bytes existed; removed when the source leads to the output no more: it was "
            "deleted, unless another source leads to it as well",
            nullable=False,
        ),
        _column("output", _TEXT, "path below <output>/instances/, pseudonyms only", nullable=False),
        _column("patient_id", _TEXT, "pseudonym"),
        _column("study_instance_uid", _TEXT, "pseudonym"),
        _column("series_instance_uid", _TEXT, "pseudonym"),
        _column("sop_instance_uid", _TEXT, "pseudonym"),
        _column("sop_class_uid", _TEXT, "SOP Class of the instance"),
        _column("modality", _TEXT, "Modality, if it is a Defined Term of PS3.3 C.7.3.1.1.1"),
        _column("transfer_syntax_in", _TEXT, "Transfer Syntax UID of the source"),
        _column("transfer_syntax_out", _TEXT, "Transfer Syntax UID of the output"),
        _column("frames", _NUMBER, "Frames; 0 without pixel data"),
        _column("tiles", _NUMBER, "pictures that were read for text"),
        _column("ultrasound_regions", _NUMBER, "items of Sequence of Ultrasound Regions"),
        _column("tier", _TEXT, "full, or sampled where only a share of the instances is read in full"),
        _column("effort", _TEXT, "full, or prefilter where the prefilter decided where the engine searches"),
        _column("boxes_redacted", _NUMBER, "text regions that were filled"),
        _column("boxes_kept", _NUMBER, "text regions that stayed"),
        _column("pixel_method", _TEXT, "none, unchanged, in_place, reencoded or transcoded"),
        _column("carriers", pa.map_(_TEXT, _TEXT), "each carrier of identifiers that the instance had: removed or cleaned"),
        _column("patient_ref", _TEXT, "keyed hash of the Patient ID, to find the instances of a withdrawn patient"),
        _column("issuer_ref", _TEXT, "keyed hash of Issuer of Patient ID, or empty"),
        _column("source_version", _TEXT, "keyed hash of the URI, version and size of the source"),
        _column("output_bytes", pa.int64(), "size of the output"),
        _column("output_sha256", _TEXT, "digest of the output"),
        _column("policy", _TEXT, "version of the policy"),
        _column("models", _TEXT, "versions of the engines and models"),
        _column("key_id", _TEXT, "public name of the key"),
        _column("ocr_msec", _MSEC, "time that the engine took"),
        _column("rewrite_msec", _MSEC, "time that the rewrite took"),
    ]
)

FINDINGS = pa.schema(
    [
        _REF,
        _column("frames", pa.list_(pa.int32()), "0-based Frames that the box holds for"),
        _column("overlay", _NUMBER, "group of the overlay plane that is meant; 0 for the instance's own Frames"),
        _column("left", _NUMBER, "first column of the box"),
        _column("top", _NUMBER, "first row of the box"),
        _column("right", _NUMBER, "first column behind the box"),
        _column("bottom", _NUMBER, "first row below the box"),
        _column("verdict", _TEXT, "redact or keep"),
        _column("reason", _TEXT, "reason of the verdict; see docs/reasons.md"),
        _column("rule", _TEXT, "rule, term list or model that decided, with its version"),
        _column("score", pa.float32(), "confidence of the decision, 0 to 1"),
        _column("engine", _TEXT, "engine that found the text"),
        _column("rendering", _TEXT, "rendering of the Frame on which it was found"),
        _column("prefilter_score", pa.float32(), "score of the prefilter at this place, 0 to 1; 1 where it was not asked"),
    ]
)

ATTRIBUTES = pa.schema(
    [
        _REF,
        _column("path", _TEXT, "tags and item numbers, such as 00400275[0].00400007"),
        _column("action", _TEXT, "action of PS3.15 Table E.1-1a: D, Z, X, K, C or U"),
        _column("rule", _TEXT, "what asked for the action: E.1-1, the name of an option, private, unlisted, override, ..."),
    ]
)

FAILURES = pa.schema(
    [
        _REF,
        _column("verdict", _TEXT, "quarantined, or skipped for what is no DICOM instance", nullable=False),
        _column("stage", _TEXT, "step of the graph, or part of one"),
        _column("code", _TEXT, "reason code; see docs/reasons.md"),
        _column("patient_ref", _TEXT, "as in instances, where the patient withdrew; else empty"),
        _column("detail", _TEXT, "the rule that was broken, in words that hold nothing of the data; or empty"),
    ]
)

TABLES: dict[str, pa.Schema] = {"instances": INSTANCES, "findings": FINDINGS, "attributes": ATTRIBUTES, "failures": FAILURES}

MODALITIES = frozenset(
    """
    ANN AR ASMT AU BDUS BI BMD CFM CR CT CTPROTOCOL DMS DG DOC DX ECG EEG EMG EOG EPS ES FID GM HC HD IO IOL IVOCT IVUS KER KO
    LEN LS M3D MG MR NM OAM OCT OP OPM OPT OPTBSV OPTENF OPV OSS OT PA PLAN POS PR PT PX REG RESP RF RG RTDOSE RTIMAGE RTINTENT
    RTPLAN RTRAD RTRECORD RTSEGANN RTSTRUCT RWV SEG SM SMR SR SRF STAIN TEXTUREMAP TG US VA XA XAPROTOCOL XC
    """.split()  # noqa: SIM905  # a table of words reads better than a list of strings
)
"""Defined Terms of Modality (PS3.3 C.7.3.1.1.1). Any other value may be free text, so the audit does not repeat it."""
