"""What must not be in the repository, and what the documents must not forget."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from efface.transforms.core import errors
from efface.transforms.core.failure_texts import FAILURE_TEXTS
from efface.transforms.phi.reasons import MEANINGS, Reason
from efface.transforms.phi.rules import RULES, Rule
from tools.generate_audit_reference import column_sections
from tools.generate_reasons import sections
from tools.generate_references import cli_reference, policy_reference

ROOT = Path(__file__).parents[1]


def tracked():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_machine_or_a_package_index():
    forbidden = re.compile(r"/(?:home|root|work|Users)/[\w.-]+/|--(?:extra-)?index-url|files\.pythonhosted|pypi\.org/simple")
    for path in tracked():
        if path == Path(__file__):
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found = forbidden.search(text)
        assert not found, f"{path.relative_to(ROOT)}: {found.group()}"


def test_no_image_and_no_model_is_tracked():
    for path in tracked():
        with path.open("rb") as file:
            head = file.read(132)
        assert head[128:132] != b"DICM", path
        is_model = path.suffix in {".dcm", ".pth", ".onnx", ".pt", ".bin"}
        assert not is_model or path == ROOT / "transforms" / "phi" / "name_network.onnx", path  # It was trained here.


def test_every_code_and_reason_is_documented_once():
    _, heading, tables = (ROOT / "docs" / "reasons.md").read_text(encoding="utf-8").partition("## Failures")
    codes = {error.code for error in vars(errors).values() if isinstance(error, type) and issubclass(error, errors.EffaceError)}
    assert set(FAILURE_TEXTS) == codes
    assert heading + tables == sections(), "run python -m tools.generate_reasons"
    assert set(MEANINGS) == set(Reason) and set(RULES) == set(Rule)


def test_every_column_of_the_audit_is_documented_from_its_schema():
    _, heading, columns = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8").partition("## Columns")
    assert heading + columns == column_sections(), "run python -m tools.generate_audit_reference"


def test_commands_and_policies_are_documented_from_the_code():
    for name, text in (("cli", cli_reference()), ("policy", policy_reference())):
        assert (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") == text, "run python -m tools.generate_references"


def test_every_document_is_in_the_navigation_of_the_site():
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    documents = {path.name for path in (ROOT / "docs").glob("*.md")}
    assert set(re.findall(r"^ +- .+: (\S+\.md)$", text, re.MULTILINE)) == documents


def test_every_measurement_that_a_page_names_is_among_the_benchmarks():
    named = {
        page.name: set(re.findall(r"\bbench_\w+\.py", page.read_text(encoding="utf-8")))
        for page in (ROOT / "docs").glob("*.md")
    }
    scripts = {path.name for path in (ROOT / "tests" / "bench").glob("bench_*.py")}
    assert set().union(*named.values()) == named["benchmarks.md"] <= scripts


def test_pages_outside_of_the_site_link_to_what_exists():
    """Links of the site are checked by `make docs`."""
    for page in ("README.md", "CONTRIBUTING.md", "SECURITY.md"):
        places = re.findall(r"\]\((?!https?://)([^)#]+)", (ROOT / page).read_text(encoding="utf-8"))
        assert [place for place in places if not (ROOT / place).exists()] == [], page


def test_every_form_for_issues_forbids_patient_data():
    forms = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
    forms.remove(ROOT / ".github" / "ISSUE_TEMPLATE" / "config.yml")
    assert [form.stem for form in forms] == ["bug", "feature", "leak"]
    for form in forms:
        body = yaml.safe_load(form.read_text(encoding="utf-8"))["body"]
        assert re.search(r"No patient data|Never attach real data", body[0]["attributes"]["value"]), form
        assert all(option["required"] for option in body[-1]["attributes"]["options"]), form


def test_every_test_that_the_threat_model_names_exists():
    named = re.findall(
        r"`([\w/]+(?:\.py)?)(?:::(\w+))?`", (ROOT / "SECURITY.md").read_text(encoding="utf-8").split("## How to report")[0]
    )
    tests = [(ROOT / "tests" / path, name) for path, name in named if path.endswith(".py") or (ROOT / "tests" / path).is_dir()]
    assert len(tests) > 15
    for path, name in tests:
        assert path.exists(), path
        assert not name or f"def {name}(" in path.read_text(encoding="utf-8"), name


def test_the_exit_codes_of_the_documents_are_those_of_the_command():
    from efface.runners.cli.exit_codes import MEANINGS

    table = dict(re.findall(r"^\| (\d+) \| (.+) \|$", (ROOT / "docs" / "running.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert table == {str(int(code)): meaning for code, meaning in MEANINGS.items()}


def test_the_workflow_runs_targets_of_the_makefile_and_nothing_else():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    commands = [line for step in steps for line in step.get("run", "").splitlines()]
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"make check", "make test", "make test-engines"} <= set(commands)
    assert set(commands) <= {f"make {target}" for target in targets}
    assert workflow["permissions"] == {"contents": "read"}
    assert all(job["timeout-minutes"] for job in workflow["jobs"].values())
    assert all(re.fullmatch(r"[\w/-]+@v\d+", step["uses"]) for step in steps if "uses" in step)


def test_the_citation_is_of_this_version_and_licence():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (citation["title"], citation["version"], citation["license"]) == tuple(
        project[name] for name in ("name", "version", "license")
    )


def test_the_glossary_gives_each_word_once_in_order():
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    words = [word.lower() for word in re.findall(r"^\| (.+?) \| ", text, re.MULTILINE)[1:]]
    assert words == sorted(set(words))
