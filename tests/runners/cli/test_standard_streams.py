"""Commands whose standard streams are closed, or cannot be written."""

import subprocess
import sys

import pytest

COMMAND = """
import os, sys
from efface.runners.cli.main import main
code = main(["policy", "check", "no-such-policy"])
opened = os.open(os.devnull, os.O_RDONLY)
os.write(int(sys.argv[1]), f"{code} {opened > 2} {None in (sys.stdin, sys.stdout, sys.stderr)}".encode())
"""


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_standard_stream_is_no_error_and_its_number_is_not_given_to_a_file(closed, tmp_path):
    answer = tmp_path / "answer"
    shell = f'"$0" -c "$1" 9 9>"$2" {closed}'
    subprocess.run(["sh", "-c", shell, sys.executable, COMMAND, answer], capture_output=True, check=True, timeout=60)
    assert answer.read_text() == "2 True False"
