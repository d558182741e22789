"""Every object that `make fuzz` kept ends as documented, and none leaks the planted name or takes much memory."""

import pytest

from support.all_steps import Steps
from support.fuzzing import CORPUS, CORPUS_BYTES, read_corpus, seeds, try_object


@pytest.fixture(scope="module")
def steps(tmp_path_factory):
    return Steps(tmp_path_factory.mktemp("fuzz"))


@pytest.mark.parametrize("cleans", [True, False])
def test_every_kept_object_ends_as_documented(steps, cleans):
    broken = {name: fault for name, data in read_corpus().items() if (fault := try_object(steps, data, cleans=cleans)[1])}
    assert broken == {}


def test_the_seeds_are_published_without_the_planted_name(steps):
    for data in seeds():
        found, fault = try_object(steps, data, cleans=True)
        assert (found.partition(":")[0], fault) == ("published", "")


def test_the_corpus_is_small():
    assert CORPUS.stat().st_size <= CORPUS_BYTES
