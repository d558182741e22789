"""The recipes for schedulers: runs the script, and checks requests with their classes."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from google.cloud import dataflow_v1beta3

from support.runs import instances
from support.samples import sample

ROOT = Path(__file__).parents[2]
REFRESH = ROOT / "runners" / "refresh"
KEY = "00112233445566778899aabbccddeeff" * 2
EFFACE = Path(sys.executable).with_name("efface")


@pytest.fixture
def places(tmp_path):
    """An archive with one instance and one file that is cut off, as the environment of a refresh."""
    archive = tmp_path / "in"
    archive.mkdir()
    (archive / "ct.dcm").write_bytes(sample("CT_small.dcm"))
    (archive / "cut.dcm").write_bytes(sample("CT_small.dcm")[:9000])
    (tmp_path / "key").write_text(KEY)
    (tmp_path / "policy.yaml").write_text("pixels: none\n")
    return {
        "EFFACE_INPUT": str(archive),
        "EFFACE_OUTPUT": str(tmp_path / "out"),
        "EFFACE_KEY_FILE": str(tmp_path / "key"),
        "EFFACE_OPTIONS": f"--policy {tmp_path / 'policy.yaml'} --workers 1",
        "EFFACE_COMMAND": str(EFFACE),
    }


def refresh(places):
    command = ["sh", str(REFRESH / "refresh.sh")]
    return subprocess.run(command, env=os.environ | places, capture_output=True, text=True, check=False)


def test_the_script_refreshes_and_ignores_quarantined_instances(places):
    done = refresh(places)
    assert done.returncode == 0, done.stderr
    assert "1 quarantined" in done.stdout
    assert len(instances(places["EFFACE_OUTPUT"])) == 1
    assert "1 unchanged" in refresh(places).stdout


def test_the_script_returns_failures(places):
    assert refresh(places | {"EFFACE_INPUT": "/no/such/folder"}).returncode == 2
    assert refresh(places | {"EFFACE_OUTPUT": ""}).returncode != 0


def test_the_crontab_sets_variables_of_the_script():
    lines = [line for line in (REFRESH / "crontab").read_text().splitlines() if line and not line.startswith("#")]
    names = {line.split("=")[0] for line in lines[:-1]}
    minute, hour, day, month, weekday, user, command, *_ = lines[-1].split()
    assert (minute, hour, day, month, weekday, user) == ("15", "2", "*", "*", "*", "efface")
    assert command.endswith("runners/refresh/refresh.sh")
    assert names <= set(re.findall(r"EFFACE_\w+", (REFRESH / "refresh.sh").read_text()))


def test_dataflow_accepts_the_request_of_the_scheduler():
    body = json.loads((REFRESH / "launch.json").read_text())
    request = dataflow_v1beta3.LaunchFlexTemplateRequest.from_json(json.dumps({"projectId": "p", "location": "l"} | body))
    metadata = json.loads((ROOT / "runners" / "dataflow" / "metadata.json").read_text())
    known = {one["name"]: one for one in metadata["parameters"]}
    assert set(request.launch_parameter.parameters) <= set(known)
    assert {name for name, one in known.items() if not one.get("isOptional")} <= set(request.launch_parameter.parameters)
    for name, value in request.launch_parameter.parameters.items():
        assert all(re.fullmatch(pattern.replace("\\/", "/"), value) for pattern in known[name].get("regexes", []))


@pytest.mark.parametrize("script", ["refresh.sh", "cloud_scheduler.sh"])
def test_the_scripts_are_valid_shell(script):
    assert subprocess.run(["sh", "-n", str(REFRESH / script)], check=False).returncode == 0
    assert os.access(REFRESH / script, os.X_OK)
