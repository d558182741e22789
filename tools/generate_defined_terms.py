"""Writes `transforms/metadata/standard/defined_terms.json`: the values that the standard itself gives to attributes of VR CS.

    python -m tools.generate_defined_terms FOLDER

FOLDER is `standard` of the wheel `dicom-standard` (MIT licence), which carries the descriptions of PS3.3 as JSON:
`module_to_attributes.json`, `macro_to_attributes.json` and `references.json`. The body parts of PS3.16 Annex L come from the
`highdicom` wheel. Both are needed here only, never to run efface.
"""

from __future__ import annotations

import argparse
import html
import importlib.metadata
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any

from pydicom.datadict import dictionary_VR

from tools.generate_standard_tables import write_json

_BODY_PART_EXAMINED = "00180015"
_LIST = re.compile(r"<strong>\s*([^<]*)</strong>\s*</p>\s*<dl>(.*?)</dl>", re.S)
_TERM = re.compile(r"<dt>(.*?)</dt>", re.S)
_CS = re.compile(r"[A-Z0-9 _]{1,16}")


def terms_in(description: str) -> Iterator[tuple[str, str]]:
    """Each list of values in a description, as its heading ("Defined Terms") and one of its values."""
    for heading, listed in _LIST.findall(description):
        for term in _TERM.findall(listed):
            value = html.unescape(re.sub(r"<[^>]*>", "", term)).strip()
            if _CS.fullmatch(value):
                yield heading, value


def defined_terms(attributes: Iterable[dict[str, Any]], sections: dict[str, str]) -> dict[str, list[str]]:
    """Tag as eight digits -> the values of its own description and of the sections that this refers to.

    Args:
        attributes: With "tag", "description" and "externalReferences", as the wheel has them.
        sections: URL -> text of each section.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for attribute in attributes:
        tag = re.sub(r"[(),]", "", attribute["tag"]).upper()
        if not re.fullmatch(r"[0-9A-F]{8}", tag) or not _is_code(int(tag, 16)):
            continue
        texts = [attribute["description"]]
        texts += (sections.get(reference["sourceUrl"], "") for reference in attribute["externalReferences"])
        found[tag].update(term for text in texts for _, term in terms_in(text))
    return {tag: sorted(terms) for tag, terms in sorted(found.items()) if terms}


def closed_tags(attributes: Iterable[dict[str, Any]]) -> list[str]:
    """The attributes of which every description enumerates the values, so that the standard has no others."""
    headings: dict[str, set[str]] = defaultdict(set)
    for attribute in attributes:
        found = {heading for heading, _ in terms_in(attribute["description"])} or {""}
        headings[re.sub(r"[(),]", "", attribute["tag"]).upper()] |= found
    return sorted(
        tag
        for tag, found in headings.items()
        if re.fullmatch(r"[0-9A-F]{8}", tag)
        and _is_code(int(tag, 16))
        and all(heading.startswith("Enumerated Values") for heading in found)
    )


def _is_code(tag: int) -> bool:
    try:
        return "CS" in dictionary_VR(tag).split(" or ")
    except KeyError:
        return False


def main(arguments: list[str] | None = None) -> None:
    """Write the table into `transforms/metadata/standard`, or into `--output`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="`standard` of the wheel dicom-standard")
    parser.add_argument("--version", default="0.1.0", help="of that wheel")
    parser.add_argument("--output", type=Path, default=Path(__file__).parents[1] / "transforms" / "metadata" / "standard")
    options = parser.parse_args(arguments)
    modules, macros, sections = (
        json.loads((options.folder / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("module_to_attributes", "macro_to_attributes", "references")
    )
    terms = defined_terms([*modules, *macros], sections)
    regions = resources.files("highdicom").joinpath("_standard", "anatomic_regions.json").read_text(encoding="utf-8")
    terms[_BODY_PART_EXAMINED] = sorted({*terms.get(_BODY_PART_EXAMINED, ()), *json.loads(regions)})
    table = {
        "table": "Defined Terms and Enumerated Values by attribute (PS3.3), body parts (PS3.16 Annex L)",
        "source": f"dicom-standard {options.version}, highdicom {importlib.metadata.version('highdicom')}",
        "acknowledgement": "DICOM PS3.3 and PS3.16, (c) NEMA; JSON of dicom-standard and highdicom, MIT licence",
        "closed": closed_tags([*modules, *macros]),
        "terms": {tag: "|".join(values) for tag, values in terms.items()},
    }
    write_json(options.output / "defined_terms.json", table)


if __name__ == "__main__":
    main()
