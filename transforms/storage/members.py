"""What a source is when it is no stored object of its own, but lies inside of one: the record that its version holds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..core.instance import Source
from .uris import member_uri, split_member_uri

_MARK = "!"
"""Begins the version of a member. Versions of stored objects are numbers, times or tags, and never begin with it."""


class Form(StrEnum):
    """How a member is read, or why it is not."""

    ZIP = "zip"
    TAR = "tar"
    TAR_GZ = "tar.gz"
    TAR_BZ2 = "tar.bz2"
    TAR_XZ = "tar.xz"
    SPARSE = "sparse"
    """A sparse file of a TAR archive, or a member of an unknown type."""
    UNLISTED = "unlisted"
    """An archive as a whole, when its members cannot be listed."""
    REFERENCE = "reference"
    """A file that a DICOMDIR names and that cannot be read: missing, ambiguous or outside of its folder."""


@dataclass(frozen=True)
class Member:
    """The place of a source inside of a stored object.

    The version of such a source is this record as text. It holds the version of the container, so a container that changes
    changes all its members, and no read mixes two versions of it. A source alone is thereby enough to read it anywhere.

    Attributes:
        container: The stored object.
        form: How it is read.
        place: Numbers by which the form finds it: an offset, a checksum.
    """

    container: Source
    form: Form
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
    container = Source(split_member_uri(source.uri)[0], int(size_bytes), version)
    return Member(container, Form(form), tuple(map(int, filter(None, place.split(",")))))


def is_unlisted(source: Source) -> bool:
    """True for an archive or a DICOMDIR as a whole, since what it holds or names could not be listed."""
    member = member_of(source)
    return member is not None and member.form in (Form.UNLISTED, Form.REFERENCE) and not split_member_uri(source.uri)[1]
