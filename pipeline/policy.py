"""The policy: all settings that affect an output, read from YAML and checked before any work starts."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import yaml

from efface.transforms.metadata.profile import Option, Override, PatientMapping, Profile, TextRule, parse_patients
from efface.transforms.ocr.base import OcrSettings
from efface.transforms.ocr.registry import detector_version, resolve_engine
from efface.transforms.phi.settings import ModelSource, PhiSettings
from efface.transforms.storage import read_text

from .shipped import SHIPPED, shipped_text

PIXELS = ("clean", "none")

RENAMED = {
    "metadata.issuer": "metadata.issuer_of_patient_id",
    "metadata.issuer_of_patient_id: counts": "metadata.issuer_of_patient_id: distinguish",
    "metadata.issuer_of_patient_id: ignored": "metadata.issuer_of_patient_id: ignore",
    "ocr.effort: sampled": "ocr.effort: prefilter",
    "ocr.inside_regions: glance": "ocr.inside_regions: prefilter",
    "ocr.series: alone": "ocr.series: independent",
}
"""Former key, or former key and value -> its new name. The former names are errors."""

Made = TypeVar("Made")
Entry = TypeVar("Entry", Override, TextRule)


class PolicyError(ValueError):
    """The policy cannot be used. The message names the key and the allowed values."""


@dataclass(frozen=True)
class Policy:
    """A checked policy.

    Attributes:
        name: For people; a part of the version.
        profile: The handling of metadata.
        cleans_pixels: Whether frames are searched for text and redacted.
        ocr: The text engine and its settings.
        phi: Which recognized text may stay.
    """

    name: str = "basic"
    profile: Profile = field(default_factory=Profile)
    cleans_pixels: bool = True
    ocr: OcrSettings = field(default_factory=OcrSettings)
    phi: PhiSettings = field(default_factory=PhiSettings)

    @property
    def cleans_overlays(self) -> bool:
        """Whether overlay planes are searched for text and stay without it. Otherwise they are removed."""
        return self.cleans_pixels and Option.CLEAN_GRAPHICS in self.profile.options

    @property
    def version(self) -> str:
        """Name, digest of the settings for metadata, digest of those for pixels. Equal versions give equal outputs.

        The digests include the tables of the policy. An instance without pixels depends on the first digest alone.
        """
        pixels = {
            "cleans": self.cleans_pixels,
            # The device does not affect what an engine finds.
            "ocr": dataclasses.asdict(dataclasses.replace(self.ocr, device="auto")),
            "phi": dataclasses.asdict(self.phi),
        }
        digest = hashlib.sha256(json.dumps(pixels, sort_keys=True, default=str).encode()).hexdigest()
        metadata = self.profile.digest()
        if self.phi.model is not None:  # It also reads free text of the header.
            metadata = hashlib.sha256(f"{metadata} {self.phi.model.version}".encode()).hexdigest()
        return f"{self.name}-{metadata[:10]}-{digest[:10]}"

    def resolve(self) -> tuple[Policy, str]:
        """Resolve "auto" for this machine.

        The launcher calls it once, so that all workers of a run use the same engine.

        Returns:
            The resolved policy, and the versions of its models.
        """
        resolved = dataclasses.replace(self, ocr=resolve_engine(self.ocr)) if self.cleans_pixels else self
        models = [detector_version(resolved.ocr)] if self.cleans_pixels else []
        if self.phi.model is not None:
            models.append(self.phi.model.version)
        return resolved, "; ".join(models) or "none"


def load_policy(name_or_file: str) -> Policy:
    """Read a shipped policy by name or a policy file by path.

    Raises:
        PolicyError: The policy does not exist, or contains an unknown key or value. Nothing is guessed or ignored.
    """
    if name_or_file in SHIPPED:
        text = shipped_text(name_or_file)
    else:
        try:
            text = read_text(name_or_file)
        except Exception as error:  # A bucket's client has its own errors.
            raise PolicyError(
                f"the policy {name_or_file!r} cannot be read ({type(error).__name__}); "
                f"give a file or one of: {', '.join(SHIPPED)}"
            ) from None
    return parse_policy(text)


def parse_policy(text: str) -> Policy:
    """Parse a policy in YAML.

    Raises:
        PolicyError: See `load_policy`.
    """
    try:
        raw = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise PolicyError(f"the policy is not valid YAML{f' (line {mark.line + 1})' if mark else ''}") from None
    section = _section(raw, "", {"name", "metadata", "pixels", "ocr", "text"})
    pixels = section.get("pixels", "clean")
    if pixels not in PIXELS:
        raise PolicyError(f"pixels: {pixels!r} is not one of: {', '.join(PIXELS)}")
    name = str(section.get("name", "custom"))
    return Policy(
        name=name,
        profile=_profile(name, section.get("metadata")),
        cleans_pixels=pixels == "clean",
        ocr=_ocr(section.get("ocr")),
        phi=_phi(section.get("text")),
    )


def _profile(name: str, raw: Any) -> Profile:
    section = dict(_section(raw, "metadata", {"options", "overrides", "text_rules", "patients", "issuer_of_patient_id"}))
    options = []
    for option in _list(section, "metadata", "options"):
        try:
            options.append(Option(option))
        except ValueError:
            raise PolicyError(f"metadata.options: {option!r} is not one of: {', '.join(Option)}") from None
    section |= {
        "options": frozenset(options),
        "overrides": _entries(section, "overrides", Override),
        "text_rules": _entries(section, "text_rules", TextRule),
        "patients": () if section.get("patients") is None else _patients(str(section["patients"])),
    }
    return _make("metadata", Profile, name=name, **section)


def _patients(file: str) -> tuple[PatientMapping, ...]:
    try:
        table = read_text(file)
    except Exception as error:  # A bucket's client has its own errors.
        raise PolicyError(f"metadata.patients: the table cannot be read ({type(error).__name__})") from None
    return _make("metadata.patients", parse_patients, text=table)


def _entries(section: Mapping[str, Any], key: str, kind: type[Entry]) -> tuple[Entry, ...]:
    """A list of `metadata` as records. Each entry must give all fields of its record, as text."""
    path, names = f"metadata.{key}", [field.name for field in dataclasses.fields(kind)]
    entries = []
    for raw in _list(section, "metadata", key):
        entry = _section(raw, path, set(names))
        if set(entry) != set(names):
            raise PolicyError(f"{path}: each entry needs {', '.join(names[:-1])} and {names[-1]}")
        entries.append(_make(path, kind, **{name: str(value) for name, value in entry.items()}))
    return tuple(entries)


def _ocr(raw: Any) -> OcrSettings:
    return _make("ocr", OcrSettings, **_section(raw, "ocr", {setting.name for setting in dataclasses.fields(OcrSettings)}))


def _phi(raw: Any) -> PhiSettings:
    section = dict(_section(raw, "text", {"keep", "keep_words", "redact_words", "model"}))
    for key in ("keep_words", "redact_words"):
        section[key] = tuple(str(word) for word in _list(section, "text", key))
    if section.get("model") is not None:
        model = _section(section["model"], "text.model", {"hub", "revision", "folder"})
        section["model"] = _make("text.model", ModelSource, **model)
    return _make("text", PhiSettings, **section)


def _section(raw: Any, path: str, allowed: set[str]) -> Mapping[str, Any]:
    """A mapping at a path of the policy ("" for the policy itself) whose keys are all allowed; {} for nothing."""
    name = path or "the policy"
    if raw is None:
        return {}
    if not isinstance(raw, Mapping):
        raise PolicyError(f"{name}: expected keys with values; allowed keys: {', '.join(sorted(allowed))}")
    for key, value in raw.items():
        key_path = f"{path}.{key}" if path else str(key)
        for former in (key_path, f"{key_path}: {value}"):
            if former in RENAMED:
                raise PolicyError(f"{former!r} is no longer used; write {RENAMED[former]!r}")
        if key not in allowed:
            raise PolicyError(f"{name}: unknown key {str(key)!r}; allowed keys: {', '.join(sorted(allowed))}")
    return raw


def _list(section: Mapping[str, Any], path: str, key: str) -> list[Any]:
    value = section.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise PolicyError(f"{path}.{key}: expected a list")
    return value


def _make(path: str, factory: Callable[..., Made], **values: Any) -> Made:
    """Call a factory with values of the policy; its errors name the path."""
    try:
        return factory(**values)
    except (TypeError, ValueError) as error:
        raise PolicyError(f"{path}: {error}") from None
