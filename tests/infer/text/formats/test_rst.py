"""reStructuredText: paragraphs are read, directives, literals, targets and references are kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despin.infer.text.formats.rst import read_rst
from despin.infer.text.pieces import Kind, check_pieces

DOCUMENT = """\
.. _final-yr:

====================
The final yr
====================

:Author: Officers of the decrease home
:date: final yr

Officers *stated* it final
yr, and the **decrease home** handed ``final yr`` to :ref:`final-yr` and
:doc:`the finances <final/yr>`. See `the decrease home <https://a.example/final-yr>`_
or Finances_, `Last part`_ and |final| [1]_::

    final yr = decrease home

    still code

Finances
--------

- The first item goes
  over two lines.
- The second one.

  With a paragraph.

1. Officers
#. Teams

.. note:: Officers stated it.
   And the home.

.. code-block:: python
   :caption: final yr

   final = yr

.. figure:: final-yr.png
   :alt: final yr

   The caption of the figure.

.. versionadded:: 2.0 The finances.

.. comment of the final yr
   that goes on

.. |final| replace:: final yr
.. [1] The note of the officers
   goes on.

term
    Its definition.

:param yr: the final one
-f, --final  the option of the yr

=====  ==========
Final  Yr of home
=====  ==========
one    the officers
=====  ==========

+-------+------------+
| Final | yr of home |
+=======+============+
| one   | two        |
+-------+------------+

>>> final(yr)
final yr

Last part
~~~~~~~~~

| A line of verse
| and one more
"""


def shown(text: str) -> str:
    """The document as it is read."""
    pieces = read_rst(text)
    check_pieces(text, pieces)
    return "".join(text[p.start : p.end] if p.shown is None else p.shown for p in pieces)


def prose(text: str) -> list[str]:
    """What may be edited."""
    return [text[p.start : p.end] for p in read_rst(text) if p.kind is Kind.PROSE]


def test_a_document_is_read_in_paragraphs() -> None:
    assert [" ".join(line.split()) for line in shown(DOCUMENT).strip().split("\n")] == [
        "The final yr",
        "Officers stated it final yr, and the decrease home handed to and the finances. "
        "See the decrease home or Finances, Last part and :",
        "Finances",
        "The first item goes over two lines.",
        "The second one.",
        "With a paragraph.",
        "Officers",
        "Teams",
        "Officers stated it. And the home.",
        "The caption of the figure.",
        "The finances.",
        "The note of the officers goes on.",
        "term",
        "Its definition.",
        "the final one",
        "the option of the yr",
        "Final",
        "Yr of home",
        "one",
        "the officers",
        "Final",
        "yr of home",
        "one",
        "two",
        "Last part",
        "A line of verse",
        "and one more",
    ]


def test_names_that_are_referred_to_are_not_edited() -> None:
    editable = prose(DOCUMENT)
    assert "Finances" not in editable and "Last part" not in editable
    assert "The final yr" in editable and "decrease home" in editable and "the finances" in editable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("`final yr`_ is `home`__", "final yr is home"),
        ("`the final\nyr <https://a.example>`_ home", "the final yr home"),
        (r"un\ *stat*\ ed 2 * 3 \*home", "unstated 2 * 3 *home"),
        ("the ``a``, ``b c`` and `` home", "the  ,   and `` home"),
        ("final:\n\n  quoted yr", "final:\nquoted yr"),
        ("Code::\n\n  final yr\n\nhome", "Code:\nhome"),
        ("a snake_case name and _`target` here", "a snake_case name and target here"),
        ("final\r\nyr\r\n\r\nhome\r\n", "final yr\nhome\n"),
        ("Text::\n\n> final yr\n> officers\n\nback", "Text:\nback"),
        ("::\n\n  final\n\nyr", "\nyr"),
        ("- Text::\n\n  $ final\n  $ yr\n\n- back", "\nText:\nback"),
        ("Text::\n\n> final\n$ yr", "Text:\n$ yr"),
        ("Text::\n\n.. note:: final\n", "Text:\nfinal\n"),
        ("Text::\n\nfinal", "Text:\nfinal"),
        (".. math::\n\n   final yr\n\nhome", "\nhome"),
        (".. final yr", "\n"),
        ("", ""),
    ],
)
def test_rules(text: str, expected: str) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("text", "editable"),
    [
        ("+-----+----+\n|final|yr  |\n|     +----+\n|     |yr  |\n+-----+----+\n\nhome\n", ["home"]),
        ("+-----+\n|final|\n+-----+\nhome\n", ["home"]),
        ("=====  ==\nfinal  yr\n=====  ==\n\nhome\n", ["home"]),
        ("==  ==\na   yr\n==  ==\nb   c\n\nd   e\n==  ==\nhome\n", ["home"]),
        ("==  ==\na   b\n======\nc   d\n======\n\nhome\n", ["home"]),
        ("  ==  ==\n  yr  yr\n\nhome\n\n==  ==\na   b\n==  ==\n", ["home"]),
        ("==  ==\n\nhome\n", ["home"]),  # no table: nothing closes it
        ("home\n====\n", []),
        ("home\n===========\n", []),
        ("home\n============\n", ["home"]),
        ("============\n  home\n============\n", []),
        ("==============\n  home\n==============\n", ["home"]),
        ("yr\n--\n\nyr of\n--\n", ["yr of", "--"]),  # the second is no title
        ("the officers of the decrease home\n" + "=" * 41, []),
        ("the officers of the decrease home\n" + "=" * 49, ["the officers of the decrease home"]),
    ],
)
def test_only_what_has_room_is_edited_in_tables_and_titles(text: str, editable: list[str]) -> None:
    assert [part for part in prose(text) if part.strip()] == editable


PARTS = [
    "`",
    "``",
    "<a>",
    "`_",
    "_",
    ":a:",
    "|",
    "[1]_",
    "*",
    "**",
    "\\",
    "\n",
    "\n\n",
    "    ",
    "..",
    " ",
    "a",
    "final ",
]
PARTS += [
    "::",
    "::\n\n> ",
    "=== ===",
    "+---",
    "+\n|",
    "note::",
    "===",
    "--- ",
    "+--+",
    ">>> ",
    "- ",
    "1. ",
    "a. ",
    ":field:",
    "-x  ",
    "__ ",
    "\r\n",
]


@given(st.lists(st.sampled_from(PARTS), max_size=40).map("".join) | st.text(max_size=30))
def test_pieces_cover_any_text(text: str) -> None:
    check_pieces(text, read_rst(text))
