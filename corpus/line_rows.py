"""Documents in JSON lines. What is added is put before the closing brace: the rest stays as it is."""

from __future__ import annotations

import decimal
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from despin.corpus.added_columns import added_values, column_names
from despin.corpus.corpus_settings import CorpusSettings, OutputFormat
from despin.corpus.document_reader import Document, Finding
from despin.corpus.parts import Aside, Part, excerpt


class Unusable(Exception):
    """Why a line or a row holds no document: the kind of reason, and a sentence."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(kind, reason)
        self.kind, self.reason = kind, reason


@dataclass
class LineRows:
    """The lines of a part that hold a document, and what had to be put aside."""

    lines: list[bytes]
    """Without white space around them."""
    documents: list[Document]
    asides: list[Aside]
    settings: CorpusSettings
    positions: list[str] = field(default_factory=list)
    """Where each line stands."""
    values: list[dict[str, Any]] = field(default_factory=list)
    """What each line says."""

    @classmethod
    def of(cls, part: Part, settings: CorpusSettings) -> LineRows:
        """Those of a part; blank lines are passed over."""
        rows = cls([], [], [], settings)
        names = column_names(settings)
        for number, line in enumerate(part.data.split(b"\n"), part.first):
            if not (stripped := line.strip()):
                continue
            position = f"line {number}"
            try:
                values = _parsed(stripped)
                document = _document(values, settings, names)
            except Unusable as error:
                rows.asides.append(Aside(part.path, position, error.kind, error.reason, excerpt(stripped)))
                continue
            rows.lines.append(stripped)
            rows.documents.append(document)
            rows.positions.append(position)
            rows.values.append(values)
        return rows

    def render(self, chosen: Sequence[int], findings: Sequence[Finding], output: OutputFormat) -> bytes:
        """The lines with the columns that are added."""
        names = column_names(self.settings)
        parts: list[bytes] = []
        for index in chosen:
            added = added_values(findings[index], self.documents[index].text, self.settings)
            parts += [self.lines[index][:-1].rstrip(), b", ", encoded(dict(zip(names, added)))[1:], b"\n"]
        return b"".join(parts)


def encoded(values: dict[str, Any]) -> bytes:
    """A JSON object on one line, in UTF-8; with escapes where a text holds half a surrogate pair."""
    try:
        return json.dumps(values, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(values).encode("ascii")


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        text = line.decode("utf-8")
        try:
            values = json.loads(text)
        except json.JSONDecodeError:
            raise
        except ValueError:  # an integer of more digits than Python takes
            values = json.loads(text, parse_int=decimal.Decimal)
    except UnicodeDecodeError as error:
        raise Unusable("not UTF-8", f"byte {error.start} of the line is not UTF-8") from None
    except RecursionError:
        raise Unusable("not JSON", "nested too deeply") from None
    except ValueError as error:
        raise Unusable("not JSON", f"not JSON: {error}") from None
    if not isinstance(values, dict):
        raise Unusable("not JSON", "no JSON object; one object a line is expected")
    return values


def _document(values: dict[str, Any], settings: CorpusSettings, names: Sequence[str]) -> Document:
    if settings.field not in values:
        fields = ", ".join(list(values)[:20])
        raise Unusable("no field", f"no field {settings.field!r}; fields: {fields or 'none'}")
    text = values[settings.field]
    if not isinstance(text, str):
        raise Unusable("no text", f"the field {settings.field!r} holds {_kind_of(text)}, no string")
    check_length(text, settings)
    for name in names:
        if name in values:
            raise Unusable("name taken", f"a field {name!r} is there already; add --prefix")
    return Document(text, settings.format)


def check_length(text: str, settings: CorpusSettings) -> None:
    """Raise Unusable for a text over the limit of bytes."""
    limit = settings.max_document
    if len(text) > limit or (4 * len(text) > limit and len(text.encode("utf-8", "replace")) > limit):
        raise Unusable(
            "too long", f"a text of {len(text):,} characters; {limit:,} bytes at most (--max-document)"
        )


def _kind_of(value: object) -> str:
    if value is None:
        return "null"
    return {bool: "a truth value", list: "a list", dict: "an object"}.get(type(value), "a number")
