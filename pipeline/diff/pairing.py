"""Finds the output of a source, by the key or by the vault."""

from __future__ import annotations

from efface.transforms.audit.history import recorded_outputs
from efface.transforms.audit.layout import instance_uri, vault_uri
from efface.transforms.audit.vault import from_csv
from efface.transforms.core.errors import SourceReadError
from efface.transforms.core.instance import Source
from efface.transforms.core.pseudonyms import Pseudonyms
from efface.transforms.storage import storage_of


def output_by_key(output: str, source: Source, pseudonyms: Pseudonyms) -> str:
    """The URI of the instance to which a source leads, by its ref in the audit.

    Raises:
        SourceReadError: There is none.
    """
    claims = recorded_outputs(output)
    paths = dict(zip(claims["ref"].to_pylist(), claims["output"].to_pylist(), strict=True))
    return _uri(output, paths.get(pseudonyms.ref(source.uri)))


def output_by_vault(output: str, source: Source, vault: str) -> str:
    """The same, by the table of instances of the vault.

    Raises:
        SourceReadError: There is none.
    """
    uri = vault_uri(vault, "instances")
    paths = {row[0]: row[1] for row in from_csv(storage_of(uri).read(uri) or b"")}
    return _uri(output, paths.get(source.uri))


def _uri(output: str, path: str | None) -> str:
    if path is None:
        raise SourceReadError("the source has no output there: is it the input, the key and the vault of its run?")
    return instance_uri(output, path)
