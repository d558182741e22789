"""Canaries are drawn as samples, and their limits cover the true rate."""

import json
import random

import numpy as np
import pytest

from efface.pipeline.canary.measure import Canary, Device, Host, choose_hosts, rate_of, rates_by_device
from efface.pipeline.certify.intervals import images_needed
from efface.runners.cli.main import main
from support.runs import quick_policy, refresh_here
from support.samples import sample

CT, US = Device("CT", "Maker", "A"), Device("US", "Maker", "B")


def canary(device=CT, code="", missed=0, is_left=False, is_drawn=True):
    return Canary(device, is_drawn, code, 2, missed, is_left)


def test_what_is_not_published_leaks_nothing_and_counts_apart():
    rate = rate_of([canary(), canary(missed=1), canary(code="text_left", missed=0), canary(is_left=True)])
    assert (rate.planted, rate.quarantined, rate.missed.hits, rate.missed.count) == (4, 1, 2, 3)
    assert (rate.lines, rate.missed_lines) == (6, 1)


def test_each_device_has_a_rate():
    rates = rates_by_device([canary(), canary(US, missed=2), canary(US)])
    assert list(rates) == [CT, US]
    assert (rates[CT].missed.hits, rates[US].missed.hits) == (0, 1)


@pytest.mark.parametrize(("bound", "images"), [(0.05, 59), (0.01, 299), (0.001, 2995)])
def test_nothing_seen_on_three_by_the_bound_images_is_enough(bound, images):
    assert images_needed(bound) == images
    assert (1 - bound) ** images <= 0.05 < (1 - bound) ** (images - 1)


def test_the_sample_is_the_first_of_the_draws_and_each_device_has_its_share():
    draws = random.Random(1)
    hosts = [Host(f"{number}.dcm", CT if number % 10 else US, draws.random()) for number in range(200)]
    chosen = choose_hosts(hosts, 20, 8)
    drawn = [host for host, is_drawn in chosen if is_drawn]
    assert drawn == sorted(hosts, key=lambda host: host.draw)[:20]
    assert sum(host.device == US for host, _ in chosen) >= 8
    assert choose_hosts(list(reversed(hosts)), 20, 8) == chosen


def test_the_interval_covers_the_true_rate_in_95_of_100_simulated_archives():
    state, covered = np.random.RandomState(7), 0
    for _ in range(200):
        true = state.choice([0.0, 0.004, 0.02, 0.1, 0.3])
        hosts = [Host(f"{number}", CT if state.rand() < 0.9 else US, state.rand()) for number in range(500)]
        missed = set(state.choice(500, round(true * 500), replace=False).tolist())
        found = [
            canary(host.device, missed=int(host.path) in missed, is_drawn=is_drawn)
            for host, is_drawn in choose_hosts(hosts, 100, 10)
        ]
        share = rate_of(one for one in found if one.is_drawn).missed
        covered += share.low <= len(missed) / 500 <= share.high
    assert covered >= 190


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    folder = tmp_path_factory.mktemp("published")
    (folder / "key").write_text("00112233445566778899aabbccddeeff" * 2)
    (folder / "in").mkdir()
    for name in ("CT_small.dcm", "color3d_jpeg_baseline.dcm", "rtplan.dcm", "examples_overlay.dcm"):
        (folder / "in" / name).write_bytes(sample(name))
    refresh_here(str(folder / "in"), str(folder / "out"), folder / "key", quick_policy(), run_id="1")
    return folder


def test_the_command_measures_and_changes_nothing(published, capsys):
    before = {path: path.stat().st_mtime_ns for path in published.rglob("*")}
    words = ["audit", "canary", str(published / "out"), "--key-file", str(published / "key"), "--sample", "4"]
    assert main([*words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["all"]["planted"] >= 1
    assert told["all"]["lines"] >= told["all"]["missed_lines"]
    assert sum(device["planted"] for device in told["devices"]) == told["all"]["planted"]
    assert main(words) == 0
    assert "at most" in capsys.readouterr().out
    assert {path: path.stat().st_mtime_ns for path in published.rglob("*")} == before
