"""The graph of one's own, started as a user starts it."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

from efface.runners.cli.main import main
from efface.transforms.storage import storage_of
from support.engines.dataflow import fake_dataflow, run_here, staged_pipeline
from support.runs import instances
from support.samples import sample

KEY = "00112233445566778899aabbccddeeff" * 2
EXAMPLE = Path(__file__).parents[2] / "examples" / "own_graph.py"


def test_a_table_of_files_becomes_an_output_and_a_list_of_results(tmp_path: Path, key_file: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("CT_small.dcm", "rtplan.dcm"):
        (tmp_path / "in" / name).write_bytes(sample(name))
    uris = [*map(str, (tmp_path / "in").iterdir()), str(tmp_path / "in" / "Doe^Jane.dcm")]
    with (tmp_path / "files.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("site", "uri"), *(("north", uri) for uri in uris)])
    (tmp_path / "policy.yaml").write_text("pixels: none\n")
    out, made = tmp_path / "out", ["--policy", str(tmp_path / "policy.yaml"), "--key-file", str(key_file)]
    places = ["--table", tmp_path / "files.csv", "--results", tmp_path / "results", "--output", out]
    done = subprocess.run([sys.executable, EXAMPLE, *places, *made], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "Jane" not in done.stdout + done.stderr

    lines = [json.loads(line) for path in tmp_path.glob("results*.jsonl") for line in path.read_text().splitlines()]
    assert Counter((line["verdict"], line["code"]) for line in lines) == {
        ("published", ""): 2,
        ("quarantined", "source_changed"): 1,
    }
    assert sorted(f"/{line['output']}" for line in lines if line["output"]) == sorted(instances(str(out)))
    [run] = (out / "audit" / "runs").glob("*.json")
    assert json.loads(run.read_text())["counts"]["listed"] == len(uris)

    # For the command, the run of the graph is a run like its own.
    assert main(["run", "--input", str(tmp_path / "in"), "--output", str(out), "--workers", "1", *made]) == 0
    [later] = {*(out / "audit" / "runs").glob("*.json")} - {run}
    assert json.loads(later.read_text())["counts"]["unchanged"] == 2
    assert main(["audit", "compact", str(out)]) == 0


def test_dataflow_takes_the_graph(tmp_path: Path, bucket: str) -> None:
    """The staged graph, carried out on this machine, gives the files of the command and a complete run."""
    storage_of(bucket).write(f"{bucket}/in/ct.dcm", sample("CT_small.dcm"))
    storage_of(bucket).write(f"{bucket}/key", KEY.encode())
    (tmp_path / "files.csv").write_text(f"uri\n{bucket}/in/ct.dcm\n")
    (tmp_path / "policy.yaml").write_text("pixels: none\n")
    made = [f"--policy={tmp_path / 'policy.yaml'}", f"--key-file={bucket}/key"]
    places = [f"--table={tmp_path / 'files.csv'}", f"--results={tmp_path / 'results'}", f"--output={bucket}/out"]
    with fake_dataflow() as dataflow:
        flags = ["--runner=DataflowRunner", "--project=project", "--region=us-central1", "--job_name=own", "--no_auth"]
        staging = [f"--temp_location={bucket}/tmp", "--sdk_container_image=registry/efface:1", "--sdk_location=container"]
        command = [sys.executable, EXAMPLE, *places, *made, *flags, *staging, f"--dataflow_endpoint={dataflow.endpoint}"]
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)
    assert dataflow.job["name"] == "own"
    run_here(staged_pipeline(bucket))
    assert main(["run", f"--input={bucket}/in", f"--output={bucket}/command", *made]) == 0
    assert instances(f"{bucket}/out") == instances(f"{bucket}/command")
    [run] = (source.uri for source in storage_of(bucket).list(f"{bucket}/out/audit/runs"))
    assert json.loads(storage_of(bucket).read(run))["counts"]["published"] == 1
