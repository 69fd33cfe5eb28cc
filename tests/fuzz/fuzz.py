"""Coverage-guided fuzzing of everything between a text and its edits, with atheris (libFuzzer).

    python -m pip install atheris
    python tests/fuzz/fuzz.py CHECKPOINT [CORPUS] -max_total_time=3600

The checkpoint should be a tiny untrained one with the whole inverse dictionary and the n-grams (`despin
train configs/train/smoke.yaml` writes one to runs/smoke/checkpoint; copy inverse.tsv and ngrams.xz from
infer/embedded into it): its output is random, so that all kinds of edits occur. Fix what the fuzzer finds
and add it as a test.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parent))
with atheris.instrument_imports(include=["despin.infer", "invariants"]):
    import invariants

    from despin.infer import Despinner
    from despin.infer.text.reading import FORMATS

FRAGMENTS = [
    "decrease home",
    "within the",
    "loss of life",
    "12 months",
    "3rd",
    "don't",
    "<b>",
    "</b>",
    "<p>",
    "<pre>",
    "</pre>",
    "<!--",
    "-->",
    "<script>",
    "&amp;",
    "```\n",
    "`",
    "**",
    "[",
    "](",
    ")",
    "# ",
    "- ",
    "> ",
    "\n\n",
    "\n",
    "\r\n",
    ". ",
    "! ",
    "“",
    "”",
    "https://home.example/x ",
    "@home ",
    "#home ",
    "a@home.example ",
    "Mr. ",
    "U.S. ",
    "| a | b |\n|---|---|\n",
    "    ",
    "\t",
    "\u00a0",
    "\u2028",
    "é",
    "🙂",
    "\ud800",
    "\x00",
    "not ",
    "no ",
    "White Home",
    "$5 ",
    "1,000 ",
    "5% ",
    "play\u00adground",
    "de\u200bcrease",
    "e\u0301",
    "&shy;",
    "&nbsp;",
    "&#8217;",
    "mis-\n",
    "\n> ",
    "_",
    "~",
    "<i>",
    "</i>",
    "<br>",
    '<p translate="no">',
    "<noscript>",
    "<plaintext>",
    "<xmp>",
    "<!",
    "1\n00:00:01,000 --> 00:00:02,000\n",
    "WEBVTT\n\n",
    "\\emph{",
    "\\begin{equation}",
    "\\end{equation}",
    "}",
    "$",
    "%",
    "\\",
    ".. note::\n\n   ",
    "``",
    ":ref:`",
    "---\n",
    "[^1]",
    "[^1]: ",
    "[!NOTE]",
    ":::",
    "{{ ",
    " }}",
    "[home]: /url\n",
    ":home[",
    "^home",
    "import home from 'x'\n",
    "\nexport {",
    "/",
    "-",
    ".",
    "hundreds of ",
    "Mr. Lively ",
    "was not ",
    "\u4e2d",
    "\u200d",
    "\n+------+------+\n| home | yr   |\n+------+------+\n",
    "\n====  ====\nhome  yr\n====  ====\n",
    "\n==========\n",
    "::\n\n> ",
    "\\iffalse ",
    "\\else ",
    "\\fi ",
    "{/* ",
    " */}",
    "{home.yr}",
    "{home && ",
    "{",
    "%%",
    "export const home = {\n\n",
    ":::{note} home\n:class: yr\n",
    "{ref}`home`",
    "\n^final-yr\n",
]


def decode_input(data: bytes) -> tuple[str, str]:
    """A format and a text, about half of whose parts are FRAGMENTS, which random bytes rarely form."""
    provider = atheris.FuzzedDataProvider(data)
    kind = FORMATS[provider.ConsumeIntInRange(0, len(FORMATS) - 1)]
    parts = []
    while provider.remaining_bytes() and len(parts) < 60:
        if provider.ConsumeBool():
            parts.append(FRAGMENTS[provider.ConsumeIntInRange(0, len(FRAGMENTS) - 1)])
        else:
            parts.append(provider.ConsumeUnicode(4))
    return kind, "".join(parts)


def main() -> None:
    """Fuzz until libFuzzer's limits are reached; a failed invariant stops the run and saves the input."""
    despinner = Despinner(sys.argv.pop(1), threads=1, min_confidence=0.0, min_score=0.0)

    def test_one_input(data: bytes) -> None:
        kind, text = decode_input(data)
        invariants.check_parts(text, kind)
        invariants.check_correction(despinner, text, kind)

    atheris.Setup(sys.argv, test_one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
