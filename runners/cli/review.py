"""`efface review`: a local page on which a person looks at an output, and corrects it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .command import Command
from .errors import UsageError
from .exit_codes import ExitCode
from .options import KEY_FILE, OUTPUT_PREFIX, Location, PolicyName

if TYPE_CHECKING:
    from collections.abc import Sequence

    from efface.pipeline.review.gallery import Entry
    from efface.pipeline.review.session import Author, Session
    from efface.transforms.core.decisions import Decision


@click.command(
    cls=Command,
    short_help="look at an output in a browser, and correct it",
    examples=(
        "efface review OUT/",
        "efface review OUT/ --vault VAULT/ --decisions decisions.jsonl --author NAME",
        "efface review OUT/ --decisions decisions.jsonl --author NAME --sample 0.01",
        "efface review OUT/ --static GALLERY/",
    ),
    exit_codes={
        ExitCode.OK: "the page was closed (Ctrl-C), or the files are written",
        ExitCode.ERROR: "the audit cannot be read, or a file cannot be written",
        ExitCode.USAGE: "wrong usage; nothing was done",
    },
)
@OUTPUT_PREFIX
@click.option(
    "--vault",
    default="",
    type=Location(),
    metavar="PREFIX",
    help="The vault of the runs: shows each source beside its output, and keeps the name of who decides.",
)
@click.option(
    "--decisions",
    default="",
    type=Location(),
    metavar="FILE",
    help="Table of decisions, local or in a bucket, which is made where there is none (default: that of --policy).",
)
@click.option("--policy", default="", type=PolicyName(), metavar="FILE", help="Policy that names the table of decisions.")
@KEY_FILE
@click.option("--author", default="", metavar="NAME", help="Who decides. The table holds a pseudonym, the vault the name.")
@click.option(
    "--sample",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    metavar="BOUND",
    help="Draw the images to look at, so that no miss among them shows that at most this share of all has one (95 %).",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, metavar="PORT", help="Port of the page (default: a free one)."
)
@click.option(
    "--static", default="", type=Location(), metavar="DIR", help="Write the gallery of outputs as HTML and PNG files instead."
)
def command(
    output: str,
    vault: str,
    decisions: str,
    policy: str,
    key_file: str,
    author: str,
    sample: float | None,
    port: int,
    static: str,
) -> int:
    """Serve a page on 127.0.0.1 with every instance of PREFIX, its boxes and reasons.

    PREFIX is the output of earlier runs: a folder or the prefix of a bucket. With a table of decisions and the key, boxes
    are added, removed and resized, and instances released from quarantine; the next run does again what that touches.
    Nobody else can open the page: its address contains a random token.
    """
    from efface.pipeline.review.gallery import read_entries
    from efface.pipeline.review.session import Session
    from efface.transforms.dicom.configuration import configure

    from .locations import require_output

    if policy and decisions:
        raise UsageError("a policy names its table itself: leave out --decisions")
    stated, table = _decisions_of(policy)
    decisions = decisions or table
    if static and (vault or decisions or sample is not None):
        raise UsageError("the files hold outputs alone: leave out --vault, --decisions, --policy and --sample")
    if sample is not None and not decisions:
        raise UsageError("a sample needs --decisions or --policy: what was looked at is kept beside the table")
    require_output(output)
    _require_vault(vault)
    configure()
    made = _author(decisions, key_file, author, stated) if decisions else None
    entries = read_entries(output)
    if static:
        return _write(output, entries, static)
    return _serve(Session(output, entries, vault, made, sample), len(entries), port)


def _decisions_of(policy: str) -> tuple[tuple[Decision, ...], str]:
    """What a policy decides itself, and its table."""
    if not policy:
        return (), ""
    from efface.pipeline.policy import load_policy

    section = load_policy(policy).decisions
    if not section.table:
        raise UsageError("the policy names no table of decisions: write `decisions: FILE` into it, or give --decisions instead")
    return section.stated, section.table


def _require_vault(vault: str) -> None:
    if not vault:
        return
    from efface.transforms.audit.layout import vault_uri
    from efface.transforms.storage import storage_of

    from .locations import require_separate_vault

    require_separate_vault(vault)
    uri = vault_uri(vault, "refs")
    if storage_of(uri).find(uri) is None:
        raise UsageError("no run has written its vault there: give the --vault of a run")


def _author(decisions: str, key_file: str, name: str, stated: tuple[Decision, ...]) -> Author:
    from efface.pipeline.review.session import Author
    from efface.transforms.storage.key_source import KeySource

    pseudonyms = KeySource(key_file).pseudonyms()
    if not name.strip() and sys.stdin.isatty():
        name = click.prompt("Who decides", err=True)
    if not name.strip():
        raise UsageError("decisions need who decides: give --author NAME")
    return Author(decisions, pseudonyms, name, stated)


def _serve(session: Session, entries: int, port: int) -> int:
    from efface.pipeline.review.server import ReviewServer

    try:
        server = ReviewServer(session, port)
    except OSError as error:
        raise UsageError(f"the page cannot be served on this port ({error.strerror}): give another --port") from None
    with server:
        print(f"{entries} entries at {server.url}", flush=True)
        print("whoever has this address sees what the page shows; Ctrl-C ends it", file=sys.stderr)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return ExitCode.OK
    return ExitCode.OK


def _write(output: str, entries: Sequence[Entry], static: str) -> int:
    from tqdm import tqdm

    from efface.pipeline.review.static_pages import write_static_pages
    from efface.transforms.storage import is_local

    if not is_local(static):
        raise UsageError("the gallery is written to a local folder")
    with tqdm(desc="writing", unit=" instances", total=len(entries), leave=False, disable=None) as bar:
        try:
            unreadable = write_static_pages(output, entries, Path(static), lambda done: bar.update(done - bar.n))
        except FileExistsError:
            raise UsageError("the folder contains files; give a new or an empty one") from None
    for code, count in sorted(unreadable.items()):
        print(f"{count} x {code}: no pictures", file=sys.stderr)
    print(Path(static, "index.html"))
    return ExitCode.OK
