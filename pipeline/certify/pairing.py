"""Which output was made of which input: by what a de-identifier leaves alone, since names and UIDs are new."""

from __future__ import annotations

from collections.abc import Sequence

from .manifest import Instance
from .outputs import Output
from .phrases import Fate

_NUMBER = 100.0
_SAME_NAME = 20.0
_SIZE = 5.0


def pair_outputs(instances: Sequence[Instance], outputs: Sequence[Output]) -> dict[int, Output]:
    """The outputs by the place of their input in `instances`.

    Of one SOP class, unless the output has none. Those that agree most come first: the Instance Number, which no two files of
    a corpus share, then the name of the file, then technical values.
    """
    likeness = [
        (score, place, number)
        for place, instance in enumerate(instances)
        for number, output in enumerate(outputs)
        if (score := _likeness(instance, output)) > 0
    ]
    pairs: dict[int, Output] = {}
    used: set[int] = set()
    for _, place, number in sorted(likeness, key=lambda one: (-one[0], one[1], one[2])):
        if place not in pairs and number not in used:
            pairs[place] = outputs[number]
            used.add(number)
    return pairs


def _likeness(instance: Instance, output: Output) -> float:
    if output.text("00080016") not in (instance.sop_class, ""):
        return 0.0
    same_number = output.text("00200013") == str(instance.number)
    same_name = output.file == instance.file
    same_values = sum(
        output.text(plant.path) == plant.text
        for plant in instance.plants
        if plant.fate is Fate.STAY and plant.category == "technique"
    )
    return _NUMBER * same_number + _SAME_NAME * same_name + _SIZE * same_values
