"""Which segments are English."""

from __future__ import annotations

import pytest

from despin.infer.text.language import foreign_spans, is_english
from despin.infer.text.segmentation import sentences_of
from despin.infer.text.tokens import tokenize


@pytest.mark.parametrize(
    "text",
    [
        "The committee met on Tuesday, and nobody from the ministry came.",
        "He flew from Los Angeles to El Paso with his sister.",
        "Officers",
        "",
        "12 : 30",
        "Les Misérables and Der Spiegel were on the table, and the boys had read the one but not the other.",
        "Vincent van Gogh, Leonardo da Vinci and Charles de Gaulle",
        "Die Hard",
        "The Greek letters α and β stand for the two angles.",
    ],
)
def test_english(text: str) -> None:
    assert is_english(tokenize(text))


@pytest.mark.parametrize(
    "text",
    [
        "Su decisión final fue correcta, pero el comité no estaba de acuerdo.",
        "La final de la copa fue un partido excelente para todos los aficionados del club.",
        "Le comité est content des résultats, mais il ne sait pas encore si la décision est finale.",
        "Der Ausschuss ist mit dem Ergebnis zufrieden und wird nicht weiter beraten.",
        "Il comitato è contento del risultato, ma non sa ancora se la decisione è finale.",
        "O comitê não está satisfeito com o resultado final da reunião.",
        "Het comité is niet tevreden met het resultaat van de final.",
        "Utskottet är nöjt med resultatet och det finns inte mer att göra.",
        "Комитет доволен результатом final.",
        "委員会は最終決定に満足しています。",
    ],
)
def test_other_languages(text: str) -> None:
    assert not is_english(tokenize(text))


def test_foreign_sentences_among_english_ones_are_found() -> None:
    foreign = "El final de la película es muy general y el director no quiere hablar."
    text = f"The house said that it would vote on it. {foreign} He said so on Monday."
    spans = foreign_spans(sentences_of(tokenize(text)))
    assert [text[start:end] for start, end in spans] == [foreign]
