"""Writes the maps from originals to pseudonyms from headers and the key alone, without a run."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from efface.transforms.audit.vault import VAULT_COLUMNS, VaultPart, assemble_vault, vault_rows
from efface.transforms.core.failures import NOT_FAILURES, explain_failure
from efface.transforms.core.instance import Source
from efface.transforms.core.pseudonyms import Pseudonyms, RecordingPseudonyms
from efface.transforms.core.published import Linkage
from efface.transforms.dicom.configuration import configure
from efface.transforms.dicom.parse import describe_instance, read_header
from efface.transforms.instance.output_layout import DEFAULT, OutputLayout
from efface.transforms.instance.rewrite import original_names
from efface.transforms.metadata.profile import Profile
from efface.transforms.metadata.walk import scrub_dataset
from efface.transforms.storage import open_listed


def export_vault(
    sources: Iterable[Source], profile: Profile, pseudonyms: Pseudonyms, vault: str, layout: OutputLayout = DEFAULT
) -> dict[str, tuple[str, str]]:
    """Add the identifying maps of the sources to a vault, as a run with `--vault` does. Reads only headers.

    A source with a readable header has rows even if a run cannot publish it.

    Args:
        sources: Stored objects.
        profile: Selects the UIDs that are replaced, and may contain a table of patients.
        pseudonyms: Pseudonyms of the key.
        vault: Prefix of the vault.
        layout: What the outputs are called.

    Returns:
        URI -> code and reason of each source without rows.
    """
    configure()
    rows: dict[str, set[tuple[str, ...]]] = {table: set() for table in VAULT_COLUMNS}
    failed = {}
    for source in sources:
        recording = RecordingPseudonyms(pseudonyms)
        try:
            with open_listed(source) as file:
                header = read_header(file)
            originals = original_names(
                header, describe_instance(header, source, ref="", identifiers=(), takes_slide_labels=True)
            )
            scrubbed = scrub_dataset(header, profile, recording, pixels_cleaned=False)
        except NOT_FAILURES:
            raise
        except BaseException as error:
            failed[source.uri] = explain_failure(error)
            continue
        linkage = Linkage(originals, recording.recorded_uids, scrubbed.offset_days)
        rows["refs"].add((pseudonyms.ref(source.uri), source.uri))
        for table, row in vault_rows(source.uri, layout.names(scrubbed.names, header), linkage):
            rows[table].add(row)
    part = VaultPart(vault, "export", secrets.token_hex(4))
    assemble_vault(vault, [part.write(table, 0, table_rows)[1] for table, table_rows in rows.items()])
    return failed
