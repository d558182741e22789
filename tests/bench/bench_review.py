"""A review of many instances: seconds from the command to the gallery in a browser, and what the browser is sent."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from efface.transforms.audit.layout import instance_uri, table_file_name
from efface.transforms.audit.marks import write_mark
from efface.transforms.audit.rows import to_parquet
from efface.transforms.audit.schemas import TABLES
from efface.transforms.storage import join_uri, storage_of
from support.published import row
from support.samples import sample

COUNTS = (1_000, 10_000, 100_000)
_BOXES, _PICTURES = 4, 48
"""Boxes of an instance, and instances that stand there: those of the first page."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--counts", type=int, nargs="+", default=COUNTS)
    print("| instances | s to the address | s to the gallery | s to its pictures | MB |\n|---|---|---|---|---|")
    for count in parser.parse_args().counts:
        with tempfile.TemporaryDirectory() as output:
            write_output(output, count)
            print("|", " | ".join([f"{count:,}", *(f"{value:.1f}" for value in measure(output))]), "|", flush=True)


def write_output(output: str, count: int) -> None:
    """An audit of so many instances, and the files of the first page."""
    data = sample("CT_small.dcm")
    device = {
        "manufacturer": "Acme",
        "manufacturer_model_name": "Scan 1",
        "rows": 128,
        "columns": 128,
        "output_bytes": len(data),
    }
    instances = [
        row(f"R{number}", output=f"P/{number:08d}.dcm") | device | {"modality": "CT", "sop_instance_uid": f"2.25.{number}"}
        for number in range(count)
    ]
    box = {"frame_indices": [0], "left": 1, "top": 2, "right": 30, "bottom": 12, "verdict": "redact", "rule": "header_name"}
    findings = [
        box | {"ref": f"R{number}", "reason": "header_name", "score": 0.9} for number in range(count) for _ in range(_BOXES)
    ]
    uris = []
    for table, rows in {"instances": instances, "findings": findings}.items():
        uri = join_uri(output, "audit", table, "run=1", "part-000000-00000.parquet")
        storage_of(uri).write(uri, to_parquet(TABLES[table], rows))
        uris.append(table_file_name(uri, table))
    write_mark(output, "1", "000000", uris)
    for number in range(min(count, _PICTURES)):
        uri = instance_uri(output, f"P/{number:08d}.dcm")
        storage_of(uri).write(uri, data)


def measure(output: str) -> tuple[float, float, float, float]:
    """Seconds to the address, to the gallery and to all pictures of its first page, and megabytes."""
    program = shutil.which("chromium") or shutil.which("chromium-headless-shell")
    began = time.monotonic()
    command = [str(Path(sys.executable).parent / "efface"), "review", output]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        url = server.stdout.readline().split()[-1]
        served = time.monotonic()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
            page = browser.new_page()
            sizes: list[int] = []
            page.on("response", lambda answer: sizes.append(int(answer.headers.get("content-length", 0))))
            opened = time.monotonic()
            page.goto(url)
            page.wait_for_selector("#cards a")
            shown = time.monotonic()
            for image in page.locator("#cards img").all():
                image.scroll_into_view_if_needed()
            page.wait_for_function(
                "[...document.querySelectorAll('#cards img')].every((one) => one.complete && one.naturalWidth)"
            )
            drawn = time.monotonic()
            browser.close()
        server.terminate()
    return served - began, shown - opened, drawn - opened, sum(sizes) / 1e6


if __name__ == "__main__":
    main()
