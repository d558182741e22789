"""Tables of text on a terminal."""

from efface.runners.cli.tables import print_table, printable


def test_columns_are_as_wide_as_their_longest_cell(capsys):
    print_table([("a", "bbb", ""), ("aa", "b", "c")], indent="  ")
    assert capsys.readouterr().out == "  a   bbb\n  aa  b    c\n"


def test_no_rows_print_nothing(capsys):
    print_table([])
    assert capsys.readouterr().out == ""


def test_a_terminal_gets_nothing_to_act_on():
    assert printable("/in/Müller 1.dcm") == "/in/Müller 1.dcm"
    assert printable("a\x1b[2J\nb\udcff") == "a\\x1b[2J\\nb\\udcff"
    printable("a\x1b\udcff\u202e").encode()
