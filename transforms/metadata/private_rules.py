"""What happens to each private attribute under a profile, by its group, its private creator and its element."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from .profile import Option, Profile
from .tables import PrivateKey, physics_private, safe_private

OVERRIDE, KEPT = "override", "private_keep"


class PrivateRule(NamedTuple):
    """The action for a private attribute.

    Attributes:
        action: D, Z, X, K, C or U.
        vr: By which its values are judged; "" for the one that the file declares.
        form: What its values have to look like; "" for any value of the VR. See `private_forms`.
        rule: What asks for it, for the audit.
    """

    action: str
    vr: str
    form: str
    rule: str


@lru_cache(maxsize=64)
def private_rules(profile: Profile) -> dict[PrivateKey, PrivateRule]:
    """The rules of a profile. What is not among them goes.

    The site's own word counts most: an override, then its list of what to keep, then Table E.3.10-1, then the attributes of
    physics.
    """
    rules: dict[PrivateKey, PrivateRule] = {}
    if Option.RETAIN_SAFE_PRIVATE in profile.options:
        rules |= {key: PrivateRule("K", row.vr, row.form, Option.RETAIN_SAFE_PRIVATE) for key, row in physics_private().items()}
        rules |= {key: PrivateRule("K", row.vr, row.form, Option.RETAIN_SAFE_PRIVATE) for key, row in safe_private().items()}
    rules |= {kept.key: PrivateRule("K", kept.vr, "", KEPT) for kept in profile.private_keep}
    for override in profile.overrides:
        for key in override.private_keys:
            known = rules.get(key) or _known(key)
            rules[key] = known._replace(action=override.action, rule=OVERRIDE)
    return rules


def _known(key: PrivateKey) -> PrivateRule:
    row = safe_private().get(key) or physics_private().get(key)
    return PrivateRule("K", row.vr if row else "", row.form if row else "", OVERRIDE)
