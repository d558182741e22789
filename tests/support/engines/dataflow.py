"""The part of Dataflow's REST interface that a launcher talks to: takes a job, says RUNNING and then DONE, and does nothing."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.portability.api import beam_runner_api_pb2
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

from efface.transforms.storage import storage_of


class FakeDataflow:
    """What was asked for.

    Attributes:
        endpoint: For `--dataflow_endpoint`.
        job: The body of the request that created the job.
    """

    def __init__(self) -> None:
        self.endpoint = ""
        self.job: dict[str, Any] = {}
        self._asked = 0

    def create(self, job: dict[str, Any]) -> dict[str, Any]:
        self.job = job
        return {"id": "2026-01-01_00_00_00-1", "projectId": "project", "location": "us-central1", "name": job["name"]}

    def state(self) -> dict[str, Any]:
        self._asked += 1
        state = "JOB_STATE_DONE" if self._asked > 1 else "JOB_STATE_RUNNING"
        return self.create(self.job) | {"currentState": state}


@contextmanager
def fake_dataflow() -> Iterator[FakeDataflow]:
    """Serve on a free port of this machine."""
    dataflow = FakeDataflow()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
            self._answer(dataflow.create(body) if self.path.split("?")[0].endswith("/jobs") else {})

        def do_GET(self) -> None:
            path = self.path.split("?")[0]
            lists = {"/messages": {"jobMessages": []}, "/metrics": {"metrics": []}}
            self._answer(next((answer for end, answer in lists.items() if path.endswith(end)), None) or dataflow.state())

        def _answer(self, answer: dict[str, Any]) -> None:
            data = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        # The client takes REST instead of gRPC for this very name.
        dataflow.endpoint = f"http://localhost:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield dataflow
        server.shutdown()


def staged_pipeline(bucket: str) -> beam_runner_api_pb2.Pipeline:
    """The graph as a launcher staged it for the service, somewhere in a bucket."""
    [uri] = [source.uri for source in storage_of(bucket).list(bucket) if source.uri.endswith("/pipeline.pb")]
    return beam_runner_api_pb2.Pipeline.FromString(storage_of(uri).read(uri))


def run_here(graph: beam_runner_api_pb2.Pipeline) -> None:
    """Carry out a staged graph in this process."""
    for environment in graph.components.environments.values():
        environment.urn, environment.payload = "beam:env:embedded_python:v1", b""
        del environment.dependencies[:]
    FnApiRunner().run_via_runner_api(graph, PipelineOptions([])).wait_until_finish()
