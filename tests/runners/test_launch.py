"""What a wrong place costs: one line, exit code 2, and no work."""

import pytest

from efface.runners.launch import main
from efface.transforms.storage import storage_of
from support.samples import sample


@pytest.fixture
def run(bucket, key_file):
    storage_of(bucket).write(f"{bucket}/in/a.dcm", sample("CT_small.dcm"))
    return lambda *arguments: main(["run", f"--key-file={key_file}", "--workers=1", *arguments])


@pytest.mark.parametrize(
    ("places", "told"),
    [
        (["--input=gs://no-such-bucket/in", "--output={bucket}/out"], "input"),
        (["--input={bucket}/nothing-here", "--output={bucket}/out"], "input"),
        (["--input={bucket}/in", "--output=gs://no-such-bucket/out"], "output"),
        (["--input={bucket}/in", "--output={bucket}/out", "--vault=gs://no-such-bucket/vault"], "vault"),
        (["--input={bucket}/in", "--output=nosuchscheme://bucket/out"], "output"),
        (["--input={bucket}/in", "--output={bucket}/in/out"], "output"),
        (["--input={bucket}/in", "--output={bucket}/out", "--vault={bucket}/out/vault"], "vault"),
    ],
)
def test_a_wrong_place_is_one_line_before_any_work(run, bucket, capsys, places, told):
    assert run(*(place.format(bucket=bucket) for place in places)) == 2
    said = capsys.readouterr()
    assert said.out == ""
    [line] = said.err.splitlines()
    assert line.startswith("efface: ")
    assert told in line
    assert [source.uri for source in storage_of(bucket).list(bucket)] == [f"{bucket}/in/a.dcm"]


def test_a_wrong_endpoint_is_one_line(run, tmp_path, capsys):
    assert (
        run("--input=/proc/self/status", f"--output={tmp_path}", "--runner=PortableRunner", "--job_endpoint=localhost:1") == 2
    )
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("efface: ")
