"""`efface` whose clients of stores give up within seconds, in the launcher and in the workers.

python -m support.impatient run --input ...
"""

from __future__ import annotations

import sys
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import Any

from efface.transforms.storage import google, object_store


def install() -> None:
    """Let the clients of this process give up soon."""
    google.LIMITS = replace(google.LIMITS, retry_sec=3.0, request_sec=6.0)
    object_store.LIMITS = replace(object_store.LIMITS, retries=2, retry_sec=3.0, request_sec=6.0)


def run_worker(connection: Connection, batch_job: Any) -> None:
    """The main function of a worker process with such clients."""
    from efface.runners.direct.worker import run_worker

    install()
    run_worker(connection, batch_job)


if __name__ == "__main__":
    from efface.runners.cli.main import main
    from efface.runners.direct import run
    from support import impatient

    impatient.install()
    run.run_worker = impatient.run_worker
    sys.exit(main(sys.argv[1:]))
