"""docutils finds no new fault in a reStructuredText document whose prose was edited."""

from __future__ import annotations

import io
import random
import sys
from pathlib import Path
from typing import Any

import pytest

from despin.infer.text.formats.rst import read_rst

sys.path.insert(0, str(Path(__file__).parent))
from piece_text import may_change

core: Any = pytest.importorskip("docutils.core", reason="docutils is not installed: pip install docutils")

ORIGINALS = {
    "final yr": "last year",
    "decrease home": "lower house",
    "officers": "officials",
    "finances": "public finances",
    "invoice": "bill",
    "yr": "year",
}
DOCUMENTS = {
    "grid table": """\
+----------+------------+
| final yr | yr         |
+==========+============+
| officers | decrease   |
|          | home       |
+----------+-----+------+
| final yr       | yr   |
+----------------+------+
|finances|finances|yr   |
+----------------+------+

The officers of the decrease home.
""",
    "simple table": """\
.. table:: The finances of final yr

   ========  ========  =====
   finances of yr      yr
   ------------------  -----
   officers  finances  yr
   ========  ========  =====
   final yr  yr

   officers  invoice   one
             finances  of
                       final yr
   ========  ========  =====

The officers of the decrease home.
""",
    "table behind another": """\
===  ========
yr   officers
===  ========
yr   officers
===  ========

+---+
|yr |
+---+

=== ===
yr  yr
=== ===

The officers.
""",
    "titles": """\
==========
 final yr
==========

=======================
 decrease home
=======================

Officers of the finances
========================

The yr
------------------------------------------------

yr
--

The officers of final yr, the officers of final yr, the officers of final yr
----------------------------------------------------------------------------------------

1. Officers and finances
~~~~~~~~~~~~~~~~~~~~~~~~

The officers of the decrease home
got the invoice of final yr.
""",
    "quoted literal": """\
Officers wrote::

> officers of final yr
> decrease home

The officers of the decrease home::

   officers

- The finances::

  % officers
  % final yr

  The invoice.
""",
}


def edited(text: str) -> str:
    """The document with every phrase restored that may be edited."""
    editable = may_change(text, list(read_rst(text)))
    parts, position = [], 0
    while position < len(text):
        for spun, original in ORIGINALS.items():
            if text.startswith(spun, position) and all(editable[position : position + len(spun)]):
                parts.append(original)
                position += len(spun)
                break
        else:
            parts.append(text[position])
            position += 1
    return "".join(parts)


def parsed(text: str) -> tuple[list[str], list[str]]:
    """What docutils says of a document, and the names of its elements in order."""
    settings = {"report_level": 1, "halt_level": 5, "warning_stream": io.StringIO()}
    tree = core.publish_doctree(text, settings_overrides=settings)
    messages = [node.astext().splitlines()[0] for node in tree.findall() if node.tagname == "system_message"]
    return messages, [node.tagname for node in tree.findall()]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_new_message_and_the_same_elements(name: str) -> None:
    text = DOCUMENTS[name]
    changed = edited(text)
    assert changed != text
    messages, elements = parsed(text)
    assert messages == []
    assert parsed(changed) == (messages, elements)


def test_quoted_literal_blocks_stay() -> None:
    text = edited(DOCUMENTS["quoted literal"])
    assert "> officers of final yr\n> decrease home\n" in text and "  % officers\n  % final yr\n" in text
    assert "officials of the lower house" in text and "The bill." in text


def words(chance: random.Random) -> str:
    return " ".join(chance.choices([*ORIGINALS, "the", "of"], k=chance.randint(1, 4)))


def grid_table(chance: random.Random) -> str:
    rows = [[words(chance) for _ in range(3)] for _ in range(3)]
    widths = [max(len(row[n]) for row in rows) + chance.randint(0, 3) for n in range(3)]
    rule = "+" + "+".join("-" * (width + 2) for width in widths) + "+\n"
    lines = ["| " + " | ".join(cell.ljust(widths[n]) for n, cell in enumerate(row)) + " |\n" for row in rows]
    return rule + rule.join(lines) + rule


def simple_table(chance: random.Random) -> str:
    rows = [[words(chance) for _ in range(3)] for _ in range(3)]
    widths = [max(len(row[n]) for row in rows) for n in range(3)]
    rule = "  ".join("=" * width for width in widths) + "\n"
    lines = ["  ".join(cell.ljust(widths[n]) for n, cell in enumerate(row)).rstrip() + "\n" for row in rows]
    return rule + lines[0] + rule + "".join(lines[1:]) + rule


def title(chance: random.Random) -> str:
    written = words(chance)
    adornment = "=" * (len(written) + chance.randint(0, 30))
    return written + "\n" + adornment + "\n"


def paragraph(chance: random.Random) -> str:
    return "The " + words(chance) + "\n" + words(chance) + ".\n"


@pytest.mark.parametrize("seed", range(30))
def test_documents_at_random(seed: int) -> None:
    chance = random.Random(seed)
    blocks = chance.choices([grid_table, simple_table, title, paragraph], k=8)
    text = "\n".join([*(block(chance) for block in blocks), paragraph(chance)])
    before, after = parsed(text), parsed(edited(text))
    # Two titles may get the same words; then the later one has no name.
    assert after == before
