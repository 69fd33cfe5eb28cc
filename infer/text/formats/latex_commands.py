"""What the commands and environments of LaTeX hold: prose, or anything else.

A command that is in no table hides its arguments: what is unknown is not touched.
"""

from __future__ import annotations


def _split(names: str) -> frozenset[str]:
    return frozenset(names.split())


INLINE = _split(
    "emph textbf textit textrm textsf textsc textsl textup textmd textnormal underline uline sout enquote "
    "text mbox hbox fbox makebox framebox uppercase MakeUppercase lowercase textquote alert structure"
)
"""Commands whose argument is prose within the sentence."""

SET_OFF = _split(
    "part chapter section subsection subsubsection paragraph subparagraph title subtitle caption footnote "
    "footnotetext thanks frametitle framesubtitle marginpar marginnote sidenote captionof blockquote "
    "endnote abstract"
)
"""Commands whose last argument is prose that stands apart from the text around it."""

SECOND = {
    "href": 1,
    "textcolor": 1,
    "colorbox": 1,
    "hyperref": 0,
    "parbox": 1,
    "multicolumn": 2,
    "multirow": 2,
}
"""Commands with prose in the argument after so many others."""
SECOND |= {"raisebox": 1, "resizebox": 2, "scalebox": 1, "captionof": 1, "rotatebox": 1, "hypertarget": 1}

BREAKS = _split(
    "par newpage clearpage pagebreak bigskip medskip smallskip hline toprule midrule bottomrule cline "
    "maketitle tableofcontents appendix item bibliography bibliographystyle printbibliography input include "
    "includegraphics label newline linebreak noindent vspace vfill"
)
"""Commands that end what stands before them, or stand between paragraphs."""
BREAKS -= _split("label noindent vspace")

HIDDEN_ENVIRONMENTS = _split(
    "equation align alignat gather multline eqnarray flalign math displaymath split aligned cases verbatim "
    "Verbatim lstlisting minted alltt comment tikzpicture pgfpicture filecontents thebibliography algorithm "
    "algorithmic picture dmath code Code CD prooftree forest asy pycode "
    "pyblock pyconsole luacode sageblock sagesilent tcblisting gnuplot rubycode"
)
"""Environments without prose, with or without an asterisk."""

LITERAL_ENVIRONMENTS = _split("verbatim Verbatim lstlisting minted alltt comment filecontents code Code")
"""Those whose content is no LaTeX: they end at the first ``\\end`` of their name."""

ENVIRONMENT_ARGUMENTS = {
    "tabular": 1,
    "tabularx": 2,
    "tabulary": 2,
    "longtable": 1,
    "array": 1,
    "minipage": 1,
}
"""The number of arguments in braces of an environment that are no prose; 0 for all others."""
ENVIRONMENT_ARGUMENTS |= {"multicols": 1, "wrapfigure": 2, "column": 1, "adjustbox": 1, "subfigure": 1}
ENVIRONMENT_ARGUMENTS |= {"list": 2, "spacing": 1, "otherlanguage": 1, "tabular*": 2}

SYMBOLS = {
    "&": "&", "%": "%", "$": "$", "#": "#", "_": "_", "{": "{", "}": "}", "ss": "ß", "o": "ø", "O": "Ø",
    "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "l": "ł", "L": "Ł", "i": "ı", "j": "ȷ",
    "textquoteright": "’", "textquoteleft": "‘", "textemdash": "—", "textendash": "–", "ldots": "…",
    "dots": "…", "textellipsis": "…", "S": "§", "pounds": "£", "copyright": "©", "textdollar": "$",
    "textquotedblleft": "“", "textquotedblright": "”", "euro": "€", "texteuro": "€",
}  # fmt: skip
"""Commands that stand for one character."""

ACCENTS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "d": "\u0323", "b": "\u0331", "r": "\u030a",
    "k": "\u0328", "t": "\u0361",
}  # fmt: skip
"""Commands that put an accent on the letter that follows, with the combining character."""
