"""Whether a stretch of text is English, by its function words and its script.

The vote of function words is as good as character n-grams from a sentence on (Grefenstette 1995), and needs
no model. Foreign words that are English too ("die", "on") are not listed, nor those that English names and
borrowings are full of ("de", "la", "van").
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from despin.infer.text.tokens import Token, fold, is_word

_ENGLISH_LIST = """
the of and to in that is was he for it with as his on be at by i this had not are but from or have an they
which you were her all she there would their we him been has when who will more if out so said what up its
about into than them can only other some could these may then do first any my now such like our over me even
most made after also did many before must through years where much your way well down should because each
just those how too us
"""
_FOREIGN_LISTS = {
    "Spanish": """una unos del y que en por para su sus se como pero más este esta está fue es muy también
        cuando porque desde hasta donde nos ya todo""",
    "Portuguese": "os um uma da dos das em não com seu sua mais foi ao pela pelo são também já isso",
    "French": """le les des du et est une dans qui pas ne ce cette ces sont avec pour au aux il elle nous vous
        ils leur mais ou où été être""",
    "Italian": """gli di che della del delle dei nel nella sono non più alla anche come questo è""",
    "German": """der das und ist nicht ein eine einen dem den zu mit auf für sich auch als von werden wird aus
        bei nach sind oder über dass wie""",
    "Dutch": "het een niet zijn voor op aan ook maar naar wordt deze bij uit",
    "Scandinavian": "och att det som för på är av inte til og er ikke med",
    "Slavic": "nie się jest na že że jak ale przez je v",
    "others": "dan yang untuk dengan dari ini itu ve bir bu için și este cu ja oli että",
}
_ENGLISH = frozenset(_ENGLISH_LIST.split())
_FOREIGN = frozenset(word for words in _FOREIGN_LISTS.values() for word in words.split()) - _ENGLISH
MIN_FOREIGN = 2
"""Fewer foreign function words are no reason to doubt that a segment is English: they stand in names."""
FOREIGN_SCRIPT_SHARE = 0.5
"""From this share of letters outside the Latin script on, a segment is not English."""


def is_english(tokens: Sequence[Token]) -> bool:
    """Whether the tokens of a sentence or segment are English, so that the English dictionary may be used.

    False if other languages' function words outnumber the English ones, or if half of the letters are of
    another script; tokens with neither count as English.
    """
    words = [fold(token.text) for token in tokens if is_word(token.text)]
    foreign = sum(word in _FOREIGN for word in words)
    if foreign >= MIN_FOREIGN and foreign > sum(word in _ENGLISH for word in words):
        return False
    letters = [c for word in words for c in word if c.isalpha()]
    return sum(c > "\u024f" for c in letters) < max(1, FOREIGN_SCRIPT_SHARE * len(letters))


def foreign_spans(sentences: Iterable[Sequence[Token]]) -> list[tuple[int, int]]:
    """The spans of the sentences that are not English, in characters."""
    return [(s[0].start, s[-1].end) for s in sentences if s and not is_english(s)]
