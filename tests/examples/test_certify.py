"""The comparison of de-identifiers, with the programs that need no environment of their own."""

import ast
import importlib.util
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "examples" / "certify"


def load_compare():
    spec = importlib.util.spec_from_file_location("compare", FOLDER / "compare.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_copy_is_scored_in_a_table(tmp_path, monkeypatch, capsys):
    compare = load_compare()
    monkeypatch.setattr(compare, "environment", lambda folder, packages: None)
    monkeypatch.setattr(compare, "built", lambda folder: None)
    found = compare.commands(tmp_path, [sys.executable, "-m", "efface.runners.cli.main"])
    assert [name for name, _ in found] == ["copy", "efface"]
    monkeypatch.setattr(compare, "commands", lambda folder, efface: found[:1])
    monkeypatch.setattr(sys, "argv", ["compare.py", "--instances", "4", "--folder", str(tmp_path)])
    compare.main()
    shown = capsys.readouterr().out
    assert "| published | 4 of 4 |" in shown
    assert "| identifiers | 0.0% (" in shown


def test_every_adapter_takes_an_input_and_an_output():
    names = {path.stem for path in FOLDER.glob("*.py")} - {"compare"}
    assert names == set(load_compare().INSTALL)
    for name in names:
        text = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
        assert "sys.argv[1:3]" in text and ast.get_docstring(ast.parse(text))
