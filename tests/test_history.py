from dataclasses import replace

import numpy as np
import pytest

from efface.transforms.history import History
from support.published import VERSIONS, row, write_run


@pytest.fixture
def output(tmp_path):
    return str(tmp_path)


def test_an_output_without_audit_has_no_history(output):
    history = History(output, VERSIONS)
    assert len(history) == 0
    assert not history.is_done("A", "1")
    assert history.output_of("A") == ""
    assert history.outputs_of_others(np.array([], "S1")) == history.outputs_of_patients(["P"]) == {}


def test_only_the_same_version_made_the_same_way_is_done(output):
    write_run(output, "1", [row("A"), row("B", "7")])
    history = History(output, VERSIONS)
    assert history.is_done("A", "1")
    assert history.is_done("B", "7")
    assert not history.is_done("A", "2")
    assert not history.is_done("C", "1")
    for changed in ({"policy": "basic-meta1-pixels2"}, {"models": "engine 2"}, {"key_id": "KEY2"}):
        assert not History(output, replace(VERSIONS, **changed)).is_done("A", "1")


def test_what_a_policy_says_about_pixels_leaves_instances_without_frames_alone(output):
    write_run(output, "1", [row("IMAGE"), row("REPORT", frames=0)])
    for changed in ({"policy": "basic-meta1-pixels2"}, {"models": "engine 2"}):
        history = History(output, replace(VERSIONS, **changed))
        assert not history.is_done("IMAGE", "1")
        assert history.is_done("REPORT", "1")
    for changed in ({"policy": "basic-meta2-pixels1"}, {"policy": "tcia-meta1-pixels1"}, {"key_id": "KEY2"}):
        assert not History(output, replace(VERSIONS, **changed)).is_done("REPORT", "1")


def test_the_last_word_counts(output):
    write_run(output, "1", [row("A"), row("B")])
    write_run(output, "2", [row("A", "2")])
    write_run(output, "3", [row("B", verdict="removed")])
    history = History(output, VERSIONS)
    assert history.is_done("A", "2")
    assert not history.is_done("A", "1")
    assert not history.is_done("B", "1")
    assert history.output_of("B") == ""


def test_an_output_that_was_deleted_for_a_new_name_is_no_removal(output):
    write_run(output, "1", [row("A")])
    write_run(output, "2", [row("A", verdict="removed")], name="deleted")
    write_run(output, "2", [row("A", "2", output="P/new.dcm")])
    history = History(output, VERSIONS)
    assert history.is_done("A", "2")
    assert history.output_of("A") == "P/new.dcm"


def test_patients_and_leftovers_are_found(output):
    write_run(output, "1", [row("A"), row("B", patient_ref="Q"), row("C", patient_ref="")])
    history = History(output, VERSIONS)
    assert history.outputs_of_patients(["Q"]) == {"B": "Q/B.dcm"}
    assert set(history.outputs_of_others(np.array([b"A"]))) == {"B", "C"}
