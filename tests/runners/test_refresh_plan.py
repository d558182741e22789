"""The plan of a refresh, and whole refreshes."""

import dataclasses
import io
import os

import pydicom
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from efface.pipeline.policy import parse_policy
from efface.pipeline.verify_output import verify_output
from efface.runners.refresh_plan import KeyMismatchError, _ranks, begin_run, plan_refresh, remove_outputs
from efface.transforms.audit.history import History, existing_outputs
from efface.transforms.audit.run_plan import read_run_plan, unfinished_runs
from efface.transforms.audit.schemas import TABLES
from efface.transforms.audit.store import AuditPart
from efface.transforms.audit.vault import VAULT_COLUMNS, VaultPart
from efface.transforms.core.instance import Source
from efface.transforms.core.pseudonyms import Pseudonyms
from efface.transforms.storage import storage_of
from efface.transforms.storage.members import Form, Member
from support.archives import archive_of
from support.published import VERSIONS, row, write_run
from support.runs import deidentify_here, instances, job_of, refresh_here, table
from support.samples import sample

PSEUDONYMS = Pseudonyms(b"k" * 32)
POLICY = parse_policy("{name: quick, pixels: none}")


def ref(uri):
    return PSEUDONYMS.ref(uri)


def recorded(uri, **more):
    return row(ref(uri), PSEUDONYMS.version_ref(uri, "1", 1), **more)


@pytest.fixture
def output(tmp_path):
    write_run(str(tmp_path), "1", [recorded("a"), recorded("b"), recorded("gone"), recorded("c", patient_ref="Q")])
    for name in ("P/a", "P/b", "P/gone", "Q/c"):
        patient, _, uri = name.partition("/")
        path = tmp_path / "instances" / patient / f"{ref(uri)}.dcm"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return str(tmp_path)


def planned(output, sources, **how):
    return plan_refresh(sources, History(output, VERSIONS), existing_outputs(output), PSEUDONYMS, **how)


def leaving(plan):
    table = plan.run_plan.obsolete
    return {row["ref"]: row["output"] for row in table.to_pylist() if row["exists"] and not row["has_other_source"]}


def test_only_changed_sources_are_pending(output):
    sources = [Source("a", 1, "1"), Source("b", 1, "2"), Source("new", 1, "1"), Source("c", 1, "1")]
    plan = planned(output, sources)
    assert [source.uri for source in plan.pending] == ["b", "new"]
    assert plan.up_to_date == 2
    assert leaving(plan) == {ref("b"): f"P/{ref('b')}.dcm"}
    assert len(planned(output, sources, redo=True).pending) == 4


def test_outputs_of_removed_sources_are_deleted_only_on_demand(output):
    sources = [Source(name, 1, "1") for name in "abc"]
    assert leaving(planned(output, sources)) == {}
    assert leaving(planned(output, sources, deletes_removed=True)) == {ref("gone"): f"P/{ref('gone')}.dcm"}


def ranks_of(*sources):
    return _ranks(sources, PSEUDONYMS)["rank"].to_pylist()


def test_times_of_several_stores_are_compared_in_one_unit():
    """A file has nanoseconds, a generation microseconds, an ETag seconds; of a member, its archive has the time."""
    file = Source("/in/a", 1, "1700000000500000000-1")
    later_file = Source("/in/b", 1, "1700000000900000000-1")
    generation = Source("gs://b/a", 1, "1700000001000000-crc")
    tagged = Source("s3://b/a", 1, '1700000002-"x"')
    member = Member(Source("s3://b/c.zip", 9, '1699999999-"x"'), Form.ZIP, (1,)).source("d", 3)
    assert ranks_of(tagged, generation, file, member) == [3, 2, 1, 0]
    assert ranks_of(file, later_file, generation) == [0, 1, 2]
    assert ranks_of(file, later_file, tagged) == [0, 0, 1]  # Less than a second apart: nobody knows which is newer.
    assert ranks_of() == []


@pytest.mark.parametrize("form", [Form.UNLISTED, Form.REFERENCE])
def test_what_could_not_be_listed_may_still_hold_what_is_not_listed(output, form):
    unlisted = Member(Source("x", 9, "9"), form)
    sources = [Source("a", 1, "1"), Source("b", 1, "2"), unlisted.source("", 9)]
    plan = planned(output, sources, deletes_removed=True, withdrawn=(frozenset({"Q"}),))
    assert plan.removal_skipped
    assert [source.uri for source in plan.pending] == ["b", sources[2].uri]
    assert leaving(plan) == {ref("b"): f"P/{ref('b')}.dcm", ref("c"): f"Q/{ref('c')}.dcm"}
    assert not planned(output, sources).removal_skipped
    missing = Member(Source("x", 9, "9"), Form.REFERENCE).source("IMAGES/IM1", 0)
    assert not planned(output, [*sources[:2], missing], deletes_removed=True).removal_skipped


def test_a_withdrawn_patient_is_removed_and_processed_again_to_be_skipped(output):
    withdrawn = (frozenset({"Q"}), frozenset({"NOBODY"}))
    plan = planned(output, [Source("a", 1, "1"), Source("c", 1, "1")], withdrawn=withdrawn)
    assert leaving(plan) == {ref("c"): f"Q/{ref('c')}.dcm"}
    assert [source.uri for source in plan.pending] == ["c"]
    assert (plan.withdrawal_entries, plan.unmatched_entries) == (2, withdrawn[1:])


def test_a_missing_output_is_made_again(output, tmp_path):
    (tmp_path / "instances" / "P" / f"{ref('a')}.dcm").unlink()
    plan = planned(output, [Source(name, 1, "1") for name in "abc"])
    assert [source.uri for source in plan.pending] == ["a"]


def test_an_output_that_another_source_claims_is_recorded_and_stays(output, tmp_path):
    write_run(output, "2", [recorded("copy", output=f"P/{ref('a')}.dcm")])
    plan = planned(output, [Source("copy", 1, "1")], deletes_removed=True)
    assert plan.pending == []
    assert remove_outputs(job_of_versions(output), plan.run_plan.obsolete, {}) == 3
    assert [path.name for path in (tmp_path / "instances").rglob("*.dcm")] == [f"{ref('a')}.dcm"]
    assert History(output, VERSIONS).claims["ref"].to_pylist() == [ref("copy")]


def test_an_output_that_the_run_published_again_stays(output, tmp_path):
    plan = planned(output, [Source("a", 1, "2"), Source("moved", 1, "1")], deletes_removed=True)
    published = {ref("a"): f"P/{ref('a')}.dcm", ref("moved"): f"P/{ref('gone')}.dcm"}
    assert remove_outputs(job_of_versions(output), plan.run_plan.obsolete, published) == 2
    assert {path.stem for path in (tmp_path / "instances").rglob("*.dcm")} == {ref("a"), ref("gone")}
    assert {row["ref"] for row in table(output, "instances") if row["verdict"] == "removed"} == {
        ref("b"),
        ref("c"),
        ref("gone"),
    }


def test_only_patients_whose_line_of_the_table_changed_are_done_again(tmp_path, key_file):
    (tmp_path / "in").mkdir()
    for patient in ("P1", "P2", "P3", "P4"):
        dataset = pydicom.dcmread(io.BytesIO(sample("CT_small.dcm")))
        dataset.PatientID, dataset.SOPInstanceUID = patient, f"1.2.3.{patient[1]}"
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        dataset.save_as(tmp_path / "in" / patient)
    source, output = str(tmp_path / "in"), str(tmp_path / "out")

    def refresh(run_id, *lines):
        (tmp_path / "patients.csv").write_text("\n".join(("old_id,new_id,offset_days", *lines)))
        metadata = f"{{options: [retain_long_modified_dates], patients: '{tmp_path}/patients.csv'}}"
        policy = parse_policy(f"{{name: quick, pixels: none, metadata: {metadata}}}")
        counts = refresh_here(source, output, key_file, policy, run_id=run_id)["counts"]
        patients = {path.strip("/").partition("/")[0] for path in instances(output)}
        return counts["published"], counts["unchanged"], counts["removed"], {name for name in patients if name.startswith("S")}

    assert refresh("1", "P1,S1,-7", "P2,S2,-7") == (4, 0, 0, {"S1", "S2"})
    assert refresh("2", "P2,S2,-7", "", "P1,S1,-7.0") == (0, 4, 0, {"S1", "S2"})
    assert refresh("3", "P1,S1,-14", "P2,S2,-7", "P3,S3,") == (2, 2, 1, {"S1", "S2", "S3"})
    assert refresh("4", "P1,S1,-14", "P2,S1,", "P3,S3,") == (1, 3, 1, {"S1", "S3"})  # P1 and P2 became one.
    assert refresh("5", "P1,S1,-14", "P2,S1,", "P3,S3,") == (0, 4, 0, {"S1", "S3"})
    assert refresh("6", "P3,S3,") == (2, 2, 2, {"S3"})


def job_of_versions(output):
    return dataclasses.replace(job_of(output, "", POLICY, run_id="9"), versions=VERSIONS)


# Whole refreshes from here on.


def picture(uid, thickness, patient="P7003"):
    """An instance: sources with one number as UID and different thicknesses contradict each other."""
    dataset = pydicom.dcmread(io.BytesIO(sample("CT_small.dcm")))
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = f"1.2.826.0.1.{uid}"
    dataset.PatientID, dataset.SliceThickness = patient, thickness
    dataset.Rows = dataset.Columns = 2
    dataset.PixelData = bytes(8)
    data = io.BytesIO()
    dataset.save_as(data)
    return data.getvalue()


class Site:
    """A folder of sources and what refreshes make of it."""

    def __init__(self, folder, key_file):
        self.folder, self.key_file, self.runs = folder, key_file, 0
        self.output = str(folder / "out")
        (folder / "in").mkdir(parents=True)

    def put(self, name, *made_of):
        path = self.folder / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture(*made_of))

    def refresh(self, **how):
        self.runs += 1
        how = {"deletes_removed": True} | how
        return refresh_here(str(self.folder / "in"), self.output, self.key_file, POLICY, run_id=f"run-{self.runs:03d}", **how)[
            "counts"
        ]

    def thicknesses(self):
        """Of every output, in order: what tells two contents of one UID apart."""
        return sorted(int(pydicom.dcmread(io.BytesIO(data)).SliceThickness) for data in instances(self.output).values())


@pytest.fixture
def site(tmp_path, key_file):
    return Site(tmp_path / "site", key_file)


def test_a_renamed_folder_loses_nothing(site):
    site.put("visit1/1.dcm", 1, 5)
    site.refresh()
    (site.folder / "in" / "visit1").rename(site.folder / "in" / "baseline")
    for _ in range(3):
        assert site.refresh()["removed"] == 0
        assert site.thicknesses() == [5]


def test_a_damaged_archive_removes_nothing_until_it_can_be_listed(site):
    data = {name: picture(number, number) for number, name in ((1, "1.dcm"), (2, "2.dcm"))}
    archive = site.folder / "in" / "a.tar"
    archive.write_bytes(archive_of(".tar", data.items()))
    site.put("gone.dcm", 3, 3)
    site.refresh()
    (site.folder / "in" / "gone.dcm").unlink()
    archive.write_bytes(archive_of(".tar", data.items())[:700])
    counts = site.refresh()
    assert (counts["quarantined"], counts["removed"]) == (1, 0)
    assert site.thicknesses() == [1, 2, 3]
    archive.write_bytes(archive_of(".tar", [("1.dcm", data["1.dcm"])]))
    assert site.refresh()["removed"] == 2
    assert site.thicknesses() == [1]


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_of_two_copies_either_may_go(site, order):
    for name in "ab":
        site.put(f"{name}/1.dcm", 1, 5)
    site.refresh()
    for gone, left in zip(order, ([5], []), strict=True):
        (site.folder / "in" / gone / "1.dcm").unlink()
        site.put("other.dcm", 2, 7)
        for _ in range(2):
            site.refresh()
            assert site.thicknesses() == [*left, 7]


def test_a_renamed_and_changed_source_takes_its_old_outputs_place(site):
    site.put("a.dcm", 1, 5)
    site.refresh()
    (site.folder / "in" / "a.dcm").unlink()
    site.put("b.dcm", 1, 6)
    assert site.refresh() == {
        "listed": 1, "published": 1, "quarantined": 0, "skipped": 0, "not_selected": 0, "unchanged": 0, "removed": 0,
    }  # fmt: skip
    assert site.thicknesses() == [6]


def test_when_the_published_duplicate_is_removed_the_other_is_published(site):
    site.put("a.dcm", 1, 5)
    site.refresh()
    site.put("b.dcm", 1, 6)
    for _ in range(2):
        assert site.refresh()["quarantined"] == 1
        assert site.thicknesses() == [5]
    (site.folder / "in" / "a.dcm").unlink()
    assert site.refresh()["quarantined"] == 0
    assert site.thicknesses() == [6]


def test_the_newest_source_takes_the_place_of_an_earlier_one_and_a_quarantine_holds_in_any_order(tmp_path, key_file):
    source, output = tmp_path / "in", str(tmp_path / "out")
    source.mkdir()

    def put(name, thickness, written_sec):
        dataset = pydicom.dcmread(io.BytesIO(sample("CT_small.dcm")))
        dataset.SliceThickness = thickness
        dataset.save_as(source / name)
        os.utime(source / name, (written_sec, written_sec))

    def refresh(run_id, policy):
        counts = refresh_here(str(source), output, key_file, policy, run_id=run_id)["counts"]
        found = [pydicom.dcmread(io.BytesIO(data)).SliceThickness for data in instances(output).values()]
        assert verify_output(output).is_as_recorded
        return counts["published"], counts["unchanged"], counts["quarantined"], counts["skipped"], found

    newest = dataclasses.replace(POLICY, on_conflict="newest")
    put("a.dcm", 5, 1000)
    assert refresh("1", newest) == (1, 0, 0, 0, [5])
    put("b.dcm", 6, 2000)
    assert refresh("2", newest) == (1, 1, 0, 0, [6])
    for run_id in ("3", "4"):
        assert refresh(run_id, newest) == (0, 1, 0, 1, [6])
    put("c.dcm", 7, 1500)
    assert refresh("5", newest) == (0, 1, 0, 2, [6])
    (source / "b.dcm").unlink()
    assert refresh("6", newest) == (1, 0, 0, 1, [7])  # What is not listed any more is older than all that is.
    assert refresh("8", newest) == (0, 1, 0, 1, [7])
    put("d.dcm", 8, 3000)
    assert refresh("9", POLICY)[2:] == (2, 0, [7])  # What an earlier run published stays.


@pytest.mark.parametrize(("on_conflict", "published"), [("newest", 2), ("quarantine", 1)])
def test_a_reexport_with_another_patient_id_is_a_conflict(tmp_path, key_file, on_conflict, published):
    source, output = tmp_path / "in", str(tmp_path / "out")
    source.mkdir()
    policy = dataclasses.replace(POLICY, on_conflict=on_conflict)
    dataset = pydicom.dcmread(io.BytesIO(sample("CT_small.dcm")))
    for number, patient in enumerate(("P1", "P2"), 1):
        dataset.PatientID, dataset.SliceThickness = patient, number
        dataset.save_as(source / patient)
        os.utime(source / patient, (number, number))
        refresh_here(str(source), output, key_file, policy, run_id=str(number))
    [found] = instances(output).values()
    assert pydicom.dcmread(io.BytesIO(found)).SliceThickness == published
    assert verify_output(output).is_as_recorded


def test_a_source_that_returns_is_published_again(site):
    site.put("a.dcm", 1, 5)
    site.refresh()
    kept = (site.folder / "in" / "a.dcm").rename(site.folder / "kept.dcm")
    site.put("b.dcm", 1, 6)
    site.refresh()
    (site.folder / "in" / "b.dcm").unlink()
    kept.rename(site.folder / "in" / "a.dcm")
    site.refresh()
    assert site.thicknesses() == [5]


def test_a_deleted_output_is_made_again(site):
    site.put("a.dcm", 1, 5)
    site.refresh()
    [path] = instances(site.output)
    storage_of(site.output).delete(f"{site.output}/instances{path}")
    assert site.refresh()["published"] == 1
    assert site.thicknesses() == [5]
    assert site.refresh()["unchanged"] == 1


def test_a_deletion_is_told_before_and_finished_after_an_interruption(site, monkeypatch):
    for uid in (1, 2):
        site.put(f"{uid}.dcm", uid, uid)
    site.refresh()
    (site.folder / "in" / "1.dcm").unlink()
    with monkeypatch.context() as patch:
        patch.setattr("efface.runners.refresh_plan.instance_uri", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            site.refresh()
    assert site.thicknesses() == [1, 2]
    assert [row["verdict"] for row in table(site.output, "instances")].count("removed") == 1
    assert unfinished_runs(site.output) == {"run-002": "KEY"}
    site.refresh()
    assert site.thicknesses() == [2]
    assert [bool(row["ref"]) for row in table(site.output, "instances") if row["verdict"] == "removed"].count(True) == 1
    assert unfinished_runs(site.output) == {}


@pytest.mark.parametrize("killed_at", ["instances", "attributes", "failures", "vault instances", "refs", "mark"])
def test_a_run_that_is_killed_between_two_tables_loses_no_row(site, tmp_path, monkeypatch, killed_at):
    site.put("1.dcm", 1, 1)
    (site.folder / "in" / "2.dcm").write_bytes(b"no instance")
    undisturbed = Site(tmp_path / "undisturbed", site.key_file)
    undisturbed.put("1.dcm", 1, 1)
    (undisturbed.folder / "in" / "2.dcm").write_bytes(b"no instance")
    undisturbed.refresh(vault=str(undisturbed.folder / "vault"))

    def killing(write, table):
        return lambda part, name, *rest: 1 / 0 if name == table else write(part, name, *rest)

    with monkeypatch.context() as patch:
        if killed_at == "mark":
            patch.setattr("efface.transforms.steps.parts.write_mark", lambda *_: 1 / 0)
        elif killed_at in TABLES:
            patch.setattr(AuditPart, "write", killing(AuditPart.write, killed_at))
        else:
            patch.setattr(VaultPart, "write", killing(VaultPart.write, killed_at.removeprefix("vault ")))
        with pytest.raises(Exception, match="division by zero"):
            site.refresh(vault=str(site.folder / "vault"))
    assert site.refresh(vault=str(site.folder / "vault"))["skipped"] == 1
    assert instances(site.output) == instances(undisturbed.output)
    for name in TABLES:
        assert len(table(site.output, name)) == len(table(undisturbed.output, name))
    for name in VAULT_COLUMNS:
        counts = [len((one.folder / "vault" / f"{name}.csv").read_text().splitlines()) for one in (site, undisturbed)]
        assert counts[0] == counts[1]
    assert not [path for path in (site.folder / "vault" / "parts").rglob("*") if path.is_file()]


def test_a_superseded_output_is_deleted_though_its_run_was_interrupted(site):
    site.put("a.dcm", 1, 5)
    site.refresh()
    site.put("a.dcm", 2, 6)
    deidentify_here(str(site.folder / "in"), site.output, site.key_file, POLICY, run_id="run-002")
    assert site.thicknesses() == [5, 6]
    site.runs = 2
    assert site.refresh(deletes_removed=False)["removed"] == 1
    assert site.thicknesses() == [6]


def test_an_unrecorded_output_is_deleted_when_its_patient_withdraws(site):
    site.put("a.dcm", 1, 5)
    job = dataclasses.replace(job_of(site.output, site.key_file, POLICY, run_id="run-000"), part="000000")
    begin_run(job, [])
    deidentify_here(str(site.folder / "in"), site.output, site.key_file, POLICY, run_id="run-000")
    [part] = storage_of(site.output).list(f"{site.output}/audit/instances")
    storage_of(site.output).delete(part.uri)
    assert site.thicknesses() == [5]
    pseudonyms = job.key.pseudonyms()
    site.refresh(deletes_removed=False, withdrawn=(frozenset({pseudonyms.patient_ref("p7003")}),))
    assert site.thicknesses() == []


def test_a_withdrawn_patient_is_deleted_though_listed_and_stays_away(site):
    site.put("a.dcm", 1, 5)
    site.put("copy.dcm", 1, 5)
    site.put("b.dcm", 2, 6, "P7004")
    site.refresh()
    pseudonyms = job_of(site.output, site.key_file, POLICY).key.pseudonyms()
    for removed in (1, 0):
        counts = site.refresh(withdrawn=(frozenset({pseudonyms.patient_ref("P7003")}),))
        assert (counts["removed"], counts["skipped"]) == (removed, 2)
        assert site.thicknesses() == [6]


def test_another_key_is_refused_though_only_a_part_of_its_run_is_left(site, tmp_path):
    site.put("a.dcm", 1, 5)
    deidentify_here(str(site.folder / "in"), site.output, site.key_file, POLICY, run_id="run-000")
    job = job_of(site.output, site.key_file, POLICY, run_id="run-001")
    other = dataclasses.replace(job, versions=dataclasses.replace(job.versions, key_id="KEY2"))
    with pytest.raises(KeyMismatchError, match="another key"):
        begin_run(other, [])
    assert unfinished_runs(site.output) == {}
    for part in list(storage_of(site.output).list(f"{site.output}/audit/instances")):
        storage_of(site.output).delete(part.uri)
    begin_run(job, [])
    with pytest.raises(KeyMismatchError, match="another key"):
        begin_run(other, [])


def test_the_plan_of_a_run_is_deleted_at_its_end(site):
    site.put("a.dcm", 1, 5)
    site.refresh()
    assert unfinished_runs(site.output) == {}
    assert read_run_plan(site.output, "run-001").obsolete.num_rows == 0
    assert list(storage_of(site.output).list(f"{site.output}/audit/plans")) == []


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "rename", "copy", "remove", "change", "refresh", "lose"]),
        st.integers(0, 4),
        st.integers(1, 2),
        st.integers(1, 3),
    ),
    min_size=2,
    max_size=10,
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_a_refresh_ends_with_exactly_the_outputs_of_the_listed_sources(tmp_path_factory, key_file, steps):
    site = Site(tmp_path_factory.mktemp("steps") / "site", key_file)
    listed: dict[str, tuple[int, int]] = {}
    counter = 0
    site.put("always.dcm", 9, 9)
    for step, number, uid, thickness in [*steps, ("refresh", 0, 1, 1)]:
        chosen = sorted(listed)[number % len(listed)] if listed else ""
        counter += 1
        if step == "add":
            site.put(f"{counter}.dcm", uid, thickness)
            listed[f"{counter}.dcm"] = (uid, thickness)
        elif step == "refresh":
            site.refresh()
            assert_only_what_is_listed(site, listed)
        elif step == "lose":
            for path in list(instances(site.output))[:number]:
                storage_of(site.output).delete(f"{site.output}/instances{path}")
        elif chosen:
            path = site.folder / "in" / chosen
            if step == "change":
                site.put(chosen, uid, thickness)
                listed[chosen] = (uid, thickness)
                continue
            if step in ("rename", "copy"):
                (site.folder / "in" / f"{counter}.dcm").write_bytes(path.read_bytes())
                listed[f"{counter}.dcm"] = listed[chosen]
            if step in ("rename", "remove"):
                path.unlink()
                del listed[chosen]


def assert_only_what_is_listed(site, listed):
    """One output a listed UID, made of one of the sources that have it; and the audit says so.

    Where sources of one UID differ, none is published, unless an earlier run published one of them.
    """
    published = {}
    for path, data in instances(site.output).items():
        published[path.strip("/")] = int(pydicom.dcmread(io.BytesIO(data)).SliceThickness)
    pseudonyms = job_of(site.output, site.key_file, POLICY).key.pseudonyms()
    named = {path.rpartition("/")[2].removesuffix(".dcm"): thickness for path, thickness in published.items()}
    wanted = {}
    for uid, thickness in [*listed.values(), (9, 9)]:
        wanted.setdefault(pseudonyms.uid(f"1.2.826.0.1.{uid}"), set()).add(thickness)
    assert {uid for uid, contents in wanted.items() if len(contents) == 1} <= named.keys() <= wanted.keys()
    assert all(named[uid] in wanted[uid] for uid in named)
    claims = History(site.output, job_of(site.output, site.key_file, POLICY).versions).claims
    made_of = {pseudonyms.ref(str(site.folder / "in" / name)): thickness for name, (_, thickness) in listed.items()}
    made_of[pseudonyms.ref(str(site.folder / "in" / "always.dcm"))] = 9
    assert set(claims["output"].to_pylist()) == published.keys()
    for ref, output in zip(claims["ref"].to_pylist(), claims["output"].to_pylist(), strict=True):
        assert made_of[ref] == published[output]
