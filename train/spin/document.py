"""Spinning a document with mark-up: its prose is spun, all else stays."""

from __future__ import annotations

from despin.infer.text.apostrophes import Apostrophes
from despin.infer.text.edits import apply_edits
from despin.infer.text.placement import place_edits
from despin.infer.text.protected import ProtectedCursor
from despin.infer.text.reading import Format, read_view
from despin.train.spin.spinner import Spinner


def spin_document(spinner: Spinner, text: str, format: Format = "text", seed: int | str = 0) -> str:
    """The spun document. The same ``seed`` always gives the same result.

    Raises ValueError if ``format`` is none of `despin.infer.text.reading.FORMATS`.
    """
    view = read_view(text, format)
    fixed = ProtectedCursor(view.fixed)
    spun = spinner.spin(view.text, seed).edits
    edits = [edit for edit in spun if not fixed.covers(edit.start, edit.end)]
    placed = place_edits(view, format, edits, Apostrophes(view.text))
    return apply_edits(text, (edit for edit in placed if edit is not None))
