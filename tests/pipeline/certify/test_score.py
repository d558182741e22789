"""The scorer finds each way of being wrong, and nothing in the right output."""

import dataclasses
import shutil
from collections import Counter
from datetime import date, timedelta

import numpy as np
import pydicom
import pytest

from efface.pipeline.certify.codes import CATEGORY, FORMATS
from efface.pipeline.certify.dice import Dice
from efface.pipeline.certify.frames import compare_frames
from efface.pipeline.certify.manifest import Instance
from efface.pipeline.certify.outputs import Output
from efface.pipeline.certify.phrases import Fate
from efface.pipeline.certify.pictures import Lettering, Picture, Subject
from efface.pipeline.certify.score import score_output

CONFIRMING = {"frames can be read", "no box without text", "pixels outside unchanged"}


def rows(score, is_right):
    return Counter((check.group, check.category) for check in score.checks if check.is_right is is_right)


def test_the_right_output_scores_everything(answered):
    assert answered.failures() == []
    assert (answered.published, answered.quarantined, answered.missing, answered.unknown) == (44, 0, 0, 0)
    assert all(share.value == 1 for by in ("category", "carrier", "culture") for share in answered.rows(by).values())


def test_the_input_itself_fails_in_every_identifying_category(untouched):
    identifying = [
        check
        for check in untouched.checks
        if check.group in ("identifiers", "patients")
        or (check.group == "anywhere in the file" and check.category != "files beside the instances")
        or (check.group == "pixels" and check.category.endswith(" filled"))
        or (check.group, check.category) in {("UIDs", "replaced"), ("UIDs", "no original anywhere in the file")}
    ]
    assert len(identifying) > 1500
    assert [check for check in identifying if check.is_right] == []


def test_the_input_itself_keeps_all_that_has_to_stay(untouched):
    kept = [check for check in untouched.checks if check.group == "retained" or check.category.endswith(" kept")]
    assert len(kept) > 300
    assert [check for check in kept if not check.is_right] == []


def test_the_table_counts_what_was_checked(answered):
    table = answered.table("category")
    assert table.startswith("44 published, 0 quarantined, 0 missing, 0 unknown")
    assert "| identifiers: name of the patient |" in table
    assert answered.to_json()["failures"] == []


@pytest.fixture
def broken(planted, tmp_path):
    """Scores the right output after a change to one of its files: `broken(kind, change)`."""
    folder, manifest = planted
    output = tmp_path / "out"
    shutil.copytree(folder / "answer", output)

    def score(kind, change):
        instance = next(one for one in manifest.instances if one.kind == kind)
        for path in output.rglob("*.dcm"):
            dataset = pydicom.dcmread(path)
            if dataset.InstanceNumber == instance.number:
                change(dataset, instance)
                dataset.save_as(path)
        return score_output(manifest, folder / "in", output)

    return score


def wrong(score):
    return {f"{check.group}: {check.category}" for check in score.failures()}


def test_a_name_that_was_planted_nowhere_is_found_anywhere(broken):
    def leak(dataset, instance):
        dataset.InstitutionalDepartmentName = f"ward of {instance.identity[0].upper()}"

    assert "anywhere in the file: identifiers of the header" in wrong(broken("MR", leak))


def test_a_name_in_the_values_of_pixels_is_found(broken):
    def leak(dataset, instance):
        pixels = bytearray(dataset.PixelData)
        name = next(text for text in instance.identity if len(text) > 5).encode()
        pixels[400 : 400 + len(name)] = name
        dataset.PixelData = bytes(pixels)

    assert "anywhere in the file: identifiers of the header" in wrong(broken("NM", leak))


def test_a_planted_text_that_came_back_is_found_at_its_place(broken):
    def leak(dataset, instance):
        plant = next(one for one in instance.plants if one.path == "00080080")
        dataset.InstitutionName = plant.text

    assert wrong(broken("SC", leak)) == {"identifiers: hospital"}


def test_a_date_by_another_offset_is_found(broken):
    def move(dataset, _):
        day = date.fromisoformat(dataset.SeriesDate) + timedelta(days=1)
        dataset.SeriesDate = f"{day:%Y%m%d}"

    assert wrong(broken("CT", move)) == {"dates: date attribute: moved by the offset of the patient"}


def test_an_original_date_is_found(broken):
    def keep(dataset, instance):
        dataset.StudyDate = next(one.text for one in instance.plants if one.path == "00080020")

    found = wrong(broken("CT", keep))
    assert found == {"identifiers: date attribute", "dates: date attribute: moved by the offset of the patient"}


def test_a_removed_date_is_right(broken):
    def remove(dataset, _):
        dataset.StudyDate = ""

    assert wrong(broken("CT", remove)) == set()


def test_a_uid_of_its_own_is_found(broken):
    def change(dataset, _):
        dataset.StudyInstanceUID += ".1"

    assert "UIDs: the same everywhere" in wrong(broken("DX", change))


def test_a_reference_to_nothing_is_found(broken):
    def change(dataset, _):
        dataset.ReferencedSeriesSequence[0].ReferencedImageSequence[0].ReferencedSOPInstanceUID = "2.25.5"

    assert "UIDs: references resolve" in wrong(broken("Presentation State", change))


def test_a_patient_of_two_names_is_found(broken):
    def change(dataset, _):
        dataset.PatientID = "OTHER"

    assert wrong(broken("ECG", change)) == {"patients: one new Patient ID each"}


def test_lost_words_and_numbers_are_found(broken):
    def lose(dataset, _):
        dataset.SeriesDescription = ""
        dataset.EchoTime = 1

    assert wrong(broken("MR", lose)) == {"retained: descriptor", "retained: technique"}


def test_a_number_written_in_another_way_is_the_same(broken):
    def write(dataset, _):
        dataset.EchoTime = f"{float(dataset.EchoTime):.3f}"

    assert wrong(broken("MR", write)) == set()


def test_an_output_that_is_not_there_is_missing_or_held_back(planted, tmp_path):
    folder, manifest = planted
    (tmp_path / "empty").mkdir()
    held = [instance.file for instance in manifest.instances[:3]]
    score = score_output(manifest, folder / "in", tmp_path / "empty", held)
    assert (score.published, score.quarantined, score.missing) == (0, 3, 41)
    assert score.checks == ()


def test_a_file_beside_the_instances_that_names_a_patient_is_found(planted, tmp_path):
    folder, manifest = planted
    shutil.copytree(folder / "answer", tmp_path / "out")
    (tmp_path / "out" / "log.txt").write_text(f"done: {manifest.instances[0].identity[0].lower()}")
    assert wrong(score_output(manifest, folder / "in", tmp_path / "out")) == {
        "anywhere in the file: files beside the instances"
    }


@pytest.fixture(scope="session")
def shown(planted):
    """An instance with lines of both fates, and its frames before and after."""
    folder, manifest = planted
    for instance in manifest.instances:
        if not instance.is_lossy and {line.fate for line in instance.lines} == {Fate.GO, Fate.STAY}:
            original = Output.read(instance.file, (folder / "in" / instance.file).read_bytes()).frames
            right = original.copy()
            for line in instance.lines:
                if line.fate is Fate.GO:
                    left, top, right_side, bottom = line.box
                    right[list(line.frames), top:bottom, left:right_side] = 0
            return instance, original, right
    raise AssertionError("no picture has both")


def failing(instance, original, pixels, read=None):
    return {check.category for check in compare_frames(instance, original, pixels, read) if not check.is_right}


def test_frames_with_filled_boxes_are_right(shown):
    assert failing(*shown) == set()


def test_half_a_box_is_not_filled(shown):
    instance, original, right = shown
    line = next(line for line in instance.lines if line.fate is Fate.GO)
    pixels, middle = right.copy(), (line.box[0] + line.box[2]) // 2
    window = np.s_[list(line.frames), line.box[1] : line.box[3], middle : line.box[2]]
    pixels[window] = original[window]
    assert failing(instance, original, pixels) == {f"{line.category} filled"}


def test_a_filled_clinical_line_is_not_kept(shown):
    instance, original, right = shown
    line = next(line for line in instance.lines if line.fate is Fate.STAY)
    pixels = right.copy()
    pixels[list(line.frames), line.box[1] : line.box[3], line.box[0] : line.box[2]] = 0
    assert failing(instance, original, pixels) == {"clinical text kept"}


def test_one_changed_pixel_outside_is_found(shown):
    instance, original, right = shown
    pixels = right.copy()
    boxes = [line.box for line in instance.lines]
    rows, columns = pixels.shape[1:3]
    away = next(
        (row, column)
        for row in range(0, rows, 5)
        for column in range(0, columns, 5)
        if all(abs(row - box[1]) > 200 or abs(column - box[0]) > 400 for box in boxes)
        or all(row + 70 < box[1] or row - 70 > box[3] for box in boxes)
    )
    pixels[0][away] = pixels[0][away] ^ 1
    assert failing(instance, original, pixels) == {"pixels outside unchanged"}


def test_a_box_where_nothing_is_written_is_a_false_box():
    picture = Picture.of(np.arange(60 * 80, dtype=np.uint16).reshape(1, 60, 80), 0, 4799)
    pixels = picture.pixels.copy()
    pixels[0, 10:20, 10:30] = 0
    assert failing(instance_with(picture), picture.pixels, pixels) == {"no box without text"}


def test_a_label_in_front_of_a_value_may_stay():
    instance, original, pixels = lined("DOB 04.12.1957", ("04.12.1957",))
    [line] = instance.lines
    left, top, right, bottom = line.secret_box
    assert line.box[0] < left < (line.box[0] + right) / 2
    pixels[:, top:bottom, left:right] = 0
    assert failing(instance, original, pixels) == set()
    pixels[:, top:bottom, (left + right) // 2 : right] = original[:, top:bottom, (left + right) // 2 : right]
    assert failing(instance, original, pixels) == {"number filled"}


@pytest.mark.parametrize("angle", [0, 90, 180, 270])
def test_the_part_that_gives_a_line_away_is_at_its_end(angle):
    instance, original, _ = lined("ACC C4471902", ("C4471902",), angle=angle)
    [line] = instance.lines
    left, top, right, bottom = line.secret_box
    free = original.copy()
    free[:, top:bottom, left:right] = 0
    before, after = line.box, line.secret_box
    ends = {0: before[2] == after[2], 90: before[1] == after[1], 180: before[0] == after[0], 270: before[3] == after[3]}
    assert ends[angle]
    assert (right - left) * (bottom - top) < (before[2] - before[0]) * (before[3] - before[1])


def lined(text, needles, angle=0.0):
    """An instance with one line, its frames, and a copy of them."""
    picture = Picture.of(np.full((1, 400, 400), 20, np.uint8), 0, 255)
    about = Subject(needles, "number", "", "Latin", Fate.GO)
    assert picture.write(text, Lettering(20, 0.9, angle, "plain", is_in_margin=False), about, [0], Dice(1, "line"))
    return instance_with(picture), picture.pixels, picture.pixels.copy()


def instance_with(picture):
    return Instance("a.dcm", "", "", "", "CT", 1, 1, "", "", False, (), (), (), tuple(picture.lines))


@pytest.mark.parametrize("format_", FORMATS)
def test_a_code_that_still_decodes_is_not_filled(format_):
    picture = Picture.of(np.full((1, 400, 600), 20, np.uint8), 0, 255)
    about = Subject(("PLNT770143",), CATEGORY, "", "Latin", Fate.GO)
    assert picture.stamp_code("PLNT770143", format_, 2, about, Dice(2, "code"))
    instance, pixels = instance_with(picture), picture.pixels.copy()
    assert failing(instance, picture.pixels, pixels) == {"bar code filled"}
    [line] = instance.lines
    left, top, right, bottom = line.box
    pixels[:, top:bottom, left:right] = 0
    assert failing(instance, picture.pixels, pixels) == set()


def test_what_an_engine_still_reads_is_a_leak_whatever_the_pixels_say(shown):
    instance, original, right = shown
    line = next(line for line in instance.lines if line.fate is Fate.GO)
    assert f"{line.category} filled" in failing(instance, original, right, lambda frame: [line.needles[0].lower()])
    assert failing(instance, original, right, lambda frame: ["nothing of it"]) == set()


def test_frames_that_cannot_be_read_are_wrong(broken):
    def cut(dataset, _):
        dataset.PixelData = dataset.PixelData[:-100]

    assert "pixels: frames can be read" in wrong(broken("PET", cut))


def test_outputs_are_found_without_their_number(planted, tmp_path):
    """By technical values alone, as far as these tell instances apart."""
    folder, manifest = planted
    output = tmp_path / "out"
    shutil.copytree(folder / "in", output)
    for path in output.rglob("*.dcm"):
        dataset = pydicom.dcmread(path)
        dataset.InstanceNumber = 1
        dataset.save_as(path)
    score = score_output(manifest, folder / "in", output)
    assert score.published == len(manifest.instances)
    assert score.unknown == 0


def test_a_check_says_what_stands_there(untouched):
    check = next(check for check in untouched.failures() if check.path == "00100010")
    assert dataclasses.asdict(check)["detail"]
    assert (check.category, check.carrier, check.depth) == ("name of the patient", "PN", 0)
