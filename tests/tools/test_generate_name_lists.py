from pathlib import Path

import pytest

from tools import generate_name_lists


def test_the_lists_are_written_from_the_census(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dist.female.first").write_text("MARY 2.6 2.6 1\nAL 1.0 3.6 2\n")
    (tmp_path / "dist.male.first").write_text("JAMES 3.3 3.3 1\n")
    (tmp_path / "dist.all.last").write_text("SMITH 1.0 1.0 1\nHAND 0.1 1.1 2\n")
    (tmp_path / "terms.txt").write_text("# words\nHAND LIVER\n")
    monkeypatch.setattr(generate_name_lists, "PHI", tmp_path)
    monkeypatch.setattr("sys.argv", ["generate_name_lists", str(tmp_path), str(tmp_path / "terms.txt")])
    generate_name_lists.main()
    written = {name: (tmp_path / f"{name}.txt").read_text().splitlines()[1:] for name in ("given_names", "surnames")}
    assert written == {"given_names": ["JAMES MARY"], "surnames": ["HAND SMITH"]}
    assert (tmp_path / "names_that_are_terms.txt").read_text().splitlines()[1:] == ["HAND"]
