"""The table of patients, in the forms that hospitals write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.core.pseudonyms import Pseudonyms
from efface.transforms.metadata.patients import PatientColumns, PatientMapping, mapping_refs, parse_patients

PSEUDONYMS = Pseudonyms(b"k" * 32)
TWO = (PatientMapping("A 1", "S1", -14), PatientMapping("B", "S2", None))


@pytest.mark.parametrize(
    "text",
    [
        "old_id,new_id,offset_days\nA 1,S1,-14\nB,S2,\n",
        "old_id;new_id;offset_days\r\nA 1;S1;-14\r\nB;S2;\r\n",
        "old_id\tnew_id\toffset_days\nA 1\tS1\t-14\nB\tS2\n",
        "\nsep=;\n\nOld_ID; New_ID ;OFFSET_DAYS;;\n\n;;\n A 1 ;S1; -14.0 ;;\n;;;;\nB;S2;;;",
        'new_id,offset_days,old_id\nS1,"-14,00",="A 1"\n"S2",,"B"\n',
        "old_id,name,new_id,offset_days\nA 1,x,S1,\u221214\nB,y,S2,\nA 1,z,S1,-14",
        ";;;\r\nold_id;new_id;offset_days;note;note\r\nA 1;S1;-14;;merged\r\nB;S2;;x;y\r\n",
        "old_id,new_id,offset_days,,\nA 1,S1,-14.000,,seen\nB,S2\n",
        "old_id,new_id,offset_days\n\u00a0A 1\u00a0,S1,-14.\nB,S2,,,",
    ],
)
def test_one_table_in_many_spellings(text: str) -> None:
    assert parse_patients(text) == TWO


def test_columns_have_the_names_of_the_policy() -> None:
    columns = PatientColumns("Pat Nr", "Proband", "Tage", ("Zentrum", "Arm"))
    [patient] = parse_patients("ARM;Tage;Pat Nr;Zentrum;Proband\nb;-7;4711;03;P-1", columns)
    assert (patient.old_id, patient.new_id, patient.offset_days) == ("4711", "P-1", -7)
    assert (patient.value("Zentrum"), patient.value("Arm"), patient.value("Tage")) == ("03", "b", "")


def test_ids_that_look_like_numbers_stay_as_they_are_spelled() -> None:
    rows = parse_patients("old_id,new_id\n12E4,1.5\n1234.0,1.10\n007,S.0\n")
    assert [(row.old_id, row.new_id) for row in rows] == [("12E4", "1.5"), ("1234.0", "1.10"), ("007", "S.0")]


def test_the_table_of_the_vault_is_one() -> None:
    from efface.transforms.audit.vault import to_csv

    table = to_csv("patients", [("Doe, 12", "ABCDEFGH23456722", "-70"), ('7"x', "ABCDEFGH23456777", "-7")])
    assert {patient.old_id: patient.offset_days for patient in parse_patients(table.decode())} == {"Doe, 12": -70, '7"x': -7}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\nSECRET,2\n", "line 1, the first one, has to name the columns; missing: 'old_id', 'new_id'"),
        ("", "has to name the columns"),
        ("old_id,new_id\n\nSECRET,\n", "line 3: the new ID has to be"),
        ("old_id,new_id\n1.23457E+11,x\n", "line 2: a spreadsheet program has rounded the original ID"),
        ("old_id;new_id\n1,23457E+11;x\n", "line 2: a spreadsheet program has rounded the original ID"),
        ("old_id;new_id\na;b\n#NV;x\n", "line 3: a spreadsheet program has rounded the original ID, or found none"),
        ("old_id,new_id\nSECRET,1001.0\n", "line 2: the new ID ends like a number with decimals"),
        ("old_id,new_id\nSECRET,a b\n", "line 2: the new ID has to be"),
        ("old_id,new_id\nSECRET,..\n", "line 2: the new ID has to be"),
        ("old_id,new_id\nSECRET,.x\n", "line 2: the new ID has to be"),
        ("old_id,new_id\nSECRET,a/b\n", "line 2: the new ID has to be"),
        ("old_id,new_id\n,SECRET\n", "line 2 has no original ID"),
        ("old_id,new_id,offset_days\nSECRET,x,soon\n", "line 2: the offset is no whole number"),
        ("old_id,new_id,offset_days\nSECRET,x,12.5\n", "line 2: the offset is no whole number"),
        ('old_id,new_id,offset_days\nSECRET,x,"1,000"\n', "line 2: the offset may be so many thousand days"),
        ("old_id;new_id;offset_days\nSECRET;x;-1.000\n", "line 2: the offset may be so many thousand days"),
        ("old_id,new_id\nSECRET,Aux\n", "line 2: the new ID is the name of a device on Windows"),
        ("old_id,new_id\nSECRET,com1.x\n", "line 2: the new ID is the name of a device on Windows"),
        ("old_id,new_id\nSECRET,x\nSECRET,y\n", "lines 2 and 3 map one original ID in two ways"),
        ("old_id,new_id\nb,x\nSECRET,secret\n", "line 3: the new ID is the original ID of line 3"),
        ("old_id,new_id\nSECRET,x\nb,secret\n", "line 3: the new ID is the original ID of line 2"),
        ("old_id,new_id,offset_days\nSECRET,x,1\nb,x,2\n", "lines 2 and 3 give one new ID two offsets"),
        ("old_id,new_id\nSECRET,x\nb,X\n", "lines 2 and 3: two new IDs differ in nothing but the case"),
        ('old_id,new_id\n"SECRET,x\n', "a quote is not closed"),
        ("old_id,new_id\nSECRET,x,y\n", "line 2 has more values than there are columns"),
        ("old_id,new_id,Old_ID\nSECRET,x,y\n", "line 1 names the column 'old_id' twice"),
    ],
)
def test_an_error_names_the_line_and_no_value(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=r"line") as caught:
        parse_patients(text)
    assert message in str(caught.value)
    assert "SECRET" not in str(caught.value)


def test_a_named_column_has_to_be_there() -> None:
    for columns in (PatientColumns(offset_days="shift"), PatientColumns(further=("site",))):
        with pytest.raises(ValueError, match="missing: 's"):
            parse_patients("old_id,new_id\na,x\n", columns)


def test_a_merged_patient_has_one_offset() -> None:
    given_once = parse_patients("old_id,new_id,offset_days\na,x,\nb,x,-7\nc,y,\n")
    assert [patient.offset(PSEUDONYMS, 1) for patient in given_once] == [-7, -7, 1]
    keyed = parse_patients("old_id,new_id\na,x\nb,x\n")
    offsets = {patient.offset(PSEUDONYMS, number) for number, patient in enumerate(keyed)}
    assert len(offsets) == 1
    assert offsets.pop() % 7 == 0


@given(st.sampled_from(["old", "new", "offset", "value", "merged"]))
def test_the_reference_of_a_line_changes_with_all_of_it(part: str) -> None:
    line = PatientMapping("a", "x", -7, values=(("site", "1"),), line=3)
    changed = {
        "old": PatientMapping("b", "x", -7, values=(("site", "1"),)),
        "new": PatientMapping("a", "y", -7, values=(("site", "1"),)),
        "offset": PatientMapping("a", "x", None, values=(("site", "1"),)),
        "value": PatientMapping("a", "x", -7, values=(("site", "2"),)),
        "merged": PatientMapping("a", "x", -7, is_merged=True, values=(("site", "1"),)),
    }[part]
    assert line.ref(PSEUDONYMS) != changed.ref(PSEUDONYMS)
    assert line.ref(PSEUDONYMS) == PatientMapping("a", "x", -7, values=(("site", "1"),), line=9).ref(PSEUDONYMS)
    assert mapping_refs([line], PSEUDONYMS) == {PSEUDONYMS.exact_patient_ref("a "): line.ref(PSEUDONYMS)}


def test_nothing_shows_an_original_id() -> None:
    assert "SECRET" not in repr(PatientMapping("SECRET", "x", values=(("a", "SECRET"),)))
