"""How a spinning site behaves: every habit that was seen on real pages, as a setting.

The habits and their counts are written down in the evidence that the project started from
(observed-corruption.md; the numbers below are its rules). What is never touched is no setting:
figures, addresses, handles, tags, code (despin.infer.text.protected) and initials (rule 6).
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from despin.train.spin.dictionary import PROVENANCES


@dataclass(frozen=True)
class SpinConfig:
    """The habits of one site, or of a mix of sites that are drawn by document."""

    dictionary: str = "builtin"
    """``builtin``, ``tortured``, a .tsv file, or a folder of them."""
    coverage: dict[str, float] = field(
        default_factory=lambda: {"observed": 0.97, "inferred": 0.85, "typical": 0.45, "thesaurus": 0.3}
    )
    """Share of the originals of each provenance that are in force in one document, for those whose
    entries give no rate of their own. A real dictionary has a word or has it not (rule 1); shares
    below 1 say how sure we are that it has."""
    occurrence: float = 0.97
    """Share of the occurrences replaced of an original that is in force (rule 1)."""
    phrases_first: bool = True
    """Whether a longer key goes before a shorter one (rule 4); if not, phrases are never looked up."""
    fixed_choice: float = 0.0
    """Share of documents in which an original is given the same synonym throughout (rule 2: none)."""
    copy_capitals: bool = True
    """Whether the replacement takes the capitals of what it replaces (rule 9)."""
    protect_capitalised: float = 0.1
    """Share of documents whose capitalised words inside a sentence are left alone (rule 5)."""
    protect_quoted: float = 0.07
    """Share of documents whose quotations are left alone (rule 8)."""
    protect_bracketed: float = 0.05
    """Share of documents in which what stands in brackets is left alone (rule 8)."""
    compounds: float = 0.3
    """Share of the parts of hyphenated compounds that are replaced as other words are (rule 7)."""
    contractions: float = 0.95
    """Share of documents in which contractions are made and undone (rule 12)."""
    figures: float = 0.95
    """Share of documents in which number words become figures and the other way (rule 6)."""
    repair_articles: float = 0.0
    """Share of documents in which a/an is made to agree with the replacement behind it (rule 11: none)."""
    braces: float = 0.0003
    """Share of replacements left in the braces of their template (rule 13)."""
    twice: float = 0.02
    """Share of documents that are spun, and spun again (rule 15)."""

    def __post_init__(self) -> None:
        for setting in fields(self):
            value = getattr(self, setting.name)
            if setting.type == "float" and not 0 <= value <= 1:
                raise ValueError(f"{setting.name}: a share in 0..1 is needed, got {value}")
        for name, share in self.coverage.items():
            if name not in PROVENANCES:
                raise ValueError(f"coverage.{name}: the provenances are {', '.join(PROVENANCES)}")
            if not 0 <= share <= 1:
                raise ValueError(f"coverage.{name}: a share in 0..1 is needed, got {share}")
