"""Files that come with the package and are found by name: configurations and example articles."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from despin.errors import ConfigError, InputError

EXAMPLE = "example:"
"""What precedes the name of an example where a path is expected."""


def packaged(folder: str) -> Path:
    """The folder ``configs`` or ``examples`` of the installed package."""
    module = import_module(f"despin.{folder}")
    assert module.__file__ is not None
    return Path(module.__file__).parent


def find_config(name: str | Path, kind: str) -> Path:
    """The yaml file at a path, or else the packaged one of that name.

    ``kind`` is the folder of ``configs/`` that is searched: ``spin`` or ``train``; "" for its top.
    A path that
    does not exist is returned as it is, for its reader to report. Raises ConfigError for a bare name that
    is none of these, naming them.
    """
    path = Path(name)
    if path.exists():
        return path
    folder = packaged("configs") / kind
    found = folder / f"{path.name.removesuffix('.yaml')}.yaml"
    if found.is_file() and (len(path.parts) == 1 or path.parts[:-1] == ("configs", kind)):
        return found
    if len(path.parts) > 1 or path.suffix:  # meant as a path: whoever reads it says what is wrong with it
        return path
    names = ", ".join(sorted(file.stem for file in folder.glob("*.yaml")))
    raise ConfigError(f"{name}: no such file, nor a configuration that comes with Despin ({names})")


def find_example(path: str) -> str:
    """``path`` itself, or for ``example:NAME`` the path of the packaged article.

    Raises InputError for an unknown name; the message lists the known ones.
    """
    if not path.startswith(EXAMPLE):
        return path
    name = path.removeprefix(EXAMPLE)
    folder = packaged("examples")
    names = sorted(file.stem for file in folder.glob("*.txt"))
    if name not in names:
        raise InputError(f"{path}: unknown example; known: {', '.join(names)}")
    return str(folder / f"{name}.txt")
