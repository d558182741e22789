"""The audit's tables: name, type and description of each column. No column holds an identifier or recognised text."""

from __future__ import annotations

import pyarrow as pa

SCHEMA_VERSION = 4
"""Version of the audit: its tables, columns, values and layout. Every file of it names the version that wrote it."""

MIGRATED_VERSIONS = frozenset({"2", "3"})
"""Versions that `migrate_audit` brings to this one."""

DESCRIPTION = b"description"
"""The metadata key of a field that holds the description of its column."""


def column(name: str, type_: pa.DataType, description: str, *, required: bool = False) -> pa.Field:
    """A column with its description; a required one has no nulls."""
    return pa.field(name, type_, nullable=not required, metadata={DESCRIPTION: description})


_REF = column("ref", pa.string(), "keyed hash of the source's URI", required=True)

INSTANCES = pa.schema(
    [
        _REF,
        column(
            "verdict",
            pa.string(),
            "published; unchanged: the same bytes already existed; removed: the source no longer leads to the output, which is "
            "deleted unless another source leads to it",
            required=True,
        ),
        column("output", pa.string(), "path below <output>/instances/, pseudonyms only", required=True),
        column("patient_id", pa.string(), "pseudonym, as in the output"),
        column("study_instance_uid", pa.string(), "pseudonym, as in the output"),
        column("series_instance_uid", pa.string(), "pseudonym, as in the output"),
        column("sop_instance_uid", pa.string(), "pseudonym, as in the output"),
        column("sop_class_uid", pa.string(), "SOP Class UID"),
        column("modality", pa.string(), "Defined Term of PS3.3 C.7.3.1.1.1; null for any other value"),
        column("manufacturer", pa.string(), "Manufacturer, as in the output"),
        column("manufacturer_model_name", pa.string(), "Manufacturer's Model Name, as in the output"),
        column("image_type", pa.string(), "values of Image Type, separated by backslashes, as in the output"),
        column("rows", pa.int32(), "rows of a Frame; 0 without pixel data"),
        column("columns", pa.int32(), "columns of a Frame; 0 without pixel data"),
        column("source_transfer_syntax_uid", pa.string(), "Transfer Syntax UID of the source"),
        column("output_transfer_syntax_uid", pa.string(), "Transfer Syntax UID of the output"),
        column("frames", pa.int32(), "number of Frames; 0 without pixel data"),
        column("tiles", pa.int32(), "number of parts of Frames that were searched for text"),
        column("ultrasound_regions", pa.int32(), "number of Items of Sequence of Ultrasound Regions"),
        column("search_tier", pa.string(), "full, or sampled: only a share of such instances is read in full"),
        column("search_effort", pa.string(), "full, or prefilter: the engine reads only where the prefilter found text"),
        column("boxes_redacted", pa.int32(), "number of text regions that were filled"),
        column("boxes_kept", pa.int32(), "number of text regions that were kept"),
        column("pixel_method", pa.string(), "how the pixel data was written: none, unchanged, in_place, reencoded, transcoded"),
        column("carriers", pa.map_(pa.string(), pa.string()), "carrier of identifiers in the source -> what was done with it"),
        column("patient_ref", pa.string(), "keyed hash of the Patient ID; empty for a blank ID"),
        column("issuer_ref", pa.string(), "keyed hash of Issuer of Patient ID; empty without one"),
        column("patient_id_ref", pa.string(), "keyed hash of the Patient ID in its own spelling; empty for a blank ID"),
        column("mapping_ref", pa.string(), "keyed hash of the patient's line in the table of patients; empty without one"),
        column("device_ref", pa.string(), "keyed hash of maker, model and size of the source; empty without maker or model"),
        column("device_type_ref", pa.string(), "the same with Image Type"),
        column("decisions_ref", pa.string(), "keyed hash of what people decided about the instance; empty for nothing"),
        column("decisions_not_applied", pa.int32(), "decisions on boxes that could not be applied, or not in full"),
        column("name_ref", pa.string(), "keyed hash of the pseudonym and Patient's Name; empty without a name"),
        column("birth_date_ref", pa.string(), "keyed hash of the pseudonym and date of birth; empty without a date"),
        column("sex_ref", pa.string(), "keyed hash of the pseudonym and sex; empty where it is not known"),
        column("person_ref", pa.string(), "keyed hash of name, date of birth and sex; empty where one is not known"),
        column("source_version_ref", pa.string(), "keyed hash of the source's URI, version and size"),
        column("output_bytes", pa.int64(), "size of the output in bytes"),
        column("output_sha256", pa.string(), "SHA-256 of the output, hexadecimal"),
        column("policy", pa.string(), "name of the policy, version of its metadata part, version of its pixel part"),
        column("models", pa.string(), "versions of the text engine and of the name model"),
        column("selection", pa.string(), "keyed hash of the policy's choice of instances, which takes this one; empty for all"),
        column(
            "layout", pa.string(), "keyed hash of the policy's layout of outputs, by which this one is called; empty: default"
        ),
        column("key_id", pa.string(), "public name of the key"),
        column("made_by_run", pa.string(), "run that made the output, where the row only says that it stays; null elsewhere"),
    ]
)
"""One row for each published or removed instance."""

FINDINGS = pa.schema(
    [
        _REF,
        column("frame_indices", pa.list_(pa.int32()), "Frames that show the region, counted from 0"),
        column("overlay_group", pa.int32(), "group of the overlay plane that shows the region; 0 for the pixel data"),
        column("left", pa.int32(), "first column of the region, from 0"),
        column("top", pa.int32(), "first row of the region, from 0"),
        column("right", pa.int32(), "first column after the region"),
        column("bottom", pa.int32(), "first row after the region"),
        column("verdict", pa.string(), "redact or keep"),
        column("reason", pa.string(), "why, such as header_name, pattern_date, lexicon, unknown_text"),
        column("rule", pa.string(), "name of the rule that decided (docs/reasons.md)"),
        column("score", pa.float32(), "confidence of the reading, 0 to 1; 1 where the decision does not depend on it"),
        column("engine", pa.string(), "text engine that found the region"),
        column("rendering", pa.string(), "8-bit rendering of the Frame that the engine read"),
        column("prefilter_score", pa.float32(), "confidence of the prefilter that there is text, 0 to 1"),
    ]
)
"""One row for each text region."""

ATTRIBUTES = pa.schema(
    [
        _REF,
        column("tag_path", pa.string(), "tags and item numbers from 0, such as 00400275[0].00400007"),
        column(
            "action",
            pa.string(),
            "action of PS3.15 Table E.1-1a that was applied: D, Z, X, K, C or U; R: a value that the policy gives",
        ),
        column("rule", pa.string(), "what asked for the action: E.1-1, an option, private, unlisted, override, ..."),
    ]
)
"""One row for each Attribute that an action was applied to."""

FAILURES = pa.schema(
    [
        _REF,
        column(
            "verdict",
            pa.string(),
            "quarantined; skipped: no DICOM instance, the patient withdrew, a newer source is published, or a person rejected "
            "it; not_selected: the policy leaves it out",
            required=True,
        ),
        column("stage", pa.string(), "step that failed"),
        column("code", pa.string(), "reason code"),
        column(
            "patient_ref",
            pa.string(),
            "keyed hash of the Patient ID of a patient who withdrew, or is not in the table of the policy; empty otherwise",
        ),
        column("detail", pa.string(), "broken rule, without any value of the data; may be empty"),
        column("sop_instance_uid", pa.string(), "pseudonym that the output would have; null where no header was read"),
    ]
)
"""One row for each source that is not published."""

TABLES: dict[str, pa.Schema] = {"instances": INSTANCES, "findings": FINDINGS, "attributes": ATTRIBUTES, "failures": FAILURES}

MODALITIES = frozenset(
    """
    ANN AR ASMT AU BDUS BI BMD CFM CR CT CTPROTOCOL DMS DG DOC DX ECG EEG EMG EOG EPS ES FID GM HC HD IO IOL IVOCT IVUS KER KO
    LEN LS M3D MG MR NM OAM OCT OP OPM OPT OPTBSV OPTENF OPV OSS OT PA PLAN POS PR PT PX REG RESP RF RG RTDOSE RTIMAGE RTINTENT
    RTPLAN RTRAD RTRECORD RTSEGANN RTSTRUCT RWV SEG SM SMR SR SRF STAIN TEXTUREMAP TG US VA XA XAPROTOCOL XC
    """.split()  # noqa: SIM905  # a table of words reads better than a list of strings
)
"""Defined Terms of Modality (PS3.3 C.7.3.1.1.1). Any other value may be free text, so the audit does not repeat it."""
