"""Real pairs as material for the combination: labelled slots with features, shares cross-fitted by site."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.candidates.slots import Slot
from despin.infer.checkpoint import INVERSE_FILE
from despin.infer.decision.combination import slot_features
from despin.infer.decision.page import PageStatistics
from despin.infer.despinner import Despinner
from despin.infer.files import read_text
from despin.infer.guards.context import GuardContext
from despin.metrics.pairs import Pair, read_pairs
from despin.train.data.heldout import checkpoint_variant
from despin.train.data.share_update import Counts, count_labels, update_shares
from despin.train.ship.slot_labels import label_slots

GROUPS = 8
"""Groups of sites, each left out in turn."""
UNDECIDED: dict[str, Any] = {"modes": None, "min_score": 0.0}
_SITE = re.compile(r"https?://(?:www\.)?([^/\s]+)")


@dataclass(frozen=True)
class SitePair:
    """A real pair with the site that its spun text is from."""

    pair: Pair
    site: str
    evaluated: bool
    """False for a pair that serves only as training data."""


@dataclass
class PairEvidence:
    """The labelled slots of a real pair, with shares updated on the pairs of other groups."""

    pair: Pair
    group: int
    evaluated: bool
    """False for pairs that serve only as training data."""
    context: GuardContext
    """What the guards know of the spun text."""
    slots: list[Slot]
    labels: list[int | None]
    features: list[list[list[float]]]
    language_model: list[list[float] | None]
    """For each slot the evidence of the language model; None where it was not asked."""


def read_site_pairs(file: str, evaluated: bool) -> list[SitePair]:
    """The pairs of a file with their sites: the host of the first address in ``origin``, or else the id.

    Raises InputError if the file cannot be read.
    """
    pairs, _ = read_pairs([file])
    rows = [json.loads(line) for line in read_text(file).splitlines() if line.strip()]
    origins = {str(row["id"]): str(row.get("origin", "")) for row in rows}
    out = []
    for pair in pairs:
        match = _SITE.search(origins.get(pair.id, ""))
        out.append(SitePair(pair, match[1].lower() if match else pair.id, evaluated))
    return out


def collect(
    checkpoint: Path, pairs: Sequence[SitePair], threads: int
) -> tuple[list[PairEvidence], InverseLexicon]:
    """The evidence of pairs, and the inverse dictionary updated with all of them."""
    lexicon = InverseLexicon.load(checkpoint / INVERSE_FILE)
    group_of = {site: i % GROUPS for i, site in enumerate(sorted({item.site for item in pairs}))}
    with tempfile.TemporaryDirectory() as scratch:
        plain = checkpoint_variant(checkpoint, Path(scratch) / "plain", UNDECIDED)
        first = _evidence(plain, pairs, group_of, range(GROUPS), threads)
        labelled = {g: [e for e in first if e.group != g] for g in range(GROUPS)}
        out: list[PairEvidence] = []
        for group, others in labelled.items():
            updated = update_shares(lexicon, _counts(others))
            folder = checkpoint_variant(checkpoint, Path(scratch) / f"group-{group}", UNDECIDED, updated)
            out += _evidence(folder, pairs, group_of, [group], threads)
    return out, update_shares(lexicon, _counts(first))


def _counts(evidence: Iterable[PairEvidence]) -> Counts:
    return count_labels((slot, label) for e in evidence for slot, label in zip(e.slots, e.labels))


def _evidence(
    checkpoint: Path,
    pairs: Sequence[SitePair],
    group_of: dict[str, int],
    groups: Iterable[int],
    threads: int,
) -> list[PairEvidence]:
    wanted = set(groups)
    chosen = [item for item in pairs if group_of[item.site] in wanted]
    despinner = Despinner(checkpoint, threads=threads)
    lexicon = InverseLexicon.load(checkpoint / INVERSE_FILE)
    out = [
        PairEvidence(
            item.pair,
            group_of[item.site],
            item.evaluated,
            GuardContext.of(item.pair.spun, lexicon.is_word),
            [],
            [],
            [],
            [],
        )
        for item in chosen
    ]
    for page in despinner.page_evidence([item.pair.spun for item in chosen]):
        evidence = out[page.text_index]
        statistics = PageStatistics(page.tokens, page.posteriors)
        for i, posterior in enumerate(page.posteriors):
            is_original = lexicon.is_original(posterior.slot.source)
            evidence.slots.append(posterior.slot)
            evidence.features.append(slot_features(page.posteriors, i, statistics, is_original))
    for evidence in out:
        evidence.labels = label_slots(evidence.pair, evidence.slots)
        evidence.language_model = [None] * len(evidence.slots)
    return out
