"""A trial: any de-identifier runs over a planted corpus, and its output is scored."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import time
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .corpus import Corpus
from .manifest import Manifest
from .score import Score, score_output

INPUT, OUTPUT, HELD = "{input}", "{output}", "{held}"
"""What is filled into a command: the folder of the input, the folder to write, and the file of what it holds back."""
_HELD_FILE = "held.txt"


class TrialError(Exception):
    """The command cannot be tried."""


@dataclass(frozen=True)
class Trial:
    """What a command did with a corpus.

    Attributes:
        command: With its placeholders, as it was given.
        exit_code: Of the command; negative for the signal that ended it.
        cpu_sec: CPU time of the command and of all that it waited for, in seconds.
        wall_sec: Seconds from its start to its end.
        score: Of its output.
    """

    corpus: Corpus
    command: tuple[str, ...]
    exit_code: int
    cpu_sec: float
    wall_sec: float
    score: Score

    def to_json(self) -> dict[str, Any]:
        """All of it; the score as `Score.to_json` has it."""
        facts = {name: value for name, value in asdict(self).items() if name not in ("corpus", "score")}
        return {**asdict(self.corpus), **facts, **self.score.to_json()}


def write_corpus(corpus: Corpus, folder: Path, *, with_answer: bool = False) -> Manifest:
    """Write `input`, `manifest.json` (what was planted) and, if wanted, `answer` (the right output) to a folder."""
    manifest = corpus.write(folder / "input")
    manifest.write(folder / "manifest.json")
    if with_answer:
        corpus.write_answer(folder / "answer")
    return manifest


def run_trial(corpus: Corpus, command: Sequence[str], folder: Path, timeout_sec: float | None = None) -> Trial:
    """Write a corpus, run a command over it and score what it wrote.

    Args:
        corpus: What is drawn.
        command: Its words; `{input}` and `{output}` stand for folders. A command that holds instances back can write
            their paths below `{input}`, one a line, to the file `{held}`.
        folder: Exists and is empty; `input`, `output` and `manifest.json` are written to it.
        timeout_sec: After so long the command and its children are killed, and what is there is scored.

    Raises:
        TrialError: The command has no placeholder for its folders, or cannot be started.
    """
    check_command(command)
    manifest = write_corpus(corpus, folder)
    source, output, held = folder / "input", folder / "output", folder / _HELD_FILE
    output.mkdir()
    places = {INPUT: str(source), OUTPUT: str(output), HELD: str(held)}
    exit_code, cpu_sec, wall_sec = _run([_filled(word, places) for word in command], timeout_sec)
    score = score_output(manifest, source, output, _held_back(held))
    return Trial(corpus, tuple(command), exit_code, cpu_sec, wall_sec, score)


def check_command(command: Sequence[str]) -> None:
    """Refuse a command that cannot know its folders.

    Raises:
        TrialError: It lacks a placeholder.
    """
    if not all(any(placeholder in word for word in command) for placeholder in (INPUT, OUTPUT)):
        raise TrialError("the command needs {input} and {output}, which stand for its folders")


def _filled(word: str, places: dict[str, str]) -> str:
    for placeholder, place in places.items():
        word = word.replace(placeholder, place)
    return word


def _run(words: Sequence[str], timeout_sec: float | None) -> tuple[int, float, float]:
    """(exit code, CPU seconds, wall seconds) of a command, whose messages pass to the standard error."""
    began_cpu, began = _cpu_of_children_sec(), time.monotonic()
    try:
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=2, start_new_session=True)
    except OSError as error:
        raise TrialError(f"the command cannot be started ({error.strerror})") from None
    try:
        process.wait(timeout_sec)
    except subprocess.TimeoutExpired:
        pass
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return process.returncode, _cpu_of_children_sec() - began_cpu, time.monotonic() - began


def _cpu_of_children_sec() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _held_back(file: Path) -> Collection[str]:
    return frozenset(file.read_text(encoding="utf-8").splitlines()) if file.is_file() else ()
