"""The end of a run on any runner: counts from the audit, deletes outputs that must not stay, and writes the run file."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from importlib import metadata
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from efface.pipeline.job import Job
from efface.transforms.audit import mapped_patients
from efface.transforms.audit.duplicates import Settled, delete_contested, settle_duplicates, without_claims
from efface.transforms.audit.history import recorded_outputs, rewritten_rows
from efface.transforms.audit.layout import audit_prefix, instances_prefix, part_uri, reviewed_uri, run_uri, table_file_name
from efface.transforms.audit.mapped_patients import compare_with_table
from efface.transforms.audit.marks import delete_uncommitted, merge_marks, read_mark, write_mark
from efface.transforms.audit.people import People, settle_people
from efface.transforms.audit.rows import FAILURE_VERDICTS, verdict_of
from efface.transforms.audit.run_plan import delete_run_plan, ended_claims, planned_runs, read_ranks, read_run_plan
from efface.transforms.audit.schemas import SCHEMA_VERSION
from efface.transforms.audit.store import read_table, write_table
from efface.transforms.audit.vault import assemble_vault
from efface.transforms.core.errors import UnmappedPatientError, WithdrawnError
from efface.transforms.metadata.head_anatomy import CARRIER, LEFT
from efface.transforms.storage import is_local, storage_of
from efface.transforms.storage.local import remove_cut_off_writes, remove_empty_folders

from .refresh_plan import RefreshPlan, remove_outputs, remove_unrecorded

_NOT_APPLIED = "decisions_not_applied"


@dataclass
class Totals:
    """Counts of a run by result.

    Attributes:
        listed: Sources that match the input patterns.
        up_to_date: Of these, sources that an earlier run published with the same versions. They are not processed again.
        verdicts: "published", "unchanged", or one of `FAILURE_VERDICTS` -> number of other sources.
        codes: Reason code -> number of sources that are not published.
        published: ref -> output of each source that this run published.
        outputs: These outputs.
        uids: Numbers made of their SOP Instance UIDs.
        duplicate_uids: SOP Instance UIDs that more than one source of this run claims.
        withdrawn: `Pseudonyms.patient_ref` of each withdrawn patient who has listed sources.
        unmapped: The same of each patient who is not in the table of patients, and is quarantined therefore.
        issuers: (`patient_ref`, `issuer_ref`) of all published instances, each pair once.
        not_defaced: Instances of CT and MR that show the head, whose face can be rendered, and that this run published.
        decisions_not_applied: Decisions on boxes that could not be applied to an instance that this run published.
        has_lost: True when a source was given up after its batch failed: its output may stand there without a row.
    """

    listed: int = 0
    up_to_date: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    published: dict[str, str] = field(default_factory=dict)
    outputs: set[str] = field(default_factory=set)
    uids: set[int] = field(default_factory=set, repr=False)
    duplicate_uids: set[str] = field(default_factory=set)
    withdrawn: set[str] = field(default_factory=set)
    unmapped: set[str] = field(default_factory=set)
    issuers: set[tuple[str, str]] = field(default_factory=set)
    not_defaced: int = 0
    decisions_not_applied: int = 0
    has_lost: bool = False

    @property
    def done(self) -> int:
        return self.up_to_date + self.verdicts.total()

    def add_part(self, job: Job, part: str, sources: int) -> None:
        """Count a part of the run from its audit.

        Raises:
            RuntimeError: The audit does not account for exactly this number of sources.
        """
        accounted = 0
        for shard in range(job.shards):
            failed = _read(audit_file(job, part, "failures", shard), ["ref", "verdict", "code", "patient_ref"])
            columns = ["ref", "verdict", "output", "patient_ref", "issuer_ref", "carriers", "sop_instance_uid", _NOT_APPLIED]
            published = _read(audit_file(job, part, "instances", shard), columns)
            # Displacing a duplicate may have been interrupted between the two tables. Such a source counts as failed.
            published = published.filter(pc.invert(pc.is_in(published["ref"], failed["ref"].combine_chunks())))
            accounted += failed.num_rows + published.num_rows
            self.verdicts.update(failed["verdict"].to_pylist() + published["verdict"].to_pylist())
            self.codes.update(failed["code"].to_pylist())
            for code, refs in ((WithdrawnError.code, self.withdrawn), (UnmappedPatientError.code, self.unmapped)):
                refs.update(filter(None, failed.filter(pc.equal(failed["code"], code))["patient_ref"].to_pylist()))
            self.issuers.update(zip(published["patient_ref"].to_pylist(), published["issuer_ref"].to_pylist(), strict=True))
            self.not_defaced += sum((CARRIER, LEFT) in (one or ()) for one in published["carriers"].to_pylist())
            self.decisions_not_applied += sum(one or 0 for one in published[_NOT_APPLIED].to_pylist())
            outputs = published["output"].to_pylist()
            for uid in published["sop_instance_uid"].drop_null().to_pylist():
                number = zlib.crc32(uid.encode()) << 32 | zlib.adler32(uid.encode())
                if number in self.uids:
                    self.duplicate_uids.add(uid)
                self.uids.add(number)
            self.outputs.update(outputs)
            self.published.update(zip(published["ref"].to_pylist(), outputs, strict=True))
        if accounted != sources:
            raise RuntimeError("the audit of a part of the run does not account for every source of it")

    def displace_duplicates(self, job: Job, obsolete: pa.Table) -> Settled:
        """Settle which of several sources with one SOP Instance UID is published, and count the others as what they are.

        Args:
            obsolete: The table of that name in the run's plan.
        """
        settled = settle_duplicates(
            job.output,
            job.run_id,
            self.duplicate_uids,
            read_ranks=partial(read_ranks, job.output, job.run_id) if job.on_conflict == "newest" else None,
            leaving=obsolete,
        )
        self._displace(settled.displaced)
        self.duplicate_uids.clear()
        return settled

    def claims_that_stay(self, job: Job, leaving: pa.Table) -> pa.Table:
        """What is published of the patients of the output.

        Args:
            leaving: Claims of earlier runs that end with this one.
        """
        # What this run published anew under the same name stays.
        own = pa.table({"ref": list(self.published), "output": list(self.published.values())})
        return without_claims(recorded_outputs(job.output, mapped_patients.COLUMNS), without_claims(leaving, own))

    def displace_people(self, job: Job, claims: pa.Table) -> People:
        """Find people who share a Patient ID or have several, and quarantine what is theirs where the policy says so."""
        people = settle_people(job.output, job.run_id, claims, shared_ids=job.on_shared_ids, several_ids=job.on_several_ids)
        self._displace(people.displaced)
        return people

    def _displace(self, displaced: Mapping[str, tuple[str, str]]) -> None:
        """Count sources as failed that were counted as published."""
        for ref, (verdict, code) in displaced.items():
            self.published.pop(ref, None)
            self.verdicts[verdict] -= 1
            self.verdicts[verdict_of(code)] += 1
            self.codes[code] += 1


def _read(uri: str, columns: list[str]) -> pa.Table:
    """These columns of an audit file; no rows if the file does not exist."""
    table = read_table(uri, columns=columns)
    return table if table is not None else pa.table({name: pa.array([], pa.string()) for name in columns})


def audit_file(job: Job, part: str, table: str, shard: int = 0) -> str:
    """The URI of a shard of an audit table that a part of the run writes."""
    return part_uri(job.output, table, job.run_id, part, shard)


def run_file(job: Job) -> str:
    """The URI of the run file: what ran, with its counts."""
    return run_uri(job.output, job.run_id)


def finalize_run(job: Job, plan: RefreshPlan, totals: Totals, started: datetime) -> dict[str, Any]:
    """Delete the outputs that must not stay, then write the run file.

    The run file is the last object of a run: a run that has one is complete. Idempotent.

    Returns:
        The content of the run file.
    """
    existing = storage_of(run_file(job)).read(run_file(job))
    if existing is not None:  # An engine may repeat its last step.
        return dict(json.loads(existing))
    run_plan = read_run_plan(job.output, job.run_id)
    # What earlier, interrupted runs left ends with this one.
    ended = {job.run_id, *(run_id for run_id in planned_runs(job.output) if run_id <= job.run_id)}
    delete_uncommitted(job.output)
    settled = totals.displace_duplicates(job, run_plan.obsolete)
    leaving = pa.concat_tables([run_plan.obsolete, ended_claims(settled.superseded)])
    claims = totals.claims_that_stay(job, leaving)
    people = totals.displace_people(job, claims)
    leaving = pa.concat_tables([leaving, ended_claims(people.ended, has_other_source=False)])
    removed = remove_outputs(job, leaving, totals.published)
    _write_reviewed(job, run_plan.reviewed, leaving)
    if totals.has_lost:
        remove_unrecorded(job)
    merge_marks(job.output, job.run_id)
    for place in filter(is_local, (audit_prefix(job.output), *filter(None, [job.vault]))):
        remove_cut_off_writes(place, job.began_sec)
    if is_local(job.output) and (removed or settled.displaced or people.displaced or totals.has_lost):
        remove_empty_folders(instances_prefix(job.output))
    if job.vault:
        committed = {name for run_id in ended for name in read_mark(job.output, run_id).vault}
        assemble_vault(job.vault, committed, ended, without=frozenset({*settled.displaced, *people.displaced}))
    counts = {"listed": totals.listed, **{name: totals.verdicts[name] for name in ("published", *FAILURE_VERDICTS)}}
    counts["unchanged"] = totals.up_to_date + totals.verdicts["unchanged"]
    counts["removed"] = removed
    report = {
        "run": job.run_id,
        "schema": SCHEMA_VERSION,
        "efface": metadata.version("efface"),
        "policy": job.versions.policy or None,  # A withdrawal has neither.
        "models": job.versions.models or None,
        "key_id": job.versions.key_id,
        "started": f"{started:%Y-%m-%dT%H:%M:%SZ}",
        "ended": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "counts": counts,
        "codes": dict(sorted(totals.codes.items())),
        "heads_not_defaced": totals.not_defaced,
        "decisions_not_applied": totals.decisions_not_applied,
        "removal_skipped": plan.removal_skipped,
        "withdrawal": {
            "entries": plan.withdrawal_entries,
            "matched_nobody": sum(not entry & totals.withdrawn for entry in plan.unmatched_entries),
        },
        "table_of_patients": _table_of_patients(run_plan.mapped, claims, totals, people),
        "patient_ids_of_several_people": len(people.shared_ids),
        "people_of_several_patient_ids": people.people_of_several_ids,
        "patient_ids_of_several_issuers": _count_shared_ids(totals.issuers.union(_issuer_pairs(run_plan.issuers))),
    }
    storage_of(run_file(job)).write(run_file(job), json.dumps(report, indent=2).encode() + b"\n", replace=True)
    for run_id in ended:
        delete_contested(job.output, run_id)
        delete_run_plan(job.output, run_id)
    return report


def _write_reviewed(job: Job, reviewed: pa.Table, leaving: pa.Table) -> None:
    """Record that outputs stand under a new choice of instances and a new layout, so that no later run looks at them again."""
    for number, rows in enumerate(rewritten_rows(job.output, without_claims(reviewed, leaving), job.versions)):
        uri = reviewed_uri(job.output, job.run_id, number)
        write_table(uri, rows, replace=True)
        write_mark(job.output, job.run_id, f"reviewed-{number:05d}", [table_file_name(uri, "instances")])


def _table_of_patients(mapped: pa.Table, claims: pa.Table, totals: Totals, people: People) -> dict[str, int] | None:
    """How the policy's table of patients fits the output; None where the policy has none."""
    if not mapped.num_rows:
        return None
    gone = pa.array([*people.displaced, *(ref for ref, _ in people.ended)], pa.string())
    stay = claims.filter(pc.invert(pc.is_in(claims["ref"], gone)))
    return compare_with_table(mapped, stay, totals.unmapped)._asdict()


def _issuer_pairs(issuers: pa.Table) -> Iterable[tuple[str, str]]:
    return zip(issuers["patient_ref"].to_pylist(), issuers["issuer_ref"].to_pylist(), strict=True)


def _count_shared_ids(issuers: Iterable[tuple[str, str]]) -> int:
    """The number of Patient IDs with several issuers. No issuer counts as an issuer of its own."""
    times = Counter(patient_ref for patient_ref, _ in set(issuers) if patient_ref)
    return sum(count > 1 for count in times.values())
