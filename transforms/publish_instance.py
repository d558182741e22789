"""Evidence in, published instances out: each is de-identified, verified and written once, whole.

All of it is one step, so that the bytes of an instance never cross an edge of the graph, where a runner might shuffle them.
"""

from __future__ import annotations

from dataclasses import dataclass

import apache_beam as beam

from .core.evidence import Evidence
from .core.published import Published
from .instance.rewrite import RewriteSettings
from .instance.second_look import TextReaders
from .step import Outcome, apply_step
from .steps.publish import Publish
from .storage.key_source import KeySource


@dataclass
class PublishInstance(beam.PTransform[beam.PCollection[Evidence], Outcome[Published]]):
    """De-identifies each instance, reads back what was written, looks for text on it, and puts it under `<output>/instances/`.

    The same bytes twice are a success. Other bytes are put aside until the end of the run, or are a conflict. Failures and
    counters name the stages `rewrite_instance`, `verify_instance` and `publish_instance`.

    Args:
        settings: What the policy says about the output.
        key: Where the key of the pseudonyms is.
        output: Prefix.
        run_id: The run that this is a part of.
        began_sec: When it began, in seconds since 1970.
        on_conflict: What happens to sources with one SOP Instance UID and other content: one of `ON_CONFLICT`.
        readers: What read and judged the text, to look for it on the output; None for a policy that leaves the pixels alone.
            On "cuda" the step needs the accelerator of `RecognizeText`.
    """

    settings: RewriteSettings
    key: KeySource
    output: str
    run_id: str
    began_sec: float = 0.0
    on_conflict: str = "quarantine"
    readers: TextReaders | None = None

    def expand(self, evidence: beam.PCollection[Evidence]) -> Outcome[Published]:
        about = self.output, self.run_id, self.began_sec, self.on_conflict
        step = Publish(self.settings, self.key, *about, self.readers)
        return apply_step(evidence, step, Evidence, Published)
