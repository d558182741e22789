"""The plan of a refresh: compares the sources with the audit of earlier runs and with the existing outputs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from efface.pipeline.job import Job
from efface.pipeline.policy import Policy
from efface.transforms.audit.history import History, existing_outputs
from efface.transforms.audit.layout import deleted_uri, instance_uri, table_file_name
from efface.transforms.audit.marks import write_mark
from efface.transforms.audit.rows import removed_row, to_parquet
from efface.transforms.audit.run_plan import (
    ISSUERS,
    MAPPED,
    OBSOLETE,
    RANKS,
    REVIEWED,
    RunPlan,
    unfinished_runs,
    write_run_plan,
)
from efface.transforms.audit.schemas import INSTANCES
from efface.transforms.audit.store import require_schema_version
from efface.transforms.core.decisions import NO_DECISIONS
from efface.transforms.core.instance import Source
from efface.transforms.core.pseudonyms import Pseudonyms
from efface.transforms.metadata.patients import PatientMapping, mapping_refs, spelled_otherwise
from efface.transforms.storage import storage_of
from efface.transforms.storage.members import is_unlisted, member_of

from .reexamine import Reexamination
from .withdrawal import WithdrawalEntry

_INSTANCE_OR_PART_OF_ONE = r"^([^/]+/)*([^/]+\.dcm|\.efface-[^/]+\.tmp)$"


class KeyMismatchError(ValueError):
    """The output contains instances that were made with another key. The message says what to do."""


@dataclass(frozen=True)
class RefreshPlan:
    """What to do with the listed sources.

    Attributes:
        pending: Sources to process: new or changed ones, those made with other versions, and those without their output.
        up_to_date: Number of sources that are published with the same versions and have their output.
        outdated: Of the pending, sources that did not change: policy, models, their line of the table of patients or decisions
            did.
        withdrawal_entries: Number of entries of the withdrawal list.
        unmatched_entries: Of these, entries whose patients have no published instances.
        removal_skipped: The outputs of sources that are not listed stay, though the run was to delete them: an archive or a
            DICOMDIR of the input could not be listed, and may hold or name these sources.
        run_plan: What the workers and the end of the run need. It is stored below the output.
    """

    pending: list[Source] = field(default_factory=list)
    up_to_date: int = 0
    outdated: int = 0
    withdrawal_entries: int = 0
    unmatched_entries: tuple[WithdrawalEntry, ...] = ()
    removal_skipped: bool = False
    run_plan: RunPlan = field(default_factory=RunPlan)


def begin_run(
    job: Job,
    sources: Sequence[Source],
    *,
    redo: bool = False,
    rekey: bool = False,
    deletes_removed: bool = False,
    withdrawn: Sequence[WithdrawalEntry] = (),
    policy: Policy | None = None,
) -> RefreshPlan:
    """Plan a run on its output, and store the plan, which marks the run as begun.

    Args:
        rekey: Every output of another key goes at the end of the run, whether its source is listed or not.
        policy: Of the run. Patients whose line changed in its table are done again, and so is what its `select` leaves out now,
            or its `output.layout` calls otherwise. None for a policy without these.

    Raises:
        SchemaVersionError: Another version of efface wrote the audit of the output.
        KeyMismatchError: The output was made with another key, which hides the source and the patient of each instance.
    """
    require_schema_version(job.output)
    policy = policy or Policy()
    patients, review = policy.profile.patients, Reexamination(policy.selection, policy.layout)
    history = History(
        job.output,
        job.versions,
        mapping_refs(patients, job.key.pseudonyms()),
        requires_line=policy.profile.requires_line,
        decisions=job.decisions or NO_DECISIONS,
        pseudonyms=job.key.pseudonyms(),
    )
    existing, unfinished = existing_outputs(job.output), unfinished_runs(job.output)
    unrecorded = _unrecorded(history, existing) if unfinished else existing[:0]
    key_id = job.versions.key_id
    of_other_key = history.is_of_other_key(key_id)
    if not rekey and (of_other_key.any() or (len(unrecorded) and set(unfinished.values()) != {key_id})):
        raise KeyMismatchError(
            "the output contains instances that were made with another key, and this key cannot tell whose they are: "
            "use the key that made them, give another output, or replace them all by `efface run --rekey`"
        )
    plan = plan_refresh(
        sources,
        history,
        existing,
        job.key.pseudonyms(),
        redo=redo,
        deletes_removed=deletes_removed,
        withdrawn=withdrawn,
        unrecorded=unrecorded,
        replaced=of_other_key,
        keeps=partial(review.keeps, job.output),
    )
    if job.on_conflict == "newest":
        plan = replace(plan, run_plan=replace(plan.run_plan, ranks=_ranks(sources, job.key.pseudonyms())))
    plan = replace(plan, run_plan=replace(plan.run_plan, mapped=_mapped(patients, job.key.pseudonyms())))
    write_run_plan(job.output, job.run_id, key_id, plan.run_plan)
    return plan


def plan_refresh(
    sources: Sequence[Source],
    history: History,
    existing: pa.Array,
    pseudonyms: Pseudonyms,
    *,
    redo: bool = False,
    deletes_removed: bool = False,
    withdrawn: Sequence[WithdrawalEntry] = (),
    unrecorded: pa.Array | None = None,
    replaced: npt.NDArray[np.bool_] | None = None,
    keeps: Callable[[list[str], list[Source], list[str]], list[bool]] = lambda refs, sources, paths: [False] * len(refs),
) -> RefreshPlan:
    """Compare the listed sources with the audit and with the existing outputs.

    Args:
        existing: Every object below `instances/`.
        redo: Process published sources again.
        deletes_removed: Delete the outputs of sources that are not listed any more, unless a part of the input is unlisted.
        withdrawn: The patients whose outputs are deleted, whether their sources are listed or not.
        unrecorded: Objects of `existing` that an interrupted run left and that are not in the audit.
        replaced: True for each claim of `history` that ends with the run in any case.
        keeps: See `Reexamination.keeps`, for claims that need a review. By default all of them are done again.
    """
    claims = history.claims
    exists = np.asarray(pc.is_in(claims["output"], existing), bool)
    patient_refs = pa.array(sorted(frozenset[str]().union(*withdrawn)), pa.string())
    is_withdrawn = np.asarray(pc.is_in(claims["patient_ref"], patient_refs), bool)
    is_withdrawn = np.asarray(
        pc.is_in(claims["output"], claims["output"].filter(pa.array(is_withdrawn)).combine_chunks()), bool
    )
    may_stay = exists & ~is_withdrawn & (True if replaced is None else ~replaced)

    # A million sources are compared as arrays; as objects they would take a gigabyte.
    refs = pseudonyms.refs(source.uri for source in sources)
    versions = pseudonyms.version_refs((source.uri, source.version, source.size_bytes) for source in sources)
    known = history.claims_of_any_versions(refs, versions)
    rows = history.current(known)
    is_up_to_date = rows >= 0
    is_up_to_date[is_up_to_date] = may_stay[rows[is_up_to_date]] & (not redo)

    review = np.flatnonzero(is_up_to_date)
    review = review[history.needs_review[rows[review]]]
    reviewed = claims.select(REVIEWED.names).take(pa.array(rows[review]))
    kept = keeps(reviewed["ref"].to_pylist(), [sources[row] for row in review.tolist()], reviewed["output"].to_pylist())
    is_up_to_date[review] = kept

    stays = np.zeros(len(may_stay), bool)
    stays[rows[is_up_to_date]] = True
    removal_skipped = deletes_removed and any(map(is_unlisted, sources))
    if removal_skipped or not deletes_removed:
        stays |= history.is_last & may_stay & ~np.isin(history.refs, refs)
    return RefreshPlan(
        pending=[sources[row] for row in np.flatnonzero(~is_up_to_date).tolist()],
        up_to_date=int(is_up_to_date.sum()),
        outdated=int(((known >= 0) & (rows < 0)).sum()),
        withdrawal_entries=len(withdrawn),
        unmatched_entries=tuple(entry for entry in withdrawn if not entry & history.patient_refs),
        removal_skipped=removal_skipped,
        run_plan=RunPlan(
            _obsolete(claims, stays, exists, unrecorded),
            _issuers(claims.filter(pa.array(stays))),
            reviewed=reviewed.filter(pa.array(kept, pa.bool_())).cast(REVIEWED),
        ),
    )


def _ranks(sources: Sequence[Source], pseudonyms: Pseudonyms) -> pa.Table:
    """Each listed source with its place in the order of their times: equal times have one place.

    Where sources lie in several kinds of storage, times are as precise as in the coarsest: two within a second of S3 are equal.
    """
    stored = [member.container if (member := member_of(source)) else source for source in sources]
    units_ns = [storage_of(source.uri).time_unit_ns for source in stored]
    unit_ns = max(units_ns, default=1)
    written = (_written(source) * own_ns // unit_ns for source, own_ns in zip(stored, units_ns, strict=True))
    times = np.fromiter(written, np.int64, len(sources))
    _, ranks = np.unique(times, return_inverse=True)
    refs = pa.array((pseudonyms.ref(source.uri) for source in sources), pa.string())
    return pa.table([refs, pa.array(ranks.astype(np.int32))], schema=RANKS)


def _mapped(patients: Iterable[PatientMapping], pseudonyms: Pseudonyms) -> pa.Table:
    """The patients of the table, with the hash of the spelling that a spreadsheet may have changed."""
    old_ids = [patient.old_id for patient in patients]
    exact = pa.array(map(pseudonyms.exact_patient_ref, old_ids), pa.string())
    any_spelling = pa.array((pseudonyms.patient_ref(spelled_otherwise(one)) for one in old_ids), pa.string())
    return pa.table([exact, any_spelling], schema=MAPPED)


def _written(source: Source) -> int:
    """The time of writing of an object, in the unit of its storage; 0 where it is not known."""
    number = source.version.partition("-")[0]
    return int(number) if number.isdecimal() else 0


def _unrecorded(history: History, existing: pa.Array) -> pa.Array:
    """Existing instances, and temporary parts of such, that are not in the audit."""
    is_recorded = pc.is_in(existing, history.claims["output"].combine_chunks())
    is_ours = pc.match_substring_regex(existing, _INSTANCE_OR_PART_OF_ONE)
    return existing.filter(pc.and_(is_ours, pc.invert(is_recorded)))


def _obsolete(
    claims: pa.Table, stays: npt.NDArray[np.bool_], exists: npt.NDArray[np.bool_], unrecorded: pa.Array | None
) -> pa.Table:
    """The claims that end with this run, and the unrecorded objects, which have no ref."""
    outputs_that_stay = claims["output"].filter(pa.array(stays)).combine_chunks()
    obsolete = pa.table(
        {
            "ref": claims["ref"],
            "output": claims["output"],
            "has_other_source": pc.is_in(claims["output"], outputs_that_stay),
            "exists": pa.array(exists),
        },
        OBSOLETE,
    ).filter(pa.array(~stays))
    if unrecorded is None or not len(unrecorded):
        return obsolete
    ref, has_other_source, is_there = (pa.array([value] * len(unrecorded)) for value in ("", False, True))
    return pa.concat_tables([obsolete, pa.table([ref, unrecorded, has_other_source, is_there], schema=OBSOLETE)])


def _issuers(claims: pa.Table) -> pa.Table:
    pairs = claims.select(ISSUERS.names).group_by(ISSUERS.names).aggregate([])
    return pairs.select(ISSUERS.names).filter(pc.is_valid(pairs["issuer_ref"])).cast(ISSUERS)


def remove_outputs(job: Job, obsolete: pa.Table, published: Mapping[str, str]) -> int:
    """Record the ended claims in the audit, then delete the outputs that no source claims any more.

    In this order an object that a crash leaves is in no audit, and the next run deletes it.

    Args:
        obsolete: The table of that name in the run's plan.
        published: ref -> output of each source that this run published.

    Returns:
        The number of deleted objects.
    """
    kept = frozenset(published.values())
    columns = (obsolete[name].to_pylist() for name in ("ref", "output", "has_other_source", "exists"))
    rows = [
        (ref, path, *rest)
        for ref, path, *rest in zip(*columns, strict=True)
        if published.get(ref) != path and (ref or path not in kept)  # What no audit knew may be published again.
    ]
    deleted = {path for _, path, has_other_source, exists in rows if exists and not has_other_source} - kept
    if rows:
        uri = deleted_uri(job.output, job.run_id)
        removed = (removed_row(ref, path) for ref, path, *_ in rows)
        storage_of(uri).write(uri, to_parquet(INSTANCES, removed), replace=True)
        write_mark(job.output, job.run_id, "removed", [table_file_name(uri, "instances")])
    for path in sorted(deleted):
        uri = instance_uri(job.output, path)
        storage_of(uri).delete(uri)
    return len(deleted)


def remove_unrecorded(job: Job) -> None:
    """Delete the outputs that no row of the audit records, which batches left that failed after they had published."""
    unrecorded = _unrecorded(History(job.output, job.versions), existing_outputs(job.output))
    for path in unrecorded.to_pylist():
        uri = instance_uri(job.output, path)
        storage_of(uri).delete(uri)
