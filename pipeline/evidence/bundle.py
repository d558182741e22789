"""The evidence bundle: a ZIP file that says what was done to an output, with a digest of each of its objects, signed.

`SHA256SUMS` lists the other members as `sha256sum` does, and `SHA256SUMS.sig` is its Ed25519 signature (64 bytes).
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from typing import Any

import pyarrow as pa
import pyarrow.csv
import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from efface.transforms.audit.history import recorded_outputs
from efface.transforms.audit.layout import audit_prefix, instances_prefix, lock_uri
from efface.transforms.core.errors import EffaceError
from efface.transforms.core.file_bytes import sha256_of
from efface.transforms.core.instance import Source
from efface.transforms.storage import path_below, storage_of

from ..policy import Policy
from ..policy_document import merge, read_chain
from ..reporting.conformance import conformance_markdown, conformance_page
from ..reporting.facts import Facts, as_record, gather_facts
from ..reporting.page import policy_of_report, report_page
from ..verify_output import RECORDED, Progress, Verified, compare_objects, readers_of, verify_output
from .sbom import sbom
from .signing import SigningKeyError, fingerprint, is_signed, public_pem, read_public_key

MANIFEST, SUMS, SIGNATURE, PUBLIC_KEY = "manifest.csv", "SHA256SUMS", "SHA256SUMS.sig", "public_key.pem"
_RECORDED = pa.schema(zip(RECORDED, (pa.string(), pa.int64(), pa.string()), strict=True))
_MOST_UNSIGNED_BYTES = 1 << 20
"""Of a member that is read before it is known who signed it; the list of digests has a line for each of ten members."""
_TIME = (1980, 1, 1, 0, 0, 0)
"""Of every member: a ZIP file has no earlier one, and the bundle says when its runs ended."""


class BundleError(Exception):
    """A bundle cannot be made or believed."""


@dataclass(frozen=True)
class Checked:
    """What became of a bundle and an output.

    Attributes:
        fingerprint: Of the key that signed the bundle.
        is_known_signer: Whether that is the key that was given; False where none was.
        output: What the output is beside the manifest.
    """

    fingerprint: str
    is_known_signer: bool
    output: Verified


def make_bundle(output: str, policy: str, key: Ed25519PrivateKey, on_progress: Progress = lambda done, total: None) -> bytes:
    """The bundle of an output as it stands now, as the bytes of a ZIP file.

    Args:
        output: Prefix of the output. All of it is read.
        policy: Name or file of the policy, which goes into the bundle; "" for the shipped one that ran.
        key: Signs the bundle.
        on_progress: See `verify_output`.

    Raises:
        BundleError: A run is under way, or the output is not what its audit says.
        PolicyError: The policy cannot be read.
    """
    if storage_of(lock_uri(output)).find(lock_uri(output)) is not None:
        raise BundleError("a run works on the output; make the bundle when it has ended")
    if not verify_output(output, on_progress).is_as_recorded:
        raise BundleError("the output is not what its audit says; efface verify names the differences")
    facts = gather_facts(output)
    described, note = policy_of_report(facts, policy)
    members = {
        "report.html": report_page(facts, note, described).encode(),
        "report.json": _json(as_record(facts)),
        "versions.json": _json(_versions(facts)),
        "sbom.cdx.json": sbom().encode(),
        MANIFEST: _manifest(output),
        PUBLIC_KEY: public_pem(key.public_key()),
        **(_policy_members(described, policy) if described else {}),
    }
    members[SUMS] = "".join(f"{sha256_of(members[name])}  {name}\n" for name in sorted(members)).encode()
    return _zipped(members | {SIGNATURE: key.sign(members[SUMS])})


def check_bundle(
    data: bytes, output: str, public_key: Ed25519PublicKey | None = None, on_progress: Progress = lambda done, total: None
) -> Checked:
    """Check the signature and the members of a bundle, and compare every object of an output with its manifest.

    Args:
        data: Of the ZIP file.
        output: Prefix of the output, or of a copy of it.
        public_key: Of the signer who is expected; without it the key in the bundle itself is taken.
        on_progress: Gets the number of objects that are compared, and of all.

    Raises:
        BundleError: It is no bundle, or was changed after it was signed, or somebody else signed it.
    """
    with _opened(data) as archive:
        members = {name: _read_small(archive, name) for name in (SUMS, SIGNATURE, PUBLIC_KEY)}
        try:
            signer = public_key or read_public_key(members[PUBLIC_KEY])
        except SigningKeyError as error:
            raise BundleError(f"the bundle cannot be believed: {error}") from None
        if not is_signed(members[SUMS], members[SIGNATURE], signer):
            raise BundleError("the signature is not of this key: the bundle was changed, or somebody else signed it")
        lines = members[SUMS].decode("utf-8", "replace").splitlines()
        listed = dict(line.split("  ", 1)[::-1] for line in lines if "  " in line)
        others = sorted({*archive.namelist()} - {SUMS, SIGNATURE})
        if others != sorted(listed) or any(_digest(archive, name) != listed[name] for name in others):
            raise BundleError("a member of the bundle is not the one that was signed")
        manifest = archive.read(MANIFEST)
    recorded = _read_manifest(manifest)
    found = compare_objects(recorded, _listed(output), on_progress, readers=readers_of(output))
    return Checked(fingerprint(signer), public_key is not None, found)


def _policy_members(policy: Policy, given: str) -> Mapping[str, bytes]:
    whole: Mapping[str, Any] = {}
    for document in read_chain(given or policy.name):
        whole = merge(whole, document.content)
    return {
        "conformance.html": conformance_page(policy).encode(),
        "conformance.md": conformance_markdown(policy).encode(),
        "policy.yaml": yaml.safe_dump({"name": policy.name, **whole}, sort_keys=False, allow_unicode=True).encode(),
    }


def _versions(facts: Facts) -> dict[str, object]:
    made = [dict(zip(("policy", "models", "key_id", "instances"), version, strict=True)) for version in facts.versions]
    return {"efface": metadata.version("efface"), "made_with": made}


def _manifest(output: str) -> bytes:
    """Path, bytes and SHA-256 of every object of an output: of instances as the audit has them, which was verified."""
    below = instances_prefix("").lstrip("/")
    recorded = recorded_outputs(output).select(["output", "output_bytes", "output_sha256"]).rename_columns(RECORDED)
    paths = pa.array([f"{below}/{path}" for path in recorded["path"].to_pylist()], pa.string())
    audit = list(_listed(output, audit_prefix(output)))
    with ThreadPoolExecutor(readers_of(output)) as pool:
        digests = list(pool.map(lambda uri: storage_of(uri).checksum(uri), (source.uri for _, source in audit)))
    rows = pa.table([[name for name, _ in audit], [source.size_bytes for _, source in audit], digests], names=RECORDED)
    whole = pa.concat_tables([recorded.set_column(0, "path", paths).cast(_RECORDED), rows.cast(_RECORDED)])
    written = io.BytesIO()
    pyarrow.csv.write_csv(whole.sort_by("path"), written)
    return written.getvalue()


def _read_manifest(data: bytes) -> pa.Table:
    try:
        return pyarrow.csv.read_csv(io.BytesIO(data), convert_options=pyarrow.csv.ConvertOptions(column_types=_RECORDED))
    except pa.ArrowInvalid:
        raise BundleError("the manifest of the bundle cannot be read") from None


def _listed(output: str, prefix: str = "") -> Iterator[tuple[str, Source]]:
    """(path below the output, object) of everything that stands there."""
    for place in [prefix] if prefix else [instances_prefix(output), audit_prefix(output)]:
        for source in storage_of(output).list(place):
            yield path_below(output, source.uri), source


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=1) + "\n").encode()


def _zipped(members: Mapping[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(members):
            archive.writestr(zipfile.ZipInfo(name, _TIME), members[name], zipfile.ZIP_DEFLATED)
    return written.getvalue()


@contextmanager
def _opened(data: bytes) -> Iterator[zipfile.ZipFile]:
    """A bundle with its members, each once: of two of one name, programs show different ones.

    Raises:
        BundleError: It is none, or it cannot be read within the context.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if not {MANIFEST, SUMS, SIGNATURE, PUBLIC_KEY} <= set(names) or len(names) != len(set(names)):
                raise BundleError("that is no evidence bundle: a member is missing, or stands there twice")
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, EffaceError, ValueError, OSError, NotImplementedError, RuntimeError):
        raise BundleError("that is no evidence bundle: it is no ZIP file, or a damaged one") from None


def _read_small(archive: zipfile.ZipFile, name: str) -> bytes:
    """A member that is read before the signature is checked."""
    with archive.open(name) as member:
        data = member.read(_MOST_UNSIGNED_BYTES + 1)
    if len(data) > _MOST_UNSIGNED_BYTES:
        raise BundleError("that is no evidence bundle: the list of digests, the signature or the key is too long")
    return data


def _digest(archive: zipfile.ZipFile, name: str) -> str:
    """The SHA-256 of a member, which may be larger than the memory."""
    with archive.open(name) as member:
        return hashlib.file_digest(member, "sha256").hexdigest()  # type: ignore[arg-type]
