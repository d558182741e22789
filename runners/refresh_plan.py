"""What a refresh has to do, and what it has to undo: sources against the audit of earlier runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from efface.pipeline.deidentify import Job
from efface.transforms.audit.rows import removed_row, to_parquet
from efface.transforms.audit.schemas import INSTANCES
from efface.transforms.core.identity import Pseudonyms
from efface.transforms.core.records import Source
from efface.transforms.history import History
from efface.transforms.storage import join_uri, read_text, storage_of

_REF_TYPE = "S32"
"""A million sources are compared as arrays: objects would take a gigabyte."""


@dataclass(frozen=True)
class RefreshPlan:
    """What to do with the listed sources.

    Attributes:
        waiting: New and changed sources, and those that would be made otherwise now.
        known: How many are published already under the same versions.
        superseded: ref -> output of what is made anew, which goes if its new output has another name.
        removed: ref -> output of what must not stay: its source is gone, or its patient withdrew.
    """

    waiting: list[Source] = field(default_factory=list)
    known: int = 0
    superseded: dict[str, str] = field(default_factory=dict)
    removed: dict[str, str] = field(default_factory=dict)


def plan_refresh(
    sources: Sequence[Source],
    history: History,
    pseudonyms: Pseudonyms,
    *,
    redo: bool = False,
    deletes_removed: bool = False,
    withdrawn: frozenset[str] = frozenset(),
) -> RefreshPlan:
    """Compare the listed sources with what the audit tells.

    Args:
        redo: Also do what is published already.
        deletes_removed: Outputs whose source is not listed any more are to go; the listing is then taken to be everything.
        withdrawn: `Pseudonyms.patient_ref` of each patient whose outputs are to go.
    """
    plan = RefreshPlan()
    plan.removed.update(history.outputs_of_patients(withdrawn) if withdrawn else {})
    refs = np.fromiter((pseudonyms.ref(source.uri).encode() for source in sources), _REF_TYPE, len(sources))
    version_type = f"S{max((len(source.version) for source in sources), default=1)}"
    listed = np.fromiter((source.version.encode() for source in sources), version_type, len(sources))
    is_known = np.zeros(len(sources), bool) if redo else history.are_done(refs, listed)
    is_known &= ~np.isin(refs, np.array(sorted(plan.removed), _REF_TYPE))
    for row in np.flatnonzero(~is_known).tolist():
        source, ref = sources[row], refs[row].decode()
        old = history.output_of(ref)
        plan.waiting.append(replace(source, replaces=old))
        if old and ref not in plan.removed:
            plan.superseded[ref] = old
    if deletes_removed:
        plan.removed.update(history.outputs_of_others(refs))
    return replace(plan, known=int(is_known.sum()))


def read_withdrawn(file: str, pseudonyms: Pseudonyms) -> frozenset[str]:
    """The patients of a withdrawal list: one original Patient ID a line, blank lines and lines that begin with # left out.

    Args:
        file: A local file or an object.

    Raises:
        OSError, UnicodeDecodeError, EffaceError: The list cannot be read.
    """
    lines = (line.strip() for line in read_text(file).splitlines())
    return frozenset(pseudonyms.patient_ref(line) for line in lines if line and not line.startswith("#"))


def remove_outputs(job: Job, outputs: Mapping[str, str], kept: Sequence[str] = ()) -> int:
    """Delete outputs and say so in the audit, one row each.

    Args:
        outputs: ref -> output.
        kept: Outputs that stay, because something else was published under their name.

    Returns:
        How many were deleted.
    """
    gone = {ref: path for ref, path in outputs.items() if path not in set(kept)}
    for path in gone.values():
        uri = join_uri(job.output, "instances", path)
        storage_of(uri).delete(uri)
    if gone:
        # Its name sorts before the parts, since a row of the same run that says "published" comes later and counts.
        uri = join_uri(job.output, "audit", "instances", f"run={job.run_id}", "deleted.parquet")
        rows = [removed_row(ref, path) for ref, path in gone.items()]
        storage_of(uri).write(uri, to_parquet(INSTANCES, rows), replace=True)
    return len(gone)
