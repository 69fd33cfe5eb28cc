"""LaTeX: the prose of a document is read, its commands, formulas and code are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despin.infer.text.formats.latex import read_latex
from despin.infer.text.pieces import Kind, check_pieces

PAPER = r"""\documentclass[final]{article} % final yr
\usepackage{amsmath}
\title{Hidden in the preamble}
\newcommand{\yr}[1]{final #1}
\begin{document}
\maketitle
\section{The decrease home}\label{sec:final-yr}
Officers \emph{stated} it final
yr~\cite[p.~5]{decrease-home}, and the \textbf{decrease home} handed the
invoice\footnote{The finances, see \ref{tab:final}.}. It cost \$5 in the caf\'e. % decrease home

With $final + yr$ and \(home\) we have
\begin{equation}
  final = yr
\end{equation}
as in \verb|final yr| and \url{https://a.example/final-yr}.

\begin{itemize}
  \item The \href{https://a.example/home}{decrease home} fell.
  \item[Finances] It rose.
\end{itemize}

\begin{table}[t]
  \caption{The finances of the officers}
  \begin{tabular}{lr}
    Officers & Teams \\
    \hline
    Final yr & 5 \\
  \end{tabular}
\end{table}
\begin{lstlisting}
final yr
\end{lstlisting}
\end{document}
Hidden after the end.
"""


def shown(text: str) -> str:
    """The document as it is read."""
    pieces = read_latex(text)
    check_pieces(text, pieces)
    return "".join(text[p.start : p.end] if p.shown is None else p.shown for p in pieces)


def prose(text: str) -> str:
    """What may be edited."""
    return "|".join(text[p.start : p.end] for p in read_latex(text) if p.kind is Kind.PROSE)


def test_the_prose_of_a_paper() -> None:
    lines = [" ".join(line.split()) for line in shown(PAPER).split("\n")]
    assert [line for line in lines if line] == [
        "The decrease home",
        "Officers stated it final yr , and the decrease home handed the invoice",
        "The finances, see .",
        ". It cost $5 in the café.",
        "With and we have",
        "as in and .",
        "The decrease home fell.",
        "[Finances] It rose.",
        "The finances of the officers",
        "Officers",
        "Teams",
        "Final yr",
        "5",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("final\nyr", "final yr"),
        ("final%\n  yr", "finalyr"),
        (r"na\"ive na\"{\i}ve \c{c}a", "naïve naïve ça"),
        (r"\`hundreds \r e", "hundreds e"),
        (r"un\-stated", "unstated"),
        (r"5\% of AT\&T", "5% of AT&T"),
        (r"{\bfseries final} yr", "final yr"),
        (r"\textcolor{red}{final} yr", "final yr"),
        (r"\unknown{final} yr", "  yr"),
        (r"costs \$5 and $x$", "costs $5 and  "),
        ("a $ b\n\nfinal yr", "a  b\nfinal yr"),
        (r"\footnote{a \emph{b} c} d", "\na b c\n d"),
        (r"\emph{final", "final"),
        ("final} yr", "final yr"),
        (r"final \iffalse home \fi yr", "final yr"),
        ("final\n\\iffalse\nhome\n\n\\emph{home\n\\fi\nyr", "final\nyr"),
        (r"final \iffalse home \ifx\a\b home \else home \fi home \fi yr", "final yr"),
        (r"final \iffalse home \else yr\fi", "final yr"),
        (r"final \iftrue yr \else home \fi of", "final yr of"),
        (r"final \if0 home \fi yr", "final yr"),
        (r"final \iffalse home \iff home % \fi" + "\n" + r"home \fi yr", "final yr"),
        (r"final \iffalse \ifthenelse{a}{home}{home} \fi yr", "final yr"),
        (r"\newif\ifdraft final \iffalse \ifdraft home \fi home \fi yr", "final yr"),
        (r"final \iffalse yr", "final yr"),
        (r"final \fi yr", "final yr"),
        (r"\newcommand{\a}[2][home]{home #1} final yr", "\n final yr"),
        ("\\newcommand{\\a}[1]\n  {home #1}\nfinal yr", "\nfinal yr"),
        (r"\def\a#1#2{home} {final} yr", "\nfinal yr"),
        (r"\emph{final \url{a%20b} yr} of", "final   yr of"),
        (r"\href{a%20b}{final} yr", "final yr"),
        (r"a % \url{a%b}" + "\n" + r"final", "a final"),
        ("\\begin{pycode}\nhome\n\\end{pycode}\nfinal", "\nfinal"),
        ("", ""),
    ],
)
def test_commands(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_what_may_be_edited() -> None:
    assert prose(r"the \emph{final yr} of \label{home} $x$") == "the |final yr| of | "


PARTS = ["\\", "{", "}", "[", "]", "$", "$$", "%", "\n", "\n\n", "&", "~", "\\emph{", "\\section"]
PARTS += ["\\iffalse ", "\\else", "\\fi ", "\\if0"]
PARTS += [
    "\\begin{equation}",
    "\\end{equation}",
    "\\begin{document}",
    "\\end{document}",
    "\\verb|",
    "\\'",
    "a",
]
PARTS += [" final ", "\\item", "\\href{", "\\def", "\\footnote{", "\\(", "\\]", "\\begin{tabular}"]


@given(st.lists(st.sampled_from(PARTS), max_size=40).map("".join) | st.text(max_size=30))
def test_pieces_cover_any_text(text: str) -> None:
    check_pieces(text, read_latex(text))


def test_deep_nesting_is_read() -> None:
    assert shown(r"\emph{" * 5_000 + "final" + "}" * 5_000) == "final"
