"""Plans a refresh: compares sources with the audit of earlier runs and with the existing outputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from efface.pipeline.deidentify import Job
from efface.transforms.audit.history import History, existing_outputs
from efface.transforms.audit.layout import deleted_uri, instance_uri
from efface.transforms.audit.rows import removed_row, to_parquet
from efface.transforms.audit.run_plan import ISSUERS, OBSOLETE, RunPlan, unfinished_runs, write_run_plan
from efface.transforms.audit.schemas import INSTANCES
from efface.transforms.audit.store import require_schema_version
from efface.transforms.core.instance import Source
from efface.transforms.core.pseudonyms import Pseudonyms
from efface.transforms.storage import storage_of

from .withdrawal import Entry

_TOKEN_TYPE = "S26"
"""A million sources are compared as arrays: objects would take a gigabyte."""

_INSTANCE_OR_PART_OF_ONE = r"^[^/]+/[^/]+/[^/]+/([^/]+\.dcm|\.efface-[^/]+\.tmp)$"


class OtherKeyError(ValueError):
    """The output holds what another key made; the message says what to do."""


@dataclass(frozen=True)
class RefreshPlan:
    """The plan for the listed sources.

    Attributes:
        waiting: New and changed sources, those that would be made otherwise now, and those whose output is gone.
        known: How many are published already under the same versions, and their outputs stand there.
        entries: How many patients the withdrawal list names.
        unmatched: Of these, the ones of whom nothing was ever published here.
        written: What the run's workers and its end need to know, which is written down for them.
    """

    waiting: list[Source] = field(default_factory=list)
    known: int = 0
    entries: int = 0
    unmatched: tuple[Entry, ...] = ()
    written: RunPlan = field(default_factory=RunPlan)


def begin_run(
    job: Job,
    sources: Sequence[Source],
    *,
    redo: bool = False,
    deletes_removed: bool = False,
    withdrawn: Sequence[Entry] = (),
) -> RefreshPlan:
    """Plan a run on its output, and write down that it has begun.

    Raises:
        SchemaVersionError: Another version of efface wrote the audit of the output.
        OtherKeyError: Another key made the output, so its sources and patients cannot be identified.
    """
    require_schema_version(job.output)
    history, standing, unfinished = History(job.output, job.versions), existing_outputs(job.output), unfinished_runs(job.output)
    unaudited = _unaudited(history, standing) if unfinished else standing[:0]
    key_id = job.versions.key_id
    if history.holds_other_keys(key_id) or (len(unaudited) and set(unfinished.values()) != {key_id}):
        raise OtherKeyError(
            "the output holds instances that were made under another key, and this key cannot say whose they are: "
            "use the key that made them, or give an output of its own"
        )
    plan = plan_refresh(
        sources,
        history,
        standing,
        job.key.pseudonyms(),
        redo=redo,
        deletes_removed=deletes_removed,
        withdrawn=withdrawn,
        unaudited=unaudited,
    )
    write_run_plan(job.output, job.run_id, key_id, plan.written)
    return plan


def plan_refresh(
    sources: Sequence[Source],
    history: History,
    standing: pa.Array,
    pseudonyms: Pseudonyms,
    *,
    redo: bool = False,
    deletes_removed: bool = False,
    withdrawn: Sequence[Entry] = (),
    unaudited: pa.Array | None = None,
) -> RefreshPlan:
    """Compare the listed sources with the audit and with the existing outputs.

    Args:
        standing: Every object below `instances/`.
        redo: Also do what is published already.
        deletes_removed: Outputs whose source is not listed any more are to go; the listing is then taken to be everything.
        withdrawn: The patients whose outputs are to go, listed or not.
        unaudited: Those of `standing` that a run which was cut off left.
    """
    claims = history.claims
    stands = np.asarray(pc.is_in(claims["output"], standing), bool)
    patient_refs = pa.array(sorted(frozenset[str]().union(*withdrawn)), pa.string())
    is_withdrawn = np.asarray(pc.is_in(claims["patient_ref"], patient_refs), bool)
    is_withdrawn = np.asarray(
        pc.is_in(claims["output"], claims["output"].filter(pa.array(is_withdrawn)).combine_chunks()), bool
    )
    may_stay = stands & ~is_withdrawn

    count = len(sources)
    refs = np.fromiter((pseudonyms.ref(source.uri).encode() for source in sources), _TOKEN_TYPE, count)
    tokens = (pseudonyms.version_ref(source.uri, source.version, source.size_bytes).encode() for source in sources)
    rows = history.claims_of(refs, np.fromiter(tokens, _TOKEN_TYPE, count))
    is_known = rows >= 0
    is_known[is_known] = may_stay[rows[is_known]] & (not redo)

    is_staying = np.zeros(len(may_stay), bool)
    is_staying[rows[is_known]] = True
    if not deletes_removed:
        is_staying |= history.is_last & may_stay & ~np.isin(history.refs, refs)
    return RefreshPlan(
        waiting=[sources[row] for row in np.flatnonzero(~is_known).tolist()],
        known=int(is_known.sum()),
        entries=len(withdrawn),
        unmatched=tuple(entry for entry in withdrawn if not entry & history.patient_refs),
        written=RunPlan(_leaving(claims, is_staying, stands, unaudited), _issuers(claims.filter(pa.array(is_staying)))),
    )


def _unaudited(history: History, standing: pa.Array) -> pa.Array:
    """Existing instances, whole or partial, that the audit does not know."""
    is_told = pc.is_in(standing, history.claims["output"].combine_chunks())
    is_ours = pc.match_substring_regex(standing, _INSTANCE_OR_PART_OF_ONE)
    return standing.filter(pc.and_(is_ours, pc.invert(is_told)))


def _leaving(claims: pa.Table, is_staying: np.ndarray, stands: np.ndarray, unaudited: pa.Array | None) -> pa.Table:
    staying = claims["output"].filter(pa.array(is_staying)).combine_chunks()
    leaving = pa.table(
        {
            "ref": claims["ref"],
            "output": claims["output"],
            "has_other_source": pc.is_in(claims["output"], staying),
            "exists": pa.array(stands),
        },
        OBSOLETE,
    ).filter(pa.array(~is_staying))
    unaudited = pa.array([], pa.string()) if unaudited is None else unaudited
    left = [pa.array([value] * len(unaudited)) for value in ("", False, True)]
    return (
        pa.concat_tables([leaving, pa.table([left[0], unaudited, left[1], left[2]], schema=OBSOLETE)])
        if len(unaudited)
        else leaving
    )


def _issuers(claims: pa.Table) -> pa.Table:
    pairs = claims.select(ISSUERS.names).group_by(ISSUERS.names).aggregate([])
    return pairs.select(ISSUERS.names).filter(pc.is_valid(pairs["issuer_ref"])).cast(ISSUERS)


def remove_outputs(job: Job, leaving: pa.Table, published: Mapping[str, str]) -> int:
    """Delete the outputs that nothing leads to any more, and say in the audit which sources lead to theirs no more.

    Args:
        leaving: Of the run's plan.
        published: ref -> output of what this run published.

    Returns:
        How many objects were deleted.
    """
    kept = frozenset(published.values())
    columns = (leaving[name].to_pylist() for name in ("ref", "output", "has_other_source", "exists"))
    rows = [row for row in zip(*columns, strict=True) if published.get(row[0]) != row[1]]
    gone = {path for _, path, is_held, stands in rows if stands and not is_held} - kept
    for path in sorted(gone):
        uri = instance_uri(job.output, path)
        storage_of(uri).delete(uri)
    if rows:
        uri = deleted_uri(job.output, job.run_id)
        removed = (removed_row(ref, path) for ref, path, *_ in rows)
        storage_of(uri).write(uri, to_parquet(INSTANCES, removed), replace=True)
    return len(gone)
