"""Edit scores split by the kind of wording that was changed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from despin.infer.text.tokens import is_word
from despin.metrics.alignment import Change, comparison_tokens, paired_lines, word_changes
from despin.metrics.tables import format_share, markdown_table
from despin.train.spin.dictionary import Entry, load_entries

KINDS = (
    "function word",
    "verb",
    "noun",
    "adjective or adverb",
    "name or title",
    "number",
    "phrase",
    "other",
)
"""Kinds of changes. A change of several words is always a phrase; ``other`` is punctuation and words that no
rule and no dictionary entry covers."""
_BY_TAG = {"FUNC": "function word", "VERB": "verb", "NOUN": "noun", "ADJ": "adjective or adverb"}
_BY_TAG |= {"ADV": "adjective or adverb", "NAME": "name or title", "NUM": "number"}
_FUNCTION_WORD_LIST = (
    "a an the and or but nor so yet if as of in on at to for from by with into onto over under about after "
    "before between through during against without within upon among across toward towards than that this "
    "these those it its he him his she her hers they them their theirs we us our ours you your yours i me my "
    "mine who whom whose which what when where why how not no do does did is are was were be been being am "
    "has have had having will would can could shall should may might must there here also only just more "
    "most while because though although until since like up down out off"
)
_FUNCTION_WORDS = frozenset(_FUNCTION_WORD_LIST.split())


@dataclass(frozen=True, slots=True)
class KindCounts:
    """Counts for one kind, as in `despin.metrics.edit_scores.EditCounts`."""

    correct: int = 0
    """Proposed edits that are gold edits too."""
    proposed: int = 0
    """Edits of the system, by the kind of its wording."""
    gold: int = 0
    """Edits that lead to the original, by the kind of the original wording."""

    def __add__(self, other: KindCounts) -> KindCounts:
        return KindCounts(
            self.correct + other.correct, self.proposed + other.proposed, self.gold + other.gold
        )

    @property
    def precision(self) -> float | None:
        """Share of the proposed edits that are correct; None without any."""
        return self.correct / self.proposed if self.proposed else None

    @property
    def recall(self) -> float | None:
        """Share of the gold edits that were made; None without any."""
        return self.correct / self.gold if self.gold else None


class Kinds:
    """Classifies changes: by length, digits and capitals, then by the part of speech that the dictionary has
    for the new wording."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for entry in entries:
            if kind := _BY_TAG.get(entry.pos):
                counts[entry.original.lower()][kind] += 1
        self._by_word: Mapping[str, str] = {
            word: min(c, key=lambda kind, c=c: (-c[kind], KINDS.index(kind)))  # type: ignore[misc]
            for word, c in counts.items()
        }

    def of(self, source: Sequence[str], change: Change) -> str:
        """The kind (one of KINDS) of a change to the tokens ``source``."""
        replaced = source[change.start : change.end]
        words = [token for token in (*replaced, *change.words) if is_word(token)]
        if not words:
            return "other"
        if any(character.isdigit() for word in words for character in word):
            return "number"
        if max(len(replaced), len(change.words)) > 1:
            return "phrase"
        word = (change.words or tuple(replaced))[0]
        if word.lower() in _FUNCTION_WORDS:
            return "function word"
        if change.start > 0 and word[0].isupper() and is_word(source[change.start - 1]):
            return "name or title"
        return self._by_word.get(word.lower(), "other")


@cache
def dictionary_kinds() -> Kinds:
    """Kinds by the packaged dictionary's parts of speech."""
    return Kinds(load_entries())


def by_kind(spun: str, restored: str, original: str, kinds: Kinds) -> dict[str, KindCounts]:
    """Counts of one text by kind, over the same changes as `despin.metrics.edit_scores.score_text`."""
    counts = dict.fromkeys(KINDS, KindCounts())
    for spun_line, restored_line, original_line in paired_lines(spun, restored, original):
        source = comparison_tokens(spun_line)
        gold = set(word_changes(source, comparison_tokens(original_line)))
        proposed = set(word_changes(source, comparison_tokens(restored_line)))
        for change in gold | proposed:
            kind = kinds.of(source, change)
            counts[kind] += KindCounts(change in gold & proposed, change in proposed, change in gold)
    return counts


def kinds_table(systems: Mapping[str, Mapping[str, KindCounts]]) -> str:
    """A Markdown table with precision and recall of each system by kind."""
    names = list(systems)
    rows = []
    for kind in KINDS:
        gold = max(systems[name][kind].gold for name in names)
        cells = [
            f"{format_share(c.precision)} / {format_share(c.recall)}"
            for c in (systems[n][kind] for n in names)
        ]
        rows.append([kind, f"{gold:,}", *cells])
    return markdown_table(["kind", "needed", *(f"{name}: P / R" for name in names)], rows)
