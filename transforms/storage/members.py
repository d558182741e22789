"""What a source is when it is no stored object of its own, but lies inside of one: the record that its version holds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ..core.instance import Source
from .uris import member_uri

UNLISTED = "unlisted"
"""The form of an archive as a whole, when its members cannot be listed."""

_MARK = "!"
"""Begins the version of a member. Versions of stored objects are numbers, times or tags, and never begin with it."""


@dataclass(frozen=True)
class Member:
    """The place of a source inside of a stored object.

    The version of such a source is this record as text. It holds the version of the container, so a container that changes
    changes all its members, and no read mixes two versions of it. A source alone is thereby enough to read it anywhere.

    Attributes:
        container: The stored object.
        form: How it is read: "zip", "tar", ..., or why it is not.
        place: Numbers by which the form finds it: an offset, a checksum.
    """

    container: Source
    form: str
    place: tuple[int, ...] = ()

    def source(self, name: str, size_bytes: int, occurrence: int = 1) -> Source:
        """The source of a member with this name."""
        place = ",".join(map(str, self.place))
        version = _MARK.join(("", self.form, place, str(self.container.size_bytes), self.container.version))
        return Source(member_uri(self.container.uri, name, occurrence), size_bytes, version)


def member_of(source: Source) -> Member | None:
    """The place of a source inside of a stored object; None when it is an object of its own."""
    if not source.version.startswith(_MARK):
        return None
    _, form, place, size_bytes, version = source.version.split(_MARK, 4)
    container = Source(source.uri.rpartition("!/")[0], int(size_bytes), version)
    return Member(container, form, tuple(map(int, filter(None, place.split(",")))))


class Names:
    """Counts the names of an archive, since two members can have the same."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def occurrence(self, name: str) -> int:
        """How many members had this name so far, with this one."""
        self._seen[name] += 1
        return self._seen[name]
