"""What pages have in common."""

import re
from importlib import resources

from efface.pipeline import reporting
from efface.pipeline.policy import load_policy
from efface.pipeline.reporting.conformance import conformance_page


def test_the_style_of_a_page_is_as_it_was_written():
    """Within `<style>` a browser takes characters as they are: an escaped quotation mark spoils the fonts."""
    [style] = re.findall(r"<style>(.*?)</style>", conformance_page(load_policy("basic")), re.DOTALL)
    assert style == resources.files(reporting).joinpath("page.css").read_text(encoding="utf-8")
