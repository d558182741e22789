"""The report says what the audit says, in a page that needs nothing else and names nobody."""

from __future__ import annotations

import dataclasses
import html.parser
import itertools
import json
import re
from pathlib import Path

import pytest

from efface.pipeline.audit_query import query_audit
from efface.pipeline.demo.data import write_demo_data
from efface.pipeline.policy import load_policy
from efface.pipeline.reporting.facts import DecisionUse, Facts, as_record, gather_facts
from efface.pipeline.reporting.page import ATTRIBUTE_RULES, policy_of_report, report_page
from efface.pipeline.reporting.policy_words import OPTIONS, policy_in_words
from efface.pipeline.reporting.sizes import FEWEST, size_totals
from efface.runners.cli.main import main
from efface.transforms.audit.marks import write_mark
from efface.transforms.audit.rows import failure_row
from efface.transforms.audit.store import AuditPart
from efface.transforms.core.errors import Failure
from efface.transforms.core.instance import Source
from efface.transforms.core.pseudonyms import Pseudonyms
from efface.transforms.metadata.profile import Option
from efface.transforms.storage.key_source import KeySource
from support.published import VERSIONS, row, write_run
from support.runs import quick_policy, refresh_here
from support.steps import SECRETS

HOSTILE = '<script>alert("1")</script>'
SECOND_POLICY = "tcia"


def write_rows(output: str, run: str, table: str, rows: list[dict]) -> None:
    part = AuditPart(output, run, "0")
    write_mark(output, run, table, [part.write(table, 0, rows)[1]])


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Two runs of the product over the data of the demonstration, the second with another policy."""
    folder = tmp_path_factory.mktemp("report")
    write_demo_data(folder / "in")
    (folder / "in" / "broken.dcm").write_bytes(b"\0" * 128 + b"DICM" + b"\xff" * 64)
    key_file = folder / "key"
    key_file.write_text("0" * 64)
    for number, name in enumerate(("basic", SECOND_POLICY), start=1):
        refresh_here(str(folder / "in"), str(folder / "out"), key_file, quick_policy(name), run_id=f"run-{number}")
    return str(folder / "out")


@pytest.fixture(scope="module")
def facts(output: str) -> Facts:
    return gather_facts(output)


def scalar(output: str, sql: str) -> object:
    [[value]] = query_audit(output, sql).to_pydict().values()
    return value


def test_the_counts_are_those_of_the_current_views(output: str, facts: Facts) -> None:
    assert facts.instances == scalar(output, "SELECT count(*) FROM current_instances") > 5
    assert facts.frames == scalar(output, "SELECT sum(frames) FROM current_instances")
    assert sum(one.instances for one in facts.devices) == facts.instances
    assert sum(line.regions for line in facts.lines) == scalar(output, "SELECT count(*) FROM current_findings")
    acted_on = sum(count for actions in facts.attributes.values() for count in actions.values())
    assert acted_on == scalar(output, "SELECT count(*) FROM current_attributes")
    failed = sum(count for codes in facts.failures.values() for count in codes.values())
    assert failed == scalar(output, "SELECT count(*) FROM current_failures") > 0
    filled = scalar(output, "SELECT count(DISTINCT ref) FROM current_findings WHERE verdict = 'redact'")
    assert sum(one.filled for one in facts.devices) == filled > 0
    assert facts.carriers["private"] == {
        "removed": scalar(output, "SELECT count(*) FROM current_instances WHERE carriers['private'] = 'removed'")
    }
    assert 0 < facts.pixels.filled < facts.pixels.pixels
    assert facts.dates.moved > 0


def test_the_second_run_is_compared_with_the_first(facts: Facts) -> None:
    assert [run.run for run in facts.runs] == ["run-1", "run-2"]
    page = report_page(facts, "")
    [changes] = re.findall(r"<caption>By outcome</caption>.*?</table>", page, re.DOTALL)
    assert re.search(r">published</th><td class=\"n\">\d+</td><td class=\"n\">\d+</td><td class=\"n\">[+]0<", changes)


class Page(html.parser.HTMLParser):
    """What is to be checked of a page, by a parser of HTML."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br", "rect"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def page(facts: Facts) -> str:
    return report_page(facts, *reversed(policy_of_report(facts)))


def test_a_page_needs_nothing_else_and_is_marked_up_for_everybody(page: str) -> None:
    parsed = Page(page)
    assert not parsed.open
    assert not {tag for tag, _ in parsed.tags} & {"script", "link", "img", "iframe"}
    assert not re.search(r"https?://|@import|url\((?!#)", page)
    assert parsed.tags[0] == ("html", {"lang": "en"})
    headings = [int(tag[1]) for tag, _ in parsed.tags if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == 1 and all(after - before <= 1 for before, after in itertools.pairwise(headings))
    ids = [attrs["id"] for _, attrs in parsed.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert all(attrs["aria-labelledby"] in ids for _, attrs in parsed.tags if "aria-labelledby" in attrs)
    assert all("aria-labelledby" in attrs and attrs["role"] == "img" for tag, attrs in parsed.tags if tag == "svg")
    assert all(attrs.get("scope") in ("col", "row") for tag, attrs in parsed.tags if tag == "th")


def test_a_page_names_nobody(page: str, facts: Facts, output: str) -> None:
    told = page + json.dumps(as_record(facts))
    assert not [secret for secret in (*SECRETS, output) if secret in told]


def test_what_comes_from_a_header_is_escaped(tmp_path: Path) -> None:
    write_run(str(tmp_path), "1", [row("A") | {"manufacturer": HOSTILE, "modality": "CT"}])
    write_rows(str(tmp_path), "1", "findings", [{"ref": "A", "verdict": "keep", "reason": HOSTILE, "rule": HOSTILE}])
    page = report_page(gather_facts(str(tmp_path)), "")
    assert HOSTILE not in page
    assert page.count("&lt;script&gt;") >= 2


def test_every_code_in_quarantine_says_what_to_do(tmp_path: Path) -> None:
    write_run(str(tmp_path), "1", [])
    write_rows(
        str(tmp_path), "1", "failures", [failure_row(Failure("A", "x", "face")), failure_row(Failure("B", "x", "withdrawn"))]
    )
    facts = gather_facts(str(tmp_path))
    assert facts.failures == {"quarantined": {"face": 1}, "skipped": {"withdrawn": 1}}
    assert "<code>visual_features.faces: blank</code>" in report_page(facts, "")


def test_the_miss_bound_has_its_exact_interval(tmp_path: Path) -> None:
    sampled = {"search_tier": "sampled", "search_effort": "full"}
    write_run(str(tmp_path), "1", [row(f"R{number}") | sampled for number in range(100)])
    misses = gather_facts(str(tmp_path)).misses
    assert (misses.read_in_full, misses.missed) == (100, 0)
    assert misses.upper_share == pytest.approx(1 - 0.05 ** (1 / 100))
    assert misses.interval == (0.0, pytest.approx(1 - 0.025 ** (1 / 100)))
    assert "at most 3.0% of such instances" in report_page(gather_facts(str(tmp_path)), "")


def test_an_output_without_instances_has_a_page(tmp_path: Path) -> None:
    write_run(str(tmp_path), "1", [])
    assert "Decision and signature" in report_page(gather_facts(str(tmp_path)), "")


def test_an_audit_that_does_not_tell_the_size_of_an_image_counts_none_of_its_pixels(tmp_path: Path) -> None:
    write_run(str(tmp_path), "1", [row("A"), row("B") | {"rows": 4, "columns": 5}])
    pixels = gather_facts(str(tmp_path)).pixels
    assert (pixels.instances, pixels.pixels, pixels.unknown) == (1, 20, 1)


def test_a_policy_is_put_in_words_where_it_is_the_one_that_ran(tmp_path: Path, facts: Facts) -> None:
    tcia = load_policy("tcia").resolve()
    key = Pseudonyms(b"k" * 32)
    of_key = dataclasses.replace(facts, versions=((tcia.versions(key).policy, "", "", 3),))
    assert policy_of_report(of_key, pseudonyms=key)[1].startswith("This policy made 3")
    assert "is keyed" in policy_of_report(of_key)[1]
    assert policy_of_report(of_key, "basic")[1].startswith("This is the policy that was given")
    unknown = dataclasses.replace(facts, versions=(("site-1-1", "", "", 3),))
    assert policy_of_report(unknown)[0] is None


def test_the_words_of_a_policy_repeat_nothing_of_a_site(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(
        "{metadata: {overrides: [{tag: StationName, action: R, value: Quistberg, reason: Zebulon}],"
        "text_rules: [{redact: Quistberg, reason: Zebulon}]}, text: {redact_words: [Quistberg]}}"
    )
    told = " ".join(text for _, text in policy_in_words(load_policy(str(file))))
    assert "Quistberg" not in told and "Zebulon" not in told
    assert "1 attributes follow" in told


def test_every_option_has_its_words() -> None:
    assert set(OPTIONS) == set(Option)
    assert set(map(str, Option)) < set(ATTRIBUTE_RULES)


def test_sizes_are_told_of_many_instances_alone(tmp_path: Path) -> None:
    key = Pseudonyms(b"k" * 32)
    sources = [Source(f"{tmp_path}/{number}.dcm", 1001, "1") for number in range(FEWEST + 3)]
    modalities = ["CT"] * FEWEST + ["MR", "US", "US"]
    rows = [
        row(key.ref(source.uri)) | {"modality": modality, "output_bytes": 500}
        for source, modality in zip(sources, modalities, strict=True)
    ]
    write_run(str(tmp_path / "out"), "1", rows)
    assert size_totals(str(tmp_path / "out"), sources, key) == [("CT", FEWEST, 10_000, 5_000)]
    assert size_totals(str(tmp_path / "out"), sources, Pseudonyms(b"o" * 32)) == []


def test_the_command_writes_the_page_and_prints_a_summary(
    output: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "report.html"
    assert main(["report", output, "--html", str(page)]) == 0
    assert "instances of" in capsys.readouterr().out
    assert page.read_text().startswith("<!doctype html>")
    assert main(["report", output, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["instances"] == gather_facts(output).instances
    assert main(["report", output, "--html", str(tmp_path / "page" / "\0" / "x.html")]) == 2


def test_a_key_that_leads_to_no_source_is_a_usage_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, key_file, other = (tmp_path / name for name in ("source", "key", "other"))
    source.write_bytes(b"1")
    key_file.write_text("0" * 64)
    other.write_text("1" * 64)
    versions = dataclasses.replace(VERSIONS, key_id=KeySource(str(key_file)).pseudonyms().key_id)
    write_run(str(tmp_path / "out"), "1", [row("A", versions=versions)])
    arguments = ["report", str(tmp_path / "out"), "--input", str(source), "--key-file"]
    assert main([*arguments, str(key_file)]) == 0
    assert main([*arguments, str(other)]) == 2
    assert "give the key of the runs" in capsys.readouterr().err
    write_run(str(tmp_path / "none"), "1", [])
    arguments[1] = str(tmp_path / "none")
    assert main([*arguments, str(key_file)]) == 0


def test_decisions_are_counted_and_those_that_had_no_effect(tmp_path: Path) -> None:
    decided = row("A") | {"decisions_ref": "D", "decisions_not_applied": 2}
    write_run(str(tmp_path), "1", [decided, row("B") | {"decisions_ref": "D", "decisions_not_applied": 0}, row("C")])
    boxes = [{"verdict": "redact", "rule": "decided_box"}, {"verdict": "keep", "rule": "decided_keep"}]
    write_rows(str(tmp_path), "1", "findings", [{"ref": "A", "reason": "decision"} | one for one in boxes])
    facts = gather_facts(str(tmp_path))
    assert facts.decisions == DecisionUse(instances=2, not_applied_instances=1, not_applied=2, filled=1, kept=1)
    page = report_page(facts, "")
    assert '>Instances about which something was decided</th><td class="n">2<' in page
    assert "What could not be applied" in page


def test_an_output_without_decisions_says_so(tmp_path: Path) -> None:
    write_run(str(tmp_path), "1", [row("A")])
    assert "No decision of a person touched" in report_page(gather_facts(str(tmp_path)), "")
