"""How the sources of a run are divided into batches."""

import dataclasses

import pytest

from efface.runners.direct.messages import BatchJob
from efface.runners.direct.run import _batches
from efface.transforms.core.instance import Source
from support.runs import QUICK, job_of, quick_policy


@pytest.mark.parametrize("series", ["alone", "agree"])
def test_a_batch_holds_neighbours_only_where_they_are_compared(key_file, series):
    sources = [Source(f"/in/{folder}/{number:03d}.dcm", 1, "1") for folder in "ab" for number in range(100)]
    policy = dataclasses.replace(quick_policy(), ocr=dataclasses.replace(QUICK, series=series))
    batches = _batches(BatchJob(policy, job_of("/out", key_file, policy)), sources, 10)
    assert sorted((one for batch in batches for one in batch.sources), key=lambda one: one.uri) == sources
    assert len({batch.part for batch in batches}) == len(batches) == 20
    numbers = [sorted(int(one.uri[-7:-4]) for one in batch.sources) for batch in batches]
    assert len({one.uri[4] for one in batches[0].sources}) == 1
    assert all((taken[-1] - taken[0] == 9) == (series == "agree") for taken in numbers)
    assert numbers != sorted(numbers)
    assert any([one.uri for one in batch.sources] != sorted(one.uri for one in batch.sources) for batch in batches)
