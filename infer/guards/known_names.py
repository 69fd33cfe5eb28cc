"""Names that consist of ordinary words, by lists: of names ("Best Buy", "Cape Town", "Gap"), of suffixes of
companies ("Limited Brands") and of offices ("Secretary Strong")."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from despin.infer.guards.context import GuardContext
from despin.infer.text.tokens import fold

_WINDOW = 32
"""Characters beside a span in which a name of several words is looked for: longer than any of the list."""
_PREDICATE = re.compile(
    r"['’]s\b|, (?:and |or )?[A-Z]| (?:and|or) [A-Z]|"
    r" (?:rose|fell|gained|lost|slid|dropped|climbed|jumped|slipped|sank|surged|soared|tumbled|rallied|added|"
    r"beat|won|drew|said|says|reported|announced|plans|planned|posted|closed|opened|has|had|is|was|will|would|"
    r"declined|confirmed|denied|bought|sold|agreed|expects|makes|made|sells|owns|hired|paid)\b"
)
"""What stands behind a subject: at the start of a sentence, where a capital says nothing, only before it is a
bare noun, adjective or verb a name."""
_OFFICES_LIST = (
    "secretary minister premier director commissioner chairman chairwoman chairperson councilman "
    "councilwoman councillor treasurer superintendent officer trooper"
)
_OFFICES = frozenset(_OFFICES_LIST.split())
"""Offices that are titles too, of the next word alone: they also stand before other words with a capital
("Premier League", "Director General")."""
_COMPANY = re.compile(
    r"(?: (?:&|[A-Z][\w’'.]*)){0,3},? (?:Inc|Corp|Corporation|Incorporated|Ltd|LLC|LLP|PLC|plc|Co|Cos|AG|NV|"
    r"Group|Holdings?|Brands|Bancorp)\b"
)
"""Words in capitals with a suffix of companies behind them."""
_COMPANY_SUFFIXES_LIST = (
    "inc corp corporation incorporated ltd llc llp plc group holding holdings brands bancorp"
)
_COMPANY_SUFFIXES = frozenset(_COMPANY_SUFFIXES_LIST.split())
_DETERMINERS = frozenset(
    ["the", "a", "an", "this", "that", "these", "those", "some", "our", "their", "his", "her"]
)


@cache
def _names() -> tuple[re.Pattern[str], dict[str, bool]]:
    """A pattern of the names of several words, and those of one with whether "the" may stand before them."""
    lines = Path(__file__).with_name("known_names.txt").read_text(encoding="utf-8").splitlines()
    names = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    several = "|".join(re.escape(name) for name in sorted(names, reverse=True) if " " in name or "-" in name)
    single = {name.rstrip("*"): not name.endswith("*") for name in names if " " not in name}
    return re.compile(rf"(?<!\w)(?:{several})(?!\w)"), single


def in_known_name(context: GuardContext, start: int, end: int, replacement: str) -> bool:
    """Whether a span is in a name of several words that is not in the replacement."""
    first = max(0, start - _WINDOW)
    around = context.text[first : end + _WINDOW]
    return any(
        first + match.start() < end and start < first + match.end() and match[0] not in replacement
        for match in _names()[0].finditer(around)
    )


def is_known_name(context: GuardContext, start: int, end: int) -> bool:
    """Whether a span is a name of one word: alone, outside headlines, and with a predicate behind it where a
    sentence starts."""
    text = context.text
    with_article = _names()[1].get(text[start:end])
    if with_article is None or context.is_headline(start):
        return False
    if context.starts_sentence(start):
        return _PREDICATE.match(text, end) is not None
    if context.is_beside_capital(start, end):
        return False
    return with_article or context.word_before(start)[0].lower() != "the"


def in_company_name(context: GuardContext, start: int, end: int) -> bool:
    """Whether a span with a capital is part of a company's name, by the suffix behind it or as the suffix."""
    if _COMPANY.match(context.text, end) is not None:
        return True
    if fold(context.text[start:end]) not in _COMPANY_SUFFIXES:
        return False
    previous = context.word_before(start)[0]
    return previous[:1].isupper() and previous.lower() not in _DETERMINERS


def is_behind_office(context: GuardContext, start: int) -> bool:
    """Whether an office that is a title stands right before an offset: with a capital, outside headlines."""
    word, at = context.word_before(start)
    if not word[:1].isupper() or fold(word) not in _OFFICES or context.text[at + len(word) : start].strip():
        return False
    return not context.is_headline(start)
