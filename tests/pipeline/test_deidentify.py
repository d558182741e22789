import dataclasses
import hashlib
import io
import itertools
from collections import Counter
from datetime import UTC, datetime

import apache_beam as beam
import numpy as np
import pandas as pd
import pyarrow as pa
import pydicom
import pytest
from apache_beam.pipeline import PipelineVisitor
from apache_beam.testing.util import assert_that, equal_to
from apache_beam.typehints import typehints

from efface.pipeline.deidentify import Deidentify
from efface.pipeline.demo.data import planted_identifiers, write_demo_data
from efface.pipeline.job import new_job
from efface.pipeline.policy import load_policy, parse_policy
from efface.runners.finalize import Totals, finalize_run
from efface.runners.refresh_plan import RefreshPlan
from efface.transforms.audit.run_plan import RANKS, RunPlan, write_run_plan
from efface.transforms.core.errors import Failure
from efface.transforms.core.instance import Source
from efface.transforms.core.meters import ENDED
from efface.transforms.core.pseudonyms import Pseudonyms
from efface.transforms.core.published import Published
from efface.transforms.storage import storage_of
from efface.transforms.storage.key_source import KeySource
from support.runs import QUICK, all_bytes, assemble, deidentify_here, instances, job_of, quick_policy, table
from support.samples import SAMPLES, sample
from support.steps import graph


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The demonstration data, de-identified with real engines: (source folder, output folder, vault folder, key file)."""
    root = tmp_path_factory.mktemp("demo")
    key_file = root / "key"
    key_file.write_text("00112233445566778899aabbccddeeff" * 2)
    write_demo_data(root / "in")
    policy, _ = load_policy("basic").resolve()
    deidentify_here(str(root / "in"), str(root / "out"), key_file, policy, vault=str(root / "vault"))
    return root / "in", root / "out", root / "vault", key_file


def test_run_ids_sort_in_the_order_in_which_the_runs_began(tmp_path):
    (tmp_path / "key").write_text("00112233445566778899aabbccddeeff" * 2)
    prepared, key = load_policy("basic").resolve(), KeySource(str(tmp_path / "key"))
    run_ids = [new_job(prepared, key, str(tmp_path)).run_id for _ in range(20)]
    assert run_ids == sorted(set(run_ids)), "a run would take another of the same second for one that is still to come"


def forms(identifier):
    """The encodings in which a value could stand in a file."""
    spellings = {identifier, identifier.upper(), identifier.lower(), identifier.replace("^", " ")}
    return {spelling.encode(encoding, "ignore") for spelling in spellings for encoding in ("utf-8", "latin-1", "utf-16-le")}


def test_no_planted_identifier_is_in_any_byte_of_the_output(demo):
    source, output, _, _ = demo
    written, was = all_bytes(output), all_bytes(source)
    assert len(planted_identifiers()) > 15
    for identifier in planted_identifiers():
        assert any(form in was for form in forms(identifier)), "the test would prove nothing"
        for form in forms(identifier):
            assert form not in written


def test_every_source_is_accounted_for_once(demo):
    source, output, _, key_file = demo
    refs = Counter(row["ref"] for name in ("instances", "failures") for row in table(output, name))
    pseudonyms = Pseudonyms(bytes.fromhex(key_file.read_text()))
    assert refs == Counter(pseudonyms.ref(str(path)) for path in source.rglob("*") if path.is_file())
    assert Counter(row["code"] for row in table(output, "failures")) == {"structure": 1, "not_dicom": 1}


def test_no_name_can_be_read_on_the_published_frames(demo):
    """The engine itself reads the outputs, and finds none of the words that it can read on the sources."""
    from efface.transforms.ocr.base import OcrSettings
    from efface.transforms.ocr.registry import load_detector

    source, output, _, _ = demo
    detector = load_detector(OcrSettings(engine="rapidocr"))

    def words(folder):
        read = set()
        for path in folder.rglob("*.dcm"):
            dataset = pydicom.dcmread(path, force=True)
            if "PixelData" not in dataset or path.name == "cut_off.dcm":
                continue
            pixels = np.asarray(dataset.pixel_array, dtype=np.float32).reshape(
                -1, dataset.Rows, dataset.Columns, dataset.SamplesPerPixel
            )
            for frame in pixels:
                grey = frame.max(axis=2)
                scaled = (255 * (grey - grey.min()) / max(1.0, np.ptp(grey))).astype(np.uint8)
                read |= {
                    word
                    for line in detector.detect([scaled], rendering="test")[0]
                    for word in line.text.upper().replace(",", " ").split()
                }
        return read

    planted = {
        part.upper() for identifier in planted_identifiers() for part in identifier.replace(",", " ").split() if len(part) > 4
    }
    assert len(planted & words(source)) > 4
    assert not planted & words(output / "instances")


def test_what_identifies_nobody_stays(demo):
    _, output, _, _ = demo
    kept = Counter(row["reason"] for row in table(output, "findings") if row["verdict"] == "keep")
    assert kept["marker"] >= 1
    assert kept["lexicon"] >= 3
    assert all(row["reason"] for row in table(output, "findings"))


def test_outputs_are_valid_and_say_what_was_done(demo):
    _, output, _, _ = demo
    published = instances(str(output))
    assert len(published) == 11
    for data in published.values():
        dataset = pydicom.dcmread(io.BytesIO(data))
        assert dataset.PatientIdentityRemoved == "YES"
        assert dataset.DeidentificationMethodCodeSequence[0].CodeValue == "113100"
        assert data[:128] == bytes(128)
        if "PixelData" in dataset:
            assert dataset.pixel_array.size


def test_the_vault_leads_back_and_nothing_else_does(demo):
    source, output, vault, _ = demo
    assemble(vault, output)
    assemble(vault, output)
    listed = pd.read_csv(vault / "instances.csv")
    assert len(listed) == 11
    assert set(listed["source"]) <= {str(path) for path in source.rglob("*")}
    assert {"uids.csv", "patients.csv", "refs.csv", "instances.csv"} <= {path.name for path in vault.iterdir()}
    assert set(pd.read_csv(vault / "patients.csv")["old_id"]) == {"QX-48151623", "QX-57720981", "QX-60093347"}


def test_the_audit_reads_with_pandas_and_duckdb(demo):
    import duckdb

    _, output, _, _ = demo
    frame = pd.read_parquet(output / "audit" / "instances")
    assert set(frame["run"]) == {"run-1"}
    counted = duckdb.sql(f"select count(*), count(distinct run) from '{output}/audit/instances/*/*.parquet'").fetchall()
    assert counted == [(11, 1)]


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Every sample file of pydicom, good and bad, and some that are no DICOM."""
    folder = tmp_path_factory.mktemp("many")
    for name, path in SAMPLES.items():
        if path.stat().st_size < 2_000_000:
            (folder / name).write_bytes(path.read_bytes())
    (folder / "empty.dcm").write_bytes(b"")
    (folder / "text").write_bytes(b"hello")
    (folder / "cut").write_bytes(sample("CT_small.dcm")[:-100])
    return folder


def test_bad_input_stops_nothing_and_is_reported_once(many, tmp_path, key_file):
    before = ENDED.total()
    deidentify_here(str(many), str(tmp_path), key_file, quick_policy())
    assert ENDED.total() - before == len(list(many.iterdir()))
    reported = Counter(row["ref"] for name in ("instances", "failures") for row in table(tmp_path, name))
    assert len(reported) == len(list(many.iterdir()))
    assert set(reported.values()) == {1}
    codes = Counter(row["code"] for row in table(tmp_path, "failures"))
    known = {
        "face",
        "structure",
        "not_dicom",
        "instance_identity",
        "sop_class",
        "pixel_facts",
        "frame_decode",
        "output_conflict",
    }
    assert set(codes) <= known | {"dicomdir", "patient_identity", "carrier", "transfer_syntax", "residual_identifier"}
    assert len(table(tmp_path, "instances")) > 60


def test_the_same_input_gives_the_same_bytes_in_any_order_and_place(many, tmp_path, key_file, bucket):
    names = ["CT_small.dcm", "rtplan.dcm", "MR_small_RLE.dcm", "SC_rgb_jpeg_dcmtk.dcm", "liver_1frame.dcm"]
    outputs = [str(tmp_path / "one"), str(tmp_path / "two"), f"{bucket}/out"]
    for place, output in enumerate(outputs):
        folder = tmp_path / f"in{place}"
        folder.mkdir()
        for name in names if place else reversed(names):
            (folder / name).write_bytes(sample(name))
        deidentify_here(str(folder), output, key_file, quick_policy())
    published = [instances(output) for output in outputs]
    assert len(published[0]) == len(names)
    assert published[0] == published[1] == published[2]


def test_another_key_gives_other_names(tmp_path, key_file):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "x").write_bytes(sample("CT_small.dcm"))
    other = tmp_path / "other"
    other.write_text("ff" * 32)
    deidentify_here(str(folder), str(tmp_path / "one"), key_file, quick_policy())
    deidentify_here(str(folder), str(tmp_path / "two"), other, quick_policy())
    [one], [two] = instances(str(tmp_path / "one")), instances(str(tmp_path / "two"))
    assert not set(one.strip("/").split("/")) & set(two.strip("/").split("/"))


@pytest.mark.parametrize("orders", list(itertools.permutations("abc")), ids="".join)
@pytest.mark.parametrize("newest", ["", "ab", "c"])
def test_of_two_sources_with_one_uid_the_same_one_is_published_in_any_order(tmp_path, key_file, one_uid, orders, newest):
    output, vault = str(tmp_path / "out"), str(tmp_path / "vault")
    policy = dataclasses.replace(quick_policy(), on_conflict="newest" if newest else "quarantine")
    job, totals = job_of(output, key_file, policy, vault), Totals(listed=3)
    refs = {name: job.key.pseudonyms().ref(next(storage_of(output).list(str(one_uid / name))).uri) for name in "abc"}
    ranks = pa.Table.from_pylist([{"ref": refs[name], "rank": int(name in newest)} for name in "abc"], RANKS)
    write_run_plan(output, job.run_id, "KEY", RunPlan(ranks=ranks))
    for name in orders:
        deidentify_here(str(one_uid / name), output, key_file, policy, vault=vault, part=name)
        totals.add_part(dataclasses.replace(job, part=name), name, 1)
    run = finalize_run(job, RefreshPlan(), totals, datetime.now(UTC))

    published, failed = table(output, "instances"), table(output, "failures")
    assert {row["ref"] for row in published} == {refs[name] for name in newest}
    assert {row["ref"] for row in failed} == {refs[name] for name in "abc" if name not in newest}
    assert {row["code"] for row in failed} == {"superseded" if newest else "output_conflict"}
    digests = {hashlib.sha256(data).hexdigest() for data in instances(output).values()}
    assert digests == {row["output_sha256"] for row in published}
    assert run["counts"]["published"] + run["counts"]["unchanged"] == len(published)
    assert run["counts"]["skipped" if newest else "quarantined"] == len(failed)
    assert {row["ref"] for row in table(output, "attributes")} == {row["ref"] for row in published}
    assert len(pd.read_csv(vault + "/instances.csv")) == len(published)
    assert not list(storage_of(output).list(f"{output}/audit/contested"))


def test_what_an_earlier_run_published_stays(tmp_path, key_file, one_uid):
    for name in "abc":
        output = str(tmp_path / f"first-{name}")
        deidentify_here(str(one_uid / name), output, key_file, quick_policy(), run_id="run-0")
        before = instances(output)
        deidentify_here(str(one_uid), output, key_file, quick_policy())
        assert instances(output) == before


@pytest.fixture(scope="module")
def one_uid(tmp_path_factory):
    """Three sources with one SOP Instance UID; the first two are the same instance."""
    folder = tmp_path_factory.mktemp("one_uid")
    (folder / "a").write_bytes(sample("CT_small.dcm"))
    (folder / "b").write_bytes(sample("CT_small.dcm"))
    changed = pydicom.dcmread(io.BytesIO(sample("CT_small.dcm")))
    changed.SliceThickness = 9
    changed.save_as(folder / "c")
    return folder


def one_by_one(folder, tmp_path, key_file):
    for path in folder.iterdir():
        deidentify_here(str(path), str(tmp_path / f"alone-{path.name}"), key_file, quick_policy())
        yield from instances(str(tmp_path / f"alone-{path.name}")).values()


def test_pixels_may_be_left_alone_and_then_nobody_claims_otherwise(tmp_path, key_file):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "x").write_bytes(sample("CT_small.dcm"))
    deidentify_here(str(folder), str(tmp_path / "out"), key_file, dataclasses.replace(quick_policy(), cleans_pixels=False))
    [data] = instances(str(tmp_path / "out")).values()
    dataset = pydicom.dcmread(io.BytesIO(data))
    assert dataset.get("BurnedInAnnotation") != "NO"
    assert "113101" not in {item.CodeValue for item in dataset.DeidentificationMethodCodeSequence}
    assert dataset.PixelData == pydicom.dcmread(io.BytesIO(sample("CT_small.dcm"))).PixelData


def test_no_engine_is_loaded_where_the_pixels_are_left_alone(tmp_path, key_file):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ct.dcm").write_bytes(sample("CT_small.dcm"))
    missing = dataclasses.replace(QUICK, engine="easyocr", weights=str(tmp_path / "nowhere"), device="cpu")
    policy = dataclasses.replace(parse_policy("pixels: none"), ocr=missing)
    deidentify_here(str(tmp_path / "in"), str(tmp_path / "out"), key_file, policy)
    assert len(instances(str(tmp_path / "out"))) == 1
    assert [row["tiles"] for row in table(str(tmp_path / "out"), "instances")] == [0]


def test_a_name_model_reads_free_text_after_the_rules(tmp_path, key_file, name_model):
    """With pixels left alone: the model is for the header as well."""
    dataset = pydicom.dcmread(io.BytesIO(sample("CT_small.dcm")))
    dataset.StudyDescription = "left kidney okafor supine"
    (tmp_path / "in").mkdir()
    dataset.save_as(tmp_path / "in" / "ct.dcm")
    for name, model, kept in (("without", "null", "okafor"), ("with", f"{{folder: {name_model}}}", "")):
        policy = parse_policy(
            f"{{metadata: {{options: [clean_descriptors], free_text: rules}}, pixels: none, text: {{model: {model}}}}}"
        )
        policy = policy.resolve()[0]
        deidentify_here(str(tmp_path / "in"), str(tmp_path / name), key_file, policy)
        [data] = instances(str(tmp_path / name)).values()
        assert pydicom.dcmread(io.BytesIO(data)).StudyDescription.split() == ["left", "kidney", *kept.split(), "supine"]


@pytest.mark.parametrize("device", ["cpu", "cuda"])
@pytest.mark.parametrize(("series", "cleans_pixels"), [("alone", True), ("agree", True), ("alone", False)])
def test_every_output_of_the_graph_has_a_type(key_file, device, series, cleans_pixels):
    ocr = dataclasses.replace(QUICK, device=device, series=series)
    policy = dataclasses.replace(quick_policy(), ocr=ocr, cleans_pixels=cleans_pixels)
    pipeline = beam.Pipeline(runner="FnApiRunner")
    sources = pipeline | beam.Create([Source("/in/1", 1, "1")]).with_output_types(Source)
    outputs = sources | "De-identify" >> Deidentify(policy, job_of("/out", key_file, policy, "/vault"))
    types = (outputs.published, outputs.failed, outputs.written)
    assert [output.element_type for output in types] == [Published, Failure, str]
    seen = {}

    class Walk(PipelineVisitor):
        def enter_composite_transform(self, transform_node):
            self.visit_transform(transform_node)

        def visit_transform(self, transform_node):
            for tag, output in transform_node.outputs.items():
                seen[transform_node.full_label, tag] = output.element_type

    pipeline.visit(Walk())
    assert {tag for _, tag in seen} >= {"passed", "failed"} | ({"tiles"} if cleans_pixels else set())
    assert not [label for label, element_type in seen.items() if element_type == typehints.Any]
    # The cells of a table's rows are of any type; nothing else is.
    inside = {label[0] for label, element_type in seen.items() if "Any" in repr(element_type)}
    assert {"/".join(label.split("/")[:2]) for label in inside} <= {"De-identify/Write audit", "De-identify/Write vault"}
    grouped = {label: element_type for (label, _), element_type in seen.items() if label.endswith(("/GroupByKey", "/Group"))}
    keys = {element_type.tuple_types[0] for label, element_type in grouped.items() if "Reshuffle" not in label}
    assert keys == {str}


def test_two_in_one_pipeline_do_what_each_does_alone(tmp_path, key_file):
    runs = {}
    for name, files, policy in (
        ("one", ("CT_small.dcm", "rtplan.dcm"), quick_policy()),
        ("two", ("CT_small.dcm", "MR_small_RLE.dcm"), dataclasses.replace(quick_policy(), cleans_pixels=False)),
    ):
        (tmp_path / name).mkdir()
        for file in files:
            (tmp_path / name / file).write_bytes(sample(file))
        (tmp_path / name / "text").write_bytes(b"hello")
        runs[name] = (list(storage_of(str(tmp_path)).list(str(tmp_path / name))), policy)
        deidentify_here(str(tmp_path / name), str(tmp_path / f"{name}-alone"), key_file, policy)
    with graph() as pipeline:
        for name, (listed, policy) in runs.items():
            job = job_of(str(tmp_path / f"{name}-together"), key_file, policy)
            sources = pipeline | f"List {name}" >> beam.Create(listed).with_output_types(Source)
            outputs = sources | f"De-identify {name}" >> Deidentify(policy, job)
            published = outputs.published | f"Count {name}" >> beam.combiners.Count.Globally()
            assert_that(published, equal_to([2]), label=f"Published by {name}")
            codes = outputs.failed | f"Codes of {name}" >> beam.Map(lambda failure: failure.code)
            assert_that(codes, equal_to(["not_dicom"]), label=f"Failed in {name}")

    for name in runs:
        alone, together = (str(tmp_path / f"{name}-{how}") for how in ("alone", "together"))
        assert len(instances(alone)) == 2
        assert instances(together) == instances(alone)
        for kind in ("instances", "findings", "attributes", "failures"):
            assert timeless(table(together, kind)) == timeless(table(alone, kind))


def timeless(rows):
    """Rows in no order and without what they took."""
    return sorted(repr({name: value for name, value in row.items() if not name.endswith("_msec")}) for row in rows)
