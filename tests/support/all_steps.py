"""All steps of the graph over one object, one after the other, in this process."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from efface.pipeline.policy import Policy
from efface.transforms.core import errors
from efface.transforms.core.errors import EffaceError
from efface.transforms.core.evidence import InstanceText, Plan
from efface.transforms.core.text_line import TileText
from efface.transforms.dicom.configuration import configure
from efface.transforms.instance import open as opened
from efface.transforms.instance.describe import read_instance
from efface.transforms.instance.grow_boxes import grown_findings
from efface.transforms.instance.judge_text import judge_instance
from efface.transforms.instance.open import read_source
from efface.transforms.instance.read_text import find_tiles, read_tiles
from efface.transforms.instance.rewrite import RewriteSettings, Rewritten, rewrite_instance
from efface.transforms.instance.verify import verify_instance
from efface.transforms.storage import storage_of
from efface.transforms.storage.key_source import KeySource
from support.runs import QUICK

CODES = {error.code for error in vars(errors).values() if isinstance(error, type) and issubclass(error, EffaceError)} - {
    EffaceError.code
}
"""The codes of `docs/reasons.md`, but for that of a fault of efface itself."""


@dataclass(frozen=True)
class Ending:
    """How an object ended.

    Attributes:
        code: Of its failure, "" when it would be published.
        reason: The failure in words.
        rewritten: What would be published.
    """

    code: str
    reason: str = ""
    rewritten: Rewritten | None = None


class Steps:
    """The steps with the quick engine.

    Args:
        folder: An empty one, for the object and the key.
    """

    def __init__(self, folder: Path) -> None:
        configure()
        (folder / "key").write_text("00112233445566778899aabbccddeeff" * 2)
        self.path, self.pseudonyms = folder / "x.dcm", KeySource(str(folder / "key")).pseudonyms()

    def run(self, data: bytes, policy: Policy, cleans: bool) -> str:
        """The code of its failure, "" when it would be published."""
        return self.end_of(data, policy, cleans).code

    def end_of(self, data: bytes, policy: Policy, cleans: bool) -> Ending:
        """How the object ends; any exception but an `EffaceError` is passed on."""
        self.path.write_bytes(data)
        opened._kept_of.cache_clear()
        try:
            return Ending("", rewritten=self._run(policy, cleans))
        except EffaceError as error:
            return Ending(error.code, str(error))

    def _run(self, policy: Policy, cleans: bool) -> Rewritten:
        [source] = storage_of(str(self.path)).list(str(self.path))
        instance = read_instance(source, self.pseudonyms)
        tiles = find_tiles(instance, QUICK, False)[1] if cleans else ()
        texts = tuple(TileText(tile, *read_tiles([tile], QUICK)) for tile in tiles)
        evidence = judge_instance(InstanceText(Plan(instance, len(tiles)), texts), policy.phi)
        settings, source_data = RewriteSettings(policy.profile, cleans), read_source(source)
        evidence = replace(evidence, findings=grown_findings(source_data, evidence.findings))
        rewritten = rewrite_instance(source_data, evidence, settings, self.pseudonyms)
        verify_instance(source_data, rewritten.data, evidence, settings)
        return rewritten
