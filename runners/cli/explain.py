"""`efface explain`: shows what a policy does to the attributes of a file."""

from __future__ import annotations

import io
from argparse import Namespace
from pathlib import Path

from efface.pipeline.policy import load_policy
from efface.transforms.core.failures import NOT_FAILURES, explain_failure
from efface.transforms.dicom.configuration import configure
from efface.transforms.dicom.parse import read_dataset
from efface.transforms.metadata.explain import explain_dataset

from .errors import UsageError
from .exit_codes import ExitCode
from .tables import print_table


def run(arguments: Namespace) -> int:
    """Print the action for each attribute of a file."""
    policy = load_policy(arguments.policy)
    configure()
    try:
        dataset = read_dataset(io.BytesIO(Path(arguments.file).read_bytes()))
        rows = explain_dataset(dataset, policy.profile)
    except OSError as error:
        raise UsageError(f"the file cannot be read ({error.strerror})") from None
    except NOT_FAILURES:
        raise
    except BaseException as error:
        print("the instance would be quarantined: {} ({})".format(*explain_failure(error)))
        return ExitCode.QUARANTINED
    print_table([(row.path, row.keyword, row.vr, row.action, row.rule) for row in rows])
    return ExitCode.OK
