"""`efface explain`: shows what a policy does to the attributes of files."""

from __future__ import annotations

import json
import sys

import click

from .command import Command
from .exit_codes import ExitCode, exit_code_of_files
from .options import FILES, POLICY, json_option

_EXIT_CODES = {
    ExitCode.OK: "every file is explained",
    ExitCode.USAGE: "wrong usage; nothing was done",
    ExitCode.QUARANTINED: "a run would quarantine a file, or publish none",
}


@click.command(
    cls=Command,
    short_help="show what a policy does to the attributes of files",
    examples=(
        "efface explain image.dcm",
        "efface explain DICOM/ --policy tcia",
        'efface explain "gs://bucket/study/*.dcm" --policy policy.yaml --json',
    ),
    exit_codes=_EXIT_CODES,
)
@FILES
@POLICY
@json_option("one line of JSON per attribute")
def command(files: tuple[str, ...], policy: str, as_json: bool) -> int:
    """For each attribute of each FILE, print the action of the policy and its rule. Prints no attribute values.

    FILE is a file, a folder or a pattern; local or gs://. A file that a run would not publish is reported on standard
    error with its reason code.

    \b
    Actions (PS3.15 Table E.1-1a):
      D  replace with a dummy value    X  remove
      Z  replace with a blank value    C  clean
      U  replace the UID               K  keep
    """
    import io

    from efface.pipeline.policy import load_policy
    from efface.transforms.audit.rows import SKIPPED_CODES
    from efface.transforms.dicom.configuration import configure
    from efface.transforms.dicom.parse import read_dataset
    from efface.transforms.metadata.explain import explain_dataset
    from efface.transforms.step import NOT_FAILURES, explain_failure
    from efface.transforms.storage import storage_of

    from .locations import list_input
    from .tables import print_table

    profile = load_policy(policy).profile
    configure()
    explained = quarantined = 0
    for source in list_input(files):
        try:
            with storage_of(source.uri).open(source) as file:
                rows = explain_dataset(read_dataset(io.BytesIO(file.read())), profile)
        except NOT_FAILURES:
            raise
        except BaseException as error:
            code, reason = explain_failure(error)
            quarantined += code not in SKIPPED_CODES
            print(f"{source.uri}: {code} ({reason})", file=sys.stderr)
            continue
        explained += 1
        if as_json:
            for row in rows:
                print(json.dumps({"file": source.uri, **row._asdict()}))
        else:
            print(f"{source.uri}: {len(rows)} attributes")
            print_table([(row.path, row.keyword, row.vr, row.action, row.rule) for row in rows], indent="  ")
    return exit_code_of_files(explained, quarantined)
