"""Says what a run would do, by the headers alone: nothing is written, no pixel is read and no model is loaded."""

from __future__ import annotations

import functools
import hashlib
import itertools
import multiprocessing
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field, fields
from typing import NamedTuple

import numpy as np
import pyarrow.compute as pc
from pydicom.dataset import Dataset
from pydicom.uid import UID

from efface.transforms.audit.history import History, existing_outputs
from efface.transforms.audit.mapped_patients import MappedPatients
from efface.transforms.audit.rows import verdict_of
from efface.transforms.core.errors import UnmappedPatientError
from efface.transforms.core.failures import NOT_FAILURES, explain_failure
from efface.transforms.core.instance import Source
from efface.transforms.core.pseudonyms import Pseudonyms, normal_patient_id
from efface.transforms.dicom.configuration import configure
from efface.transforms.dicom.parse import describe_instance, read_header
from efface.transforms.instance.open import open_source
from efface.transforms.instance.selection import require_selected
from efface.transforms.metadata.explain import private_attributes
from efface.transforms.metadata.patients import PatientMapping, spelled_otherwise
from efface.transforms.metadata.profile import patient_mappings
from efface.transforms.metadata.walk import scrub_dataset
from efface.transforms.storage.key_source import KeySource

from .policy import Policy

_CHUNK = 64
"""Sources that one process works on at once."""
_IN_FLIGHT = 4
"""Chunks that wait for a process, for each of them: the memory of a plan does not grow with the input."""
_NO_KEY = b"plan" * 8
"""Pseudonyms that nobody sees need no key."""


@dataclass
class Counts:
    """What is in some sources, and what a run would do with them.

    Attributes:
        sources: Verdict -> number of sources: "new", "changed" (published earlier, from other content or with other versions),
            "known" (published, and would not be touched), "not_selected", "skipped", "quarantined".
        codes: Reason code -> number of sources that would not be published.
        classes: (name of the SOP Class, modality) -> number of instances that a run would work on.
        actions: (rule, action) -> number of attributes.
        private_creators: (private creator, "kept" or "removed") -> number of attributes.
        patients, studies, series: Digests of the identifiers, to count them.
        mapped_patients: Of the patients, those in the table of the policy.
        other_patients: Digests of the IDs of those who are not, in any spelling; also of those who would be quarantined for it.
    """

    sources: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    classes: Counter[tuple[str, str]] = field(default_factory=Counter)
    actions: Counter[tuple[str, str]] = field(default_factory=Counter)
    private_creators: Counter[tuple[str, str]] = field(default_factory=Counter)
    patients: set[bytes] = field(default_factory=set, repr=False)
    studies: set[bytes] = field(default_factory=set, repr=False)
    series: set[bytes] = field(default_factory=set, repr=False)
    mapped_patients: set[bytes] = field(default_factory=set, repr=False)
    other_patients: set[bytes] = field(default_factory=set, repr=False)

    def add(self, other: Counts) -> None:
        """Add the counts of other sources."""
        for one in fields(self):
            getattr(self, one.name).update(getattr(other, one.name))

    def table_of_patients(self, patients: Sequence[PatientMapping]) -> dict[str, int] | None:
        """How the table of the policy fits the input, as in the run file; None without a table."""
        if not patients:
            return None
        unmatched = [one.old_id for one in patients if _digest(one.old_id) not in self.mapped_patients]
        nearly = (_digest(normal_patient_id(spelled_otherwise(old_id))) in self.other_patients for old_id in unmatched)
        return MappedPatients(len(patients), len(unmatched), sum(nearly), len(self.other_patients))._asdict()


class _Pending(NamedTuple):
    """A source, and what is known of it.

    Attributes:
        verdict: One of `Counts.sources`, as far as earlier runs tell it.
        path: Of the output of a known one where `select` or `output.layout` changed, which may concern it; "" for any other.
    """

    source: Source
    verdict: str
    path: str = ""


@dataclass(frozen=True)
class KnownOutputs:
    """What earlier runs published below an output.

    Args:
        history: Of the output, with the versions of the policy.
        output: The prefix.
        pseudonyms: Of the key.
    """

    history: History
    output: str
    pseudonyms: Pseudonyms

    @functools.cached_property
    def _exists(self) -> np.ndarray:
        return np.asarray(pc.is_in(self.history.claims["output"], existing_outputs(self.output)), bool)

    def pending(self, sources: Sequence[Source]) -> list[_Pending]:
        """Each source with "new", "changed" or "known"."""
        refs = self.pseudonyms.refs(one.uri for one in sources)
        versions = self.pseudonyms.version_refs((one.uri, one.version, one.size_bytes) for one in sources)
        rows = self.history.claims_of(refs, versions)
        has_output = self._exists[rows] & (rows >= 0) if len(self._exists) else np.zeros(len(sources), bool)
        was_published = np.isin(refs, self.history.refs)
        verdicts = np.where(has_output, "known", np.where(was_published, "changed", "new")).tolist()
        review = np.flatnonzero(has_output)
        review = review[self.history.needs_review[rows[review]]]
        paths = dict(zip(review.tolist(), self.history.claims["output"].take(rows[review]).to_pylist(), strict=True))
        return [_Pending(one, verdicts[place], paths.get(place, "")) for place, one in enumerate(sources)]


def plan_run(
    sources: Iterable[Source], policy: Policy, key: KeySource | None, known: KnownOutputs | None, workers: int
) -> Iterator[Counts]:
    """The counts of the input so far, after each part of it: the same object, which grows.

    Known sources are not read, so `classes`, `actions` and the rest are those of new and changed ones.

    Args:
        sources: The input, each source once.
        policy: Its pixel rules are not looked at.
        key: Of the pseudonyms; None where nobody sees them.
        known: What earlier runs published; None for a new output.
        workers: Processes that read headers; with 1, this one.
    """
    counts, settings = Counts(), _Settings(policy, key)
    pending = _pending(sources, known, counts)
    if workers == 1:
        for chunk in pending:
            counts.add(_count(chunk, settings))
            yield counts
    else:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(workers, context, _start_worker, (settings,)) as pool:
            for found in _in_order(pool, pending, workers * _IN_FLIGHT):
                counts.add(found)
                yield counts
    yield counts


def _pending(sources: Iterable[Source], known: KnownOutputs | None, counts: Counts) -> Iterator[list[_Pending]]:
    """Chunks of the sources whose headers are read. The others are counted."""
    listed = iter(sources)
    while chunk := list(itertools.islice(listed, _CHUNK)):
        pending = known.pending(chunk) if known else [_Pending(one, "new") for one in chunk]
        to_read = [one for one in pending if one.verdict != "known" or one.path]
        counts.sources["known"] += len(pending) - len(to_read)
        yield to_read


def _in_order(pool: ProcessPoolExecutor, chunks: Iterable[list[_Pending]], limit: int) -> Iterator[Counts]:
    under_way: deque[Future[Counts]] = deque()
    for chunk in chunks:
        under_way.append(pool.submit(_count_in_worker, chunk))
        if len(under_way) > limit:
            yield under_way.popleft().result()
    while under_way:
        yield under_way.popleft().result()


@dataclass(frozen=True)
class _Settings:
    policy: Policy
    key: KeySource | None

    def pseudonyms(self) -> Pseudonyms:
        return self.key.pseudonyms() if self.key else Pseudonyms(_NO_KEY)


class _Worker:
    """What a process was started with."""

    settings: _Settings


def _start_worker(settings: _Settings) -> None:
    _Worker.settings = settings


def _count_in_worker(chunk: list[_Pending]) -> Counts:
    return _count(chunk, _Worker.settings)


def _count(chunk: Iterable[_Pending], settings: _Settings) -> Counts:
    configure()
    counts, pseudonyms = Counts(), settings.pseudonyms()
    for source, verdict, known_path in chunk:
        found = Counts()
        try:
            path = _look_at(source, settings.policy, pseudonyms, found)
        except NOT_FAILURES:
            raise
        except BaseException as error:
            code, _ = explain_failure(error)
            counts.codes[code] += 1
            counts.sources[verdict_of(code)] += 1
            if code == UnmappedPatientError.code:
                counts.other_patients |= found.other_patients
        else:
            if path == known_path:
                counts.sources[verdict] += 1
                continue
            counts.add(found)
            counts.sources["changed" if known_path else verdict] += 1
    return counts


def _look_at(source: Source, policy: Policy, pseudonyms: Pseudonyms, found: Counts) -> str:
    """Count what a run would do with an instance, and give the path of its output.

    Raises:
        EffaceError: It would not be published.
    """
    with open_source(source) as file:
        header = read_header(file)
    require_selected(header, policy.selection)
    facts = describe_instance(header, source, "", (), takes_slide_labels=policy.replaces_labels)
    _count_names(header, policy, found)
    creators = private_attributes(header)
    scrubbed = scrub_dataset(header, policy.profile, pseudonyms, pixels_cleaned=False)
    kept = private_attributes(header)
    found.classes[UID(facts.sop_class_uid).name, facts.modality] += 1
    found.actions.update((action.rule, action.action) for action in scrubbed.actions)
    for creator, count in creators.items():
        for name, number in (("kept", kept[creator]), ("removed", count - kept[creator])):
            found.private_creators[creator, name] += max(0, number)
    return policy.layout.names(scrubbed.names, header).path


def _count_names(header: Dataset, policy: Policy, found: Counts) -> None:
    patient, study, series = (
        str(header.get(keyword) or "").strip("\0 ") for keyword in ("PatientID", "StudyInstanceUID", "SeriesInstanceUID")
    )
    found.patients.add(_digest(patient))
    found.studies.add(_digest(study))
    found.series.add(_digest(series))
    if patient in patient_mappings(policy.profile):
        found.mapped_patients.add(_digest(patient))
    elif patient:
        found.other_patients.add(_digest(normal_patient_id(patient)))


def _digest(name: str) -> bytes:
    """A short name in memory of a long one; nothing of it leaves the process."""
    return hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=12).digest()
