"""A batch without an engine leaves below the output what the graph leaves there."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from efface.pipeline.deidentify_batch import deidentify_batch
from efface.pipeline.policy import Policy, parse_policy
from efface.runners.direct.graph import run_graph
from efface.transforms.core.instance import Source
from efface.transforms.storage import storage_of
from support.corpus import minimal, saved
from support.runs import QUICK, instances, job_of, quick_policy, table
from support.samples import SAMPLES, sample

TABLES = ("instances", "findings", "attributes", "failures")


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> tuple[Source, ...]:
    """Sample files of pydicom of all kinds, good and bad, and some that are no DICOM; two claim one output."""
    folder = tmp_path_factory.mktemp("in")
    for name, path in SAMPLES.items():
        if path.stat().st_size < 60_000:
            (folder / name).write_bytes(path.read_bytes())
    (folder / "text").write_bytes(b"hello")
    (folder / "cut").write_bytes(sample("CT_small.dcm")[:-100])
    for thickness in (1, 2):
        dataset = minimal()
        dataset.SliceThickness = thickness
        (folder / f"rival-{thickness}").write_bytes(saved(dataset))
    return tuple(storage_of(str(folder)).list(str(folder)))


def tree(folder: Path) -> dict[str, bytes]:
    """Relative path -> content of every file but Parquet."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".parquet")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def timeless(run: Path, name: str) -> list[dict[str, object]]:
    """The rows of a table without what they took."""
    rows = table(str(run / "out"), name)
    return [{column: value for column, value in row.items() if not column.endswith("_msec")} for row in rows]


POLICIES = {
    "frames are looked at": quick_policy(),
    "series are compared": dataclasses.replace(quick_policy("tcia"), ocr=dataclasses.replace(QUICK, series="agree")),
    "tiles are read in batches": dataclasses.replace(quick_policy(), ocr=dataclasses.replace(QUICK, device="cuda")),
    "pixels are left alone": dataclasses.replace(parse_policy("pixels: none\n"), ocr=QUICK),
}


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES.keys())
def test_a_batch_leaves_what_the_graph_leaves(
    policy: Policy, sources: tuple[Source, ...], tmp_path: Path, key_file: Path
) -> None:
    outputs = [tmp_path / "batch", tmp_path / "graph"]
    for output in outputs:
        job = job_of(str(output / "out"), key_file, policy, vault=str(output / "vault"))
        job = dataclasses.replace(job, part="000000", shards=2)
        if output.name == "batch":
            deidentify_batch(sources, policy, job)
        else:
            run_graph(sources, policy, job, ["--runtime_type_check"])
    by_batch, by_graph = outputs
    assert len(instances(str(by_batch / "out"))) > 25
    for name in TABLES:
        assert timeless(by_batch, name) == timeless(by_graph, name), name
    assert tree(by_batch) == tree(by_graph)


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES.keys())
def test_a_batch_without_a_source_is_committed(policy: Policy, tmp_path: Path, key_file: Path) -> None:
    deidentify_batch((), policy, job_of(str(tmp_path), key_file, policy))
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] != []
