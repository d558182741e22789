import re

from support.all_steps import CODES
from tools.generate_limits import DOCUMENT, page


def test_the_page_is_of_the_limits_in_the_code():
    assert DOCUMENT.read_text(encoding="utf-8") == page(), "run python -m tools.generate_limits"


def test_every_code_of_the_page_is_one_of_the_reasons():
    assert set(re.findall(r"\| `(\w+)` \|$", page(), re.MULTILINE)) <= CODES
