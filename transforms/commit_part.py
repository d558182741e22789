"""The files of one part of a run in, its commit mark out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import apache_beam as beam

from .steps.parts import WrittenFile, commit


class _CommitFn(beam.DoFn):
    def __init__(self, output: str, run_id: str) -> None:
        self.output, self.run_id = output, run_id

    def process(self, part: str, files: Sequence[WrittenFile]) -> Iterator[str]:
        commit(self.output, self.run_id, part, files)
        yield part


@dataclass
class CommitPart(beam.PTransform[beam.PCollection[WrittenFile], beam.PCollection[str]]):
    """Makes the files of a part count as data, once all are written; yields the name of the part. See `audit.marks`.

    Args:
        output: The output prefix.
        run_id: The run.
        part: The part of the run.
    """

    output: str
    run_id: str
    part: str

    def expand(self, files: beam.PCollection[WrittenFile]) -> beam.PCollection[str]:
        part = files.pipeline | "Part" >> beam.Create([self.part]).with_output_types(str)
        # A side input is complete before it is read.
        commit = beam.ParDo(_CommitFn(self.output, self.run_id), beam.pvalue.AsList(files)).with_output_types(str)
        committed: beam.PCollection[str] = part | "Write mark" >> commit
        return committed
