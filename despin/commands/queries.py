"""`despin queries`: phrases to search for, to find what a text was spun from."""

from __future__ import annotations

import json

import click

from despin.commands import options
from despin.commands.messages import printable, tell
from despin.commands.modes import mode_at_hand
from despin.infer.decision.points import Mode


@click.command()
@click.argument("path", default="-")
@click.option("--count", type=click.IntRange(1, 100), default=10, show_default=True, help="Queries at most.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object a line.")
@options.url_template
@options.encoding
@options.document_format
@options.mode
@options.language_model
@options.checkpoint
@options.threads
def queries(
    path: str,
    count: int,
    as_json: bool,
    url_template: str | None,
    encoding: str,
    format_name: str,
    mode: Mode,
    language_model: str | None,
    checkpoint: str | None,
    threads: int,
) -> None:
    """Print exact phrases that are likely to find the original of the text PATH, the best first.

    Before each stands the probability that the original has it word for word. The phrases are runs of 5 to 10
    words of the restored text that are rare and were left alone or restored with high confidence. PATH may be
    example:NAME; without it, or for -, standard input is read.
    """
    from despin.infer.despinner import Despinner
    from despin.infer.files import TextSource, write_stdout
    from despin.infer.targets import Inputs
    from despin.trace.query_source import queries_of

    Inputs([path]).check_stdout()
    format = options.format_of(path, format_name)
    source = TextSource(path, encoding)
    text = "".join(source.chunks())
    despinner = Despinner(
        checkpoint,
        threads=threads,
        mode=mode_at_hand(mode, language_model),
        language_model=language_model,
    )
    found, correction = queries_of(despinner, text, format, count)
    if not found:
        tell(f"{source.name}: no phrase of 5 words or more to search for")
    elif correction.verdict != "spun":
        score = f"score {correction.score:.2f}"
        tell(f"{source.name}: not surely spun ({score}); the phrases are those of the text itself")
    lines = []
    for query in found:
        if as_json:
            lines.append(json.dumps(query.to_dict(url_template), ensure_ascii=False))
        else:
            address = f"  {query.url(url_template)}" if url_template else ""
            lines.append(printable(f'{query.chance:.2f}  "{query.text}"{address}'))
    write_stdout("".join(f"{line}\n" for line in lines))
