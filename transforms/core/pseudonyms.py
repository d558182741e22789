"""Keyed pseudonyms: one key gives the same names in all files, runs and machines; two keys give unlinkable ones.

Every pseudonym is an HMAC-SHA256 of a domain and the value, so that a UID, a patient and a path of one spelling get unrelated
pseudonyms. A hash without a key would not suffice: UIDs and patient IDs can be enumerated, and PS3.15 E.3.9 warns of this
dictionary attack.
"""

from __future__ import annotations

import base64
import functools
import hmac
import itertools
import unicodedata
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

MIN_KEY_BYTES = 32
WELL_KNOWN_UID_ROOT = "1.2.840.10008."
"""The root of the UIDs of the standard (SOP Classes, transfer syntaxes, well-known frames of reference)."""

_MAX_OFFSET_WEEKS = 520
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
"""Of base32 (RFC 4648)."""
_REF_LENGTH = 26
_CACHED = 2048
"""The instances of a study have most of their UIDs and all that names their patient in common."""
_AT_ONCE = 1 << 16
"""Values whose tokens are made at once."""


class Pseudonyms:
    """Derives every pseudonym from one secret key.

    Args:
        key: At least 32 secret bytes. Never in `repr` or a pickle: settings hold a `KeySource` instead.

    Raises:
        ValueError: The key is shorter than 32 bytes.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) < MIN_KEY_BYTES:
            raise ValueError(f"the key must hold at least {MIN_KEY_BYTES} bytes")
        self._key = key
        self._letters = functools.lru_cache(maxsize=_CACHED)(self._make_letters)
        self._new_uid = functools.lru_cache(maxsize=_CACHED)(self._make_uid)

    def __repr__(self) -> str:
        return f"Pseudonyms(key_id={self.key_id!r})"

    def __reduce__(self) -> str:
        raise TypeError("a key must not travel in a pickle; pass a KeySource")

    def digest(self, domain: str, value: str) -> bytes:
        """32 bytes: HMAC-SHA256 over `domain` and `value`. A NUL between them keeps two pairs distinct."""
        return hmac.digest(self._key, f"{domain}\0{value}".encode("utf-8", "surrogatepass"), "sha256")

    def token(self, domain: str, value: str, length: int = 16) -> str:
        """`length` characters of A-Z and 2-7, 52 at most, of 5 bits each. Safe in file names, CS and LO values."""
        return self._letters(domain, value)[:length]

    def _make_letters(self, domain: str, value: str) -> str:
        return base64.b32encode(self.digest(domain, value)).decode("ascii")

    @property
    def key_id(self) -> str:
        """A short public name of the key. It reveals nothing of the key."""
        return self.token("key-id", "", 12)

    def ref(self, uri: str) -> str:
        """The public name of a source, since paths often hold patients' names."""
        return self.token("ref", uri, _REF_LENGTH)

    def refs(self, uris: Iterable[str]) -> npt.NDArray[np.bytes_]:
        """`ref` of many sources, of dtype S: three times as fast."""
        return self._tokens("ref", uris)

    def uid(self, uid: str) -> str:
        """The replacement of a UID, derived as a UUID: `2.25.<integer>` (PS3.5 B.2), 44 characters at most.

        Returns well-known UIDs of the standard and blank values unchanged.
        """
        uid = uid.strip("\0 ")
        if not uid or uid.startswith(WELL_KNOWN_UID_ROOT):
            return uid
        return self._new_uid(uid)

    def _make_uid(self, uid: str) -> str:
        return f"2.25.{uuid.UUID(bytes=self.digest('uid', uid)[:16], version=4).int}"

    def draw(self, uid: str) -> float:
        """A number from 0 to 1 by which samples of instances are drawn. Only the key shows which instances a sample holds."""
        return int.from_bytes(self.digest("draw", uid.strip("\0 "))[:8], "big") / 2**64

    def patient_id(self, patient: str) -> str:
        """The replacement Patient ID of a patient key (see `patient_key`)."""
        return self.token("patient", patient, 16)

    def patient_ref(self, patient_id: str) -> str:
        """The public name of a Patient ID of any issuer, to compare with withdrawal lists; "" for a blank ID.

        Made from `normal_patient_id`. Two patients can share one, and are then both withdrawn: the safe side.
        """
        patient_id = normal_patient_id(patient_id)
        return self.token("patient-ref", patient_id, 26) if patient_id else ""

    def exact_patient_ref(self, patient_id: str) -> str:
        """The public name of a Patient ID in just this spelling, to compare with a table of patients; "" for a blank ID."""
        patient_id = patient_id.strip("\0 ")
        return self.token("patient-exact", patient_id, 26) if patient_id else ""

    def issuer_ref(self, issuer: str) -> str:
        """The public name of an Issuer of Patient ID; "" for none."""
        issuer = issuer.strip("\0 ")
        return self.token("issuer", issuer, 16) if issuer else ""

    def version_ref(self, uri: str, version: str, size_bytes: int) -> str:
        """The public name of one version of a source. It changes with time, size and content, and reveals none of them.

        It includes the URI, so that sources of one time and size have different names.
        """
        return self.token("source-version", f"{uri}\0{version}\0{size_bytes}", _REF_LENGTH)

    def version_refs(self, versions: Iterable[tuple[str, str, int]]) -> npt.NDArray[np.bytes_]:
        """`version_ref` of many versions of sources, of dtype S."""
        return self._tokens("source-version", ("\0".join((uri, version, str(size))) for uri, version, size in versions))

    def _tokens(self, domain: str, values: Iterable[str]) -> npt.NDArray[np.bytes_]:
        """`token` of many values."""
        import numpy as np

        values, letters, shifts = iter(values), np.frombuffer(_LETTERS, np.uint8), np.arange(35, -1, -5).astype(np.uint64)
        parts = [np.empty(0, f"S{_REF_LENGTH}")]
        # Five bytes of a digest are eight letters of five bits.
        while digests := b"".join(self.digest(domain, value)[:20] for value in itertools.islice(values, _AT_ONCE)):
            groups = np.frombuffer(digests, np.uint8).reshape(-1, 4, 5)
            numbers = np.zeros(groups.shape[:2], np.uint64)
            for place in range(5):
                numbers = numbers << np.uint64(8) | groups[:, :, place]
            tokens = letters[numbers[:, :, np.newaxis] >> shifts & np.uint64(31)].reshape(-1, 32)
            parts.append(np.ascontiguousarray(tokens[:, :_REF_LENGTH]).view(f"S{_REF_LENGTH}").ravel())
        return np.concatenate(parts)

    def date_offset_days(self, patient: str) -> int:
        """The date offset of the patient: 1 to 520 weeks back, so that weekdays survive."""
        weeks = 1 + int.from_bytes(self.digest("date-offset", patient)[:8], "big") % _MAX_OFFSET_WEEKS
        return -7 * weeks


def patient_key(patient_id: str, issuer: str, study_instance_uid: str) -> str:
    """The identity of the patient of an instance, before the key is applied.

    Patients differ by (issuer, ID). Without an ID the study takes its place, so that two nameless patients are never merged.

    Args:
        issuer: Issuer of Patient ID (0010,0021); "" for none, or where a policy ignores it.

    Returns:
        "" when neither ID nor study is known: the patient is unknown.
    """
    patient_id, issuer, study_instance_uid = (value.strip("\0 ") for value in (patient_id, issuer, study_instance_uid))
    if patient_id:
        return f"id\0{issuer}\0{patient_id}"
    return f"study\0{study_instance_uid}" if study_instance_uid else ""


def normal_patient_id(patient_id: str) -> str:
    """A Patient ID without differences of spelling: case, width, spaces, invisible characters, leading zeros of a number."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", patient_id).casefold())
    folded = "".join(letter for letter in folded if not letter.isspace() and unicodedata.category(letter) not in ("Cc", "Cf"))
    return (folded.lstrip("0") or "0") if folded.isdecimal() else folded


class RecordingPseudonyms(Pseudonyms):
    """The pseudonyms of another object, with a record of every replaced UID, for the vault."""

    def __init__(self, pseudonyms: Pseudonyms) -> None:
        super().__init__(pseudonyms._key)
        self._letters, self._new_uid = pseudonyms._letters, pseudonyms._new_uid
        self._uids: dict[str, str] = {}

    def uid(self, uid: str) -> str:
        """As `Pseudonyms.uid`, and record the replacement."""
        new = super().uid(uid)
        if new != uid:
            self._uids[uid] = new
        return new

    @property
    def recorded_uids(self) -> tuple[tuple[str, str], ...]:
        """(original, new) of every UID replaced so far, ordered by the original: identifying."""
        return tuple(sorted(self._uids.items()))
