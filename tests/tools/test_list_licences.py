from importlib.metadata import requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.list_licences import DOCUMENT, is_refused, licences


@pytest.mark.parametrize(
    "licence",
    [
        "GPL-3.0",
        "GPL-3.0-or-later",
        "AGPL-3.0",
        "GNU General Public License v3 (GPLv3)",
        "GNU Affero General Public License v3",
        "",
    ],
)
def test_the_gpl_and_packages_without_a_licence_are_refused(licence):
    assert is_refused(licence)


@pytest.mark.parametrize("licence", ["MIT", "GNU Library or Lesser General Public License (LGPL)", "MIT OR GPL-2.0"])
def test_free_licences_and_a_free_choice_are_allowed(licence):
    assert not is_refused(licence)


def test_every_package_that_efface_names_is_listed():
    text = DOCUMENT.read_text(encoding="utf-8")
    found = licences()
    assert not [name for name, licence in found.items() if is_refused(licence)]
    named = [Requirement(line) for line in requires("efface") if "dev" not in line and "build" not in line]
    assert len(named) > 20
    for requirement in named:
        assert f"| {canonicalize_name(requirement.name)} | " in text
