"""What the page can see and do. Knows nothing of HTTP; every answer is made of values of JSON."""

from __future__ import annotations

import dataclasses
import datetime
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from efface.transforms.audit.layout import instance_uri, vault_uri
from efface.transforms.audit.vault import from_csv, note_decider
from efface.transforms.core.decisions import RELEASABLE, Action, Decision, Decisions, Scope, Targets, device_ref, person_ref
from efface.transforms.core.errors import EffaceError, SourceReadError
from efface.transforms.core.failure_texts import FAILURE_TEXTS
from efface.transforms.core.instance import Source
from efface.transforms.core.pseudonyms import Pseudonyms
from efface.transforms.instance.apply_decisions import PROTECTED
from efface.transforms.instance.listing import find_source
from efface.transforms.phi.reasons import MEANINGS, Reason
from efface.transforms.storage import storage_of

from ..decisions.table import append_decision, decision_of, read_rows, withdraw_decision
from .gallery import Entry, Region, index_of
from .looks import Look, append_look, looks_uri, read_looks
from .pictures import draw, frames_of, views_of
from .sampling import CONFIDENCE, bound_reached, draw_images

THUMBNAIL_PX = 192
_KEPT_THUMBNAILS = 512


class RefusedError(ValueError):
    """The page asks for what it cannot have. The message says why and holds no value."""


@dataclass(frozen=True)
class Author:
    """What decisions are made with.

    Attributes:
        decisions: The table of decisions.
        pseudonyms: Of the key.
        name: Who decides. Only its pseudonym is written to the table.
        stated: What the policy decides itself. It can be seen, and is changed in the policy.
    """

    decisions: str
    pseudonyms: Pseudonyms
    name: str = dataclasses.field(repr=False)
    stated: tuple[Decision, ...] = ()

    @property
    def ref(self) -> str:
        """The pseudonym of who decides."""
        return person_ref(self.name, self.pseudonyms)

    def read(self) -> Decisions:
        """All decisions that are in force.

        Raises:
            DecisionError: See `read_rows`.
        """
        return Decisions.of((*self.stated, *read_rows(self.decisions, self.pseudonyms)), self.pseudonyms)


class Session:
    """The entries of an output, and what a person decides about them.

    Args:
        output: The output prefix.
        entries: See `read_entries`.
        vault: Prefix of the vault, which leads to the sources; "" for none.
        author: None where the page only shows.
        bound: The share that a sample is to show; None without a sample. It needs an author.

    Raises:
        DecisionError: A table cannot be read, or a line of it is not signed by the key.
        ValueError: See `draw_images`.
    """

    def __init__(
        self, output: str, entries: Sequence[Entry], vault: str = "", author: Author | None = None, bound: float | None = None
    ) -> None:
        self._output, self._entries, self._vault, self._author, self._bound = output, entries, vault, author, bound
        refs = from_csv(storage_of(vault).read(vault_uri(vault, "refs")) or b"") if vault else []
        self._sources = {row[0]: row[1] for row in refs}
        self._drawn = draw_images(entries, bound, author.pseudonyms) if author and bound is not None else []
        if author:
            author.read()
        self.sample()
        self._thumbnail = functools.lru_cache(_KEPT_THUMBNAILS)(self._draw_thumbnail)

    def index(self) -> dict[str, Any]:
        """All entries, as the gallery filters them, and what this session can do."""
        told: dict[str, Any] = {"drawn": self._drawn, "sample": self.sample(), "can_decide": self._author is not None}
        told |= {"releasable": RELEASABLE, "has_sources": bool(self._sources)}
        return index_of(self._entries) | told

    def detail(self, number: int) -> dict[str, Any]:
        """One entry with its boxes and decisions.

        Raises:
            RefusedError: There is no such entry.
        """
        entry = self._entry(number)
        return {name: getattr(entry, name) for name in _TOLD} | {
            "number": number,
            "meaning": FAILURE_TEXTS[entry.code].meaning if entry.code in FAILURE_TEXTS else "",
            "advice": FAILURE_TEXTS[entry.code].advice if entry.code in FAILURE_TEXTS else "",
            "facts": dict(entry.facts),
            "regions": list(map(_region, entry.regions)),
            "has_source": entry.ref in self._sources,
            "scopes": list(_targets(entry, self._author.pseudonyms)) if self._author else [],
            **self._decided(entry),
            **self._shown(entry),
        }

    def picture(self, which: str, number: int, frame: int, view: str, *, is_small: bool) -> bytes:
        """A Frame as PNG.

        Args:
            which: "output" or "source".

        Raises:
            RefusedError: There is no such entry or Frame, or no vault that leads to the source.
            EffaceError: It cannot be read.
        """
        try:
            if is_small:
                return self._thumbnail(which, number)
            return draw(self._source(which, self._entry(number)), frame, view)
        except IndexError:
            raise RefusedError("there is no such frame") from None

    def decide(self, number: int, asked: dict[str, Any]) -> dict[str, Any]:
        """Add a decision about an entry to the table; returns the entry as `detail` does.

        Args:
            asked: `scope`, `action` and, as in the table, `frames`, `box`, `new_box`, `code`. The target is the entry's.

        Raises:
            RefusedError: Nothing can be decided here, or not this.
            DecisionError, EffaceError: See `append_decision`.
        """
        entry, author = self._entry(number), self._require_author()
        targets = _targets(entry, author.pseudonyms)
        if asked.get("scope") not in list(targets):
            raise RefusedError("the audit does not tell what this would be about")
        try:
            decision = decision_of({**asked, "target": targets[Scope(asked["scope"])], "at": _today()})
        except ValueError as error:
            raise RefusedError(str(error)) from None
        if decision.action is Action.RELEASE and not self._vault:
            raise RefusedError("a release needs the vault, where the name of who decides is kept: start with --vault")
        append_decision(author.decisions, decision, author.pseudonyms, author.name, self._vault)
        return self.detail(number)

    def withdraw(self, number: int, decision_id: str) -> dict[str, Any]:
        """Take a decision back by a later row; returns the entry as `detail` does.

        Raises:
            RefusedError: Nothing can be decided here.
            DecisionError, EffaceError: See `withdraw_decision`.
        """
        author = self._require_author()
        self._entry(number)
        withdraw_decision(author.decisions, decision_id, _today(), author.pseudonyms, author.name, self._vault)
        return self.detail(number)

    def look(self, number: int, *, is_missed: bool) -> dict[str, Any] | None:
        """Note what was seen on a drawn image; returns the state of the sample.

        Raises:
            RefusedError: The image is not drawn.
            DecisionError, EffaceError: See `append_look`.
        """
        author = self._require_author()
        if number not in self._drawn:
            raise RefusedError("only drawn images count")
        entry = self._entry(number)
        if self._vault:
            note_decider(self._vault, author.ref, author.name)
        look = Look(entry.sop_instance_uid, entry.output_sha256, is_missed, author.ref, _today())
        append_look(looks_uri(author.decisions), look, author.pseudonyms)
        return self.sample()

    def sample(self) -> dict[str, Any] | None:
        """What of the sample was looked at, and what it shows; None without a sample.

        A miss still counts after it was corrected: it tells what the images are like that nobody looks at.
        """
        if self._author is None or self._bound is None:
            return None
        looks = read_looks(looks_uri(self._author.decisions), self._author.pseudonyms)
        answers = {(look.sop_instance_uid, look.output_sha256): look.is_missed for look in looks}
        missed = {uid for (uid, _), is_missed in answers.items() if is_missed}
        named = {number: self._entries[number] for number in self._drawn}
        seen = {
            number: entry.sop_instance_uid in missed
            for number, entry in named.items()
            if (entry.sop_instance_uid, entry.output_sha256) in answers
        }
        bound = bound_reached(self._entries, seen.keys(), sum(seen.values()))
        told = {"wanted": self._bound, "confidence": CONFIDENCE, "drawn": len(self._drawn), "answers": seen}
        return told | dataclasses.asdict(bound)

    def _entry(self, number: int) -> Entry:
        if not 0 <= number < len(self._entries):
            raise RefusedError("there is no such entry")
        return self._entries[number]

    def _require_author(self) -> Author:
        if self._author is None:
            raise RefusedError("decisions need --decisions, the key and --author")
        return self._author

    def _source(self, which: str, entry: Entry) -> Source:
        if which == "source":
            if entry.ref not in self._sources:
                raise RefusedError("the vault does not lead to the source")
            return find_source(self._sources[entry.ref])
        if not entry.is_published:
            raise RefusedError("nothing is published of this source")
        found = storage_of(self._output).find(instance_uri(self._output, entry.path))
        if found is None or found.size_bytes != entry.output_bytes:
            raise SourceReadError("the output does not stand there as the audit says")
        return found

    def _draw_thumbnail(self, which: str, number: int) -> bytes:
        return draw(self._source(which, self._entry(number)), 0, max_px=THUMBNAIL_PX)

    def _shown(self, entry: Entry) -> dict[str, Any]:
        """The number of Frames that can be shown, their views, and why there are none."""
        which = "output" if entry.is_published else "source"
        can_show = entry.frames > 0 if entry.is_published else entry.ref in self._sources
        if not can_show:
            return {"frames": 0, "views": (), "problem": ""}
        try:
            source = self._source(which, entry)
            return {"frames": frames_of(source), "views": views_of(source, 0), "problem": ""}
        except EffaceError as error:
            return {"frames": 0, "views": (), "problem": f"{error.code}: {error}"}

    def _decided(self, entry: Entry) -> dict[str, Any]:
        """The decisions in force that are about an entry, the most general first, and whether its output was made by them."""
        if self._author is None:
            return {"decisions": [], "is_done": False}
        targets = Targets(entry.device_ref, entry.device_type_ref, entry.series_instance_uid, entry.sop_instance_uid)
        decided = self._author.read().about(targets, self._author.pseudonyms)
        is_done = entry.is_published and decided.ref == entry.decisions_ref
        return {"decisions": [_told(one) for one in decided.decisions], "is_done": is_done}


_TOLD = (
    "ref",
    "path",
    "is_published",
    "sop_instance_uid",
    "series_instance_uid",
    "study_instance_uid",
    "patient_id",
    "modality",
    "device",
    "image_type",
    "code",
    "stage",
    "detail",
)


def _targets(entry: Entry, pseudonyms: Pseudonyms) -> dict[Scope, str | dict[str, Any]]:
    """What a decision about an entry can be about, as the table names it.

    A device is one only where its names in the output are those of the source, by which a run recognises it.
    """
    uids = {Scope.INSTANCE: entry.sop_instance_uid, Scope.SERIES: entry.series_instance_uid}
    targets: dict[Scope, str | dict[str, Any]] = {scope: uid for scope, uid in uids.items() if uid}
    named = (pseudonyms, entry.manufacturer, entry.model, entry.rows, entry.columns)
    if entry.device_ref and device_ref(*named) == entry.device_ref:
        is_of_type = device_ref(*named, entry.image_type) == entry.device_type_ref
        targets[Scope.DEVICE] = {
            "manufacturer": entry.manufacturer,
            "model": entry.model,
            "rows": entry.rows,
            "columns": entry.columns,
            "image_type": list(entry.image_type) if is_of_type else [],
        }
    return targets


def _region(region: Region) -> dict[str, Any]:
    meaning = MEANINGS[Reason(region.reason)] if region.reason in set(Reason) else ""
    is_protected = region.reason in PROTECTED
    return dataclasses.asdict(region) | {"is_kept": region.is_kept, "is_protected": is_protected, "meaning": meaning}


def _told(decision: Decision) -> dict[str, Any]:
    return decision.fields | {"id": decision.id}


def _today() -> str:
    return datetime.datetime.now(datetime.UTC).date().isoformat()
