"""`import efface`: its public names, loaded lazily."""

import importlib
import subprocess
import sys

import pytest

import efface

HEAVY = {"apache_beam", "easyocr", "numpy", "onnxruntime", "openvino", "pyarrow", "pydicom", "rapidocr", "torch"}


def test_every_public_name_exists():
    for name in efface.__all__:
        assert getattr(efface, name) is not None
        assert name in dir(efface)


def test_a_public_name_is_that_of_its_module():
    assert {*efface._MODULES, "__version__"} == set(efface.__all__)
    for name, module in efface._MODULES.items():
        assert getattr(efface, name) is getattr(importlib.import_module(module), name)


def test_a_policy_is_loaded_by_its_public_name():
    assert isinstance(efface.load_policy("tcia"), efface.Policy)
    with pytest.raises(efface.PolicyError):
        efface.load_policy("no-such-policy")


def test_other_names_are_errors():
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = efface.no_such_name


def test_no_second_copy_can_be_made():
    with pytest.raises(ImportError, match="import efface"):
        import efface.pipeline.public  # noqa: F401


def test_the_import_loads_nothing_heavy():
    code = "import sys, efface; dir(efface), efface.__version__; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60)
    assert not HEAVY & set(done.stdout.split())
