import json
from pathlib import Path

from tools import generate_defined_terms as generate

_LISTED = "<p>Kind.</p><div><p><strong>{heading}</strong></p><dl>{terms}</dl></div>"


def _attribute(tag: str, heading: str, *terms: str, refers_to: str = "") -> dict[str, object]:
    listed = "".join(f"<dt><span>{term}</span></dt><dd><p>text</p></dd>" for term in terms)
    references = [{"sourceUrl": refers_to}] if refers_to else []
    return {"tag": tag, "description": _LISTED.format(heading=heading, terms=listed), "externalReferences": references}


def test_the_values_of_codes_are_read_from_descriptions_and_sections(tmp_path: Path) -> None:
    level = _attribute("(0072,0006)", "Enumerated Values:", "SITE", "SINGLE_USER")
    modality = _attribute("(0008,0060)", "Defined Terms:", "CT", "long text, no code", refers_to="section")
    rows = _attribute("(0028,0010)", "Enumerated Values:", "512")  # no code string
    files = {"module_to_attributes": [level, rows], "macro_to_attributes": [modality]}
    files["references"] = {"section": _LISTED.format(heading="Defined Terms", terms="<dt>MR</dt>")}
    for name, content in files.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
    generate.main([str(tmp_path), "--output", str(tmp_path)])
    table = json.loads((tmp_path / "defined_terms.json").read_text())
    assert table["closed"] == ["00720006"]
    assert table["terms"]["00720006"] == "SINGLE_USER|SITE"
    assert table["terms"]["00080060"] == "CT|MR"
    assert "00280010" not in table["terms"]
    assert "HEAD" in table["terms"]["00180015"].split("|")
