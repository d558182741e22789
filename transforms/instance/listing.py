"""Lists the sources of an input: stored objects, members of archives, and the files that a DICOMDIR names.

This is the one place where an input becomes sources, for a run on this machine or on an engine and for every other command.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ..core.errors import ArchiveError, EffaceError, NotDicomError, SourceReadError
from ..core.instance import Source
from ..dicom.media import FileId, by_normalized_name, find_file, is_dicomdir_name, referenced_files
from ..storage import is_below, is_local, open_listed, storage_of, with_members
from ..storage.members import Form, Member
from ..storage.uris import WILDCARD, absolute, has_archive_name, split_member_uri

_DICOMDIR_BYTES = 256 << 20
"""A DICOMDIR is read whole. A record takes some 300 bytes."""


def list_sources(patterns: Sequence[str]) -> list[Source]:
    """Every source of some patterns, each once, in name order.

    Raises:
        SourceReadError: A folder of the input cannot be listed, or two sources may have one URI. The client of a bucket may
            raise its own errors.
    """
    found = {source.uri: source for pattern in patterns for source in sources_of(pattern)}
    return [found[uri] for uri in sorted(found)]


def sources_of(pattern: str) -> Iterator[Source]:
    """Every source of a file, folder, pattern or member of an archive.

    A local URI is absolute, so that one file is one source, from whatever folder and by whatever path a run is started.
    An archive is listed as its members. A DICOMDIR that is named itself is listed as the files that it names; one that is found
    in a folder is a source as any other, since the folder lists these files.

    Raises:
        SourceReadError: A folder of the input cannot be listed, or two sources may have one URI. The client of a bucket may
            raise its own errors.
    """
    is_any = False
    for source in _objects(pattern):
        is_any = True
        for named in _files_of_medium(source) if _names_dicomdir(pattern, source) else (source,):
            yield from with_members(named)
    if not is_any:
        archive = split_member_uri(pattern)[0]
        members = (member for source in _objects(archive) for member in with_members(source)) if archive else ()
        yield from (member for member in members if member.uri == absolute(pattern))


def find_source(uri: str) -> Source:
    """The source of one URI in its current version: a stored object, or a member of an archive.

    Raises:
        ArchiveError: It is an archive, which is many sources or none.
        SourceReadError: There is none, it cannot be read, or another source may have this URI. The client of a bucket may
            raise its own errors.
    """
    name = absolute(uri)
    found = storage_of(name).find(name)
    if found is not None:
        _require_own_uri(name)
        if with_members(found) != [found]:
            raise ArchiveError("the source is an archive: list it, or name a member, such as study.zip!/1.dcm")
    elif is_local(name) and Path(name).is_dir():
        raise SourceReadError("the source is a folder; list it, or name a file")
    else:
        found = next(iter(sources_of(name) if split_member_uri(name)[0] else ()), None)
    if found is None:
        raise SourceReadError("the source does not exist")
    return found


def _objects(pattern: str) -> Iterator[Source]:
    for source in storage_of(pattern).list(pattern):
        uri = absolute(source.uri)
        _require_own_uri(uri)
        yield source if uri == source.uri else replace(source, uri=uri)


def _require_own_uri(uri: str) -> None:
    """Refuse an object that a member can share its URI with: one in a folder `a.zip!` that stands beside the archive `a.zip`.

    Raises:
        SourceReadError: Of these two sources, one would be lost.
    """
    container = split_member_uri(uri)[0]
    has_members = has_archive_name(container) or is_dicomdir_name(container.rpartition("/")[2])
    if has_members and storage_of(container).find(container) is not None:
        raise SourceReadError(
            "an object and a member of an archive may have one URI: rename the folder whose name ends with !/"
        )


def _names_dicomdir(pattern: str, source: Source) -> bool:
    """Whether a pattern itself ends with the name of this object, and that is the name of a DICOMDIR."""
    name = source.uri.rpartition("/")[2]
    if not is_dicomdir_name(name):
        return False
    return absolute(pattern) == source.uri or (bool(WILDCARD.search(pattern)) and pattern.rpartition("/")[2] == name)


def _files_of_medium(dicomdir: Source) -> Iterable[Source]:
    """The files that a DICOMDIR names. What cannot be read is a source that fails; the object itself when it is no DICOMDIR."""
    try:
        if dicomdir.size_bytes > _DICOMDIR_BYTES:
            return [_missing(dicomdir, ())]
        with open_listed(dicomdir) as file:
            file_ids = referenced_files(file)
    except NotDicomError:
        return [dicomdir]
    except EffaceError:
        return [_missing(dicomdir, ())]
    return _resolve(dicomdir, file_ids) if file_ids else [dicomdir]


def _resolve(dicomdir: Source, file_ids: Sequence[FileId]) -> Iterable[Source]:
    """The files that the File IDs mean, each once."""
    folder = dicomdir.uri.rpartition("/")[0]
    prefix = f"{folder}/"
    listed = _objects(folder or "/")
    files = {source.uri.removeprefix(prefix): source for source in listed if source.uri.startswith(prefix)}
    names = by_normalized_name(list(files))

    def resolve(file_id: FileId) -> Source:
        name = find_file(file_id, names)
        is_inside = name is not None and is_below(files[name].uri, folder or "/")  # A link may lead out of the folder.
        return files[name] if name is not None and is_inside else _missing(dicomdir, file_id)

    return dict.fromkeys(map(resolve, file_ids))


def _missing(dicomdir: Source, file_id: FileId) -> Source:
    return Member(dicomdir, Form.REFERENCE).source("/".join(file_id), 0)
