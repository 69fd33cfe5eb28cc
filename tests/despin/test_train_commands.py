"""`despin spin`: spun texts or a comparison on standard output, errors in one line on standard error."""

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


def error_line(result: Result) -> str:
    """The one-line message of a failed command."""
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert line.startswith("despin: ")
    return line.removeprefix("despin: ")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A spinner configuration with a dictionary of a few entries."""
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
    """A pairs file that the dictionary lists as a source."""
    file = tmp_path / "mine.jsonl"
    file.write_text("".join(json.dumps(p) + "\n" for p in PAIRS), encoding="utf-8")
    return file


def test_a_file_is_spun_with_the_given_seed_and_config(config: Path, clean: Path) -> None:
    spinner = Spinner(config)
    expected = [spinner.spin(CLEAN, seed).text for seed in range(6)]
    assert len(set(expected)) > 3
    for seed, text in enumerate(expected):
        result = run("--config", config, "--seed", seed, clean)
        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout_bytes == text.encode()
    assert run("--config", config, clean).stdout_bytes == expected[0].encode()


@pytest.mark.parametrize("args", [[], ["-"]])
def test_standard_input_is_the_default(config: Path, args: list[str]) -> None:
    result = run("--config", config, "--seed", "3", *args, stdin=CLEAN.encode())
    assert result.stdout_bytes == Spinner(config).spin(CLEAN, 3).text.encode()


def test_each_text_has_its_own_seed(config: Path, clean: Path) -> None:
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
    result = run("--seed", "1", clean)
    assert result.stdout_bytes == Spinner().spin(CLEAN, 1).text.encode() != CLEAN.encode()


def test_empty_text_gives_empty_output(config: Path) -> None:
    result = run("--config", config, "-")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")


def test_an_unreadable_file_does_not_stop_the_others(config: Path, clean: Path, tmp_path: Path) -> None:
    latin = tmp_path / "latin1.txt"
    latin.write_bytes(b"caf\xe9 house\n")
    expected = Spinner(config).spin(CLEAN, "0:1").text.encode()
    for bad, message in [
        (tmp_path / "missing.txt", f"{tmp_path}/missing.txt: no such file"),
        (tmp_path, f"{tmp_path}: is a directory, give the files in it"),
        (latin, f"{latin}: not UTF-8 (byte 3); convert it first"),
    ]:
        alone = run("--config", config, bad)
        assert error_line(alone) == message and alone.stdout == ""
        both = run("--config", config, bad, clean)
        assert error_line(both) == message and both.stdout_bytes == expected


@pytest.mark.parametrize(
    ("settings", "dictionary", "message"),
    [
        ("colour: red", "", "{config}: unknown setting 'colour'; must be one of "),
        ("occurrence: 1.5", "", "{config}: occurrence must be between 0 and 1, got 1.5"),
        ("occurrence: [\nx: 1", "", "{config}: not valid YAML: "),
        ("dictionary: {folder}/missing.tsv", "",
            "no dictionary at {folder}/missing.tsv; expected a .tsv file"),
        ("dictionary: {folder}/own.tsv", "house\thome\n", "{folder}/own.tsv: the first line must be "),
        ("dictionary: {folder}/own.tsv", DICTIONARY + "a\ta\tX\tobserved\t1\t\t\n",
            "{folder}/own.tsv:6: original and spun form are the same: 'a'"),
        ("dictionary: {folder}/own.tsv", DICTIONARY + "a\tb\tX\tobserved\tmuch\t\t\n",
            "{folder}/own.tsv:6: expected 7 columns (weight and rate: numbers)"),
    ],
)  # fmt: skip
def test_invalid_config_gives_a_one_line_error(
    config: Path, clean: Path, pairs: Path, settings: str, dictionary: str, message: str
) -> None:
    config.write_text(settings.replace("{folder}", str(config.parent)), encoding="utf-8")
    (config.parent / "own.tsv").write_text(dictionary, encoding="utf-8")
    for args in ([clean], ["--compare", pairs]):
        result = run("--config", config, *args)
        assert error_line(result).startswith(message.format(config=config, folder=config.parent))
        assert result.stdout == ""


def test_missing_config(tmp_path: Path) -> None:
    assert (
        error_line(run("--config", tmp_path / "missing.yaml"))
        == f"{tmp_path}/missing.yaml: No such file or directory"
    )
    assert error_line(run("--config", tmp_path)) == f"{tmp_path}: Is a directory"


def test_compare_reports_on_the_pairs_of_a_file(config: Path, pairs: Path) -> None:
    result = run("--config", config, "--compare", pairs)
    assert (result.exit_code, result.stderr) == (0, "")
    expected = compare(read_pairs([str(pairs)])[0], Spinner(config), "mine")
    report, signature = result.stdout.split("\n\nSignature: ")
    assert report == render(expected) and signature.startswith("pairs ")
    # The dictionary has three of house, death, road and grew; without entries from this file alone, two.
    assert "| all entries | 0.750 (3 of 4) |" in result.stdout
    assert "| without those read off this file alone | 0.500 (2 of 4) |" in result.stdout
    assert report.endswith("\n    1 × grew → shrank\n    1 × house → home")


def test_compare_as_json(config: Path, pairs: Path) -> None:
    result = run("--config", config, "--compare", pairs, "--json")
    assert result.exit_code == 0 and result.stdout.count("\n") == 1
    assert '"edits 1 → 2"' in result.stdout
    report = json.loads(result.stdout)
    expected = compare(read_pairs([str(pairs)])[0], Spinner(config), "mine")
    signature = report.pop("signature")
    assert signature.startswith("pairs ") and " | dictionary " in signature and " | despin " in signature
    assert report == json.loads(json.dumps(expected.to_dict()))
    assert (report["pairs"], report["words"]) == (2, 7)
    assert (report["coverage"]["tokens_share"], report["coverage_elsewhere"]["tokens_share"]) == (0.75, 0.5)


def test_the_file_name_determines_the_excluded_entries(config: Path, pairs: Path) -> None:
    renamed = pairs.rename(pairs.with_name("mine-too.jsonl"))
    report = json.loads(run("--config", config, "--compare", renamed, "--json").stdout)
    assert report["coverage_elsewhere"] == report["coverage"]


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
def test_source_name(file: str, stem: str) -> None:
    assert source_name(file) == stem


def test_invalid_pairs_give_a_one_line_error(config: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    for content, message in [
        (b"no json\n", f"{bad}:1: not valid JSON: "),
        (b'{"id": "1", "spun": "a", "original": "b"}\n{"id": "2", "spun": "a"}\n',
            f"{bad}:2: the field 'original' is missing; the fields are id, spun"),
        (b"\n", f"{bad}: no pairs in it; each line must have the fields id, spun and original"),
        (b"\xff", f"{bad}: not UTF-8 (byte 0)"),
    ]:  # fmt: skip
        bad.write_bytes(content)
        for options in ([], ["--json"]):
            result = run("--config", config, "--compare", bad, *options)
            assert error_line(result).startswith(message) and result.stdout == ""
    assert (
        error_line(run("--config", config, "--compare", tmp_path / "missing"))
        == f"{tmp_path}/missing: no such file"
    )


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--json"], "--json requires --compare"),
        (["--json", "clean.txt"], "--json requires --compare"),
        (["--compare", "pairs.jsonl", "clean.txt"], "--compare takes no PATH"),
        (["--compare", "pairs.jsonl", "-"], "--compare takes no PATH"),
        (["--compare", "pairs.jsonl", "--json", "clean.txt"], "--compare takes no PATH"),
        (["--seed", "one"], "'one' is not a valid integer"),
    ],
)
def test_wrong_options_exit_with_2(args: list[str], message: str) -> None:
    result = run(*args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr and result.stderr.count("\n") == 1


def test_help() -> None:
    result = CliRunner().invoke(cli, ["spin", "--help"])
    assert result.exit_code == 0
    assert "--compare PAIRS" in result.stdout
