"""`efface audit`: refuses what is no output, and prints for people or for a program."""

import json

import pytest

from efface.runners.cli.main import main
from support.published import row, write_run


@pytest.fixture(params=["local", "bucket"])
def place(request, tmp_path):
    return str(tmp_path) if request.param == "local" else request.getfixturevalue("bucket")


@pytest.mark.parametrize("command", ["misses", "compact"])
def test_what_is_no_output_is_refused(command, place, tmp_path, capsys):
    (tmp_path / "notes.txt").write_text("x")
    assert main(["audit", command, place]) == 2
    assert capsys.readouterr() == ("", "efface: no run has written its output there: give the --output of a run\n")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_runs_are_compacted_one_by_one(place, capsys):
    """As docs/running.md says: runs stay apart."""
    for run in ("1", "2"):
        for part in range(3):
            write_run(place, run, [row(f"R{run}{part}")], name=f"part-{part}")
    assert main(["audit", "compact", place, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"before": 6, "after": 2}
    assert main(["audit", "compact", place]) == 0
    assert capsys.readouterr().out == "2 files before, 2 now\n"


@pytest.mark.parametrize(("efforts", "upper_share"), [(["full"] * 20, 0.139), (["prefilter"], None)])
def test_the_miss_rate_as_json_has_no_limit_without_a_sample(tmp_path, capsys, efforts, upper_share):
    rows = [row(f"R{number}") | {"search_tier": "sampled", "search_effort": effort} for number, effort in enumerate(efforts)]
    write_run(str(tmp_path), "1", rows)
    assert main(["audit", "misses", str(tmp_path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found.pop("upper_share") == (upper_share and pytest.approx(upper_share, abs=1e-3))
    in_full = 0 if upper_share is None else len(efforts)
    assert found == {"instances": len(efforts), "read_in_full": in_full, "missed": 0, "confidence": 0.95}
