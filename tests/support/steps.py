"""One step of the graph at a time, in this process: stored instances in, what passes, what fails and what is counted out."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from apache_beam.metrics.metric import MetricsFilter
from apache_beam.testing.test_pipeline import TestPipeline
from pydicom.dataset import Dataset

from efface.runners.direct.graph import local_runner, pipeline_options
from efface.transforms.core.errors import Failure
from efface.transforms.core.instance import Instance, Source
from efface.transforms.instance.describe import read_instance
from efface.transforms.storage import storage_of
from support.corpus import minimal, saved

SECRETS = ("Plantagenet", "Zebulon", "PLNT", "770143", "1.2.826.0.1.3680043.9999", ".dcm")
"""What `minimal` calls its patient and its UIDs, and how a path of `stored` differs from a ref."""


@contextlib.contextmanager
def graph() -> Iterator[TestPipeline]:
    """A pipeline that runs in this process at the end of the block."""
    options = pipeline_options([])
    with TestPipeline(runner=local_runner(options), options=options) as pipeline:
        yield pipeline


def counted(pipeline: TestPipeline, stage: str) -> dict[str, int]:
    """Counter -> count of a stage, once the pipeline has run."""
    counters = pipeline.result.metrics().query(MetricsFilter().with_namespace(stage))["counters"]
    return {counter.key.metric.name: counter.committed for counter in counters}


def distribution(pipeline: TestPipeline, stage: str, name: str) -> Any:
    """Sum, count, least and greatest value of a distribution of a stage, once the pipeline has run."""
    found = pipeline.result.metrics().query(MetricsFilter().with_namespace(stage).with_name(name))["distributions"]
    [one] = found
    return one.committed


def failures(*expected: tuple[str, str, str]) -> Callable[[Iterable[Failure]], None]:
    """For `assert_that`: exactly these (ref, stage, code), in any order, and none that tells more."""

    def check(actual: Iterable[Failure]) -> None:
        reported = list(actual)
        assert sorted((failure.ref, failure.stage, failure.code) for failure in reported) == sorted(expected)
        assert not leaks(reported)

    return check


def leaks(reported: Any) -> list[str]:
    """Which of `SECRETS` can be read in what a log would show of a value."""
    return [secret for secret in SECRETS if secret in repr(reported)]


def pictured(pixels: np.ndarray, number: int = 1, **attributes: Any) -> Dataset:
    """An instance of its own that shows these pixels.

    Args:
        pixels: (rows, columns) or (frames, rows, columns) of uint8.
        number: Instances of other numbers have other SOP Instance UIDs.
        attributes: Keyword -> value of further attributes.
    """
    dataset = minimal()
    dataset.SOPInstanceUID += f".{number}"
    dataset.Rows, dataset.Columns = pixels.shape[-2:]
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation, dataset.PixelRepresentation = 1, "MONOCHROME2", 0
    dataset.BitsAllocated = dataset.BitsStored = 8
    dataset.HighBit = 7
    if pixels.ndim == 3:
        dataset.NumberOfFrames = len(pixels)
    dataset.PixelData = pixels.tobytes()
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    return dataset


def stored(folder: Path, content: Dataset | bytes, name: str = "1.dcm") -> Source:
    """Write an object where its path names the patient, and list it."""
    path = folder / "Plantagenet Zebulon" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else saved(content))
    [source] = storage_of(str(path)).list(str(path))
    return source


def instance_of(source: Source, ref: str) -> Instance:
    """A stored instance as `ReadInstances` describes it, under a ref of the test's own."""
    return replace(read_instance(source), ref=ref)
