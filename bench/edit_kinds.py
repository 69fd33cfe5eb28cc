"""Scores split by the kind of wording that was changed."""

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
"""Kinds of changes. A change of several words is a phrase, whatever they are; ``other`` is punctuation
and what no rule and no dictionary knows."""
_OF_TAG = {"FUNC": "function word", "VERB": "verb", "NOUN": "noun", "ADJ": "adjective or adverb"}
_OF_TAG |= {"ADV": "adjective or adverb", "NAME": "name or title", "NUM": "number"}
_FUNCTION_LIST = (
    "a an the and or but nor so yet if as of in on at to for from by with into onto over under about after "
    "before between through during against without within upon among across toward towards than that this "
    "these those it its he him his she her hers they them their theirs we us our ours you your yours i me my "
    "mine who whom whose which what when where why how not no do does did is are was were be been being am "
    "has have had having will would can could shall should may might must there here also only just more "
    "most while because though although until since like up down out off"
)
_FUNCTION = frozenset(_FUNCTION_LIST.split())


@dataclass(frozen=True, slots=True)
class KindCounts:
    """Sums for one kind."""

    correct: int = 0
    """Changes of the system that the original confirms."""
    proposed: int = 0
    """Changes the system made, by the kind of what it wrote."""
    gold: int = 0
    """Changes that were needed, by the kind of the original."""

    def __add__(self, other: KindCounts) -> KindCounts:
        return KindCounts(
            self.correct + other.correct, self.proposed + other.proposed, self.gold + other.gold
        )

    @property
    def precision(self) -> float | None:
        """Share of what was made that is right; None where nothing was."""
        return self.correct / self.proposed if self.proposed else None

    @property
    def recall(self) -> float | None:
        """Share of what was needed that was made; None where nothing was."""
        return self.correct / self.gold if self.gold else None


class Kinds:
    """Tells a change's kind: by its length, its figures and capitals, then by the dictionary's parts of
    speech for the wording that it leads to."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        seen: dict[str, Counter[str]] = defaultdict(Counter)
        for entry in entries:
            if kind := _OF_TAG.get(entry.pos):
                seen[entry.original.lower()][kind] += 1
        self._known: Mapping[str, str] = {
            w: min(c, key=lambda k, c=c: (-c[k], KINDS.index(k)))  # type: ignore[misc]
            for w, c in seen.items()
        }

    def of(self, source: Sequence[str], change: Change) -> str:
        """The kind (one of KINDS) of a change made to the tokens ``source``."""
        before = source[change.start : change.end]
        wordings = [w for w in (*before, *change.words) if is_word(w)]
        if not wordings:
            return "other"
        if any(c.isdigit() for w in wordings for c in w):
            return "number"
        if max(len(before), len(change.words)) > 1:
            return "phrase"
        word = (change.words or tuple(before))[0]
        if word.lower() in _FUNCTION:
            return "function word"
        if change.start > 0 and word[0].isupper() and is_word(source[change.start - 1]):
            return "name or title"
        return self._known.get(word.lower(), "other")


@cache
def dictionary_kinds() -> Kinds:
    """Kinds by the packaged dictionary's parts of speech."""
    return Kinds(load_entries())


def by_kind(spun: str, restored: str, original: str, kinds: Kinds) -> dict[str, KindCounts]:
    """Counts of one text by kind, the changes those that `despin.metrics.edit_scores.score_text` counts."""
    found = dict.fromkeys(KINDS, KindCounts())
    for line, got, wanted in paired_lines(spun, restored, original):
        source = comparison_tokens(line)
        needed, made = (
            set(word_changes(source, comparison_tokens(wanted))),
            set(word_changes(source, comparison_tokens(got))),
        )
        for change in needed | made:
            counts = KindCounts(change in needed & made, change in made, change in needed)
            found[kinds.of(source, change)] += counts
    return found


def kinds_table(systems: Mapping[str, Mapping[str, KindCounts]]) -> str:
    """Markdown: a row a kind, precision and recall of each system."""
    names = list(systems)
    rows = []
    for kind in KINDS:
        needed = max(systems[name][kind].gold for name in names)
        cells = [
            f"{format_share(c.precision)} / {format_share(c.recall)}"
            for c in (systems[n][kind] for n in names)
        ]
        rows.append([kind, f"{needed:,}", *cells])
    return markdown_table(["kind", "needed", *(f"{name}: P / R" for name in names)], rows)
