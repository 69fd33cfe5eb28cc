"""Typed settings from YAML: dataclasses built from mappings, with errors that name the field."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml

from despin.errors import ConfigError

T = TypeVar("T")
_TYPE_NAMES = {int: "an integer", float: "a number", str: "a string", bool: "true or false"}


def read_yaml(path: str | Path) -> dict[str, Any]:
    """The mapping in a YAML file. Raises ConfigError if the file cannot be read or holds no mapping."""
    try:
        loaded = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    except (yaml.YAMLError, ValueError) as error:
        raise ConfigError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from None
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise ConfigError(f"{path}: must be a mapping of settings, got {type(loaded).__name__}")
    return loaded


def build(kind: type[T], values: Mapping[str, Any], where: str = "") -> T:
    """An instance of the dataclass ``kind`` from a mapping, nested dataclasses included.

    ``where`` is the prefix of field names in messages. Raises ConfigError for a field that is unknown,
    missing, of the wrong type, or refused by the dataclass with a ValueError.
    """
    hints = typing.get_type_hints(kind)
    fields = {f.name: f for f in dataclasses.fields(kind)}  # type: ignore[arg-type]
    unknown = [str(name) for name in values if name not in fields]
    if unknown:
        raise ConfigError(
            f"{where or kind.__name__}: unknown setting {unknown[0]!r}; "
            f"must be one of {', '.join(sorted(fields))}"
        )
    arguments: dict[str, Any] = {}
    for name, field in fields.items():
        place = f"{where}.{name}" if where else name
        if name in values:
            arguments[name] = _convert(hints[name], values[name], place)
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise ConfigError(f"{place}: this setting is required")
    try:
        return kind(**arguments)
    except ValueError as error:
        raise ConfigError(f"{where + ': ' if where else ''}{error}") from None


def _convert(hint: Any, value: Any, place: str) -> Any:
    if dataclasses.is_dataclass(hint):
        if not isinstance(value, Mapping):
            raise ConfigError(f"{place} must be a mapping, got {value!r}")
        return build(typing.cast(type, hint), value, place)
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        if value is None and type(None) in args:
            return None
        kinds = [a for a in args if a is not type(None)]
        for kind in kinds[:-1]:
            try:
                return _convert(kind, value, place)
            except ConfigError:
                continue
        return _convert(kinds[-1], value, place)
    if origin in (list, tuple):
        if not isinstance(value, (list, tuple)):
            raise ConfigError(f"{place} must be a list, got {value!r}")
        if origin is tuple and Ellipsis not in args and len(value) != len(args):
            raise ConfigError(f"{place} must have {len(args)} values, got {value!r}")
        return origin(_convert(args[0], item, f"{place}[{i}]") for i, item in enumerate(value))
    if origin is dict:
        if not isinstance(value, Mapping):
            raise ConfigError(f"{place} must be a mapping, got {value!r}")
        return {str(k): _convert(args[1], v, f"{place}.{k}") for k, v in value.items()}
    if hint is float and isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    if hint is int and isinstance(value, int) and not isinstance(value, bool):
        return value
    if hint in (str, bool) and isinstance(value, hint):
        return value
    if hint is Any:
        return value
    raise ConfigError(f"{place} must be {_TYPE_NAMES.get(hint, hint)}, got {value!r}")
