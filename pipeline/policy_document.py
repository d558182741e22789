"""Reads the YAML of a policy and of what it extends, and merges them into one. What the values mean, `policy` knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from efface.transforms.core.choices import did_you_mean, not_one_of
from efface.transforms.metadata.profile import Option, tag_digits
from efface.transforms.storage import read_text, reason_of
from efface.transforms.storage.uris import is_local, sibling_uri

from .shipped import SHIPPED, shipped_text

_KEYS = ("extends", "name", "select", "metadata", "pixels", "ocr", "text", "visual_features", "output", "regions", "decisions")
_SECTIONS = ("select", "metadata", "ocr", "text", "visual_features", "output")
_ADDED = {
    "select": ("leave_out",),
    "metadata": ("overrides", "private_keep", "text_rules"),
    "text": ("keep_words", "keep_phrases", "redact_words"),
}
"""Section -> its lists that are added to those of the extended policy."""
_MAX_EXTENDED = 8
"""Policies that may stand above one another."""


class PolicyError(ValueError):
    """The policy cannot be used; the message names the line's key and what is allowed there."""


@dataclass(frozen=True)
class PolicyDocument:
    """One policy as it is written, without what it extends.

    Attributes:
        name: What a user calls it: the name of a shipped policy, or a file.
        file: Where it is; "" for a shipped policy, and for a text that is no file.
        content: What it says; the values of the keys are not checked yet.
    """

    name: str
    file: str
    content: Mapping[str, Any] = field(repr=False)


def read_chain(name_or_file: str) -> list[PolicyDocument]:
    """A policy, by name or file, and before it what it extends, from the first ancestor on.

    Raises:
        PolicyError: One of them cannot be read or is no mapping of known keys, or they extend one another without end.
    """
    return _with_extended(_read(name_or_file, "" if name_or_file in SHIPPED else name_or_file))


def parse_chain(text: str) -> list[PolicyDocument]:
    """As `read_chain`, for the text of a policy; a file that it extends is found from the working directory.

    Raises:
        PolicyError: See `read_chain`.
    """
    return _with_extended(PolicyDocument("", "", _parse(text)))


def merge(extended: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    """What a policy says together with what the policy says that it extends. The name of the latter is not taken over.

    A value takes the place of the extended one, key by key in each section; a section or a list left blank says nothing. The
    lists of `_ADDED` and `regions` are added. `metadata.options` takes the place of the extended list, or changes it by `add`
    and `remove`.
    """
    merged = {key: value for key, value in extended.items() if key != "name"}
    merged |= {key: value for key, value in document.items() if key != "extends"}
    for section in _SECTIONS:
        merged[section] = _merge_section(section, extended.get(section), document.get(section))
    earlier, own = extended.get("regions"), document.get("regions")
    if isinstance(earlier, list) and isinstance(own, list):
        merged["regions"] = earlier + own
    elif own is None:
        merged["regions"] = earlier
    return merged


def checked_section(raw: Any, place: str, allowed: Iterable[str]) -> Mapping[str, Any]:
    """A mapping with known keys; an empty one for a blank.

    Raises:
        PolicyError: It is something else.
    """
    names = sorted(allowed)
    if raw is None:
        return {}
    if not isinstance(raw, Mapping):
        raise PolicyError(f"{place}: expected keys with values, one of: {', '.join(names)}")
    for key in raw:
        if key not in names:
            meant = did_you_mean(key, names) or ";"
            raise PolicyError(f"{place}: unknown key {str(key)!r}{meant} allowed are: {', '.join(names)}")
    return raw


def checked_list(section: Mapping[str, Any], place: str, key: str) -> list[Any]:
    """A list; an empty one for a blank.

    Raises:
        PolicyError: It is something else.
    """
    value = section.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise PolicyError(f"{place}: expected a list")
    return value


def _with_extended(document: PolicyDocument) -> list[PolicyDocument]:
    chain = [document]
    while (name := chain[0].content.get("extends")) is not None:
        file = _extended_file(chain[0].file, name)
        if any(_is_same(other, name, file) for other in chain):
            raise PolicyError(f"extends: {name!r} leads back to itself; a policy cannot extend what extends it")
        if len(chain) > _MAX_EXTENDED:
            raise PolicyError(f"extends: more than {_MAX_EXTENDED} policies extend one another")
        try:
            chain.insert(0, _read(name, file))
        except PolicyError as error:
            raise PolicyError(f"extends: {error}") from None
    return chain


def _extended_file(file: str, name: Any) -> str:
    """Where a policy is that another one extends; "" for a shipped one."""
    if not isinstance(name, str) or not name:
        raise PolicyError(f"extends: give a file or one of: {', '.join(SHIPPED)}")
    if name in SHIPPED:
        return ""
    return _beside(file, name)


def _beside(file: str, name: str) -> str:
    """Where a file is that a policy file names, from its own place."""
    if not is_local(file) and is_local(name):
        return sibling_uri(file, name)
    return str(Path(file).parent.absolute() / name) if is_local(name) else name


def _is_same(document: PolicyDocument, name: str, file: str) -> bool:
    if not file or not document.file:
        return document.name == name
    if is_local(file) and is_local(document.file):
        return Path(file).resolve() == Path(document.file).resolve()
    return file == document.file


def _read(name: str, file: str) -> PolicyDocument:
    try:
        text = read_text(file) if file else shipped_text(name)
    except Exception as error:  # Whatever a bucket's client raises.
        meant = did_you_mean(name, SHIPPED) or ";"
        raise PolicyError(
            f"the policy {name!r} cannot be read ({reason_of(error)}){meant} give a file or one of: {', '.join(SHIPPED)}"
        ) from None
    content = dict(_parse(text))
    if file and isinstance(table := content.get("decisions"), str):
        content["decisions"] = _beside(file, table)
    return PolicyDocument(name, file, content)


def _parse(text: str) -> Mapping[str, Any]:
    try:
        raw = yaml.load(text, _Loader)
    except PolicyError:
        raise
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise PolicyError(f"the policy is no valid YAML{f' (line {mark.line + 1})' if mark else ''}") from None
    except RecursionError:
        raise PolicyError("the policy is nested too deeply") from None
    except ValueError:  # Such as a number of thousands of digits.
        raise PolicyError("the policy holds a value that cannot be read") from None
    return checked_section(raw, "the policy", _KEYS)


class _Loader(yaml.SafeLoader):
    """YAML of plain values, in which no key stands twice: all but the last would be ignored.

    Aliases are refused: some lines of them can stand for more values than fit in memory.
    """

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            line = self.peek_event().start_mark.line + 1  # type: ignore[no-untyped-call]
            raise PolicyError(f"the policy: an alias (*) in line {line}; write the value itself, or use `extends`")
        node: yaml.Node | None = super().compose_node(parent, index)
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        for number, key in enumerate(keys):
            if key.value in (earlier.value for earlier in keys[:number]):
                raise PolicyError(f"the policy: the key {key.value!r} stands twice (line {key.start_mark.line + 1})")
        return super().construct_mapping(node, deep)

    def construct_date_as_text(self, node: yaml.ScalarNode) -> str:
        """What looks like a date stays as it is written: a policy holds none."""
        return str(self.construct_scalar(node))


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.construct_date_as_text)


def _merge_section(section: str, extended: Any, own: Any) -> Any:
    if own is None:
        return extended
    if not isinstance(own, Mapping):  # It is refused by whoever parses it.
        return own
    extended = extended or {}
    merged = {**extended, **own}
    for key in _ADDED.get(section, ()):
        merged[key] = _add(extended.get(key), own.get(key))
    if section == "metadata":
        merged["options"] = _change_options(extended.get("options") or [], own.get("options"))
    return merged


def _add(extended: Any, own: Any) -> Any:
    """Both lists; an entry about an Attribute takes the place of an extended one, and what stands twice is listed once."""
    if own is None or not isinstance(own, list):
        return extended if own is None else own
    named = {_attribute_of(entry) for entry in own} - {None}
    return [entry for entry in extended or [] if entry not in own and _attribute_of(entry) not in named] + own


def _attribute_of(entry: Any) -> tuple[str, str] | None:
    """The Attribute that an entry is about: its tag; of a private one without its block, and its creator."""
    tag = (entry.get("tag") or entry.get("element")) if isinstance(entry, Mapping) else None
    if not tag:
        return None
    digits = tag_digits(str(tag))
    creator = str(entry.get("creator") or "").strip()
    return (f"{digits[:4]}{digits[6:]}", creator) if creator else (digits, "")


def _change_options(extended: list[str], own: Any) -> Any:
    if not isinstance(own, Mapping):
        return extended if own is None else own
    changes = checked_section(own, "metadata.options", ("add", "remove"))
    add, remove = (checked_list(changes, f"metadata.options.{key}", key) for key in ("add", "remove"))
    for option in remove:
        if option not in tuple(Option):
            raise PolicyError(f"metadata.options.remove: {not_one_of(option, Option)}")
        if option not in extended:
            raise PolicyError(f"metadata.options.remove: {option!r} is no option of the policy that is extended")
    return [option for option in extended if option not in remove and option not in add] + add
