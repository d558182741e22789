"""Joins, splits and compares paths, patterns and URIs; at most it checks that a local path exists."""

from __future__ import annotations

import fnmatch
import glob
import posixpath
import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

WILDCARD = re.compile(r"[*?\[]")
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]+)://")
_MEMBER_MARK = "!/"
_UNSAFE = re.compile(r"[%!\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_ARCHIVE_SUFFIXES = (
    *(".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2"),
    # Archives that are not read, so that they are not taken for files that are no DICOM.
    *(".tar.xz", ".txz", ".tar.zst", ".tzst", ".tar.lzma", ".tar.z", ".7z", ".rar"),
)
_SPELLINGS = {"abfs": "az", "abfss": "az"}
"""Scheme -> another one of the same store."""
_CONTENT_TYPES = {".dcm": "application/dicom", ".json": "application/json", ".csv": "text/csv"}


def scheme_of(uri: str) -> str:
    """The scheme in lower case, or "" for a local path."""
    scheme = _SCHEME.match(uri)
    return scheme.group(1).lower() if scheme else ""


def is_local(uri: str) -> bool:
    """True for a local path or pattern."""
    return not scheme_of(uri)


def join_uri(prefix: str, *names: str) -> str:
    """The path of an object below a prefix."""
    return "/".join((prefix.rstrip("/"), *names))


def path_below(prefix: str, uri: str) -> str:
    """The path below a prefix of a listed object; a listing spells the prefix without "./" and "//"."""
    return uri.removeprefix(f"{Path(prefix) if is_local(prefix) else prefix.rstrip('/')}/")


def sibling_uri(uri: str, path: str) -> str:
    """The object at a relative path from the folder of another one, with `..` resolved; of an absolute path, in its bucket."""
    bucket, name = split_uri(uri)
    found = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)).lstrip("/")
    return f"{uri.partition('://')[0]}://{bucket}/{found}"


def absolute(uri: str) -> str:
    """A local path as an absolute one without `.` and `..`; any other URI as it is.

    Links stay as they are: a folder that is reached through a link keeps its name when the link is set to a new place. Only
    what stands before a `..` is resolved, since the system goes up from where a link leads to. Of a member of an archive only
    the archive has a path. The name of the member stays as it is, whatever it holds.
    """
    if not is_local(uri):
        return uri
    container, mark, name = uri.rpartition(_MEMBER_MARK)
    is_folder = container[-1:] in ("", "/") or Path(f"{container}!").is_dir()  # A folder may be called `x!`.
    return _absolute_path(uri) if is_folder else f"{_absolute_path(container)}{mark}{name}"


def _absolute_path(uri: str) -> str:
    parts = uri.split("/")
    if ".." in parts:
        rest = parts[::-1].index("..")
        above, below = parts[: len(parts) - rest], parts[len(parts) - rest :]
        uri = "/".join((str(Path("/".join(above)).resolve()), *below))
    return "/" + str(Path(uri).absolute()).lstrip("/")


def has_archive_name(uri: str) -> bool:
    """True when a name says that the object is an archive. Its members are sources, unless its content is DICOM."""
    return uri.casefold().endswith(_ARCHIVE_SUFFIXES)


def member_uri(container: str, name: str, occurrence: int = 1) -> str:
    """The URI of what a stored object holds or names, such as `/in/a.zip!/ct/1.dcm`.

    The name is untrusted and is never used as a path. In it `!`, `%`, control characters and bytes without a meaning
    are written as `%21`, so the last `!/` of the URI ends the container, and a terminal can show it.

    Args:
        container: URI of the archive or the DICOMDIR.
        name: As the container spells it; "" for the container as a whole, when it cannot be read.
        occurrence: Counts the members of one name from 1. From the second one on it is part of the URI: `/in/a.tar!/1.dcm!2`.
    """
    escaped = _UNSAFE.sub(lambda match: quote(match[0], safe="", errors="surrogatepass"), name)
    return f"{container}{_MEMBER_MARK}{escaped}" + (f"!{occurrence}" if occurrence > 1 else "")


def split_member_uri(uri: str) -> tuple[str, str]:
    """The container and the escaped name in the URI of a member, without its occurrence; no container for another URI."""
    container, _, name = uri.rpartition(_MEMBER_MARK)
    return container, name.partition("!")[0]


def split_uri(uri: str) -> tuple[str, str]:
    """The bucket and the name in the URI of an object, a pattern or a prefix."""
    bucket, _, name = uri.partition("://")[2].partition("/")
    return bucket, name


def fixed_prefix(pattern: str) -> str:
    """The folders of a pattern before its first wildcard. An existing path, or a pattern without one, stays as it is."""
    wildcard = WILDCARD.search(pattern)
    if wildcard is None or (is_local(pattern) and Path(pattern).exists()):
        return pattern
    return pattern[: wildcard.start()].rpartition("/")[0] or ("/" if pattern.startswith("/") else ".")


def _as_compared(uri: str) -> str:
    """A URI in one of its spellings, so that two places are compared; a local path as it is.

    The account of a container is left out: one of two spellings may name it, and the other may take it from a variable.
    """
    scheme = scheme_of(uri)
    bucket, slash, name = uri.partition("://")[2].partition("/")
    return f"{_SPELLINGS.get(scheme, scheme)}://{bucket.partition('@')[0]}{slash}{name}" if scheme else uri


def is_below(place: str, prefix: str) -> bool:
    """True when a path is the prefix or lies below it, in whatever spelling."""
    place, prefix = _as_compared(place), _as_compared(prefix)
    if is_local(place) and is_local(prefix):
        return Path(place).resolve().is_relative_to(Path(prefix).resolve())
    return f"{place.rstrip('/')}/".startswith(f"{prefix.rstrip('/')}/")


def may_match_below(pattern: str, prefix: str) -> bool:
    """True when a listing of the pattern may hold objects at or below the prefix, whether they exist or not.

    A local `*` matches within a folder, `**` any number of folders, and a folder that matches gives everything below it. In a
    bucket, `*` matches `/` as well.
    """
    pattern, prefix = _as_compared(pattern), _as_compared(prefix)
    wildcard, fixed = WILDCARD.search(pattern), fixed_prefix(pattern)
    if wildcard is None or fixed == pattern or is_local(pattern) != is_local(prefix):
        return is_below(prefix, fixed) or is_below(fixed, prefix)
    if not is_local(pattern):  # An object or a folder may also have the pattern as its literal name.
        place = f"{prefix.rstrip('/')}/"
        cuts = (pattern[:end] for end in range(len(pattern) + 1))
        return is_below(prefix, pattern) or is_below(pattern, prefix) or any(fnmatch.fnmatchcase(place, cut) for cut in cuts)
    rest = pattern[pattern.rfind("/", 0, wildcard.start()) + 1 :].split("/")
    if ".." in rest:  # It may lead anywhere.
        return True
    folders = [glob.escape(name) for name in Path(fixed).resolve().parts]
    return _may_match([*folders, *(name for name in rest if name not in ("", "."))], Path(prefix).resolve().parts)


def _may_match(pattern: Sequence[str], place: Sequence[str]) -> bool:
    """`may_match_below`, folder by folder. A pattern that ends above the place holds it; one that goes deeper may."""
    if not pattern or not place:
        return True
    if pattern[0] == "**":
        return _may_match(pattern[1:], place) or _may_match(pattern, place[1:])
    return fnmatch.fnmatchcase(place[0], pattern[0]) and _may_match(pattern[1:], place[1:])


def content_type(name: str) -> str:
    """The media type of an object, by its suffix."""
    return _CONTENT_TYPES.get(Path(name).suffix, "application/octet-stream")
