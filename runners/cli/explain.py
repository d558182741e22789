"""`efface explain`: shows what a policy does to the attributes of files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from .command import Command
from .exit_codes import ExitCode
from .options import FILES, POLICY, json_option
from .tables import print_table, printable

if TYPE_CHECKING:
    from collections import Counter

    from efface.transforms.core.instance import Source
    from efface.transforms.metadata.explain import Explained
    from efface.transforms.metadata.unknown_private import UnknownPrivate

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
        "efface explain DICOM/ --private",
        'efface explain "gs://bucket/study/*.dcm" --policy policy.yaml --json',
    ),
    exit_codes=_EXIT_CODES,
)
@FILES
@POLICY
@click.option("--private", "only_private", is_flag=True, help="print only the private attributes that no list knows")
@json_option("one line of JSON per attribute")
def command(files: tuple[str, ...], policy: str, only_private: bool, as_json: bool) -> int:
    """For each attribute of each FILE, print the action of the policy and its rule. Prints no attribute values.

    At the end, the private attributes of all files are counted that no list knows, by private creator, element, VR and
    form. `metadata.private_keep` in a policy keeps those that a site has looked at.

    FILE is a file, a folder or a pattern, local or in a bucket (gs://, s3://, az://). A file that a run would not publish
    is reported on standard error with its reason code.

    \b
    Actions (PS3.15 Table E.1-1a):
      D  replace with a dummy value    X  remove
      Z  replace with a blank value    C  clean
      U  replace the UID               K  keep
      R  a value of the policy
    """
    import io
    from collections import Counter

    from efface.pipeline.policy import load_policy
    from efface.transforms.dicom.configuration import configure
    from efface.transforms.dicom.parse import read_dataset
    from efface.transforms.instance.open import read_source
    from efface.transforms.instance.selection import require_selected
    from efface.transforms.metadata.explain import explain_dataset
    from efface.transforms.metadata.unknown_private import UnknownPrivate, unknown_private

    from .files import look_at_files
    from .locations import list_input, stream_input

    settings = load_policy(policy)
    configure()

    unknown = Counter[UnknownPrivate]()

    def explain(_number: int, source: Source) -> tuple[Explained, ...]:
        dataset = read_dataset(io.BytesIO(read_source(source)))
        require_selected(dataset, settings.selection)
        rows = explain_dataset(dataset, settings.profile)
        unknown.update(unknown_private(dataset, settings.profile))
        return rows

    show = _print_nothing if only_private else _print_json if as_json else _print_table
    sources = stream_input(files) if only_private else list_input(files)  # Only tables of single files need an order.
    code = look_at_files(sources, explain, show)
    if only_private or not as_json:
        _print_unknown(unknown, as_json=as_json)
    return code


def _print_json(source: Source, rows: tuple[Explained, ...]) -> None:
    for row in rows:
        print(json.dumps({"file": source.uri, **row._asdict()}))


def _print_table(source: Source, rows: tuple[Explained, ...]) -> None:
    print(f"{printable(source.uri)}: {len(rows)} attributes")
    print_table(rows, indent="  ")


def _print_nothing(_source: Source, _rows: tuple[Explained, ...]) -> None:
    """The files are looked at for what is counted at the end."""


def _print_unknown(unknown: Counter[UnknownPrivate], *, as_json: bool) -> None:
    rows = sorted(unknown.items())
    if as_json:
        for one, count in rows:
            print(json.dumps({**one._asdict(), "count": count}))
    elif rows:
        print(f"  private attributes of all files that no list knows: {len(rows)}")
        print_table(
            [("creator", "element", "VR", "form", "count"), *((*one, str(count)) for one, count in rows)], indent="    "
        )
