"""Boxes that recur on the images of a device are proposed, with counts, and nothing else."""

import dataclasses
from pathlib import Path

import pytest
import yaml

from efface.pipeline.decisions.propose import ProposalLimits, as_yaml, propose_regions
from efface.pipeline.policy import parse_policy
from efface.transforms.audit.store import SchemaVersionError
from efface.transforms.core.box import Box
from efface.transforms.core.decisions import Action
from support.device_audit import BANNER, DEVICE, device_audit, finding

RARE = Box(400, 300, 480, 320)


def test_a_box_that_recurs_is_proposed_around_all_of_its_sizes(tmp_path):
    findings = [finding(f"R{one}", BANNER._replace(right=260 + 10 * one)) for one in range(8)]
    [proposal] = propose_regions(device_audit(tmp_path, [*findings, finding("R1", RARE)]))
    assert proposal.device == DEVICE
    assert proposal.box == Box(0, 0, 330, 20)
    assert (proposal.instances, proposal.of_instances) == (8, 10)


def test_two_boxes_of_one_image_count_once(tmp_path):
    findings = [finding("R1", BANNER._replace(right=300 + one)) for one in range(9)]
    assert propose_regions(device_audit(tmp_path, findings)) == []


def test_what_is_kept_or_a_face_or_on_an_overlay_or_of_no_device_is_not_proposed(tmp_path):
    everywhere = [f"R{one}" for one in range(10)]
    for number, about in enumerate(
        [{"verdict": "keep"}, {"reason": "face", "rule": "face"}, {"overlay_group": 0x6000}, {"rule": "region"}]
    ):
        output = device_audit(tmp_path / str(number), [finding(ref, BANNER, **about) for ref in everywhere])
        assert propose_regions(output) == []
    assert propose_regions(device_audit(tmp_path / "none", [finding(ref, BANNER) for ref in everywhere], device=None)) == []


def test_what_a_region_covers_already_is_not_proposed_again(tmp_path):
    found = [finding(f"R{one}", BANNER) for one in range(10)]
    regions = [finding(f"R{one}", BANNER.pad(5), reason="decision", rule="region") for one in range(10)]
    assert propose_regions(device_audit(tmp_path, found + regions)) == []


def test_a_block_does_not_swallow_the_lines_in_it(tmp_path):
    lines = [finding(f"R{one}", Box(0, top, 200, top + 16)) for one in range(10) for top in (0, 20, 40)]
    block = [finding("R0", Box(0, 0, 600, 400))]
    boxes = {proposal.box for proposal in propose_regions(device_audit(tmp_path, lines + block))}
    assert boxes == {Box(0, 0, 200, 16), Box(0, 20, 200, 36), Box(0, 40, 200, 56)}


def test_the_limits_are_those_that_are_given(tmp_path):
    output = device_audit(tmp_path, [finding(f"R{one}", BANNER) for one in range(3)])
    assert propose_regions(output) == []
    assert len(propose_regions(output, ProposalLimits(least_instances=3, least_share=0.3))) == 1


def test_the_yaml_is_the_section_of_a_policy(tmp_path):
    strange = dataclasses.replace(DEVICE, manufacturer='A "quoted": # maker')
    output = device_audit(tmp_path, [finding(f"R{one}", BANNER) for one in range(10)], device=strange)
    text = as_yaml(propose_regions(output))
    assert "10 of 10 images (100%)" in text
    [decision] = parse_policy(text).decisions.stated
    assert (decision.action, decision.target, decision.box) == (Action.REDACT, strange, BANNER)
    assert yaml.safe_load(as_yaml([])) == {"regions": []}


def test_an_empty_output_proposes_nothing(tmp_path):
    assert propose_regions(device_audit(tmp_path, [], number=0)) == []


def test_an_audit_of_another_schema_is_refused(tmp_path):
    output = device_audit(tmp_path, [finding(f"R{one}", BANNER) for one in range(10)])
    [run_file] = (Path(output) / "audit" / "runs").iterdir()
    run_file.write_text('{"schema": 3}')
    with pytest.raises(SchemaVersionError, match="version 3"):
        propose_regions(output)
