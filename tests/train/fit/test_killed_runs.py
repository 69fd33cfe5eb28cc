"""kill -9 at random moments of training and resumption: the same weights as an undisturbed run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")


@pytest.mark.skipif(sys.platform == "win32", reason="the runs are forks")
@pytest.mark.parametrize("workers", [0, 1])
def test_a_run_killed_at_random_moments_ends_with_the_same_weights(tmp_path: Path, workers: int) -> None:
    script = Path(__file__).with_name("killed_runs.py")
    command = [sys.executable, str(script), str(tmp_path), "--workers", str(workers)]
    done = subprocess.run(
        [*command, "--steps", "10", "--kills", "3"], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "different: none" in done.stdout
