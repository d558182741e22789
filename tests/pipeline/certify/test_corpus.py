"""What is planted, and that the same seed gives it again."""

import hashlib
import subprocess
import sys
from collections import Counter

import pydicom
import pytest

from efface.pipeline.certify.corpus import Corpus
from efface.pipeline.certify.manifest import Manifest
from efface.pipeline.certify.phrases import Fate


def digest(folder):
    return {path.relative_to(folder): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*.dcm"))}


def test_the_same_seed_gives_the_same_bytes_in_another_process(tmp_path):
    corpus = Corpus(seed=3, instances=24)
    corpus.write(tmp_path / "here")
    code = (
        "import sys; from pathlib import Path; from efface.pipeline.certify.corpus import Corpus; "
        "Corpus(3, 24).write(Path(sys.argv[1]))"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "there")], check=True, env={"PYTHONHASHSEED": "77"}, timeout=120)
    assert digest(tmp_path / "here") == digest(tmp_path / "there")


def test_another_seed_gives_other_bytes(planted, tmp_path):
    folder, _ = planted
    Corpus(seed=6, instances=2).write(tmp_path)
    assert not set(digest(tmp_path).values()) & set(digest(folder / "in").values())


def test_a_longer_corpus_begins_like_a_shorter_one(tmp_path):
    shorter, longer = (Corpus(seed=2, instances=count).write(tmp_path / str(count)) for count in (4, 9))
    assert longer.instances[:4] == shorter.instances
    assert digest(tmp_path / "4").items() <= digest(tmp_path / "9").items()


def test_every_kind_and_many_transfer_syntaxes_are_there(planted):
    _, manifest = planted
    assert len({instance.sop_class for instance in manifest.instances}) >= 19
    assert len({instance.transfer_syntax for instance in manifest.instances}) >= 5
    assert len({instance.patient for instance in manifest.instances}) >= 4


def test_every_carrier_is_used_at_every_depth():
    instances = [draft.describe() for draft in Corpus(seed=8, instances=176).drafts()]
    gone = [plant for instance in instances for plant in instance.plants if plant.fate is Fate.GO]
    carriers = Counter(plant.carrier for plant in gone)
    texts = {"AE", "CS", "DS", "IS", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT"}
    raw = {"OB", "OW", "private OB", "private UN", "private LO", "safe private"}
    around = {"file meta", "preamble", "padding", "file name", "codestream comment", "after the codestream"}
    objects = {"SR TEXT", "SR PNAME", "SR NUM", "SR code meaning", "GSPS text", "GSPS layer", "RT label", "waveform annotation"}
    assert texts | raw | around | objects <= set(carriers)
    assert {plant.depth for plant in gone} >= {0, 1, 2, 3, 4, 5}
    moved = {plant.carrier for instance in instances for plant in instance.plants if plant.fate is Fate.MOVE}
    assert {"DA", "DT", "LT"} <= moved


def test_every_culture_comes_before_one_comes_again():
    cultures = []
    for draft in Corpus(seed=8, instances=21 * 22 // 2).drafts():
        if not cultures or cultures[-1] != draft.study.patient.culture.name:
            cultures.append(draft.study.patient.culture.name)
    assert len(cultures) == len(set(cultures)) >= 20


def test_lines_do_not_touch_each_other(planted):
    _, manifest = planted
    for instance in manifest.instances:
        for number, line in enumerate(instance.lines):
            for other in instance.lines[:number]:
                left, top, right, bottom = line.box
                assert left >= other.box[2] or other.box[0] >= right or top >= other.box[3] or other.box[1] >= bottom


def test_the_manifest_is_read_as_it_was_written(planted, tmp_path):
    _, manifest = planted
    manifest.write(tmp_path / "manifest.json")
    assert Manifest.read(tmp_path / "manifest.json") == manifest


def test_a_manifest_of_another_version_is_refused(tmp_path):
    (tmp_path / "manifest.json").write_text('{"version": 0}')
    with pytest.raises(ValueError, match="version"):
        Manifest.read(tmp_path / "manifest.json")


def test_references_lead_to_instances_of_the_corpus(planted):
    folder, manifest = planted
    uids = {instance.sop_instance_uid for instance in manifest.instances}
    assert sum(uid.is_reference and uid.text in uids for instance in manifest.instances for uid in instance.uids) > 20
    for instance in manifest.instances:
        assert (
            pydicom.dcmread(folder / "in" / instance.file, stop_before_pixels=True).SOPInstanceUID == instance.sop_instance_uid
        )
