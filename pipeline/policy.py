"""The policy: everything that decides the output. Read from YAML and checked before any work starts."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import yaml

from efface.transforms.core.pseudonyms import Pseudonyms
from efface.transforms.instance.rewrite import RewriteSettings
from efface.transforms.metadata.profile import Option, Override, PatientMapping, Profile, TextRule, parse_patients
from efface.transforms.ocr.base import OcrSettings
from efface.transforms.ocr.registry import detector_version, resolve_engine
from efface.transforms.phi.settings import ModelSource, PhiSettings
from efface.transforms.storage import read_text

from .shipped import SHIPPED, shipped_text

T = TypeVar("T")

_PIXELS = ("clean", "none")
_RENAMED_VALUES = {("ocr", "inside_regions", "glance"): "prefilter"}
"""(section, key, value) of earlier versions -> the value of this one. An earlier value is refused, never taken."""


class PolicyError(ValueError):
    """The policy cannot be used; the message names the line's key and what is allowed there."""


@dataclass(frozen=True)
class Policy:
    """One checked policy.

    Attributes:
        name: For people; a part of the version.
        profile: What happens to the metadata.
        cleans_pixels: Whether frames are read for text and redacted.
        ocr: The text engine and its settings.
        phi: What may stay of the text that was read.
    """

    name: str = "basic"
    profile: Profile = field(default_factory=Profile)
    cleans_pixels: bool = True
    ocr: OcrSettings = field(default_factory=OcrSettings)
    phi: PhiSettings = field(default_factory=PhiSettings)

    @property
    def cleans_overlays(self) -> bool:
        """Whether overlay planes are read for text and stay without it; otherwise they go altogether."""
        return self.cleans_pixels and Option.CLEAN_GRAPHICS in self.profile.options

    @property
    def rewrite_settings(self) -> RewriteSettings:
        """The part that decides the output once the text is judged."""
        return RewriteSettings(self.profile, self.cleans_pixels, self.cleans_overlays, self.phi.model)

    @property
    def version(self) -> str:
        """Name, digest of what it says about metadata, digest of what it says about pixels: equal versions, equal outputs.

        The tables under the policy count as well. An instance without pixels depends on the first digest alone.
        """
        pixels = {
            "cleans": self.cleans_pixels,
            # Where the engine runs is no choice of what it finds.
            "ocr": dataclasses.asdict(dataclasses.replace(self.ocr, device="auto")),
            "phi": dataclasses.asdict(self.phi),
        }
        digest = hashlib.sha256(json.dumps(pixels, sort_keys=True, default=str).encode()).hexdigest()
        metadata = self.profile.digest()
        if self.phi.model is not None:  # It reads free text of the header as well.
            metadata = hashlib.sha256(f"{metadata} {self.phi.model.version}".encode()).hexdigest()
        return f"{self.name}-{metadata[:10]}-{digest[:10]}"

    def resolve(self) -> tuple[Policy, str]:
        """This policy with "auto" resolved for this machine, and the versions of all models that it works with.

        The launcher does it once, so that every worker of a run reads with the same engine.
        """
        resolved = dataclasses.replace(self, ocr=resolve_engine(self.ocr)) if self.cleans_pixels else self
        models = [detector_version(resolved.ocr)] if self.cleans_pixels else []
        if self.phi.model is not None:
            models.append(self.phi.model.version)
        return resolved, "; ".join(models) or "none"


def keyed_version(policy: Policy, pseudonyms: Pseudonyms) -> str:
    """The policy's version for the audit. It is keyed for a policy with patients, since a plain hash reveals guessed IDs."""
    if not policy.profile.patients:
        return policy.version
    name, metadata, pixels = policy.version.rsplit("-", 2)
    return f"{name}-{pseudonyms.token('policy', metadata, 10)}-{pixels}"


def load_policy(name_or_file: str) -> Policy:
    """Read a shipped policy by name or a policy file by path.

    Raises:
        PolicyError: No such policy, or something in it is not understood. Nothing is guessed and nothing is ignored.
    """
    if name_or_file in SHIPPED:
        text = shipped_text(name_or_file)
    else:
        try:
            text = read_text(name_or_file)
        except Exception as error:  # Whatever a bucket's client raises.
            raise PolicyError(
                f"the policy {name_or_file!r} cannot be read ({type(error).__name__}); "
                f"give a file or one of: {', '.join(SHIPPED)}"
            ) from None
    return parse_policy(text)


def parse_policy(text: str) -> Policy:
    """Read a policy from YAML.

    Raises:
        PolicyError: See `load_policy`.
    """
    try:
        raw = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise PolicyError(f"the policy is no valid YAML{f' (line {mark.line + 1})' if mark else ''}") from None
    top = _section(raw, "the policy", {"name", "metadata", "pixels", "ocr", "text"})
    pixels = top.get("pixels", "clean")
    if pixels not in _PIXELS:
        raise PolicyError(f"pixels: {pixels!r} is not one of: {', '.join(_PIXELS)}")
    name = str(top.get("name", "custom"))
    return Policy(
        name=name,
        profile=_profile(name, top.get("metadata")),
        cleans_pixels=pixels == "clean",
        ocr=_ocr(top.get("ocr")),
        phi=_phi(top.get("text")),
    )


def _profile(name: str, raw: Any) -> Profile:
    section = _section(raw, "metadata", {"options", "overrides", "text_rules", "patients", "issuer"})
    options = []
    for option in _sequence(section, "metadata.options", "options"):
        try:
            options.append(Option(option))
        except ValueError:
            raise PolicyError(f"metadata.options: {option!r} is not one of: {', '.join(Option)}") from None
    patients: tuple[PatientMapping, ...] = ()
    if section.get("patients") is not None:
        try:
            table = read_text(str(section["patients"]))
        except Exception as error:
            raise PolicyError(f"metadata.patients: the table cannot be read ({type(error).__name__})") from None
        try:
            patients = parse_patients(table)
        except ValueError as error:
            raise PolicyError(f"metadata.patients: the table cannot be used ({error})") from None
    return _checked(
        "metadata",
        Profile,
        name=name,
        options=frozenset(options),
        overrides=_entries(section, "overrides", Override),
        text_rules=_entries(section, "text_rules", TextRule),
        patients=patients,
        issuer=section.get("issuer", "ignored"),
    )


def _entries(section: Mapping[str, Any], key: str, make: Any) -> tuple[Any, ...]:
    """A list of entries of `metadata` as records; each entry gives all fields of one, as texts."""
    place, names = f"metadata.{key}", [entry.name for entry in dataclasses.fields(make)]
    made = []
    for entry in _sequence(section, place, key):
        fields = _section(entry, place, set(names))
        if set(fields) != set(names):
            raise PolicyError(f"{place}: each entry needs {', '.join(names[:-1])} and {names[-1]}")
        made.append(_checked(place, make, **{name: str(value) for name, value in fields.items()}))
    return tuple(made)


def _ocr(raw: Any) -> OcrSettings:
    section = _section(raw, "ocr", {setting.name for setting in dataclasses.fields(OcrSettings)})
    for (place, key, earlier), now in _RENAMED_VALUES.items():
        if place == "ocr" and section.get(key) == earlier:
            raise PolicyError(f"ocr.{key}: {earlier!r} is now called {now!r}")
    return _checked("ocr", OcrSettings, **section)


def _phi(raw: Any) -> PhiSettings:
    section = dict(_section(raw, "text", {"keep", "keep_words", "redact_words", "model"}))
    for words in ("keep_words", "redact_words"):
        section[words] = tuple(str(word) for word in _sequence(section, f"text.{words}", words))
    if section.get("model") is not None:
        model = _section(section["model"], "text.model", {"hub", "revision", "folder"})
        section["model"] = _checked("text.model", ModelSource, **model)
    return _checked("text", PhiSettings, **section)


def _section(raw: Any, place: str, allowed: set[str]) -> Mapping[str, Any]:
    if raw is None:
        return {}
    if not isinstance(raw, Mapping):
        raise PolicyError(f"{place}: expected keys with values, one of: {', '.join(sorted(allowed))}")
    unknown = sorted(str(key) for key in raw if key not in allowed)
    if unknown:
        raise PolicyError(f"{place}: unknown key {unknown[0]!r}; allowed are: {', '.join(sorted(allowed))}")
    return raw


def _sequence(section: Mapping[str, Any], place: str, key: str) -> list[Any]:
    value = section.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise PolicyError(f"{place}: expected a list")
    return value


def _checked(place: str, make: Callable[..., T], **fields: Any) -> T:
    try:
        return make(**fields)
    except (TypeError, ValueError) as error:
        raise PolicyError(f"{place}: {error}") from None
