"""The settings of one graph beside its policy. Imports no Beam, since a launcher that starts workers needs none."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from efface.transforms.core.decisions import NO_DECISIONS, Decisions
from efface.transforms.core.published import Versions
from efface.transforms.instance.describe import ReadOptions
from efface.transforms.storage.key_source import KeySource

from .policy import Policy, PreparedPolicy


@dataclass(frozen=True)
class Job:
    """The settings of one graph, beside the policy.

    Attributes:
        output: Prefix of the de-identified instances and the audit.
        key: Where the key is.
        versions: What the instances are made with, for the audit.
        run_id: The run that this graph is a part of.
        part: Which part; parts of one run write audit files of their own.
        shards: Audit files a table that this part writes.
        vault: Prefix of the identifying maps, or "" for none.
        withdrawn: `Pseudonyms.patient_ref` of each patient whose instances are left out.
        began_sec: When the run began, in seconds since 1970. An older output that no audit knows is of an interrupted run.
        accelerator: What workers that read text on CUDA have, in Beam's words for a resource hint; "" for a T4.
        on_conflict: Which of several sources with one SOP Instance UID is published: one of `ON_CONFLICT`.
        on_shared_ids, on_several_ids: What happens to people who share a Patient ID or have several: `ON_PEOPLE`.
        decisions: What people decided, as `new_job` reads it with the key; None where it was not read.
    """

    output: str
    key: KeySource
    versions: Versions
    run_id: str
    part: str = "all"
    shards: int = 1
    vault: str = ""
    withdrawn: frozenset[str] = frozenset()
    began_sec: float = 0.0
    accelerator: str = ""
    on_conflict: str = "quarantine"
    on_shared_ids: str = "report"
    on_several_ids: str = "report"
    decisions: Decisions | None = None


def new_job(prepared: PreparedPolicy | None, key: KeySource, output: str) -> Job:
    """The job of a new run. Ids of runs sort in the order in which the runs began, to the microsecond.

    Args:
        prepared: See `Policy.resolve`. None for a run that processes no instance.
        key: Every worker must find the same key there.
        output: See `Job`.

    Raises:
        KeyUnavailableError: The key is missing or unusable.
        DecisionError: The table of decisions is missing, or not signed by this key.
    """
    now, pseudonyms = datetime.now(UTC), key.pseudonyms()
    job = Job(
        output,
        replace(key, key_id=pseudonyms.key_id),
        prepared.versions(pseudonyms) if prepared else Versions("", "", pseudonyms.key_id),
        f"{now:%Y%m%dT%H%M%SZ}-{now.microsecond:05x}{secrets.token_hex(1)}",
        began_sec=now.timestamp(),
    )
    if prepared is None:
        return job
    return replace(
        job,
        on_conflict=prepared.policy.on_conflict,
        on_shared_ids=prepared.policy.on_shared_ids,
        on_several_ids=prepared.policy.on_several_ids,
        decisions=prepared.policy.decisions.read(pseudonyms),
    )


def read_options(policy: Policy, job: Job) -> ReadOptions:
    """Which instances are taken, and what people decided about them.

    Raises:
        ValueError: The policy has decisions, and they were not read with the key.
    """
    if policy.decisions and job.decisions is None:
        raise ValueError("the decisions of the policy were not read: make the job by `new_job`")
    decisions, retains_uids = job.decisions or NO_DECISIONS, policy.profile.retains_uids
    return ReadOptions(job.withdrawn, policy.selection, policy.replaces_labels, decisions, retains_uids)
