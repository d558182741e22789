"""The entry point: checks everything that can be checked before work starts, then hands over to the runner."""

from __future__ import annotations

import contextlib
import io
import os
import secrets
import sys
from argparse import ArgumentError, Namespace
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from apache_beam.options.pipeline_options import PipelineOptions

from efface.pipeline import cli
from efface.pipeline.deidentify import Job
from efface.pipeline.options import LOCAL_RUNNERS, REMOTE_RUNNERS, runner_name, unknown_flags
from efface.pipeline.policy import Policy, PolicyError, load_policy, shipped_text
from efface.transforms.audit.compaction import compact_audit
from efface.transforms.audit.rows import SKIPPED_CODES, Versions
from efface.transforms.core.errors import EffaceError
from efface.transforms.core.identity import Pseudonyms
from efface.transforms.core.records import Source
from efface.transforms.step import NOT_FAILURES, explain_failure
from efface.transforms.storage import fixed_prefix, is_below, is_local, join_uri, storage_of
from efface.transforms.storage.key_source import KeySource, KeyUnavailableError, make_key_file

from .closing import Totals, close_run
from .direct.messages import Order
from .direct.run import list_sources, run_batches
from .direct.supervisor import WorkerRefusedError
from .refresh_plan import OtherKeyError, RefreshPlan, begin_run
from .remote import RemoteFailedError, RemoteRefusedError, remote_options, run_remote
from .run_lock import OutputBusyError, run_lock
from .withdrawal import Entry, WithdrawalError, read_withdrawn


class _UsageError(Exception):
    """The command cannot be carried out as it stands; the message says what to do."""


class _PictureError(Exception):
    """A picture cannot be written, which is no fault of the file that it shows."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one `efface` command; returns its exit code."""
    parser = cli.parser()
    arguments, beam_flags = parser.parse_known_args(argv)
    if beam_flags and arguments.command != "run":
        parser.error(f"unrecognized arguments: {' '.join(beam_flags)}")
    commands = {
        "audit": _audit,
        "key": _key,
        "policy": _policy,
        "explain": _explain,
        "scan": _scan,
        "vault": _vault,
        "demo-data": _demo_data,
    }
    try:
        return _run(arguments, beam_flags) if arguments.command == "run" else commands[arguments.command](arguments)
    except (_UsageError, PolicyError, KeyUnavailableError, OtherKeyError, RemoteRefusedError) as error:
        return cli.fail_usage(str(error))
    except (WorkerRefusedError, OutputBusyError, RemoteFailedError, EffaceError, _PictureError) as error:
        print(f"efface: {error}", file=sys.stderr)
        return cli.EXIT_ERROR
    except KeyboardInterrupt:
        print("\nefface: interrupted; the same command goes on where it stopped", file=sys.stderr)
        return cli.EXIT_INTERRUPTED


def _run(arguments: Namespace, beam_flags: list[str]) -> int:
    policy = load_policy(arguments.policy)
    key = KeySource(arguments.key_file)
    key_id = key.pseudonyms().key_id
    key = replace(key, key_id=key_id)
    _check_flags(beam_flags)
    is_remote = runner_name(beam_flags) not in LOCAL_RUNNERS
    if is_remote and arguments.workers:
        raise _UsageError("--workers counts processes of this machine; an engine has an option of its own for its workers")
    _check_places(arguments.input, arguments.output, arguments.vault)
    withdrawn = _withdrawn(arguments.withdrawn, key)
    places = [*arguments.input, arguments.output, *([arguments.vault] if arguments.vault else []), arguments.key_file]
    options = remote_options(beam_flags, places) if is_remote else None
    sources = _list(arguments.input)
    policy, models = policy.resolve()

    run_id = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
    versions = Versions(policy_version(policy, key.pseudonyms()), models, key_id)
    job = Job(
        arguments.output,
        arguments.vault,
        key,
        run_id,
        part="",
        shards=1,
        versions=versions,
        withdrawn=frozenset[str]().union(*withdrawn),
        began_sec=datetime.now(UTC).timestamp(),
    )
    with run_lock(job.output, run_id):
        deletes_removed = arguments.on_removed == "delete"
        plan = begin_run(job, sources, redo=arguments.redo, deletes_removed=deletes_removed, withdrawn=withdrawn)
        if options is not None:
            return _carry_out_elsewhere(policy, job, options, plan)
        return _carry_out(Order(policy, job, tuple(beam_flags)), plan, arguments)


def _carry_out(order: Order, plan: RefreshPlan, arguments: Namespace) -> int:
    job, line = order.job, cli.ProgressLine()

    def tell(totals: Totals, in_flight_done: int) -> None:
        done = totals.done + in_flight_done
        line.tell(totals.listed, totals.known, done, totals.verdicts["quarantined"])

    started = datetime.now(UTC)
    try:
        totals = run_batches(
            order,
            plan,
            workers=arguments.workers or len(os.sched_getaffinity(0)),
            batch_size=arguments.batch_size,
            tell=tell,
        )
    finally:
        line.close()
    return _report(job, order.policy, close_run(job, plan, totals, started))


def _carry_out_elsewhere(policy: Policy, job: Job, options: PipelineOptions, plan: RefreshPlan) -> int:
    told = run_remote(policy, job, options, plan)
    if told is None:
        print(f"The job of run {job.run_id} is written down. Its last step closes the run, wherever it is started.")
        return cli.EXIT_OK
    return _report(job, policy, told)


def _report(job: Job, policy: Policy, told: dict[str, Any]) -> int:
    cli.print_summary(job.output, job.run_id, told["counts"], told["codes"], bool(job.vault))
    unmatched = told["withdrawal"]["matched_nobody"]
    cli.print_patients(told["withdrawal"]["entries"], unmatched, told["patient_ids_of_several_issuers"], policy.profile.issuer)
    return cli.EXIT_QUARANTINED if told["counts"]["quarantined"] or unmatched else cli.EXIT_OK


def policy_version(policy: Policy, pseudonyms: Pseudonyms) -> str:
    """The policy's version for the audit. With a table of patients it is keyed: by a bare hash their IDs could be tried out."""
    if not policy.profile.patients:
        return policy.version
    name, metadata, pixels = policy.version.rsplit("-", 2)
    return f"{name}-{pseudonyms.token('policy', metadata, 10)}-{pixels}"


def _withdrawn(file: str, key: KeySource) -> tuple[Entry, ...]:
    try:
        return read_withdrawn(file, key.pseudonyms()) if file else ()
    except WithdrawalError as error:
        raise _UsageError(f"the withdrawal list cannot be used: {error}") from None
    except (OSError, UnicodeDecodeError, EffaceError) as error:
        raise _UsageError(
            f"the withdrawal list cannot be read ({type(error).__name__}); it holds one Patient ID a line"
        ) from None


def _check_flags(beam_flags: list[str]) -> None:
    try:
        unknown = unknown_flags(beam_flags)
    except ArgumentError as error:
        raise _UsageError(f"{error}; see `efface run --help` and Beam's own options") from None
    if unknown:
        raise _UsageError(f"unknown option {unknown[0]}: neither efface nor Beam has it; see `efface run --help`")
    runner = runner_name(beam_flags)
    if runner not in LOCAL_RUNNERS and runner not in REMOTE_RUNNERS:
        raise _UsageError(
            f"--runner={runner} is not one of: {', '.join(REMOTE_RUNNERS)}; leave --runner out to run on this machine"
        )


def _check_places(inputs: Sequence[str], output: str, vault: str) -> None:
    for pattern in inputs:
        if is_local(pattern) and not Path(fixed_prefix(pattern)).exists():
            raise _UsageError("the input does not exist; give a file, a folder or a pattern")
        for name, place in (("output", output), ("vault", vault)):
            if place and is_below(place, fixed_prefix(pattern)):
                raise _UsageError(f"the {name} lies inside the input; give it a place of its own")
        if output and is_below(fixed_prefix(pattern), output):
            raise _UsageError("the input lies inside the output; give the output a place of its own")
    if vault and (is_below(vault, output) or is_below(output, vault)):
        raise _UsageError("the vault and the output lie one inside the other; who may read one must not find the other")
    for name, place in (("output", output), ("vault", vault)):
        if place and is_local(place):
            existing = next(path for path in (Path(place).absolute(), *Path(place).absolute().parents) if path.exists())
            if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
                raise _UsageError(f"the {name} cannot be written: check the folder and its permissions")
        elif place:
            _try_to_write(name, place)


def _try_to_write(name: str, place: str) -> None:
    """Put an empty object there and take it away again, since nothing else tells whether a run could write."""
    probe = join_uri(place, f".efface-probe-{secrets.token_hex(4)}")
    try:
        storage_of(probe).write(probe, b"", replace=True)
    except Exception as error:  # Credentials, network, no such bucket, no such scheme: every client has errors of its own.
        raise _UsageError(
            f"the {name} cannot be written ({type(error).__name__}): check that the bucket exists and the rights to it"
        ) from None
    with contextlib.suppress(Exception):  # A bucket may be one where nothing can be deleted yet.
        storage_of(probe).delete(probe)


def _is_in_an_output(place: str) -> bool:
    """Whether a run wrote its audit above a place."""
    parts = (str(Path(place).resolve()) if is_local(place) else place.rstrip("/")).split("/")
    above = ("/".join(parts[:end]) for end in range(1 if is_local(place) else 3, len(parts) + 1))
    return any(next(iter(storage_of(prefix).list(join_uri(prefix, "audit", "runs"))), None) for prefix in above)


def _list(patterns: Sequence[str]) -> list[Source]:
    try:
        sources = list_sources(patterns)
    except EffaceError as error:
        raise _UsageError(f"the input cannot be listed ({error.code}): {error}") from None
    except Exception as error:  # Credentials and network: the client's own message tells what to do.
        raise _UsageError(f"the input cannot be listed: {type(error).__name__}: {error}") from None
    if not sources:
        raise _UsageError("the input matches nothing; give a file, a folder or a pattern")
    return sources


def _key(arguments: Namespace) -> int:
    try:
        make_key_file(Path(arguments.file))
    except FileExistsError:
        raise _UsageError("the file is there already; a key is never overwritten") from None
    except OSError as error:
        raise _UsageError(f"the key file cannot be written ({error.strerror})") from None
    print("A new key is made. Keep it: the same key gives the same pseudonyms, and no other key ever will.")
    return cli.EXIT_OK


def _audit(arguments: Namespace) -> int:
    if arguments.audit_command == "misses":
        from efface.transforms.audit.miss_rate import bound_misses

        cli.print_misses(bound_misses(arguments.output))
        return cli.EXIT_OK
    with run_lock(arguments.output, "compact"):
        before, after = compact_audit(arguments.output)
    print(f"{before} files before, {after} now")
    return cli.EXIT_OK


def _policy(arguments: Namespace) -> int:
    if arguments.policy_command == "check":
        policy = load_policy(arguments.policy)
        print(f"valid: {policy.version}")
    else:
        print(shipped_text(getattr(arguments, "policy", "basic")), end="")
    return cli.EXIT_OK


def _explain(arguments: Namespace) -> int:
    from efface.transforms.dicom.parse import read_dataset
    from efface.transforms.metadata.dictionary import register_attributes
    from efface.transforms.metadata.explain import explain_dataset

    policy = load_policy(arguments.policy)
    register_attributes()
    try:
        dataset = read_dataset(io.BytesIO(Path(arguments.file).read_bytes()))
        explained = explain_dataset(dataset, policy.profile)
    except OSError as error:
        raise _UsageError(f"the file cannot be read ({error.strerror})") from None
    except NOT_FAILURES:
        raise
    except BaseException as error:
        print("the instance would be quarantined: {} ({})".format(*explain_failure(error)))
        return cli.EXIT_QUARANTINED
    cli.print_explained([(row.path, row.keyword, row.vr, row.action, row.rule) for row in explained])
    return cli.EXIT_OK


def _scan(arguments: Namespace) -> int:
    from efface.pipeline.scan import draw_boxes, scan_source
    from efface.transforms.ocr.registry import load_detector

    policy = load_policy(arguments.policy)
    sources, refused = _list(arguments.files), 0
    if arguments.png:
        try:
            Path(arguments.png).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _UsageError(f"the pictures cannot be written ({error.strerror})") from None
    try:
        policy, _ = policy.resolve()
        load_detector(policy.ocr)
    except Exception as error:  # Whatever the engine's libraries raise; it is no fault of any file.
        raise WorkerRefusedError(f"the text engine cannot start ({type(error).__name__}: {error})") from None
    for number, source in enumerate(sources, 1):
        try:
            boxes = scan_source(source, policy, with_text=arguments.show_text)
            if arguments.png:
                for frame, picture in draw_boxes(source, boxes):
                    # Source names may identify somebody, so pictures are named by where the source stands in the list.
                    _save_picture(picture, Path(arguments.png, f"{number:04d}-{frame:04d}.png"))
        except (*NOT_FAILURES, _PictureError):
            raise
        except BaseException as error:
            code, reason = explain_failure(error)
            refused += code not in SKIPPED_CODES
            print(f"{source.uri}: {code} ({reason})", file=sys.stderr)
            continue
        if arguments.json:
            for box in boxes:
                print(box.as_json())
        else:
            cli.print_scanned(source.uri, [box.as_row() for box in boxes])
    return cli.EXIT_QUARANTINED if refused else cli.EXIT_OK


def _save_picture(picture: Any, path: Path) -> None:
    try:
        picture.save(path)
    except OSError as error:
        raise _PictureError(f"the pictures cannot be written ({error.strerror or type(error).__name__})") from None


def _vault(arguments: Namespace) -> int:
    from efface.pipeline.vault import export_vault

    policy = load_policy(arguments.policy)
    pseudonyms = KeySource(arguments.key_file).pseudonyms()
    _check_places(arguments.input, output="", vault=arguments.prefix)
    if _is_in_an_output(arguments.prefix):
        raise _UsageError("the vault lies inside the output of a run; who may read one must not find the other")
    sources = _list(arguments.input)
    failed = export_vault(sources, policy.profile, pseudonyms, arguments.prefix)
    for uri, (code, reason) in failed.items():
        print(f"{uri}: {code} ({reason})", file=sys.stderr)
    print(f"{len(sources) - len(failed)} of {len(sources)} sources are in the vault")
    return cli.EXIT_QUARANTINED if failed else cli.EXIT_OK


def _demo_data(arguments: Namespace) -> int:
    from efface.pipeline.demo_data import write_demo_data

    written = write_demo_data(Path(arguments.folder))
    print(f"{len(written)} files in {arguments.folder}: synthetic, and full of identifiers")
    return cli.EXIT_OK


if __name__ == "__main__":
    sys.exit(main())
