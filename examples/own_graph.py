"""A Beam graph of your own around efface: your table of files in, de-identified files out, and your own list of results.

    efface key efface.key
    python examples/own_graph.py --table files.csv --results results --output OUT --key-file efface.key

The table is a CSV file with a column `uri`. The results are lines of JSON, one for each file. What other options there are is
Beam's: with --runner=FlinkRunner or --runner=DataflowRunner the same graph runs there (docs/flink.md, docs/dataflow.md).
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import logging
from collections.abc import Iterator, Sequence

import apache_beam as beam
from apache_beam.io import fileio
from apache_beam.options.pipeline_options import PipelineOptions

import efface


def read_uris(table: fileio.ReadableFile) -> Iterator[str]:
    """The column `uri` of a CSV file. Any other source of URIs does as well: a query, a message, a list."""
    with io.TextIOWrapper(table.open(), encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            yield row["uri"]


def as_line(report: efface.Report) -> str:
    """One line of results: where the output is, or why there is none. A report holds no identifier."""
    line = {"ref": report.ref, "verdict": report.verdict, "code": report.code, "output": report.output}
    return json.dumps(line | {"boxes_redacted": len(report.redacted), "boxes_kept": len(report.boxes) - len(report.redacted)})


def main(argv: Sequence[str] | None = None) -> None:
    """Build the graph and run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--table", required=True, help="CSV file with a column uri")
    parser.add_argument("--results", required=True, help="prefix of the lists of results")
    parser.add_argument("--output", required=True, help="folder or prefix of the de-identified files and the audit")
    parser.add_argument("--policy", default="basic", help="policy that ships with efface, or a policy file")
    parser.add_argument("--key-file", default="", help="file with the key, which every worker can read")
    arguments, beam_flags = parser.parse_known_args(argv)

    # Libraries log values of the data, in this process and on workers of an engine.
    logging.disable(logging.WARNING)
    options = PipelineOptions(beam_flags, default_sdk_harness_log_level="ERROR")
    with (
        efface.open_run(arguments.policy, output=arguments.output, key=arguments.key_file) as run,
        beam.Pipeline(options=options) as pipeline,
    ):
        tables = pipeline | "Find table" >> fileio.MatchFiles(arguments.table) | "Open table" >> fileio.ReadMatches()
        uris = tables | "Read URIs" >> beam.FlatMap(read_uris).with_output_types(str)
        sources = uris | "Find sources" >> efface.FindSources()

        done = sources | "De-identify" >> efface.Deidentify(run.policy, run.job)

        results = (done.published, done.failed) | "Unite results" >> beam.Flatten()
        reports = results | "Report" >> beam.Map(efface.report_of, run.job.versions)
        lines = reports | "As lines" >> beam.Map(as_line)
        _ = lines | "Write results" >> beam.io.WriteToText(arguments.results, file_name_suffix=".jsonl")
        _ = done.written | "Complete run" >> efface.CompleteRun(run, sources)
    print(f"what became of each file: {arguments.results}-*.jsonl; the run: {run.job.output}/audit/runs/{run.job.run_id}.json")


if __name__ == "__main__":
    main()
