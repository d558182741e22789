import shutil

import pytest

from efface.pipeline.demo.data import write_demo_data
from efface.pipeline.policy import parse_policy
from support.ct_series import write_ct_series
from support.runs import deidentify_here

KEY = "00112233445566778899aabbccddeeff" * 2
SOURCES = {"demo": write_demo_data, "ct": lambda folder: write_ct_series(folder, patients=3)}


@pytest.fixture(scope="session")
def deidentified(tmp_path_factory):
    """The demonstration data and three CT series, de-identified: (source folder, output folder, key file)."""
    root = tmp_path_factory.mktemp("export")
    (root / "key").write_text(KEY)
    for name, write in SOURCES.items():
        write(root / "in" / name)
    deidentify_here(str(root / "in"), str(root / "out"), root / "key", parse_policy("pixels: none"))
    return root / "in", root / "out", root / "key"


@pytest.fixture(scope="session")
def output(deidentified):
    """The output, as `export` takes it."""
    return str(deidentified[1])


@pytest.fixture
def copy(output, tmp_path):
    """A copy of the output that a test may change."""
    shutil.copytree(output, tmp_path / "out")
    return tmp_path / "out"
