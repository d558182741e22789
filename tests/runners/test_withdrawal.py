"""Lists of withdrawn patients."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.runners.withdrawal import WithdrawalError, read_withdrawn
from efface.transforms.core.pseudonyms import Pseudonyms

PSEUDONYMS = Pseudonyms(b"k" * 32)


@pytest.fixture
def read(tmp_path):
    def read(text, encoding="utf-8"):
        (tmp_path / "list").write_bytes(text.encode(encoding))
        return read_withdrawn(str(tmp_path / "list"), PSEUDONYMS)

    return read


def named(entries, *patients):
    """Whether the entries are those of the patients, in order."""
    return len(entries) == len(patients) and all(
        PSEUDONYMS.patient_ref(patient) in entry for patient, entry in zip(patients, entries, strict=True)
    )


@pytest.mark.parametrize(
    "text",
    [
        "P7003\nP7004\n",
        "P7003\r\nP7004",
        "\ufeffP7003\nP7004\n",
        "# who withdrew\n P7003 \n\n\tP7004\n",
        "p7003\nP 7004\n",
        "\"P7003\"\n'P7004'\n",
        "patient_id,date\nP7003,2026-01-01\nP7004,2026-01-02\n",
        "Patient ID;Date\nP7003;2026-01-01\nP7004;\n",
        "PatientID\tDate\nP7003\t2026-01-01\nP7004\t2026-01-02\n",
        "date,patient_id\n2026-01-01,P7003\n2026-01-02,P7004\n",
        '"date","MRN","why"\n"2026-01-01","P7003","by letter, signed"\n"2026-01-02","P7004",""\n',
        "\ufeffPatienten-Nr;Datum\nP7003;01.01.2026\nP7004;02.01.2026\n",
        "old_id,new_id,offset_days\nP7003,S1,-7\nP7004,S2,\n",
        "P7003,2026-01-01\nP7004,2026-01-02\n",
        "P7003;2026-01-01\nP7004\n",
        "ID\nP7003\nP7004\n",
        "patient,date\nP7003,1\nP7004,2\n",
    ],
)
def test_a_list_is_read_in_every_format(read, text):
    assert named(read(text), "P7003", "P7004")


@pytest.mark.parametrize(
    "text",
    [
        "ID,Patient\n1,P7003\n2,P7004\n",
        "Case ID,MRN\n1,P7003\n2,P7004\n",
        "No,Subject\n1,P7003\n2,P7004\n",
        "Patient,Patient ID\nA B,P7003\nC D,P7004\n",
        "sep=;\nNr;Patient ID\n1;P7003\n2;P7004\n",
        "Patient ID;MRN\n;P7003\nP7004;\n",
        "Nr,Medical Record Number\n1,P7003\n2,P7004\n",
        "Nr\tPatient ID\tVisit\n\tP7003\t1\n2\tP7004\t2\n",
        '="P7003"\n="P7004"\n',
    ],
)
def test_the_best_named_column_contains_the_ids(read, text):
    entries = read(text)
    assert named(entries, "P7003", "P7004")
    assert not any(PSEUDONYMS.patient_ref(number) in entry for entry in entries for number in "12")


def test_leading_zeros_are_ignored(read):
    assert named(read("0007003\n7004\n"), "7003", "007004")


def test_a_first_line_that_may_be_an_id_is_an_entry(read):
    assert named(read("SUBJECT\nP1\n"), "SUBJECT", "P1")
    assert named(read("Doe,John\n"), "Doe,John")
    assert named(read("Doe,John\n"), "Doe")


def test_a_table_without_rows_has_no_entries(read):
    assert read("patient_id,date\n") == read("\n# nobody\n") == read("") == ()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("patient_id,date\nP1,x\n,2026-01-01\n", 3),
        ("date,patient_id\n2026-01-01,P1\n\n2026-01-02\n", 4),
        ("P1\n,2026-01-01\n", 2),
        ('P1\n""\n', 2),
        ("P1\nP\x002\n", 2),
        ("P1\n" + "x" * 10_000, 2),
    ],
)
def test_a_line_without_an_id_is_refused_by_its_number(read, text, line):
    with pytest.raises(WithdrawalError, match=f"line {line} ") as caught:
        read(text)
    assert "2026" not in str(caught.value)


def test_another_encoding_is_refused(read):
    with pytest.raises(UnicodeDecodeError):
        read("Pä7003\n", "cp1252")
    assert len(read("P7003\n", "utf-16")) == 1


@given(st.lists(st.from_regex(r"[A-Za-z]{0,3}[0-9]{1,9}", fullmatch=True), min_size=1, max_size=5), st.sampled_from(",;\t"))
def test_every_line_of_a_table_is_an_entry(tmp_path_factory, ids, delimiter):
    file = tmp_path_factory.mktemp("list") / "list"
    for head in ("", f"patient_id{delimiter}visit\n"):
        file.write_text(head + "".join(f"{one}{delimiter}7\n" for one in ids))
        assert named(read_withdrawn(str(file), PSEUDONYMS), *ids)
