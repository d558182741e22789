"""The files of one part of a run in, its commit mark out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import apache_beam as beam

from .audit.marks import write_mark
from .write_parts import WrittenFile


class _CommitFn(beam.DoFn):
    def __init__(self, output: str, run_id: str) -> None:
        self.output, self.run_id = output, run_id

    def process(self, part: str, files: Sequence[WrittenFile]) -> Iterator[str]:
        audit, vault = ([name for found, name in files if found == where] for where in ("audit", "vault"))
        write_mark(self.output, self.run_id, part, audit, vault)
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
