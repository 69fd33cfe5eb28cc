"""The settings that a first look is fitted with, in one yaml file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from despin.infer.config import build, read_yaml
from despin.train.recipe import CorpusConfig, SiteConfig


@dataclass(frozen=True)
class LookRecipe:
    """One fit of `despin.infer.decision.first_look.FirstLook`."""

    corpora: tuple[CorpusConfig, ...]
    """The clean text, a weighted mix."""
    spin: tuple[SiteConfig, ...]
    """The spinners that the weights are fitted on, one drawn for each document. Sparse ones may have more
    weight than on the web: they are the hardest to find."""
    expected: tuple[SiteConfig, ...]
    """The spinners that spun documents are expected from, of which the limits must find ``recall``."""
    documents: int = 50_000
    """Excerpts, each with its spun form."""
    clean_documents: int = 40_000
    """More excerpts that are clean only: real corpora are mostly clean."""
    characters: int = 2500
    """Length of an excerpt that is spun."""
    clean_characters: int = 6000
    """Length of an excerpt that is clean only."""
    vocabulary: int = 50_000
    """Number of the most frequent words that get an id; the dictionary's words get one in any case."""
    min_count: int = 8
    """The lowest count of a word with an id, and of a cell of pairs that is fitted."""
    bits: int = 22
    """Pairs are hashed into ``2**bits`` cells."""
    cells: int = 1_000_000
    """Number of cells that are kept: those with the highest weight times root of the count."""
    words: tuple[int, int] = (16, 128)
    """Lengths of the windows that the regression sees, log-uniform between the two."""
    spun_share: float = 0.02
    """Replaced wordings per word from which on a window counts as spun; what has fewer is left out."""
    epochs: int = 2
    batch: int = 2048
    """Windows of a step."""
    learning_rate: float = 0.02
    weight_decay: float = 0.01
    dropout: float = 0.2
    """Share of the features of a window that a step does not see (Srivastava et al. 2014): weight is spread
    over all that tells, so that a spinner whose wordings are partly unknown is found as well."""
    recall: float = 0.99
    """Share of the spun documents of each length that must be suspects."""
    spared: float = 0.998
    """Share of the held-out clean documents that each width of window must spare."""
    run: float = 0.5
    """See `despin.infer.decision.first_look.LookLimits.run`."""
    lengths: tuple[int, ...] = (25, 50, 100, 200)
    """Lengths in words for which the sum over a whole text gets a limit."""
    windows: tuple[int, ...] = (32, 64, 128, 256)
    """Widths of the windows in a longer text, in words."""
    held_out: int = 2000
    """Held-out documents on which the limits are chosen."""
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("corpora", "spin", "expected"):
            if not getattr(self, name):
                raise ValueError(f"{name} must name at least one")
        for name in (
            "documents",
            "clean_documents",
            "characters",
            "clean_characters",
            "vocabulary",
            "min_count",
        ):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")
        if not 1 <= self.bits <= 26:
            raise ValueError(f"bits must be between 1 and 26, got {self.bits}")
        if self.vocabulary >= 1 << 19:  # an id has 20 bits, and the dictionary's words come on top
            raise ValueError(f"vocabulary must be below {1 << 19}, got {self.vocabulary}")
        if not 0 < self.recall <= 1 or not 0 <= self.dropout < 1:
            raise ValueError("recall must be above 0 and at most 1, dropout at least 0 and below 1")
        if not 0 < self.spared < 1:
            raise ValueError(f"spared must be between 0 and 1, got {self.spared}")
        shortest, longest = self.words
        if not 8 <= shortest <= longest:
            raise ValueError(f"words must be two rising numbers of at least 8, got {self.words}")
        for name in ("cells", "epochs", "batch", "held_out"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")


def load_look_recipe(file: str | Path) -> LookRecipe:
    """Read a recipe from a yaml file. Raises ConfigError naming the field that is wrong."""
    return build(LookRecipe, read_yaml(file), Path(file).name)
