"""What an exception means for its instance: a failure with a code, or an error that ends the process or the job."""

from __future__ import annotations

import logging

from .errors import EffaceError, Failure, MemoryLackError, ModelError, UnmappedPatientError, WithdrawnError
from .malformed import place_of

NOT_FAILURES = (KeyboardInterrupt, SystemExit, GeneratorExit, ModelError)
"""They end a process or a job. Every other exception is a failure of its instance, also one that a decoder panics with."""


def describe_failure(ref: str, stage: str, error: BaseException) -> Failure:
    """The failure that stands for an exception. For an unexpected one, the log says where it came from."""
    error = _expected(error)
    if isinstance(error, EffaceError):
        patient_ref = error.patient_ref if isinstance(error, WithdrawnError | UnmappedPatientError) else ""
        return Failure(ref, stage, error.code, patient_ref, str(error), error.output_uid)
    # An error, since workers of a local run pass over warnings.
    logging.getLogger(__name__).error("please report: %s in %s", describe_unexpected(error), stage)
    return Failure(ref, stage, EffaceError.code)


def explain_failure(error: BaseException) -> tuple[str, str]:
    """Code and reason of a failure, for a line on a terminal."""
    error = _expected(error)
    if isinstance(error, EffaceError):
        return error.code, str(error)
    return EffaceError.code, f"{describe_unexpected(error)}; please report it"


def _expected(error: BaseException) -> BaseException:
    if isinstance(error, MemoryError):  # Also those of numpy and pyarrow.
        return MemoryLackError("the process has too little memory for the instance")
    return error


def describe_unexpected(error: BaseException) -> str:
    """Class and lines of code of an exception: the last one of efface, and where it was raised. Never its message."""
    places = dict.fromkeys((place_of(error, "efface."), place_of(error)))
    return " at ".join((type(error).__name__, *filter(None, places)))
