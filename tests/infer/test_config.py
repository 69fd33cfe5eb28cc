"""Typed settings: valid values are converted, invalid ones reported with field and expected type."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from despin.errors import ConfigError
from despin.infer.config import build, read_yaml


@dataclass(frozen=True)
class Inner:
    """A nested setting."""

    size: int
    share: float = 0.5

    def __post_init__(self) -> None:
        if self.size < 0:
            raise ValueError("size must be at least 0")


@dataclass(frozen=True)
class Outer:
    """One field of each kind."""

    name: str
    on: bool = False
    limit: int | None = None
    rate: float | None = None
    inner: Inner = field(default_factory=lambda: Inner(1))
    many: tuple[Inner, ...] = ()
    layers: tuple[int, ...] = (0, 1)
    two: tuple[int, int] = (1, 2)
    names: list[str] = field(default_factory=list)
    table: dict[str, float] = field(default_factory=dict)
    free: Any = None
    either: int | str = 0


def build_outer(**values: Any) -> Outer:
    """An Outer with a name and ``values``."""
    return build(Outer, {"name": "a", **values}, "a.yaml")


def test_defaults_are_used() -> None:
    assert build(Outer, {"name": "a"}) == Outer("a")


def test_every_type_is_read() -> None:
    outer = build_outer(
        on=True, limit=3, rate=1, inner={"size": 2}, many=[{"size": 1}, {"size": 2, "share": 1}],
        layers=[3, 4], two=[5, 6], names=["x"], table={"a": 1, 2: 0.5}, free=[{}], either="b",
    )  # fmt: skip
    assert outer == Outer(
        "a", True, 3, 1.0, Inner(2), (Inner(1), Inner(2, 1.0)), (3, 4), (5, 6),
        ["x"], {"a": 1.0, "2": 0.5}, [{}], "b",
    )  # fmt: skip


def test_an_integer_is_converted_to_a_float() -> None:
    share = build_outer(inner={"size": 1, "share": 1}).inner.share
    assert share == 1.0 and isinstance(share, float)


def test_an_optional_setting_may_be_null() -> None:
    assert build_outer(limit=None, rate=None).limit is None


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"nmae": "b"}, r"a\.yaml: unknown setting 'nmae'; must be one of .*name"),
        (
            {"inner": {"size": 1, "sise": 2}},
            r"a\.yaml\.inner: unknown setting 'sise'; must be one of share, size",
        ),
        ({"inner": {}}, r"a\.yaml\.inner\.size: this setting is required"),
        ({"inner": 3}, r"a\.yaml\.inner must be a mapping, got 3"),
        ({"inner": {"size": -1}}, r"a\.yaml\.inner: size must be at least 0"),
        ({"many": {"size": 1}}, r"a\.yaml\.many must be a list"),
        ({"many": [{"size": 1}, {"size": "x"}]}, r"a\.yaml\.many\[1\]\.size must be an integer, got 'x'"),
        ({"layers": "012"}, r"a\.yaml\.layers must be a list, got '012'"),
        ({"layers": [0, 1.5]}, r"a\.yaml\.layers\[1\] must be an integer, got 1\.5"),
        ({"table": [1]}, r"a\.yaml\.table must be a mapping"),
        ({"table": {"a": "x"}}, r"a\.yaml\.table\.a must be a number, got 'x'"),
        ({"name": 3}, r"a\.yaml\.name must be a string, got 3"),
        ({"name": None}, r"a\.yaml\.name must be a string, got None"),
        ({"on": 1}, r"a\.yaml\.on must be true or false, got 1"),
        ({"on": "yes"}, r"a\.yaml\.on must be true or false, got 'yes'"),
        ({"limit": True}, r"a\.yaml\.limit must be an integer, got True"),
        ({"limit": 1.0}, r"a\.yaml\.limit must be an integer, got 1\.0"),
        ({"rate": "1e-3"}, r"a\.yaml\.rate must be a number, got '1e-3'"),
        ({"either": None}, r"a\.yaml\.either must be a string, got None"),
        ({"rate": False}, r"a\.yaml\.rate must be a number, got False"),
        ({1: 2}, r"a\.yaml: unknown setting '1'"),
    ],
)
def test_invalid_values_are_reported(values: dict[Any, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=f"^{message}"):
        build(Outer, {"name": "a", **values}, "a.yaml")


@pytest.mark.parametrize("two", [[1], [1, 2, 3]])
def test_a_list_of_the_wrong_length_is_reported(two: list[int]) -> None:
    with pytest.raises(ConfigError, match=r"a\.yaml\.two must have 2 values"):
        build_outer(two=two)


def test_a_missing_setting_is_reported() -> None:
    with pytest.raises(ConfigError, match=r"^name: this setting is required$"):
        build(Outer, {})
    with pytest.raises(ConfigError, match=r"^Outer: unknown setting 'x'"):
        build(Outer, {"x": 1})


def test_a_yaml_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("name: café\nlayers: [1, 2]\n", encoding="utf-8")
    assert read_yaml(file) == {"name": "café", "layers": [1, 2]}
    file.write_text("# nothing\n", encoding="utf-8")
    assert read_yaml(str(file)) == {}


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"- a\n", "must be a mapping of settings, got"),
        (b"just text", "must be a mapping of settings, got"),
        (b"a: [1\nb: 2\n", "not valid YAML"),
        (b"a: !!python/object:os.system {}\n", "not valid YAML"),
        (b"a: \x00\n", "not valid YAML"),
        (b"a: caf\xe9\n", "utf-8"),
    ],
)
def test_an_invalid_file_is_reported_in_one_line(tmp_path: Path, raw: bytes, message: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(raw)
    with pytest.raises(ConfigError, match=message) as error:
        read_yaml(file)
    assert str(error.value).startswith(f"{file}: ") and "\n" not in str(error.value)


def test_an_invalid_date_is_reported_like_other_errors(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("seed: 2020-13-45\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"a\.yaml"):
        read_yaml(file)


def test_a_file_that_cannot_be_read_is_reported(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone\.yaml: No such file"):
        read_yaml(tmp_path / "gone.yaml")
    with pytest.raises(ConfigError, match="directory"):
        read_yaml(tmp_path)
