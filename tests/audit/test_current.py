"""The rows of now are those of the views of `efface audit query`, which DuckDB finds in another way."""

import pytest

from efface.pipeline.audit_query import query_audit
from efface.transforms.audit.current import current_failures, current_findings
from efface.transforms.audit.history import recorded_outputs
from support.corpus import saved
from support.runs import quick_policy, refresh_here
from support.samples import sample
from support.steps import pictured
from support.text_images import blank


@pytest.fixture(scope="module")
def output(tmp_path_factory):
    """Three runs: all published but one; then one repaired and one broken; then one removed, and the policy changed."""
    folder = tmp_path_factory.mktemp("current")
    key = folder / "key"
    key.write_text("00112233445566778899aabbccddeeff" * 2)
    (folder / "in").mkdir()
    image = blank(64, 64, 0)
    image.pixels[10:20, 10:40] = 255
    files = {name: folder / "in" / f"{name}.dcm" for name in ("a", "b", "c", "d")}
    for number, path in enumerate(files.values()):
        path.write_bytes(saved(pictured(image.pixels, number)))
    whole, broken = files["b"].read_bytes(), sample("CT_small.dcm")[:9000]
    files["b"].write_bytes(broken)
    places = str(folder / "in"), str(folder / "out"), key
    refresh_here(*places, quick_policy(), run_id="1")
    files["b"].write_bytes(whole)
    files["c"].write_bytes(broken)
    refresh_here(*places, quick_policy(), run_id="2", deletes_removed=True)
    files["d"].unlink()
    refresh_here(*places, quick_policy("tcia"), run_id="3", deletes_removed=True)
    return str(folder / "out")


@pytest.mark.parametrize("table", ["findings", "failures"])
def test_the_rows_are_those_of_the_view(output, table):
    claims = recorded_outputs(output, ["made_by_run"])
    found = {"findings": current_findings, "failures": current_failures}[table](output, claims)
    expected = query_audit(output, f"SELECT * EXCLUDE run FROM current_{table}").to_pylist()
    assert expected
    assert sorted(map(repr, found.to_pylist())) == sorted(map(repr, expected))
