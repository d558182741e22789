"""The JSON Schema of a policy accepts and refuses what the parser does."""

import dataclasses
import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from efface.pipeline.decisions.section import DECISION_KEYS, REGION_KEYS
from efface.pipeline.policy import PolicyError, parse_policy
from efface.pipeline.policy_document import _KEYS
from efface.pipeline.select_section import RULE_LISTS
from efface.pipeline.shipped import SHIPPED, schema_text, shipped_text
from efface.transforms.instance.selection import Selection, SelectRule
from efface.transforms.metadata.profile import ISSUERS, PRIVATE_VRS, Option, Override, PrivateKeep, TextRule
from efface.transforms.ocr.base import CHOICES, OcrSettings
from efface.transforms.phi.free_text import FREE_TEXT
from efface.transforms.phi.settings import KEEPS, SHIPPED_MODEL, ModelSource, PhiSettings

SCHEMA = json.loads(schema_text())
VALID = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())
COMMIT, SHA256 = "0123456789abcdef0123456789abcdef01234567", "ab" * 32


def names(record: type) -> set[str]:
    return {setting.name for setting in dataclasses.fields(record)}


def test_the_schema_is_one_and_the_shipped_policies_follow_it() -> None:
    VALID.check_schema(SCHEMA)
    for name in SHIPPED:
        VALID.validate(yaml.safe_load(shipped_text(name)))


def test_the_schema_knows_every_key_and_every_choice() -> None:
    sections = SCHEMA["properties"]
    assert list(sections) == list(_KEYS)
    ocr, metadata, text = (sections[name]["properties"] for name in ("ocr", "metadata", "text"))
    assert ocr.keys() == names(OcrSettings)
    assert {name: tuple(ocr[name]["enum"]) for name in CHOICES} == CHOICES
    assert SCHEMA["$defs"]["option"]["enum"] == list(Option)
    assert metadata["overrides"]["items"]["properties"].keys() == names(Override)
    assert metadata["private_keep"]["items"]["properties"].keys() == names(PrivateKeep)
    assert tuple(metadata["private_keep"]["items"]["properties"]["vr"]["enum"]) == PRIVATE_VRS
    assert metadata["text_rules"]["items"]["properties"].keys() == names(TextRule)
    assert tuple(metadata["issuer"]["enum"]) == ISSUERS
    assert tuple(metadata["free_text"]["enum"]) == (None, *FREE_TEXT)
    assert sections["select"]["properties"].keys() == names(Selection) == set(RULE_LISTS)
    assert SCHEMA["$defs"]["select_rule"]["properties"].keys() == names(SelectRule)
    assert sections["regions"]["items"]["properties"].keys() == set(REGION_KEYS)
    assert SCHEMA["$defs"]["decision"]["properties"].keys() == set(DECISION_KEYS)
    assert text.keys() <= names(PhiSettings)
    assert tuple(text["keep"]["enum"]) == KEEPS
    assert {key for one in text["model"]["oneOf"] for key in one.get("properties", ())} == names(ModelSource) - {"shipped"}
    assert {one["const"] for one in text["model"]["oneOf"] if "const" in one} == {SHIPPED_MODEL}


def test_the_policy_of_the_documents_is_one() -> None:
    text = Path(__file__).parents[2].joinpath("docs", "policies.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```yaml\n(# yaml-language-server: .*?)```", text, re.DOTALL)
    VALID.validate(yaml.safe_load(example))
    assert parse_policy(example).name == "our-site"


DEVICE = "manufacturer: Acme, model: Scan 1, rows: 96, columns: 128"
ACCEPTED = [
    "regions:",
    "decisions:",
    "decisions: []",
    "decisions: table.jsonl",
    f"{{regions: [{{{DEVICE}, boxes: [[0, 0, 9, 9], [1, 1, 2, 2]], note: banner}}]}}",
    f"{{regions: [{{{DEVICE}, image_type: [ORIGINAL, PRIMARY], boxes: [[0, 0, 9, 9]]}}]}}",
    "{decisions: [{scope: instance, target: '2.25.1', action: keep, box: [0, 0, 9, 9], frames: [0, 2], note: }]}",
    f"{{decisions: [{{scope: device, target: {{{DEVICE}}}, action: redact, box: [0, 0, 9, 9]}}]}}",
    "{decisions: [{scope: series, target: '2.25.1', action: resize, box: [0, 0, 9, 9], new_box: [0, 0, 5, 5]}]}",
    "{decisions: [{scope: instance, target: '2.25.1', action: release, code: face}]}",
    "{decisions: [{scope: instance, target: '2.25.1', action: reject, code: structure}]}",
    "{decisions: [{scope: instance, target: '1.2', action: reject}]}",
    "metadata: {shared_ids: quarantine, several_ids: report}",
    "output:",
    "output: {on_conflict: newest}",
    "output: {layout: '{patient}/{study_number}/{series_number:03}_{series_description}/{instance_number}'}",
    "metadata: {overrides: [{tag: '00120020', action: R, value: 'TRIAL-7', reason: ours}]}",
    "metadata: {overrides: [{tag: '00100030', action: R, derive: year, reason: r}]}",
    "metadata: {overrides: [{tag: '00101010', action: R, derive: age, reason: r}]}",
    "metadata: {options: [retain_long_full_dates], date_precision: month}",
    "select:",
    "select: {leave_out: , only: }",
    "select: {leave_out: [{modality: SR}, {image_type: [SCREEN SAVE, 'DERIVED\\SECONDARY'], modality: CT, reason: 7}]}",
    "select: {only: [{sop_class: CTImageStorage}, {sop_class: [1.2.840.10008.5.1.4.1.1.4, MR Image Storage], modality: }]}",
    "select: {leave_out: [{series_description: '^scout|locali[sz]er'}, {series_description: [dose, 7]}]}",
    "",
    "{}",
    "{name: site, metadata: , ocr: , text: }",
    "name: 7",
    "name:",
    "extends: tcia",
    "extends:",
    "{extends: basic, metadata: {options: {add: [clean_graphics]}}}",
    "{extends: tcia, metadata: {options: {add: , remove: [retain_safe_private]}}}",
    "{extends: tcia, metadata: {options: [clean_graphics, clean_graphics]}}",
    "metadata: {options: , overrides: , text_rules: , patients: }",
    "metadata: {overrides: [{tag: '(0008,1030)', action: X, reason: 12}]}",
    "metadata: {overrides: [{tag: StudyDescription, action: X, reason: r}]}",
    "metadata: {overrides: [{tag: '(0019,xxBB)', action: K, reason: r}, {tag: 00191001, creator: ACME, action: X, reason: r}]}",
    "metadata: {private_keep: [{creator: ACME 1, element: '(0019,xx01)', vr: DS, reason: needed}]}",
    "metadata: {private_keep: }",
    "metadata: {overrides: [{tag: 00081030, action: X, reason: rooms}]}",
    r"metadata: {text_rules: [{redact: 'room \d+', reason: rooms}, {redact: 12, reason: 13}]}",
    "metadata: {issuer: counts}",
    "metadata: {free_text: names}",
    "pixels: none",
    "ocr: {engine: both, weights: /models, device: cuda, min_size: 0, text_threshold: 0.5, low_text: 0.1}",
    "ocr: {second_look: 0}",
    "ocr: {cine: clip, effort: full, sampled_share: 1, inside_regions: prefilter, series: agree, precision: fastest}",
    "text: {keep: nothing, keep_words: [a, 1], redact_words: , model: }",
    f"text: {{model: {{hub: a/b, revision: {COMMIT}}}}}",
    "text: {model: shipped}",
    "text: {model: {folder: /models/names}}",
    f"text: {{model: {{folder: 'gs://b/names', sha256: {SHA256}}}}}",
]
REFUSED = [
    "regions: {}",
    f"regions: [{{{DEVICE}}}]",
    f"regions: [{{{DEVICE}, boxes: []}}]",
    f"regions: [{{{DEVICE}, boxes: [[0, 0, 9]]}}]",
    f"regions: [{{{DEVICE}, boxes: [[0, 0, 9, 9]], box: 1}}]",
    "regions: [{manufacturer: Acme, rows: 96, columns: 128, boxes: [[0, 0, 9, 9]]}]",
    "decisions: 7",
    "decisions: {table: t}",
    "decisions: [{scope: instance, target: '2.25.1', action: redact}]",
    "decisions: [{scope: instance, target: '2.25.1', action: keep, box: [0, 0, 9, 9], new_box: [0, 0, 5, 5]}]",
    "decisions: [{scope: instance, target: '2.25.1', action: resize, box: [0, 0, 9, 9]}]",
    "decisions: [{scope: instance, target: '2.25.1', action: release, code: structure}]",
    "decisions: [{scope: instance, target: '2.25.1', action: release}]",
    f"decisions: [{{scope: device, target: {{{DEVICE}}}, action: release, code: face}}]",
    f"decisions: [{{scope: instance, target: {{{DEVICE}}}, action: reject}}]",
    "decisions: [{scope: device, target: '2.25.1', action: reject}]",
    "decisions: [{scope: instance, target: '2.25.1', action: reject, code: Ada Lovelace}]",
    "decisions: [{scope: instance, target: PatientName, action: reject}]",
    "decisions: [{scope: instance, target: '2.25.1', action: withdraw, withdraws: A}]",
    "decisions: [{scope: instance, target: '2.25.1', action: redact, box: [0, 0, 9, 9], frames: [-1]}]",
    "metadata: {shared_ids: }",
    "metadata: {several_ids: refuse}",
    "output: []",
    "output: {layout: }",
    "output: {layout: ''}",
    "output: {on_conflict: oldest}",
    "output: {on_conflict: }",
    "output: {layouts: '{patient}'}",
    "output: {layout: '{patient}/'}",
    "output: {layout: '/{patient}'}",
    "output: {layout: 'a b/{instance}'}",
    "output: {layout: '{patient!r}'}",
    "metadata: {overrides: [{tag: '00120020', action: R, reason: r}]}",
    "metadata: {overrides: [{tag: '00120020', action: X, value: a, reason: r}]}",
    "metadata: {overrides: [{tag: '00120020', action: R, value: a, derive: year, reason: r}]}",
    "metadata: {overrides: [{tag: '00120020', action: R, value: 7, reason: r}]}",
    "metadata: {overrides: [{tag: '00120020', action: R, value: , reason: r}]}",
    "metadata: {overrides: [{tag: '00080020', action: R, derive: day, reason: r}]}",
    "metadata: {options: [retain_long_full_dates], date_precision: hour}",
    "metadata: {options: [retain_long_full_dates], date_precision: }",
    "metadata: {patients: {}}",
    "metadata: {patients: {table: }}",
    "metadata: {patients: {table: a.csv, columns: {id: x}}}",
    "metadata: {patients: {table: a.csv, columns: {old_id: 7}}}",
    "metadata: {patients: {table: a.csv, others: ignore}}",
    "select: []",
    "select: {leave: []}",
    "select: {leave_out: {}}",
    "select: {leave_out: [SR]}",
    "select: {leave_out: [{}]}",
    "select: {leave_out: [{reason: nothing}]}",
    "select: {leave_out: [{modality: }]}",
    "select: {leave_out: [{modality: ' '}]}",
    "select: {leave_out: [{modality: []}]}",
    "select: {leave_out: [{modality: NO}]}",
    "select: {only: [{series_description: '('}]}",
    "select: {only: [{series: x}]}",
    "select: {only: [{modality: CT, reason: [x]}]}",
    "[]",
    "text",
    "unknown: 1",
    "name: []",
    "name: yes",
    "extends: ''",
    "extends: [basic, tcia]",
    "metadata: []",
    "metadata: {option: []}",
    "metadata: {options: retain_uids}",
    "metadata: {options: [retain_all]}",
    "metadata: {options: {add: [retain_all]}}",
    "metadata: {options: {remove: [retain_all]}}",
    "metadata: {options: {without: [retain_uids]}}",
    "metadata: {options: {add: retain_uids}}",
    "metadata: {overrides: {}}",
    "metadata: {overrides: [{tag: '0008xx30', action: X, reason: r, colour: red}]}",
    "metadata: {private_keep: [{creator: ACME, element: '0019xx01', vr: DS}]}",
    "metadata: {private_keep: [{creator: ACME, element: '0019xx01', vr: XX, reason: r}]}",
    "metadata: {private_keep: [{creator: ' ', element: '0019xx01', vr: DS, reason: r}]}",
    "metadata: {private_keep: [{creator: ACME, element: '19xx01', vr: DS, reason: r}]}",
    "metadata: {overrides: [X]}",
    "metadata: {overrides: [{tag: '00081030', action: X}]}",
    "metadata: {overrides: [{tag: '00081030', action: Q, reason: r}]}",
    "metadata: {overrides: [{tag: '0008103', action: X, reason: r}]}",
    "metadata: {overrides: [{tag: '00081030', action: X, reason: ' '}]}",
    "metadata: {overrides: [{tag: '00081030', action: X, reason: }]}",
    "metadata: {overrides: [{tag: '00081030', action: X, reason: yes}]}",
    "metadata: {text_rules: [{redact: '(', reason: r}]}",
    "metadata: {text_rules: [{redact: '', reason: r}]}",
    "metadata: {text_rules: [{redact: x, reason: ''}]}",
    "metadata: {text_rules: [{redact: x}]}",
    "metadata: {patients: []}",
    "metadata: {issuer: }",
    "pixels: some",
    "pixels:",
    "pixels: [clean]",
    "ocr: {inside_regions: glance}",
    "ocr: {engine: tesseract}",
    "ocr: {engine: }",
    "ocr: {weights: ''}",
    "ocr: {device: gpu}",
    "ocr: {min_size: 101}",
    "ocr: {min_size: yes}",
    "ocr: {min_size: 5.5}",
    "ocr: {text_threshold: 0}",
    "ocr: {low_text: 1}",
    "ocr: {low_text: '0.1'}",
    "ocr: {sampled_share: 2}",
    "ocr: {sampled_share: yes}",
    "ocr: {second_look: -0.1}",
    "text: {keep: all}",
    "text: {keep: }",
    "text: {keep_words: a}",
    "text: {keep_words: [NO]}",
    "text: {redact_words: [[a]]}",
    "text: {redact_words: [~]}",
    "text: {min_score: 0.1}",
    "text: {model: names}",
    "text: {model: {}}",
    "text: {model: {hub: a}}",
    "text: {model: {hub: a, revision: main}}",
    f"text: {{model: {{hub: a, revision: {COMMIT}, sha256: {SHA256}}}}}",
    f"text: {{model: {{hub: a, revision: {COMMIT}, folder: b}}}}",
    f"text: {{model: {{folder: a, revision: {COMMIT}}}}}",
    "text: {model: {folder: a, sha256: abc}}",
    f"text: {{model: {{sha256: {SHA256}}}}}",
]


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_the_parser_accepts_the_schema_accepts(text: str) -> None:
    parse_policy(text)
    VALID.validate(yaml.safe_load(text))


@pytest.mark.parametrize("text", REFUSED)
def test_what_the_parser_refuses_the_schema_refuses(text: str) -> None:
    with pytest.raises(PolicyError):
        parse_policy(text)
    assert not VALID.is_valid(yaml.safe_load(text))


@pytest.mark.parametrize(
    "text",
    [
        "metadata: {options: [retain_long_full_dates, retain_long_modified_dates]}",
        "metadata: {overrides: [{tag: '00100020', action: X, reason: r}]}",
        "metadata: {text_rules: [{redact: 'x*', reason: r}]}",
        "output: {layout: '{patient}/{study}/{series}_x/{instance}'}",
        "output: {layout: '{patient}/../{instance}'}",
        "output: {layout: '{name}'}",
        "select: {only: [{sop_class: CT Imge Storage}]}",
        "metadata: {patients: {table: /no/such/table.csv, columns: {old_id: PatNr}, others: quarantine}}",
        "metadata: {options: [retain_uids], date_precision: year}",
        "metadata: {overrides: [{tag: '00120020', action: R, column: site, reason: r}]}",
        "metadata: {overrides: [{tag: '00080060', action: R, value: mr, reason: r}]}",
        "metadata: {patients: /no/such/table.csv}",
        "{extends: tcia, metadata: {options: {remove: [retain_uids]}}}",
        "extends: no-such-policy",
    ],
)
def test_what_depends_on_more_than_one_value_the_parser_alone_refuses(text: str) -> None:
    VALID.validate(yaml.safe_load(text))
    with pytest.raises(PolicyError):
        parse_policy(text)
