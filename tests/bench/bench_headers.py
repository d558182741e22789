"""What surrounds the work: CPU seconds of a whole run that leaves the pixels alone, of one small CT image and of many.

`efface run` with one worker, as a user calls it. The run of one image is the start, here also with the pixels. The rate is
what the run of many does in the CPU seconds that it takes more.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench_local import write_instances

MANY = 400


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        policy = Path(folder, "policy.yaml")
        policy.write_text("pixels: none\n")
        spent_sec = {}
        for count in (1, MANY):
            source = write_instances(Path(folder, f"in-{count}"), count)
            spent_sec[count] = cpu_seconds(source, Path(folder, f"out-{count}"), str(policy))
            print(f"{count} instances: {spent_sec[count]:.1f} CPU s", flush=True)
        cleaning_sec = cpu_seconds(Path(folder, "in-1"), Path(folder, "out-basic"), "basic")
        print(f"1 instance, with its pixels: {cleaning_sec:.1f} CPU s", flush=True)
        print(f"{(MANY - 1) / (spent_sec[MANY] - spent_sec[1]):.0f} instances a CPU second after the start")


def cpu_seconds(source: Path, output: Path, policy: str) -> float:
    """CPU seconds of a run and of its worker."""
    arguments = ["run", "--input", source, "--output", output, "--policy", policy, "--workers", "1"]
    process = subprocess.Popen(
        [sys.executable, "-m", "efface.runners.cli.main", *arguments],
        env=os.environ | {"EFFACE_KEY": "5e" * 32},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    # The usage of a process includes the children that it has waited for: here, its worker.
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit("the run failed")
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
