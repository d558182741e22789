"""The notebook, run from top to bottom in a kernel of this environment."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[2] / "examples" / "notebook.ipynb"


def stored() -> nbformat.NotebookNode:
    return nbformat.read(NOTEBOOK, as_version=4)


def test_it_is_stored_without_outputs() -> None:
    notebook = stored()
    nbformat.validate(notebook)
    assert not [cell for cell in notebook.cells if cell.get("outputs") or cell.get("execution_count") or cell.metadata]
    assert notebook.metadata == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }


def test_every_cell_runs_and_pictures_and_tables_appear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TMPDIR", "IPYTHONDIR", "JUPYTER_RUNTIME_DIR"):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.delenv("EFFACE_KEY", raising=False)
    notebook = stored()
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    shutil.rmtree(tmp_path / "TMPDIR")

    outputs = {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}
    shown = {id_: {kind for output in found for kind in output.get("data", {})} for id_, found in outputs.items()}
    assert {id_ for id_, kinds in shown.items() if "image/png" in kinds} == {"pictures", "dataset-pictures"}
    assert {id_ for id_, kinds in shown.items() if "text/html" in kinds} >= {"boxes", "attributes", "instances", "failures"}
    last = {id_: found[-1]["data"]["text/plain"] for id_, found in outputs.items() if found and "data" in found[-1]}
    assert (last["run"], last["same-bytes"], last["make-key"]) == ("3", "True", "0")
    assert "header_name" in last["boxes"]
    assert "structure - " in outputs["quarantined"][0]["text"]
    assert not [output for found in outputs.values() for output in found if output.get("name") == "stderr"]
