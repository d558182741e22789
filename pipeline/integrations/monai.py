"""MONAI transforms that de-identify DICOM before it is loaded.

```python
transform = Compose([
    DeidentifyDicomd(keys="image", output_dir="deidentified", key="efface.key"),
    LoadImaged(keys="image"),
])
```

Below `output_dir`, everything that one policy, one key and one set of models make has a folder of its own. In it, a receipt of
each source says what became of it, so that the workers of a `DataLoader`, the next epoch and the next start of the program take
the published file as it stands. A receipt counts as long as the source has its version and the output its digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from monai.config import KeysCollection
from monai.data.utils import list_data_collate
from monai.transforms import MapTransform, Transform

from efface.pipeline.in_process import deidentify_source, prepare, pseudonyms_of, publish
from efface.pipeline.policy import Policy
from efface.pipeline.report import Quarantined, Report, failure_report
from efface.transforms.core.choices import require_one_of
from efface.transforms.core.errors import (
    EffaceError,
    OutputConflictError,
    OutputWriteError,
    SourceChangedError,
    SourceReadError,
)
from efface.transforms.core.failures import explain_failure
from efface.transforms.core.instance import Source
from efface.transforms.instance.listing import find_source, sources_of
from efface.transforms.storage import is_below, join_uri, storage_of
from efface.transforms.storage.key_source import KeySource
from efface.transforms.storage.uris import absolute

OnQuarantine = Literal["raise", "skip"]
_FAULTS = frozenset(error.code for error in (SourceReadError, SourceChangedError, OutputWriteError, EffaceError))
"""Codes that tell nothing of the instance: the next attempt may end otherwise, and leaving it out would hide a mistake."""
_PASSING = _FAULTS | {OutputConflictError.code}
"""Codes that may not hold for the next attempt, so no receipt keeps them."""


class DeidentifyDicom(Transform):
    """De-identify a DICOM file or the folder of a series, and return where the result is.

    The verdicts and bytes are those of `efface.deidentify_file` with the same policy and key.

    Args:
        output_dir: Folder or prefix of the published files, `<policy>/<patient>/<study>/<series>/<instance>.dcm`.
        policy: The name of a shipped policy, the path of a policy file, or a policy.
        key: The file that holds the key, or None for the environment variable EFFACE_KEY. Not the key's bytes: a transform
            is pickled.
        on_quarantine: "raise" an error; or "skip": return a list of the result, or an empty list for what is quarantined, as
            MONAI's transforms do that give several results. A folder is left out when one of its instances is.

    Raises:
        PolicyError, KeyUnavailableError, ModelError: Policy, key or a model cannot be used.
        ValueError: An argument is not one of those above.
    """

    def __init__(
        self,
        output_dir: str | Path,
        policy: str | Path | Policy = "basic",
        key: str | Path | None = None,
        on_quarantine: OnQuarantine = "raise",
    ) -> None:
        require_one_of("on_quarantine", on_quarantine, get_args(OnQuarantine))
        if isinstance(key, bytes):
            raise ValueError("key: give the file that holds the key, since a transform is pickled")
        self.output_dir, self.on_quarantine = str(output_dir), on_quarantine
        self._prepared, pseudonyms = prepare(policy), pseudonyms_of(key)
        self._key = KeySource(str(key or ""), pseudonyms.key_id)  # A worker must find the same one.
        versions = self._prepared.versions(pseudonyms)
        patients = self._prepared.policy.profile.patients_digest()
        self._decisions = self._prepared.policy.decisions.read(pseudonyms)
        parts = (versions.models, patients, versions.selection, versions.layout, self._decisions.content)
        made_with = pseudonyms.token("made-with", "\0".join(filter(None, parts)), 8)
        self._root = join_uri(self.output_dir, f"{versions.policy}-{made_with}")

    def __call__(self, data: str | Path) -> str | list[str]:
        """De-identify what `data` names.

        Args:
            data: A file, or a folder or an archive with the instances of one series; local or a URI.

        Returns:
            The published file; for a folder, a folder with just what became of its files. In a list with
            `on_quarantine="skip"`.

        Raises:
            Quarantined: An instance must not be published, and `on_quarantine` is "raise"; or, in both cases, the source cannot
                be read or the output not be written.
            ValueError: A folder holds several series, or none; or one of it and `output_dir` is inside of the other.
        """
        try:
            place = self._deidentify(str(data))
        except Quarantined as error:
            if self.on_quarantine == "skip" and error.code not in _FAULTS:
                return []
            raise
        return [place] if self.on_quarantine == "skip" else place

    def _deidentify(self, uri: str) -> str:
        sources = self._sources(uri)
        if [source.uri for source in sources] == [absolute(uri)]:
            report, place = self._published(sources[0])
            if not report.is_published:
                raise Quarantined(report)
            return place
        # Of just these versions of these files: what is added, taken away or changed is another folder.
        folder = self._key.pseudonyms().token("folder", "\0".join(f"{source.uri}\0{source.version}" for source in sources), 16)
        places = set()
        for source in sources:
            report, place = self._published(source, folder)
            if report.verdict == "quarantined":
                raise Quarantined(report)
            places |= {place.rpartition("/")[0]} if report.is_published else set()
        if len(places) != 1:
            raise ValueError(f"the folder holds instances of {len(places)} series; give the folder of one series")
        return places.pop()

    def _sources(self, uri: str) -> list[Source]:
        """The file itself, or what is in the folder or archive.

        Raises:
            Quarantined: There is none, or it cannot be read.
            ValueError: The output would be a part of it, or the other way round.
        """
        if is_below(self.output_dir, uri) or is_below(uri, self.output_dir):
            raise ValueError("one of the source and output_dir is inside of the other; give them separate folders")
        try:
            return list(sources_of(uri)) or [find_source(uri)]
        except EffaceError as error:
            ref = self._key.pseudonyms().ref(absolute(uri))
            raise Quarantined(failure_report(ref, *explain_failure(error))) from None

    def _published(self, source: Source, folder: str = "") -> tuple[Report, str]:
        """The report on a source, which is de-identified now unless its receipt says what became of it; and its place."""
        pseudonyms = self._key.pseudonyms()
        token = pseudonyms.token("receipt", f"{source.uri}\0{folder}", 26)
        receipt = _Receipt(join_uri(self._root, "receipts", f"{token}.json"))
        version_ref = pseudonyms.version_ref(source.uri, source.version, source.size_bytes)
        known = receipt.read()
        if known is not None and known.version_ref == version_ref:
            place = self._place(known.report, folder)
            if not known.report.is_published or storage_of(place).checksum(place) == known.sha256:
                return known.report, place
        report, data = deidentify_source(source, self._prepared, pseudonyms, self._decisions)
        place = self._place(report, folder)
        if report.is_published:
            replaces = known is not None and storage_of(place).checksum(place) == known.sha256
            report = publish(report, data, place, replace=replaces)
        if report.code not in _PASSING:
            receipt.write(_Known(version_ref, hashlib.sha256(data).hexdigest() if data else "", report))
        return report, place

    def _place(self, report: Report, folder: str) -> str:
        above, _, name = report.output.rpartition("/")
        return join_uri(self._root, *filter(None, (above, folder, name)))


@dataclass(frozen=True)
class _Known:
    """What became of one version of a source: the report, and the digest of the output."""

    version_ref: str
    sha256: str
    report: Report


@dataclass(frozen=True)
class _Receipt:
    """The file that says what became of a source. Holds no identifier."""

    uri: str

    def read(self) -> _Known | None:
        """None where there is none, or where it is damaged: the source is then de-identified again."""
        data = storage_of(self.uri).read(self.uri)
        try:
            version_ref, sha256, report = json.loads(data) if data else ("", "", "")
            return _Known(str(version_ref), str(sha256), Report.from_json(report))
        except (ValueError, TypeError, KeyError):
            return None

    def write(self, known: _Known) -> None:
        values = json.dumps([known.version_ref, known.sha256, known.report.to_json()])
        storage_of(self.uri).write(self.uri, values.encode(), replace=True)


class DeidentifyDicomd(MapTransform):
    """`DeidentifyDicom` for a dictionary: replaces the path under each key by the place of the published file or folder.

    With `on_quarantine="skip"` the result is a list, `[item]` or `[]`. `list_data_collate`, the default of MONAI's
    `DataLoader`, joins such lists; `collate_published` also takes a batch that is empty. To leave items out once and for all:

    ```python
    deidentify = DeidentifyDicomd(keys="image", output_dir="deidentified", on_quarantine="skip")
    published = [one for item in items for one in deidentify(item)]
    ```

    Args:
        keys: Of the paths.
        output_dir, policy, key, on_quarantine: See `DeidentifyDicom`.
        allow_missing_keys: Pass over a key that an item lacks.

    Raises:
        PolicyError, KeyUnavailableError, ModelError, ValueError: See `DeidentifyDicom`.
    """

    def __init__(
        self,
        keys: KeysCollection,
        output_dir: str | Path,
        policy: str | Path | Policy = "basic",
        key: str | Path | None = None,
        on_quarantine: OnQuarantine = "raise",
        allow_missing_keys: bool = False,
    ) -> None:
        super().__init__(keys, allow_missing_keys)
        self.deidentify = DeidentifyDicom(output_dir, policy, key, on_quarantine)

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any] | list[dict[Hashable, Any]]:
        """A copy of an item in which the paths under the keys are those of the published files.

        Raises:
            Quarantined, ValueError: See `DeidentifyDicom`.
        """
        item, is_skipping = dict(data), self.deidentify.on_quarantine == "skip"
        for key in self.key_iterator(item):
            place = self.deidentify(item[key])
            if is_skipping and not place:
                return []
            item[key] = place[0] if is_skipping else place
        return [item] if is_skipping else item


def collate_published(batch: Sequence[Any]) -> Any:
    """MONAI's `list_data_collate`, which leaves quarantined items out, and an empty dictionary where nothing is left."""
    is_empty = all(isinstance(one, list) and not one for one in batch)
    return {} if is_empty else list_data_collate(batch)
