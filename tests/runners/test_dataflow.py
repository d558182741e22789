"""Dataflow without Google: the request of the job, and its graph run here."""

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pydicom
import pytest
from apache_beam.portability import common_urns
from google.cloud import dataflow_v1beta3

from efface.pipeline.options import unknown_flags
from efface.runners.cli import run
from efface.runners.cli.main import main
from efface.runners.dataflow import pipeline_options as dataflow_options
from efface.runners.dataflow import template
from efface.runners.flink.options import pipeline_options
from efface.transforms.storage import storage_of
from support.engines.dataflow import fake_dataflow, run_here, staged_pipeline
from support.runs import instances
from support.samples import sample

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "runners" / "dataflow"
KEY = "00112233445566778899aabbccddeeff" * 2
SAMPLES = ("CT_small.dcm", "MR_small.dcm", "test-SR.dcm")
NO_PIXELS = "pixels: none\n"
"""The graph is the same and needs no text engine."""


@pytest.fixture
def places(bucket, tmp_path):
    """A bucket with sources and a key, and a policy file."""
    for name in SAMPLES:
        storage_of(bucket).write(f"{bucket}/in/{name}", sample(name))
    storage_of(bucket).write(f"{bucket}/key", KEY.encode())
    (tmp_path / "policy.yaml").write_text(NO_PIXELS)
    return bucket, str(tmp_path / "policy.yaml")


def arguments(bucket, policy, output, *more):
    files = [f"--input={bucket}/in", f"--output={bucket}/{output}", f"--key-file={bucket}/key", f"--policy={policy}"]
    engine = ["--runner=DataflowRunner", "--project=project", "--region=us-central1", "--job_name=efface", "--no_auth"]
    staging = [
        f"--temp_location={bucket}/tmp",
        f"--staging_location={bucket}/staging",
        "--sdk_container_image=registry/efface:1",
    ]
    return ["run", *files, *engine, *staging, *more]


def parse(command_line):
    """The options of efface and the flags for Beam, of `run` and what follows it."""
    context = run.command.make_context("run", command_line[1:])
    return context.params, context.args


def pool(job):
    return job["environment"]["workerPools"][0]


def test_the_job_request_contains_the_flags(places, capsys):
    bucket, policy = places
    with fake_dataflow() as dataflow:
        flags = ["--machine_type=n2-standard-8", "--disk_size_gb=50", "--max_num_workers=40", "--no_use_public_ips"]
        code = main(arguments(bucket, policy, "out", f"--dataflow_endpoint={dataflow.endpoint}", *flags))
    # The fake service reports DONE without running the job.
    assert code == 1
    assert "did not finalize the run" in capsys.readouterr().err
    job = dataflow.job
    assert job["name"] == "efface"
    assert pool(job)["machineType"] == "n2-standard-8"
    assert pool(job)["diskSizeGb"] == 50
    assert pool(job)["autoscalingSettings"]["maxNumWorkers"] == 40
    assert pool(job)["ipConfiguration"] == dataflow_v1beta3.WorkerIPAddressConfiguration.WORKER_IP_PRIVATE
    assert [image["containerImage"] for image in pool(job)["sdkHarnessContainerImages"]] == ["registry/efface:1"]
    assert "use_multiple_sdk_containers" in job["environment"]["experiments"]
    names = {part.unique_name for part in staged_pipeline(bucket).components.transforms.values()}
    for step in ("Read instances", "Leave pixels alone", "Publish instance", "Write audit"):
        assert f"De-identify/{step}" in names
    assert {"List sources", "Finalize run"} <= names


@pytest.mark.parametrize(
    ("machine", "accelerator"), [("n1-standard-8", "nvidia-tesla-t4"), ("g2-standard-8", "nvidia-l4")], ids=["T4", "L4"]
)
def test_a_machine_with_a_gpu_holds_one_model(places, machine, accelerator):
    bucket, policy = places
    service = f"worker_accelerator=type:{accelerator};count:1;install-nvidia-driver"
    with fake_dataflow() as dataflow:
        flags = [f"--machine_type={machine}", f"--dataflow_service_options={service}"]
        main(arguments(bucket, policy, "out", f"--dataflow_endpoint={dataflow.endpoint}", *flags))
    environment = dataflow.job["environment"]
    assert pool(dataflow.job)["machineType"] == machine
    assert pool(dataflow.job)["numThreadsPerWorker"] == 4
    assert service in environment["serviceOptions"]
    assert "no_use_multiple_sdk_containers" in environment["experiments"]
    assert "use_multiple_sdk_containers" not in environment["experiments"]


def test_the_request_contains_no_identifier(places):
    bucket, policy = places
    with fake_dataflow() as dataflow:
        main(arguments(bucket, policy, "out", f"--dataflow_endpoint={dataflow.endpoint}"))
    asked = json.dumps(dataflow.job)
    for name in SAMPLES:
        dataset = pydicom.dcmread(io.BytesIO(sample(name)))
        assert str(dataset.PatientName) not in asked
        assert dataset.SOPInstanceUID not in asked
    assert KEY not in asked


def test_the_graph_of_the_request_gives_the_same_files(places):
    bucket, policy = places
    with fake_dataflow() as dataflow:
        main(arguments(bucket, policy, "sent", f"--dataflow_endpoint={dataflow.endpoint}"))
    graph = staged_pipeline(bucket)
    assert common_urns.environments.DOCKER.urn in {env.urn for env in graph.components.environments.values()}
    run_here(graph)
    assert (
        main(["run", f"--input={bucket}/in", f"--output={bucket}/here", f"--key-file={bucket}/key", f"--policy={policy}"]) == 0
    )
    sent = instances(f"{bucket}/sent")
    assert len(sent) == len(SAMPLES)
    assert sent == instances(f"{bucket}/here")


def test_a_dry_run_only_writes_the_job_to_a_file(places, capsys):
    bucket, policy = places
    assert main(arguments(bucket, policy, "out", "--dry_run=True")) == 0
    said = capsys.readouterr()
    assert "written to a file" in said.out
    assert said.err.splitlines() == ["sending the job to the engine"]
    assert main([*arguments(bucket, policy, "out", "--dry_run=True"), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["counts"], report["exit_code"]) == (None, 0)
    assert instances(f"{bucket}/out") == {}


def test_dataflow_and_efface_accept_the_template():
    metadata = json.loads((FOLDER / "metadata.json").read_text())
    spec = {"image": "registry/efface:1", "sdkInfo": {"language": "PYTHON"}, "metadata": metadata}
    checked = dataflow_v1beta3.ContainerSpec.from_json(json.dumps(spec))  # Refuses names that it does not know.
    values = {"on_removed": "delete", "policy": "tcia"}
    parameters = [f"--{one.name}={values.get(one.name, f'gs://bucket/{one.name}')}" for one in checked.metadata.parameters]
    own, beam = parse(template.command_line(parameters))
    assert beam == []
    assert own["input"] == ("gs://bucket/input",)
    expected = {name: f"gs://bucket/{name}" for name in ("output", "key_file", "vault", "withdrawn")} | values
    assert own.items() >= expected.items()
    omitted = template.command_line(["--input=gs://a", "--output=gs://b", "--vault=", "--key_file=gs://k"])
    assert parse(omitted)[0]["vault"] == ""


def test_the_template_takes_what_the_storages_take():
    parameters = {one["name"]: one for one in json.loads((FOLDER / "metadata.json").read_text())["parameters"]}
    places = ("input", "output", "key_file", "vault", "withdrawn")
    for name in places:
        one = parameters[name]
        assert one["paramType"] == "TEXT"  # Dataflow takes nothing but gs:// for its own kinds of places.
        [pattern] = one["regexes"]
        for scheme in ("gs", "s3", "az", "abfs", "abfss"):
            assert re.search(pattern, f"{scheme}://bucket/name")
        for other in ("/folder", "memory://x", "nosuch://x", "gs://", "gs://a\nb"):
            assert not re.search(pattern, other)
        assert bool(re.search(pattern, "")) == (name in ("vault", "withdrawn"))


def test_the_templates_entry_point_starts():
    done = subprocess.run(
        [sys.executable, str(FOLDER / "template.py"), "--input=x"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "--output" in done.stderr


def test_efface_accepts_the_command_of_the_kubernetes_example():
    import yaml

    documents = {one["kind"]: one for one in yaml.safe_load_all((ROOT / "runners" / "flink" / "kubernetes.yaml").read_text())}
    [launcher] = documents["Job"]["spec"]["template"]["spec"]["containers"]
    own, beam = parse(launcher["command"][1:])
    assert own["policy"] == "tcia"
    assert unknown_flags(beam) == []
    pipeline_options(beam)
    pool = documents["FlinkDeployment"]["spec"]["taskManager"]["podTemplate"]["spec"]["containers"][1]
    port = pool["ports"][0]["containerPort"]
    assert f"--environment_config=localhost:{port}" in launcher["command"]
    server = documents["Deployment"]["spec"]["template"]["spec"]["containers"][0]
    assert server["image"].endswith("2.77.0")


@pytest.mark.parametrize("file", ["runners/flink/Containerfile", "runners/dataflow/Containerfile"])
def test_an_image_copies_existing_files_and_fits_the_lock(file):
    lines = (ROOT / file).read_text().replace("${LOCK}", "requirements.lock").splitlines()
    copied = [line.split()[1:-1] for line in lines if line.startswith("COPY") and "--from" not in line]
    assert all((ROOT / source).exists() for sources in copied for source in sources)
    if "flink" in file:
        assert "apache/beam_python3.11_sdk:2.77.0" in (ROOT / file).read_text()
        for lock in ("requirements.lock", "requirements-gcp.lock", "requirements-gpu.lock"):
            assert "apache-beam==2.77.0" in (ROOT / lock).read_text().replace("[gcp]", "")
    else:
        assert "/opt/efface/runners/dataflow/template.py" in (ROOT / file).read_text()


def test_every_place_is_in_a_bucket_of_any_store():
    image = ["--runner=DataflowRunner", "--sdk_container_image=registry/efface:1"]
    assert dataflow_options(image, ["gs://a/in", "s3://b/out", "az://c/key"])
    with pytest.raises(ValueError, match="only reach buckets"):
        dataflow_options(image, ["gs://a/in", "/out"])
