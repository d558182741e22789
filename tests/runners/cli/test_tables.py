"""Tables of text on a terminal."""

from efface.runners.cli.tables import print_table


def test_columns_are_as_wide_as_their_longest_cell(capsys):
    print_table([("a", "bbb", ""), ("aa", "b", "c")], indent="  ")
    assert capsys.readouterr().out == "  a   bbb\n  aa  b    c\n"


def test_no_rows_print_nothing(capsys):
    print_table([])
    assert capsys.readouterr().out == ""
