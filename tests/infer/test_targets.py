"""Where output goes: relative paths kept, no input overwritten under whatever name, folders listed."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from despin.errors import InputError
from despin.infer import targets
from despin.infer.folder_listing import list_files
from despin.infer.targets import Inputs, Source, check_outputs, place_of, plan_in_place, plan_outputs


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def make(*paths: str) -> None:
    for path in paths:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(path)


def plan(paths: list[str], folder: str = "out", suffix: str = "") -> list[str]:
    return [str(p) for p in plan_outputs([Source(p, place_of(p)) for p in paths], Path(folder), suffix)]


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("a.txt", "a.txt"),
        ("./sub/a.txt", "sub/a.txt"),
        ("sub//deep/../a.txt", "sub/a.txt"),
        ("/data/sub/a.txt", "a.txt"),
        ("../a.txt", "a.txt"),
        ("sub/../../a.txt", "a.txt"),
        ("-", "stdin.txt"),
        ("example:clean", "clean.txt"),
        (".", "."),
        ("..", None),
    ],
)
def test_relative_paths_are_kept_within_the_folder(path: str, place: str | None, here: Path) -> None:
    assert str(place_of(path)) == (here.parent.name if place is None else place)


def test_outputs_have_the_suffix_of_their_form() -> None:
    make("a", "sub/a", "b.md")
    assert plan(["a", "sub/a", "b.md"], suffix=".json") == ["out/a.json", "out/sub/a.json", "out/b.md.json"]


@pytest.mark.parametrize(
    ("paths", "suffix"),
    [
        (["sub/../foo", "foo.json"], ".json"),
        (["foo.json", "foo"], ".json"),
        (["foo", "./sub/../foo.diff"], ".diff"),
        (["foo"], ""),
        (["foo", "hard"], ".json"),
        (["foo", "soft"], ".json"),
        (["soft-folder/foo", "foo"], ""),
    ],
)
def test_an_output_that_is_any_input_is_refused_before_anything_is_written(
    paths: list[str], suffix: str
) -> None:
    make("foo", "sub/x", "foo.json", "foo.diff")
    os.link("foo.json", "hard")
    Path("soft").symlink_to("foo.json")
    Path("soft-folder").symlink_to(".")
    before = {p: p.stat() for p in Path().iterdir()}
    with pytest.raises(InputError, match="would be overwritten"):
        plan(paths, ".", suffix)
    assert {p: p.stat() for p in Path().iterdir()} == before


def test_other_files_that_are_read_are_inputs_too() -> None:
    make("sub/a.txt", "a.txt")
    with pytest.raises(InputError, match=r"a\.txt would be overwritten"):
        plan_outputs([Source("sub/a.txt", Path("a.txt"))], Path(), "", ["a.txt"])


def test_two_inputs_for_one_output_are_refused() -> None:
    with pytest.raises(InputError, match=r"/x/a\.txt and /y/a\.txt would both be out/a\.txt"):
        plan(["/x/a.txt", "/y/a.txt"])
    with pytest.raises(InputError, match="would both be"):
        plan(["-", "stdin.txt"])


def test_an_output_within_another_is_refused() -> None:
    with pytest.raises(InputError, match=r"out/a\.json would be a file and a folder"):
        plan(["a", "a.json/b"], suffix=".json")
    make("out/a")
    with pytest.raises(InputError, match="Not a directory"):
        plan(["a/b"])


def test_outputs_that_must_not_be_replaced_are_refused() -> None:
    make("a", "out/link-target", "out/c")
    Path("out/a").symlink_to("link-target")
    Path("out/b").mkdir()
    Path("out/c").chmod(0o444)
    for name, message in {"a": "symbolic link", "b": "directory", "c": "read-only"}.items():
        with pytest.raises(InputError, match=message):
            plan([name])


def test_many_outputs_take_a_few_calls_each(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: Counter[str] = Counter()

    def counted(name: str) -> None:
        real = getattr(os, name)

        def call(*args: object, **keywords: object) -> object:
            calls[name] += 1
            return real(*args, **keywords)

        monkeypatch.setattr(os, name, call)

    real_eq = Path.__eq__

    def equal(self: Path, other: object) -> bool:
        calls["eq"] += 1
        return real_eq(self, other)

    monkeypatch.setattr(Path, "__eq__", equal)
    for name in ("stat", "lstat"):
        counted(name)
    counts = []
    for n in (500, 1000, 2000):
        calls.clear()
        assert len(plan([f"in/{i}.txt" for i in range(n)])) == n
        counts.append(calls.total())
    assert 0 < counts[2] <= 2.2 * counts[1] <= 2.2 * 2.2 * counts[0]


def test_standard_output_that_is_an_input_is_refused(here: Path) -> None:
    make("a", "b")
    with Path("a").open("ab") as out:
        with pytest.raises(InputError, match="a: is standard output too"):
            Inputs(["b", "a"]).check_stdout(out.fileno())
        Inputs(["b", "-"]).check_stdout(out.fileno())
    with Path(os.devnull).open("wb") as out:
        Inputs([os.devnull]).check_stdout(out.fileno())
    Inputs(["a"]).check_stdout(999)


def test_named_outputs_of_other_commands() -> None:
    make("pairs.jsonl", "old.tsv")
    os.link("pairs.jsonl", "again")
    for out in ("pairs.jsonl", "./pairs.jsonl", "again"):
        with pytest.raises(InputError, match=r"^--out: pairs\.jsonl would be overwritten"):
            check_outputs("--out", [out], ["pairs.jsonl", "builtin"])
    check_outputs("--out", ["old.tsv", "new.tsv"], ["pairs.jsonl"])


def test_in_place_follows_links_and_takes_a_file_once(here: Path) -> None:
    make("a", "b")
    Path("link").symlink_to("a")
    jobs = plan_in_place(["link", "a", "./b"], ".orig")
    assert jobs == [
        ("link", here / "a", here / "a.orig"),
        ("./b", here / "b", here / "b.orig"),
    ]


def test_in_place_refuses_what_would_lose_something() -> None:
    make("a", "a.orig", "b", "c", "c.orig")
    Path("b").chmod(0o444)
    Path("folder").mkdir()
    for paths, message in [
        (["-"], "no file of yours"),
        (["example:clean"], "no file of yours"),
        (["b"], "read-only"),
        (["a"], "exists already"),
        (["c.orig", "c"], "exists already"),
        (["folder"], "is a directory"),
    ]:
        with pytest.raises(InputError, match=message):
            plan_in_place(paths, ".orig")
    with pytest.raises(InputError, match="read for an option too"):
        plan_in_place(["a"], None, ["./a"])


def is_text(name: str) -> bool:
    return name.endswith(".txt")


def test_a_folder_s_files_in_order_hidden_ones_and_links_left_out() -> None:
    make("in/b.txt", "in/a/c.txt", "in/a/d.py", "in/.git/x.txt", "in/.x.txt", "in/out/e.txt", "outside/f.txt")
    Path("in/loop").symlink_to("..")
    Path("in/a/self").symlink_to(".")
    Path("in/linked.txt").symlink_to("b.txt")
    Path("in/elsewhere").symlink_to("../outside")
    Path("in/dangling.txt").symlink_to("nothing")
    os.mkfifo("in/pipe.txt")
    listing = list_files("in", is_text)
    assert listing.files == ["in/a/c.txt", "in/b.txt", "in/out/e.txt"]
    left = ["a/d.py", "a/self", "dangling.txt", "elsewhere", "linked.txt", "loop", "pipe.txt"]
    assert listing.other == [f"in/{name}" for name in left] and not listing.errors
    assert list_files("in", is_text, Path("in/a/../out")).files == ["in/a/c.txt", "in/b.txt"]
    assert list_files(".", is_text).files[0] == "./in/a/c.txt"


def test_a_deep_folder_is_listed(here: Path) -> None:
    depth = 1500  # deeper than the interpreter's recursion limit
    for _ in range(depth):
        os.mkdir("d")  # noqa: PTH102
        os.chdir("d")
    try:
        os.chdir(here)
        listing = list_files("d", is_text)
        assert listing.files == [] and len(listing.errors) <= 1
    finally:  # pytest could not remove it
        os.chdir(here)
        for _ in range(depth - 1):
            os.chdir("d")
        for _ in range(depth):
            os.rmdir("d")  # noqa: PTH106
            os.chdir("..")


def test_a_folder_that_cannot_be_listed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    make("in/a.txt", "in/closed/b.txt")
    real = os.scandir

    def scandir(path: str) -> object:
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    listing = list_files("in", is_text)
    assert listing.files == ["in/a.txt"] and listing.errors == ["in/closed: Permission denied"]
    with pytest.raises(InputError, match="in/closed: Permission denied"):
        list_files("in/closed", is_text)
    with pytest.raises(InputError, match="No such file"):
        list_files("gone", is_text)


def test_an_unused_name() -> None:
    assert targets.file_id("nothing") is None and targets.file_id("a\0b") is None
