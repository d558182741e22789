"""What the sampled tier is known to miss, from the audit alone."""

from pathlib import Path

import pytest

from efface.runners.cli.main import main
from efface.transforms.audit.miss_rate import estimate_miss_rate
from efface.transforms.audit.rows import to_parquet
from efface.transforms.audit.schemas import FINDINGS
from support.published import row, write_run


def told(ref: str, tier: str, effort: str) -> dict:
    return row(ref) | {"tier": tier, "effort": effort}


def write_findings(output: Path, run: str, rows: list[dict]) -> None:
    folder = output / "audit" / "findings" / f"run={run}"
    folder.mkdir(parents=True)
    (folder / "part-0.parquet").write_bytes(to_parquet(FINDINGS, rows))


def finding(ref: str, verdict: str, score: float) -> dict:
    return {"ref": ref, "verdict": verdict, "prefilter_score": score}


@pytest.fixture
def output(tmp_path: Path) -> Path:
    drawn = [told(f"F{number}", "sampled", "full") for number in range(20)]
    prefiltered = [told(f"G{number}", "sampled", "prefilter") for number in range(80)]
    write_run(str(tmp_path), "1", [*drawn, *prefiltered, told("U", "full", "full")])
    rows = [finding("F0", "redact", 0.01), finding("F0", "redact", 0.02), finding("F1", "redact", 0.9)]
    rows += [finding("F2", "keep", 0.01), finding("U", "redact", 0.01), finding("G1", "redact", 0.01)]
    write_findings(tmp_path, "1", rows)
    return tmp_path


def test_only_what_was_drawn_counts(output: Path) -> None:
    bound = estimate_miss_rate(str(output))
    assert (bound.instances, bound.read_in_full, bound.missed) == (100, 20, 1)
    assert bound.upper_share == pytest.approx(0.2161, abs=1e-3)  # Clopper and Pearson, one-sided, 1 of 20


def test_the_last_run_of_a_source_counts(output: Path) -> None:
    write_run(str(output), "2", [told("F0", "sampled", "full"), told("F1", "full", "full")])
    write_findings(output, "2", [])
    bound = estimate_miss_rate(str(output))
    assert (bound.instances, bound.read_in_full, bound.missed) == (99, 19, 0)


def test_without_a_sample_nothing_is_known(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    write_run(str(tmp_path), "1", [told("G", "sampled", "prefilter")])
    assert estimate_miss_rate(str(tmp_path)).upper_share == 1.0
    assert main(["audit", "misses", str(tmp_path)]) == 0
    assert "sampled_share" in capsys.readouterr().out


def test_the_command_says_it(output: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["audit", "misses", str(output)]) == 0
    assert "100 instances, 20 of them read in full" in (said := capsys.readouterr().out)
    assert "at most 21.61% of the tier" in said
