"""A whole run of the command in one bucket: input, output, vault, key, policy and withdrawal list."""

import io

import pydicom
import pytest

from efface.runners.cli.main import main
from efface.transforms.storage import join_uri, storage_of
from support.runs import instances
from support.samples import sample

OUTPUTS = ("audit/runs/", "instances/")


def instance_of(patient: str, number: int) -> bytes:
    dataset = pydicom.dcmread(io.BytesIO(sample("CT_small.dcm")))
    dataset.PatientID = patient
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = f"1.2.826.0.1.{number}"
    data = io.BytesIO()
    dataset.save_as(data)
    return data.getvalue()


def run(place: str, *more: str) -> int:
    own = {"key-file": "key", "output": "out", "policy": "policy.yaml", "vault": "vault", "input": "in"}
    return main(["run", "--workers=1", *(f"--{option}={join_uri(place, name)}" for option, name in own.items()), *more])


@pytest.mark.parametrize("place", ["s3", pytest.param("az", marks=pytest.mark.azurite)], indirect=True)
def test_all_of_a_run_may_lie_in_one_bucket(place, key_file, tmp_path, capsys):
    content = {"in/Quistberg 1.dcm": instance_of("P7003", 1), "in/[2].dcm": instance_of("P7004", 2)}
    texts = {"key": key_file.read_text(), "policy.yaml": "pixels: none\n", "withdrawn.txt": "P7004\n"}
    for where in (place, str(tmp_path)):
        for name, data in (content | {name: text.encode() for name, text in texts.items()}).items():
            assert storage_of(where).write(join_uri(where, name), data)
    assert run(place) == run(str(tmp_path)) == 0
    published = instances(join_uri(place, "out"))
    assert len(published) == 2
    assert published == instances(str(tmp_path / "out"))  # The same names and bytes as from folders.
    assert run(place, f"--withdrawn={join_uri(place, 'withdrawn.txt')}") == 0
    assert len(instances(join_uri(place, "out"))) == 1
    assert main(["verify", join_uri(place, "out")]) == 0
    assert b"P7003" in (storage_of(place).read(join_uri(place, "vault", "patients.csv")) or b"")
    said = capsys.readouterr()
    assert "Quistberg" not in said.out + said.err


def test_the_manifest_of_a_remote_run_may_lie_in_a_bucket(place):
    from efface.transforms.core.instance import Source
    from efface.transforms.read_manifest import _read

    source = Source(join_uri(place, 'in/a,"b.dcm'), 12, '1700000000-"x"')
    uri = join_uri(place, "tmp", "sources.csv")
    storage_of(uri).write(uri, f'"{source.uri.replace(chr(34), chr(34) * 2)}",12,"1700000000-""x"""\r\n'.encode())
    assert list(_read(uri)) == [source]
