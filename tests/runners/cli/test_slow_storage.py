"""A storage that sends a byte a second: the command goes on without the instance, and the next run tries it again."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from efface.runners.cli.exit_codes import ExitCode
from support.samples import sample

COMMAND = """
import dataclasses, sys
from efface.runners.cli.main import main
from efface.runners.direct import deadlines

deadlines.LIMITS = dataclasses.replace(deadlines.LIMITS, wait_sec=10.0)
sys.exit(main(sys.argv[1:]))
"""


class SlowBucket(BaseHTTPRequestHandler):
    """As much of Google Cloud Storage as a run reads with: it lists, and sends the object "in/slow" a byte a second."""

    objects: dict[str, bytes]
    is_slow = True

    def do_GET(self):
        parts = urlsplit(self.path)
        name = parts.path.rpartition("/o/")[2].replace("%2F", "/")
        if parts.path.endswith("/o"):
            prefix = parse_qs(parts.query).get("prefix", [""])[0]
            found = {one: data for one, data in self.objects.items() if one.startswith(prefix)}
            items = [{"name": one, "bucket": "b", "size": str(len(data)), "generation": "1"} for one, data in found.items()]
            self.send(json.dumps({"items": items}).encode(), "application/json")
        else:
            self.send(self.objects[name], "application/dicom", wait_sec=1 if name == "in/slow" and type(self).is_slow else 0)

    def send(self, data, kind, wait_sec=0):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        for part in (bytes([byte]) for byte in data) if wait_sec else (data,):
            try:
                self.wfile.write(part)
            except OSError:  # The worker was ended.
                return
            time.sleep(wait_sec)

    def log_message(self, *arguments):
        """Keep the output of the tests short."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    handler = type(
        "Handler", (SlowBucket,), {"objects": {"in/slow": sample("CT_small.dcm"), "in/quick": sample("MR_small.dcm")}}
    )
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_the_command_goes_on_without_an_instance_that_does_not_arrive(server, tmp_path, key_file):
    (tmp_path / "policy.yaml").write_text("pixels: none\n")
    arguments = ["run", "--input=gs://b/in", f"--output={tmp_path / 'out'}", f"--key-file={key_file}", "--json", "--workers=1"]
    command = [sys.executable, "-c", COMMAND, *arguments, f"--policy={tmp_path / 'policy.yaml'}"]
    address = f"http://127.0.0.1:{server.server_port}"
    environment = {**os.environ, "STORAGE_EMULATOR_HOST": address, "PYTHONPATH": str(Path(__file__).parents[2])}

    def run():
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
        return done.returncode, json.loads(done.stdout)

    code, report = run()
    assert (code, report["codes"]) == (ExitCode.QUARANTINED, {"deadline": 1})
    # By the order, which the key decides, the worker that was killed had published it already.
    assert report["counts"]["published"] + report["counts"]["unchanged"] == 1
    server.RequestHandlerClass.is_slow = False
    code, report = run()
    assert (code, report["codes"], report["counts"]["published"], report["counts"]["unchanged"]) == (ExitCode.OK, {}, 1, 1)
