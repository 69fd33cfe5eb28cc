"""The stretch in which two texts agree."""

from __future__ import annotations

import pytest

from despin.infer.candidates.inverse import InverseLexicon
from despin.trace.matched_stretch import alignment_parts, find_stretch
from despin.trace.text_comparison import compare

OTHER = "Nothing of this stands in it at all, ever, anywhere. "
PAIRS = [
    ("The decrease home voted on the bill.", "The lower house voted on the bill."),
    (OTHER + "The decrease home voted on the bill.", "The lower house voted on the bill."),
    ("", "One two."),
    ("One two.", ""),
    ("Same here, as it is.", "Same here, as it is."),
]


@pytest.mark.parametrize(("spun", "original"), PAIRS)
def test_the_parts_are_both_texts(spun: str, original: str, lexicon: InverseLexicon) -> None:
    parts = list(alignment_parts(compare(spun, original, lexicon), spun, original))
    a = b = 0
    for part in parts:  # an empty side of a change lies before the next word
        assert part.spun_start == a or spun[a : part.spun_start].isspace()
        assert part.original_start == b or original[b : part.original_start].isspace()
        a, b = part.spun_end, part.original_end
    assert (a, b) == (len(spun), len(original))


def test_what_does_not_belong_together_is_left_out(lexicon: InverseLexicon) -> None:
    spun, original = PAIRS[1]
    stretch = find_stretch(compare(spun, original, lexicon), spun, original)
    assert (stretch.spun_words, stretch.original_words, stretch.explained) == (7, 7, 1)
    assert stretch.runs == [1, 4] and stretch.unexplained_words == 0


def test_texts_with_nothing_in_common_have_none(lexicon: InverseLexicon) -> None:
    stretch = find_stretch(compare("one two", "three four", lexicon), "one two", "three four")
    assert stretch.parts == [] and stretch.spun_words == 0
