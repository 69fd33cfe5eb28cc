"""Settings: what fits is taken, what does not is named with what to write instead."""

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
            raise ValueError("size: 0 or more is needed")


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


def made(**values: Any) -> Outer:
    """An Outer with a name and ``values``."""
    return build(Outer, {"name": "a", **values}, "a.yaml")


def test_defaults_stay() -> None:
    assert build(Outer, {"name": "a"}) == Outer("a")


def test_every_kind_is_read() -> None:
    got = made(
        on=True, limit=3, rate=1, inner={"size": 2}, many=[{"size": 1}, {"size": 2, "share": 1}],
        layers=[3, 4], two=[5, 6], names=["x"], table={"a": 1, 2: 0.5}, free=[{}], either="b",
    )  # fmt: skip
    assert got == Outer(
        "a", True, 3, 1.0, Inner(2), (Inner(1), Inner(2, 1.0)), (3, 4), (5, 6),
        ["x"], {"a": 1.0, "2": 0.5}, [{}], "b",
    )  # fmt: skip


def test_a_whole_number_becomes_a_float_where_one_is_needed() -> None:
    share = made(inner={"size": 1, "share": 1}).inner.share
    assert share == 1.0 and isinstance(share, float)


def test_nothing_is_taken_where_it_may_be() -> None:
    assert made(limit=None, rate=None).limit is None


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"nmae": "b"}, r"a\.yaml: no setting 'nmae'; there are .*name"),
        ({"inner": {"size": 1, "sise": 2}}, r"a\.yaml\.inner: no setting 'sise'; there are share, size"),
        ({"inner": {}}, r"a\.yaml\.inner\.size: this setting is required"),
        ({"inner": 3}, r"a\.yaml\.inner: a mapping is needed, got 3"),
        ({"inner": {"size": -1}}, r"a\.yaml\.inner: size: 0 or more is needed"),
        ({"many": {"size": 1}}, r"a\.yaml\.many: a list is needed"),
        ({"many": [{"size": 1}, {"size": "x"}]}, r"a\.yaml\.many\[1\]\.size: int is needed, got 'x'"),
        ({"layers": "012"}, r"a\.yaml\.layers: a list is needed, got '012'"),
        ({"layers": [0, 1.5]}, r"a\.yaml\.layers\[1\]: int is needed, got 1\.5"),
        ({"table": [1]}, r"a\.yaml\.table: a mapping is needed"),
        ({"table": {"a": "x"}}, r"a\.yaml\.table\.a: float is needed, got 'x'"),
        ({"name": 3}, r"a\.yaml\.name: str is needed, got 3"),
        ({"name": None}, r"a\.yaml\.name: str is needed, got None"),
        ({"on": 1}, r"a\.yaml\.on: bool is needed, got 1"),
        ({"on": "yes"}, r"a\.yaml\.on: bool is needed, got 'yes'"),
        ({"limit": True}, r"a\.yaml\.limit: int is needed, got True"),
        ({"limit": 1.0}, r"a\.yaml\.limit: int is needed, got 1\.0"),
        ({"rate": "1e-3"}, r"a\.yaml\.rate: float is needed, got '1e-3'"),
        ({"either": None}, r"a\.yaml\.either: str is needed, got None"),
        ({"rate": False}, r"a\.yaml\.rate: float is needed, got False"),
        ({1: 2}, r"a\.yaml: no setting '1'"),
    ],
)
def test_what_does_not_fit_is_named(values: dict[Any, Any], told: str) -> None:
    with pytest.raises(ConfigError, match=f"^{told}"):
        build(Outer, {"name": "a", **values}, "a.yaml")


@pytest.mark.parametrize("two", [[1], [1, 2, 3]])
def test_a_list_of_the_wrong_length_is_named(two: list[int]) -> None:
    with pytest.raises(ConfigError, match=r"a\.yaml\.two"):
        made(two=two)


def test_a_missing_setting_is_named() -> None:
    with pytest.raises(ConfigError, match=r"^name: this setting is required$"):
        build(Outer, {})
    with pytest.raises(ConfigError, match=r"^Outer: no setting 'x'"):
        build(Outer, {"x": 1})


def test_a_yaml_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("name: café\nlayers: [1, 2]\n", encoding="utf-8")
    assert read_yaml(file) == {"name": "café", "layers": [1, 2]}
    file.write_text("# nothing\n", encoding="utf-8")
    assert read_yaml(str(file)) == {}


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"- a\n", "a mapping of settings is needed"),
        (b"just text", "a mapping of settings is needed"),
        (b"a: [1\nb: 2\n", "not yaml"),
        (b"a: !!python/object:os.system {}\n", "not yaml"),
        (b"a: \x00\n", "not yaml"),
        (b"a: caf\xe9\n", "utf-8"),
    ],
)
def test_what_is_no_settings_file_is_named_in_one_line(tmp_path: Path, raw: bytes, told: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(raw)
    with pytest.raises(ConfigError, match=told) as failure:
        read_yaml(file)
    assert str(failure.value).startswith(f"{file}: ") and "\n" not in str(failure.value)


def test_a_bad_date_is_told_like_other_faults(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("seed: 2020-13-45\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"a\.yaml"):
        read_yaml(file)


def test_a_missing_settings_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone\.yaml: No such file"):
        read_yaml(tmp_path / "gone.yaml")
    with pytest.raises(ConfigError, match="directory"):
        read_yaml(tmp_path)
