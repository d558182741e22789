"""De-identifies single files and data sets in this process, for notebooks and for transforms of other libraries."""

from __future__ import annotations

import copy
import functools
import io
import secrets
from dataclasses import replace
from pathlib import Path
from typing import Literal, get_args

from pydicom import dcmread, dcmwrite
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from efface.transforms.core.choices import require_one_of
from efface.transforms.core.decisions import Decisions
from efface.transforms.core.errors import EffaceError
from efface.transforms.core.failures import NOT_FAILURES, explain_failure
from efface.transforms.core.instance import Source
from efface.transforms.core.malformed import malformed
from efface.transforms.core.pseudonyms import Pseudonyms
from efface.transforms.instance.deidentify import deidentify_instance
from efface.transforms.instance.listing import find_source
from efface.transforms.instance.process_settings import settings_of_efface
from efface.transforms.storage import is_local, join_uri, storage_of
from efface.transforms.storage.key_source import KeySource, decode_key
from efface.transforms.storage.uris import absolute

from .policy import Policy, PreparedPolicy, load_policy
from .report import Quarantined, Report, failure_report, published_report

Key = str | Path | bytes | None
"""A file that holds the key, its content, the key's own bytes, or None for the environment variable EFFACE_KEY."""

OnQuarantine = Literal["raise", "return"]


def deidentify_file(
    source: str | Path,
    target: str | Path,
    policy: str | Path | Policy = "basic",
    *,
    key: Key = None,
    on_quarantine: OnQuarantine = "raise",
) -> Report:
    """De-identify one DICOM file: the verdict and the bytes are those of `efface run` with the same policy and key.

    `series: agree` of a policy compares the files of a run, so it finds nothing here.

    Args:
        source: A local path or a URI; also of a member of an archive, such as `study.zip!/1.dcm`.
        target: The file to write; an existing file with other content is never replaced. For a folder (one that exists, or a
            name that ends in "/"), the file is `<patient>/<study>/<series>/<instance>.dcm` below it, all of them pseudonyms.
        policy: The name of a shipped policy, the path of a policy file, or a policy.
        key: The secret from which all pseudonyms are made.
        on_quarantine: What to do with an instance that must not be published: "raise" an error, or "return" its report.

    Returns:
        The report. It is of a published instance unless `on_quarantine` is "return".

    Raises:
        Quarantined: The instance must not be published, and nothing is written; `code` says why.
        PolicyError: The policy cannot be used.
        KeyUnavailableError: The key is missing or unusable.
        ModelError: A model cannot be loaded; the message says what to do.
        ValueError: `on_quarantine` is not one of these, or there is no target.
    """
    require_one_of("on_quarantine", on_quarantine, get_args(OnQuarantine))
    place = str(target or "")
    if not place:
        raise ValueError("target: give the file or the folder to write")
    prepared, pseudonyms = prepare(policy), pseudonyms_of(key)
    decisions = prepared.policy.decisions.read(pseudonyms)
    try:
        report, data = deidentify_source(find_source(str(source)), prepared, pseudonyms, decisions)
    except EffaceError as error:
        report, data = failure_report(pseudonyms.ref(absolute(str(source))), *explain_failure(error)), b""
    if report.is_published:
        is_folder = place.endswith("/") or (is_local(place) and Path(place).is_dir())
        report = publish(report, data, join_uri(place, report.output) if is_folder else place)
    if on_quarantine == "raise" and not report.is_published:
        raise Quarantined(report)
    return report


def deidentify(
    dataset: Dataset, policy: str | Path | Policy = "basic", *, key: Key = None, on_quarantine: OnQuarantine = "raise"
) -> tuple[Dataset | None, Report]:
    """De-identify one data set in memory, as `deidentify_file` does a file. The data set itself is not changed.

    Args:
        dataset: A whole instance. Without file meta it counts as Explicit VR Little Endian.
        policy, key, on_quarantine: See `deidentify_file`.

    Returns:
        The new data set and the report; no data set for a report of a quarantined instance.

    Raises:
        Quarantined, PolicyError, KeyUnavailableError, ModelError, ValueError: See `deidentify_file`.
    """
    require_one_of("on_quarantine", on_quarantine, get_args(OnQuarantine))
    if not isinstance(dataset, Dataset):
        raise TypeError("dataset: give a pydicom data set; deidentify_file takes the path of a file")
    prepared, pseudonyms = prepare(policy), pseudonyms_of(key)
    decisions = prepared.policy.decisions.read(pseudonyms)
    uri = f"memory://dataset-{secrets.token_hex(8)}"
    try:
        with settings_of_efface():
            storage_of(uri).write(uri, _as_file(dataset))
        report, data = deidentify_source(find_source(uri), prepared, pseudonyms, decisions)
    except EffaceError as error:
        report, data = failure_report("", *explain_failure(error)), b""
    finally:
        storage_of(uri).delete(uri)
    report = replace(report, ref="")  # The URI stands for nothing outside of this call.
    if on_quarantine == "raise" and not report.is_published:
        raise Quarantined(report)
    return (dcmread(io.BytesIO(data)) if data else None), report


def prepare(policy: str | Path | Policy) -> PreparedPolicy:
    """Load and resolve a policy. A policy file is read at each call, since it may have changed.

    Raises:
        PolicyError: It cannot be used, or an engine that it names is not installed.
    """
    return _resolved(policy if isinstance(policy, Policy) else load_policy(str(policy)))


@functools.lru_cache(maxsize=8)
def _resolved(policy: Policy) -> PreparedPolicy:
    return policy.resolve()


def pseudonyms_of(key: Key) -> Pseudonyms:
    """The pseudonyms of a key.

    Raises:
        KeyUnavailableError, ValueError: It is missing or unusable.
    """
    return Pseudonyms(decode_key(key)) if isinstance(key, bytes) else KeySource(str(key or "")).pseudonyms()


def deidentify_source(
    source: Source, prepared: PreparedPolicy, pseudonyms: Pseudonyms, decisions: Decisions
) -> tuple[Report, bytes]:
    """The report on a source, and the bytes to publish; none for an instance that must not be published.

    Args:
        source: A stored object.
        prepared: The policy.
        pseudonyms: Of the key.
        decisions: Of the policy, as `DecisionsSection.read` gives them.

    Raises:
        ModelError: A model cannot be loaded.
    """
    policy = prepared.policy
    try:
        with settings_of_efface():
            evidence, rewritten = deidentify_instance(
                source, policy.ocr, policy.phi, policy.rewrite_settings, pseudonyms, policy.selection, decisions
            )
    except NOT_FAILURES:
        raise
    except BaseException as error:
        return failure_report(pseudonyms.ref(source.uri), *explain_failure(error)), b""
    return published_report(evidence, rewritten, prepared.versions(pseudonyms)), rewritten.data


def publish(report: Report, data: bytes, uri: str, *, replace: bool = False) -> Report:
    """Write a published instance; the report says so, or why it could not be written."""
    try:
        storage_of(uri).write(uri, data, replace=replace)
    except EffaceError as error:
        return failure_report(report.ref, *explain_failure(error))
    return report


@malformed(raised_in="pydicom.")
def _as_file(dataset: Dataset) -> bytes:
    """The data set as a DICOM file (PS3.10)."""
    whole, meta = copy.deepcopy(dataset), FileMetaDataset()
    meta.update(getattr(dataset, "file_meta", None) or {})
    if "TransferSyntaxUID" not in meta:
        meta.TransferSyntaxUID = ExplicitVRLittleEndian
    whole.file_meta = meta
    buffer = io.BytesIO()
    dcmwrite(buffer, whole)
    return buffer.getvalue()
