"""Verified bytes in, published objects out: each whole, once, under its final name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import apache_beam as beam

from .core.counters import Counter
from .core.errors import OutputConflictError
from .core.records import Published, Rewritten
from .history import told_by_other_runs
from .run_plan import outputs_that_leave
from .step import ENDED, Outcome, StepFn, apply_step, count
from .storage import join_uri, storage_of


class _PublishFn(StepFn):
    stage = "publish_instance"

    def __init__(self, output: str, run_id: str, began_sec: float) -> None:
        self.output, self.run_id, self.began_sec = output, run_id, began_sec

    def handle(self, element: Rewritten) -> Iterator[Published]:
        uri = join_uri(self.output, "instances", element.names.path)
        storage = storage_of(uri)
        try:
            is_new = storage.write(uri, element.data)
        except OutputConflictError:
            if not self._displaces(element, uri):
                raise
            is_new = storage.write(uri, element.data, replace=True)
        count(self.stage, Counter.BYTES_WRITTEN, len(element.data) if is_new else 0)
        ENDED[self.stage] += 1
        yield Published(
            evidence=element.evidence,
            names=element.names,
            linkage=element.linkage,
            patient_ref=element.patient_ref,
            issuer_ref=element.issuer_ref,
            transfer_syntax_uid=element.transfer_syntax_uid,
            pixel_method=element.pixel_method,
            actions=element.actions,
            carriers=element.carriers,
            output_bytes=len(element.data),
            output_sha256=_sha256(element.data),
            was_there=not is_new,
            rewrite_msec=element.rewrite_msec,
        )

    def _displaces(self, element: Rewritten, uri: str) -> bool:
        """Whether an instance takes the place of what stands under its name.

        What earlier runs made stays, as long as a source leads to it that is listed and did not change; nothing else leads to
        what the run's plan lets go. What no audit tells of is left of a run that was cut off. Of two sources of this run with
        one UID, the one with the lower digest wins: as good as any other, and it does not depend on who comes first.
        """
        storage, path = storage_of(uri), element.names.path
        told = told_by_other_runs(self.output, self.run_id)
        if path in told.outputs and path not in outputs_that_leave(self.output, self.run_id):
            return False
        standing = _sha256(storage.read(uri) or b"")
        if standing in told.digests or storage.written_sec(uri) < self.began_sec:
            return True
        return _sha256(element.data) < standing


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass
class PublishInstance(beam.PTransform):
    """Puts each verified instance under `<output>/instances/`. The same bytes twice are a success, other bytes a conflict.

    Args:
        output: Prefix.
        run_id: The run that this is a part of.
        began_sec: When it began, in seconds since 1970.
    """

    output: str
    run_id: str
    began_sec: float = 0.0

    def expand(self, verified: beam.PCollection[Rewritten]) -> Outcome:
        return apply_step(verified, _PublishFn(self.output, self.run_id, self.began_sec), Rewritten, Published)
