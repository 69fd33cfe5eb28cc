"""One file through `despin correct`: what is written of it, as bytes, part by part."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from despin.infer.encodings import UTF_8, Encoder
from despin.infer.files import TextSource
from despin.infer.render import diff, file_as_json

if TYPE_CHECKING:
    from despin.infer.correction import Correction
    from despin.infer.despinner import Despinner
    from despin.infer.status_line import StatusLine
    from despin.infer.text.reading import Format

Form = Literal["text", "diff", "json"]
SUFFIX: dict[Form, str] = {"text": "", "diff": ".diff", "json": ".json"}
"""What a file's name gets in the output folder."""
HINT = "name its encoding, as in --encoding cp1252"


@dataclass
class FileCorrection:
    """Restores one file. After the last of its `parts` the other fields say how it went."""

    despinner: Despinner
    path: str
    format: Format
    form: Form
    encoding: str = UTF_8
    """Of a file without a byte-order mark."""
    has_colour: bool = False
    status: StatusLine | None = None
    is_changed: bool = field(default=False, init=False)
    """Whether an edit was made."""
    unsure_score: float | None = field(default=None, init=False)
    """The highest score if the file is left as it is because it may be spun or not."""

    def parts(self) -> Iterator[bytes]:
        """What is written: text in the file's own encoding, byte-order mark included; diff and JSON in UTF-8.

        Text and diff come block by block, JSON at the end. Raises InputError where the file cannot be read,
        or a restored wording not be written in its encoding.
        """
        source = TextSource(self.path, self.encoding, HINT)
        if self.form == "json":
            blocks = [(start, correction) for start, _, correction in self._blocks(source)]
            yield f"{file_as_json(self.path, blocks, source.mark)}\n".encode()
            return
        encoder: Encoder | None = None
        for _, text, correction in self._blocks(source):
            shown = diff(text, correction.edits, self.has_colour) if self.form == "diff" else correction.text
            if encoder is None:
                encoder = Encoder(source.name, source.encoding if self.form == "text" else UTF_8)
                shown = source.mark + shown
            yield encoder.encode(shown)
        if encoder is not None:
            yield encoder.end()

    def _blocks(self, source: TextSource) -> Iterator[tuple[int, str, Correction]]:
        """The blocks with their offsets and texts."""
        unsure: list[float] = []
        is_spun = False
        start: int | None = None
        for correction in self.despinner.correct_blocks(source.chunks(), self.format):
            if start is None:
                start = len(source.mark)
            text = correction.source
            is_spun = is_spun or correction.verdict == "spun"
            if correction.verdict == "unsure":
                unsure.append(correction.score)
            self.is_changed = self.is_changed or bool(correction.edits)
            yield start, text, correction
            start += len(text)
            if self.status is not None:
                self.status.add(self.path, text.count(" "))
        if start is None:  # an empty file is a text too
            yield len(source.mark), "", self.despinner.correct("", self.format)
        if unsure and not is_spun:
            self.unsure_score = max(unsure)


def has_colour(option: str, is_terminal: bool) -> bool:
    """Whether ``--color`` (auto, always, never) asks for colours."""
    return option == "always" or (option == "auto" and is_terminal and "NO_COLOR" not in os.environ)
