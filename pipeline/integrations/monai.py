"""MONAI transforms that de-identify DICOM before it is loaded.

```python
transform = Compose([
    DeidentifyDicomd(keys="image", output_dir="deidentified", key="efface.key"),
    LoadImaged(keys="image"),
])
```

An instance is de-identified once: a report beside the output says with what, so that the workers of a `DataLoader`, the next
epoch and the next run of the program take the published file as it stands.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from monai.config import KeysCollection
from monai.data.utils import list_data_collate
from monai.transforms import MapTransform, Transform

from efface.pipeline.in_process import deidentify_source, prepare, pseudonyms_of, publish
from efface.pipeline.policy import Policy
from efface.pipeline.report import Quarantined, Report, failure_report
from efface.transforms.core.errors import EffaceError
from efface.transforms.core.failures import explain_failure
from efface.transforms.core.instance import Source
from efface.transforms.core.pseudonyms import Pseudonyms
from efface.transforms.instance.listing import find_source, sources_of
from efface.transforms.storage import join_uri, storage_of
from efface.transforms.storage.uris import absolute

OnQuarantine = Literal["raise", "skip"]


class DeidentifyDicom(Transform):
    """De-identify a DICOM file or the folder of a series, and return where the result is.

    The verdicts and bytes are those of `efface.deidentify_file` with the same policy and key.

    Args:
        output_dir: Folder or prefix of the published files, `<patient>/<study>/<series>/<instance>.dcm`, and of `reports/`.
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
        policy: str | Policy = "basic",
        key: str | Path | None = None,
        on_quarantine: OnQuarantine = "raise",
    ) -> None:
        if on_quarantine not in ("raise", "skip"):
            raise ValueError(f"on_quarantine: {on_quarantine!r} is not one of: raise, skip")
        if isinstance(key, bytes):
            raise ValueError("key: give the file that holds the key, since a transform is pickled")
        self.output_dir, self.key = str(output_dir), None if key is None else str(key)
        self.on_quarantine = on_quarantine
        self._policy = prepare(policy)
        pseudonyms_of(self.key)

    def __call__(self, data: str | Path) -> str | list[str]:
        """De-identify what `data` names.

        Args:
            data: A file, or a folder or an archive with the instances of one series; local or a URI.

        Returns:
            The published file; for a folder, the folder of the published series. In a list with `on_quarantine="skip"`.

        Raises:
            Quarantined: An instance must not be published, and `on_quarantine` is "raise".
            ValueError: A folder holds several series, or none.
        """
        try:
            place = self._deidentify(str(data))
        except Quarantined:
            if self.on_quarantine == "skip":
                return []
            raise
        return [place] if self.on_quarantine == "skip" else place

    def _deidentify(self, uri: str) -> str:
        sources = self._sources(uri)
        is_file = [source.uri for source in sources] == [absolute(uri)]
        reports = [self.report(source) for source in sources]
        for report in reports:
            if report.verdict == "quarantined" or (is_file and not report.is_published):
                raise Quarantined(report)
        outputs = [report.output for report in reports if report.is_published]
        if is_file:
            return join_uri(self.output_dir, *outputs)
        series = {output.rpartition("/")[0] for output in outputs}
        if len(series) != 1:
            raise ValueError(f"the folder holds instances of {len(series)} series; give the folder of one series")
        return join_uri(self.output_dir, *series)

    def _sources(self, uri: str) -> list[Source]:
        """The file itself, or what is in the folder or archive.

        Raises:
            Quarantined: There is none, or it cannot be read.
        """
        try:
            return list(sources_of(uri)) or [find_source(uri)]
        except EffaceError as error:
            ref = pseudonyms_of(self.key).ref(absolute(uri))
            raise Quarantined(failure_report(ref, *explain_failure(error))) from None

    def report(self, source: Source) -> Report:
        """The report on a source. It is de-identified now, unless this version of it already is, with this policy and key.

        Raises:
            ModelError: A model cannot be loaded.
        """
        pseudonyms = pseudonyms_of(self.key)
        place = self._report_place(source, pseudonyms)
        known = storage_of(place).read(place)
        if known is not None:
            report = Report.from_json(known)
            if storage_of(self.output_dir).find(join_uri(self.output_dir, report.output)):
                return report
        report, data = deidentify_source(source, self._policy, pseudonyms)
        if report.is_published:
            report = publish(report, data, f"{self.output_dir}/")
        if report.is_published:
            storage_of(place).write(place, report.to_json().encode(), replace=True)
        return report

    def _report_place(self, source: Source, pseudonyms: Pseudonyms) -> str:
        """Where the report on this version of a source is."""
        versions = self._policy.versions(pseudonyms)
        version_ref = pseudonyms.version_ref(source.uri, source.version, source.size_bytes)
        token = pseudonyms.token("report", f"{version_ref} {versions.policy} {versions.models}", 26)
        return join_uri(self.output_dir, "reports", f"{token}.json")


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
        policy: str | Policy = "basic",
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
