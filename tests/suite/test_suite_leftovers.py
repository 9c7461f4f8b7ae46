import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize("processes", ["0", "1"])
def test_a_run_leaves_nothing_where_the_system_keeps_what_is_temporary(tmp_path, processes):
    arguments = ["-q", "-n", processes, "-p", "no:cacheprovider", "-k", "bites", "contract_tests/test_laws.py"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        text=True,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, list(tmp_path.glob("cells-*"))) == (0, []), done.stdout
