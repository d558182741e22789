"""What gives the planted texts of a corpus away."""

from datetime import date

from efface.pipeline.certify.cultures import CULTURES
from efface.pipeline.certify.dice import Dice
from efface.pipeline.certify.needles import Needle
from efface.pipeline.certify.people import draw_person
from efface.pipeline.certify.remarks import Writer


def is_given_away(secret, text):
    return any(Needle(one).in_text(text) for one in secret.needles)


def test_the_number_of_a_contact_gives_it_away_and_the_word_before_it_does_not():
    dice = Dice("contacts")
    writer = Writer(draw_person(CULTURES[0], "building", dice), "A1", date(2020, 1, 1), "english", "building")
    labels = set()
    for secret in (writer.contact(dice) for _ in range(50)):
        label, _, number = secret.text.rpartition(" ")
        assert is_given_away(secret, number)
        assert not is_given_away(secret, label)
        labels.add(label)
    assert len(labels) > 1
