"""`efface certify`: runs any de-identifier over planted identifiers and scores what it left, lost and broke."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .command import Command
from .errors import UsageError
from .exit_codes import ExitCode
from .options import Choice, Count, Location

if TYPE_CHECKING:
    from efface.pipeline.certify.corpus import Corpus
    from efface.pipeline.certify.trial import Trial

_FIELDS = ("category", "carrier", "culture", "depth", "form", "kind")


@click.command(
    cls=Command,
    short_help="score any de-identifier on planted identifiers",
    examples=(
        "efface certify -- efface run --input {input} --output {output}",
        "efface certify --seed 7 --html score.html -- ./deidentify.sh {input} {output}",
        "efface certify --seed 7 --write corpus/",
    ),
    exit_codes={
        ExitCode.OK: "the output is right in everything; or the corpus is written",
        ExitCode.USAGE: "wrong usage, or the command cannot be started",
        ExitCode.QUARANTINED: "the command left, lost or broke something, or has no output for an input",
    },
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="-- COMMAND {input} {output}")
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, metavar="N", help="The same seed gives the same corpus."
)
@click.option("--instances", type=Count(), default=120, show_default=True, help="Number of instances.")
@click.option(
    "--lists",
    type=Choice(("measuring", "building")),
    default="measuring",
    show_default=True,
    help="Names, places and texts that no rule of efface was made from, or those that some were made from.",
)
@click.option(
    "--by", type=Choice(_FIELDS), multiple=True, help="Make a table by this field (default: category). May be repeated."
)
@click.option("--show", type=click.IntRange(min=0), default=0, metavar="N", help="Print so many failures of each row.")
@click.option("--timeout", "timeout_sec", type=Count(), help="Seconds after which the command is killed.")
@click.option("--json", "json_file", type=Location(), metavar="FILE", help="Write counts, shares and failures as JSON.")
@click.option("--html", "html_file", type=Location(), metavar="FILE", help="Write them as a page.")
@click.option("--write", "folder", type=Location(), metavar="DIR", help="Write input, right output and manifest; run nothing.")
@click.option("--keep", type=Location(), metavar="DIR", help="Keep input and output in this folder.")
def command(words: tuple[str, ...], folder: str | None, **options: Any) -> int:
    """Plant invented identifiers in DICOM, run COMMAND over them, and score its output with exact 95 % intervals.

    {input} and {output} stand for two folders; nothing else of the command is changed. What names a patient is searched in
    every byte of the output, whatever its files are called; the values that have to stay, dates, UIDs, and pixels inside and
    outside of planted text are checked as well. A command that holds instances back may write their paths below {input}, one
    a line, to the file {held}.
    """
    from efface.pipeline.certify.corpus import Corpus

    from .files import write_page

    corpus = Corpus(options["seed"], options["instances"], options["lists"])
    if bool(words) == bool(folder):
        raise UsageError("give a command after --, or --write")
    if folder:
        return _write(corpus, folder)
    trial = _try(corpus, words, options["keep"], options["timeout_sec"])
    _print(trial, options["by"] or ("category",), options["show"])
    if options["json_file"]:
        write_page(options["json_file"], json.dumps(trial.to_json(), ensure_ascii=False, indent=1) + "\n")
    if options["html_file"]:
        from efface.pipeline.reporting.certify_page import certify_page

        write_page(options["html_file"], certify_page(trial))
    return ExitCode.OK if trial.score.is_perfect and trial.exit_code == 0 else ExitCode.QUARANTINED


def _write(corpus: Corpus, folder: str) -> ExitCode:
    from efface.pipeline.certify.trial import write_corpus

    _require_empty(Path(folder))
    manifest = write_corpus(corpus, Path(folder), with_answer=True)
    print(f"{len(manifest.instances)} instances in {folder}/input, the right output in {folder}/answer")
    return ExitCode.OK


def _try(corpus: Corpus, words: tuple[str, ...], keep: str | None, timeout_sec: int | None) -> Trial:
    import tempfile

    from efface.pipeline.certify.trial import TrialError, check_command, run_trial

    try:
        check_command(words)
        if keep:
            _require_empty(Path(keep))
            return run_trial(corpus, words, Path(keep), timeout_sec)
        with tempfile.TemporaryDirectory(prefix="certify-") as folder:
            return run_trial(corpus, words, Path(folder), timeout_sec)
    except TrialError as error:
        raise UsageError(str(error)) from None


def _require_empty(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        is_empty = not any(folder.iterdir())
    except OSError as error:
        raise UsageError(f"the folder cannot be written ({error.strerror})") from None
    if not is_empty:
        raise UsageError("the folder is not empty; name a new one")


def _print(trial: Trial, fields: tuple[Any, ...], shown: int) -> None:
    print(f"command: {shlex.join(trial.command)}")
    print(f"exit code {trial.exit_code}, {trial.cpu_sec:.1f} CPU s, {trial.wall_sec:.1f} s", end="\n\n")
    for field in fields:
        print(trial.score.table(field), end="\n\n")
    counts: dict[tuple[str, str], int] = {}
    for check in trial.score.failures():
        row = check.group, check.category
        counts[row] = counts.get(row, 0) + 1
        if counts[row] <= shown:
            place = f"{check.file} at {check.path or 'any place'} ({check.carrier}, {check.form})"
            print(f"{check.group}: {check.category}: {place}: {check.detail!r}")
