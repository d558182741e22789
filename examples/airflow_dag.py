"""A refresh every night with Airflow 3: put this file and `runners/refresh/refresh.sh` into the folder of DAGs.

Airflow variables give the locations: efface_input, efface_output, efface_key_file, and efface_options (optional). The command
`efface` must be on the worker's PATH, or the variable efface_command gives its path.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pendulum
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

_SCRIPT = Path(__file__).with_name("refresh.sh")

with DAG(
    "efface_refresh",
    description="De-identify new and changed instances of the archive",
    schedule="15 2 * * *",
    start_date=pendulum.datetime(2026, 1, 1, tz="UTC"),
    catchup=False,  # A refresh processes all pending instances, so missed nights are not repeated.
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=10)},  # A retry resumes where the run stopped.
    tags=["dicom", "efface"],
):
    BashOperator(
        task_id="refresh",
        bash_command=f"sh '{_SCRIPT}' ",  # The space at the end keeps Airflow from reading the script as a template.
        env={
            "EFFACE_INPUT": "{{ var.value.efface_input }}",
            "EFFACE_OUTPUT": "{{ var.value.efface_output }}",
            "EFFACE_KEY_FILE": "{{ var.value.get('efface_key_file', '') }}",
            "EFFACE_OPTIONS": "{{ var.value.get('efface_options', '') }}",
            "EFFACE_COMMAND": "{{ var.value.get('efface_command', 'efface') }}",
        },
        append_env=True,
    )
