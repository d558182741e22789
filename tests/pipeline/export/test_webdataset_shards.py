import io
import tarfile
from pathlib import Path

import nibabel

from efface.pipeline.export.export import export
from efface.pipeline.policy import parse_policy
from support.ct_series import COLUMNS, ROWS, SLICES, write_ct_series
from support.exports import SPLIT, files, names_in, samples
from support.runs import deidentify_here


def test_webdataset_reads_pictures_with_their_description(output, tmp_path):
    summary = export(output, str(tmp_path), "webdataset", "png", SPLIT)
    found = list(samples(tmp_path))
    assert len(found) == sum(held.entries for held in summary.splits.values())
    assert len({sample["__key__"] for _, sample in found}) == len(found)
    for split, sample in found:
        described = sample["json"]
        assert described["split"] == split
        assert sample["png"].size == (described["columns"], described["rows"])
        assert sample["__key__"].startswith(described["patient_id"] + "/")


def test_webdataset_reads_volumes(output, tmp_path):
    export(output, str(tmp_path), "webdataset", "nifti", SPLIT)
    found = [sample for _, sample in samples(tmp_path)]
    assert len(found) == 3
    for sample in found:
        assert nibabel.Nifti1Image.from_bytes(sample["nii.gz"]).shape == (COLUMNS, ROWS, SLICES)


def test_a_shard_ends_where_it_is_full(tmp_path_factory, key_file):
    """No sample is torn apart, and none is lost."""
    root = tmp_path_factory.mktemp("shards")
    write_ct_series(root / "in", patients=2, slices=3, side_px=700)
    deidentify_here(str(root / "in"), str(root / "out"), key_file, parse_policy("pixels: none"))
    export(str(root / "out"), str(root / "shards"), "webdataset", "png", "1/0/0", shard_mb=1)
    shards = sorted((root / "shards" / "training").iterdir())
    assert [shard.name for shard in shards] == [f"shard-{number:06d}.tar" for number in range(len(shards))]
    assert len(shards) > 1
    names = [[Path(name).suffix for name in names_in(shard)] for shard in shards]
    assert all(held == [".json", ".png"] * (len(held) // 2) for held in names)
    assert sum(map(len, names)) == 2 * 2 * 3


def test_pictures_of_a_table_and_of_a_shard_are_the_same(output, tmp_path):
    export(output, str(tmp_path / "table"), "csv", "png", SPLIT)
    export(output, str(tmp_path / "shards"), "webdataset", "png", SPLIT)
    pictures = {data for name, data in files(tmp_path / "table").items() if name.endswith(".png")}
    members = set()
    for shard in (tmp_path / "shards").rglob("*.tar"):
        with tarfile.open(fileobj=io.BytesIO(shard.read_bytes())) as tar:
            members |= {tar.extractfile(name).read() for name in tar.getnames() if name.endswith(".png")}
    assert members == pictures
