"""The arguments of every `efface` command. Imports nothing slow."""

from __future__ import annotations

import argparse
from importlib import metadata

from efface.pipeline.shipped import SHIPPED

from .exit_codes import EXIT_CODES


def parser() -> argparse.ArgumentParser:
    """The parser of every `efface` command."""
    top = argparse.ArgumentParser(
        prog="efface",
        description="Take every identifier out of medical images: DICOM in, de-identified DICOM and an audit out.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"efface {metadata.version('efface')}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    run = commands.add_parser(
        "run",
        help="de-identify a data set",
        description="De-identify every DICOM instance below the input. Any other option is handed to Apache Beam.",
        epilog=EXIT_CODES,
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
        epilog=EXIT_CODES,
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
        help="say how much text the prefilter misses at most",
        description="Tell, from the instances of the sampled tier that were read in full, which share of the tier shows text "
        "that the prefilter does not see, at most.",
    )
    misses.add_argument("output", metavar="PREFIX", help="the output prefix of the runs")

    demo = commands.add_parser("demo-data", help="write a small synthetic data set full of identifiers")
    demo.add_argument("folder", metavar="DIR")
    return top


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value
