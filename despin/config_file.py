"""The configuration file: `despin.toml`, or the table ``tool.despin`` of a `pyproject.toml`.

Its keys are the options of `despin correct`. It is searched for in the working directory and the folders
above, up to the root of a repository; what the command line says goes before what the file says.
"""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from despin.errors import ConfigError

FILE = "despin.toml"
PROJECT_FILE = "pyproject.toml"
ROOT_MARKS = (".git", ".hg", ".svn")
"""What the root of a repository holds: nothing above it is searched."""
PATH_KEYS = ("keep", "also", "output", "checkpoint")
"""Options whose values are paths: in a file they are relative to it."""
NOT_IN_FILE = ("show-config", "no-config", "help")
INSTEAD = {"diff": ("json",), "json": ("diff",), "output": ("in-place", "backup"), "in-place": ("output",)}
"""Options which, given on the command line, replace those of the file that they exclude."""


@dataclass(frozen=True)
class ConfigFile:
    """A configuration file and the options in it."""

    path: Path | None = None
    """None: there is no file."""
    values: dict[str, Any] = field(default_factory=dict)
    """By the names of click's parameters."""


def find_config_file(folder: Path) -> tuple[Path, dict[str, Any]] | None:
    """The nearest configuration file from ``folder`` upwards, with its table. Raises ConfigError."""
    for current in (folder, *folder.parents):
        if (file := current / FILE).is_file():
            return file, _read(file)
        if (file := current / PROJECT_FILE).is_file():
            table = _read(file).get("tool", {})
            if isinstance(table, dict) and "despin" in table:
                if not isinstance(table["despin"], dict):
                    raise ConfigError(f"{file}: tool.despin must be a table")
                return file, table["despin"]
        if any((current / mark).exists() for mark in ROOT_MARKS):
            break
    return None


def load_config(command: click.Command, context: click.Context, folder: Path) -> ConfigFile:
    """The options for ``command`` in the nearest configuration file, checked as click would check them.

    Raises ConfigError that names the file and the key; for an unknown key also the nearest known one.
    """
    found = find_config_file(folder)
    if found is None:
        return ConfigFile()
    file, table = found
    known = dict(options_of(command))
    values = {}
    for name, value in table.items():
        key = name.replace("_", "-")
        if key not in known:
            nearest = difflib.get_close_matches(key, known, n=1, cutoff=0.0)[0]
            raise ConfigError(f"{file}: unknown key {name!r}; the nearest one is {nearest!r}")
        option = known[key]
        assert option.name is not None
        values[option.name] = _checked(option, key, value, file, context)
    return ConfigFile(file, values)


def options_of(command: click.Command) -> Iterator[tuple[str, click.Option]]:
    """The options that a file may hold, by their names in it."""
    for option in command.params:
        if isinstance(option, click.Option) and (key := key_of(option)) not in NOT_IN_FILE:
            yield key, option


def key_of(option: click.Option) -> str:
    """An option's name in a file: that of the command line without its hyphens in front."""
    return max(option.opts, key=len).removeprefix("--")


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{file}: not valid TOML: {error}") from None


def _checked(option: click.Option, key: str, value: object, file: Path, context: click.Context) -> object:
    if option.multiple:
        items = value if isinstance(value, list) else [value]
        return [_checked_item(option, key, item, file, context) for item in items]
    return _checked_item(option, key, value, file, context)


def _checked_item(
    option: click.Option, key: str, value: object, file: Path, context: click.Context
) -> object:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if option.is_flag:
        fits, wanted = isinstance(value, bool), "true or false"
    elif isinstance(option.type, (click.types.IntParamType, click.types.FloatParamType)):
        whole = isinstance(option.type, click.types.IntParamType)
        fits = is_number and not (whole and isinstance(value, float))
        wanted = "an integer" if whole else "a number"
    else:
        fits, wanted = isinstance(value, str), "a string"
    if not fits:
        raise ConfigError(f"{file}: {key} must be {wanted}, got {value!r}")
    if isinstance(value, str) and key in PATH_KEYS and value and "://" not in value:
        value = str(file.parent / value)
    try:
        option.type_cast_value(context, [value] if option.multiple else value)
    except click.BadParameter as error:
        raise ConfigError(f"{file}: {key}: {error.message}") from None
    return value


class ConfiguredCommand(click.Command):
    """A command whose options may stand in a configuration file; ``--no-config`` passes it over."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does it, with the file's values as defaults."""
        ctx.obj = config = ConfigFile()
        if "--no-config" not in _options_in(args) and not {"-h", "--help"} & set(args):
            ctx.obj = config = load_config(self, ctx, Path.cwd())
        names = {key: option.name for key, option in options_of(self)}
        given = {arg.partition("=")[0].removeprefix("--") for arg in _options_in(args)}
        replaced = {names[other] for key in given & INSTEAD.keys() for other in INSTEAD[key]}
        ctx.default_map = {name: value for name, value in config.values.items() if name not in replaced}
        return super().parse_args(ctx, args)


def _options_in(args: Iterable[str]) -> list[str]:
    args = list(args)
    return args[: args.index("--")] if "--" in args else args


def describe(context: click.Context) -> str:
    """The values of all options, as a configuration file, each with where it comes from as a comment."""
    assert isinstance(context.obj, ConfigFile)
    origins: Mapping[ParameterSource | None, str] = {
        ParameterSource.COMMANDLINE: "command line",
        ParameterSource.DEFAULT_MAP: str(context.obj.path),
    }
    lines = [f"# configuration file: {context.obj.path or 'none'}"]
    for key, option in options_of(context.command):
        assert option.name is not None
        value = context.params[option.name]
        origin = origins.get(context.get_parameter_source(option.name), "default")
        lines.append(f"{_row(key, value)}  # {origin}")
    return "\n".join(lines) + "\n"


def _row(key: str, value: object) -> str:
    return f"# {key} is not set" if value is None else f"{key} = {_toml(value)}"


def _toml(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    # A string of JSON is one of TOML, except that TOML escapes one character more.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
