"""The policy: everything that decides the output. Read from YAML and checked before any work starts."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, NamedTuple, TypeVar

from efface.transforms.audit.conflict_choices import ON_CONFLICT, ON_PEOPLE
from efface.transforms.core.choices import not_one_of
from efface.transforms.core.pseudonyms import Pseudonyms
from efface.transforms.core.published import Versions
from efface.transforms.core.visual_features import FeatureSettings
from efface.transforms.faces.detector import weights_version
from efface.transforms.instance.output_layout import OutputLayout
from efface.transforms.instance.rewrite import RewriteSettings
from efface.transforms.instance.second_look import TextReaders
from efface.transforms.instance.selection import Selection
from efface.transforms.metadata.profile import Option, Override, PrivateKeep, Profile, TextRule
from efface.transforms.ocr.base import EngineError, OcrSettings
from efface.transforms.ocr.registry import detector_version, resolve_engine
from efface.transforms.phi.free_text import RULES_ALONE
from efface.transforms.phi.settings import SHIPPED_MODEL, ModelSource, PhiSettings
from efface.transforms.phi.version import judge_version
from efface.transforms.storage.model_folders import folder_digest

from .decisions.section import DecisionsSection, parse_decisions
from .output_section import parse_output
from .patients_section import parse_patients_section
from .policy_document import PolicyDocument, PolicyError, checked_list, checked_section, merge, parse_chain, read_chain
from .select_section import parse_selection

__all__ = ["Policy", "PolicyError", "load_policy", "parse_policy"]

T = TypeVar("T")

_METADATA_KEYS = {
    "options",
    "overrides",
    "private_keep",
    "text_rules",
    "patients",
    "issuer",
    "free_text",
    "date_precision",
    "shared_ids",
    "several_ids",
}
_PIXELS = ("clean", "none")
_WORDS = ("keep_words", "keep_phrases", "redact_words")
"""Lists of words of a site."""
_RENAMED_VALUES = {("ocr", "inside_regions", "glance"): "prefilter"}
"""(section, key, value) of earlier versions -> the value of this one. An earlier value is refused, never taken."""


@dataclass(frozen=True)
class Policy:
    """One checked policy.

    Attributes:
        name: For people; a part of the version.
        selection: Which instances are taken.
        profile: What happens to the metadata.
        cleans_pixels: Whether frames are read for text and redacted.
        ocr: The text engine and its settings.
        phi: What may stay of the text that was read.
        features: What happens to faces and labels of slides.
        layout: What the outputs are called.
        on_conflict: What happens to sources with one SOP Instance UID and other content. It decides which is published and
            not how, so it is no part of the version.
        on_shared_ids: What happens to instances of several people who have one Patient ID. No part of the version either.
        on_several_ids: The same of a person who has several Patient IDs.
        decisions: Boxes for devices, and what people decided. No part of the version: each instance has one of its own.
    """

    name: str = "basic"
    selection: Selection = field(default_factory=Selection)
    profile: Profile = field(default_factory=Profile)
    cleans_pixels: bool = True
    ocr: OcrSettings = field(default_factory=OcrSettings)
    phi: PhiSettings = field(default_factory=PhiSettings)
    features: FeatureSettings = field(default_factory=FeatureSettings)
    layout: OutputLayout = field(default_factory=OutputLayout)
    on_conflict: str = ON_CONFLICT[0]
    on_shared_ids: str = ON_PEOPLE[0]
    on_several_ids: str = ON_PEOPLE[0]
    decisions: DecisionsSection = field(default_factory=DecisionsSection)

    @property
    def cleans_overlays(self) -> bool:
        """Whether overlay planes are read for text and stay without it; otherwise they go altogether."""
        return self.cleans_pixels and Option.CLEAN_GRAPHICS in self.profile.options

    @property
    def replaces_labels(self) -> bool:
        """Whether images of the labels of slides are replaced by drawn ones."""
        return self.rewrite_settings.replaces_slide_labels

    @property
    def readers(self) -> TextReaders | None:
        """What reads and judges text on the output; None where the pixels are left alone."""
        return TextReaders(self.ocr, self.phi) if self.cleans_pixels else None

    @property
    def rewrite_settings(self) -> RewriteSettings:
        """The part that decides the output once the text is judged."""
        return RewriteSettings(
            self.profile,
            self.cleans_pixels,
            self.cleans_overlays,
            self.phi.model,
            self.phi.kept_in_text,
            self.features,
            self.layout,
        )

    @property
    def version(self) -> str:
        """Name, digest of what it says about metadata, digest of what it says about pixels: equal versions, equal outputs.

        The one exception is the table of patients: each line of it is a version of its own, of one patient.
        The tables under the policy count as well. An instance without pixels depends on the first digest alone.

        Raises:
            ValueError: The digest of the name model's folder is not known; `resolve` finds it.
        """
        model = self.phi.model.version if self.phi.model else None
        pixels = {
            "cleans": self.cleans_pixels,
            # Where the engine runs is no choice of what it finds.
            # Nor is where its weights come from: they have the pinned digests.
            "ocr": dataclasses.asdict(dataclasses.replace(self.ocr, device="auto", weights="offline")),
            "features": dataclasses.asdict(self.features) | {"faces_by": weights_version(), "codes_by": version("zxing-cpp")},
            # Of the name model its version counts, and not the folder where it lies.
            "phi": dataclasses.asdict(dataclasses.replace(self.phi, model=None)) | {"model": model, "judge": judge_version()},
        }
        digest = hashlib.sha256(json.dumps(pixels, sort_keys=True, default=str).encode()).hexdigest()
        metadata = self.profile.digest()
        keep_words = () if self.profile.free_text == RULES_ALONE else self.phi.kept_in_text
        if model is not None or keep_words:  # They decide on free text of the header as well.
            metadata = hashlib.sha256(" ".join((metadata, model or "", *keep_words)).encode()).hexdigest()
        if self.selection or not self.layout.is_default:
            chosen = json.dumps((self.selection.digest(), self.layout.template))
            metadata = hashlib.sha256(f"{metadata} {chosen}".encode()).hexdigest()
        return f"{self.name}-{metadata[:10]}-{digest[:10]}"

    def with_pinned_model(self) -> Policy:
        """This policy with the digest of the name model's folder as it is now, unless it gives the digest itself.

        Raises:
            PolicyError: The folder cannot be read.
        """
        model = self.phi.model
        if model is None or not model.folder or model.sha256:
            return self
        try:
            pinned = dataclasses.replace(model, sha256=folder_digest(model.folder))
        except Exception as error:  # Whatever a bucket's client raises.
            raise PolicyError(
                f"text.model.folder: there is no file in it, or it cannot be read from here ({type(error).__name__}); where "
                "workers alone reach it, give its digest: sha256"
            ) from None
        return dataclasses.replace(self, phi=dataclasses.replace(self.phi, model=pinned))

    def resolve(self) -> PreparedPolicy:
        """This policy with "auto" resolved for this machine, and the versions of all models that it works with.

        The launcher does it once, so that every worker of a run has the same engine and the same files of the name model.

        Raises:
            PolicyError: The packages of the engine are not installed, or the folder of the name model cannot be read.
        """
        resolved, models = self.with_pinned_model(), list[str]()
        if self.cleans_pixels:
            ocr, engine = _resolve_engine(self.ocr)
            resolved, models = dataclasses.replace(resolved, ocr=ocr), [engine]
        if resolved.phi.model is not None:
            models.append(resolved.phi.model.version)
        return PreparedPolicy(resolved, "; ".join(models) or "none")


class PreparedPolicy(NamedTuple):
    """A policy with "auto" resolved for this machine, and the versions of the models that it works with."""

    policy: Policy
    models: str

    def versions(self, pseudonyms: Pseudonyms) -> Versions:
        """What an output depends on besides its source, for the audit."""
        selection, layout = self.policy.selection, self.policy.layout
        return Versions(
            keyed_version(self.policy, pseudonyms),
            self.models,
            pseudonyms.key_id,
            selection=pseudonyms.token("selection", selection.digest(), 10) if selection else "",
            layout="" if layout.is_default else pseudonyms.token("layout", layout.template, 10),
        )


def keyed_version(policy: Policy, pseudonyms: Pseudonyms) -> str:
    """The policy's version for the audit, without `select` and `output.layout`, which `Versions` has beside it.

    Its digests are keyed where they come from texts of a site: patients, rules, words and reasons may identify, and a plain
    hash would confirm a guess of one.
    """
    inside = dataclasses.replace(policy, selection=Selection(), layout=OutputLayout())
    name, metadata, pixels = inside.version.rsplit("-", 2)
    profile, phi = policy.profile, policy.phi
    has_own_words = phi.kept_in_text and profile.free_text != RULES_ALONE
    if profile.overrides or profile.private_keep or profile.text_rules or has_own_words:
        metadata = pseudonyms.token("policy", metadata, 10)
    if phi.keep_words or phi.keep_phrases or phi.redact_words:
        pixels = pseudonyms.token("policy", pixels, 10)
    return f"{name}-{metadata}-{pixels}"


def _resolve_engine(settings: OcrSettings) -> tuple[OcrSettings, str]:
    """The settings without "auto", and the version of the engine."""
    try:
        resolved = resolve_engine(settings)
        return resolved, detector_version(resolved)
    except EngineError as error:
        raise PolicyError(f"ocr: {error}") from None


def load_policy(name_or_file: str) -> Policy:
    """Read a shipped policy by name or a policy file by path, with what it extends.

    Raises:
        PolicyError: No such policy, or something in it is not understood. Nothing is guessed and nothing is ignored.
    """
    return _merged(read_chain(name_or_file))


def parse_policy(text: str) -> Policy:
    """Read a policy from YAML, with what it extends; a file is then found from the working directory.

    Raises:
        PolicyError: See `load_policy`.
    """
    return _merged(parse_chain(text))


def _merged(chain: Sequence[PolicyDocument]) -> Policy:
    """The last of some policies, each of which extends the one before it and has to be right by itself."""
    content: dict[str, Any] = {}
    for document in chain:
        try:
            content = merge(content, document.content)
            policy = _policy(content)
        except PolicyError as error:
            raise error if document is chain[-1] else PolicyError(f"extends: {document.name!r}: {error}") from None
    return policy


def _policy(content: Mapping[str, Any]) -> Policy:
    pixels = content.get("pixels", "clean")
    if pixels not in _PIXELS:
        raise PolicyError(f"pixels: {not_one_of(pixels, _PIXELS)}")
    name = _text("name", "custom" if content.get("name") is None else content["name"])
    metadata = content.get("metadata")
    profile = _profile(name, metadata)
    decisions = parse_decisions(content.get("regions"), content.get("decisions"))
    if decisions and pixels == "none":
        raise PolicyError("regions and decisions need `pixels: clean`")
    return Policy(
        name=name,
        selection=parse_selection(content.get("select")),
        profile=profile,
        cleans_pixels=pixels == "clean",
        ocr=_ocr(content.get("ocr")),
        phi=_phi(content.get("text")),
        features=_features(content.get("visual_features")),
        on_shared_ids=_on_people(metadata, "shared_ids"),
        on_several_ids=_on_people(metadata, "several_ids"),
        decisions=decisions,
        **parse_output(content.get("output"), profile),
    )


def _on_people(metadata: Mapping[str, Any] | None, key: str) -> str:
    chosen = (metadata or {}).get(key, ON_PEOPLE[0])
    if chosen not in ON_PEOPLE:
        raise PolicyError(f"metadata.{key}: {not_one_of(chosen, ON_PEOPLE)}")
    return str(chosen)


def _profile(name: str, raw: Any) -> Profile:
    section = checked_section(raw, "metadata", _METADATA_KEYS)
    options = []
    for option in checked_list(section, "metadata.options", "options"):
        try:
            options.append(Option(option))
        except ValueError:
            raise PolicyError(f"metadata.options: {not_one_of(option, Option)}") from None
    overrides = _entries(section, "overrides", Override, quoted=("value",))
    patients, others = parse_patients_section(section.get("patients"), (one.column for one in overrides if one.column))
    return _checked(
        "metadata",
        Profile,
        name=name,
        options=frozenset(options),
        overrides=overrides,
        private_keep=_entries(section, "private_keep", PrivateKeep),
        text_rules=_entries(section, "text_rules", TextRule),
        patients=patients,
        issuer=section.get("issuer", "ignored"),
        free_text=section.get("free_text") or "",
        other_patients=others,
        date_precision=section.get("date_precision", "day"),
    )


def _entries(section: Mapping[str, Any], key: str, make: Any, quoted: Sequence[str] = ()) -> tuple[Any, ...]:
    """A list of entries of `metadata` as records; each entry gives the fields of one that have no default, as texts.

    Args:
        quoted: Fields in which a number is an error: 007 would lose its zeros.
    """
    place, fields_of = f"metadata.{key}", dataclasses.fields(make)
    names, made = [entry.name for entry in fields_of if entry.default is dataclasses.MISSING], []
    for entry in checked_list(section, place, key):
        fields = checked_section(entry, place, {field.name for field in fields_of})
        if missing := [name for name in names if name not in fields]:
            which = fields.get("tag") or fields.get("element")
            found = f"that of {which!r} lacks" if which else "one lacks"
            raise PolicyError(f"{place}: each entry needs {', '.join(names[:-1])} and {names[-1]}; {found} {missing[0]}")
        for name in quoted:
            if not isinstance(fields.get(name, ""), str):
                raise PolicyError(f"{place}.{name}: write the value in quotes")
        made.append(_checked(place, make, **{name: _text(f"{place}.{name}", value) for name, value in fields.items()}))
    return tuple(made)


def _ocr(raw: Any) -> OcrSettings:
    section = checked_section(raw, "ocr", {setting.name for setting in dataclasses.fields(OcrSettings)})
    for (place, key, earlier), now in _RENAMED_VALUES.items():
        if place == "ocr" and section.get(key) == earlier:
            raise PolicyError(f"ocr.{key}: {earlier!r} is now called {now!r}")
    return _checked("ocr", OcrSettings, **section)


def _features(raw: Any) -> FeatureSettings:
    section = checked_section(raw, "visual_features", {setting.name for setting in dataclasses.fields(FeatureSettings)})
    return _checked("visual_features", FeatureSettings, **section)


def _phi(raw: Any) -> PhiSettings:
    section = dict(checked_section(raw, "text", {"keep", *_WORDS, "model"}))
    for words in _WORDS:
        chosen = {_text(f"text.{words}", word) for word in checked_list(section, f"text.{words}", words)}
        section[words] = tuple(sorted(chosen))  # Equal words in another order are the same policy.
    if section.get("model") is not None:
        section["model"] = _name_model(section["model"])
    return _checked("text", PhiSettings, **section)


def _name_model(raw: Any) -> ModelSource:
    if raw == SHIPPED_MODEL:
        return ModelSource(shipped=True)
    if isinstance(raw, str):
        raise PolicyError(f"text.model: {not_one_of(raw, (SHIPPED_MODEL,))}; or give hub and revision, or folder")
    return _checked("text.model", ModelSource, **checked_section(raw, "text.model", {"hub", "revision", "folder", "sha256"}))


def _text(place: str, value: Any) -> str:
    """A value as text; a number may stand there without quotes."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise PolicyError(f"{place}: expected a text; write it in quotes if YAML takes it for something else")
    return str(value)


def _checked(place: str, make: Callable[..., T], **fields: Any) -> T:
    try:
        return make(**fields)
    except (TypeError, ValueError) as error:
        raise PolicyError(f"{place}: {error}") from None
