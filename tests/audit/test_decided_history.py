"""Which published instances are done again when what people decided changes."""

import dataclasses

import numpy as np
import pytest

from efface.transforms.audit.history import History
from efface.transforms.core.box import Box
from efface.transforms.core.decisions import Action, Decision, Decisions, Device, Scope, Targets
from efface.transforms.core.pseudonyms import Pseudonyms
from support.published import VERSIONS, row, write_run

KEY = Pseudonyms(b"k" * 32)
DEVICE = Device("Acme", "Scan 1", 96, 128)
TYPED = dataclasses.replace(DEVICE, image_type=("ORIGINAL",))
BOX = Box(0, 0, 9, 9)
UIDS = {name: KEY.uid(f"1.2.{number}") for number, name in enumerate(("A", "B", "SERIES"), 1)}
ABOUT = {
    "A": (Scope.INSTANCE, UIDS["A"]),
    "series": (Scope.SERIES, UIDS["SERIES"]),
    "device": (Scope.DEVICE, DEVICE),
    "type": (Scope.DEVICE, TYPED),
}
TOUCHED = {"A": {"A"}, "series": {"B"}, "device": {"A", "B"}, "type": {"B"}}


def decisions(*names, box=BOX):
    return Decisions.of((Decision(*ABOUT[name], Action.REDACT, box=box) for name in names), KEY)


def publish(folder, made_with):
    """Two instances of one device, as a run with these decisions records them."""
    targets = {
        "A": {"device_ref": DEVICE.ref(KEY), "device_type_ref": "", "series_instance_uid": "1.9"},
        "B": {"device_ref": DEVICE.ref(KEY), "device_type_ref": TYPED.ref(KEY), "series_instance_uid": UIDS["SERIES"]},
    }
    rows = []
    for ref, target in targets.items():
        decided = made_with.about(Targets(*target.values(), UIDS[ref]), KEY)
        rows.append(row(ref) | target | {"sop_instance_uid": UIDS[ref], "decisions_ref": decided.ref})
    write_run(str(folder), "run-1", rows)
    return str(folder)


def outdated(output, planned):
    history = History(output, VERSIONS, decisions=planned, pseudonyms=KEY)
    refs = np.array(["A", "B"], "S26")
    rows = history.claims_of(refs, np.array(["1", "1"], "S26"))
    return {ref.decode() for ref, found in zip(refs, rows, strict=True) if found < 0}


@pytest.mark.parametrize("name", ABOUT)
def test_only_what_a_decision_is_about_is_done_again(tmp_path, name):
    before = publish(tmp_path / "before", Decisions())
    assert outdated(before, Decisions()) == set()
    assert outdated(before, decisions(name)) == TOUCHED[name]
    after = publish(tmp_path / "after", decisions(name))
    assert outdated(after, decisions(name)) == set()
    assert outdated(after, decisions(name, box=BOX.pad(2)._replace(left=0, top=0))) == TOUCHED[name]
    assert outdated(after, Decisions()) == TOUCHED[name]


def test_who_decided_and_when_changes_nothing(tmp_path):
    output = publish(tmp_path, decisions("A"))
    [(_, decision)] = decisions("A").entries
    again = dataclasses.replace(decision, decided_by="OTHER", at="2026-02-03")
    assert outdated(output, Decisions.of([again], KEY)) == set()


def test_an_audit_without_devices_cannot_tell_about_them(tmp_path):
    write_run(str(tmp_path), "run-1", [row("A"), row("B")])
    assert outdated(str(tmp_path), decisions("A")) == set()
    assert outdated(str(tmp_path), decisions("device")) == {"A", "B"}


def test_the_uid_of_a_series_is_no_instance(tmp_path):
    output = publish(tmp_path, Decisions())
    wrong = Decision(Scope.INSTANCE, UIDS["SERIES"], Action.REDACT, box=BOX)
    assert outdated(output, Decisions.of([wrong], KEY)) == set()
