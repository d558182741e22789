"""De-identifies a batch of sources in this process: the steps of the graph in a row, without an engine.

What stands below the output is what the graph would write.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from efface.transforms.audit.store import AuditPart
from efface.transforms.audit.vault import VaultPart
from efface.transforms.core.errors import Failure
from efface.transforms.core.evidence import Evidence, Plan
from efface.transforms.core.instance import Instance, Source
from efface.transforms.core.published import Published
from efface.transforms.core.search_plan import Tile
from efface.transforms.steps.agree_by_series import CompareSeries, RereadPlaces, keyed_by_series, untouched
from efface.transforms.steps.find_tiles import FindTiles
from efface.transforms.steps.join_texts import JoinTexts
from efface.transforms.steps.judge_instance import JudgeInstance
from efface.transforms.steps.parts import Part, TableRow, WrittenFile, audit_rows, commit, file_of, identifying_rows, write_file
from efface.transforms.steps.publish import Publish
from efface.transforms.steps.read_instance import ReadInstance
from efface.transforms.steps.recognize_tiles import LIMITS, RecognizeTiles
from efface.transforms.steps.step import Step

from .job import Job, read_options
from .policy import Policy


def deidentify_batch(sources: Sequence[Source], policy: Policy, job: Job) -> None:
    """Publish what may be published, and write and commit the audit and the vault of this part of the run.

    Raises:
        ModelError: A model cannot be loaded.
        EffaceError: The audit or the vault cannot be written. Instances of the batch may be published; no mark names them.
    """
    pseudonyms = job.key.pseudonyms()
    records = list(_records(sources, policy, job))
    rows = (row for record in records for row in audit_rows(record, job.versions, pseudonyms))
    written = _write(AuditPart(job.output, job.run_id, job.part), rows, job.shards)
    if job.vault:
        known: list[Published | Source] = [*(record for record in records if isinstance(record, Published)), *sources]
        found = (row for record in known for row in identifying_rows(record, pseudonyms))
        written += _write(VaultPart(job.vault, job.run_id, job.part), found, job.shards)
    commit(job.output, job.run_id, job.part, written)


def _records(sources: Sequence[Source], policy: Policy, job: Job) -> Iterator[Published | Failure]:
    """What became of each source. Instances go through all steps one by one, unless steps look at several of them."""
    read = ReadInstance(job.key, read_options(policy, job))
    find_text = _FindText(policy)
    together = max(1, len(sources)) if find_text.compares else find_text.tiles_at_once
    where = job.key, job.output, job.run_id, job.began_sec, job.on_conflict
    publish = Publish(policy.rewrite_settings, *where, policy.readers)
    publish.load()
    for first in range(0, len(sources), together):
        failed: list[Failure] = []
        instances = _passed(read, sources[first : first + together], failed)
        yield from _passed(publish, find_text(instances, failed), failed)
        yield from failed


class _FindText:
    """What was found on the pictures; nothing for a policy that leaves the pixels alone."""

    def __init__(self, policy: Policy) -> None:
        self.is_needed = policy.cleans_pixels
        self.compares = self.is_needed and policy.ocr.series == "agree"
        self.tiles_at_once = LIMITS.tiles if self.is_needed and policy.ocr.device == "cuda" else 1
        self.find = FindTiles(policy.ocr, policy.cleans_overlays)
        self.recognize = RecognizeTiles(policy.ocr)
        self.judge = JudgeInstance(policy.phi, policy.features)
        self.reread = RereadPlaces(policy.ocr, policy.phi, self.compares)
        for step in (self.find, self.recognize, self.judge, self.reread) if self.is_needed else ():
            step.load()

    def __call__(self, instances: Sequence[Instance], failed: list[Failure]) -> list[Evidence]:
        if not self.is_needed:
            return [Evidence(instance, tiles=0, findings=()) for instance in instances]
        planned = _passed(self.find, instances, failed)
        tiles = [one for one in planned if isinstance(one, Tile)]
        texts = _passed(self.recognize, self._batches(tiles), failed)
        plans = [one for one in planned if isinstance(one, Plan)]
        joined = _passed(JoinTexts(), _grouped((one.ref, one) for one in (*plans, *texts)), failed)
        judged = _passed(self.judge, joined, failed)
        if self.compares:
            tasks = _passed(CompareSeries(), _grouped(map(keyed_by_series, judged)), failed)
        else:
            tasks = [untouched(evidence) for evidence in judged]
        return _passed(self.reread, tasks, failed)

    def _batches(self, tiles: Sequence[Tile]) -> Iterator[list[Tile]]:
        """The tiles in batches that the device reads at once."""
        batch: list[Tile] = []
        for tile in tiles:
            if batch and sum(map(LIMITS.size_of, [*batch, tile])) > self.tiles_at_once:
                yield batch
                batch = []
            batch.append(tile)
        if batch:
            yield batch


def _passed(step: Step, elements: Iterable[Any], failed: list[Failure]) -> list[Any]:
    """The results of a step; its failures join those of earlier steps."""
    results = [result for element in elements for result in step.run(element)]
    failed += [result for result in results if isinstance(result, Failure)]
    return [result for result in results if not isinstance(result, Failure)]


def _grouped(pairs: Iterable[tuple[str, Any]]) -> Iterable[tuple[str, list[Any]]]:
    groups: dict[str, list[Any]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups.items()


def _write(part: Part, rows: Iterable[TableRow], shards: int) -> list[WrittenFile]:
    files = _grouped((file_of(row, shards), row[1]) for row in rows)
    return [write_file(part, file, found) for file, found in files]
