"""Messages of expected failures reach the audit, so none may repeat a value of the data."""

import ast
from pathlib import Path

import pytest

from efface.transforms.core.errors import EffaceError

TRANSFORMS = Path(__file__).parents[2] / "transforms"
HARMLESS = {"type(error).__name__", "place_of(error)", "number"}
"""The class of an error, the line of code that raised it, and the place of a rule in a list of the policy."""
ERRORS = {error.__name__ for error in EffaceError.__subclasses__()}


def messages(path):
    """The first argument of every expected failure that a module raises."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS:
            assert node.args, f"{path}:{node.lineno}"
            yield node.lineno, node.args[0]


@pytest.mark.parametrize("path", sorted(TRANSFORMS.rglob("*.py")), ids=lambda path: str(path.relative_to(TRANSFORMS)))
def test_a_message_holds_no_value_of_the_data(path):
    for line, message in messages(path):
        parts = message.values if isinstance(message, ast.JoinedStr) else [message]
        for part in parts:
            is_constant = isinstance(part, ast.Constant) and isinstance(part.value, str)
            is_place = isinstance(part, ast.FormattedValue) and ast.unparse(part.value) in HARMLESS
            assert is_constant or is_place, f"{path}:{line}"


def test_the_test_sees_messages():
    assert sum(1 for path in TRANSFORMS.rglob("*.py") for _ in messages(path)) > 100
