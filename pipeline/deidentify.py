"""The graph, top to bottom."""

from __future__ import annotations

from dataclasses import dataclass

import apache_beam as beam

from efface.transforms.agree_by_series import AgreeBySeries
from efface.transforms.audit.rows import Versions
from efface.transforms.classify_text import ClassifyText
from efface.transforms.core.records import Source
from efface.transforms.find_text_tiles import FindTextTiles
from efface.transforms.join_by_instance import JoinByInstance
from efface.transforms.publish_instance import PublishInstance
from efface.transforms.read_instances import ReadInstances
from efface.transforms.recognize_text import RecognizeText
from efface.transforms.rewrite_instance import RewriteInstance
from efface.transforms.storage.key_source import KeySource
from efface.transforms.verify_instance import VerifyInstance
from efface.transforms.write_audit import WriteAudit
from efface.transforms.write_vault import WriteVault

from .policy import Policy


@dataclass(frozen=True)
class Job:
    """What one graph works on.

    Attributes:
        output: Prefix of the de-identified instances and the audit.
        vault: Prefix of the identifying maps, or "" for none.
        key: Where the key is.
        run_id: The run that this graph is a part of.
        part: Which part; parts of one run write audit files of their own.
        shards: Audit files a table that this part writes.
        versions: What the instances are made with, for the audit.
        withdrawn: `Pseudonyms.patient_ref` of each patient whose instances are left out.
        began_sec: When the run began, in seconds since 1970: what stood there before and no audit tells of is half a run's.
    """

    output: str
    vault: str
    key: KeySource
    run_id: str
    part: str
    shards: int
    versions: Versions
    withdrawn: frozenset[str] = frozenset()
    began_sec: float = 0.0


def deidentify(sources: beam.PCollection[Source], policy: Policy, job: Job) -> beam.PCollection[str]:
    """Build the graph over the sources: each of them ends as a published instance or as a failure, once.

    Returns:
        The name of a table for each file of the audit and the vault, once it is written: what a last step can wait for.
    """
    read = sources | "Read instances" >> ReadInstances(job.key, job.withdrawn)
    planned = read.passed | "Find text tiles" >> FindTextTiles(policy.ocr, policy.cleans_pixels, policy.cleans_overlays)
    texts = planned.tiles | "Recognize text" >> RecognizeText(policy.ocr)
    findings = texts | "Classify text" >> ClassifyText(policy.phi)
    joined = {"plans": planned.plans, "tiles": findings} | "Join by instance" >> JoinByInstance()
    agreed = joined.passed | "Agree by series" >> AgreeBySeries(policy.ocr, policy.phi)
    rewrite = RewriteInstance(policy.profile, job.key, policy.cleans_pixels, policy.cleans_overlays, policy.phi.model)
    rewritten = agreed.passed | "Rewrite instance" >> rewrite
    verified = rewritten.passed | "Verify" >> VerifyInstance(policy.profile, policy.cleans_overlays)
    published = verified.passed | "Publish" >> PublishInstance(job.output, job.run_id, job.began_sec)

    steps = (read, planned, joined, agreed, rewritten, verified, published)
    told = (published.passed, *(step.failed for step in steps)) | "Tell all" >> beam.Flatten()
    written = told | "Write audit" >> WriteAudit(job.output, job.run_id, job.part, job.versions, job.key, job.shards)
    if not job.vault:
        return written
    identifying = (published.passed, sources) | "Tell vault" >> beam.Flatten()
    in_vault = identifying | "Write vault" >> WriteVault(job.vault, job.key, job.part, job.shards)
    return (written, in_vault) | "Written" >> beam.Flatten()
