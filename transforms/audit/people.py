"""Finds two people under one Patient ID, and one person under several, among all published instances of an output."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from ..core.errors import SeveralPatientIdsError, SharedPatientIdError
from ..storage import storage_of
from .duplicates import displace
from .layout import instance_uri

_FACTS = ("patient_id", "name_ref", "birth_date_ref", "sex_ref", "person_ref")


@dataclass(frozen=True)
class People:
    """What was found.

    Attributes:
        shared_ids: Pseudonymous Patient IDs that stand for several people.
        split_ids: Pseudonymous Patient IDs of people who have several.
        people_of_several_ids: Number of these people.
        displaced: ref -> (former verdict, code) of each source of the run that is quarantined.
        ended: (ref, output) of each source of an earlier run whose output goes.
    """

    shared_ids: frozenset[str] = frozenset()
    split_ids: frozenset[str] = frozenset()
    people_of_several_ids: int = 0
    displaced: dict[str, tuple[str, str]] = field(default_factory=dict)
    ended: list[tuple[str, str]] = field(default_factory=list)


def find_people(claims: pa.Table) -> People:
    """Compare what the headers say about the patients.

    Two people share an ID where two instances of it have other names, and also another sex or another date of birth: a name
    alone may be spelled in two ways, or change. One person has several IDs where name, date of birth and sex are the same.
    What a header does not say is no difference, and nothing in common.

    Args:
        claims: With the columns `patient_id`, `name_ref`, `birth_date_ref`, `sex_ref` and `person_ref`.
    """
    rows = claims.select(list(_FACTS)).group_by(list(_FACTS)).aggregate([]).to_pylist()
    by_patient: defaultdict[str, list[dict[str, str | None]]] = defaultdict(list)
    ids_of_person: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row["patient_id"]:
            by_patient[row["patient_id"]].append(row)
            if row["person_ref"]:
                ids_of_person[row["person_ref"]].add(row["patient_id"])
    shared = (one for one, facts in by_patient.items() if any(itertools.starmap(_are_two, itertools.combinations(facts, 2))))
    split = [ids for ids in ids_of_person.values() if len(ids) > 1]
    return People(frozenset(shared), frozenset[str]().union(*split), len(split))


def _are_two(one: dict[str, str | None], other: dict[str, str | None]) -> bool:
    def differ(name: str) -> bool:
        return bool(one[name] and other[name] and one[name] != other[name])

    return differ("name_ref") and (differ("birth_date_ref") or differ("sex_ref"))


def settle_people(output: str, run_id: str, claims: pa.Table, *, shared_ids: str, several_ids: str) -> People:
    """Find such patients, and take back what is published of them where the policy says so.

    Args:
        output: The output prefix.
        run_id: The run that ends.
        claims: `recorded_outputs` that stay after the run.
        shared_ids, several_ids: One of `conflict_choices.ON_PEOPLE` each.
    """
    found = find_people(claims)
    codes = dict.fromkeys(found.split_ids, SeveralPatientIdsError.code) if several_ids == "quarantine" else {}
    codes |= dict.fromkeys(found.shared_ids, SharedPatientIdError.code) if shared_ids == "quarantine" else {}
    if not codes:
        return found
    gone = claims.filter(pc.is_in(claims["patient_id"], pa.array(sorted(codes), pa.string()))).to_pylist()
    displaced = displace(output, run_id, {row["ref"]: codes[row["patient_id"]] for row in gone})
    ended = [(row["ref"], row["output"]) for row in gone if row["ref"] not in displaced]
    for row in gone:
        if row["ref"] in displaced:
            storage_of(output).delete(instance_uri(output, row["output"]))
    return People(found.shared_ids, found.split_ids, found.people_of_several_ids, displaced, ended)
