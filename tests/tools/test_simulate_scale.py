"""The simulation against closed forms, with invented figures."""

import math
from dataclasses import replace

import numpy as np
import pytest

from tools import simulate_scale as scale

STAGES = [stage for step in scale.STEPS.values() for stage in step.stages]
KINDS = (
    scale.Kind(0.9, dict.fromkeys(STAGES, 0.02), 1, 0.5),
    scale.Kind(0.1, dict.fromkeys(STAGES, 0.2), 20, 10.0, is_clip=True),
)
EVEN = replace(
    scale.ASSUMED, boot_sec=0.0, doubling_sec=0.0, slow_share=0.0, failure=0.0, reads_per_sec=1e12, writes_per_sec=1e12
)
"""Nothing but vCPUs."""
INSTANCES = 10**6


def mean_sec():
    return sum(kind.share * sum(kind.cpu_sec.values()) for kind in KINDS)


def erlang_c(servers, offered):
    """The chance that a customer of M/M/k waits (Erlang, 1917)."""
    terms = [offered**n / math.factorial(n) for n in range(servers)]
    last = offered**servers / math.factorial(servers) * servers / (servers - offered)
    return last / (sum(terms) + last)


@pytest.mark.parametrize("load", [0.6, 0.9])
def test_bundles_wait_as_long_as_in_a_queue_of_many_servers(load):
    servers, customers, random = 8, 200_000, np.random.default_rng(5)
    arrivals = np.cumsum(random.exponential(1 / (load * servers), customers))
    begins, _, _ = scale.Servers([0.0] * servers).serve(arrivals, random.exponential(1.0, customers))
    expected = erlang_c(servers, load * servers) / (servers * (1 - load))
    assert np.mean(begins - arrivals) == pytest.approx(expected, rel=0.1)


def test_service_times_of_any_spread_wait_as_pollaczek_and_khinchin_say():
    load, shape, customers, random = 0.7, 0.25, 200_000, np.random.default_rng(6)
    arrivals = np.cumsum(random.exponential(1 / load, customers))
    begins, _, _ = scale.Servers([0.0]).serve(arrivals, random.gamma(shape, 1 / shape, customers))
    assert np.mean(begins - arrivals) == pytest.approx(load * (1 + 1 / shape) / (2 * (1 - load)), rel=0.1)


@pytest.mark.parametrize("workers", [3, 40])
def test_without_other_limits_a_run_takes_its_work_divided_by_its_vcpus(workers):
    run = scale.simulate([scale.Job(INSTANCES)], workers, KINDS, replace(EVEN, bundle=100))
    least_sec = INSTANCES * mean_sec() / (workers * EVEN.vcpus)
    assert run.cpu_hours * 3600 == pytest.approx(INSTANCES * mean_sec(), rel=0.01)
    assert 0.99 * least_sec < run.end_sec < 1.1 * least_sec
    assert run.paid_hours == pytest.approx(workers * EVEN.vcpus * run.end_sec / 3600)


@pytest.mark.parametrize("prefixes", [1, 10])
def test_a_cold_bucket_takes_writes_as_its_doubling_rate_allows(prefixes):
    idle = tuple(replace(kind, cpu_sec=dict.fromkeys(STAGES, 1e-9)) for kind in KINDS)
    cold = replace(EVEN, writes_per_sec=1000.0)
    run = scale.simulate([scale.Job(INSTANCES)], 10, idle, cold, prefixes=prefixes)
    writes = INSTANCES * (1 + scale.STEPS["audit"].writes)
    expected = cold.ramp_sec * math.log2(1 + writes * math.log(2) / (1000 * prefixes * cold.ramp_sec))
    assert run.end_sec == pytest.approx(expected, rel=0.01)
    assert run.steps["publish"].limit == "bucket"


def test_every_limit_makes_a_run_longer_and_never_its_work_less():
    plain = scale.simulate([scale.Job(INSTANCES)], 20, KINDS, EVEN)
    limits = (
        {"boot_sec": 300.0, "doubling_sec": 600.0, "first_workers": 1},
        {"slow_share": 0.2, "slow_factor": 5.0},
        {"failure": 0.1},
        {"writes_per_sec": 50.0},
        {"reads_per_sec": 50.0},
    )
    for limit in limits:
        run = scale.simulate([scale.Job(INSTANCES)], 20, KINDS, replace(EVEN, **limit))
        assert run.end_sec > 1.02 * plain.end_sec, limit
        assert run.cpu_hours > 0.99 * plain.cpu_hours, limit


def test_bundles_that_fail_too_often_are_counted():
    run = scale.simulate([scale.Job(INSTANCES)], 5, KINDS, replace(EVEN, failure=0.3))
    bundles = len(scale.STEPS) * INSTANCES / EVEN.bundle
    assert sum(step.retries for step in run.steps.values()) == pytest.approx(0.3 * bundles, rel=0.1)
    assert sum(step.lost for step in run.steps.values()) == pytest.approx(0.3**EVEN.attempts * bundles, rel=0.4)


def test_manifests_that_come_slowly_do_not_wait_and_the_same_seed_gives_the_same_run():
    each, workers = INSTANCES // 10, 5
    alone = scale.simulate([scale.Job(each)], workers, KINDS, EVEN)
    jobs = [scale.Job(each, 2 * alone.end_sec * number) for number in range(10)]
    run, again = (scale.simulate(jobs, workers, KINDS, EVEN, seed=4) for _ in range(2))
    assert run.published_sec == again.published_sec
    assert max(run.published_sec) < 1.1 * alone.end_sec
    crowded = scale.simulate([replace(job, arrival_sec=0.0) for job in jobs], workers, KINDS, EVEN)
    assert crowded.end_sec == pytest.approx(10 * alone.end_sec, rel=0.1)
