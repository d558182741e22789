"""The example for MONAI, as a user starts it."""

import subprocess
import sys
from pathlib import Path

import pydicom

from efface.pipeline.demo.data import write_demo_data

EXAMPLE = Path(__file__).parents[2] / "examples" / "train_monai.py"


def test_the_example_trains_a_step_on_what_is_published(tmp_path, key_file):
    names = ("0001.dcm", "cine.dcm", "palette.dcm", "cut_off.dcm")
    (tmp_path / "in").mkdir()
    for path in write_demo_data(tmp_path / "demo"):
        if path.name in names:
            path.rename(tmp_path / "in" / path.name)
    command = [sys.executable, EXAMPLE, tmp_path / "in", tmp_path / "out", "--key-file", key_file]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.startswith("3 images in the batch, loss 0.")  # The fourth item of the batch is quarantined.
    published = list((tmp_path / "out").rglob("*.dcm"))
    assert len(published) == 3
    assert all(pydicom.dcmread(path).PatientIdentityRemoved == "YES" for path in published)
