"""Time that reading hostile documents takes at n, 2n and 4n characters: linear, or a reader can be hung.

The documents are short patterns repeated: every one, two and three of a set of signs. From a shell::

    python -c "from despin.bench.hostile_input import report; print(report())"
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from despin.infer.text.formats.html import read_html
from despin.infer.text.formats.markdown import read_markdown
from despin.infer.text.pieces import Piece

Reader = Callable[[str], list[Piece]]
READERS: dict[str, Reader] = {"html": read_html, "markdown": read_markdown}
_HTML = "< > </ & ; \" ' = / ! - a <b <p> </p> <!-- --> <td> <code> <svg> <title> ]]> {{ {% &lt;"
_MARKDOWN = '[ ] ( ) ! * _ ` ~ < > \\ & | # - + : $ ^ a { " [^ [[ ]: <b>'
SIGNS: dict[str, tuple[str, ...]] = {
    "html": (*_HTML.split(), " ", "\n"),
    "markdown": (*_MARKDOWN.split(), " ", "\n", "    "),
}
"""Signs of the mark-up, one or more characters each."""


class Growth(NamedTuple):
    """What reading a repeated pattern costs."""

    pattern: str
    seconds: tuple[float, float, float]
    """Processor time at n, 2n and 4n characters."""

    @property
    def ratio(self) -> float:
        """Time at 4n by time at 2n: 2 for linear, 4 for quadratic time."""
        return self.seconds[2] / max(self.seconds[1], 1e-9)


def patterns(signs: Iterable[str], most: int = 3) -> Iterator[str]:
    """Every sequence of up to ``most`` signs."""
    signs = tuple(signs)
    for count in range(1, most + 1):
        for chosen in itertools.product(signs, repeat=count):
            yield "".join(chosen)


def repeated(pattern: str, length: int) -> str:
    """The pattern an even number of times (what every second one closes is closed), to about a length."""
    return pattern * (2 * max(length // (2 * len(pattern)), 1))


def growth(read: Reader, pattern: str, length: int, tries: int = 1) -> Growth:
    """The least processor time of some tries at ``length`` and at two and four times as much."""

    def seconds(text: str) -> float:
        begin = time.process_time()
        read(text)
        return time.process_time() - begin

    texts = [repeated(pattern, length * factor) for factor in (1, 2, 4)]
    first, second, third = (min(seconds(text) for _ in range(tries)) for text in texts)
    return Growth(pattern, (first, second, third))


def search(
    kind: str, length: int = 1_000, most: int = 3, limit: float = 2.7
) -> tuple[int, Growth, list[Growth]]:
    """How many patterns were tried, the slowest, and those whose time from 2n to 4n grows by over ``limit``.

    A pattern over the limit is timed again, at up to eight times the length, where noise matters less.
    """
    read = READERS[kind]
    count = 0
    slowest = Growth("", (0.0, 0.0, 0.0))
    suspects: list[Growth] = []
    for pattern in patterns(SIGNS[kind], most):
        count += 1
        measured = growth(read, pattern, length)
        slowest = max(slowest, measured, key=lambda g: g.seconds[2])
        if measured.ratio > limit:
            again = growth(read, pattern, min(8 * length, 20_000), tries=3)
            if again.ratio > limit:
                suspects.append(again)
    return count, slowest, suspects


def report(lengths: Sequence[int] = (20_000, 1_000), most: Sequence[int] = (2, 3)) -> str:
    """A line for each reader and length, and one for each pattern that does not grow linearly.

    By default pairs of signs at up to 80,000 characters, and triples at up to 4,000.
    """
    lines = []
    for kind, (length, count_of_signs) in itertools.product(READERS, zip(lengths, most, strict=True)):
        count, slowest, suspects = search(kind, length, count_of_signs)
        lines.append(
            f"{kind}: {count} patterns at {length}, {2 * length} and {4 * length} characters; not linear: "
            f"{len(suspects)}; slowest: {slowest.pattern!r}, {slowest.seconds[2] * 1000:.1f} ms"
        )
        lines += [f"  {g.pattern!r}: " + ", ".join(f"{s * 1000:.1f} ms" for s in g.seconds) for g in suspects]
    return "\n".join(lines)
