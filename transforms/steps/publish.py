"""The evidence of an instance in, the published instance out: de-identified, verified and written once, whole."""

from __future__ import annotations

from collections.abc import Iterator

from ..audit.history import outputs_of_other_runs
from ..audit.layout import contested_uri, instance_uri
from ..audit.run_plan import replaceable_outputs
from ..core.counters import Counter
from ..core.errors import OutputConflictError
from ..core.evidence import Evidence
from ..core.file_bytes import sha256_of, stream_of
from ..core.memory_share import needed_bytes, share_of_memory
from ..core.meters import ENDED, count
from ..core.published import Published
from ..instance.apply_decisions import decided_evidence
from ..instance.models import load_models
from ..instance.open import source_content
from ..instance.rewrite import RewriteSettings, Rewritten, rewrite_instance
from ..instance.second_look import TextReaders, verify_text
from ..instance.verify import verify_instance
from ..storage import storage_of
from ..storage.key_source import KeySource
from .step import Step, in_stage


class Publish(Step):
    """De-identifies an instance, reads back what was written, looks for text on it, and puts it under `<output>/instances/`.

    Args:
        settings, key, output, run_id, began_sec, on_conflict, readers: As in `transforms.publish_instance`.
    """

    stage = "publish_instance"

    def __init__(
        self,
        settings: RewriteSettings,
        key: KeySource,
        output: str,
        run_id: str,
        began_sec: float,
        on_conflict: str,
        readers: TextReaders | None,
    ) -> None:
        self.settings, self.key, self.readers = settings, key, readers
        self.output, self.run_id, self.began_sec = output, run_id, began_sec
        self.on_conflict = on_conflict

    def load(self) -> None:
        load_models(self.readers.ocr if self.readers else None, self.settings.model)

    def handle(self, element: Evidence) -> Iterator[Published]:
        pseudonyms = self.key.pseudonyms()
        with share_of_memory(needed_bytes(element.instance.pixels, element.instance.source)):
            with in_stage("rewrite_instance"):
                source_data = source_content(element.instance.source)
                evidence = decided_evidence(source_data, element)
                rewritten = rewrite_instance(source_data, evidence, self.settings, pseudonyms)
            with in_stage("verify_instance"):
                verify_instance(source_data, rewritten.data, evidence, self.settings)
                if self.readers is not None:
                    findings = len(evidence.findings)
                    evidence, rewritten = verify_text(source_data, rewritten, evidence, self.settings, pseudonyms, self.readers)
                    count("verify_instance", Counter.WIDENED, len(evidence.findings) - findings)
            already_existed = not self._write(rewritten)
        ENDED[self.stage] += 1
        yield Published(
            evidence=evidence,
            names=rewritten.names,
            linkage=rewritten.linkage,
            patient_ref=rewritten.patient_ref,
            issuer_ref=rewritten.issuer_ref,
            patient_id_ref=rewritten.patient_id_ref,
            mapping_ref=rewritten.mapping_ref,
            person=rewritten.person,
            device=rewritten.device,
            transfer_syntax_uid=rewritten.transfer_syntax_uid,
            pixel_method=rewritten.pixel_method,
            actions=rewritten.actions,
            carriers=rewritten.carriers,
            output_bytes=len(rewritten.data),
            output_sha256=sha256_of(rewritten.data),
            already_existed=already_existed,
        )

    def _write(self, rewritten: Rewritten) -> bool:
        """Put an instance under its name, or aside where another one has the name; False where the same bytes stood there.

        Raises:
            OutputConflictError: What an earlier run published stands there, and stays.
        """
        uri = instance_uri(self.output, rewritten.names.path)
        storage = storage_of(uri)
        try:
            is_new = storage.write(uri, stream_of(rewritten.data))
        except OutputConflictError:
            if not self._displaces(rewritten, uri):
                self._put_aside(rewritten)
                return True
            is_new = storage.write(uri, stream_of(rewritten.data), replace=True)
        count(self.stage, Counter.BYTES_WRITTEN, len(rewritten.data) if is_new else 0)
        return is_new

    def _displaces(self, rewritten: Rewritten, uri: str) -> bool:
        """Whether an instance takes the place of what stands under its name.

        What earlier runs made stays, as long as a source leads to it that is listed and did not change; nothing else leads to
        what the run's plan lets go. An output that no audit knows was left by an interrupted run. Which of two sources of this
        run with one UID is published is settled at its end (`audit.duplicates`).

        Raises:
            OutputConflictError: What an earlier run published stays, and the policy does not ask which is newer.
        """
        storage, path = storage_of(uri), rewritten.names.path
        known = outputs_of_other_runs(self.output, self.run_id)
        if path in known.paths and path not in replaceable_outputs(self.output, self.run_id):
            if self.on_conflict == "newest":
                return False
            raise OutputConflictError("an earlier run published another source under this name")
        standing = storage.checksum(uri)
        return standing in known.digests or storage.written_sec(uri) < self.began_sec

    def _put_aside(self, rewritten: Rewritten) -> None:
        uri = contested_uri(self.output, self.run_id, rewritten.names.sop_instance_uid, sha256_of(rewritten.data))
        storage_of(uri).write(uri, stream_of(rewritten.data), replace=True)
