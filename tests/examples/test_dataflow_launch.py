"""The launch on Dataflow without Google: what `gcloud` is asked for, and the job that the template's launcher makes of it."""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from efface.runners.cli.main import main
from efface.runners.dataflow.template import command_line
from efface.transforms.storage import storage_of
from support.samples import sample

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "examples" / "dataflow_launch.sh"
SETTINGS = {
    "PROJECT": "project",
    "REGION": "us-central1",
    "BUCKET": "bucket",
    "IMAGE": "registry/efface:1",
    "SERVICE_ACCOUNT": "efface@project",
}
METADATA = {one["name"]: one for one in json.loads((ROOT / "runners/dataflow/metadata.json").read_text())["parameters"]}


def launch(tmp_path: Path, *parameters: str, **settings: str) -> list[str]:
    """What the script asks `gcloud` for."""
    (tmp_path / "bin").mkdir()
    gcloud = tmp_path / "bin" / "gcloud"
    gcloud.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {shlex.quote(str(tmp_path / "asked"))}\n')
    gcloud.chmod(0o755)
    environment = os.environ | SETTINGS | settings | {"PATH": f"{gcloud.parent}:{os.environ['PATH']}"}
    subprocess.run(["sh", SCRIPT, *parameters], env=environment, check=True, timeout=60)
    return (tmp_path / "asked").read_text().splitlines()


def parse(asked: list[str]) -> argparse.Namespace:
    """The request, by the options that gcloud's reference lists."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    for name in ("project", "region", "template-file-gcs-location", "service-account-email", "temp-location"):
        parser.add_argument(f"--{name}", required=True)
    for name in ("staging-location", "worker-machine-type"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--max-workers", type=int)
    parser.add_argument("--disable-public-ips", action="store_true")
    parser.add_argument("--parameters", action="append")
    parser.add_argument("command", nargs=4)
    return parser.parse_args(asked)


def usage() -> list[str]:
    """The parameters of the command in the script's own comment."""
    comment = " ".join(line.strip("# \\") for line in SCRIPT.read_text().splitlines() if line.startswith("#   "))
    return shlex.split(comment.partition("dataflow_launch.sh")[2])


def test_the_documented_command_gives_the_template_what_it_needs(tmp_path: Path) -> None:
    request = parse(launch(tmp_path, *usage()))
    assert request.command[:3] == ["dataflow", "flex-template", "run"]
    assert re.fullmatch(r"[a-z]([-a-z0-9]*[a-z0-9])?", request.command[3]), "a name that Dataflow accepts"
    assert request.disable_public_ips
    parameters = dict(parameter.split("=", 1) for parameter in request.parameters)
    # Every Python template takes the image of its workers; its metadata do not list it.
    assert parameters.pop("sdk_container_image") == SETTINGS["IMAGE"]
    assert {name for name, one in METADATA.items() if not one.get("isOptional")} <= set(parameters) <= set(METADATA)
    for name, value in parameters.items():
        assert all(re.fullmatch(pattern.replace("\\/", "/"), value) for pattern in METADATA[name].get("regexes", []))


def test_it_is_the_template_that_the_recipe_builds(tmp_path: Path) -> None:
    built = re.search(r'flex-template build "(\S+)"', (ROOT / "runners/refresh/cloud_scheduler.sh").read_text())
    assert built
    assert parse(launch(tmp_path, *usage())).template_file_gcs_location == built[1].replace("$BUCKET", SETTINGS["BUCKET"])


def test_a_missing_setting_is_an_error_before_anything_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        launch(tmp_path, *usage(), IMAGE="")
    assert not (tmp_path / "asked").exists()


def test_the_launcher_makes_a_job_of_the_request(tmp_path: Path, bucket: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The launcher hands the parameters to the template's entry point, and the request's environment as Beam's options."""
    storage_of(bucket).write(f"{bucket}/in/ct.dcm", sample("CT_small.dcm"))
    storage_of(bucket).write(f"{bucket}/key", b"00112233445566778899aabbccddeeff" * 2)
    places = (f"input={bucket}/in", f"output={bucket}/out", f"key_file={bucket}/key", "on_removed=delete")
    request = parse(launch(tmp_path, *places, BUCKET=bucket.removeprefix("gs://"), MACHINE_TYPE="n2-standard-4"))
    environment = {
        "runner": "DataflowRunner",
        "project": request.project,
        "region": request.region,
        "temp_location": request.temp_location,
        "staging_location": request.staging_location,
        "machine_type": request.worker_machine_type,
        "max_num_workers": request.max_workers,
        "template_location": f"{request.staging_location}/job",
        "no_auth": "",
    }
    flags = [f"--{name}={value}".removesuffix("=") for name, value in environment.items()]
    code = main([*command_line([f"--{parameter}" for parameter in request.parameters]), *flags])
    assert code == 0, capsys.readouterr().err
    job = json.loads(storage_of(bucket).read(f"{request.staging_location}/job") or b"")
    [pool] = job["environment"]["workerPools"]
    assert (pool["machineType"], pool["autoscalingSettings"]["maxNumWorkers"]) == ("n2-standard-4", 40)
    assert [image["containerImage"] for image in pool["sdkHarnessContainerImages"]] == [SETTINGS["IMAGE"]]
