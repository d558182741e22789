"""The audit's tables: what each column means and which type it has. No column ever holds an identifier or recognised text."""

from __future__ import annotations

import pyarrow as pa

INSTANCES = pa.schema(
    [
        pa.field("ref", pa.string(), nullable=False),
        # "published", "unchanged" when these very bytes stood there, or "removed" when the source leads to the output no more:
        # it was deleted, unless another source leads to it as well
        pa.field("verdict", pa.string(), nullable=False),
        pa.field("output", pa.string(), nullable=False),  # path below <output>/instances/, pseudonyms only
        pa.field("patient_id", pa.string()),
        pa.field("study_instance_uid", pa.string()),
        pa.field("series_instance_uid", pa.string()),
        pa.field("sop_instance_uid", pa.string()),
        pa.field("sop_class_uid", pa.string()),
        pa.field("modality", pa.string()),
        pa.field("transfer_syntax_in", pa.string()),
        pa.field("transfer_syntax_out", pa.string()),
        pa.field("frames", pa.int32()),
        pa.field("tiles", pa.int32()),
        pa.field("regions", pa.int32()),  # items of Sequence of Ultrasound Regions
        pa.field("tier", pa.string()),  # "full", or "sampled" where only a share is read in full
        pa.field("effort", pa.string()),  # "full", or "prefilter" where the prefilter decided where the text engine looks
        pa.field("boxes_redacted", pa.int32()),
        pa.field("boxes_kept", pa.int32()),
        pa.field("pixel_method", pa.string()),
        pa.field("coverage", pa.map_(pa.string(), pa.string())),  # carrier of identifiers -> what became of it
        pa.field("patient_ref", pa.string()),  # keyed hash of the Patient ID, to find what a withdrawn patient left
        pa.field("issuer_ref", pa.string()),  # keyed hash of Issuer of Patient ID, "" for none
        pa.field("source_version", pa.string()),  # keyed hash of the source's URI, version and size
        pa.field("output_bytes", pa.int64()),
        pa.field("output_sha256", pa.string()),
        pa.field("policy", pa.string()),
        pa.field("models", pa.string()),
        pa.field("key_id", pa.string()),
        pa.field("ocr_msec", pa.int64()),
        pa.field("rewrite_msec", pa.int64()),
    ]
)

FINDINGS = pa.schema(
    [
        pa.field("ref", pa.string(), nullable=False),
        pa.field("frames", pa.list_(pa.int32())),
        pa.field("overlay", pa.int32()),  # group of the overlay plane that is meant, 0 for the instance's own frames
        pa.field("left", pa.int32()),
        pa.field("top", pa.int32()),
        pa.field("right", pa.int32()),
        pa.field("bottom", pa.int32()),
        pa.field("verdict", pa.string()),
        pa.field("reason", pa.string()),
        pa.field("rule", pa.string()),
        pa.field("score", pa.float32()),
        pa.field("engine", pa.string()),
        pa.field("rendering", pa.string()),
        pa.field("prefilter_score", pa.float32()),  # how sure the prefilter is that there is text
    ]
)

ATTRIBUTES = pa.schema(
    [
        pa.field("ref", pa.string(), nullable=False),
        pa.field("path", pa.string()),
        pa.field("action", pa.string()),
        pa.field("rule", pa.string()),
    ]
)

FAILURES = pa.schema(
    [
        pa.field("ref", pa.string(), nullable=False),
        pa.field("verdict", pa.string(), nullable=False),  # "quarantined", or "skipped" for what is no DICOM instance
        pa.field("stage", pa.string()),
        pa.field("code", pa.string()),
        pa.field("patient_ref", pa.string()),  # as in `instances`, of what is left out because its patient withdrew; or ""
        pa.field("detail", pa.string()),  # which rule was broken, in words that hold nothing of the data; or ""
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
