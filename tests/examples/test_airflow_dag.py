"""The DAG, in a real Airflow whose environment does not contain efface."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from support.runs import instances
from support.samples import sample

ROOT = Path(__file__).parents[2]
AIRFLOW = "3.1.3"


@pytest.mark.airflow
def test_airflow_runs_the_dag(tmp_path: Path, key_file: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ct.dcm").write_bytes(sample("CT_small.dcm"))
    (tmp_path / "in" / "cut.dcm").write_bytes(sample("CT_small.dcm")[:9000])
    (tmp_path / "policy.yaml").write_text("pixels: none\n")
    dags = tmp_path / "dags"
    dags.mkdir()
    for name in ("examples/airflow_dag.py", "runners/refresh/refresh.sh"):
        shutil.copy(ROOT / name, dags)
    environment = tmp_path / "airflow"
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", f"apache-airflow=={AIRFLOW}"], check=True)
    settings = {
        "AIRFLOW_VAR_EFFACE_INPUT": str(tmp_path / "in"),
        "AIRFLOW_VAR_EFFACE_OUTPUT": str(tmp_path / "out"),
        "AIRFLOW_VAR_EFFACE_KEY_FILE": str(key_file),
        "AIRFLOW_VAR_EFFACE_OPTIONS": f"--policy {tmp_path / 'policy.yaml'} --workers 1",
        "AIRFLOW_VAR_EFFACE_COMMAND": str(Path(sys.executable).with_name("efface")),
        "AIRFLOW_HOME": str(tmp_path / "home"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "PATH": f"{environment / 'bin'}:{os.environ['PATH']}",
    }

    def airflow(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [environment / "bin" / "airflow", *arguments]
        return subprocess.run(command, env=os.environ | settings, capture_output=True, text=True, check=False)

    assert airflow("db", "migrate").returncode == 0
    listed = airflow("dags", "list-import-errors")
    assert "No data found" in listed.stdout, listed.stdout
    done = airflow("dags", "test", "efface_refresh", "2026-11-01")
    assert done.returncode == 0, done.stdout[-2000:]
    assert "state=success" in done.stdout + done.stderr
    assert len(instances(str(tmp_path / "out"))) == 1
