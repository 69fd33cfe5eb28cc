"""Run mypy on the working tree: ``python tests/tools/check_types.py [MYPY OPTIONS]``.

mypy follows neither setuptools' ``package-dir`` nor the import hook of an editable install, so the folders
are linked into one tree that looks like the installed package. CI checks the installed package itself.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("infer", "metrics", "corpus", "trace", "train", "bench", "serve", "configs", "examples")


def link_tree(tree: Path) -> None:
    """Make ``tree/despin`` a package of links to the folders of the clone."""
    package = tree / "despin"
    package.mkdir(parents=True, exist_ok=True)
    for link in package.iterdir():
        link.unlink()
    for target in (*(ROOT / "despin").iterdir(), *(ROOT / name for name in FOLDERS)):
        if target.name != "__pycache__":
            (package / target.name).symlink_to(target)


def main() -> int:
    """The exit status of mypy."""
    tree = ROOT / ".mypy_cache" / "tree"  # one place, so that mypy's cache stays valid
    link_tree(tree)
    command = [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml")]
    command += ["--cache-dir", str(ROOT / ".mypy_cache"), *sys.argv[1:]]
    return subprocess.run(command, cwd=tree, env={**os.environ, "MYPYPATH": str(tree)}).returncode


if __name__ == "__main__":
    sys.exit(main())
