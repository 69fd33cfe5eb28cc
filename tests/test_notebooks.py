"""Every notebook is committed with its outputs, and runs from top to bottom."""

from __future__ import annotations

import base64
import json
import re
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

MACHINE_PATH = re.compile(
    r"(?:^|[\s\"'=:(])/(?:tmp|home|root|work|usr|opt|var|Users|private)/|site-packages|[A-Z]:\\\\"
)
"""An absolute path of the machine on which the notebook was run."""


def code_cells(notebook: Any) -> list[Any]:
    """The notebook's code cells."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def pictures(cell: Any) -> list[bytes]:
    """The PNG pictures in a cell's outputs."""
    encoded = (output.get("data", {}).get("image/png") for output in cell.outputs)
    return [base64.b64decode(data) for data in encoded if data]


def assert_drawn(notebook: Any) -> None:
    """Each cell that shows a plot has one picture."""
    drawing = [cell for cell in code_cells(notebook) if "plt.show()" in cell.source]
    assert drawing
    for cell in drawing:
        assert len(pictures(cell)) == 1, cell.source


@pytest.fixture
def python3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A kernel named python3 that is this very interpreter, whatever kernels the machine has."""
    spec = tmp_path / "kernels" / "python3"
    spec.mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    kernel_spec = {"argv": argv, "display_name": "Python 3", "language": "python"}
    (spec / "kernel.json").write_text(json.dumps(kernel_spec), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    kernel = jupyter_client.kernelspec.KernelSpecManager().get_kernel_spec("python3")
    assert kernel.argv[0] == sys.executable
    return "python3"


def test_there_is_a_notebook() -> None:
    assert NOTEBOOKS


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda f: f.stem)
def test_is_committed_with_its_outputs(file: Path) -> None:
    notebook = nbformat.read(file, as_version=4)
    nbformat.validate(notebook)
    cells = code_cells(notebook)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert outputs
    assert all(output.output_type != "error" for output in outputs)
    assert all(output.get("name") != "stderr" for output in outputs)
    assert_drawn(notebook)


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda f: f.stem)
def test_outputs_are_small_and_name_no_machine(file: Path) -> None:
    for cell in code_cells(nbformat.read(file, as_version=4)):
        assert all(len(picture) < 100_000 for picture in pictures(cell))
        for output in cell.outputs:
            data = {k: v for k, v in output.get("data", {}).items() if k != "image/png"}
            text = json.dumps([output.get("text", ""), data])
            assert len(text) < 20_000
            assert not MACHINE_PATH.search(text), MACHINE_PATH.search(text)


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
    assert_drawn(notebook)
