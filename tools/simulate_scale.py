"""Simulates runs of many instances on Dataflow.

    python -m tools.simulate_scale [--instances 1e8] [--workers 200] [--prefixes 1] [--manifests 100 --every-sec 600]

Every measured figure comes from `tools/scale_figures.json`, which `tests/bench/bench_shares.py --write` makes; those of a
refresh are copied from `tests/bench/bench_refresh.py`. What is assumed stands in `Assumptions`. Bundles of instances are served
by the vCPUs in the order in which they become ready. A step of a job begins when the step before it has ended, as after a
shuffle in a batch job.
"""

from __future__ import annotations

import argparse
import heapq
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

FIGURES = Path(__file__).with_name("scale_figures.json")
MIX = {"CT slice": 0.80, "ultrasound still": 0.12, "X-ray": 0.06, "clip": 0.02}
"""What the name of a kind begins with -> its share of the instances."""
Seconds = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Step:
    """What runs between two shuffles.

    Attributes:
        stages: The measured stages that it consists of.
        reads, writes: Requests to the bucket an instance.
        by_tile: Its elements are tiles, which a shuffle spreads: the tiles of a clip are read by many.
    """

    stages: tuple[str, ...]
    reads: float = 0.0
    writes: float = 0.0
    by_tile: bool = False


STEPS = {
    "plan": Step(("batch", "read header", "plan"), reads=1),
    "read text": Step(("read text",), reads=1, by_tile=True),
    "publish": Step(
        (
            *("judge", "rewrite", "verify structure", "verify pixels", "verify codes", "verify residuals", "verify text"),
            "write",
        ),
        reads=1,
        writes=1,
    ),
    "audit": Step(("audit",), writes=0.003),  # Three tables, one shard of each for 1,000 instances.
}


@dataclass(frozen=True)
class Assumptions:
    """What nobody measured.

    Attributes:
        vcpus: Of a worker.
        first_workers, boot_sec, doubling_sec: Autoscaling: so many workers come up after so long, and their number doubles in
            so many seconds.
        bundle, most_bundles: Instances of a bundle; more where a step would have more bundles than these.
        variation: Standard deviation of the CPU seconds of an instance, as a share of the mean of its kind.
        clip_sigma: Of the logarithm of the length of clips. With 1, one in a hundred is six times as long as the mean.
        slow_share, slow_factor: Stragglers: this share of the vCPUs takes so many times as long.
        failure: Chance that a bundle fails and is tried again, as when a worker is lost.
        attempts: Tries after which Dataflow gives the job up.
        reads_per_sec, writes_per_sec, ramp_sec: Requests that a bucket takes at first, and in how many seconds they can double
            (Google's guidelines on request rates).
        usd_per_vcpu_hour, usd_per_million_reads, usd_per_million_writes: Prices; the first with memory and shuffle.
        names_per_sec: Listed in a bucket, eight folders at a time.
    """

    vcpus: int = 8
    first_workers: int = 10
    boot_sec: float = 150.0
    doubling_sec: float = 180.0
    bundle: int = 500
    most_bundles: int = 200_000
    variation: float = 0.3
    clip_sigma: float = 1.0
    slow_share: float = 0.02
    slow_factor: float = 3.0
    failure: float = 0.001
    attempts: int = 4
    reads_per_sec: float = 5000.0
    writes_per_sec: float = 1000.0
    ramp_sec: float = 1200.0
    usd_per_vcpu_hour: float = 0.07
    usd_per_million_reads: float = 0.4
    usd_per_million_writes: float = 5.0
    names_per_sec: float = 40_000.0


ASSUMED = Assumptions()


@dataclass(frozen=True)
class Kind:
    """Measured figures of one kind of instance.

    Attributes:
        share: Of all instances.
        cpu_sec: Stage -> CPU seconds an instance.
        tiles: Pictures that are read.
        megabytes: As stored.
        is_clip: Its length varies as that of clips does.
    """

    share: float
    cpu_sec: Mapping[str, float]
    tiles: float
    megabytes: float
    is_clip: bool = False

    def work_sec(self, step: Step) -> float:
        """CPU seconds of a step."""
        return sum(self.cpu_sec[stage] for stage in step.stages)


@dataclass(frozen=True)
class Job:
    """The instances of one manifest, and when it comes."""

    instances: int
    arrival_sec: float = 0.0


@dataclass
class Ramp:
    """Requests that a bucket takes: its rate doubles steadily from the first one on. What is not used is lost.

    Attributes:
        per_sec: At first, of all buckets.
        doubling_sec: Seconds until it doubled.
    """

    per_sec: float
    doubling_sec: float
    _since_sec: float | None = None
    _used: float = 0.0

    def take(self, now_sec: float, requests: npt.NDArray[np.floating[Any]]) -> Seconds:
        """When each bundle of a step can have ended, by the requests of each; the step begins now."""
        if not requests.any():
            return np.zeros(len(requests))
        if self._since_sec is None:
            self._since_sec = now_sec
        base = max(self._used, self._capacity(now_sec - self._since_sec))
        through = base + np.cumsum(requests)
        self._used = float(through[-1])
        return self._since_sec + sec_until_taken(through, self.per_sec, self.doubling_sec)

    def _capacity(self, sec: float) -> float:
        return self.per_sec * self.doubling_sec / math.log(2) * (2 ** (sec / self.doubling_sec) - 1)


def sec_until_taken(requests: npt.NDArray[np.float64], per_sec: float, doubling_sec: float) -> Seconds:
    """Seconds until a bucket has taken so many requests, when its rate doubles steadily."""
    return np.asarray(doubling_sec * np.log2(1 + requests * math.log(2) / (per_sec * doubling_sec)))


@dataclass
class StepResult:
    """What came of a step, over all jobs.

    Attributes:
        begin_sec, end_sec: Of the first and the last bundle.
        cpu_sec: Used by tries that succeeded and by those that failed.
        held_sec: Seconds for which vCPUs waited for the bucket.
        waits_sec: Of each bundle, from its readiness to its begin.
        retries: Bundles that were tried again.
        lost: Bundles that failed too often: each ends its job.
        longest_sec: CPU seconds of the longest bundle.
    """

    begin_sec: float = math.inf
    end_sec: float = 0.0
    cpu_sec: float = 0.0
    held_sec: float = 0.0
    waits_sec: list[Seconds] = field(default_factory=list)
    retries: int = 0
    lost: int = 0
    longest_sec: float = 0.0

    @property
    def limit(self) -> str:
        """What kept the step from being faster: the bucket where vCPUs waited for it more than they worked, else the vCPUs."""
        return "bucket" if self.held_sec > self.cpu_sec else "vCPUs"

    def busy(self, vcpus: int) -> float:
        """CPU seconds as a share of what that many vCPUs could have done from its begin to its end."""
        return self.cpu_sec / (vcpus * (self.end_sec - self.begin_sec))

    def wait_sec(self, percent: float) -> float:
        return float(np.percentile(np.concatenate(self.waits_sec), percent))


@dataclass(frozen=True)
class Run:
    """A simulated run.

    Attributes:
        steps: Name -> what came of it.
        end_sec: When the last job has ended.
        paid_hours: vCPU hours: all workers from when they are there until the end.
        usd: vCPUs and requests.
        published_sec: Of each job, from its arrival until its end.
        most_tiles: Tiles that meet at one key of the join, at most.
    """

    steps: dict[str, StepResult]
    end_sec: float
    paid_hours: float
    usd: float
    published_sec: tuple[float, ...]
    most_tiles: float

    @property
    def cpu_hours(self) -> float:
        return sum(step.cpu_sec for step in self.steps.values()) / 3600


class Servers:
    """vCPUs that take bundles first come, first served."""

    def __init__(self, ready_sec: Sequence[float] | Seconds, slowness: Sequence[float] | Seconds | None = None) -> None:
        """
        Args:
            ready_sec: When each is there.
            slowness: How many times as long each takes; 1 without.
        """
        self._slowness = [1.0] * len(ready_sec) if slowness is None else [float(one) for one in slowness]
        self._free = [(float(sec), number) for number, sec in enumerate(ready_sec)]
        heapq.heapify(self._free)

    def serve(
        self, arrival_sec: Seconds, service_sec: Seconds, ends_from_sec: Seconds | None = None
    ) -> tuple[Seconds, Seconds, float]:
        """Serve bundles in their order.

        Args:
            arrival_sec: When each is ready, ascending.
            service_sec: What each takes of a vCPU of usual speed.
            ends_from_sec: Before this none of them can end: its vCPU waits.

        Returns:
            (begin of each, end of each, seconds for which vCPUs waited).
        """
        begins, ends, waited_sec = np.empty(len(arrival_sec)), np.empty(len(arrival_sec)), 0.0
        earliest = [0.0] * len(arrival_sec) if ends_from_sec is None else ends_from_sec.tolist()
        for place, (arrival, service, least) in enumerate(
            zip(arrival_sec.tolist(), service_sec.tolist(), earliest, strict=True)
        ):
            free, number = self._free[0]
            begin = max(free, arrival)
            done = begin + service * self._slowness[number]
            end = max(done, least)
            waited_sec += end - done
            begins[place], ends[place] = begin, end
            heapq.heapreplace(self._free, (end, number))
        return begins, ends, waited_sec


def read_figures(path: Path = FIGURES) -> dict[str, Any]:
    """The measured figures as they were written."""
    figures: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return figures


def kinds_of(figures: Mapping[str, Any]) -> tuple[Kind, ...]:
    """The kinds of the mix."""
    measured = figures["kinds"]
    names = {start: next(name for name in measured if name.startswith(start)) for start in MIX}
    return tuple(
        Kind(share, measured[name]["cpu_sec"], measured[name]["tiles"], measured[name]["megabytes"], start == "clip")
        for (start, share), name in zip(MIX.items(), names.values(), strict=True)
    )


def simulate(
    jobs: Sequence[Job],
    workers: int,
    kinds: Sequence[Kind],
    assumed: Assumptions = ASSUMED,
    *,
    prefixes: int = 1,
    seed: int = 1,
) -> Run:
    """Simulate the jobs of some manifests on one fleet.

    Args:
        jobs: In the order of their arrival.
        workers: At most.
        kinds: Their shares add up to 1.
        assumed: Everything else.
        prefixes: Of inputs and of outputs, each in a bucket of its own, over which requests are spread.
        seed: The same seed gives the same run.
    """
    random = np.random.default_rng(seed)
    ready_sec = _ready_sec(workers, assumed)
    slots = np.repeat(ready_sec, assumed.vcpus)
    slowness = np.where(random.random(len(slots)) < assumed.slow_share, assumed.slow_factor, 1.0)
    servers = Servers(slots, slowness)
    reads = Ramp(assumed.reads_per_sec * prefixes, assumed.ramp_sec)
    writes = Ramp(assumed.writes_per_sec * prefixes, assumed.ramp_sec)
    names = list(STEPS)
    results = {name: StepResult() for name in names}
    published = [0.0] * len(jobs)
    ready = [(job.arrival_sec, number, 0) for number, job in enumerate(jobs)]
    heapq.heapify(ready)
    while ready:
        now_sec, number, place = heapq.heappop(ready)
        step, result = STEPS[names[place]], results[names[place]]
        sizes = _bundle_sizes(jobs[number].instances, assumed)
        service_sec = _service_sec(sizes, step, kinds, assumed, random)
        tries = np.minimum(random.geometric(1 - assumed.failure, len(sizes)), assumed.attempts + 1)
        spent_sec = service_sec * (1 + (tries - 1) * random.random(len(sizes)))
        from_sec = np.maximum(reads.take(now_sec, sizes * step.reads), writes.take(now_sec, sizes * step.writes))
        begins, ends, held_sec = servers.serve(np.full(len(sizes), now_sec), spent_sec, from_sec)
        result.begin_sec, result.end_sec = min(result.begin_sec, begins.min()), max(result.end_sec, ends.max())
        result.cpu_sec += float(spent_sec.sum())
        result.held_sec += held_sec
        result.waits_sec.append(begins - now_sec)
        result.retries += int((tries > 1).sum())
        result.lost += int((tries > assumed.attempts).sum())
        result.longest_sec = max(result.longest_sec, float(spent_sec.max()))
        if place + 1 < len(names):
            heapq.heappush(ready, (float(ends.max()), number, place + 1))
        else:
            published[number] = float(ends.max()) - jobs[number].arrival_sec
    end_sec = max(result.end_sec for result in results.values())
    paid_hours = float(np.maximum(0.0, end_sec - ready_sec).sum()) * assumed.vcpus / 3600
    instances = sum(job.instances for job in jobs)
    millions_read, millions_written = (
        instances * sum(getattr(step, name) for step in STEPS.values()) / 1e6 for name in ("reads", "writes")
    )
    requests_usd = millions_read * assumed.usd_per_million_reads + millions_written * assumed.usd_per_million_writes
    usd = paid_hours * assumed.usd_per_vcpu_hour + requests_usd
    return Run(results, end_sec, paid_hours, usd, tuple(published), _most_tiles(instances, kinds, assumed))


def _ready_sec(workers: int, assumed: Assumptions) -> Seconds:
    """When each worker is there."""
    number = np.arange(1, workers + 1)
    later = np.ceil(np.log2(np.maximum(1.0, number / assumed.first_workers)))
    return np.asarray(assumed.boot_sec + assumed.doubling_sec * later)


def _bundle_sizes(instances: int, assumed: Assumptions) -> npt.NDArray[np.int64]:
    bundles = max(1, min(assumed.most_bundles, round(instances / assumed.bundle)))
    sizes = np.full(bundles, instances // bundles)
    sizes[: instances % bundles] += 1
    return sizes


def _service_sec(
    sizes: npt.NDArray[np.int64], step: Step, kinds: Sequence[Kind], assumed: Assumptions, random: np.random.Generator
) -> Seconds:
    """CPU seconds of each bundle. The sum of many gamma variables is one, so instances need not be drawn one by one."""
    counts = random.multinomial(sizes, [kind.share for kind in kinds])
    total = np.zeros(len(sizes))
    for kind, count in zip(kinds, counts.T, strict=True):
        mean_sec = kind.work_sec(step)
        if kind.is_clip and not step.by_tile:
            total += mean_sec * _lengths_by_bundle(count, assumed, random)
            continue
        parts = count * max(1.0, kind.tiles) if step.by_tile else count
        shape = np.where(parts > 0, parts, 1) / assumed.variation**2
        total += np.where(parts > 0, random.gamma(shape) / shape, 0) * mean_sec * count
    return total


def _lengths_by_bundle(count: npt.NDArray[np.int64], assumed: Assumptions, random: np.random.Generator) -> Seconds:
    """Sums of the lengths of clips, in means; each clip is drawn, since one of them can be longer than a whole bundle."""
    drawn = random.lognormal(-(assumed.clip_sigma**2) / 2, assumed.clip_sigma, int(count.sum()))
    return np.bincount(np.repeat(np.arange(len(count)), count), drawn, len(count)).astype(np.float64)


def _most_tiles(instances: int, kinds: Sequence[Kind], assumed: Assumptions) -> float:
    """The tiles of the longest clip to be expected: of a lognormal length, the quantile of one in all."""
    most = max(kind.tiles for kind in kinds)
    for kind in (kind for kind in kinds if kind.is_clip):
        deviations = math.sqrt(2 * math.log(max(2.0, instances * kind.share)))
        most = max(most, kind.tiles * math.exp(assumed.clip_sigma * deviations - assumed.clip_sigma**2 / 2))
    return most


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--instances", type=float, default=1e8)
    parser.add_argument("--workers", type=int, default=200)
    parser.add_argument("--prefixes", type=int, default=1, help="each in a bucket of its own")
    parser.add_argument("--manifests", type=int, default=1, help="so many jobs, one a manifest")
    parser.add_argument("--every-sec", type=float, default=0.0, help="between two manifests")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    share = int(arguments.instances / arguments.manifests)
    jobs = [Job(share, number * arguments.every_sec) for number in range(arguments.manifests)]
    run = simulate(jobs, arguments.workers, kinds_of(read_figures()), prefixes=arguments.prefixes, seed=arguments.seed)
    print(f"{step_table(run, arguments.workers * ASSUMED.vcpus)}\n\n{summary(run)}")


def summary(run: Run) -> str:
    """The whole run in lines."""
    lost = sum(step.lost for step in run.steps.values())
    published = np.asarray(run.published_sec) / 3600
    return "\n".join(
        (
            f"{run.end_sec / 3600:.1f} hours, {run.cpu_hours:,.0f} CPU hours, {run.paid_hours:,.0f} vCPU hours paid,"
            f" {run.usd:,.0f} USD",
            f"from the arrival of a manifest until it is published: {np.median(published):.1f} hours, 99 % within"
            f" {np.percentile(published, 99):.1f}",
            f"{sum(step.retries for step in run.steps.values())} bundles were tried again, {lost} failed too often",
            f"the longest bundle took {max(step.longest_sec for step in run.steps.values()):,.0f} CPU seconds",
            f"at most {run.most_tiles:,.0f} tiles meet at one key of the join",
        )
    )


def step_table(run: Run, vcpus: int) -> str:
    """A line for each step."""
    lines = ["| step | from hour | to hour | CPU hours | busy | p50 wait, h | p99 wait, h | limited by |", "|" + "---|" * 8]
    for name, step in run.steps.items():
        cells = (step.begin_sec / 3600, step.end_sec / 3600)
        waits = (step.wait_sec(50) / 3600, step.wait_sec(99) / 3600)
        used = f"{step.cpu_sec / 3600:,.0f}", f"{100 * step.busy(vcpus):.0f} %"
        numbers = [*(f"{cell:.2f}" for cell in cells), *used, *(f"{wait:.2f}" for wait in waits)]
        lines.append(f"| {name} | {' | '.join(numbers)} | {step.limit} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
