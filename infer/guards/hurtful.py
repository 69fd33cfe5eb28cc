"""Words that hurt where they are wrong: violence, accusations, insults and sex."""

from __future__ import annotations

import re

_HURTFUL = re.compile(
    r"\b(?:(?:murder|felon|slaughter|lynch|massacr|behead|strangl|tortur|genocid|execution|terroris|"
    r"extremis|jihad|nazi|fascis|racis|bigot|prostitut|porn|whor|slut|bitch|bastard|nigg|fag|dyke|retard|"
    r"crippl|idiot|moron|imbecil|stupid|pervert|molest|p(?:a)?edophil|incest|harass|fraud|scam|traitor|"
    r"addict|corrupt|crook|convict|abus|assault|thief|thiev|stole|slave|orgas|genital|vagina|penis|sex|erotic|nud|"
    r"naked|kill)\w*|"
    r"(?:rap(?:e|ed|es|ing|ist|ists)|guilty|liars?|lied|lying|criminals?|dumb(?:er|est)?|ugl(?:y|ier|iest)|"
    r"fat(?:ter|test|so)?|obese|insane|lunatics?|drunks?|cheat(?:s|ed|er|ers|ing)?|breasts?|boobs?|tits|"
    r"spics?|chinks?|kikes?|gyps(?:y|ies)|savages?|hookers?|pimps?|junk(?:ie|ies)|hang(?:ed|ing)?|bomb(?:s|ed|er|"
    r"ers|ing|ings)?))\b",
    re.IGNORECASE,
)
_SAME = (
    re.compile(r"\b(?:murder|assassin|slaughter|massacr|kill)", re.IGNORECASE),
    re.compile(r"\b(?:felon|criminal|convict|crook)", re.IGNORECASE),
    re.compile(r"\b(?:idiot|moron|imbecil|stupid|dumb)", re.IGNORECASE),
)
_STEM = 3
"""Letters by which two words are forms of one: "raped" and "rape", "fats" and "fat"."""


def hurtful_words(wording: str) -> set[str]:
    """The stems of the words of a wording that hurt."""
    return {match[0].lower()[:_STEM] for match in _HURTFUL.finditer(wording)}


def hurts(source: str, replacement: str) -> bool:
    """Whether a replacement says a word that hurts and that the source does not say.

    A word for the same crime is no worse ("murderer" -> "assassin", "felony" -> "criminal").
    """
    found = hurtful_words(replacement)
    if not found or any(same.search(source) and same.search(replacement) for same in _SAME):
        return False
    stems = {word[:_STEM] for word in re.findall(r"[a-z]+", source.lower())}
    return not found <= stems
