"""The MONAI transforms in MONAI's own data sets, loaders and workers."""

import pickle
import shutil
from pathlib import Path

import pydicom
import pytest
from monai.data import CacheDataset, DataLoader, Dataset, PersistentDataset
from monai.transforms import Compose, LoadImage, LoadImaged

import efface
from efface.integrations.monai import DeidentifyDicom, DeidentifyDicomd, collate_published
from efface.pipeline.demo.data import write_demo_data
from efface.transforms.storage.key_source import KeyUnavailableError
from support.runs import quick_policy

IMAGES = ("screen.dcm", "palette.dcm", "still.dcm", "0001.dcm")
# MONAI's reader warns of pictures without a position in space.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """Name -> path of a file of the demonstration."""
    return {path.name: path for path in write_demo_data(tmp_path_factory.mktemp("demo"))}


@pytest.fixture
def items(demo):
    return [{"image": str(demo[name]), "label": number} for number, name in enumerate(IMAGES)]


@pytest.fixture
def series(tmp_path):
    """The folder of a series of three slices, and a file that is no DICOM."""
    from efface.pipeline.demo.data import _ct, _file

    folder = tmp_path / "Doe^Jane"
    folder.mkdir()
    for number in (1, 2, 3):
        dataset = _ct(number)
        dataset.ImagePositionPatient, dataset.ImageOrientationPatient = [0, 0, number], [1, 0, 0, 0, 1, 0]
        dataset.SeriesInstanceUID, dataset.PixelSpacing, dataset.SliceThickness = "1.2.826.0.1.7", [1, 1], 1
        (folder / f"{number}").write_bytes(_file(dataset))
    (folder / "notes.txt").write_text("no image")
    return folder


def arguments(tmp_path, key_file, **others):
    return {"output_dir": tmp_path / "out", "policy": quick_policy(), "key": key_file, **others}


def files(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_path_becomes_the_path_of_what_a_single_call_publishes(demo, tmp_path, key_file):
    place = DeidentifyDicom(**arguments(tmp_path, key_file))(demo["screen.dcm"])
    report = efface.deidentify_file(demo["screen.dcm"], tmp_path / "alone.dcm", quick_policy(), key=key_file)
    assert place.startswith(f"{tmp_path}/out/basic-")
    assert place.endswith(report.output)
    assert Path(place).read_bytes() == (tmp_path / "alone.dcm").read_bytes()


def test_a_folder_becomes_the_folder_of_a_series_that_loads_as_a_volume(series, tmp_path, key_file):
    load = Compose([DeidentifyDicom(**arguments(tmp_path, key_file)), LoadImage(image_only=True)])
    volume = load(str(series))
    assert tuple(volume.shape) == (320, 320, 3)
    assert "Jane" not in str(volume.meta)


def test_an_archive_is_a_folder(series, tmp_path, key_file):
    deidentify = DeidentifyDicom(**arguments(tmp_path, key_file))
    archive = shutil.make_archive(str(tmp_path / "study"), "zip", series)
    names = [sorted(path.name for path in Path(deidentify(place)).iterdir()) for place in (archive, series)]
    assert names[0] == names[1]
    assert len(names[0]) == 3


def test_a_folder_of_several_series_is_refused(demo, tmp_path, key_file):
    (tmp_path / "in").mkdir()
    for name in ("screen.dcm", "still.dcm"):
        shutil.copy(demo[name], tmp_path / "in" / name)
    with pytest.raises(ValueError, match="2 series"):
        DeidentifyDicom(**arguments(tmp_path, key_file))(tmp_path / "in")


def test_a_series_with_a_hole_is_no_volume(series, tmp_path, key_file):
    whole = (series / "2").read_bytes()
    (series / "2").write_bytes(whole[:-1])
    with pytest.raises(efface.Quarantined) as caught:
        DeidentifyDicom(**arguments(tmp_path, key_file))(series)
    assert caught.value.code == "structure"
    assert "Jane" not in str(caught.value)
    assert DeidentifyDicom(**arguments(tmp_path, key_file, on_quarantine="skip"))(series) == []


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("kind", [Dataset, CacheDataset, PersistentDataset])
def test_data_sets_and_workers_load_what_is_published(kind, workers, items, tmp_path, key_file):
    transform = Compose([DeidentifyDicomd(keys="image", **arguments(tmp_path, key_file)), LoadImaged(keys="image")])
    more = {CacheDataset: {"progress": False}, PersistentDataset: {"cache_dir": tmp_path / "cache"}}.get(kind, {})
    for _ in range(2):
        loaded = list(DataLoader(kind(items, transform, **more), batch_size=1, num_workers=workers))
        assert [int(batch["label"]) for batch in loaded] == [0, 1, 2, 3]
        assert all(batch["image"].ndim >= 3 for batch in loaded)
    assert len(list((tmp_path / "out").rglob("*.dcm"))) == len(items)


def test_several_workers_at_once_write_each_output_once_and_whole(items, tmp_path, key_file):
    transform = DeidentifyDicomd(keys="image", **arguments(tmp_path, key_file))
    same = [items[0]] * 8
    places = {one["image"][0] for one in DataLoader(Dataset(same, transform), batch_size=1, num_workers=2)}
    assert len(places) == 1
    assert pydicom.dcmread(places.pop()).PatientIdentityRemoved == "YES"
    assert len(files(tmp_path / "out")) == 2  # The instance and its report.


def test_what_is_done_is_not_done_again(demo, tmp_path, key_file):
    deidentify = DeidentifyDicom(**arguments(tmp_path, key_file))
    place = Path(deidentify(demo["screen.dcm"]))
    before = {path: path.stat().st_mtime_ns for path in files(tmp_path / "out")}
    assert deidentify(demo["screen.dcm"]) == str(place)
    assert {path: path.stat().st_mtime_ns for path in files(tmp_path / "out")} == before
    written = place.read_bytes()
    place.unlink()
    assert deidentify(demo["screen.dcm"]) == str(place)
    assert place.read_bytes() == written


def changed(path, **values):
    """Other content under the same UIDs."""
    dataset = pydicom.dcmread(path)
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    dataset.save_as(path)


def test_a_source_that_changed_is_done_again(demo, tmp_path, key_file):
    deidentify, source = DeidentifyDicom(**arguments(tmp_path, key_file)), tmp_path / "1.dcm"
    shutil.copy(demo["screen.dcm"], source)
    before = deidentify(source)
    changed(source, Rows=180, Columns=960)
    assert deidentify(source) == before
    assert pydicom.dcmread(before).Rows == 180


def test_another_policy_has_a_folder_of_its_own(demo, tmp_path, key_file):
    policies = (quick_policy("basic"), quick_policy("tcia"))
    transforms = [DeidentifyDicom(**arguments(tmp_path, key_file, policy=policy)) for policy in policies]
    places = [transform(demo["still.dcm"]) for transform in transforms]
    Path(places[0]).unlink()
    assert [transform(demo["still.dcm"]) for transform in transforms] == places
    assert [bool(pydicom.dcmread(place).StudyDate) for place in places] == [False, True]


def test_a_folder_holds_just_what_was_asked_for(series, tmp_path, key_file):
    deidentify = DeidentifyDicom(**arguments(tmp_path, key_file))
    half = tmp_path / "half"
    shutil.copytree(series, half)
    (half / "3").unlink()
    sizes = [len(list(Path(deidentify(folder)).iterdir())) for folder in (half, series, half)]
    assert sizes == [2, 3, 2]
    (series / "1").unlink()
    assert len(list(Path(deidentify(series)).iterdir())) == 2
    changed(series / "2", WindowCenter=50)
    [centers] = [{float(pydicom.dcmread(path).WindowCenter) for path in Path(deidentify(series)).iterdir()}]
    assert centers == {40, 50}


@pytest.mark.parametrize("damage", [b"", b"{}", b"null", b"[1, 2, 3]", b"\xff", b'["a", "b"]'])
def test_a_damaged_receipt_or_output_counts_as_none(damage, demo, tmp_path, key_file):
    deidentify = DeidentifyDicom(**arguments(tmp_path, key_file))
    place = Path(deidentify(demo["screen.dcm"]))
    [receipt] = (tmp_path / "out").rglob("*.json")
    written = receipt.read_bytes()
    receipt.write_bytes(damage)
    assert deidentify(demo["screen.dcm"]) == str(place)
    assert receipt.read_bytes() == written
    place.write_bytes(demo["screen.dcm"].read_bytes())
    with pytest.raises(efface.Quarantined) as caught:  # What is not ours is never replaced.
        deidentify(demo["screen.dcm"])
    assert caught.value.code == "output_conflict"


def test_what_is_quarantined_is_read_once(demo, tmp_path, key_file, monkeypatch):
    from efface.integrations import monai

    deidentify = DeidentifyDicom(**arguments(tmp_path, key_file, on_quarantine="skip"))
    assert deidentify(demo["cut_off.dcm"]) == []
    monkeypatch.setattr(monai, "deidentify_source", None)
    assert deidentify(demo["cut_off.dcm"]) == []


def test_a_mistake_is_no_quarantine_to_skip(demo, tmp_path, key_file):
    skip = DeidentifyDicom(**arguments(tmp_path, key_file, on_quarantine="skip"))
    with pytest.raises(efface.Quarantined, match="source_read"):
        skip(tmp_path / "none.dcm")
    with pytest.raises(ValueError, match="inside of the other"):
        DeidentifyDicom(**arguments(demo["screen.dcm"].parent, key_file, output_dir=demo["screen.dcm"].parent / "out"))(
            demo["screen.dcm"].parent
        )


def test_skipped_items_leave_their_batch(items, demo, tmp_path, key_file):
    (tmp_path / "notes.txt").write_text("no DICOM")
    items[1]["image"], items[2]["image"] = str(demo["cut_off.dcm"]), str(tmp_path / "notes.txt")
    skip = DeidentifyDicomd(keys="image", **arguments(tmp_path, key_file, on_quarantine="skip"))
    transform = Compose([skip, LoadImaged(keys="image")])
    cached = CacheDataset(items, transform, progress=False)
    [whole] = DataLoader(CacheDataset(items, skip, progress=False), batch_size=4, num_workers=2)
    assert whole["label"].tolist() == [0, 3]
    loaded = list(DataLoader(cached, batch_size=1, num_workers=2, collate_fn=collate_published))
    assert [batch["label"].tolist() for batch in loaded if batch] == [[0], [3]]
    assert [one["label"] for item in items for one in skip(item)] == [0, 3]
    assert [item["image"] for item in items[1:3]] == [str(demo["cut_off.dcm"]), str(tmp_path / "notes.txt")]


def test_a_worker_says_the_code_and_no_path(demo, tmp_path, key_file):
    shutil.copy(demo["cut_off.dcm"], tmp_path / "Doe^Jane.dcm")
    transform = DeidentifyDicomd(keys="image", **arguments(tmp_path, key_file))
    loader = DataLoader(Dataset([{"image": str(tmp_path / "Doe^Jane.dcm")}], transform), batch_size=1, num_workers=1)
    with pytest.raises(RuntimeError, match="structure") as caught:
        next(iter(loader))
    assert "Jane" not in str(caught.value)


def test_no_name_and_no_report_below_the_output_identifies(demo, tmp_path, key_file):
    deidentify = DeidentifyDicom(**arguments(tmp_path, key_file))
    place = deidentify(demo["hip_Ollerenshaw"])
    content = b"".join(str(path.relative_to(tmp_path)).encode() + data for path, data in files(tmp_path / "out").items())
    original = pydicom.dcmread(demo["hip_Ollerenshaw"], force=True)
    for value in (str(original.PatientName), original.PatientID, original.SOPInstanceUID, "Ollerenshaw"):
        assert str(value).encode() not in content
    assert place.startswith(str(tmp_path / "out"))


def test_a_transform_travels_without_the_key(demo, tmp_path, key_file, monkeypatch):
    transform = DeidentifyDicomd(keys="image", **arguments(tmp_path, key_file))
    assert key_file.read_bytes().strip() not in pickle.dumps(transform)
    monkeypatch.setenv("EFFACE_KEY", "0" * 64)
    transform = DeidentifyDicom(**arguments(tmp_path, None))
    monkeypatch.setenv("EFFACE_KEY", "1" * 64)
    with pytest.raises(KeyUnavailableError, match="another key"):
        transform(demo["screen.dcm"])
    with pytest.raises(ValueError, match="pickled"):
        DeidentifyDicom(tmp_path, key=b"k" * 32)
    with pytest.raises(ValueError, match="skip"):
        DeidentifyDicom(**arguments(tmp_path, key_file, on_quarantine="return"))
    with pytest.raises(ValueError, match="key file cannot be read"):
        DeidentifyDicom(**arguments(tmp_path, tmp_path / "no-key"))
