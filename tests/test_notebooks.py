"""Every notebook runs from top to bottom as it is committed, and draws what it promises."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed: pip install '.[test]'")
nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed: pip install '.[test]'")
jupyter_client = pytest.importorskip("jupyter_client", reason="jupyter_client comes with nbclient")
pytest.importorskip("ipykernel", reason="ipykernel is not installed: pip install '.[test]'")
pytest.importorskip("matplotlib", reason="matplotlib is not installed: pip install '.[bench]'")
pytest.importorskip("rapidfuzz", reason="rapidfuzz is not installed: pip install '.[bench]'")

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.ipynb"))


def code_cells(notebook: Any) -> list[Any]:
    """The notebook's code cells."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def pictures(cell: Any) -> int:
    """How many PNG pictures a cell put out."""
    return sum("image/png" in output.get("data", {}) for output in cell.outputs)


@pytest.fixture
def python3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A kernel named python3 that is this very interpreter, whatever kernels the machine has."""
    spec = tmp_path / "kernels" / "python3"
    spec.mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    described = {"argv": argv, "display_name": "Python 3", "language": "python"}
    (spec / "kernel.json").write_text(json.dumps(described), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    found = jupyter_client.kernelspec.KernelSpecManager().get_kernel_spec("python3")
    assert found.argv[0] == sys.executable
    return "python3"


def test_there_is_a_notebook() -> None:
    assert NOTEBOOKS


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda f: f.stem)
def test_is_committed_without_outputs(file: Path) -> None:
    for cell in code_cells(nbformat.read(file, as_version=4)):
        assert cell.outputs == []
        assert cell.execution_count is None


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda f: f.stem)
def test_runs_and_draws(file: Path, python3: str) -> None:
    notebook = nbformat.read(file, as_version=4)
    client = nbclient.NotebookClient(
        notebook,
        timeout=120,
        kernel_name=python3,
        resources={"metadata": {"path": str(file.parent)}},
    )
    client.execute()
    drawing = [cell for cell in code_cells(notebook) if "plt.show()" in cell.source]
    assert drawing
    for cell in drawing:
        assert pictures(cell) == 1, cell.source
