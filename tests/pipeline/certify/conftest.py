import pytest

from efface.pipeline.certify.corpus import Corpus
from efface.pipeline.certify.score import score_output


@pytest.fixture(scope="session")
def planted(tmp_path_factory):
    """A small corpus of every kind: its folder with `in` and `answer`, and its manifest."""
    folder = tmp_path_factory.mktemp("planted")
    corpus = Corpus(seed=5, instances=44)
    manifest = corpus.write(folder / "in")
    corpus.write_answer(folder / "answer")
    return folder, manifest


@pytest.fixture(scope="session")
def answered(planted):
    """The score of the right output."""
    folder, manifest = planted
    return score_output(manifest, folder / "in", folder / "answer")


@pytest.fixture(scope="session")
def untouched(planted):
    """The score of a copy of the input."""
    folder, manifest = planted
    return score_output(manifest, folder / "in", folder / "in")
