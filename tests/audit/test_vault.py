from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.audit.layout import vault_file_name
from efface.transforms.audit.vault import VAULT_COLUMNS, VaultPart, assemble_vault, from_csv, to_csv, vault_rows
from efface.transforms.core.published import Linkage, OutputNames

NEW, OLD = OutputNames("P1", "2.25.1", "2.25.2", "2.25.3"), OutputNames("ID 1", "1.2.1", "1.2.2", "1.2.3")


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def write(vault: Path, part: str, refs: str) -> None:
    """Write a part of a run with one source for each ref."""
    rows: dict[str, list[tuple[str, ...]]] = {table: [] for table in VAULT_COLUMNS}
    for ref in refs:
        rows["refs"].append((ref, f"/in/{ref}"))
        for table, row in vault_rows(f"/in/{ref}", NEW, Linkage(OLD, (("1.2.1", "2.25.1"),), 7)):
            rows[table].append(row)
    for table, found in rows.items():
        VaultPart(str(vault), "run-1", part).write(table, 0, found)


def assemble(vault: Path, *parts: str, without: frozenset[str] = frozenset()) -> None:
    """Merge these parts, and delete the others of the run."""
    names = [f"{table}/{vault_file_name('run-1', part)}" for table in VAULT_COLUMNS for part in parts]
    assemble_vault(str(vault), names, ["run-1"], without)


def read(vault: Path, table: str) -> list[tuple[str, ...]]:
    return from_csv((vault / f"{table}.csv").read_bytes())


@given(st.lists(st.tuples(st.text(), st.text())))
def test_csv_round_trip_sorts_and_removes_duplicates(rows):
    assert from_csv(to_csv("refs", rows)) == sorted(set(rows))


def test_parts_are_merged_and_merging_is_idempotent(tmp_path):
    write(tmp_path, "000000", "BA")
    assemble(tmp_path, "000000")
    write(tmp_path, "000001", "BC")
    assemble(tmp_path, "000000", "000001")
    merged = files(tmp_path)
    assert merged.keys() == {f"{table}.csv" for table in VAULT_COLUMNS}
    assert read(tmp_path, "refs") == [(ref, f"/in/{ref}") for ref in "ABC"]
    assert [row[:2] for row in read(tmp_path, "instances")] == [(f"/in/{ref}", NEW.path) for ref in "ABC"]
    assert read(tmp_path, "patients") == [("ID 1", "P1", "7")]
    assert read(tmp_path, "uids") == [("1.2.1", "2.25.1")]
    assemble(tmp_path)
    assert files(tmp_path) == merged
    write(tmp_path, "000001", "BC")  # A worker that was restarted writes its part again.
    assemble(tmp_path, "000001")
    assert files(tmp_path) == merged


def test_what_no_mark_names_is_not_merged_and_other_runs_keep_their_parts(tmp_path):
    write(tmp_path, "000000", "A")
    write(tmp_path, "000001", "B")
    of_another_output = VaultPart(str(tmp_path), "run-2", "000000").write("refs", 0, [("C", "/in/C")])[1]
    half = tmp_path / "parts" / "refs" / ".efface-x.tmp"
    half.write_text('"half a li')
    assemble(tmp_path, "000001")
    assert read(tmp_path, "refs") == [("B", "/in/B")]
    assert files(tmp_path / "parts").keys() == {of_another_output, "refs/.efface-x.tmp"}


def test_displaced_source_has_no_instance_row(tmp_path):
    write(tmp_path, "000000", "AB")
    assemble(tmp_path, "000000", without=frozenset("A"))
    assert [row[0] for row in read(tmp_path, "instances")] == ["/in/B"]
    assert [row[0] for row in read(tmp_path, "refs")] == ["A", "B"]


@pytest.mark.parametrize("is_assembled", [False, True])
def test_files_are_private(tmp_path, is_assembled):
    vault = tmp_path / "vault"
    write(vault, "000000", "A")
    if is_assembled:
        assemble(vault, "000000")
    modes = {oct(path.stat().st_mode & 0o777) for path in vault.rglob("*") if path.is_file()}
    assert modes == {"0o600"}
    assert oct(vault.stat().st_mode & 0o777) == "0o700"


def test_blank_patient_id_has_no_row():
    blank = OutputNames(" ", "1.2.1", "1.2.2", "1.2.3")
    assert [table for table, _ in vault_rows("/in/A", NEW, Linkage(blank, (), 0))] == ["instances"]
