"""The arguments of all commands. Imports nothing slow, since `--help` and `--version` must return at once."""

from __future__ import annotations

import argparse
from importlib import metadata
from typing import Any

from efface.pipeline.shipped import SHIPPED

from .exit_codes import EXIT_CODES_HELP

Commands = Any
"""What `add_subparsers` returns; argparse names its class privately."""

_INPUT_HELP = "file, folder (with everything below it) or pattern; local or gs://; may be repeated"
_OUTPUT_HELP = "folder or gs:// prefix of the output"
_POLICY_HELP = f"{' or '.join(SHIPPED)}, or a YAML file (default: basic)"
_KEY_HELP = "file that contains the secret key (default: the environment variable EFFACE_KEY)"


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="efface",
        description="De-identify DICOM data sets: remove identifiers from metadata and burned-in text, and write an audit.",
        epilog=EXIT_CODES_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"efface {metadata.version('efface')}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for add_command in (_add_run, _add_key, _add_policy, _add_explain, _add_scan, _add_vault, _add_audit, _add_demo_data):
        add_command(commands)
    return parser


def _add_run(commands: Commands) -> None:
    run = commands.add_parser(
        "run",
        help="de-identify a data set",
        description="De-identify all DICOM instances of the input. Options that are not listed here are passed to Apache Beam.",
        epilog=EXIT_CODES_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    run.add_argument("--input", required=True, action="append", metavar="PATTERN", help=_INPUT_HELP)
    run.add_argument("--output", required=True, metavar="PREFIX", help=_OUTPUT_HELP)
    run.add_argument("--policy", default="basic", metavar="NAME|FILE", help=_POLICY_HELP)
    run.add_argument("--key-file", default="", metavar="FILE", help=_KEY_HELP)
    run.add_argument(
        "--vault",
        default="",
        metavar="PREFIX",
        help="also write the identifying maps from originals to pseudonyms to this folder or gs:// prefix, outside the output",
    )
    run.add_argument(
        "--workers", type=_positive, metavar="N", help="worker processes on this machine (default: its usable cores)"
    )
    run.add_argument(
        "--batch-size", type=_positive, default=64, metavar="N", help="maximum number of instances per batch (default: 64)"
    )
    run.add_argument(
        "--redo", action="store_true", help="also process instances that are already published with the same versions"
    )
    run.add_argument(
        "--on-removed",
        choices=("keep", "delete"),
        default="keep",
        help="keep or delete outputs whose source is no longer in the input (default: keep)",
    )
    run.add_argument(
        "--withdrawn", default="", metavar="FILE", help="list of Patient IDs, one per line, whose outputs are deleted"
    )


def _add_key(commands: Commands) -> None:
    key = commands.add_parser(
        "key",
        help="create a secret key",
        description="Write a new random key to FILE, with mode 0600. Never overwrites a file.",
    )
    key.add_argument("file", metavar="FILE", help="new file")


def _add_policy(commands: Commands) -> None:
    policy = commands.add_parser(
        "policy",
        help="print or check a policy",
        description="Print or check a policy. Without COMMAND, print the policy basic, which documents every setting.",
    )
    policy_commands = policy.add_subparsers(dest="policy_command", metavar="COMMAND")
    check = policy_commands.add_parser(
        "check", help="check a policy", description="Check a policy and print its version, or the first error."
    )
    check.add_argument("policy", metavar="NAME|FILE", help=f"{' or '.join(SHIPPED)}, or a YAML file")
    show = policy_commands.add_parser(
        "show", help="print a policy that ships with efface", description="Print a policy that ships with efface."
    )
    show.add_argument("policy", choices=SHIPPED)


def _add_explain(commands: Commands) -> None:
    explain = commands.add_parser(
        "explain",
        help="show what a policy does to the attributes of a file",
        description="For each attribute of FILE, print the action of the policy and its rule. Prints no attribute values.",
    )
    explain.add_argument("file", metavar="FILE", help="local DICOM file")
    explain.add_argument("--policy", default="basic", metavar="NAME|FILE", help=_POLICY_HELP)


def _add_scan(commands: Commands) -> None:
    scan = commands.add_parser(
        "scan",
        help="show the text on frames that a run would redact or keep",
        description="Find and judge the text on all frames of the files, as a run does. Publishes nothing.",
        epilog=EXIT_CODES_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    scan.add_argument("files", nargs="+", metavar="FILE", help="file, folder or pattern; local or gs://")
    scan.add_argument("--policy", default="basic", metavar="NAME|FILE", help=_POLICY_HELP)
    scan.add_argument(
        "--png", default="", metavar="DIR", help="also write each frame, not redacted, with its boxes as a PNG file"
    )
    scan.add_argument("--json", action="store_true", help="print one line of JSON per box")
    scan.add_argument("--show-text", action="store_true", help="also print the recognized text, which may identify a patient")


def _add_vault(commands: Commands) -> None:
    vault = commands.add_parser(
        "vault",
        help="write the maps from originals to pseudonyms",
        description="Write the identifying maps of the input to PREFIX, as a run with --vault does. Reads only headers and the "
        "key. A policy can refer to patients.csv of the vault (metadata.patients) to keep the pseudonyms of patients under "
        "another key.",
    )
    vault.add_argument("prefix", metavar="PREFIX", help="folder or gs:// prefix with restricted access, outside any output")
    vault.add_argument("--input", required=True, action="append", metavar="PATTERN", help=_INPUT_HELP)
    vault.add_argument("--policy", default="basic", metavar="NAME|FILE", help=_POLICY_HELP)
    vault.add_argument("--key-file", default="", metavar="FILE", help=_KEY_HELP)


def _add_audit(commands: Commands) -> None:
    audit = commands.add_parser(
        "audit", help="evaluate or compact the audit of an output", description="Evaluate or compact the audit of an output."
    )
    audit_commands = audit.add_subparsers(dest="audit_command", metavar="COMMAND", required=True)
    compact = audit_commands.add_parser(
        "compact",
        help="merge the small files of complete runs",
        description="Merge the audit files of each complete run into one file per table.",
    )
    compact.add_argument("output", metavar="PREFIX", help=_OUTPUT_HELP)
    misses = audit_commands.add_parser(
        "misses",
        help="bound the share of text that the prefilter misses",
        description="Print an upper limit for the share of sampled-tier instances with text that the prefilter misses. The "
        "limit is computed from the instances of the tier that were searched in full.",
    )
    misses.add_argument("output", metavar="PREFIX", help=_OUTPUT_HELP)


def _add_demo_data(commands: Commands) -> None:
    demo = commands.add_parser(
        "demo-data",
        help="write a small synthetic data set with many identifiers",
        description="Write a small synthetic data set with identifiers in headers and pixels. All of them are invented.",
    )
    demo.add_argument("folder", metavar="DIR", help="created if it does not exist")


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value
