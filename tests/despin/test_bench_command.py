from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from despin.bench.systems.registry import SYSTEMS
from despin.cli import cli
from despin.infer.checkpoint import REQUIRED_FILES, checkpoint_digest


def run(*args: object) -> Result:
    return CliRunner().invoke(cli, ["bench", *(str(a) for a in args)])


def rows(shown: str) -> dict[str, list[str]]:
    """The first table's rows by system, its head as ``system``; F0.5's interval is left out."""
    table = shown.split("\n\n")[0]
    cells = [[c.strip() for c in line.strip("| ").split(" | ")] for line in table.splitlines()]
    return {c[0]: c[1:4] + c[5:] for c in cells if not c[0].startswith("---")}


def test_copy_and_inverse_on_pairs_reckoned_by_hand(tiny: Path) -> None:
    done = run("--pairs", tiny / "pairs.jsonl", "--checkpoint", tiny, "--systems", "copy,inverse")
    assert done.exit_code == 0, done.stderr
    found = rows(done.stdout)
    assert list(found) == ["system", "copy", "inverse"]
    # Needed: lower, house, death, soon (in the dictionary), officials (not); 20 tokens, 8 five-grams.
    assert found["copy"][:-1] == ["–", "0.000", "0.000", "0.350 → 0.350", "0.000 → 0.000", "0.000", "0.000"]
    # Made: lower, house, death, and wrongly buy; distance 1 and 2; the first line's five-grams are found.
    assert found["inverse"][:-1] == [
        "0.750", "0.600", "0.714", "0.350 → 0.150", "0.000 → 0.375", "0.750", "0.000"
    ]  # fmt: skip
    assert done.stderr == ""


def test_clean_text_adds_a_column(tiny: Path) -> None:
    args = ("--pairs", tiny / "pairs.jsonl", "--checkpoint", tiny, "--clean", tiny / "clean.txt")
    found = rows(run(*args, "--systems", "copy,inverse").stdout)
    # "We purchase bread every day. The sky stays blue.": one word of nine.
    assert (found["copy"][-2], found["inverse"][-2]) == ("0.00", "111.11")
    short = run(*args, "--systems", "inverse", "--clean-words", "4").stdout
    assert rows(short)["inverse"][-2] == "200.00"
    assert "5 words in 1 clean documents" in short


def test_a_system_that_cannot_run_is_shown_with_the_reason(tiny: Path) -> None:
    done = run("--pairs", tiny / "pairs.jsonl", "--checkpoint", tiny)
    assert done.exit_code == 0
    found = rows(done.stdout)
    assert found["despin"][0].startswith("not run: ")
    assert "model.bin" in found["despin"][0]
    assert found["inverse"][0] == "0.750"


def test_the_model_is_run_where_there_is_one(tiny: Path, tiny_checkpoint: Path) -> None:
    args = ("--pairs", tiny / "pairs.jsonl", "--checkpoint", tiny_checkpoint, "--threads", "1")
    done = run(*args, "--systems", "despin", "--min-confidence", "1")
    # Untrained, it is hardly ever quite sure, so that this threshold leaves next to no edit.
    assert rows(done.stdout)["despin"][3].startswith("0.350 → 0.3")
    assert "(without" not in done.stdout.splitlines()[-1]


def test_without_a_dictionary_the_rest_is_scored(tiny: Path, tmp_path: Path) -> None:
    done = run("--pairs", tiny / "pairs.jsonl", "--checkpoint", tmp_path, "--systems", "inverse, copy,copy")
    found = rows(done.stdout)
    assert list(found) == ["system", "inverse", "copy"]
    assert found["inverse"][0] == f"not run: no inverse.tsv in {tmp_path}"
    assert found["copy"][5:7] == ["–", "0.000"]
    assert "checkpoint none" in done.stdout


def test_pairs_of_several_files_are_scored_together(tiny: Path, tmp_path: Path) -> None:
    parts = []
    for n, line in enumerate((tiny / "pairs.jsonl").read_text(encoding="utf-8").splitlines()):
        parts += ["--pairs", tmp_path / f"{n}.jsonl"]
        (tmp_path / f"{n}.jsonl").write_bytes(f"{line}\n".encode())
    more = ("--checkpoint", tiny, "--systems", "inverse")
    whole = run("--pairs", tiny / "pairs.jsonl", *more).stdout
    apart = run(*parts, *more).stdout
    assert rows(apart)["inverse"][:-1] == rows(whole)["inverse"][:-1]
    assert apart.splitlines()[-1] == whole.splitlines()[-1]


def test_the_signature(tiny: Path) -> None:
    args = ("--pairs", tiny / "pairs.jsonl", "--checkpoint", tiny, "--systems", "copy")
    last = run(*args, "--min-confidence", "0.25", "--threads", "1").stdout.splitlines()[-1]
    pairs = hashlib.sha256((tiny / "pairs.jsonl").read_bytes()).hexdigest()[:12]
    missing = ", ".join(name for name in REQUIRED_FILES if not (tiny / name).exists())
    checkpoint = f"checkpoint {checkpoint_digest(tiny)[:12]} (without {missing})"
    parts = last.removeprefix("Signature: ").split(" | ")
    assert parts[:3] == [f"pairs {pairs}", checkpoint, "min-confidence 0.25"]
    names = [part.split()[0] for part in parts[3:]]
    assert names == ["despin", "ctranslate2", "python", "cpu", "cores", "threads"]
    assert "| clean " in run(*args, "--clean", tiny / "clean.txt").stdout.splitlines()[-1]


def test_out_holds_the_table_and_the_figures(tiny: Path, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    args = ("--pairs", tiny / "pairs.jsonl", "--checkpoint", tiny, "--out", out)
    for _ in range(2):  # the second time over the first
        done = run(*args)
        assert done.exit_code == 0
        assert (out / "table.md").read_text(encoding="utf-8") == done.stdout
    written = {"errors.html", "errors.md", "results.json", "table.md", "quality-speed.png", "kinds.png"}
    assert {f.name for f in out.iterdir()} == written
    assert (out / "kinds.png").read_bytes().startswith(b"\x89PNG")
    errors = (out / "errors.md").read_text(encoding="utf-8")
    assert errors.count("## ") == 2 and "| officials |" in errors
    assert "<h2>inverse: " in (out / "errors.html").read_text(encoding="utf-8")
    found = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert [s["system"] for s in found["systems"]] == ["copy", "inverse", "despin"]
    assert found["systems"][1]["f0.5"] == pytest.approx(5 / 7)
    assert [p["id"] for p in found["systems"][1]["pairs"]] == ["two lines", "wrongly bought"]


def test_bad_input_is_told_in_one_line(tiny: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"id": "1", "spun": "a", "original": "b"}\n{"id": "2", "spun": "a"}\n', encoding="utf-8")
    good = tiny / "pairs.jsonl"
    no_original, no_spun = tmp_path / "no-original.jsonl", tmp_path / "no-spun.jsonl"
    no_original.write_text('{"id": "1", "spun": "a", "original": ""}\n' * 2, encoding="utf-8")
    no_spun.write_text('{"id": "1", "spun": " \\n", "original": "a"}\n', encoding="utf-8")
    for args, message in [
        (("--pairs", tmp_path / "none.jsonl"), f"{tmp_path}/none.jsonl: no such file"),
        (("--pairs", tmp_path), f"{tmp_path}: is a directory"),
        (("--pairs", bad), f"{bad}:2: the field 'original' is missing; the fields are id, spun"),
        (("--pairs", tiny / "inverse.tsv"), f"{tiny}/inverse.tsv:1: not valid JSON"),
        (("--pairs", good, "--clean", tmp_path / "none.txt"), f"{tmp_path}/none.txt: No such file"),
        (("--pairs", no_original), f"{no_original}: the field 'original' is empty in every pair"),
        (("--pairs", no_spun), f"{no_spun}: the field 'spun' is empty in every pair"),
        (("--pairs", good, "--systems", "copy,magic"), "--systems: no system 'magic'; known: all, copy"),
        (("--pairs", good, "--systems", ","), "--systems: no system named; known: all, copy, inverse"),
    ]:
        done = run(*args)
        assert (done.exit_code, done.stdout) == (2, "")
        assert done.stderr.startswith(f"despin: {message}")
        assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "args",
    [
        ("--pairs", "x", "--min-confidence", "2"),
        ("--pairs", "x", "--threads", "-1"),
        ("--pairs", "x", "--clean-words", "0"),
    ],
)
def test_wrong_options_end_with_2(args: tuple[str, ...]) -> None:
    done = run(*args)
    assert done.exit_code == 2
    assert done.stderr.startswith("despin: ") and done.stderr.count("\n") == 1


def test_an_out_folder_that_cannot_be_made(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    args = ("--pairs", tiny / "pairs.jsonl", "--checkpoint", tiny, "--systems", "copy")
    done = run(*args, "--out", tmp_path / "file" / "out")
    assert (done.exit_code, done.stdout) == (2, "")  # told before the work
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["results.json", "table.md", "errors.md", "errors.html"])
def test_an_input_in_the_out_folder_is_not_overwritten(tiny: Path, tmp_path: Path, name: str) -> None:
    pairs = (tiny / "pairs.jsonl").read_bytes()
    (tmp_path / name).write_bytes(pairs)
    for out in (tmp_path, tmp_path / ".." / tmp_path.name):
        done = run("--pairs", tmp_path / name, "--checkpoint", tiny, "--systems", "copy", "--out", out)
        assert (done.exit_code, done.stdout) == (2, "")
        assert done.stderr == f"despin: --out: {tmp_path / name} would be overwritten; give another place\n"
    assert [p.read_bytes() for p in tmp_path.iterdir()] == [pairs]
    assert "the name is empty" in run("--pairs", tmp_path / name, "--out", "").stderr


def test_without_zstandard_a_hint_is_given(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "clean.jsonl.zst").write_bytes(b"packed")
    monkeypatch.setitem(sys.modules, "zstandard", None)
    done = run("--pairs", tiny / "pairs.jsonl", "--clean", tmp_path / "clean.jsonl.zst")
    assert done.exit_code == 2
    assert done.stderr == (
        f"despin: {tmp_path}/clean.jsonl.zst: to unpack it, run: python -m pip install zstandard\n"
    )


def test_it_is_a_command_of_despin() -> None:
    done = CliRunner().invoke(cli, ["bench", "run", "--help"])
    assert done.exit_code == 0
    assert "--pairs FILE" in done.stdout


def test_the_set_that_comes_with_the_package_is_the_default(tiny: Path) -> None:
    done = run("--checkpoint", tiny, "--systems", "copy")
    assert done.exit_code == 0, done.stderr
    assert "60 pairs; " in done.stdout and "words in 60 clean documents" in done.stdout
    named = run("--pairs", "builtin", "--checkpoint", tiny, "--systems", "copy")
    assert rows(named.stdout)["copy"][:-1] == rows(done.stdout)["copy"][:-1]
    assert named.stdout.splitlines()[-1] == done.stdout.splitlines()[-1]


def test_all_systems_run_or_say_why_not(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The language model takes a minute where it is installed: here it is not.
    missing = 'raise ModuleNotFoundError("no gguf", name="gguf")'
    (tmp_path / "gguf.py").write_text(missing, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    out = tmp_path / "out"
    nowhere = (
        "--base",
        tmp_path,
        "--unpruned",
        tmp_path,
        "--fivegram",
        tmp_path / "none",
        "--trainable",
        tmp_path,
    )
    first = (
        "--pairs",
        tiny / "pairs.jsonl",
        "--checkpoint",
        tiny,
        *nowhere,
        "--systems",
        "all",
        "--out",
        out,
    )
    done = run(*first)
    assert done.exit_code == 0, done.stderr
    found = json.loads((out / "results.json").read_text(encoding="utf-8"))["systems"]
    assert [s["system"] for s in found] == list(SYSTEMS)
    reasons = {s["system"]: s["not_run"] for s in found if "not_run" in s}
    assert {"unpruned", "despin-float32", "despin"} <= set(reasons)
    assert all(reasons.values()) and "\n" not in "".join(reasons.values())
    assert f"{tmp_path}" in reasons["unpruned"]
    assert reasons["dictionary+smollm2"] == reasons["smollm2-prompted"] == "the package gguf is missing"


def test_a_rerun_gives_the_same_figures(tiny: Path, tiny_checkpoint: Path, tmp_path: Path) -> None:
    def figures(name: str) -> list[dict[str, object]]:
        out = tmp_path / name
        pairs = ("--pairs", tiny / "pairs.jsonl", "--clean", tiny / "clean.txt")
        run(*pairs, "--checkpoint", tiny_checkpoint, "--min-confidence", "0", "--out", out)
        found = json.loads((out / "results.json").read_text(encoding="utf-8"))["systems"]
        taken = {"words_per_second", "clean_words_per_second", "startup_seconds", "peak_bytes"}
        return [{k: v for k, v in s.items() if k not in taken} for s in found]

    assert figures("first") == figures("second")
