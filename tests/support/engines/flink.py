"""A real Flink cluster with Beam's job server: one JobManager, three TaskManagers, workers without a container engine."""

import ensurepip
import json
import os
import shlex
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.engines.downloads import flink_jars, job_server_jars, worker_boot
from support.engines.processes import Processes, free_ports, is_listening, processes, wait_until

PARALLELISM = 2
TASK_MANAGERS = PARALLELISM + 1  # One to spare, so that a job can go on when one is killed.

_ADD_OPENS = [
    f"--add-opens=java.base/java.{package}=ALL-UNNAMED"
    for package in ("lang", "lang.reflect", "net", "io", "nio", "text", "time", "util", "util.concurrent")
]

_CONFIGURATION = """
jobmanager.rpc.address: 127.0.0.1
jobmanager.rpc.port: {rpc_port}
jobmanager.bind-host: 127.0.0.1
jobmanager.memory.process.size: 1000m
rest.address: 127.0.0.1
rest.bind-address: 127.0.0.1
rest.port: {rest_port}
taskmanager.host: 127.0.0.1
taskmanager.bind-host: 127.0.0.1
taskmanager.numberOfTaskSlots: 1
taskmanager.memory.process.size: 1400m
taskmanager.memory.task.heap.size: 256m
taskmanager.memory.task.off-heap.size: 0m
taskmanager.memory.managed.size: 128m
taskmanager.memory.network.min: 256m
taskmanager.memory.network.max: 256m
restart-strategy.type: fixed-delay
restart-strategy.fixed-delay.attempts: 5
restart-strategy.fixed-delay.delay: 2 s
heartbeat.timeout: 10000
heartbeat.interval: 2000
io.tmp.dirs: {folder}
"""

_LOGGING = """
rootLogger.level=INFO
rootLogger.appenderRef.console.ref=console
appender.console.name=console
appender.console.type=CONSOLE
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d %-5p %c{1} - %m%n
"""

# The worker finds this Python first in its path, and each has a folder of its own for what is staged. The program asks pip
# what is installed; an environment without pip borrows the one that comes with Python.
_WORKER = """#!/bin/sh
export PATH={python}:"$PATH" PYTHONPATH={pip} RUN_PYTHON_SDK_IN_DEFAULT_ENVIRONMENT=1
exec {boot} --semi_persist_dir="$(mktemp -d {folder}/worker-XXXXXX)" "$@"
"""


@dataclass(frozen=True)
class FlinkCluster:
    """A running cluster.

    Attributes:
        rest_port: Of the JobManager.
        job_port: Of Beam's job server.
        worker: The program that starts a Python worker.
        task_managers: The processes by their resource id.
    """

    rest_port: int
    job_port: int
    worker: Path
    task_managers: dict[str, subprocess.Popen[bytes]]

    @property
    def flags(self) -> list[str]:
        """Beam's flags for a run on this cluster."""
        return [
            "--runner=PortableRunner",
            f"--job_endpoint=localhost:{self.job_port}",
            "--environment_type=PROCESS",
            f"--environment_config={json.dumps({'command': str(self.worker)})}",
            f"--parallelism={PARALLELISM}",
        ]

    def ask(self, path: str) -> Any:
        """The JobManager's answer to a question of its REST interface."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.rest_port}/{path}", timeout=10) as answer:
            return json.load(answer)

    def kill_busy_task_manager(self) -> None:
        """Kill -9 a TaskManager that a job runs on."""
        busy = next(one["id"] for one in self.ask("taskmanagers")["taskmanagers"] if one["freeSlots"] == 0)
        self.task_managers[busy].kill()

    def failures_of_last_job(self) -> int:
        """How often the job that ended last failed on its way; it was started anew after each."""
        job = max(self.ask("jobs/overview")["jobs"], key=lambda one: one["end-time"])["jid"]
        return len(self.ask(f"jobs/{job}/exceptions")["exceptionHistory"]["entries"])


@contextmanager
def flink_cluster(folder: Path, worker_environment: dict[str, str]) -> Iterator[FlinkCluster]:
    """A cluster that ends with the block.

    Args:
        folder: For its configuration, logs and temporary files.
        worker_environment: What its workers find in their environment (the key, for example).
    """
    rpc_port, rest_port, job_port, artifact_port = free_ports(4)
    (folder / "flink-conf.yaml").write_text(
        _CONFIGURATION.format(rpc_port=rpc_port, rest_port=rest_port, folder=folder), encoding="utf-8"
    )
    (folder / "log4j.properties").write_text(_LOGGING, encoding="utf-8")
    worker = folder / "worker"
    boot = shlex.quote(str(worker_boot()))
    python = shlex.quote(str(Path(sys.executable).parent))
    pip = shlex.quote(str(next(Path(ensurepip.__file__).parent.rglob("pip-*.whl"))))
    worker.write_text(_WORKER.format(python=python, pip=pip, boot=boot, folder=folder), encoding="utf-8")
    worker.chmod(0o755)
    with processes(folder) as started:
        _start_job_manager(started, folder)
        names = [f"task-manager-{number}" for number in range(TASK_MANAGERS)]
        crew = {name: _start_task_manager(started, folder, name, worker_environment) for name in names}
        _start_job_server(started, folder, rest_port, job_port, artifact_port)
        cluster = FlinkCluster(rest_port, job_port, worker, crew)
        wait_until(lambda: is_listening(rest_port), "the JobManager")
        wait_until(lambda: cluster.ask("overview")["taskmanagers"] == TASK_MANAGERS, "the TaskManagers")
        wait_until(lambda: is_listening(job_port), "the job server")
        yield cluster


def _start_job_manager(started: Processes, folder: Path) -> None:
    jvm, settings = _resources("GET_JM_RESOURCE_PARAMS", folder)
    main = "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint"
    started.start("job-manager", *_java(folder, jvm), main, "--configDir", folder, *settings)


def _start_task_manager(started: Processes, folder: Path, name: str, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    jvm, settings = _resources("GET_TM_RESOURCE_PARAMS", folder)
    main = "org.apache.flink.runtime.taskexecutor.TaskManagerRunner"
    command = (*_java(folder, jvm), main, "--configDir", folder, *settings, "-D", f"taskmanager.resource-id={name}")
    return started.start(name, *command, env=environment)


def _start_job_server(started: Processes, folder: Path, rest_port: int, job_port: int, artifact_port: int) -> None:
    main = "org.apache.beam.runners.flink.FlinkJobServerDriver"
    command = ["java", "-Xmx512m", "-cp", f"{job_server_jars()}/*", main, f"--flink-master=127.0.0.1:{rest_port}"]
    command += ["--job-host=localhost", f"--job-port={job_port}", f"--artifact-port={artifact_port}", "--expansion-port=0"]
    started.start("job-server", *command, f"--artifacts-dir={folder / 'artifacts'}")


def _java(folder: Path, jvm: list[str]) -> list[str]:
    jars = os.pathsep.join(str(jar) for jar in sorted((flink_jars() / "lib").glob("*.jar")))
    return ["java", *jvm, *_ADD_OPENS, f"-Dlog4j.configurationFile=file:{folder / 'log4j.properties'}", "-cp", jars]


def _resources(question: str, folder: Path) -> tuple[list[str], list[str]]:
    """What Flink's own start scripts ask for: flags of the JVM, and settings without which a TaskManager does not start."""
    jars = [flink_jars() / "bin/bash-java-utils.jar", *sorted((flink_jars() / "lib").glob("flink-dist-*.jar"))]
    class_path = os.pathsep.join(str(jar) for jar in jars)
    tool = "org.apache.flink.runtime.util.bash.BashJavaUtils"
    command = ["java", "-cp", class_path, tool, question, "--configDir", str(folder)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    mark = "BASH_JAVA_UTILS_EXEC_RESULT:"
    jvm, settings = [line.removeprefix(mark) for line in answer.splitlines() if line.startswith(mark)][:2]
    return jvm.split(), settings.split()
