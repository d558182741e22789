"""The score of a de-identifier: every check of its output, counted with exact intervals."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .checks import Check, Field
from .consistency import check_dates, check_patients, check_uids
from .frames import ReadText, check_frames
from .intervals import Share
from .leaks import find_leaks
from .manifest import Manifest
from .needles import Needle
from .outputs import Output, read_folder
from .pairing import pair_outputs
from .retained import find_losses
from .tables import count_shares, table


@dataclass(frozen=True)
class Score:
    """What was found.

    Attributes:
        published: Inputs that have an output.
        quarantined: Inputs that the de-identifier says it held back.
        missing: Inputs that are in neither.
        unknown: DICOM files of the output that were made of no input.
        checks: Of what was published.
    """

    published: int
    quarantined: int
    missing: int
    unknown: int
    checks: tuple[Check, ...]

    def rows(self, by: Field = "category", where: Callable[[Check], bool] = lambda _: True) -> dict[str, Share]:
        """Group and field -> share of what is right."""
        return count_shares((f"{check.group}: {getattr(check, by)}", check.is_right) for check in self.checks if where(check))

    def promises(self) -> dict[str, Share]:
        """Promise of a de-identifier -> share of what is right: the groups, with what is filled in pixels apart."""
        return count_shares((_promise(check), check.is_right) for check in self.checks)

    @property
    def is_perfect(self) -> bool:
        """Whether nothing is missing, surplus or wrong."""
        return not (self.missing or self.unknown or self.failures())

    def table(self, by: Field = "category") -> str:
        """A table in Markdown, with a line above that says how many instances it is about."""
        counts = f"{self.published} published, {self.quarantined} quarantined, {self.missing} missing, {self.unknown} unknown"
        return f"{counts}\n\n{table(by, dict(sorted(self.rows(by).items())))}"

    def failures(self) -> list[Check]:
        return [check for check in self.checks if not check.is_right]

    def to_json(self) -> dict[str, Any]:
        """Counts, the tables by promise and by category, and every check that failed."""
        promises = {promise: dataclasses.asdict(share) for promise, share in self.promises().items()}
        rows = {row: dataclasses.asdict(share) for row, share in self.rows().items()}
        counts = {name: getattr(self, name) for name in ("published", "quarantined", "missing", "unknown")}
        return {
            **counts,
            "promises": promises,
            "rows": rows,
            "failures": [dataclasses.asdict(check) for check in self.failures()],
        }


def score_output(
    manifest: Manifest, source: Path, output: Path, quarantined: Collection[str] = (), read: ReadText | None = None
) -> Score:
    """Score what a de-identifier made of a corpus.

    Args:
        manifest: What was planted.
        source: Folder of the input.
        output: Folder of the output; everything below it is looked at.
        quarantined: Files of the input, relative to its folder, that the de-identifier held back.
        read: An engine that reads text in the frames of the output, to confirm what their pixels say.
    """
    outputs, others = read_folder(output)
    paired = pair_outputs(manifest.instances, outputs)
    pairs = [(manifest.instances[place], made) for place, made in sorted(paired.items())]
    checks: list[Check] = []
    for instance, made in pairs:
        checks += find_leaks(instance, made)
        checks += find_losses(instance, made)
        original = Output.read(instance.file, (source / instance.file).read_bytes())
        if original is not None:
            checks += check_frames(instance, original, made, read)
    checks += check_dates(pairs)
    checks += check_uids(pairs)
    checks += check_patients(pairs)
    checks += _other_files(manifest, output, others)
    held = {instance.file for place, instance in enumerate(manifest.instances) if place not in paired}
    stopped = held & set(quarantined)
    return Score(len(pairs), len(stopped), len(held - stopped), len(outputs) - len(pairs), tuple(checks))


def _promise(check: Check) -> str:
    if check.group != "pixels":
        return check.group
    return "pixels: identifying lines filled" if check.category.endswith(" filled") else "pixels: all else unchanged"


def _other_files(manifest: Manifest, folder: Path, others: list[str]) -> Iterator[Check]:
    """What else a de-identifier writes beside its instances names no patient."""
    needles = {text: Needle(text) for instance in manifest.instances for text in instance.identity}
    spelled = {encoded: text for text, needle in needles.items() for encoded in needle.encoded()}
    for name in others:
        data = (folder / name).read_bytes().lower() + name.lower().encode()
        found = next((text for encoded, text in spelled.items() if encoded in data), "")
        yield Check("anywhere in the file", "files beside the instances", not found, name, detail=found)
