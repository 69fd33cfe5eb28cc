"""`despin serve`: the page and the service."""

from __future__ import annotations

from pathlib import Path

import click

from despin.commands import options
from despin.commands.modes import mode_at_hand
from despin.config_file import ConfiguredCommand, describe
from despin.errors import InputError
from despin.infer.decision.points import MODES, Mode
from despin.serve.service_settings import ServiceSettings

LOOPBACK = "127.0.0.1"


@click.command(cls=ConfiguredCommand)
@click.option("--host", default=LOOPBACK, show_default=True, metavar="ADDRESS", help="Address to listen at.")
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=8080, show_default=True, help="0: any free one."
)
@click.option(
    "--token-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Let in only clients that send the token in FILE as a bearer token.",
)
@click.option(
    "--max-body",
    type=click.IntRange(1),
    default=ServiceSettings.max_body,
    show_default=True,
    metavar="BYTES",
    help="Refuse larger bodies (413).",
)
@click.option(
    "--max-queue",
    type=click.IntRange(1),
    default=ServiceSettings.max_queue,
    show_default=True,
    metavar="N",
    help="Texts that may wait at once; more are refused (429).",
)
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    default=ServiceSettings.timeout,
    show_default=True,
    metavar="SECONDS",
    help="Give a text up after so long (503).",
)
@click.option(
    "--mode",
    type=click.Choice(MODES),
    default="fast",
    show_default=True,
    help="best: requests may ask for the language model too (see despin lm).",
)
@options.language_model
@options.checkpoint
@options.threads
@options.show_config
@options.no_config
@click.pass_context
def serve(
    context: click.Context,
    host: str,
    port: int,
    token_file: Path | None,
    max_body: int,
    max_queue: int,
    timeout: float,
    mode: Mode,
    language_model: str | None,
    checkpoint: str | None,
    threads: int,
    show_config: bool,
    no_config: bool,
) -> None:
    """Serve the page, the API (see /docs) and LanguageTool's API (/v2) until it is stopped.

    Ctrl-C or SIGTERM ends it when every text that was accepted is answered. No text is logged or stored.
    """
    from despin.infer.files import write_stdout

    if show_config:
        write_stdout(describe(context))
        return
    from despin.serve.server import run

    if not host.strip():
        raise click.BadParameter("an address expected", param_hint="'--host'")
    token = None if token_file is None else read_token(token_file)
    from despin.infer.despinner import Despinner

    mode = mode_at_hand(mode, language_model)
    settings = ServiceSettings(token=token, max_body=max_body, max_queue=max_queue, timeout=timeout)
    run(
        Despinner(checkpoint, threads=threads, mode=mode, language_model=language_model), settings, host, port
    )


def read_token(file: Path) -> str:
    """The token in a file, without white space around it. Raises InputError."""
    from despin.infer.files import read_text

    token = read_text(str(file)).strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise InputError(f"{file}: one token of printable ASCII characters expected")
    return token
