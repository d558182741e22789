"""How often a policy misses planted identifiers on a site's own kinds of image, with exact limits."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from efface.transforms.audit.history import recorded_outputs
from efface.transforms.audit.layout import instance_uri
from efface.transforms.core.decisions import Decisions
from efface.transforms.core.pseudonyms import Pseudonyms
from efface.transforms.instance.listing import find_source
from efface.transforms.storage import storage_of

from ..certify.dice import Dice
from ..certify.frames import check_frames
from ..certify.intervals import Share, share_of
from ..certify.leaks import find_leaks
from ..certify.manifest import Instance
from ..certify.outputs import Output
from ..in_process import deidentify_source
from ..policy import PreparedPolicy
from .plant import NoHostError, plant

_CONFIDENCE = 0.95


class Device(NamedTuple):
    """What made an image, as its output names it; "" for what it does not say."""

    modality: str
    manufacturer: str
    model: str


@dataclass(frozen=True)
class Canary:
    """One copy with planted identifiers.

    Attributes:
        device: Of the host.
        is_drawn: Whether it belongs to the sample of all instances; otherwise it was added for its device.
        code: Why the copy was not published; "" for a published one.
        lines, missed: Identifying lines on its frames, and those that are left in the output.
        is_left_in_header: Whether the output names the planted patient anywhere in its bytes.
    """

    device: Device
    is_drawn: bool
    code: str
    lines: int
    missed: int
    is_left_in_header: bool

    @property
    def is_missed(self) -> bool:
        """Whether the output names somebody."""
        return bool(self.missed) or self.is_left_in_header


@dataclass(frozen=True)
class CanaryRate:
    """What became of some canaries.

    Attributes:
        planted, quarantined: Copies, and those that were not published.
        missed: Share of the published ones that name somebody, with its exact 95 % interval (Clopper and Pearson, 1934).
        lines, missed_lines: Identifying lines on the published ones, and those that are left.
    """

    planted: int
    quarantined: int
    missed: Share
    lines: int
    missed_lines: int


class Host(NamedTuple):
    """A published instance with frames: its path below `instances/`, what made it, and the number that draws it."""

    path: str
    device: Device
    draw: float


def measure_canaries(
    output: str,
    prepared: PreparedPolicy,
    pseudonyms: Pseudonyms,
    sample: int,
    per_device: int = 0,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Canary]:
    """Plant identifiers into copies of published instances, de-identify the copies in memory, and look at what is left.

    Nothing is written to the output or anywhere else. An instance on which nothing can be drawn is passed over.

    Args:
        output: Prefix of the output.
        prepared: The policy, as a run has it.
        pseudonyms: Of the key: it draws the sample, so that nobody else knows which instances are in it.
        sample: Instances of the whole output, each as likely as any other.
        per_device: At least so many of each device, where there are so many.
        on_progress: Gets the number of copies that are done, and of all.
    """
    chosen = choose_hosts(list(_hosts(output, pseudonyms)), sample, per_device)
    decisions = prepared.policy.decisions.read(pseudonyms)
    found: list[Canary] = []
    for number, (host, is_drawn) in enumerate(chosen):
        data = storage_of(output).read(instance_uri(output, host.path))
        try:
            copied, about = plant(data or b"", Dice(pseudonyms.token("canary", host.path, 16)), f"{number}.dcm")
        except NoHostError:
            pass
        else:
            code, lines_missed, is_in_header = _deidentified(copied, about, prepared, pseudonyms, decisions)
            found.append(Canary(host.device, is_drawn, code, len(about.lines), lines_missed, is_in_header))
        on_progress(number + 1, len(chosen))
    return found


def choose_hosts(hosts: Sequence[Host], sample: int, per_device: int) -> list[tuple[Host, bool]]:
    """The hosts in the order of their draws, each with whether it belongs to the sample of all.

    The first of all are a simple random sample of all, and the first of a device one of that device: both limits are exact.
    """
    ordered = sorted(hosts, key=lambda host: (host.draw, host.path))
    seen: dict[Device, int] = {}
    chosen = []
    for place, host in enumerate(ordered):
        seen[host.device] = seen.get(host.device, 0) + 1
        if place < sample or seen[host.device] <= per_device:
            chosen.append((host, place < sample))
    return chosen


def rate_of(canaries: Iterable[Canary]) -> CanaryRate:
    """The rate over some canaries; see `CanaryRate`."""
    counted = list(canaries)
    published = [one for one in counted if not one.code]
    missed = share_of(sum(one.is_missed for one in published), len(published), _CONFIDENCE)
    lines, left = sum(one.lines for one in published), sum(one.missed for one in published)
    return CanaryRate(len(counted), len(counted) - len(published), missed, lines, left)


def rates_by_device(canaries: Sequence[Canary]) -> dict[Device, CanaryRate]:
    """Device -> its rate, in the order of the names."""
    devices = sorted({one.device for one in canaries})
    return {device: rate_of(one for one in canaries if one.device == device) for device in devices}


def _hosts(output: str, pseudonyms: Pseudonyms) -> Iterator[Host]:
    columns = ("modality", "manufacturer", "manufacturer_model_name", "frames")
    for row in recorded_outputs(output, columns).to_pylist():
        if row["frames"]:
            device = Device(*(row[name] or "" for name in columns[:3]))
            yield Host(row["output"], device, pseudonyms.draw(f"canary {row['sop_instance_uid'] or row['output']}"))


def _deidentified(
    copied: bytes, about: Instance, prepared: PreparedPolicy, pseudonyms: Pseudonyms, decisions: Decisions
) -> tuple[str, int, bool]:
    """(code of a copy that is not published, lines that are left, whether the header is)."""
    uri = f"memory://canary-{secrets.token_hex(8)}"
    storage_of(uri).write(uri, copied)
    try:
        report, made = deidentify_source(find_source(uri), prepared, pseudonyms, decisions)
    finally:
        storage_of(uri).delete(uri)
    if not report.is_published:
        return report.code or "not_selected", 0, False
    before, after = Output.read(about.file, copied), Output.read(report.output, made)
    if before is None or after is None:
        raise ValueError("a copy cannot be read back")
    lines = [check for check in check_frames(about, before, after) if check.category.endswith(" filled")]
    is_in_header = any(not check.is_right for check in find_leaks(about, after))
    return "", sum(not check.is_right for check in lines), is_in_header
