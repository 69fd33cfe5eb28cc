"""The first look: spun texts are suspects, clean ones and other languages are not, passages are found."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despin.errors import InputError
from despin.infer.decision.first_look import CARD_FILE, WEIGHTS_FILE, FirstLook, LookLimits
from despin.infer.decision.word_evidence import WordEvidence

LOOK = FirstLook.load()
FOREIGN = {
    "German": "Die Regierung hat am Dienstag mitgeteilt, dass sie die alte Fähre ersetzen wird, die in der "
    "letzten Woche auf Grund gelaufen war. Das Parlament stimmte am Montag dafür, trotz der Kosten.",
    "French": "Le gouvernement a annoncé mardi qu'il remplacerait le vieux ferry qui s'est échoué la semaine "
    "dernière. La chambre basse a voté lundi, malgré les inquiétudes sur le prix du projet.",
    "Spanish": "El gobierno anunció el martes que sustituirá el viejo transbordador que encalló la semana "
    "pasada. La cámara baja votó el lunes a favor, a pesar de las dudas sobre el precio del proyecto.",
    "Russian": "Правительство сообщило во вторник, что заменит старый паром, севший на мель на той неделе.",
}
CODE = (
    "for (int i = 0; i < n; i++) { if (home[i] == NULL) return decrease(home, i); } // as soon as possible\n"
    * 20
)


def example(root: Path, name: str) -> str:
    return (root / "examples" / f"{name}.txt").read_text("utf-8")


@pytest.mark.parametrize("name", ["budget", "clinic", "ferry"])
def test_spun_texts_are_suspects_and_their_originals_are_not(root: Path, name: str) -> None:
    spun, original = LOOK.look(example(root, f"spun-{name}")), LOOK.look(example(root, f"original-{name}"))
    assert spun.is_suspect and spun.score > 0.99 and spun.spans
    assert not original.is_suspect and original.score < 0.5 and original.spans == ()
    assert 250 < original.words < 400


def test_a_passage_in_a_long_clean_text_is_found_where_it_is(root: Path) -> None:
    clean = example(root, "clean")
    assert not LOOK.look(clean).is_suspect
    passage = example(root, "spun-ferry").strip()[:900]
    at = clean.index("\n", len(clean) // 2) + 1
    text = clean[:at] + passage + "\n" + clean[at:]
    look = LOOK.look(text)
    assert look.is_suspect and len(look.spans) == 1
    start, end = look.spans[0]
    assert abs(start - at) < 300 and abs(end - at - len(passage)) < 300
    assert not text[start].isspace() and not text[end - 1].isspace()


def test_two_passages_are_two_spans(root: Path) -> None:
    clean = example(root, "clean")
    parts = [example(root, f"spun-{name}").strip()[:900] for name in ("ferry", "budget")]
    look = LOOK.look("\n".join([parts[0], clean, parts[1]]))
    assert len(look.spans) == 2
    assert look.spans[0][0] < 300 and look.spans[1][1] > len(parts[0]) + len(clean) + 700


@pytest.mark.parametrize("text", [*FOREIGN.values(), CODE], ids=[*FOREIGN, "code"])
def test_other_languages_and_code_are_no_suspects(text: str) -> None:
    assert not LOOK.look(text).is_suspect
    assert not LOOK.look((text + "\n") * 30).is_suspect


@pytest.mark.parametrize("text", ["", " \n", "…", "word", "a" * 3_000_000, "0 " * 300_000], ids=range(6))
def test_texts_without_evidence_are_no_suspects(text: str) -> None:
    look = LOOK.look(text)
    assert not look.is_suspect and look.spans == () and 0 <= look.score < 0.7


@given(st.text())
def test_spans_lie_in_the_text_in_order(text: str) -> None:
    look = LOOK.look(text)
    borders = [border for span in look.spans for border in span]
    assert borders == sorted(borders) and all(0 <= b <= len(text) for b in borders)
    assert look.is_suspect == bool(look.spans) and look == LOOK.look(text)


def hand_made(**limits: object) -> FirstLook:
    """Three words for, three against, 16 steps a nat: each "bad" word says 1 nat, each "good" one -1."""
    words = [f"{kind}{n}" for kind in ("bad", "good") for n in range(3)]
    evidence = WordEvidence(words, np.array([0, *[16] * 3, *[-16] * 3], np.int8), np.zeros(2, np.int8))
    given = {"lengths": (4, 8), "whole": (2.0, 4.0), "windows": (10, 20), "highest": (6.0, 9.0), "run": 2.0}
    return FirstLook(evidence, LookLimits(**(given | limits)))  # type: ignore[arg-type]


def made(pattern: str) -> str:
    """A text with a word for each letter, b bad, g good, others unknown; no word soon follows itself."""
    names = {"b": "bad", "g": "good"}
    return " ".join(f"{names.get(letter, 'it')}{n % 3}" for n, letter in enumerate(pattern))


def test_a_short_text_has_a_limit_for_its_length() -> None:
    look = hand_made()
    assert look.look(made("bb")).is_suspect and not look.look(made("b.")).is_suspect
    assert look.margin(look.sums(made("bbb..."))) == pytest.approx(0.0)  # limit 3 at 6 words
    assert not look.look(made("bb....")).is_suspect


def test_a_long_text_is_judged_by_windows() -> None:
    look = hand_made()
    dense = made("g" * 40 + "b" * 6 + "...." + "g" * 40)
    assert look.look(dense).is_suspect
    (span,) = look.look(dense).spans
    assert dense[slice(*span)].split() == dense.split()[40:46]
    assert not look.look(made("g" * 40 + "b" * 5 + "....." + "g" * 40)).is_suspect
    assert look.look(made("." * 40 + "b." * 9 + "." * 40)).is_suspect  # 9 in 20 words


def test_a_run_is_needed_as_well() -> None:
    limits = {"whole": (-5.0, -5.0)}
    assert not hand_made(**limits).look(made("..b..")).is_suspect
    assert hand_made(run=1.0, **limits).look(made("..b..")).is_suspect


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    hand_made().save(tmp_path, {"recipe": "hand-made"})
    loaded = FirstLook.load(tmp_path)
    assert loaded.limits == hand_made().limits
    assert json.loads((tmp_path / CARD_FILE).read_text("utf-8"))["recipe"] == "hand-made"
    assert loaded.look(made("bb")) == hand_made().look(made("bb"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (CARD_FILE, "{}"),
        (CARD_FILE, "no card"),
        (CARD_FILE, json.dumps({"limits": {"lengths": [5, 3], "whole": [1, 1]}})),
        (CARD_FILE, json.dumps({"limits": {"windows": [64], "highest": [1, 2]}})),
        (CARD_FILE, json.dumps({"limits": {"slope": 0}})),
        (WEIGHTS_FILE, "no weights"),
    ],
)
def test_a_damaged_folder_is_named(tmp_path: Path, name: str, content: str) -> None:
    hand_made().save(tmp_path, {})
    (tmp_path / name).write_text(content)
    with pytest.raises(InputError, match=str(tmp_path)):
        FirstLook.load(tmp_path)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere"):
        FirstLook.load(tmp_path / "nowhere")


def test_the_packaged_weights_are_small() -> None:
    from despin.infer.decision.first_look import PACKAGED

    assert (PACKAGED / WEIGHTS_FILE).stat().st_size < 2 << 20


def test_real_spun_texts_are_found(evidence: Path) -> None:
    for name in ("passages.jsonl", "passages-2.jsonl", "pairs.jsonl", "pairs-2.jsonl"):
        rows = [json.loads(line) for line in (evidence / name).read_text("utf-8").splitlines()]
        looks = [LOOK.look(row.get("spun") or row["text"]) for row in rows]
        assert sum(look.is_suspect for look in looks) >= 0.99 * len(looks), name
