"""Importing efface changes nothing in the process, and `configure` sets up what reading needs."""

import ast
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from pydicom import config

from efface.transforms.dicom.configuration import configure

ROOT = Path(__file__).parents[1]
GENERATORS = {"generate.py", "generate_lexicon.py", "generate_names.py"}
"""They make tables of this repository, from libraries that a user does not have."""
NO_PLACE = {("pipeline", "public"), ("pipeline", "integrations")}
"""`efface` itself, and adapters of libraries that change the process when they are imported."""

STATE = """
import importlib, logging, sys, warnings
import pydicom, pydicom.config, pydicom.datadict


def state():
    loggers = dict(logging.root.manager.loggerDict) | {"": logging.root}
    return {
        "pydicom.config": {
            name: repr(value) for name, value in vars(pydicom.config).items() if isinstance(value, bool | int | str | None)
        },
        "pydicom.config.settings": dict(vars(pydicom.config.settings)),
        "dictionary": dict(pydicom.datadict.DicomDictionary),
        "keywords": dict(pydicom.datadict.keyword_dict),
        "private dictionaries": {name: len(entries) for name, entries in pydicom.datadict.private_dictionaries.items()},
        "filters": list(warnings.filters),
        "logging": (logging.root.manager.disable, list(logging.root.handlers)),
        "levels": {name: logger.level for name, logger in loggers.items() if getattr(logger, "level", 0)},
    }
"""


def modules():
    """Every module of efface and its file."""
    paths = [path for folder in ("pipeline", "transforms", "runners") for path in (ROOT / folder).rglob("*.py")]
    for path in sorted(paths):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if (path.parent / "__init__.py").exists() and path.name not in GENERATORS and parts[:2] not in NO_PLACE:
            yield ".".join(("efface", *parts)).removesuffix(".__init__"), path


def libraries():
    """Every module of another project that a module of efface imports at its top."""
    for _, path in modules():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                yield from (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))


def test_importing_every_module_changes_nothing_in_the_process():
    ours = sorted({"efface", *(name for name, _ in modules())})
    theirs = sorted({name for name in libraries() if name.partition(".")[0] not in ("efface", "__future__")})
    code = f"""{STATE}
import contextlib
for name in {theirs!r}:
    with contextlib.suppress(ImportError):  # Some are classes and functions.
        importlib.import_module(name)
before = state()
for name in {ours!r}:
    importlib.import_module(name)
after = state()
changed = {{name: (before[name], after[name]) for name in before if before[name] != after[name]}}
assert not changed, changed
from efface.transforms.dicom.structure import _is_sequence
from efface.transforms.metadata.elements import known_vr
assert known_vr(0x00100011) == "SQ" and _is_sequence(0x00100011), "judged by a dictionary that is not registered"
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]


READ = (
    STATE
    + """
import io
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ImplicitVRLittleEndian
dataset, item = Dataset(), Dataset()
dataset.file_meta = FileMetaDataset()
dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
dataset.SOPClassUID, dataset.SOPInstanceUID = CTImageStorage, "1.2.826.0.1.1"
dataset.add_new(0x00100030, "LO", "Plantagenet, not a date")
item.add_new(0x00100012, "LT", "Plantagenet")
dataset.add_new(0x00100011, "SQ", [item])
file = io.BytesIO()
dataset.save_as(file, enforce_file_format=True)
file.seek(0)
from efface.transforms.dicom.parse import read_dataset, read_header
dataset = {read}(file)
assert dataset["PatientBirthDate"].value
[item] = dataset[0x00100011].value
assert item[0x00100012].value == "Plantagenet"
dataset.PatientBirthDate = "Plantagenet as well"
"""
)


@pytest.mark.parametrize("read", ["read_header", "read_dataset"])
def test_reading_is_right_and_tells_nothing_where_nobody_called_configure(read):
    code = READ.replace("{read}", read)
    done = subprocess.run([sys.executable, "-W", "always", "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "Plantagenet" not in done.stdout + done.stderr


def test_configure_is_idempotent_and_holds_after_a_block_that_undid_it():
    with warnings.catch_warnings():
        configure()
        once = list(warnings.filters)
        configure()
        assert warnings.filters == once
        warnings.resetwarnings()
        config.settings.reading_validation_mode = config.WARN
        configure()
        assert [entry for entry in once if entry in warnings.filters]
        assert config.settings.reading_validation_mode == config.IGNORE
