"""The lines that the name network is trained on."""

from random import Random

from tools.draw_name_lines import LineDrawer, Words, is_for_training
from tools.generate_names_of_countries import listed_words
from tools.names_by_locale import Names

WORDS = Words(
    {"xx": ["Zyxa"], "yy": ["Qorin"]}, {"xx": ["Vorbeck"], "yy": ["Wu"]}, ["LIVER", "CHEST"], ["LONG"], {"list": ["table"]}
)


def test_every_character_has_a_label_and_a_weight() -> None:
    drawer = LineDrawer(WORDS, Random(1))
    lines = [drawer.draw() for _ in range(300)]
    assert all(len(line.text) == len(line.labels) == len(line.weights) for line in lines)
    marked = [[char for char, label in zip(line.text, line.labels, strict=True) if label] for line in lines]
    assert 0 < sum(map(bool, marked)) < len(lines)
    assert not any(char in " ,^" for chars in marked for char in chars)


def test_half_of_the_names_are_trained_on_whatever_their_accents() -> None:
    drawn = [f"Name{number}é" for number in range(400)]
    assert 150 < sum(map(is_for_training, drawn)) < 250
    assert all(is_for_training(name) == is_for_training(name.replace("é", "E")) for name in drawn)


def test_the_list_holds_each_part_of_a_name_and_no_names_of_other_lists() -> None:
    names = Names({"xx": ["Mary", "Zyxa-Qorin"]}, {"xx": ["Ly", "Ó"]})
    assert listed_words(names) == ["LY", "QORIN", "ZYXA"]
