"""The command line: arguments in, lines out. What a command does is elsewhere."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from importlib import metadata
from typing import TYPE_CHECKING, TextIO

from .shipped import SHIPPED

if TYPE_CHECKING:
    from efface.transforms.audit.miss_rate import MissBound

EXIT_OK = 0
EXIT_ERROR = 1
EXIT_USAGE = 2
EXIT_QUARANTINED = 3
EXIT_INTERRUPTED = 130

_EXIT_CODES = """exit codes:
  0    every instance is published
  1    the run could not be finished
  2    wrong usage: nothing was done
  3    the run is complete, and something is quarantined, or an entry of the withdrawal list matched nobody
  130  interrupted; the same command goes on where it stopped
"""


def parser() -> argparse.ArgumentParser:
    """The parser of every `efface` command."""
    top = argparse.ArgumentParser(
        prog="efface",
        description="Take every identifier out of medical images: DICOM in, de-identified DICOM and an audit out.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"efface {metadata.version('efface')}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    run = commands.add_parser(
        "run",
        help="de-identify a data set",
        description="De-identify every DICOM instance below the input. Any other option is handed to Apache Beam.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    run.add_argument(
        "--input",
        required=True,
        action="append",
        metavar="PATTERN",
        help="file, folder (everything below it) or pattern, local or gs://; may be given several times",
    )
    run.add_argument("--output", required=True, metavar="PREFIX", help="folder or gs:// prefix of the output")
    run.add_argument(
        "--policy", default="basic", metavar="NAME|FILE", help=f"{' or '.join(SHIPPED)}, or a YAML file (default: basic)"
    )
    run.add_argument("--key-file", default="", metavar="FILE", help="secret key (default: the variable EFFACE_KEY)")
    run.add_argument("--vault", default="", metavar="PREFIX", help="also write the identifying maps, to a place of their own")
    run.add_argument("--workers", type=_positive, metavar="N", help="processes on this machine (default: its usable cores)")
    run.add_argument("--batch-size", type=_positive, default=64, metavar="N", help="instances a batch (default: %(default)s)")
    run.add_argument("--redo", action="store_true", help="also do what is published already under the same versions")

    run.add_argument(
        "--on-removed",
        choices=("keep", "delete"),
        default="keep",
        help="what happens to outputs whose source the input does not list any more (default: keep)",
    )
    run.add_argument("--withdrawn", default="", metavar="FILE", help="Patient IDs, one a line, whose outputs are deleted")

    key = commands.add_parser("key", help="make a new secret key", description="Write a new random key to FILE (mode 0600).")
    key.add_argument("file", metavar="FILE")

    policy = commands.add_parser(
        "policy",
        help="print or check a policy",
        description="Without a command: print the default policy with comments.",
    )
    policy_commands = policy.add_subparsers(dest="policy_command", metavar="COMMAND")
    check = policy_commands.add_parser("check", help="check a policy file")
    check.add_argument("policy", metavar="NAME|FILE")
    show = policy_commands.add_parser("show", help="print a shipped policy")
    show.add_argument("policy", choices=SHIPPED)

    explain = commands.add_parser(
        "explain",
        help="say what a policy does to a file's attributes",
        description="Print, for each attribute of FILE, what the policy would do and why. Values are never shown.",
    )
    explain.add_argument("file", metavar="FILE")
    explain.add_argument("--policy", default="basic", metavar="NAME|FILE")

    scan = commands.add_parser(
        "scan",
        help="show the text that would be redacted and the text that would stay",
        description="Find and judge the text on every frame of the files, as a run would. Nothing is written but pictures.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    scan.add_argument("files", nargs="+", metavar="FILE", help="file, folder or pattern, local or gs://")
    scan.add_argument("--policy", default="basic", metavar="NAME|FILE")
    scan.add_argument("--png", default="", metavar="DIR", help="also draw the boxes on the frames, before redaction")
    scan.add_argument("--json", action="store_true", help="one line of JSON a box, for programs")
    scan.add_argument("--show-text", action="store_true", help="also show what was read; it may identify somebody")

    vault = commands.add_parser(
        "vault",
        help="write which original became which pseudonym",
        description="Write the identifying maps of the input to PREFIX, worked out from headers and key, as a run with --vault "
        "does. patients.csv can be given to a policy, for the same names under another key.",
    )
    vault.add_argument("prefix", metavar="PREFIX", help="folder or gs:// prefix that few may read; never below an output")
    vault.add_argument("--input", required=True, action="append", metavar="PATTERN")
    vault.add_argument("--policy", default="basic", metavar="NAME|FILE")
    vault.add_argument("--key-file", default="", metavar="FILE")

    audit = commands.add_parser("audit", help="ask or maintain the audit of an output")
    audit_commands = audit.add_subparsers(dest="audit_command", metavar="COMMAND", required=True)
    compact = audit_commands.add_parser("compact", help="unite the many small files of earlier runs")
    compact.add_argument("output", metavar="PREFIX", help="the output prefix of the runs")
    misses = audit_commands.add_parser(
        "misses",
        help="say how much text a glance misses at most",
        description="Tell, from the instances of the sampled tier that were read in full, which share of the tier shows text "
        "that a glance does not see, at most.",
    )
    misses.add_argument("output", metavar="PREFIX", help="the output prefix of the runs")

    demo = commands.add_parser("demo-data", help="write a small synthetic data set full of identifiers")
    demo.add_argument("folder", metavar="DIR")
    return top


class ProgressLine:
    """Live progress on standard error: one line that changes on a terminal, a plain line now and then elsewhere."""

    def __init__(self, stream: TextIO = sys.stderr) -> None:
        self._stream = stream
        self._is_terminal = stream.isatty()
        self._started_sec = time.monotonic()
        self._told_sec = 0.0
        self._told_done = -1

    def tell(self, listed: int, already_done: int, done: int, quarantined: int) -> None:
        """Show that `done` of `listed` sources are through, `already_done` of them before this run."""
        now_sec = time.monotonic()
        if done == self._told_done or (now_sec - self._told_sec < (0.5 if self._is_terminal else 10) and done < listed):
            return
        self._told_sec, self._told_done = now_sec, done
        fresh, elapsed_sec = done - already_done, now_sec - self._started_sec
        rate = fresh / elapsed_sec if elapsed_sec else 0.0
        left = f", about {_duration((listed - done) / rate)} left" if rate and done < listed else ""
        line = f"{done} of {listed} done, {quarantined} quarantined, {rate:.1f}/s{left}"
        self._stream.write(f"\r\033[K{line}" if self._is_terminal else f"{line}\n")
        self._stream.flush()

    def close(self) -> None:
        """End the line, so that what follows starts on its own."""
        if self._is_terminal and self._told_done >= 0:
            self._stream.write("\n")


def print_summary(output: str, run_id: str, totals: Mapping[str, int], codes: Mapping[str, int], has_vault: bool) -> None:
    """The last lines of a run: what became of every source, and where to look."""
    print(f"{totals['listed']} objects: " + ", ".join(f"{count} {name}" for name, count in totals.items() if name != "listed"))
    for code, count in sorted(codes.items()):
        print(f"  {count} x {code}")
    print(f"instances: {output}/instances")
    print(f"audit:     {output}/audit (run {run_id})")
    if codes and not has_vault:
        print("The audit names sources by their ref. With --vault PREFIX, refs.csv there tells which file a ref is.")


def print_patients(entries: int, unmatched: int, of_several_issuers: int, issuer: str) -> None:
    """What a run has to say about patients, in numbers alone."""
    if entries:
        print(f"entries of the withdrawal list: {entries}, of which {unmatched} matched nobody")
    if unmatched:
        print("No listed or published instance belongs to these entries: compare their spelling with the Patient IDs.")
    if of_several_issuers:
        taken = "one patient" if issuer == "ignored" else "another patient with each issuer"
        print(
            f"Patient IDs that came with several issuers, or with one and without: {of_several_issuers}; "
            f"each was taken for {taken} (metadata.issuer: {issuer})"
        )


def print_misses(bound: MissBound) -> None:
    """What the sampled tier is known to miss."""
    print(f"sampled tier: {bound.instances} instances, {bound.read_in_full} of them read in full")
    if not bound.read_in_full:
        print("nothing is known about it: ocr.sampled_share of the policy says which share is read in full")
        return
    print(f"text that a glance does not see: {bound.missed} of these {bound.read_in_full}")
    print(f"with {bound.confidence:.0%} confidence, at most {bound.upper_share:.2%} of the tier")


def print_explained(rows: list[tuple[str, str, str, str, str]]) -> None:
    """A table of (path, keyword, VR, action, rule)."""
    _print_table(rows)


def print_scanned(file: str, rows: list[tuple[str, ...]]) -> None:
    """A table of (frame, box, verdict, reason, engine and score, text) for one file."""
    print(f"{file}: {len(rows)} boxes" if rows else f"{file}: no text")
    _print_table(rows, indent="  ")


def _print_table(rows: Sequence[tuple[str, ...]], indent: str = "") -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print(indent + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


def _duration(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {seconds:02d} s" if minutes else f"{seconds} s"
