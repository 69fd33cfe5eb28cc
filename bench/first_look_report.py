"""The report of the first look: `despin bench first-look`."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from despin.bench.first_look_measures import (
    ARTICLE_WORDS,
    LENGTHS,
    PASTED_WORDS,
    LengthResult,
    measure_length,
    paste,
    words_per_second,
)
from despin.infer.checkpoint import open_checkpoint
from despin.infer.decision.first_look import CARD_FILE, PACKAGED, WEIGHTS_FILE, FirstLook
from despin.infer.despinner import Despinner
from despin.infer.files import read_text
from despin.infer.resources import find_config
from despin.metrics.calibration import auroc
from despin.metrics.harm import count_words
from despin.metrics.pairs import json_row, text_field
from despin.metrics.signature import hash_of, signature, signature_line
from despin.metrics.tables import NO_VALUE, format_share, markdown_table
from despin.train.ship.first_look_limits import CHARACTERS
from despin.train.ship.first_look_recipe import load_look_recipe
from despin.train.ship.first_look_texts import SpunDocument, cut_words, held_out_documents

NEWS = ("news", "press")
"""What the names of the corpora begin with whose clean documents real spun texts are compared with."""


class RealText(NamedTuple):
    """A real text with its identifier."""

    id: str
    text: str


def read_real(file: str) -> tuple[list[RealText], list[RealText]]:
    """The spun texts of a file of pairs or of passages (JSON lines), and the originals, where it has them.

    Raises InputError for a line without an ``id``, or with neither ``spun`` nor ``text``.
    """
    spun, originals = [], []
    for number, line in enumerate(read_text(file).split("\n"), 1):
        if line.strip():
            place = f"{file}:{number}"
            row = json_row(line, place)
            name = text_field(row, "id", place)
            spun.append(RealText(name, text_field(row, "spun" if "spun" in row else "text", place)))
            if "original" in row:
                originals.append(RealText(name, text_field(row, "original", place)))
    return spun, originals


def report(
    recipe_file: str,
    folder: Path | None,
    real_files: Sequence[str],
    documents: int,
    model_documents: int,
    checkpoint: str | None,
    threads: int,
) -> str:
    """The tables with their signature. Raises InputError or ConfigError for what cannot be read.

    ``documents``: held-out documents; the whole system reads the first ``model_documents`` of them.
    """
    recipe = load_look_recipe(find_config(recipe_file, ""))
    look = FirstLook.load(folder)
    held_out = list(islice(held_out_documents(recipe, False, CHARACTERS), documents))
    results = [measure_length(look, held_out, words, recipe) for words in LENGTHS]
    asked: list[LengthResult] = []
    if model_documents:
        despinner = Despinner(open_checkpoint(checkpoint).folder, threads=threads)
        asked = [
            measure_length(look, held_out[:model_documents], words, recipe, despinner)
            for words in LENGTHS[:-1]
        ]
    speed = words_per_second(look, [document.clean for document in held_out])
    words = sum(look.look(document.clean).words for document in held_out)
    parts = [
        length_table(results, asked),
        site_table(results),
        corpus_table(look, held_out),
        *real_sections(look, real_files, held_out),
        f"Speed: {speed:,.0f} words a second of one core, whole documents ({words:,} words), tokenizing "
        "included, loading not.",
    ]
    where = folder or PACKAGED
    sign = signature(
        clean=[document.clean for document in held_out],
        checkpoint=open_checkpoint(checkpoint).folder if model_documents else None,
        first_look=f"{hash_of(where / WEIGHTS_FILE)}/{hash_of(where / CARD_FILE)}",
    )
    return "\n\n".join([part.strip("\n") for part in parts] + [signature_line(sign)]) + "\n"


def length_table(results: Sequence[LengthResult], asked: Sequence[LengthResult]) -> str:
    """A row for each length."""
    header = [
        "words",
        "spun texts",
        "clean texts",
        "AUROC",
        "recall",
        "of all with a replaced wording",
        "clean spared",
    ]
    header += ["recall of what Despin calls spun", "called spun"] if asked else []
    rows = []
    for i, result in enumerate(results):
        row = [
            "whole document" if result.words is None else str(result.words),
            f"{sum(result.is_spun):,}",
            f"{len(result.clean):,}",
            NO_VALUE if (area := result.auroc()) is None else f"{area:.4f}",
            format_share(result.recall(result.is_spun)),
            format_share(result.recall([text.replaced > 0 for text in result.spun])),
            format_share(result.spared()),
        ]
        if i < len(asked):
            called = asked[i].called_spun
            row += [format_share(asked[i].recall(called)), f"{sum(called)} of {len(called)}"]
        rows.append(row)
    return markdown_table(header, rows, style="compact")


def site_table(results: Sequence[LengthResult]) -> str:
    """The recall of each spinner at each length."""
    sites = sorted({text.site for result in results for text in result.spun})
    header = ["recall by spinner", *("whole" if r.words is None else f"{r.words} words" for r in results)]
    rows = [
        [Path(site).name, *(format_share(result.recall_of_site(site)) for result in results)]
        for site in sites
    ]
    return markdown_table(header, rows, style="compact")


def corpus_table(look: FirstLook, documents: Sequence[SpunDocument]) -> str:
    """The share of clean documents spared, corpus by corpus."""
    rows = []
    for name in sorted({document.corpus for document in documents}):
        texts = [document.clean for document in documents if document.corpus == name]
        looks = [look.look(text) for text in texts]
        suspects = [one for one in looks if one.is_suspect]
        words = sum(one.words for one in looks)
        rows.append(
            [
                name,
                f"{len(looks):,}",
                f"{words:,}",
                format_share(1 - len(suspects) / len(looks)),
                format_share(1 - sum(one.words for one in suspects) / max(words, 1)),
            ]
        )
    return markdown_table(
        ["clean corpus", "documents", "words", "spared", "of the words"], rows, style="compact"
    )


def real_sections(look: FirstLook, files: Sequence[str], held_out: Sequence[SpunDocument]) -> list[str]:
    """Real spun texts: how many are found, which are missed, and what becomes of them inside clean
    articles."""
    if not files:
        return []
    news = [document.clean for document in held_out if document.corpus.startswith(NEWS)]
    clean_scores = [look.look(text).score for text in news]
    rows, missed, passages = [], [], []
    for file in files:
        spun, originals = read_real(file)
        looks = [look.look(text) for _, text in spun]
        missed += [real.id for real, one in zip(spun, looks) if not one.is_suspect]
        passages += [text for _, text in spun]
        spared = [not look.look(text).is_suspect for _, text in originals]
        rows.append(
            [
                Path(file).name,
                str(len(spun)),
                str(sum(one.is_suspect for one in looks)),
                f"{auroc(clean_scores, [one.score for one in looks]):.4f}" if clean_scores else NO_VALUE,
                f"{sum(spared)} of {len(spared)}" if spared else NO_VALUE,
            ]
        )
    header = ["real spun texts", "texts", "found", "AUROC beside clean news", "originals spared"]
    table = markdown_table(header, rows, style="compact")
    return [f"{table}\nMissed: {', '.join(missed) or 'none'}.", pasted_line(look, passages, news)]


def pasted_line(look: FirstLook, passages: Sequence[str], articles: Sequence[str]) -> str:
    """What the first look finds of real spun passages pasted into clean articles."""
    rng = random.Random("pasted")
    long = [text for article in articles if (text := cut_words(article, ARTICLE_WORDS, rng))]
    if not long:  # none is so long: as many paragraphs of several articles
        long = _joined(articles)
    cuts = [text for passage in passages if (text := cut_words(passage, PASTED_WORDS, rng))]
    if not long or not cuts:
        return f"No passage of {PASTED_WORDS} words, or no clean article, to paste it into."
    pasted = [paste(look, long[i % len(long)], text) for i, text in enumerate(cuts)]
    alone = [look.look(text).is_suspect for text in long]
    found = sum(one.is_found for one in pasted)
    covered = sum(one.covered for one in pasted if one.is_found) / max(found, 1)
    beside = sum(one.beside for one in pasted) / len(pasted)
    return (
        f"Pasted: {len(cuts)} real spun passages of {PASTED_WORDS} words, each inside a clean text of about "
        f"{ARTICLE_WORDS:,} words ({len(long)} texts, {sum(alone)} of them suspects by themselves): "
        f"{found} found, {covered:.3f} of their characters inside the suspicious spans, "
        f"{beside:.0f} characters of clean text with them."
    )


def _joined(articles: Sequence[str]) -> list[str]:
    """Articles joined to texts of at least ARTICLE_WORDS words."""
    out, parts, words = [], [], 0
    for article in articles:
        parts.append(article)
        words += count_words(article)
        if words >= ARTICLE_WORDS:
            out.append("\n".join(parts))
            parts, words = [], 0
    return out
