"""The largest archives that are read."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..core.inflation_limits import InflationLimits


@dataclass(frozen=True)
class ArchiveLimits:
    """How much an archive may hold and inflate to.

    Attributes:
        max_members: Members of one archive. Their list takes some 500 bytes each in the process that lists the input.
        directory_bytes: The directory of a ZIP archive, which is read at once: some 500,000 members with usual names.
        gap_bytes: What stands before and between the members of a ZIP archive, such as a program that unpacks it.
        header_bytes: The headers of one member of a TAR archive: long names, extended attributes, maps of holes.
        padding_bytes: Zeros behind the end of a TAR archive. Tapes have records of a few megabytes at most.
        in_memory_bytes: Members of a ZIP archive up to this size are inflated in memory, larger ones in a temporary file.
        chunk_bytes: Read and inflated at once.
        kept_tars: Inflated TAR archives that a process keeps, each in a temporary file. Sources come in name order, so one is
            enough on one machine; an engine may mix two.
        member: Inflation of one member of a ZIP archive.
        zip: Inflation of all members of a ZIP archive, as it says itself. They are not inflated at the same time.
        tar: Inflation of a compressed TAR archive, which takes this much space for temporary files.
    """

    max_members: int = 1_000_000
    directory_bytes: int = 64 << 20
    gap_bytes: int = 64 << 20
    header_bytes: int = 1 << 20
    padding_bytes: int = 64 << 20
    in_memory_bytes: int = 32 << 20
    chunk_bytes: int = 1 << 20
    kept_tars: int = 2
    member: InflationLimits = field(default=InflationLimits(max_bytes=16 << 30, any_ratio_bytes=256 << 20))
    zip: InflationLimits = field(default=InflationLimits(max_bytes=4 << 40, any_ratio_bytes=1 << 30))
    tar: InflationLimits = field(default=InflationLimits(max_bytes=64 << 30, any_ratio_bytes=1 << 30))
