"""Values that a policy gives attributes, and dates of which a month or a year stays."""

import datetime
import io
from typing import Any

import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from efface.pipeline.policy import Policy, PolicyError, parse_policy
from efface.transforms.core.dates import truncate_date, truncate_datetime
from efface.transforms.core.errors import UnmappedPatientError
from efface.transforms.dicom.configuration import configure
from efface.transforms.dicom.parse import read_dataset
from efface.transforms.metadata.header_identifiers import header_identifiers
from efface.transforms.metadata.residuals import find_residuals
from efface.transforms.metadata.walk import scrub_dataset
from support.corpus import minimal, pseudonyms, saved

TABLE = "old_id;new_id;offset_days;site;arm;subject\nPLNT-770143;SUBJ-01;-70;03;B;0007\nOTHER;SUBJ-02;;;;\n"


def instance(**attributes: Any) -> Dataset:
    dataset = minimal()
    dataset.PatientBirthDate, dataset.StudyDate, dataset.StudyTime = "19570412", "20190604", "101500"
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    return dataset


def scrubbed(dataset: Dataset, policy: Policy) -> Dataset:
    """The data set as it would be written; nothing of its header is left in it."""
    configure()
    read = read_dataset(io.BytesIO(saved(dataset)))
    identifiers = header_identifiers(read)
    scrub_dataset(read, policy.profile, pseudonyms(), pixels_cleaned=False)
    written = pydicom.dcmread(io.BytesIO(saved(read)))
    assert find_residuals(written, identifiers, policy.profile) == ()
    return written


def with_overrides(*overrides: str, options: str = "[]", patients: str = "null", more: str = "") -> Policy:
    listed = ", ".join(f"{{{one}, reason: r}}" for one in overrides)
    return parse_policy(f"metadata: {{options: {options}, patients: {patients}, overrides: [{listed}]{more}}}")


@pytest.fixture
def table(tmp_path) -> str:
    (tmp_path / "patients.csv").write_text(TABLE, encoding="utf-8-sig")
    return str(tmp_path / "patients.csv")


def test_a_value_is_put_wherever_the_attribute_stands_and_where_it_lacks() -> None:
    inner = Dataset()
    inner.RequestedProcedureDescription = "knee of Plantagenet"
    dataset = instance(StudyDescription="Plantagenet", RequestAttributesSequence=Sequence([inner]))
    out = scrubbed(
        dataset,
        with_overrides(
            "tag: '00081030', action: R, value: Knee study",
            "tag: '00321060', action: R, value: KNEE",
            "tag: '00120020', action: R, value: 'TRIAL-7'",
            "tag: '00400275', action: K",
        ),
    )
    assert (out.StudyDescription, out.ClinicalTrialProtocolID) == ("Knee study", "TRIAL-7")
    assert out.RequestAttributesSequence[0].RequestedProcedureDescription == "KNEE"
    assert out.RequestedProcedureDescription == "KNEE"  # One was missing at the first level.


def test_columns_of_the_table_give_clinical_trial_attributes(table: str) -> None:
    policy = with_overrides(
        "tag: '00120030', action: R, column: site",
        "tag: '00120040', action: R, column: Subject",
        "tag: '00120071', action: R, column: arm",
        patients=table,
    )
    out = scrubbed(instance(ClinicalTrialSubjectID="REAL-9912"), policy)
    assert (out.PatientID, out.ClinicalTrialSiteID, out.ClinicalTrialSubjectID) == ("SUBJ-01", "03", "0007")
    assert out.ClinicalTrialSeriesID == "B"
    for patient in ("OTHER", "NOBODY"):  # With empty cells, and not in the table at all.
        out = scrubbed(instance(PatientID=patient, ClinicalTrialSubjectID="REAL-9912"), policy)
        assert "ClinicalTrialSiteID" not in out
        assert out.get("ClinicalTrialSubjectID") in (None, "", "REMOVED")


def test_another_patient_id_in_an_item_is_mapped_by_the_table_too(table: str) -> None:
    item = Dataset()
    item.PatientID, item.TypeOfPatientID = "OTHER", "TEXT"
    policy = with_overrides("tag: '00101002', action: K", patients=table)
    assert (
        scrubbed(instance(OtherPatientIDsSequence=Sequence([item])), policy).OtherPatientIDsSequence[0].PatientID == "SUBJ-02"
    )


def test_a_column_with_the_original_is_a_residual(table: str, tmp_path) -> None:
    (tmp_path / "patients.csv").write_text("old_id,new_id,subject\nPLNT-770143,S1,PLNT-770143\n")
    policy = with_overrides("tag: '00120040', action: R, column: subject", patients=table)
    with pytest.raises(AssertionError):
        scrubbed(instance(), policy)


def test_a_value_for_everybody_may_be_what_stands_there_already() -> None:
    policy = with_overrides("tag: '00120031', action: R, value: Wexcombe Royal Infirmary")
    assert scrubbed(instance(InstitutionName="Wexcombe Royal Infirmary"), policy).ClinicalTrialSiteName


def test_patients_who_are_not_in_the_table_go_to_quarantine_where_the_policy_says_so(table: str) -> None:
    policy = with_overrides(patients=f"{{table: '{table}', others: quarantine}}")
    assert scrubbed(instance(), policy).PatientID == "SUBJ-01"
    with pytest.raises(UnmappedPatientError):
        scrubbed(instance(PatientID="NOBODY"), policy)
    with pytest.raises(UnmappedPatientError):
        scrubbed(instance(PatientID=""), policy)


@pytest.mark.parametrize(
    ("born", "examined", "age", "year"),
    [
        ("19570412", "20190604", "062Y", "19570101"),
        ("19570604", "20190604", "062Y", "19570101"),
        ("19570605", "20190604", "061Y", "19570101"),
        ("19290605", "20190604", "089Y", "19290101"),
        ("19290604", "20190604", "090Y", ""),
        ("18950101", "20190604", "090Y", ""),
        ("20190604", "20190604", "000D", "20190101"),
        ("20190508", "20190604", "027D", "20190101"),
        ("20180101", "20190604", "017M", "20180101"),
        ("20170605", "20190604", "023M", "20170101"),
        ("20170604", "20190604", "002Y", "20170101"),
        ("20200101", "20190604", "", ""),
        ("", "20190604", "", ""),
        ("19570412", "", "", ""),
    ],
)
def test_the_age_and_the_year_of_birth_are_derived_and_capped(born: str, examined: str, age: str, year: str) -> None:
    policy = with_overrides("tag: '00101010', action: R, derive: age", "tag: '00100030', action: R, derive: year")
    out = scrubbed(instance(PatientBirthDate=born, StudyDate=examined), policy)
    assert (out.get("PatientAge") or "", out.PatientBirthDate) == (age, year)


def test_an_age_in_the_header_counts_where_none_can_be_derived() -> None:
    policy = with_overrides("tag: '00101010', action: R, derive: age")
    assert scrubbed(instance(PatientBirthDate="", PatientAge="095Y"), policy).PatientAge == "090Y"
    assert scrubbed(instance(PatientBirthDate="", PatientAge="041Y"), policy).PatientAge == "041Y"


def test_dates_lose_their_day_or_month_everywhere(table: str) -> None:
    item = Dataset()
    item.add_new(0x00181078, "DT", "20190604101500.000000+0200")
    attributes = {
        "StudyDescription": "Knee 2019-06-04, control",
        "AcquisitionDateTime": "20190604101500+0200",
        "ContentDate": "20190605",
        "RadiopharmaceuticalInformationSequence": Sequence([item]),
    }
    for precision, day, moment in (("year", "20190101", "2019"), ("month", "20190601", "201906")):
        policy = parse_policy(
            f"{{extends: tcia, metadata: {{date_precision: {precision}, options: {{remove: [retain_long_modified_dates], "
            "add: [retain_long_full_dates]}}}"
        )
        out = scrubbed(instance(**attributes), policy)
        assert (out.StudyDate, out.ContentDate, out.AcquisitionDateTime, out.StudyTime) == (day, day, moment, "101500")
        assert out.RadiopharmaceuticalInformationSequence[0].RadiopharmaceuticalStartDateTime == moment
        assert "0604" not in out.StudyDescription.replace("-", "")
        assert "Knee" in out.StudyDescription
        assert out.LongitudinalTemporalInformationModified == "MODIFIED"
        codes = {code.CodeValue for code in out.DeidentificationMethodCodeSequence}
        assert "113107" in codes
        assert "113106" not in codes
    moved = scrubbed(
        instance(**attributes), parse_policy(f"{{extends: tcia, metadata: {{date_precision: month, patients: {table}}}}}")
    )
    assert (moved.StudyDate, moved.AcquisitionDateTime) == ("20190301", "201903")


@given(st.dates(datetime.date(1900, 1, 1)), st.sampled_from(["day", "month", "year"]))
def test_a_truncated_date_is_valid_and_says_no_more(day: datetime.date, precision: str) -> None:
    text = f"{day:%Y%m%d}"
    letters = {"day": 8, "month": 6, "year": 4}[precision]
    truncated = truncate_date(text, precision)
    assert truncated[:letters] == text[:letters]
    assert truncated[letters:] == "0101"[letters - 4 :]
    datetime.datetime.strptime(truncated, "%Y%m%d")
    moment = truncate_datetime(f"{text}101500.123456+0100", precision)
    assert moment == (f"{text}101500.123456+0100" if precision == "day" else text[:letters])


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("tag: '00081030', action: R", "the action R needs one of value, column and derive"),
        ("tag: '00081030', action: X, value: a", "value goes with the action R"),
        ("tag: '00081030', action: R, value: a, column: b", "the action R needs one of"),
        ("tag: '00081030', action: R, value: Münster", "letters that not every character set has"),
        ("tag: '00081030', action: R, value: 007", "write the value in quotes"),
        (f"tag: '00081030', action: R, value: {'x' * 65}", "the value is none of VR LO"),
        ("tag: '00080020', action: R, value: '20191301'", "the value is no"),
        ("tag: '00080060', action: R, value: mr", "the value is none of VR CS"),
        ("tag: '00081030', action: R, derive: year", "year is for attributes of VR DA or DT"),
        ("tag: '00080020', action: R, derive: age", "age is for attributes of VR AS"),
        ("tag: '00080020', action: R, derive: yer", "'yer' is not one of: year, month, age; did you mean 'year'?"),
        ("tag: '00400275', action: R, value: x", "attributes of VR SQ cannot be given a value"),
        ("tag: '00280010', action: R, value: '512'", "attributes of VR US cannot be given a value"),
        ("tag: '00120040', action: R, column: site", "takes a column of patients.table, and there is none"),
        ("tag: '00100020', action: R, value: x", "names the output and cannot be overridden"),
    ],
)
def test_an_override_that_cannot_be_is_refused(override: str, message: str) -> None:
    with pytest.raises(PolicyError) as caught:
        with_overrides(override)
    assert message in str(caught.value)


def test_a_value_of_the_table_that_cannot_be_is_refused_by_its_line(table: str, tmp_path) -> None:
    (tmp_path / "patients.csv").write_text("old_id,new_id,born\na,x,19570101\n\nb,y,SECRET\n")
    with pytest.raises(PolicyError, match="line 4 of the table of patients, column 'born'") as caught:
        with_overrides("tag: '00100030', action: R, column: born", patients=table)
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize(
    ("tag", "cell", "value"),
    [
        ("StudyDate", "2020-03-01", "20200301"),
        ("StudyDate", "2020-03-01 00:00:00", "20200301"),
        ("StudyDate", "1.3.2020", "20200301"),
        ("PatientWeight", "72,5", "72.5"),
        ("PatientWeight", "72.5", "72.5"),
        ("SeriesNumber", "4.0", "4"),
    ],
)
def test_cells_of_spreadsheets_are_values(tag: str, cell: str, value: str, table: str, tmp_path) -> None:
    (tmp_path / "patients.csv").write_text(f"old_id;new_id;own\nPLNT-770143;SUBJ-01;{cell}\n")
    out = scrubbed(instance(), with_overrides(f"tag: {tag}, action: R, column: own", patients=table))
    assert str(out[tag].value) == value


@pytest.mark.parametrize(
    ("tag", "cell"), [("StudyDate", "3/1/2020"), ("StudyDate", "31.2.2020"), ("PatientWeight", "1,000"), ("StudyDate", "2020")]
)
def test_a_cell_of_two_readings_or_none_is_refused(tag: str, cell: str, table: str, tmp_path) -> None:
    (tmp_path / "patients.csv").write_text(f"old_id;new_id;own\nPLNT-770143;SUBJ-01;{cell}\n")
    with pytest.raises(PolicyError, match="line 2 of the table of patients, column 'own'"):
        with_overrides(f"tag: {tag}, action: R, column: own", patients=table)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_table_may_be_in_encodings_of_spreadsheet_programs(encoding: str, table: str, tmp_path) -> None:
    (tmp_path / "patients.csv").write_text(TABLE.replace(";", "\t"), encoding=encoding)
    assert scrubbed(instance(), with_overrides(patients=table)).PatientID == "SUBJ-01"


def test_the_table_in_another_encoding_is_refused(table: str, tmp_path) -> None:
    (tmp_path / "patients.csv").write_text(TABLE.replace("arm", "ärm"), encoding="cp1252")
    with pytest.raises(PolicyError, match="save it as CSV UTF-8"):
        with_overrides(patients=table)


def test_the_settings_are_parts_of_the_version(table: str) -> None:
    said = [
        with_overrides(),
        with_overrides("tag: '00120020', action: R, value: a"),
        with_overrides("tag: '00120020', action: R, value: b"),
        with_overrides("tag: '00120020', action: R, column: site", patients=table),
        with_overrides("tag: '00120020', action: R, column: arm", patients=table),
        with_overrides(options="[retain_long_full_dates]"),
        with_overrides(options="[retain_long_full_dates]", more=", date_precision: year"),
    ]
    assert len({policy.version for policy in said}) == len(said)
    with pytest.raises(PolicyError, match="date_precision is for dates that stay"):
        with_overrides(more=", date_precision: year")
    with pytest.raises(PolicyError, match="date_precision: 'yer' is not one of"):
        with_overrides(options="[retain_long_full_dates]", more=", date_precision: yer")
