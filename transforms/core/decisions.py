"""What people decided about the boxes of images and about quarantine, and which of it applies to an Instance.

A decision is about one Instance, one series or all images of a device. The first two are named by the UIDs of the output, which
are pseudonyms, so that a table of decisions holds no identifier, and another machine with the same key applies it in the same
way. A device is named by what its images say of it; `Device.ref` is the keyed hash by which it is matched.

What may not be decided is said here once: `Decision` refuses it when it is made, whether by a command, a policy or a table.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from .box import Box
from .errors import FaceError, SlideLabelError, TextLeftError
from .pseudonyms import Pseudonyms

RELEASABLE = (TextLeftError.code, SlideLabelError.code, FaceError.code)
"""The codes that are a judgement on a picture, which a person can overrule. Every other code says that efface cannot know what
is in the Instance or that its output is wrong, and whoever looks at a picture does not see that either."""

_UID = re.compile(r"[0-9]+(\.[0-9]+)*")
_MAX_UID_LENGTH = 64
_CODE = re.compile(r"[a-z_]{0,40}")
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})?")
_ID_LENGTH = 16


class Scope(StrEnum):
    """What a decision is about."""

    INSTANCE = "instance"
    SERIES = "series"
    DEVICE = "device"


class Action(StrEnum):
    """What was decided."""

    REDACT = "redact"
    KEEP = "keep"
    RESIZE = "resize"
    RELEASE = "release"
    REJECT = "reject"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Device:
    """All images of one kind of device and size.

    Attributes:
        manufacturer: Manufacturer (0008,0070). Case and spaces at the ends do not count.
        model: Manufacturer's Model Name (0008,1090), in the same way.
        rows, columns: Of a Frame, in pixels.
        image_type: The values of Image Type (0008,0008), all of them in their order; () for images of any type.
    """

    manufacturer: str
    model: str
    rows: int
    columns: int
    image_type: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not (self.manufacturer.strip() and self.model.strip()):
            raise ValueError("a device needs a manufacturer and a model")
        if min(self.rows, self.columns) < 1:
            raise ValueError("a device needs the rows and columns of its images, 1 or more")

    def ref(self, pseudonyms: Pseudonyms) -> str:
        """The keyed hash by which images of the device are recognised."""
        return device_ref(pseudonyms, self.manufacturer, self.model, self.rows, self.columns, self.image_type)


def device_ref(
    pseudonyms: Pseudonyms, manufacturer: str, model: str, rows: int, columns: int, image_type: Iterable[str] = ()
) -> str:
    """The keyed hash of a device, as a header names it; "" where the header does not name one."""
    names = [" ".join(name.strip("\0 ").casefold().split()) for name in (manufacturer, model)]
    if not all(names) or min(rows, columns) < 1:
        return ""
    types = [value.strip("\0 ").upper() for value in image_type]
    return pseudonyms.token("device", json.dumps([*names, rows, columns, types]), 26)


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. Every field travels in the table beside the policy, and none holds an identifier.

    Attributes:
        scope: What it is about.
        target: The SOP Instance UID or the Series Instance UID of the output; or the device.
        action: "redact": fill `box`. "keep": what was found in `box`, or its text, stays; never what matches an identifier of
            the header, a bar code or a face. "resize": a found `box` becomes `new_box`. "release": the Instance does not fail
            with `code` again, one of `RELEASABLE`, and passes every other check. "reject": it is not published. "withdraw": the
            earlier decision `withdraws` counts no more.
        frames: The Frames it is about, counted from 0; () for all.
        box: In pixels of the Frame; clipped to it where it is applied.
        new_box: Of "resize".
        code: The reason code of "release"; of "reject" where the Instance was in quarantine.
        withdraws: `id` of the decision that is withdrawn.
        decided_by: Keyed pseudonym of the person; "" in a policy.
        at: The date, YYYY-MM-DD; "" in a policy.
        signature: Of the row in the table; "" where there is none.
    """

    scope: Scope
    target: str | Device
    action: Action
    frames: tuple[int, ...] = ()
    box: Box | None = None
    new_box: Box | None = None
    code: str = ""
    withdraws: str = ""
    decided_by: str = ""
    at: str = ""
    signature: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if (self.scope is Scope.DEVICE) != isinstance(self.target, Device):
            raise ValueError("a decision on a device names the device, any other one the UID of the output")
        if isinstance(self.target, str) and (len(self.target) > _MAX_UID_LENGTH or not _UID.fullmatch(self.target)):
            raise ValueError("the target is no UID: give the SOP or Series Instance UID of the output")
        has_box = self.action in (Action.REDACT, Action.KEEP, Action.RESIZE)
        if has_box != (self.box is not None) or (self.action is Action.RESIZE) != (self.new_box is not None):
            raise ValueError("redact and keep need one box, resize two, and other actions none")
        if any(box is not None and (min(box.left, box.top) < 0 or not box.area_px) for box in (self.box, self.new_box)):
            raise ValueError("a box is left, top, right, bottom in pixels, 0 or more, right and bottom beyond left and top")
        if list(self.frames) != sorted(set(self.frames)) or min(self.frames, default=0) < 0:
            raise ValueError("frames are counted from 0, in order, each once")
        if self.action is Action.RELEASE and (self.code not in RELEASABLE or self.scope is Scope.DEVICE):
            raise ValueError("an instance or a series can be released from text_left, slide_label or face, and nothing else")
        if not (_CODE.fullmatch(self.code) and _DATE.fullmatch(self.at)):
            raise ValueError("a code is a reason code, and a date is written YYYY-MM-DD")
        if (self.action is Action.WITHDRAW) != bool(self.withdraws):
            raise ValueError("withdraw names the decision that is withdrawn")

    @property
    def id(self) -> str:
        """The name of a signed decision, by which it can be withdrawn; "" for one that is not signed."""
        return self.signature[:_ID_LENGTH]

    @property
    def fields(self) -> dict[str, Any]:
        """What it says, as values of JSON, without the signature and what is empty."""
        named = {one.name: getattr(self, one.name) for one in dataclasses.fields(self) if one.name != "signature"}
        if isinstance(self.target, Device):
            named["target"] = {name: value for name, value in dataclasses.asdict(self.target).items() if value}
        return {name: value for name, value in named.items() if value}

    @property
    def effect(self) -> str:
        """What it does to an Instance, in one spelling: not who decided, nor when."""
        return json.dumps([self.action, self.frames, self.box, self.new_box, self.code], separators=(",", ":"))

    def target_ref(self, pseudonyms: Pseudonyms) -> str:
        """What an Instance is compared with: the UID, or the keyed hash of the device."""
        return self.target.ref(pseudonyms) if isinstance(self.target, Device) else self.target


def sign(decision: Decision, pseudonyms: Pseudonyms, previous: str) -> str:
    """The signature of a row: an HMAC by the key over the row and the signature of the row before it.

    A row that is changed, moved or taken out of the middle is recognised; that the last rows are missing is not.

    Args:
        previous: The signature of the row before; "" for the first one.
    """
    return pseudonyms.token("decision", json.dumps([previous, decision.fields], sort_keys=True), 52)


def person_ref(name: str, pseudonyms: Pseudonyms) -> str:
    """The keyed pseudonym of a person who decides."""
    return pseudonyms.token("decided-by", " ".join(name.casefold().split()), 16)


def in_force(rows: Iterable[Decision]) -> tuple[Decision, ...]:
    """The decisions that count: those that no later row withdraws."""
    rows = tuple(rows)
    withdrawn = {row.withdraws for row in rows if row.action is Action.WITHDRAW}
    return tuple(row for row in rows if row.action is not Action.WITHDRAW and (not row.id or row.id not in withdrawn))


class Targets(NamedTuple):
    """What decisions recognise an Instance by, the most general first. The audit has columns of these names.

    Attributes:
        device_ref, device_type_ref: Keyed hashes of its device, and of its device with Image Type; "" for none.
        series_instance_uid, sop_instance_uid: UIDs of the output; "" for none.
    """

    device_ref: str
    device_type_ref: str
    series_instance_uid: str
    sop_instance_uid: str


SCOPES = dict(zip(Targets._fields, (Scope.DEVICE, Scope.DEVICE, Scope.SERIES, Scope.INSTANCE), strict=True))
"""Which decisions are about what."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided about one Instance.

    Attributes:
        decisions: In the order in which they apply: devices, then the series, then the Instance.
        ref: Keyed hash of what they do; "" for none. It changes when the output may.
    """

    decisions: tuple[Decision, ...] = ()
    ref: str = ""

    def releases(self, code: str) -> bool:
        """Whether the Instance is released from a code."""
        return any(one.action is Action.RELEASE and one.code == code for one in self.decisions)

    @property
    def is_rejected(self) -> bool:
        """Whether it must not be published. Of "release" and "reject", the last one counts."""
        last = [one.action for one in self.decisions if one.action in (Action.RELEASE, Action.REJECT)][-1:]
        return last == [Action.REJECT]


NOTHING_DECIDED = Decided()


@dataclass(frozen=True)
class Decisions:
    """All decisions of a run, with what their targets are recognised by.

    Attributes:
        entries: (`Decision.target_ref`, decision), in the order in which they were made.
    """

    entries: tuple[tuple[str, Decision], ...] = ()

    @classmethod
    def of(cls, decisions: Iterable[Decision], pseudonyms: Pseudonyms) -> Decisions:
        """The decisions that are in force among some."""
        return cls(tuple((one.target_ref(pseudonyms), one) for one in in_force(decisions)))

    def __bool__(self) -> bool:
        return bool(self.entries)

    @property
    def content(self) -> str:
        """All that they do, in one spelling; "" for none."""
        return "\n".join(f"{target} {decision.effect}" for target, decision in self.entries)

    @cached_property
    def by_target(self) -> dict[tuple[Scope, str], tuple[Decision, ...]]:
        """The decisions on each target."""
        found: dict[tuple[Scope, str], list[Decision]] = {}
        for target, decision in self.entries:
            found.setdefault((decision.scope, target), []).append(decision)
        return {target: tuple(decisions) for target, decisions in found.items()}

    def about(self, targets: Targets, pseudonyms: Pseudonyms) -> Decided:
        """What was decided about an Instance: about its device first, then about its series, then about itself."""
        scoped = zip(SCOPES.values(), targets, strict=True)
        found = tuple(one for target in scoped for one in self.by_target.get(target, ()))
        if not found:
            return NOTHING_DECIDED
        return Decided(found, pseudonyms.token("decisions", "\n".join(one.effect for one in found), 16))


NO_DECISIONS = Decisions()
