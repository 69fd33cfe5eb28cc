"""`despin spin`: spun texts or a comparison on standard output, what goes wrong in one line beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from despin.cli import cli
from despin.metrics.pairs import read_pairs
from despin.train import Spinner
from despin.train.observe.realism import compare, render, source_name
from despin.train.spin.dictionary import PACKAGED

DICTIONARY = """original\tspun\tpos\tprovenance\tweight\trate\tsources
house\thome\tN\tobserved\t4\t0.5\tmine
house\tresidence\tN\tobserved\t1\t0.5\tmine
death\tloss of life\tN\ttypical\t1\t0.9\tmine+other
road\tway\tN\tthesaurus\t1\t0.8\t
"""
CLEAN = "The house by the road; death “in” the house.\r\n\tHouse, road and House\r\n"
PAIRS = [
    {"id": "1", "spun": "The home met\nloss of life", "original": "The house met\ndeath"},
    {"id": "2", "spun": "a way shrank", "original": "a road grew"},
]


def run(*args: object, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(cli, ["spin", *(str(a) for a in args)], input=stdin)


def told(done: Result) -> str:
    """The one line that a failed command says."""
    assert done.exit_code == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("despin: ")
    return line.removeprefix("despin: ")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A spinner's settings with a dictionary of a few entries."""
    (tmp_path / "own.tsv").write_text(DICTIONARY, encoding="utf-8")
    file = tmp_path / "spin.yaml"
    file.write_text(f"dictionary: {tmp_path / 'own.tsv'}\noccurrence: 0.5\n", encoding="utf-8")
    return file


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    """A text to spin."""
    file = tmp_path / "clean.txt"
    file.write_bytes(CLEAN.encode())
    return file


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    """A file of pairs that the dictionary names among its sources."""
    file = tmp_path / "mine.jsonl"
    file.write_text("".join(json.dumps(p) + "\n" for p in PAIRS), encoding="utf-8")
    return file


def test_a_file_is_spun_as_its_seed_and_settings_say(config: Path, clean: Path) -> None:
    spinner = Spinner(config)
    wanted = [spinner.spin(CLEAN, seed).text for seed in range(6)]
    assert len(set(wanted)) > 3
    for seed, text in enumerate(wanted):
        done = run("--config", config, "--seed", seed, clean)
        assert (done.exit_code, done.stderr) == (0, "")
        assert done.stdout_bytes == text.encode()
    assert run("--config", config, clean).stdout_bytes == wanted[0].encode()


@pytest.mark.parametrize("args", [[], ["-"]])
def test_standard_input_is_spun_where_no_file_is_named(config: Path, args: list[str]) -> None:
    done = run("--config", config, "--seed", "3", *args, stdin=CLEAN.encode())
    assert done.stdout_bytes == Spinner(config).spin(CLEAN, 3).text.encode()


def test_each_text_has_draws_of_its_own(config: Path, clean: Path) -> None:
    text = "house death road " * 20
    clean.write_text(text)
    spinner = Spinner(config)
    parts = [spinner.spin(text, seed).text for seed in (3, "3:1", "3:2")]
    assert len(set(parts)) == 3
    assert run("--config", config, "--seed", "3", clean, clean, clean).stdout == "".join(parts)


def test_the_builtin_dictionary_is_the_default(
    config: Path, clean: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PACKAGED, "builtin", config.parent / "own.tsv")
    done = run("--seed", "1", clean)
    assert done.stdout_bytes == Spinner().spin(CLEAN, 1).text.encode() != CLEAN.encode()


def test_an_empty_text_gives_nothing(config: Path) -> None:
    done = run("--config", config, "-")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")


def test_a_bad_file_is_told_in_one_line_and_does_not_cost_the_good_one(
    config: Path, clean: Path, tmp_path: Path
) -> None:
    latin = tmp_path / "latin1.txt"
    latin.write_bytes(b"caf\xe9 house\n")
    good = Spinner(config).spin(CLEAN, "0:1").text.encode()
    for bad, message in [
        (tmp_path / "none.txt", f"{tmp_path}/none.txt: no such file"),
        (tmp_path, f"{tmp_path}: is a directory, give the files in it"),
        (latin, f"{latin}: not UTF-8 (byte 3); convert it first"),
    ]:
        alone = run("--config", config, bad)
        assert told(alone) == message and alone.stdout == ""
        both = run("--config", config, bad, clean)
        assert told(both) == message and both.stdout_bytes == good


@pytest.mark.parametrize(
    ("settings", "dictionary", "message"),
    [
        ("colour: red", "", "{config}: unknown setting 'colour'; must be one of "),
        ("occurrence: 1.5", "", "{config}: occurrence must be between 0 and 1, got 1.5"),
        ("occurrence: [\nx: 1", "", "{config}: not valid YAML: "),
        ("dictionary: {folder}/gone.tsv", "", "no dictionary at {folder}/gone.tsv; expected a .tsv file"),
        ("dictionary: {folder}/own.tsv", "house\thome\n", "{folder}/own.tsv: the first line must be "),
        ("dictionary: {folder}/own.tsv", DICTIONARY + "a\ta\tX\tobserved\t1\t\t\n",
            "{folder}/own.tsv:6: original and spun form are the same: 'a'"),
        ("dictionary: {folder}/own.tsv", DICTIONARY + "a\tb\tX\tobserved\tmuch\t\t\n",
            "{folder}/own.tsv:6: expected 7 columns (weight and rate: numbers)"),
    ],
)  # fmt: skip
def test_bad_settings_are_told_in_one_line(
    config: Path, clean: Path, pairs: Path, settings: str, dictionary: str, message: str
) -> None:
    config.write_text(settings.replace("{folder}", str(config.parent)), encoding="utf-8")
    (config.parent / "own.tsv").write_text(dictionary, encoding="utf-8")
    for rest in ([clean], ["--compare", pairs]):
        done = run("--config", config, *rest)
        assert told(done).startswith(message.format(config=config, folder=config.parent))
        assert done.stdout == ""


def test_settings_that_are_not_there(tmp_path: Path) -> None:
    assert told(run("--config", tmp_path / "none.yaml")) == f"{tmp_path}/none.yaml: No such file or directory"
    assert told(run("--config", tmp_path)) == f"{tmp_path}: Is a directory"


def test_compare_shows_the_report_on_the_pairs_of_a_file(config: Path, pairs: Path) -> None:
    done = run("--config", config, "--compare", pairs)
    assert (done.exit_code, done.stderr) == (0, "")
    wanted = compare(read_pairs([str(pairs)])[0], Spinner(config), "mine")
    report, told = done.stdout.split("\n\nSignature: ")
    assert report == render(wanted) and told.startswith("pairs ")
    # Of house, death, road and grew the dictionary has three, and two without what only this file shows.
    assert "| all entries | 0.750 (3 of 4) |" in done.stdout
    assert "| without those read off this file alone | 0.500 (2 of 4) |" in done.stdout
    assert report.endswith("\n    1 × grew → shrank\n    1 × house → home")


def test_compare_as_json(config: Path, pairs: Path) -> None:
    done = run("--config", config, "--compare", pairs, "--json")
    assert done.exit_code == 0 and done.stdout.count("\n") == 1
    assert '"edits 1 → 2"' in done.stdout
    found = json.loads(done.stdout)
    wanted = compare(read_pairs([str(pairs)])[0], Spinner(config), "mine")
    told = found.pop("signature")
    assert told.startswith("pairs ") and " | dictionary " in told and " | despin " in told
    assert found == json.loads(json.dumps(wanted.to_dict()))
    assert (found["pairs"], found["words"]) == (2, 7)
    assert (found["coverage"]["tokens_share"], found["coverage_elsewhere"]["tokens_share"]) == (0.75, 0.5)


def test_the_files_name_tells_which_entries_are_left_out(config: Path, pairs: Path) -> None:
    other = pairs.rename(pairs.with_name("mine-too.jsonl"))
    found = json.loads(run("--config", config, "--compare", other, "--json").stdout)
    assert found["coverage_elsewhere"] == found["coverage"]


@pytest.mark.parametrize(
    ("file", "stem"),
    [
        ("pairs.jsonl", "pairs"),
        ("deep/er/pairs-reconstructed.jsonl", "pairs-reconstructed"),
        ("../v1.2/pairs.part.jsonl.zst", "pairs.part"),
        ("a+b.jsonl", "a_b"),
        ("pairs", "pairs"),
    ],
)
def test_the_name_by_which_sources_know_a_file(file: str, stem: str) -> None:
    assert source_name(file) == stem


def test_bad_pairs_are_told_in_one_line(config: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    for raw, message in [
        (b"no json\n", f"{bad}:1: not valid JSON: "),
        (b'{"id": "1", "spun": "a", "original": "b"}\n{"id": "2", "spun": "a"}\n',
            f"{bad}:2: the field 'original' is missing; the fields are id, spun"),
        (b"\n", f"{bad}: no pairs in it; each line must have the fields id, spun and original"),
        (b"\xff", f"{bad}: not UTF-8 (byte 0)"),
    ]:  # fmt: skip
        bad.write_bytes(raw)
        for more in ([], ["--json"]):
            done = run("--config", config, "--compare", bad, *more)
            assert told(done).startswith(message) and done.stdout == ""
    assert told(run("--config", config, "--compare", tmp_path / "none")) == f"{tmp_path}/none: no such file"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--json"], "--json goes with --compare"),
        (["--json", "clean.txt"], "--json goes with --compare"),
        (["--compare", "pairs.jsonl", "clean.txt"], "--compare takes no texts"),
        (["--compare", "pairs.jsonl", "-"], "--compare takes no texts"),
        (["--compare", "pairs.jsonl", "--json", "clean.txt"], "--compare takes no texts"),
        (["--seed", "one"], "'one' is not a valid integer"),
    ],
)
def test_wrong_options_end_with_2(args: list[str], message: str) -> None:
    done = run(*args)
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr and done.stderr.count("\n") == 1


def test_it_is_a_command_of_despin() -> None:
    done = CliRunner().invoke(cli, ["spin", "--help"])
    assert done.exit_code == 0
    assert "--compare PAIRS" in done.stdout
