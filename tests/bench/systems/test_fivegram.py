from __future__ import annotations

import math
from pathlib import Path

import pytest

from despin.bench.systems.fivegram import FiveGram, build_model, kenlm_lines
from despin.errors import SystemUnavailable
from despin.infer.candidates.inverse import InverseLexicon

LEXICON = InverseLexicon([("decrease", "lower", 0.5), ("home", "house", 0.5), ("decrease", "cut", 0.4)])
ARPA = """
\\data\\
ngram 1=9
ngram 2=3

\\1-grams:
-1.0\t<unk>\t0
-99\t<s>\t0
-1.0\t</s>
-1.0\tthe\t0
-1.0\tlower\t-0.2
-1.0\thouse\t0
-1.0\tdecrease\t0
-1.0\thome\t0
-1.0\tcut\t0

\\2-grams:
-0.1\tlower house
-0.1\tthe cut
-3.0\tcut house

\\end\\
"""


class State:
    """Stands for kenlm.State: the words so far."""

    def __init__(self) -> None:
        self.words: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, State) and self.words[-1:] == other.words[-1:]

    def __hash__(self) -> int:
        return hash(self.words[-1:])


class Bigrams:
    """Stands for kenlm.Model: log10-probabilities of pairs, the rest alike."""

    def __init__(self, pairs: dict[tuple[str, str], float]) -> None:
        self._pairs = pairs

    def BeginSentenceWrite(self, state: State) -> None:
        state.words = ("<s>",)

    def BaseScore(self, state: State, token: str, after: State) -> float:
        after.words = (*state.words, token)
        return self._pairs.get((state.words[-1], token), -2.0)


def test_the_likeliest_way_is_of_the_whole_sentence() -> None:
    # By itself "cut" goes better with "the", but then no "house" follows.
    model = Bigrams(
        {("the", "cut"): -0.1, ("lower", "house"): -0.1, ("the", "lower"): -1.0, ("cut", "house"): -9.0}
    )
    system = FiveGram(LEXICON, model, State, lm_weight=1.0, keep_bonus=0.0)
    assert system.restore(["The decrease home.\nThe decrease."]) == ["The lower house.\nThe cut."]


def test_keeping_can_be_made_dear_or_cheap() -> None:
    model = Bigrams({})
    assert FiveGram(LEXICON, model, State, 1.0, keep_bonus=9.0).restore(["the home"]) == ["the home"]
    assert FiveGram(LEXICON, model, State, 1.0, keep_bonus=-9.0).restore(["the home"]) == ["the house"]


def test_a_real_model_of_kenlm(tmp_path: Path) -> None:
    pytest.importorskip("kenlm", reason="kenlm is not installed: pip install kenlm")
    file = tmp_path / "tiny.arpa"
    file.write_text(ARPA.lstrip(), encoding="utf-8")
    system = FiveGram.open(LEXICON, file)
    system.lm_weight, system.keep_bonus = 1.0, 0.0
    assert system.restore(["the decrease home"]) == ["the lower house"]


def test_without_a_model_it_says_what_to_do(tmp_path: Path) -> None:
    pytest.importorskip("kenlm", reason="kenlm is not installed: pip install kenlm")
    with pytest.raises(SystemUnavailable, match="build it with"):
        FiveGram.open(LEXICON, tmp_path / "none.bin")
    (tmp_path / "bad.bin").write_bytes(b"nothing")
    with pytest.raises(SystemUnavailable, match=r"bad\.bin"):
        FiveGram.open(LEXICON, tmp_path / "bad.bin")


def test_lines_for_kenlm() -> None:
    assert list(kenlm_lines(["It’s late. Go on!\n\nEnd"])) == ["it 's late .", "go on !", "end"]


def test_making_needs_the_programs(tmp_path: Path) -> None:
    with pytest.raises(SystemUnavailable, match="lmplz and build_binary"):
        build_model(["a"], tmp_path, tmp_path / "out.bin")


def test_making_runs_the_programs(tmp_path: Path) -> None:
    for name, body in (
        ("lmplz", "cat > /dev/null; echo arpa"),
        ("build_binary", 'for last; do :; done; echo b > "$last"'),
    ):
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    build_model(["A text."], tmp_path, tmp_path / "deep" / "out.bin")
    assert (tmp_path / "deep" / "out.bin").read_text(encoding="utf-8") == "b\n"
    assert [f.name for f in (tmp_path / "deep").iterdir()] == ["out.bin"]
    (tmp_path / "lmplz").write_text("#!/bin/sh\ncat > /dev/null; exit 3\n", encoding="utf-8")
    with pytest.raises(SystemUnavailable, match="lmplz ended with 3"):
        build_model(["A text."], tmp_path, tmp_path / "again.bin")
    assert not (tmp_path / "again.bin").exists()


def test_shares_weigh_as_much_as_they_say() -> None:
    # cut 0.4, lower 0.5: the model must like "cut" by more than log(0.5 / 0.4) to have it.
    gain = math.log10(0.5 / 0.4)
    for more, wanted in ((0.01, "the cut"), (-0.01, "the lower")):
        model = Bigrams({("the", "cut"): -2.0 + gain + more})
        assert FiveGram(LEXICON, model, State, 1.0, 0.0).restore(["the decrease"]) == [wanted]
