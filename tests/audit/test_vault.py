from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.audit.vault import VAULT_COLUMNS, VaultPart, assemble_vault, from_csv, to_csv, vault_rows
from efface.transforms.core.published import Linkage, OutputNames

NEW, OLD = OutputNames("P1", "2.25.1", "2.25.2", "2.25.3"), OutputNames("ID 1", "1.2.1", "1.2.2", "1.2.3")


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def write(vault: Path, part: str, refs: str) -> None:
    """What a part of a run leaves, of one source a ref."""
    rows: dict[str, list[tuple[str, ...]]] = {table: [] for table in VAULT_COLUMNS}
    for ref in refs:
        rows["refs"].append((ref, f"/in/{ref}"))
        for table, row in vault_rows(f"/in/{ref}", NEW, Linkage(OLD, (("1.2.1", "2.25.1"),), 7)):
            rows[table].append(row)
    for table, found in rows.items():
        VaultPart(str(vault), part).write(table, 0, found)


def read(vault: Path, table: str) -> list[tuple[str, ...]]:
    return from_csv((vault / f"{table}.csv").read_bytes())


@given(st.lists(st.tuples(st.text(), st.text())))
def test_rows_come_back_sorted_and_once(rows):
    assert from_csv(to_csv("refs", rows)) == sorted(set(rows))


def test_parts_are_united_with_what_was_there_and_again_changes_nothing(tmp_path):
    write(tmp_path, "000000", "BA")
    assemble_vault(str(tmp_path))
    write(tmp_path, "000001", "BC")
    assemble_vault(str(tmp_path))
    united = files(tmp_path)
    assert united.keys() == {f"{table}.csv" for table in VAULT_COLUMNS}
    assert read(tmp_path, "refs") == [(ref, f"/in/{ref}") for ref in "ABC"]
    assert [row[:2] for row in read(tmp_path, "instances")] == [(f"/in/{ref}", NEW.path) for ref in "ABC"]
    assert read(tmp_path, "patients") == [("ID 1", "P1", "7")]
    assert read(tmp_path, "uids") == [("1.2.1", "2.25.1")]
    assemble_vault(str(tmp_path))
    assert files(tmp_path) == united
    write(tmp_path, "000001", "BC")  # What a worker that was cut off and began anew wrote a second time.
    assemble_vault(str(tmp_path))
    assert files(tmp_path) == united


def test_a_source_whose_output_another_one_took_leads_nowhere(tmp_path):
    write(tmp_path, "000000", "AB")
    assemble_vault(str(tmp_path), without=frozenset("A"))
    assert [row[0] for row in read(tmp_path, "instances")] == ["/in/B"]
    assert [row[0] for row in read(tmp_path, "refs")] == ["A", "B"]


@pytest.mark.parametrize("is_assembled", [False, True])
def test_every_file_is_its_owners_alone(tmp_path, is_assembled):
    vault = tmp_path / "vault"
    write(vault, "000000", "A")
    if is_assembled:
        assemble_vault(str(vault))
    modes = {oct(path.stat().st_mode & 0o777) for path in vault.rglob("*") if path.is_file()}
    assert modes == {"0o600"}
    assert oct(vault.stat().st_mode & 0o777) == "0o700"


def test_a_blank_patient_id_has_no_row():
    blank = OutputNames(" ", "1.2.1", "1.2.2", "1.2.3")
    assert [table for table, _ in vault_rows("/in/A", NEW, Linkage(blank, (), 0))] == ["instances"]
