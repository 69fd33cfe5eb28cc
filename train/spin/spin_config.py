"""Configuration of a spinner: one setting for each behaviour observed on real pages.

The behaviours and their counts are described in the project's evidence (observed-corruption.md; the
numbers below are its rules). Protected text (numbers, addresses, handles, tags, code: see
despin.infer.text.protected) and initials (rule 6) are never replaced; this is not configurable.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from despin.train.spin.dictionary import PROVENANCES


@dataclass(frozen=True)
class SpinConfig:
    """The behaviour of one site, or of a mixture of sites drawn per document."""

    dictionary: str = "builtin"
    """``builtin``, ``tortured``, a .tsv file, or a folder of them."""
    coverage: dict[str, float] = field(
        default_factory=lambda: {"observed": 0.97, "inferred": 0.85, "typical": 0.45, "thesaurus": 0.3}
    )
    """Share of the originals of each provenance that are active in one document, for entries without a
    rate. A real dictionary either contains a word or does not (rule 1); shares below 1 express how
    certain it is that it does."""
    occurrence: float = 0.97
    """Share of the occurrences of an active original that are replaced (rule 1)."""
    phrases_first: bool = True
    """Whether a longer key takes precedence over a shorter one (rule 4); if not, only words are replaced."""
    fixed_choice: float = 0.0
    """Share of documents in which all occurrences of an original get the same synonym (rule 2)."""
    copy_capitals: bool = True
    """Whether the replacement copies the capitalisation of the wording it replaces (rule 9)."""
    protect_capitalised: float = 0.1
    """Share of documents whose capitalised words inside a sentence are protected (rule 5)."""
    protect_quoted: float = 0.07
    """Share of documents whose quotations are protected (rule 8)."""
    protect_bracketed: float = 0.05
    """Share of documents in which bracketed text is protected (rule 8)."""
    compounds: float = 0.3
    """Share of the parts of hyphenated compounds that are replaced like other words (rule 7)."""
    contractions: float = 0.95
    """Share of documents in which contractions are replaced in both directions (rule 12)."""
    figures: float = 0.95
    """Share of documents in which number words become figures and vice versa (rule 6)."""
    repair_articles: float = 0.0
    """Share of documents in which a/an is made to agree with the replacement after it (rule 11: none)."""
    braces: float = 0.0003
    """Share of replacements left in the braces of the spintax template (rule 13)."""
    twice: float = 0.02
    """Share of documents that are spun twice (rule 15)."""

    def __post_init__(self) -> None:
        for setting in fields(self):
            value = getattr(self, setting.name)
            if setting.type == "float" and not 0 <= value <= 1:
                raise ValueError(f"{setting.name} must be between 0 and 1, got {value}")
        for name, share in self.coverage.items():
            if name not in PROVENANCES:
                raise ValueError(f"coverage.{name}: unknown provenance; known: {', '.join(PROVENANCES)}")
            if not 0 <= share <= 1:
                raise ValueError(f"coverage.{name} must be between 0 and 1, got {share}")
