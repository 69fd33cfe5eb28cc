"""Names that consist of ordinary words, companies and offices."""

from __future__ import annotations

from pathlib import Path

import pytest

from despin.infer.candidates.slots import Slot
from despin.infer.guards import known_names
from despin.infer.guards.context import GuardContext
from despin.infer.guards.guard import CERTAIN
from despin.infer.guards.names import CAPITALS_CONFIDENCE, NAME_CONFIDENCE
from despin.infer.guards.rules import first_refusal

BEFORE = "It rained, and so it went on until the end of the day. "


def refusal(text: str, source: str, replacement: str, confidence: float) -> str | None:
    """The guard that refuses to replace the last occurrence of a wording in a text, behind a sentence."""
    text = BEFORE + text
    start = text.rindex(source)
    slot = Slot(start, start + len(source), source, (replacement,))
    guard = first_refusal(slot, replacement, confidence=confidence, context=GuardContext.of(text, bool))
    return guard.name if guard else None


@pytest.mark.parametrize(
    ("text", "source", "replacement"),
    [
        ("Shares of Gap and Best Buy rose.", "Gap", "Hole"),
        ("Shares of Gap and Best Buy rose.", "Best", "Greatest"),
        ("Shares of Gap and Best Buy rose.", "Buy", "Purchase"),
        ("Discover rose.", "Discover", "Notice"),
        ("Target gained.", "Target", "Goal"),
        ("Target, Gap and Visa fell.", "Target", "Goal"),
        ("Nice beat Lille.", "Nice", "Great"),
        ("They drove from Nice to Cannes.", "Nice", "Great"),
        ("They reached the Final Four at last.", "Final", "Last"),
        ("He flew to Cape Town.", "Town", "City"),
        ("She went in Wake Forest.", "in Wake", "in awake"),
        ("Secretary Final spoke.", "Final", "Last"),
        ("They met Premier Swift there.", "Swift", "Fast"),
        ("They met President Home.", "Home", "House"),
    ],
)
def test_a_listed_name_takes_certainty(text: str, source: str, replacement: str) -> None:
    assert refusal(text, source, replacement, CERTAIN - 0.01) == "name"


@pytest.mark.parametrize(
    ("text", "source", "replacement"),
    [
        ("They saw the Nice Wall of China.", "Nice", "Great"),
        ("Nice Britain left.", "Nice", "Great"),
        ("He ruled as Alfred the Nice then.", "Nice", "Great"),
        ("Target the right people.", "Target", "Aim at"),
        ("Discover how it went.", "Discover", "Find out"),
        ("The target rose.", "target", "goal"),
        ("They mind the hole in the Gap Year Plan.", "Gap", "Hole"),
        ("They met Director Common there.", "Common", "General"),
        ("They follow the Premier Affiliation there.", "Affiliation", "League"),
        ("Commerce Secretary met them.", "Secretary", "Minister"),
        ("They shop at Greatest Purchase there.", "Greatest Purchase", "Best Buy"),
        ("They moved in Cape Town at last.", "in Cape Town", "to Cape Town"),
    ],
)
def test_what_is_no_name_or_has_to_be_restored(text: str, source: str, replacement: str) -> None:
    assert refusal(text, source, replacement, 0.8) is None


@pytest.mark.parametrize(
    ("text", "source", "replacement"),
    [
        ("They sued Common Music Group there.", "Common", "General"),
        ("Quick Inc. said so.", "Quick", "Fast"),
        ("Quick Foods, Inc. said so.", "Quick", "Fast"),
        ("Limited Manufacturers and Steady Brands said so.", "Brands", "Lines"),
        ("They met Steady Holdings there.", "Holdings", "Assets"),
    ],
)
def test_a_company_takes_the_confidence_of_a_name(text: str, source: str, replacement: str) -> None:
    assert refusal(text, source, replacement, NAME_CONFIDENCE - 0.01) == "name"
    assert refusal(text, source, replacement, NAME_CONFIDENCE) is None


@pytest.mark.parametrize(
    ("text", "source", "replacement", "guard"),
    [
        ("They met the Very Large Array team.", "Large", "Big", "name"),
        ("They saw it in Useless Area there.", "Area", "Region", "name"),
        ("They met at the Texas Home there.", "Home", "House", None),
        ("They watch the CBS Information there.", "Information", "News", None),
        ("The Group left.", "Group", "Team", None),
        ("They like Large things there.", "Large", "Big", None),
        ("Large Array teams met.", "Large", "Big", None),
    ],
)
def test_a_capital_beside_another_takes_more_confidence(
    text: str, source: str, replacement: str, guard: str | None
) -> None:
    assert refusal(text, source, replacement, CAPITALS_CONFIDENCE - 0.01) == guard
    assert refusal(text, source, replacement, CAPITALS_CONFIDENCE) is None


def test_the_window_holds_every_name() -> None:
    lines = Path(known_names.__file__).with_name("known_names.txt").read_text("utf-8").splitlines()
    names = [line for line in lines if line and not line.startswith("#")]
    assert len(names) == len(set(names)) and max(map(len, names)) < known_names._WINDOW
