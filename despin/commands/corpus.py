"""`despin corpus`: many documents, found, restored or dropped where they are spun."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from despin.commands import options
from despin.commands.messages import tell
from despin.corpus.corpus_settings import (
    CORPUS_MODES,
    OUTPUT_FORMATS,
    READINGS,
    CorpusMode,
    OutputFormat,
    Reading,
)
from despin.infer.decision.points import Point
from despin.infer.text.reading import FORMATS, Format

EXIT_INCOMPLETE = 3
"""Something was put aside, or a part could not be done."""
MAX_NAMED = 5


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="IN...")
@click.option("--out", required=True, metavar="DIR", help="Folder for the result; resumed if it holds some.")
@click.option(
    "--mode",
    type=click.Choice(CORPUS_MODES),
    default="score",
    show_default=True,
    help="score: add spun_score; correct: restored and edits too; drop: leave spun documents out.",
)
@click.option(
    "--field", default="text", show_default=True, metavar="NAME", help="Field or column that holds the text."
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How mark-up in the field is recognized; files in a folder go by their names.",
)
@options.threshold
@click.option(
    "--read",
    type=click.Choice(READINGS),
    default="suspects",
    show_default=True,
    help="What the model reads: what the first look at its words suspects, all documents, or none.",
)
@click.option(
    "--output",
    type=click.Choice(OUTPUT_FORMATS),
    help="Format of the result.  [parquet for columnar data, else JSON lines, packed as the input]",
)
@click.option(
    "--prefix", default="", metavar="TEXT", help="Put before the names of the columns that are added."
)
@click.option("--split", default="train", show_default=True, metavar="NAME", help="Split of a hub data set.")
@click.option(
    "--workers", type=click.IntRange(0, 1024), default=0, show_default="one a core", help="Processes."
)
@click.option(
    "--ray",
    metavar="ADDRESS",
    help="Work on a Ray cluster (auto, or its address) instead of processes of this machine.",
)
@click.option(
    "--part-documents",
    type=click.IntRange(1),
    default=2_000,
    show_default=True,
    metavar="N",
    help="Documents of a part, which is read, done and written as one.",
)
@click.option(
    "--max-document",
    type=click.IntRange(1),
    default=8 << 20,
    show_default="8 MiB",
    metavar="BYTES",
    help="Put longer documents aside.",
)
@options.point
@options.checkpoint
def corpus(
    inputs: Sequence[str],
    out: str,
    mode: CorpusMode,
    field: str,
    format_name: Format,
    threshold: float | None,
    read: Reading,
    output: OutputFormat | None,
    prefix: str,
    split: str,
    workers: int,
    ray: str | None,
    part_documents: int,
    max_document: int,
    point: Point,
    checkpoint: str | None,
) -> None:
    """Score, restore or drop the spun documents of a corpus.

    IN is a file of JSON lines, CSV, Parquet, Arrow or WARC (JSON lines, CSV and WARC may be packed), a folder
    of them or of texts, HTML and Markdown pages, a glob, a URL that fsspec opens (s3://, gs://, hf://), or
    the name of a hub data set (owner/name, or owner/name:configuration). All columns are kept; spun_score,
    spun_verdict and, with --mode correct, restored and edits are added. A run that was ended at any moment
    goes on when it is started again.

    The summary goes to standard output and, with a picture, to DIR/__despin. Exit status: 0 done; 3 done, but
    something could not be read (counted, and listed in DIR/__aside) or written, or a file changed meanwhile;
    2 nothing could be begun.
    """
    from despin.corpus.cleaning import clean_corpus
    from despin.corpus.corpus_settings import CorpusSettings
    from despin.corpus.corpus_summary import write_summary
    from despin.corpus.output_folder import RECORDS
    from despin.corpus.progress_bar import ProgressBar
    from despin.corpus.storage import Folder
    from despin.errors import InputError
    from despin.infer.files import write_stdout

    settings = CorpusSettings(
        mode=mode,
        field=field,
        format=format_name,
        threshold=threshold,
        read=read,
        output=output,
        prefix=prefix,
        point=point,
        checkpoint=checkpoint,
        part_documents=part_documents,
        max_document=max_document,
    )
    bars: list[ProgressBar] = []

    def begin(sources: Sequence[object]) -> ProgressBar:
        bars.append(ProgressBar(sources))  # type: ignore[arg-type]
        return bars[0]

    try:
        outcome = clean_corpus(inputs, out, settings, workers=workers, ray=ray, split=split, begin=begin)
    finally:
        for bar in bars:
            bar.close()
    try:
        text = write_summary(outcome.statistics, Folder(out), RECORDS)
    except InputError as error:
        if not outcome.failures:
            raise
        tell(str(error))
    else:
        write_stdout(text)
    if outcome.left_out:
        named = ", ".join(outcome.left_out[:MAX_NAMED])
        tell(f"left out, links or of no kind that is read: {len(outcome.left_out):,} files ({named})")
    if outcome.changed:
        named = ", ".join(outcome.changed[:MAX_NAMED])
        tell(f"changed while the run went on: {named}; do it again, into another folder")
    if outcome.failures:
        name, reason = next(iter(outcome.failures.items()))
        count = len(outcome.failures)
        parts = f"{count:,} parts" if count > 1 else "a part"
        tell(f"{parts} could not be done; {name}: {reason}; start again to do what is missing")
    if outcome.statistics.asides:
        count = sum(outcome.statistics.asides.values())
        tell(f"{count:,} put aside: {out.rstrip('/')}/__aside says where and why")
    if not outcome.is_complete:
        sys.exit(EXIT_INCOMPLETE)
