"""Lines judged alone, by category: what pictures would show and what would stay of free text, without help of a header.

Everything is drawn from lists that no rule was made from (`--lists measuring`). A line of a picture is right when it is
redacted, or kept where it is clinical; a sentence when nothing of its planted part stays and its clinical words do. Dates may
move. Sentences are judged by the rules alone, and as `tcia` does: in the closed world, with the name model that ships.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator

from efface.pipeline.certify.lines import PlainLine, clinical_lines, picture_lines, report_lines, text_lines
from efface.pipeline.certify.needles import Needle
from efface.pipeline.certify.tables import count_shares, table
from efface.pipeline.certify.word_lists import Split
from efface.transforms.core.box import Box
from efface.transforms.core.evidence import Verdict
from efface.transforms.core.text_line import TextLine
from efface.transforms.instance.models import load_name_recognizer
from efface.transforms.phi.clean_text import TextCleaner
from efface.transforms.phi.free_text import CLOSED, FreeTextSettings
from efface.transforms.phi.places import classify_lines
from efface.transforms.phi.settings import ModelSource, PhiSettings

_OFFSET_DAYS = -1234
Judged = tuple[str, bool, PlainLine, str]
"""Row of the table, whether it is right, the line, and what was made of it."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=200, help="lines of each category")
    parser.add_argument("--lists", choices=("building", "measuring"), default="measuring")
    parser.add_argument("--show", type=int, default=0, help="print so many failures of each row")
    arguments = parser.parse_args()
    judged = list(in_pictures(arguments.seed, arguments.count, arguments.lists))
    for name, cleaner in cleaners().items():
        judged += in_text(cleaner, name, arguments.seed, arguments.count, arguments.lists)
    print(table("lines judged alone", count_shares((row, is_right) for row, is_right, _, _ in judged)))
    shown: Counter[str] = Counter()
    for row, is_right, line, made in judged:
        shown[row] += not is_right
        if not is_right and shown[row] <= arguments.show:
            print(f"{row}: {line.text!r} -> {made!r}")


def in_pictures(seed: int, count: int, lists: Split) -> Iterator[Judged]:
    """Identifying lines have to go, clinical ones have to stay."""
    for line in picture_lines(seed, count, lists):
        verdict = verdict_of(line.text)
        yield "pictures: identifying lines redacted, all", verdict is Verdict.REDACT, line, verdict
        yield f"pictures: {line.category} redacted", verdict is Verdict.REDACT, line, verdict
    for line in clinical_lines(lists):
        verdict = verdict_of(line.text)
        yield f"pictures: {line.category} kept", verdict is Verdict.KEEP, line, verdict
    for line in report_lines(lists):
        verdict = verdict_of(line.text)
        yield f"pictures: {line.category} kept", verdict is Verdict.KEEP, line, verdict


def cleaners() -> dict[str, TextCleaner]:
    """What cleans the free text of an instance of which the header names nobody, by the name of the setting."""
    model = load_name_recognizer(ModelSource(shipped=True))
    find_names = model.find_spans if model else None
    closed = TextCleaner((), _OFFSET_DAYS, find_names, free_text=FreeTextSettings(CLOSED))
    return {"by the rules alone": TextCleaner((), _OFFSET_DAYS), "closed": closed}


def in_text(cleaner: TextCleaner, name: str, seed: int, count: int, lists: Split) -> Iterator[Judged]:
    """The planted part has to go, the words around it have to stay: all of them, and counted one by one."""
    row = f"free text, {name}:"
    for line in text_lines(seed, count, lists):
        cleaned = cleaner.clean_text(line.text)
        is_gone = not any(Needle(part).in_text(cleaned) for part in line.secrets if not Needle(part).in_text(line.kept))
        yield f"{row} {line.category} gone or moved", is_gone, line, cleaned
        yield f"{row} clinical sentences beside it kept", _words(line.kept) in _words(cleaned), line, cleaned
    for line in clinical_lines(lists):
        cleaned = cleaner.clean_text(line.text)
        yield f"{row} {line.category} kept", _words(line.kept) in _words(cleaned), line, cleaned
        left = Counter(cleaned.split())
        for word, times in Counter(line.kept.split()).items():
            yield f"{row} words of clinical lines kept", left[word] >= times, line, cleaned
    for line in report_lines(lists):
        left = Counter((cleaned := cleaner.clean_text(line.text)).split())
        for word, times in Counter(line.kept.split()).items():
            yield f"{row} words of {line.category} kept", left[word] >= times, line, cleaned


def verdict_of(text: str) -> Verdict:
    """What the judge of pictures says of a line that was read without doubt."""
    read = TextLine(Box(40, 40, 40 + 10 * len(text), 60), text, 0.99, "engine", "stored")
    [finding] = classify_lines([[read]], (), (0,), 1024, 768, PhiSettings(), None)
    return finding.verdict


def _words(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    main()
