"""What the audit of an output says as a whole: counts alone, no row of a single instance."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib import metadata
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from efface.transforms.audit.current import current_failures, current_findings
from efface.transforms.audit.history import recorded_outputs
from efface.transforms.audit.layout import run_of
from efface.transforms.audit.miss_rate import MissRate, miss_rate
from efface.transforms.audit.rows import FAILURE_VERDICTS
from efface.transforms.audit.run_plan import incomplete_runs
from efface.transforms.audit.schemas import ATTRIBUTES
from efface.transforms.audit.store import complete_runs, require_schema_version, require_table, table_files
from efface.transforms.core.box import Box
from efface.transforms.core.evidence import Verdict
from efface.transforms.metadata.elements import known_vr
from efface.transforms.metadata.head_anatomy import CARRIER, LEFT
from efface.transforms.metadata.profile import Option
from efface.transforms.phi.reasons import Reason
from efface.transforms.storage import storage_of

from .filled_area import filled_pixels

OUTCOMES = ("published", "unchanged", "removed", *FAILURE_VERDICTS)
"""What a run can do with a source, in the words of the run files."""

_COLUMNS = (
    "made_by_run",
    "modality",
    "manufacturer",
    "manufacturer_model_name",
    "rows",
    "columns",
    "frames",
    "boxes_redacted",
    "pixel_method",
    "carriers",
    "study_instance_uid",
    "source_transfer_syntax_uid",
    "output_transfer_syntax_uid",
    "policy",
    "models",
    "key_id",
    "decisions_ref",
    "decisions_not_applied",
)
_DATE_VRS = frozenset({"DA", "DT"})
_LEAF_DIGITS = 8


@dataclass(frozen=True)
class Run:
    """A complete run, by its run file. `codes` counts the reason codes of what it did not publish."""

    run: str
    started: str
    ended: str
    efface: str
    policy: str
    models: str
    key_id: str
    outcomes: Mapping[str, int]
    codes: Mapping[str, int]


@dataclass(frozen=True)
class DeviceCount:
    """Published instances of one device.

    Attributes:
        modality, manufacturer, model: As in the audit; "" where it says nothing.
        instances: All of them.
        filled: Those on which a box was filled.
        without_pixels: Those without pixel data.
    """

    modality: str
    manufacturer: str
    model: str
    instances: int
    filled: int
    without_pixels: int


@dataclass(frozen=True)
class LineCount:
    """Text regions with one verdict, reason and rule."""

    verdict: str
    reason: str
    rule: str
    regions: int


@dataclass(frozen=True)
class PixelUtility:
    """What happened to the pixels of the instances whose size the audit tells.

    Attributes:
        instances: Their number.
        pixels: Of all their Frames.
        filled: Of these, those that a box covers.
        unknown: Instances with pixel data whose size the audit does not tell.
        methods: How the pixel data were written -> instances.
        changed_syntax: Instances with another transfer syntax than their sources.
    """

    instances: int
    pixels: int
    filled: int
    unknown: int
    methods: Mapping[str, int]
    changed_syntax: int

    @property
    def filled_share(self) -> float:
        """0 to 1."""
        return self.filled / self.pixels if self.pixels else 0.0


@dataclass(frozen=True)
class DateUtility:
    """What happened to values of VR DA and DT.

    Attributes:
        moved: Moved by the offset of the patient, so that intervals stay.
        gone: Removed, blank, or replaced by a dummy value.
    """

    moved: int
    gone: int


@dataclass(frozen=True)
class DecisionUse:
    """What decisions of people did.

    Attributes:
        instances: Those about which something was decided when they were made.
        not_applied_instances: Of these, those with a decision on a box that could not be applied, or not in full.
        not_applied: All such decisions.
        filled, kept: Boxes that people filled, and that they kept.
    """

    instances: int
    not_applied_instances: int
    not_applied: int
    filled: int
    kept: int


@dataclass(frozen=True)
class Misses:
    """What `miss_rate` found, with the exact interval of 95 %."""

    instances: int
    read_in_full: int
    missed: int
    confidence: float
    upper_share: float
    interval: tuple[float, float]

    @classmethod
    def of(cls, rate: MissRate) -> Misses:
        """The same as a record."""
        return cls(rate.instances, rate.read_in_full, rate.missed, rate.confidence, rate.upper_share, rate.interval)


@dataclass(frozen=True)
class Facts:
    """An output in numbers, as of its last complete run.

    Attributes:
        efface: The version of efface that counted.
        runs: Complete runs, oldest first.
        incomplete_runs: Runs that are under way or were interrupted.
        instances, frames, patients, studies, series: What stands there.
        output_bytes: Their size together.
        versions: (policy, models, key id) -> instances that were made with it.
        devices: By modality, maker and model.
        failures: Verdict -> reason code -> sources that are not published.
        lines: Text regions of what stands there.
        attributes: Rule -> action -> attributes of what stands there.
        carriers: Carrier of identifiers -> what was done with it -> instances.
        decisions: Regions of the policy, and what people decided.
        heads: Instances of CT and MR that show the head, which is not defaced.
        faces: What happened to faces on photographs ("redact", "keep", "quarantined") -> number.
    """

    efface: str
    runs: tuple[Run, ...]
    incomplete_runs: tuple[str, ...]
    instances: int
    frames: int
    patients: int
    studies: int
    series: int
    output_bytes: int
    versions: tuple[tuple[str, str, str, int], ...]
    devices: tuple[DeviceCount, ...]
    failures: Mapping[str, Mapping[str, int]]
    lines: tuple[LineCount, ...]
    attributes: Mapping[str, Mapping[str, int]]
    carriers: Mapping[str, Mapping[str, int]]
    decisions: DecisionUse
    misses: Misses
    heads: int
    faces: Mapping[str, int]
    pixels: PixelUtility
    dates: DateUtility


def gather_facts(output: str) -> Facts:
    """Count what the audit of an output says.

    Args:
        output: The output prefix.

    Raises:
        SchemaVersionError: Another version of efface wrote the audit.
    """
    require_schema_version(output)
    claims = recorded_outputs(output, _COLUMNS)
    findings, failures = current_findings(output, claims), current_failures(output, claims)
    by_reason = _counts(findings, "verdict", "reason", "rule")
    lines = [LineCount(verdict, reason, rule, count) for (verdict, reason, rule), count in by_reason]
    by_verdict: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for (verdict, code), count in _counts(failures, "verdict", "code"):
        by_verdict[verdict][code] = count
    attributes, dates = _attributes(output, claims)
    carriers = _carriers(claims)
    return Facts(
        efface=metadata.version("efface"),
        runs=tuple(_runs(output)),
        incomplete_runs=tuple(incomplete_runs(output)),
        instances=len(claims),
        frames=pc.sum(claims["frames"]).as_py() or 0,
        patients=pc.count_distinct(claims["patient_id"]).as_py(),
        studies=pc.count_distinct(claims["study_instance_uid"]).as_py(),
        series=pc.count_distinct(claims["series_instance_uid"]).as_py(),
        output_bytes=pc.sum(claims["output_bytes"]).as_py() or 0,
        versions=tuple((*key, count) for key, count in _counts(claims, "policy", "models", "key_id")),
        devices=tuple(_devices(claims)),
        failures=dict(by_verdict),
        lines=tuple(sorted(lines, key=lambda line: (line.verdict, -line.regions, line.rule))),
        attributes=attributes,
        carriers=carriers,
        decisions=_decisions(claims, lines),
        misses=Misses.of(miss_rate(output)),
        heads=carriers.get(CARRIER, {}).get(LEFT, 0),
        faces=_faces(lines, by_verdict),
        pixels=_pixels(claims, findings),
        dates=dates,
    )


def _runs(output: str) -> Iterator[Run]:
    for run_id, source in sorted(complete_runs(output).items()):
        report = json.loads(storage_of(source.uri).read(source.uri) or b"{}")
        about = {name: report.get(name) or "" for name in ("started", "ended", "efface", "policy", "models", "key_id")}
        counts = report.get("counts", {})
        yield Run(run_id, **about, outcomes={name: counts.get(name, 0) for name in OUTCOMES}, codes=report.get("codes", {}))


def _counts(table: pa.Table, *columns: str) -> Iterator[tuple[Any, int]]:
    """(tuple of values, rows) of each combination of values, most rows first; a null counts as ""."""
    filled = pa.table({name: pc.fill_null(table[name], "") for name in columns})
    grouped = filled.group_by(list(columns), use_threads=False).aggregate([([], "count_all")]).to_pylist()
    for row in sorted(grouped, key=lambda row: (-row["count_all"], *(row[name] for name in columns))):
        yield tuple(row[name] for name in columns), row["count_all"]


def _devices(claims: pa.Table) -> Iterator[DeviceCount]:
    keys = ["modality", "manufacturer", "manufacturer_model_name"]
    parts = {name: pc.fill_null(claims[name], "") for name in keys}
    flags = {
        "filled": pc.cast(pc.greater(pc.fill_null(claims["boxes_redacted"], 0), 0), pa.int64()),
        "without_pixels": pc.cast(pc.equal(pc.fill_null(claims["frames"], 0), 0), pa.int64()),
    }
    grouped = pa.table(parts | flags).group_by(keys, use_threads=False)
    sums = grouped.aggregate([([], "count_all"), *((name, "sum") for name in flags)]).to_pylist()
    for row in sorted(sums, key=lambda row: (row["modality"], -row["count_all"], *(row[name] for name in keys))):
        device = (row[name] for name in keys)
        yield DeviceCount(*device, *(row[name] for name in ("count_all", "filled_sum", "without_pixels_sum")))


def _attributes(output: str, claims: pa.Table) -> tuple[dict[str, dict[str, int]], DateUtility]:
    """Rule -> action -> attributes, and what happened to dates, file by file: there are some fifty rows an instance."""
    made_by_run = pc.coalesce(claims["made_by_run"], claims["run"])
    counted: Counter[tuple[str, str, str]] = Counter()
    for source in table_files(output, "attributes"):
        rows = require_table(source.uri, ATTRIBUTES)
        refs = claims["ref"].filter(pc.equal(made_by_run, run_of(source.uri)))
        rows = rows.filter(pc.is_in(rows["ref"], refs))
        leaves = pc.utf8_slice_codeunits(rows["tag_path"], -_LEAF_DIGITS)
        for key, count in _counts(rows.append_column("leaf", leaves), "rule", "action", "leaf"):
            counted[key] += count
    by_rule: defaultdict[str, Counter[str]] = defaultdict(Counter)
    moved = gone = 0
    for (rule, action, leaf), count in sorted(counted.items()):
        by_rule[rule][action] += count
        if known_vr(int(leaf, 16)) in _DATE_VRS:
            moved += count if (rule, action) == (Option.RETAIN_LONG_MODIFIED_DATES, "C") else 0
            gone += count if action in "XZD" else 0
    return {rule: dict(actions) for rule, actions in by_rule.items()}, DateUtility(moved, gone)


def _carriers(claims: pa.Table) -> dict[str, dict[str, int]]:
    counted = Counter(pair for pairs in claims["carriers"].to_pylist() for pair in pairs or ())
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for (carrier, done), count in sorted(counted.items()):
        found[carrier][done] = count
    return dict(found)


def _decisions(claims: pa.Table, lines: Iterable[LineCount]) -> DecisionUse:
    not_applied = pc.fill_null(claims["decisions_not_applied"], 0)
    by_verdict: Counter[str] = Counter()
    for line in lines:
        by_verdict[line.verdict] += line.regions if line.reason == Reason.DECISION else 0
    return DecisionUse(
        instances=pc.sum(pc.not_equal(pc.fill_null(claims["decisions_ref"], ""), "")).as_py() or 0,
        not_applied_instances=pc.sum(pc.greater(not_applied, 0)).as_py() or 0,
        not_applied=pc.sum(not_applied).as_py() or 0,
        filled=by_verdict[Verdict.REDACT],
        kept=by_verdict[Verdict.KEEP],
    )


def _faces(lines: Iterable[LineCount], failures: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    counted = {str(verdict): 0 for verdict in Verdict}
    for line in lines:
        if line.reason == Reason.FACE:
            counted[line.verdict] += line.regions
    return counted | {"quarantined": failures.get("quarantined", {}).get("face", 0)}


def _pixels(claims: pa.Table, findings: pa.Table) -> PixelUtility:
    boxes: defaultdict[str, list[tuple[list[int], Box]]] = defaultdict(list)
    is_filled = pc.and_(pc.equal(findings["verdict"], Verdict.REDACT), pc.equal(pc.fill_null(findings["overlay_group"], 0), 0))
    for row in findings.filter(is_filled).select(["ref", "frame_indices", *Box._fields]).to_pylist():
        boxes[row["ref"]].append((row["frame_indices"] or [], Box(*(row[side] for side in Box._fields))))
    instances = pixels = filled = unknown = 0
    for row in claims.select(["ref", "frames", "rows", "columns"]).to_pylist():
        if not row["frames"]:
            continue
        if not row["rows"] or not row["columns"]:
            unknown += 1
            continue
        instances += 1
        pixels += row["frames"] * row["rows"] * row["columns"]
        filled += filled_pixels(boxes.get(row["ref"], ()))
    before, after = claims["source_transfer_syntax_uid"], claims["output_transfer_syntax_uid"]
    changed = pc.sum(pc.and_(pc.not_equal(before, after), pc.greater(claims["frames"], 0))).as_py() or 0
    methods = {method or "unknown": count for (method,), count in _counts(claims, "pixel_method")}
    return PixelUtility(instances, pixels, filled, unknown, methods, changed)


def as_record(facts: Facts) -> dict[str, Any]:
    """The facts for `--json`: names and numbers."""
    return asdict(facts) | {"filled_share": facts.pixels.filled_share}
