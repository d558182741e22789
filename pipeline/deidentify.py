"""The graph, top to bottom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import apache_beam as beam

from efface.transforms.agree_by_series import AgreeBySeries
from efface.transforms.commit_part import CommitPart
from efface.transforms.core.errors import Failure
from efface.transforms.core.evidence import Evidence
from efface.transforms.core.instance import Instance, Source
from efface.transforms.core.published import Published
from efface.transforms.find_text_tiles import FindTextTiles, Planned
from efface.transforms.join_by_instance import JoinByInstance
from efface.transforms.judge_text import JudgeText
from efface.transforms.publish_instance import PublishInstance
from efface.transforms.read_instances import ReadInstances
from efface.transforms.recognize_text import RecognizeText, with_accelerator
from efface.transforms.step import Outcome
from efface.transforms.write_audit import WriteAudit
from efface.transforms.write_vault import WriteVault

from .job import Job, read_options
from .policy import Policy


class Deidentified(NamedTuple):
    """The results. Each source is in `published` or in `failed`, once.

    Attributes:
        written: The name of the part, once its rows of the audit and the vault are committed: a last step can wait for it.
    """

    published: beam.PCollection[Published]
    failed: beam.PCollection[Failure]
    written: beam.PCollection[str]


def _publish_instance(policy: Policy, job: Job) -> PublishInstance:
    """The last step on an instance. It reads text as well: on the output."""
    where = job.key, job.output, job.run_id, job.began_sec, job.on_conflict
    return with_accelerator(PublishInstance(policy.rewrite_settings, *where, policy.readers), policy.ocr, job.accelerator)


def _find_text(
    instances: beam.PCollection[Instance], policy: Policy, job: Job
) -> tuple[beam.PCollection[Evidence], tuple[Planned | Outcome[Any], ...]]:
    """What was found on the pictures, and the steps that looked; none for a policy that leaves the pixels alone."""
    if not policy.cleans_pixels:
        return instances | "Leave pixels alone" >> beam.Map(_not_looked_at).with_output_types(Evidence), ()
    planned = instances | "Find text tiles" >> FindTextTiles(policy.ocr, policy.cleans_overlays)
    texts = planned.tiles | "Recognize text" >> RecognizeText(policy.ocr, job.accelerator)
    joined = {"plans": planned.plans, "tiles": texts} | "Join by instance" >> JoinByInstance()
    judged = joined.passed | "Judge text" >> JudgeText(policy.phi, policy.features)
    agreed = judged.passed | "Agree by series" >> AgreeBySeries(policy.ocr, policy.phi)
    return agreed.passed, (planned, joined, judged, agreed)


def _not_looked_at(instance: Instance) -> Evidence:
    return Evidence(instance, tiles=0, findings=())


@dataclass
class Deidentify(beam.PTransform[beam.PCollection[Source], Deidentified]):
    """The graph over stored objects. Each application in a pipeline needs a label and an output of its own.

    `efface.open_run` gives policy and job for a graph of the caller's own.
    """

    policy: Policy
    job: Job

    def expand(self, sources: beam.PCollection[Source]) -> Deidentified:
        policy, job = self.policy, self.job
        read = sources | "Read instances" >> ReadInstances(job.key, read_options(policy, job))
        found, steps = _find_text(read.passed, policy, job)
        published = found | "Publish instance" >> _publish_instance(policy, job)

        failed = [step.failed for step in (read, *steps, published)] | "Unite failures" >> beam.Flatten()
        results = (published.passed, failed) | "Unite results" >> beam.Flatten()
        written = results | "Write audit" >> WriteAudit(job.output, job.run_id, job.part, job.versions, job.key, job.shards)
        if job.vault:
            identifying = (published.passed, sources) | "Unite for vault" >> beam.Flatten()
            in_vault = identifying | "Write vault" >> WriteVault(job.vault, job.key, job.run_id, job.part, job.shards)
            written = (written, in_vault) | "Written" >> beam.Flatten()
        return Deidentified(published.passed, failed, written | "Commit" >> CommitPart(job.output, job.run_id, job.part))
