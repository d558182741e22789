"""The bound of the miss rate of the sampled tier, from the audit alone."""

from pathlib import Path

import pytest

from efface.runners.cli.main import main
from efface.transforms.audit.marks import write_mark
from efface.transforms.audit.miss_rate import MissRate, miss_rate
from efface.transforms.audit.rows import Row
from efface.transforms.audit.store import AuditPart
from support.published import row, write_run


def instance(ref: str, tier: str, effort: str) -> Row:
    return row(ref) | {"search_tier": tier, "search_effort": effort}


def write_findings(output: Path, run: str, rows: list[Row]) -> None:
    write_mark(str(output), run, "findings", [AuditPart(str(output), run, "0").write("findings", 0, rows)[1]])


def finding(ref: str, verdict: str, score: float) -> Row:
    return {"ref": ref, "verdict": verdict, "prefilter_score": score}


@pytest.fixture
def output(tmp_path: Path) -> Path:
    drawn = [instance(f"F{number}", "sampled", "full") for number in range(20)]
    prefiltered = [instance(f"G{number}", "sampled", "prefilter") for number in range(80)]
    write_run(str(tmp_path), "1", [*drawn, *prefiltered, instance("U", "full", "full")])
    rows = [finding("F0", "redact", 0.01), finding("F0", "redact", 0.02), finding("F1", "redact", 0.9)]
    rows += [finding("F2", "keep", 0.01), finding("U", "redact", 0.01), finding("G1", "redact", 0.01)]
    write_findings(tmp_path, "1", rows)
    return tmp_path


def test_only_drawn_instances_count(output: Path) -> None:
    rate = miss_rate(str(output))
    assert rate == MissRate(instances=100, read_in_full=20, missed=1)
    assert rate.upper_share == pytest.approx(0.2161, abs=1e-3)  # Clopper and Pearson, one-sided, 1 of 20


def test_last_run_of_a_source_counts(output: Path) -> None:
    write_run(str(output), "2", [instance("F0", "sampled", "full"), instance("F1", "full", "full")])
    write_findings(output, "2", [])
    assert miss_rate(str(output)) == MissRate(instances=99, read_in_full=19, missed=0)


def test_rate_is_unknown_without_a_sample(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_run(str(tmp_path), "1", [instance("G", "sampled", "prefilter")])
    assert miss_rate(str(tmp_path)).upper_share == 1.0
    assert main(["audit", "misses", str(tmp_path)]) == 0
    assert "sampled_share" in capsys.readouterr().out


def test_command_prints_the_rate(output: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "misses", str(output)]) == 0
    printed = capsys.readouterr().out
    assert "100 instances, 20 of them read in full" in printed
    assert "at most 21.61% of the tier" in printed
