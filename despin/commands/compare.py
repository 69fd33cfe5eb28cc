"""`despin compare`: a text beside its supposed original, and whether it was spun from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

import click

from despin.commands import options
from despin.commands.messages import printable

if TYPE_CHECKING:
    from despin.trace.proof import NamedText, Proof


WIDTH = 20
"""Of the column of the names of facts."""


@click.command()
@click.argument("spun")
@click.argument("original")
@click.option("--json", "as_json", is_flag=True, help="Verdict, counts and changes as one JSON object.")
@click.option(
    "--html",
    "output",
    type=options.OutputPath(is_file=True, path_type=Path),
    metavar="FILE",
    help="Also write the proof as one HTML file: both texts line by line, each change with its row.",
)
@click.option(
    "--dictionary",
    "dictionaries",
    multiple=True,
    metavar="FILE",
    help="Another spinner's dictionary, as `despin observe --out` writes it; may be given several times.",
)
@options.encoding
@options.document_format
@options.checkpoint
def compare(
    spun: str,
    original: str,
    as_json: bool,
    output: Path | None,
    dictionaries: Sequence[str],
    encoding: str,
    format_name: str,
    checkpoint: str | None,
) -> None:
    """Say whether the text SPUN was spun from ORIGINAL, and show what explains each change.

    The texts are aligned word by word. The verdict comes with likelihood ratios and its measured error rates.
    Either file may be - for standard input, or example:NAME.
    """
    from despin.infer.files import write_stdout, write_text
    from despin.infer.targets import check_outputs

    if spun == original == "-":
        raise click.UsageError("only one of SPUN and ORIGINAL can be standard input")
    if output is not None:
        if str(output) == "-":
            raise click.UsageError("--html: give a file; the text goes to standard output")
        check_outputs("--html", [output], [spun, original, *dictionaries])
    texts = [_read(path, encoding, format_name) for path in (spun, original)]
    proof = _prove(texts[0], texts[1], checkpoint, dictionaries)
    if output is not None:
        from despin.serve.comparison_page import comparison_page

        write_text(output, comparison_page(proof))
    if as_json:
        from despin.corpus.line_rows import encoded

        write_stdout(encoded(proof.to_dict()) + b"\n")
    else:
        write_stdout(as_text(proof))


def _read(path: str, encoding: str, format_name: str) -> NamedText:
    """A file as it is read: mark-up left out."""
    from despin.infer.files import TextSource
    from despin.infer.text.reading import read_view
    from despin.trace.proof import NamedText

    format = options.format_of(path, format_name)
    source = TextSource(path, encoding)
    text = "".join(source.chunks())
    name = source.name if path == "-" else printable(Path(path).name)
    return NamedText.of(name, source.mark + text, read_view(text, format).text)


def _prove(
    spun: NamedText, original: NamedText, checkpoint: str | None, dictionaries: Sequence[str]
) -> Proof:
    from datetime import datetime

    from despin.infer.checkpoint import open_checkpoint
    from despin.metrics.signature import checkpoint_hash, version_of
    from despin.trace.proof import prove
    from despin.train.observe.spinner_families import known_families

    opened = open_checkpoint(checkpoint)
    lexicon, families = known_families(opened.lexicon, dictionaries)
    circumstances = {
        "Despin": version_of("despin"),
        "checkpoint": checkpoint_hash(opened.folder),
        "dictionary of": f"{sum(len(o.originals) for o in lexicon.forms.values()):,} rows",
        "on": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    }
    return prove(spun, original, lexicon, families, circumstances)


def as_text(proof: Proof) -> str:
    """The proof as plain text: verdict, facts, and a line for each change of wording."""
    lines = [proof.verdict.sentence, proof.reading, ""]
    for name, values in proof.facts():
        lines += [f"{name + ':' if k == 0 else '':<{WIDTH}}{value}" for k, value in enumerate(values)]
    changes = [change for change in proof.evidence.comparison.changes if change.kind != "punctuation"]
    lines += (
        ["", "Changes, the original first, with the row of the dictionary that explains each:"]
        if changes
        else []
    )
    for number, change in enumerate(changes, 1):
        row = f"{change.row.spun} ← {change.row.original}" if change.row else "–"
        wordings = f"{' '.join(change.original.split()) or '∅'} → {' '.join(change.spun.split()) or '∅'}"
        lines.append(f"{number:>5}  {wordings}   [{row}]")
    return "".join(f"{printable(line)}\n" for line in lines)
