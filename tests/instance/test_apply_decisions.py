"""Decisions on boxes: what they change, and what they never change."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.core.box import Box
from efface.transforms.core.decisions import Action, Decided, Decision, Device, Scope
from efface.transforms.core.evidence import Evidence, Finding, Verdict
from efface.transforms.core.instance import Instance, PixelFacts, Source
from efface.transforms.instance.apply_decisions import PROTECTED, apply_decisions
from efface.transforms.phi.reasons import Reason
from efface.transforms.pixels.redact import boxes_by_frame

FACTS = PixelFacts("PixelData", 80, 100, 3, 1, "MONOCHROME2", 8, 8, is_signed=False)
INSTANCE = Instance("R", Source("memory://x", 1, "1"), "1", "1", "1", "OT", FACTS)
BOX, OTHER = Box(10, 10, 40, 20), Box(50, 50, 70, 60)
ALL = (0, 1, 2)


def found(box=BOX, verdict=Verdict.REDACT, reason=Reason.UNKNOWN_TEXT, frames=ALL, overlay=0):
    return Finding(frames, box, verdict, reason, "unknown_word", 0.9, overlay=overlay)


def decide(action, box=BOX, frames=(), new_box=None):
    return Decision(Scope.INSTANCE, "1.2", action, frames, box, new_box)


def applied(findings, *decisions, instance=INSTANCE):
    instance = dataclasses.replace(instance, decided=Decided(decisions, "D"))
    return apply_decisions(Evidence(instance, 1, tuple(findings)))


def fills(evidence):
    return boxes_by_frame(evidence.findings)


def test_nothing_decided_changes_nothing():
    evidence = Evidence(INSTANCE, 1, (found(),))
    assert apply_decisions(evidence) == evidence


def test_an_added_box_fills_and_what_was_kept_within_it_does_not_stay():
    evidence = applied([found(), found(OTHER, Verdict.KEEP)], decide(Action.REDACT, OTHER, (1,)))
    assert fills(evidence) == {0: (BOX,), 1: (BOX, OTHER), 2: (BOX,)}
    assert [one.frames for one in evidence.findings if one.verdict is Verdict.KEEP] == [(0, 2)]
    assert evidence.decisions_not_applied == 0


def test_a_kept_box_is_not_filled_on_the_frames_that_were_meant():
    evidence = applied([found(), found(OTHER)], decide(Action.KEEP, frames=(0, 2)))
    assert fills(evidence) == {0: (OTHER,), 1: (BOX, OTHER), 2: (OTHER,)}
    assert {(one.frames, one.reason) for one in evidence.findings if one.verdict is Verdict.KEEP} == {((0, 2), Reason.DECISION)}


@pytest.mark.parametrize("reason", sorted(PROTECTED))
@pytest.mark.parametrize("action", [Action.KEEP, Action.RESIZE])
def test_what_the_header_names_a_bar_code_and_a_face_are_filled_all_the_same(reason, action):
    smaller = Box(10, 10, 20, 20) if action is Action.RESIZE else None
    evidence = applied([found(reason=reason)], decide(action, new_box=smaller))
    assert all(BOX in boxes for boxes in fills(evidence).values())
    assert len(fills(evidence)) == 3
    assert not [one for one in evidence.findings if one.verdict is Verdict.KEEP]
    assert evidence.decisions_not_applied == 1


def test_a_resized_box_takes_the_place_of_the_found_one():
    smaller = Box(10, 10, 25, 20)
    evidence = applied([found()], decide(Action.RESIZE, new_box=smaller))
    assert fills(evidence) == dict.fromkeys(ALL, (smaller,))
    assert [one.box for one in evidence.findings if one.verdict is Verdict.KEEP] == [Box(25, 10, 40, 20)]
    assert evidence.decisions_not_applied == 0
    wider = applied([found()], decide(Action.RESIZE, new_box=BOX.pad(5)))
    assert fills(wider) == dict.fromkeys(ALL, (BOX.pad(5),))


def test_a_box_to_resize_that_is_not_found_is_filled_and_counted():
    evidence = applied([], decide(Action.RESIZE, new_box=OTHER))
    assert fills(evidence) == dict.fromkeys(ALL, (OTHER,))
    assert evidence.decisions_not_applied == 1


def test_a_kept_box_much_smaller_than_the_found_one_has_no_effect_and_is_counted():
    evidence = applied([found(BOX.pad(10))], decide(Action.KEEP))
    assert fills(evidence) == dict.fromkeys(ALL, (BOX.pad(10),))
    assert evidence.decisions_not_applied == 1


def test_a_box_is_clipped_and_what_is_outside_or_on_no_frame_is_counted():
    clipped = applied([], decide(Action.REDACT, Box(90, 70, 300, 300)))
    assert fills(clipped) == dict.fromkeys(ALL, (Box(90, 70, 100, 80),))
    for decision in (decide(Action.REDACT, Box(200, 0, 210, 10)), decide(Action.KEEP, frames=(3,))):
        evidence = applied([found()], decision)
        assert fills(evidence) == dict.fromkeys(ALL, (BOX,))
        assert evidence.decisions_not_applied == 1
    assert applied([], decide(Action.REDACT, frames=(2, 3))).decisions_not_applied == 1


def test_overlay_planes_are_left_alone_and_so_is_what_has_no_pixels():
    plane = found(overlay=0x6000)
    assert plane in applied([plane], decide(Action.KEEP)).findings
    without = dataclasses.replace(INSTANCE, pixels=None)
    assert applied([], decide(Action.REDACT), instance=without).decisions_not_applied == 1


def test_the_last_decision_counts():
    kept = applied([found()], decide(Action.REDACT, OTHER), decide(Action.KEEP, OTHER))
    assert fills(kept) == dict.fromkeys(ALL, (BOX,))
    filled = applied([found()], decide(Action.KEEP), decide(Action.REDACT))
    assert fills(filled) == dict.fromkeys(ALL, (BOX,))


def test_a_box_for_a_device_has_a_rule_of_its_own():
    region = Decision(Scope.DEVICE, Device("Acme", "Scan 1", 80, 100), Action.REDACT, box=OTHER)
    assert [one.rule for one in applied([], region).findings] == ["region"]


@pytest.mark.parametrize("reason", list(Reason))
def test_a_decision_on_a_device_uncovers_what_says_nothing_alone(reason):
    device = Device("Acme", "Scan 1", 80, 100)
    evidence = applied([found(reason=reason)], Decision(Scope.DEVICE, device, Action.KEEP, box=BOX))
    is_kept = reason in {Reason.UNKNOWN_TEXT, Reason.UNREADABLE_TEXT, Reason.DECISION}
    assert fills(evidence) == ({} if is_kept else dict.fromkeys(ALL, (BOX,)))
    assert evidence.decisions_not_applied == (0 if is_kept else 1)
    assert applied([], Decision(Scope.DEVICE, device, Action.KEEP, box=BOX)).findings == ()


BOXES = st.builds(
    lambda left, top, width, height: Box(left, top, left + width, top + height),
    st.integers(0, 120),
    st.integers(0, 100),
    st.integers(1, 90),
    st.integers(1, 90),
)


@given(
    st.lists(BOXES, max_size=4),
    st.lists(st.tuples(st.sampled_from([Action.KEEP, Action.REDACT]), BOXES, st.sets(st.integers(0, 4))), max_size=4),
)
def test_no_decision_uncovers_what_the_header_names(named, decisions):
    named = [box.clip(100, 80) for box in named if box.clip(100, 80).area_px]
    findings = [found(box, reason=Reason.HEADER_NAME) for box in named]
    evidence = applied(findings, *(decide(action, box, tuple(sorted(frames))) for action, box, frames in decisions))
    assert all(set(named) <= set(fills(evidence).get(frame, ())) for frame in ALL)
